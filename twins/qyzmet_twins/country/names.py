"""Names in Kazakh and Russian fashion, put together from lists; no real persons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .columns import Floats
from .figures import read_toml

KAZAKH, SLAVIC, KOREAN = 0, 1, 2  # naming traditions
OVICH, ULY = 0, 1  # patronymic styles

# Kazakh letters as they are written in Russian text.
_RUSSIAN_LETTERS = str.maketrans("әіңғүұқөһӘІҢҒҮҰҚӨҺ", "аингуукохАИНГУУКОХ")
_RUSSIAN_SPELLINGS = {"Әсел": "Асель", "Айгүл": "Айгуль", "Гүлнар": "Гульнар", "Айсұлтан": "Айсултан"}
_IRREGULAR_STEMS = {"Лев": "Льв", "Михаил": "Михайл", "Дмитрий": "Дмитри", "Артем": "Артём", "Фёдор": "Фёдор"}
_SIBILANTS = "жшчщц"


@dataclass(frozen=True)
class NameList:
    first: int  # where the list begins among all names
    weights: Floats  # given names: one row for those born before 1990, one for those from 2010 on


@cache
def _rows(part: str, kind: str) -> list[list[Any]]:
    rows: list[list[Any]] = read_toml("names.toml")[part][kind]
    return rows


_GIVEN_LISTS = (("kazakh", "men"), ("kazakh", "women"), ("slavic", "men"), ("slavic", "women"))
_SURNAME_LISTS = (("kazakh", "surnames"), ("slavic", "surnames"), ("korean", "surnames"))
GIVEN = tuple(row[0] for at in _GIVEN_LISTS for row in _rows(*at))
SURNAMES = tuple(row[0] for at in _SURNAME_LISTS for row in _rows(*at))


@cache
def given_list(tradition: int, male: bool) -> NameList:
    """Koreans mostly bear given names of the Russian list."""
    return _name_list(_GIVEN_LISTS, (0 if tradition == KAZAKH else 2) + (0 if male else 1))


@cache
def surname_list(tradition: int) -> NameList:
    return _name_list(_SURNAME_LISTS, tradition)


def _name_list(lists: tuple[tuple[str, str], ...], chosen: int) -> NameList:
    first = sum(len(_rows(*at)) for at in lists[:chosen])
    weights = np.array([row[1:] for row in _rows(*lists[chosen])], float).T
    return NameList(first, weights / weights.sum(axis=1, keepdims=True))


def surname_form(surname: str, male: bool) -> str:
    """Women add -а where the surname ends in -ов, -ев, -ёв, -ин; other surnames have one form."""
    return surname if male or not surname.endswith(("ов", "ев", "ёв", "ин")) else surname + "а"


def patronymic(father_given: str, male: bool, style: int) -> str:
    if style == ULY:
        return father_given + ("ұлы" if male else "қызы")
    stem, soft = _patronymic_stem(in_russian(father_given))
    if soft:
        return stem + ("евич" if male else "евна")
    return stem + ("ович" if male else "овна")


def _patronymic_stem(name: str) -> tuple[str, bool]:
    """The stem, and whether -евич follows instead of -ович."""
    if name in _IRREGULAR_STEMS:
        stem = _IRREGULAR_STEMS[name]
        return stem, stem.endswith("и")
    if name.endswith("ий"):
        return name[:-2] + "ь", True
    if name.endswith(("й", "ь")):
        return name[:-1], True
    if name.endswith("и"):
        return name, True
    if name.endswith(("а", "е", "я", "о")):
        return name[:-1], False
    return name, name[-1] in _SIBILANTS


def in_russian(name: str) -> str:
    """A Kazakh name as it is spelt in Russian text."""
    return _RUSSIAN_SPELLINGS.get(name, name).translate(_RUSSIAN_LETTERS)
