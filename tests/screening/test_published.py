"""The dry run of a past year stands beside what was published of it, each difference with its reason.

docs/screening.md has the same table for twenty million people; here 20,000 are taken times a thousand.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qyzmet.acts.proactive.policies import POLICIES
from qyzmet.acts.proactive.screening_report import published, report, table
from qyzmet.acts.proactive.screening_run import screen
from qyzmet.law.policies import Policies
from qyzmet.screening.snapshot import Snapshot
from tests.screening.conftest import FIRST, LAST

#: Found in the year over what was published: a flow of a year beside people paid in it, or beside a stock
#: that took years to grow. Wide for the few people of a small run.
EXPECTED = {
    "JOB_LOSS_PAYMENT": (0.7, 1.3),
    "WORK_CAPACITY_LOSS_PAYMENT": (0.05, 0.5),
    "SURVIVOR_PAYMENT": (0.3, 1.0),
    "LARGE_FAMILY_ALLOWANCE": (0.05, 0.4),
    "DISABILITY_ALLOWANCE": (0.03, 0.3),
    "SURVIVOR_ALLOWANCE": (0.15, 0.7),
}


@pytest.fixture(scope="module")
def told(small: Snapshot, duckdb: Any) -> dict[str, Any]:
    found = screen(duckdb, small, FIRST, LAST, Policies(POLICIES))
    return report(found, FIRST, LAST, small.rows["persons"], 10)


def test_every_published_figure_of_the_year_stands_beside_the_run(told: dict[str, Any]) -> None:
    rows = {row["benefit"]: row for row in told["published"]}
    assert rows.keys() == EXPECTED.keys() == {each["benefit"] for each in published()["figure"]}
    for benefit, (low, high) in EXPECTED.items():
        row = rows[benefit]
        assert row["found_people"] == told["people"][benefit]
        assert low < row["found_people"] * 1000 / row["published_people"] < high, benefit
        assert row["source"].startswith("https://")
        assert len(row["differs"]) > 40
    assert rows["JOB_LOSS_PAYMENT"]["found_tenge"] == told["cost_tenge"]["JOB_LOSS_PAYMENT"]
    lines = table(told)
    assert all(any(row["differs"] in line for line in lines) for row in rows.values())


def test_the_run_of_another_year_has_nothing_beside_it(small: Snapshot, duckdb: Any) -> None:
    found = screen(duckdb, small, FIRST, date(2024, 2, 1), Policies(POLICIES), ("JOB_LOSS_PAYMENT",))
    assert report(found, date(2023, 12, 31), date(2024, 2, 1), 20_000, 10)["published"] == []


def test_the_docs_tell_the_figures_that_were_published() -> None:
    page = (Path(__file__).parents[2] / "docs" / "screening.md").read_text()
    assert [each["benefit"] for each in published()["figure"] if f"{each['people']:,}" not in page] == []
