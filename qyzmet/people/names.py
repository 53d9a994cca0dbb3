"""Names of people as registries hold them, in the order surname, name, patronymic.

Kazakh, Russian and Latin letters are kept. Spelling is tidied, never translated: spaces, dashes, apostrophes
and capitals. Letters of two alphabets in one word, as after a slip of the keyboard, are refused.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from qyzmet.runtime.errors import BadValue

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u0060\u00b4"), "'")
_TIDY = _DASHES | _APOSTROPHES
#: "Son of" and "daughter of" as words of their own stay small, as in «Әлі Ахмет оглы».
_SMALL = frozenset(("оглы", "оғлы", "кызы", "қызы", "улы", "ұлы", "угли", "ogly", "kyzy", "uly"))
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name; patronymic None where there is none. Hidden in `repr`: it is personal data."""

    surname: str = field(repr=False)
    name: str = field(repr=False)
    patronymic: str | None = field(default=None, repr=False)

    @property
    def full(self) -> str:
        """Surname, name and patronymic, in this order, parted by one space."""
        return " ".join(part for part in (self.surname, self.name, self.patronymic) if part)

    def __str__(self) -> str:
        return self.full


def person_name(surname: str, name: str, patronymic: str | None = None) -> PersonName:
    """A name with its parts tidied. An empty patronymic becomes None. Raises BadValue."""
    father = tidy_name(patronymic, "patronymic") if patronymic and patronymic.strip() else None
    return PersonName(tidy_name(surname, "surname"), tidy_name(name, "name"), father)


def tidy_name(text: str, field: str = "name") -> str:
    """One part of a name with single spaces, plain dashes and capitals at its words.

    Raises BadValue, which never holds the name: for an empty or overlong part, for digits, control
    characters and other signs, and for Latin and Cyrillic letters in one word.
    """
    if any(unicodedata.category(sign) in ("Cc", "Cf") for sign in text):
        raise BadValue(field, "holds a control character", "Type it anew.")
    words = unicodedata.normalize("NFC", text).translate(_TIDY).split()
    if not words or len(text) > _LONGEST:
        raise BadValue(
            field, f"must have 1 to {_LONGEST} characters", "Write it as in the identity document."
        )
    return " ".join(_word(word, field, first=not index) for index, word in enumerate(words))


def _word(word: str, field: str, first: bool) -> str:
    scripts = {_script(sign) for sign in word} - {"-"}
    if "" in scripts or not scripts or not all(word.split("-")):
        raise BadValue(
            field, "has letters, dashes and apostrophes only", "Write it as in the identity document."
        )
    if len(scripts) > 1:
        raise BadValue(
            field, "mixes Latin and Cyrillic letters in one word", "Type the word in one alphabet."
        )
    if not first and word.lower() in _SMALL:
        return word.lower()
    return "-".join(_capital(part) for part in word.split("-"))


def _capital(part: str) -> str:
    """Capital at the start, and after the apostrophe of O'Neil and d'Arc, but not of Мар'яна."""
    if part[1:2] == "'" and len(part) > 2:
        return f"{part[0].upper()}'{part[2].upper()}{part[3:].lower()}"
    return part[0].upper() + part[1:].lower()


@lru_cache(maxsize=1024)
def _script(sign: str) -> str:
    """`LATIN`, `CYRILLIC`, `-` for a dash or apostrophe, or nothing for what is in no name."""
    if sign in "-'":
        return "-"
    script = unicodedata.name(sign, "").partition(" ")[0]
    return script if sign.isalpha() and script in ("LATIN", "CYRILLIC") else ""
