"""Check digits made by the column, against the same rules told digit by digit."""

from __future__ import annotations

import numpy as np
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet_twins.country.columns import date_of, day_of
from qyzmet_twins.country.identifiers import (
    UNUSABLE,
    account_numbers,
    ibans,
    iin_check_digit,
    issue_iins,
    mobile_numbers,
)


def check_digit_by_hand(first_eleven: str) -> int:
    digits = [int(c) for c in first_eleven]
    rest = sum(weight * digit for weight, digit in zip(range(1, 12), digits, strict=True)) % 11
    if rest == 10:
        rest = sum(w * d for w, d in zip([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], digits, strict=True)) % 11
    return rest


def iban_is_valid(iban: str) -> bool:
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


@pytest.mark.parametrize(
    ("first_eleven", "check"),
    [
        (94014000038, 5),  # first pass
        (95034100005, 2),
        (7094102469, 1),
        (96114100002, 3),  # second pass
        (81315989, UNUSABLE),  # ten twice: never issued
    ],
)
def test_published_examples_of_the_check_digit(first_eleven: int, check: int) -> None:
    assert iin_check_digit(np.array([first_eleven])).tolist() == [check]


@given(st.lists(st.integers(0, 10**11 - 1), min_size=1, max_size=30))
def test_the_check_digit_is_that_of_the_rule(prefixes: list[int]) -> None:
    here = iin_check_digit(np.array(prefixes, np.int64)).tolist()
    assert here == [check_digit_by_hand(f"{prefix:011d}") for prefix in prefixes]


@given(st.integers(-25_000, 30_000), st.integers(1, 600), st.integers(0, 1_000))
def test_iins_of_one_day_differ_and_tell_birth_day_and_sex(day: int, people: int, seed: int) -> None:
    male = np.arange(people) % 3 == 0
    iins = issue_iins(np.full(people, day), male, np.empty(0, np.int64), seed)
    born = date_of(day)
    assert len(set(iins.tolist())) == people
    for iin, man in zip(iins.tolist(), male.tolist(), strict=True):
        text = f"{iin:012d}"
        assert text[:6] == f"{born:%y%m%d}"
        assert int(text[6]) == (born.year // 100 - 18) * 2 + (1 if man else 2)
        assert check_digit_by_hand(text[:11]) == int(text[11])


def test_numbers_taken_before_are_not_issued_again() -> None:
    days, male = np.full(300, day_of(date_of(19_000))), np.ones(300, bool)
    first = issue_iins(days, male, np.empty(0, np.int64), 7)
    second = issue_iins(days, male, first, 7)
    assert not set(first.tolist()) & set(second.tolist())


def test_more_births_than_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="lower the rate"):
        issue_iins(np.full(10_001, 19_000), np.ones(10_001, bool), np.empty(0, np.int64), 1)


def test_a_published_iban() -> None:
    assert ibans(np.array([319]), np.array([12_344_567])) == ["KZ563190000012344567"]


@given(st.integers(0, 10**6), st.integers(0, 4), st.integers(0, 10**6))
def test_every_iban_is_valid_and_accounts_of_neighbours_differ(person: int, bank: int, seed: int) -> None:
    numbers = account_numbers(np.arange(person, person + 50), bank, seed)
    assert len(set(numbers.tolist())) == 50
    assert all(len(iban) == 20 and iban_is_valid(iban) for iban in ibans(np.full(50, 901 + bank), numbers))


def test_phones_are_mobile_numbers_of_kazakhstan_and_differ() -> None:
    numbers = mobile_numbers(200_000, seed=5)
    assert len(set(numbers.tolist())) == 200_000
    for number in numbers[::2_000].tolist():
        parsed = phonenumbers.parse(f"+{number}")
        assert phonenumbers.is_valid_number(parsed)
        assert phonenumbers.region_code_for_number(parsed) == "KZ"
        assert phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
