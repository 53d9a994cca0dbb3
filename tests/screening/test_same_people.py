"""The engine finds whom a plain reading of the act finds, in bulk, day by day and event by event."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qyzmet.acts.proactive.policies import POLICIES
from qyzmet.acts.proactive.screening_claims import claims_of
from qyzmet.acts.proactive.screening_days import younger_than
from qyzmet.acts.proactive.screening_run import screen, screen_events
from qyzmet.acts.proactive.snapshots import TABLES
from qyzmet.bench.population import make
from qyzmet.law.deadline import months_years
from qyzmet.law.policies import Policies
from qyzmet.screening.snapshot import Snapshot, open_snapshot
from tests.screening.conftest import FIRST, LAST, rows_of
from tests.screening.plain import Plain

Said = dict[tuple[str, str], tuple[int | None, str]]


@pytest.fixture(scope="module")
def whole(small: Snapshot, duckdb: Any, policies: Policies) -> Said:
    return said(screen(duckdb, small, FIRST, LAST, policies))


def said(table: pa.Table) -> dict[tuple[str, str], tuple[int | None, str]]:
    """(benefit, event) → recipient and outcome; who stands for nobody does not count."""
    return {
        (row["benefit"], row["event"]): (
            row["recipient"] if row["outcome"] != "nobody" else None,
            row["outcome"],
        )
        for row in table.to_pylist()
    }


def plainly(snapshot: Snapshot, **reading: Any) -> dict[tuple[str, str], tuple[int | None, str]]:
    found = Plain(rows_of(snapshot), **reading).screen(FIRST, LAST)
    return {key: (None if out == "nobody" else who, out) for key, (who, out) in found.items()}


@pytest.mark.clause(
    "proactive:§6", "proactive:§29", "proactive:§48", "proactive:§49", "proactive:§50", "proactive:§51",
    "proactive:§52", "proactive:§72", "proactive:§93", "proactive:§116", "proactive:§137", "proactive:§162",
)  # fmt: skip
def test_twenty_thousand_residents(whole: Said, small: Snapshot) -> None:
    assert whole == plainly(small)
    assert len({benefit for (benefit, _), (_, outcome) in whole.items() if outcome == "found"}) == 9


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6), children=st.integers(3, 5), student=st.integers(18, 25), both=st.booleans()
)
def test_any_population_and_reading(
    seed: int, children: int, student: int, both: bool, duckdb: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    make(folder, 900, seed, LAST)
    snapshot = open_snapshot(folder, TABLES)
    chosen = {"G-34.children": children, "G-34.student": student, "G-37": "both" if both else "payment"}
    found = said(screen(duckdb, snapshot, FIRST, LAST, Policies(POLICIES, chosen)))
    assert found == plainly(snapshot, children=children, student=student, both=both)


def test_half_a_year_and_the_rest_are_the_year(
    whole: Said, small: Snapshot, duckdb: Any, policies: Policies
) -> None:
    first = screen(duckdb, small, FIRST, date(2024, 6, 30), policies)
    claims = claims_of(first, small.path("kin"))
    second = screen(duckdb, small, date(2024, 7, 1), LAST, policies, cases=claims)
    assert said(first) | said(second) == whole
    assert not set(said(second)) & set(said(first))


def test_events_as_they_come_by_the_same_definition(
    whole: Said, small: Snapshot, duckdb: Any, policies: Policies
) -> None:
    names = ("births", "awards", "deaths", "disabilities", "unemployed")
    events = {name: pq.read_table(small.path(name)).slice(1, 3) for name in names}
    events["survivors"] = pq.read_table(small.path("survivors"))
    found = said(screen_events(duckdb, small, events, policies))
    assert len(found) > 6
    for key, outcome in found.items():
        assert outcome == whole[key] or "another_case" in (outcome[1], whole[key][1])


@given(st.dates(date(1930, 1, 1), date(2030, 12, 31)), st.sampled_from((7, 18, 23)))
def test_the_days_of_law_split_births_as_months_do(day: date, years: int) -> None:
    first = younger_than(years, day)
    assert months_years(first, years=years) > day
    assert months_years(first - timedelta(1), years=years) <= day
