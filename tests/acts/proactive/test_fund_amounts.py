"""Payments of the State Social Insurance Fund: by loss of job and of ability to work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from qyzmet.acts.proactive.amounts import amount, fund, participation_needed
from qyzmet.acts.proactive.amounts.table import AsOf, Entry, entry
from qyzmet.law.figures import shipped_figures
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

JOB, CAPACITY = "JOB_LOSS_PAYMENT", "WORK_CAPACITY_LOSS_PAYMENT"
DAY = date(2024, 5, 1)


def paid(benefit: str, on: date = DAY, **given: Any) -> tuple[float, float, float]:
    """Gross, withheld, paid."""
    found = amount(benefit, on, given)
    assert found.gross_tiyn is not None
    assert found.withheld_tiyn is not None
    return found.gross_tiyn / 100, found.withheld_tiyn / 100, found.amount_tiyn / 100


def test_the_published_example_at_the_old_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minister's answer of December 2020: 12 × 150,000 and 12 × 200,000, 84 months, rate 0.40."""

    def old(name: str, as_of: AsOf) -> Entry:
        found = entry(name, as_of)
        return replace(found, values={**found.values, "rate": "0.40"}) if name == JOB else found

    monkeypatch.setattr(fund, "entry", old)
    income = Decimal(12 * 150_000 + 12 * 200_000) / 24
    found = fund.job_loss(JOB, AsOf.of(DAY, shipped_figures()), income, 84)
    assert (found.gross_tiyn, found.withheld_tiyn, found.amount_tiyn) == (72_800_00, 7_280_00, 65_520_00)


def test_the_same_at_the_rate_since_2023() -> None:
    assert paid(JOB, average_income=175_000, participation_months=84) == (81_900, 8_190, 73_710)


@pytest.mark.parametrize(
    ("months", "gross", "times"),
    [
        (6, 63_000, 1),
        (11, 63_000, 1),
        (12, 67_500, 2),
        (23, 67_500, 2),
        (24, 76_500, 3),
        (36, 81_000, 4),
        (48, 85_500, 5),
        (59, 85_500, 5),
        (60, 90_000, 6),
        (71, 90_000, 6),
        (72, 91_800, 6),
        (84, 93_600, 6),
        (239, 115_200, 6),
        (240, 117_000, 6),  # 1.30 is the most
        (600, 117_000, 6),
    ],
)
def test_participation_in_steps(months: int, gross: int, times: int) -> None:
    found = amount(JOB, DAY, {"average_income": 200_000, "participation_months": months})
    assert (found.gross_tiyn, found.months) == (gross * 100, times)


def test_income_counts_up_to_seven_minimum_wages() -> None:
    at_most = paid(JOB, average_income=595_000, participation_months=240)
    assert at_most == (348_075, 34_807.5, 313_267.5)
    assert paid(JOB, average_income="595000.01", participation_months=240) == at_most
    in_2023 = paid(JOB, date(2023, 5, 1), average_income=9_999_999, participation_months=240)
    assert in_2023[0] == 7 * 70_000 * 0.45 * 1.3
    capped = amount(JOB, DAY, {"average_income": 600_000, "participation_months": 60})
    said = capped.lines[0]["en"].replace("\u00a0", " ")
    assert said == "the average income of 600,000 ₸ is taken into account up to 595,000 ₸: 7 × 85,000 ₸ (MW)"


def test_which_figure_is_the_amount_is_told() -> None:
    found = amount(JOB, DAY, {"average_income": "175000", "participation_months": "84"})
    said = [line["en"].replace("\u00a0", " ") for line in found.lines]
    assert said == [
        "participation: 84 months, coefficient 1.04",
        "175,000 ₸ × 0.45 × 1.04 = 81,900 ₸: the payment before what is withheld",
        "mandatory pension contribution, withheld: 0.10 × 81,900 ₸ = 8,190 ₸",
        "paid a month: 73,710 ₸; this is the amount",
        "months of payment: 6",
    ]
    assert all(line.keys() == {"kk", "ru", "en"} for line in found.lines)
    assert not found.confirmed


