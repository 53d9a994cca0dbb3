"""What a citizen sees in an SMS: which answers it offers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_CONSENT = re.compile(r"(?<!\d)7#1(?!\d)")
_BANK = re.compile(r"(?<!\d)(\d+)#3#(\d+)")
_LISTED = re.compile(r"^\s*(\d{1,2})[.)]\s*\S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Consent:
    """Annex 1: 7#1 agrees, 7#2 refuses."""


@dataclass(frozen=True, slots=True)
class ChooseBank:
    """Annexes 2 and 3: the codes to send, `listed` for the banks named, `other` for another bank."""

    listed: tuple[str, ...]
    other: str


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """Annex 4: the numbers of the banks in the list."""

    banks: tuple[int, ...]


Meaning = Consent | ChooseBank | OpenAccount


@lru_cache(maxsize=4096)  # most texts go out to thousands
def meaning_of(text: str) -> Meaning | None:
    """None where the SMS asks for nothing."""
    if _CONSENT.search(text):
        return Consent()
    codes = _BANK.findall(text)
    if codes:
        service = codes[0][0]
        listed = tuple(f"{code}#3#{number}" for code, number in codes if number != "0")
        return ChooseBank(listed, f"{service}#3#0")
    if "шот ашу" in text:
        return OpenAccount(tuple(int(number) for number in _LISTED.findall(text)))
    return None
