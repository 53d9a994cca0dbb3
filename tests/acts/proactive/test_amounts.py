"""Amounts of the family and mothers' allowances against what was published for 2023 to 2026; refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from qyzmet.acts.proactive.amounts import amount
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

LARGE, AWARDED = "LARGE_FAMILY_ALLOWANCE", "AWARDED_MOTHER_ALLOWANCE"


def tenge(benefit: str, on: date, **given: object) -> float:
    return amount(benefit, on, given).amount_tiyn / 100


@pytest.mark.parametrize(
    ("year", "four", "five", "six", "seven", "each"),
    [
        (2023, 55_304, 69_138, 82_973, 96_807, 13_800),
        (2024, 59_183, 73_988, 88_793, 103_598, 14_768),
        (2025, 63_030, 78_798, 94_565, 110_332, 15_728),
        (2026, 69_330, 86_673, 104_017, 121_360, 17_300),  # five is published; the others follow from it
    ],
)
def test_large_families(year: int, four: int, five: int, six: int, seven: int, each: int) -> None:
    expected = {4: four, 5: five, 6: six, 7: seven, 8: 8 * each, 9: 9 * each, 10: 10 * each}
    for day in (date(year, 1, 1), date(year, 12, 31)):
        assert {children: tenge(LARGE, day, children=children) for children in expected} == expected


@pytest.mark.parametrize(
    ("children", "sum_"),
    [(4, 49_100), (5, 61_383), (6, 73_666), (7, 85_948), (8, 98_016), (9, 110_268), (10, 122_520)],
)
def test_large_families_as_published_for_the_first_quarter_of_2022(children: int, sum_: int) -> None:
    assert tenge(LARGE, date(2022, 1, 1), children=children) == sum_
    assert tenge(LARGE, date(2022, 3, 31), children=children) == sum_


def test_ten_children_as_published_for_2025() -> None:
    assert tenge(LARGE, date(2025, 5, 1), children=10) == 157_280


@pytest.mark.parametrize(
    ("day", "kumis", "others"),
    [
        ("2023-01-01", 22_080, 22_080),
        ("2023-06-30", 22_080, 22_080),  # the last day of one coefficient for all awards
        ("2023-07-01", 22_080, 25_530),
        ("2024-06-01", 23_629, 27_321),
        ("2025-06-01", 25_165, 29_097),
        ("2026-06-01", 27_680, 32_005),
    ],
)
def test_awarded_mothers(day: str, kumis: int, others: int) -> None:
    on = date.fromisoformat(day)
    assert tenge(AWARDED, on, award="KUMIS_ALQA") == kumis
    for award in ("ALTYN_ALQA", "BATYR_ANA", "ANA_DANQY_1", "ANA_DANQY_2"):
        assert tenge(AWARDED, on, award=award) == others


def test_the_arithmetic_is_worded() -> None:
    found = amount(LARGE, date(2024, 5, 1), {"children": "4"})
    (line,) = found.lines
    plain = {language: words.replace("\u00a0", " ") for language, words in line.items()}
    assert plain["en"] == "16.03 × 3,692 ₸ (MCI since 2024-01-01) = 59,182.76 ₸, rounded up to 59,183 ₸"
    assert plain["ru"] == "16,03 × 3 692 ₸ (МРП с 2024-01-01) = 59 182,76 ₸, округлено вверх до 59 183 ₸"
    assert plain["kk"].startswith("16,03 × 3 692 ₸ (АЕК 2024-01-01 бастап) = 59 182,76 ₸, жоғары қарай")
    assert found.confirmed
    assert len(set(found.sources)) == len(found.sources) == 3


def test_a_whole_sum_is_not_said_to_be_rounded() -> None:
    (line,) = amount(LARGE, date(2026, 5, 1), {"children": 5}).lines
    assert line["en"].replace("\u00a0", " ") == "20.04 × 4,325 ₸ (MCI since 2026-01-01) = 86,673 ₸"


def test_per_child_the_line_shows_the_children() -> None:
    (line,) = amount(LARGE, date(2025, 5, 1), {"children": 10}).lines
    assert line["en"].startswith("children: 10 × 4 × 3,932")


def test_an_inferred_figure_is_told() -> None:
    found = amount(LARGE, date(2023, 5, 1), {"children": 4})
    assert not found.confirmed
    assert found.notes == ("MCI since 2023-01-01: inferred: 13,800 tenge are published as 4 MCI",)


@pytest.mark.parametrize(
    ("benefit", "day", "given", "match"),
    [
        (LARGE, "2024-05-01", {"children": 3}, "four or more children"),
        (LARGE, "2024-05-01", {"children": "0"}, "four or more children"),
        (LARGE, "2024-05-01", {"children": 4, "group": 1}, "not on group"),
        (LARGE, "2022-12-31", {"children": 4}, "no MCI is entered for 2022-12-31"),
        (LARGE, "2027-01-01", {"children": 4}, "no MCI is entered for 2027-01-01"),
        (AWARDED, "2022-12-31", {"award": "ALTYN_ALQA"}, "no MCI"),
        ("SURVIVOR_PAYMENT", "2024-05-01", {"dependants": 1}, "not confirmed"),
    ],
)
def test_what_is_refused(benefit: str, day: str, given: Mapping[str, object], match: str) -> None:
    with pytest.raises(Refused, match=match):
        amount(benefit, date.fromisoformat(day), given)


@pytest.mark.parametrize(
    ("benefit", "given", "match"),
    [
        (LARGE, {}, "children: is needed"),
        (LARGE, {"children": "four"}, "whole number"),
        (LARGE, {"children": 4.0}, "whole number"),
        (LARGE, {"children": True}, "whole number"),
        (LARGE, {"children": "-4"}, "whole number"),
        (LARGE, {"children": "٤"}, "whole number"),
        (LARGE, {"children": 100}, "at most 99"),
        (LARGE, {"children": "9" * 5000}, "whole number"),
        (AWARDED, {}, "award: is needed"),
        (AWARDED, {"award": "GOLD"}, "KUMIS_ALQA"),
        (AWARDED, {"award": ["ALTYN_ALQA"]}, "KUMIS_ALQA"),
    ],
)
def test_what_is_malformed(benefit: str, given: Mapping[str, object], match: str) -> None:
    with pytest.raises(BadValue, match=match):
        amount(benefit, date(2024, 5, 1), given)


def test_an_unknown_benefit_is_told() -> None:
    with pytest.raises(UnknownName, match="use one of LARGE_FAMILY_ALLOWANCE"):
        amount("HOUSING", date(2024, 5, 1), {})
