"""A run of screening: events of the window, then one look at each large table, then the definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from qyzmet.acts.proactive.events import FOURTH
from qyzmet.acts.proactive.screening import DEFINITIONS, recipients
from qyzmet.acts.proactive.screening_days import law_days
from qyzmet.acts.proactive.screening_parts import COLUMNS, Tables
from qyzmet.acts.proactive.snapshots import BY_NAME, EVENTS, TABLES
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue
from qyzmet.screening.engines import fetch, in_turns, keep, read
from qyzmet.screening.snapshot import Snapshot

_DAYS = (("births", "registered"), ("awards", "registered"), ("deaths", "registered"),
         ("deaths", "death_day"), ("disabilities", "registered"), ("disabilities", "established"),
         ("unemployed", "registered"))  # fmt: skip
RESULT = ibis.schema(COLUMNS).to_pyarrow()


def screen(
    connection: Any,
    snapshot: Snapshot,
    since: date,
    on: date,
    policies: Policies,
    benefits: Sequence[str] = tuple(DEFINITIONS),
    cases: pa.Table | None = None,
) -> pa.Table:
    """Every event of `since` to `on` with its outcome for each benefit; see `COLUMNS`.

    `cases` are the store's claims and those of earlier runs, in the schema of the table of that name.
    Raises BadValue where a table holds a key twice.
    """
    given = _given(connection, snapshot, cases)
    return _run(connection, given, since, on, policies, benefits)


def screen_events(
    connection: Any,
    snapshot: Snapshot,
    events: Mapping[str, pa.Table],
    policies: Policies,
    benefits: Sequence[str] = tuple(DEFINITIONS),
    cases: pa.Table | None = None,
) -> pa.Table:
    """The same definitions for events as they come: `events` stand in for the tables of the snapshot."""
    given = _given(connection, snapshot, cases)
    for name in (*EVENTS, "survivors"):
        rows = events.get(name)
        rows = BY_NAME[name].arrow.empty_table() if rows is None else rows
        given[name] = keep(connection, name, rows)
    return _run(connection, given, date.min, date.max, policies, benefits)


def _given(connection: Any, snapshot: Snapshot, cases: pa.Table | None) -> dict[str, Any]:
    given = {name: read(connection, snapshot.path(name)) for name in snapshot.rows}
    own = given.get("cases")
    more = keep(connection, "claims", BY_NAME["cases"].arrow.empty_table() if cases is None else cases)
    given["cases"] = more if own is None else own.union(more)
    return given


def _run(
    connection: Any,
    given: Mapping[str, Any],
    since: date,
    on: date,
    policies: Policies,
    benefits: Sequence[str],
) -> pa.Table:
    tables = narrowed(connection, given, since, on, policies)
    if {"SURVIVOR_ALLOWANCE", "SURVIVOR_PAYMENT"} & set(benefits):
        tables = replace(tables, recipients=tables.hold(recipients(tables)))

    def found(benefit: str, own: Any) -> pa.Table:
        mine = replace(tables, hold=lambda rows: keep(own, "q_part", rows))
        return fetch(own, DEFINITIONS[benefit](mine)).cast(RESULT)

    return pa.concat_tables(in_turns(connection, [partial(found, benefit) for benefit in benefits]))


def narrowed(connection: Any, given: Mapping[str, Any], since: date, on: date, policies: Policies) -> Tables:
    """The tables with only those whom the events can concern: each large table is read once or twice."""

    def held(name: str, rows: Any) -> Any:
        return keep(connection, f"q_{name}", rows)

    events = {}
    for name in EVENTS:
        rows = given[name]
        if on < date.max:
            rows = rows.filter((_.registered >= since) & (_.registered <= on))
        events[name] = held(name, rows)
        _once_each(connection, events[name], name)
    survivors = held("survivors", given["survivors"].semi_join(events["deaths"], "event"))
    children = held("children", _ids(
        (events["births"].filter(_.order >= FOURTH), "child"), (events["disabilities"], "person"),
        (survivors, "survivor"),
    ))  # fmt: skip
    near = held("near", given["kin"].semi_join(children, given["kin"].child == children.id))
    _once_each(connection, near, "kin")
    parents = near.semi_join(events["births"], near.child == events["births"].child)
    parents = held("parents", parents.select("relative").distinct())
    kin = held("kin", given["kin"].semi_join(parents, "relative").union(near, distinct=True))
    people = held("people", _ids(
        (near, "relative"), (events["awards"], "person"), (events["deaths"], "person"),
        (events["deaths"], "applicant"), (events["deaths"], "body_taker"), (survivors, "survivor"),
        (events["disabilities"], "person"), (events["unemployed"], "person"),
    ))  # fmt: skip
    large = {
        name: held(name, given[name].semi_join(people, given[name].person == people.id))
        for name in ("persons", "payments", "contributions")
    }
    for name in ("persons", "contributions"):
        _once_each(connection, large[name], name)
    days = held("days", law_days(_days(connection, events), policies))
    return Tables(
        **large, kin=kin, orphanages=held("orphanages", given["orphanages"]), **events, survivors=survivors,
        cases=held("cases", given["cases"]), days=days, policies=policies,
        hold=lambda rows: held("part", rows),
    )  # fmt: skip


def _ids(*columns: tuple[Any, str]) -> Any:
    parts = [rows.select(id=name) for rows, name in columns]
    return ibis.union(*parts, distinct=True).filter(_.id.notnull())


def _days(connection: Any, events: Mapping[str, Any]) -> Iterable[date]:
    parts = [events[name].select(day=column) for name, column in _DAYS]
    days: list[date] = fetch(connection, ibis.union(*parts, distinct=True))["day"].to_pylist()
    return days


def _once_each(connection: Any, rows: Any, name: str) -> None:
    """Raises BadValue where the key of a table stands in it twice; it does not say whose."""
    key = list(BY_NAME[name].key)
    if not key:
        return
    counted = rows.group_by(key).agg(n=_.count()).filter(_.n > 1).agg(twice=_.count())
    twice = fetch(connection, counted)["twice"][0].as_py()
    if twice:
        raise BadValue(
            f"{name}.parquet, column {', '.join(key)}",
            f"holds {twice:,} values more than once, where each stands once",
            "Export the table again.",
        )


__all__ = ["DEFINITIONS", "TABLES", "narrowed", "screen", "screen_events"]