@pytest.mark.parametrize(("income", "told"), [(175_000, False), ("175000.03", True)])
def test_that_parts_of_a_tenge_are_not_rounded_is_told(income: object, told: bool) -> None:
    found = amount(JOB, DAY, {"average_income": income, "participation_months": 84})
    assert any("nearest tiyn" in note for note in found.notes) is told


@pytest.mark.parametrize(
    ("given", "gross"),
    [
        ({"average_income": 142_500, "participation_months": 60, "loss_degree": "1"}, 60_000),
        ({"average_income": 142_500, "participation_months": 5, "loss_degree": "1"}, 6_000),
        ({"average_income": 142_500, "participation_months": 0, "loss_degree": "1"}, 6_000),
        ({"average_income": 142_500, "participation_months": 6, "loss_degree": "0.5"}, 21_000),
        ({"average_income": 142_500, "participation_months": 60, "loss_degree": "0.30"}, 18_000),
        ({"average_income": 142_500, "participation_months": 60, "loss_degree": 30}, 18_000),
        ({"average_income": 142_500, "participation_months": 60, "loss_degree": "30%"}, 18_000),
        ({"average_income": 9_000_000, "participation_months": 60, "loss_degree": "1"}, 331_500),
    ],
)
def test_loss_of_ability_to_work(given: Mapping[str, Any], gross: int) -> None:
    """(income − half of 85,000) × 0.6 × participation × degree."""
    assert paid(CAPACITY, **given) == (gross, gross / 10, gross * 0.9)


@pytest.mark.parametrize(
    ("benefit", "given", "match"),
    [
        (JOB, {"average_income": 175_000, "participation_months": 5}, "at least 6 months"),
        (JOB, {"average_income": 0, "participation_months": 6}, "without income"),
        (
            CAPACITY,
            {"average_income": 42_500, "participation_months": 60, "loss_degree": 1},
            "goes to an off",
        ),
        (
            CAPACITY,
            {"average_income": 0, "participation_months": 60, "loss_degree": 1},
            "goes to an official",
        ),
        (CAPACITY, {"average_income": 90_000, "participation_months": 60, "loss_degree": 29}, "from 0.30"),
        (
            CAPACITY,
            {"average_income": 90_000, "participation_months": 60, "loss_degree": "0.29"},
            "from 0.30",
        ),
        ("SURVIVOR_PAYMENT", {"average_income": 90_000, "dependants": 2}, "number of dependants"),
    ],
)
def test_what_is_refused(benefit: str, given: Mapping[str, object], match: str) -> None:
    with pytest.raises(Refused, match=match):
        amount(benefit, DAY, given)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("average_income", "lots"),
        ("average_income", "-1"),
        ("average_income", 175_000.0),
        ("average_income", "1e5"),
        ("average_income", "175 000"),
        ("average_income", "1000000001"),
        ("average_income", "0.1234567890123"),
        ("average_income", "٤٠٠"),
        ("participation_months", "6.5"),
        ("participation_months", 901),
        ("loss_degree", "1.5"),
        ("loss_degree", "0.305"),
        ("loss_degree", "101"),
        ("loss_degree", 0.5),
        ("loss_degree", True),
    ],
)
def test_what_is_malformed(key: str, value: object) -> None:
    given = {"average_income": 175_000, "participation_months": 84, "loss_degree": "0.5", key: value}
    with pytest.raises(BadValue, match=key):
        amount(CAPACITY, DAY, given)


@pytest.mark.parametrize(("benefit", "months"), [(JOB, 6), (CAPACITY, 0), ("SURVIVOR_PAYMENT", 0)])
def test_g_40_participation_needed(benefit: str, months: int) -> None:
    assert participation_needed(benefit, DAY) == months
    with pytest.raises(Refused, match="no length of participation"):
        participation_needed(benefit, date(2022, 12, 31))


def test_g_40_other_benefits_do_not_depend_on_participation() -> None:
    with pytest.raises(UnknownName, match="JOB_LOSS_PAYMENT"):
        participation_needed("BURIAL_PAYMENT", DAY)
