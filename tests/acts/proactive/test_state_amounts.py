"""Burial, disability, carer and survivor amounts against what was published for 2023 to 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from qyzmet.acts.proactive.amounts import BENEFITS, amount, keys_of
from qyzmet.acts.proactive.benefits import BENEFITS as CARRIED_OUT
from qyzmet.runtime.errors import BadValue, Refused

BURIAL, DISABILITY = "BURIAL_PAYMENT", "DISABILITY_ALLOWANCE"
CARER, SURVIVORS = "DISABLED_CHILD_CARER_ALLOWANCE", "SURVIVOR_ALLOWANCE"
ILLNESS = "general_illness"


def tenge(benefit: str, day: str, **given: object) -> float:
    return amount(benefit, date.fromisoformat(day), given).amount_tiyn / 100


def test_every_benefit_that_is_carried_out_has_an_amount_or_a_reason() -> None:
    assert set(CARRIED_OUT) <= set(BENEFITS)
    assert len(BENEFITS) == 9


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2023-01-01", 120_750),  # published
        ("2024-05-01", 129_220),  # the others follow from 35 MCI
        ("2025-05-01", 137_620),
        ("2026-05-01", 151_375),
    ],
)
def test_burial(day: str, expected: int) -> None:
    assert tenge(BURIAL, day) == expected


def test_for_the_war_the_burial_payment_goes_to_an_official() -> None:
    assert "36.6 MCI" in amount(BURIAL, date(2024, 5, 1), {}).notes[-1]


@pytest.mark.parametrize(
    ("day", "first", "second", "third"),
    [
        ("2023-01-01", 77_889, 62_068, 42_190),  # published
        ("2023-06-30", 77_889, 62_068, 42_190),  # the last day of the old coefficients
        ("2023-07-01", 89_248, 71_398, 48_681),  # the first day of the Social Code; follows from it
        ("2024-01-01", 95_496, 76_397, 52_089),  # published
        ("2025-12-31", 101_702, 81_362, 55_474),  # published
        ("2026-01-01", 111_873, 89_498, 61_022),  # published by the ministry; media print 61,021
    ],
)
def test_disability_by_general_illness(day: str, first: int, second: int, third: int) -> None:
    found = [tenge(DISABILITY, day, cause=ILLNESS, group=group, age=40) for group in (1, 2, 3)]
    assert found == [first, second, third]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"age": 0}, 81_871),
        ({"age": 6, "cause": "child"}, 81_871),
        ({"age": 6, "group": 1, "cause": "work_injury"}, 81_871),  # below 7 neither group nor cause counts
        ({"age": 7, "group": 1, "cause": "child"}, 111_873),
        ({"age": 17, "group": 2, "cause": ILLNESS}, 93_058),
        ({"age": 17, "group": 3}, 81_871),
        ({"age": 18, "group": 1, "cause": "since_childhood"}, 111_873),
        ({"age": 18, "group": 2, "cause": "since_childhood"}, 93_058),
        ({"age": 60, "group": 3, "cause": "SINCE_CHILDHOOD"}, 81_871),
        ({"age": 18, "group": 2, "cause": "general_disease"}, 89_498),
    ],
)
def test_disability_of_children_and_since_childhood(given: Mapping[str, object], expected: int) -> None:
    """Published for 2026 by the ministry's committee."""
    assert amount(DISABILITY, date(2026, 3, 1), given).amount_tiyn == expected * 100


def test_without_an_age_an_adult_is_meant_and_it_is_told() -> None:
    found = amount(DISABILITY, date(2024, 5, 1), {"group": "2", "cause": ILLNESS})
    assert found.amount_tiyn == 76_397_00
    assert "No age was given" in found.notes[-1]


