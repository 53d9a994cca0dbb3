"""Identifiers with right check digits for people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import blake2b

#: Three-digit codes of the five banks inside IBANs; invented, none belongs to a real bank.
BANK_CODES = ("901", "902", "903", "904", "905")

_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def new_iins(birth_day: date, female: bool) -> Iterator[str]:
    """The valid IINs of this day and sex, one after the other."""
    century = {18: 1, 19: 3, 20: 5}[birth_day.year // 100] + female
    for serial in range(10_000):
        digits = f"{birth_day:%y%m%d}{century}{serial:04d}"
        check = check_digit(digits)
        if check is not None:
            yield digits + str(check)


def check_digit(digits: str) -> int | None:
    """Weights 1 to 11; where they give 10, weights from 3; where these give 10, the number is not used."""
    for weights in (_FIRST, _SECOND):
        rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return None


def new_iban(bank: int, number: int) -> str:
    """A Kazakhstan IBAN at the bank with this index: KZ, two check digits, bank, thirteen characters."""
    account = f"{BANK_CODES[bank]}{number:013d}"
    # KZ00 moved to the end, letters as numbers (K = 20, Z = 35): ISO 13616.
    return f"KZ{98 - int(account + '203500') % 97:02d}{account}"


def opened_iban(bank: int, iin: str, number: str) -> str:
    """The IBAN of the `number`th account opened while the twins run."""
    digest = blake2b(f"{iin}/{number}".encode(), digest_size=8).digest()
    return new_iban(bank, 9 * 10**12 + int.from_bytes(digest, "big") % 10**12)
