"""IIN, IBAN and phone numbers by the column, with valid check digits.

A number made here may by chance equal one in real use, as the space of numbers is small; nothing here
dials, pays or asks about it.
"""

from __future__ import annotations

import numpy as np

from .columns import Bools, Ints, rank_in_group

_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_SERIALS = 10_000
_SERIAL_STEP = 2_477  # shares no factor with the number of serials: every serial comes once
UNUSABLE = 10


def iin_check_digit(first_eleven: Ints) -> Ints:
    """The twelfth digit; 10 where the rule gives none and the number is never issued."""
    first, second = np.zeros_like(first_eleven), np.zeros_like(first_eleven)
    for place in range(11):
        digit = first_eleven // 10 ** (10 - place) % 10
        first += digit * _FIRST[place]
        second += digit * _SECOND[place]
    return np.where(first % 11 == 10, second % 11, first % 11)


def issue_iins(birth_day: Ints, male: Bools, taken: Ints, seed: int) -> Ints:
    """One IIN each, all different and none taken before. Serials that give no check digit are passed over."""
    months = birth_day.astype("M8[D]").astype("M8[M]")
    year = 1970 + months.astype(np.int64) // 12
    month = months.astype(np.int64) % 12 + 1
    day = (birth_day.astype("M8[D]") - months.astype("M8[D]")).astype(np.int64) + 1
    century_and_sex = (year // 100 - 18) * 2 + np.where(male, 1, 2)
    group = ((year % 100 * 100 + month) * 100 + day) * 10 + century_and_sex
    start = (group * 7_919 + seed * 104_729) % _SERIALS
    iins = np.zeros(len(birth_day), np.int64)
    groups, member = np.unique(group, return_inverse=True)
    used = np.zeros(len(groups), np.int64)
    pending = np.arange(len(birth_day))
    while len(pending):
        place = used[member[pending]] + rank_in_group(member[pending])
        if place.max(initial=0) >= _SERIALS:
            raise ValueError(
                "More people of one sex were born on one day than there are IINs: lower the rate or the size."
            )
        used += np.bincount(member[pending], minlength=len(groups))
        prefix = group[pending] * _SERIALS + (start[pending] + place * _SERIAL_STEP) % _SERIALS
        check = iin_check_digit(prefix)
        iins[pending] = prefix * 10 + check
        pending = pending[(check == UNUSABLE) | np.isin(iins[pending], taken)]
    return iins


def ibans(bank_codes: Ints, accounts: Ints) -> list[str]:
    """KZ, two check digits, three digits of the bank, thirteen of the account."""
    basic = bank_codes.astype(np.int64) * 10**13 + accounts
    rest = (basic % 97 * (10**6 % 97) + 203_500) % 97  # K Z 0 0 behind the number reads 20 35 00
    return [f"KZ{98 - r:02d}{b:016d}" for r, b in zip(rest.tolist(), basic.tolist(), strict=True)]


def account_numbers(person: Ints, bank: int, seed: int) -> Ints:
    """A thirteen-digit account number for a person in a bank: all different, in no visible order."""
    scattered = (person.astype(np.int64) * 8 + bank) * 31_415_926_537 + seed % 1_000_003 * 7_919
    return scattered % 10**13


_MOBILE_PREFIXES = np.array([700, 701, 702, 705, 706, 707, 708, 747, 771, 775, 776, 777, 778])
_NUMBERS = len(_MOBILE_PREFIXES) * 10**7


def mobile_numbers(count: int, seed: int) -> Ints:
    """Different mobile numbers as whole numbers, 7 and ten digits."""
    if count > _NUMBERS:
        raise ValueError(f"There are only {_NUMBERS} mobile numbers.")
    scattered = (np.arange(count, dtype=np.int64) * 61_803_399 + seed * 15_485_863) % _NUMBERS
    return 7 * 10**10 + _MOBILE_PREFIXES[scattered // 10**7] * 10**7 + scattered % 10**7