@pytest.mark.parametrize(
    ("day", "given", "match"),
    [
        ("2024-05-01", {"group": 1, "cause": "work_injury", "age": 40}, "goes to an official"),
        ("2024-05-01", {"group": 1, "cause": "occupational_disease", "age": 40}, "goes to an official"),
        ("2024-05-01", {"group": 1, "cause": "radiation", "age": 40}, "not confirmed by a public source"),
        ("2024-05-01", {"group": 1, "cause": "military_service"}, "goes to an official"),
        ("2023-06-30", {"group": 1, "cause": "since_childhood", "age": 40}, "goes to an official"),
        ("2023-06-30", {"age": 3}, "goes to an official"),
        ("2022-12-31", {"group": 1, "cause": ILLNESS}, "no PM is entered"),
        ("2024-05-01", {"group": 1, "cause": ILLNESS, "children": 4}, "not on children"),
    ],
)
def test_disability_that_goes_to_an_official(day: str, given: Mapping[str, object], match: str) -> None:
    with pytest.raises(Refused, match=match):
        amount(DISABILITY, date.fromisoformat(day), given)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({}, "group: is needed"),
        ({"group": 1}, "cause: is needed"),
        ({"cause": "child", "group": 1}, "age: is needed"),
        ({"cause": "child", "group": 1, "age": 18}, "only below the age of 18"),
        ({"cause": "child", "age": 7}, "group: is needed"),
        ({"cause": ILLNESS, "group": 4}, "is 1, 2 or 3"),
        ({"cause": ILLNESS, "group": True}, "is 1, 2 or 3"),
        ({"cause": "", "group": 1}, "cause of the disability"),
        ({"cause": ILLNESS, "group": 1, "age": "-1"}, "whole number"),
        ({"cause": ILLNESS, "group": 1, "age": 131}, "at most 130"),
    ],
)
def test_disability_malformed(given: Mapping[str, object], match: str) -> None:
    with pytest.raises(BadValue, match=match):
        amount(DISABILITY, date(2024, 5, 1), given)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2023-07-01", 65_313),
        ("2024-05-01", 69_886),
        ("2025-05-01", 74_428),  # media print 74,427, cut off; the committee's 2026 figure is rounded up
        ("2026-05-01", 81_871),  # published
    ],
)
def test_carers(day: str, expected: int) -> None:
    assert tenge(CARER, day) == expected


def test_carers_before_the_social_code_go_to_an_official() -> None:
    with pytest.raises(Refused, match="no coefficient"):
        amount(CARER, date(2023, 6, 30), {})


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # Published up to three; a consultancy prints 79,511, 82,351 and 85,596, to the nearest tenge.
        ("2023-06-30", [34_888, 60_445, 75_049, 79_512, 82_352, 85_597, 85_597]),
        # Published: one, five, six. (One page prints 111,650 for five, a slip of the pen.)
        ("2023-07-01", [37_322, 68_964, 91_276, 105_475, 111_560, 121_701, 121_701]),
        # Published: one and five.
        ("2025-05-01", [42_530, 78_588, 104_013, 120_193, 127_127, 138_684, 138_684]),
        # All published by the ministry's committee.
        ("2026-05-01", [46_783, 86_447, 114_415, 132_213, 139_841, 152_553, 152_553]),
    ],
)
def test_survivors(day: str, expected: list[int]) -> None:
    assert [tenge(SURVIVORS, day, dependants=n) for n in range(1, 8)] == expected


@pytest.mark.parametrize(
    ("day", "each"),
    [
        ("2023-06-30", 47_870),  # a consultancy prints 47,869
        ("2026-05-01", 78_311),  # published
    ],
)
def test_full_orphans(day: str, each: int) -> None:
    assert tenge(SURVIVORS, day, dependants=1, full_orphan=True) == each
    assert tenge(SURVIVORS, day, dependants="3", full_orphan="true") == 3 * each
    assert not amount(SURVIVORS, date.fromisoformat(day), {"dependants": 1, "full_orphan": "yes"}).confirmed


def test_that_a_sum_is_shared_is_told() -> None:
    one, seven = (amount(SURVIVORS, date(2026, 5, 1), {"dependants": n}) for n in (1, 7))
    assert len(one.lines) == 1
    assert seven.lines[1]["en"] == "dependants: 7; the sum is shared equally among them"
    three = amount(SURVIVORS, date(2026, 5, 1), {"dependants": 3, "full_orphan": True})
    assert three.lines[1]["ru"].replace("\u00a0", " ").endswith("детей: 3, всего 234 933 ₸")


@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        ({"dependants": 0}, Refused, "one or more dependants"),
        ({}, BadValue, "dependants: is needed"),
        ({"dependants": 1, "full_orphan": "perhaps"}, BadValue, "true or false"),
        ({"dependants": 1, "full_orphan": 1.0}, BadValue, "true or false"),
    ],
)
def test_survivors_refused_or_malformed(
    given: Mapping[str, object], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        amount(SURVIVORS, date(2024, 5, 1), given)


def test_what_an_amount_depends_on_can_be_asked() -> None:
    assert keys_of(DISABILITY) == ("group", "cause", "age")
    assert keys_of(BURIAL) == keys_of("SURVIVOR_PAYMENT") == ()
    with pytest.raises(Refused, match="depends on nothing but the day, not on group"):
        amount(BURIAL, date(2024, 5, 1), {"group": 1})
