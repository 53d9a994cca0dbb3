"""A run of screening: events of the window, then one look at each large table, then the definitions.

Python writes a statement while the engine carries out the ones before: the definitions are written while the
large tables are read, and each benefit is carried out in a line of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from qyzmet.acts.proactive.events import FOURTH
from qyzmet.acts.proactive.screening import DEFINITIONS, recipients
from qyzmet.acts.proactive.screening_claims import BY_DECEASED
from qyzmet.acts.proactive.screening_days import law_days
from qyzmet.acts.proactive.screening_parts import COLUMNS, Tables
from qyzmet.acts.proactive.snapshots import BY_NAME, EVENTS, TABLES
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue
from qyzmet.screening.engines import Line, Lines
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
    with Lines(connection) as lines:
        first = lines.begin()
        given = _given(first, snapshot, cases)
        return _run(lines, first, given, since, on, policies, benefits)


def screen_events(
    connection: Any,
    snapshot: Snapshot,
    events: Mapping[str, pa.Table],
    policies: Policies,
    benefits: Sequence[str] = tuple(DEFINITIONS),
    cases: pa.Table | None = None,
) -> pa.Table:
    """The same definitions for events as they come: `events` stand in for the tables of the snapshot."""
    with Lines(connection) as lines:
        first = lines.begin()
        given = _given(first, snapshot, cases)
        for name in (*EVENTS, "survivors"):
            rows = events.get(name)
            rows = BY_NAME[name].arrow.empty_table() if rows is None else rows
            given[name] = first.keep(name, rows)
        return _run(lines, first, given, date.min, date.max, policies, benefits)


def _given(line: Line, snapshot: Snapshot, cases: pa.Table | None) -> dict[str, Any]:
    given = {name: line.read(BY_NAME[name], snapshot.path(name)) for name in snapshot.rows}
    own = given.get("cases")
    more = line.keep("claims", BY_NAME["cases"].arrow.empty_table() if cases is None else cases)
    given["cases"] = more if own is None else own.union(more)
    return given


def _run(
    lines: Lines,
    first: Line,
    given: Mapping[str, Any],
    since: date,
    on: date,
    policies: Policies,
    benefits: Sequence[str],
) -> pa.Table:
    once = OnceEach()
    tables, side = narrowed(lines, first, once, given, since, on, policies)
    both = lines.begin(first, side)
    shared = lines.begin(both)
    if set(BY_DECEASED) & set(benefits):
        rows = recipients(replace(tables, hold=partial(shared.keep, "part")))
        tables = replace(tables, recipients=shared.keep("recipients", rows))
    found = []
    for benefit in benefits:
        line = lines.begin(shared if benefit in BY_DECEASED else both)
        mine = replace(tables, hold=partial(line.keep, "part"))
        found.append(line.fetch(DEFINITIONS[benefit](mine)))
    once.check()
    return pa.concat_tables(each.result().cast(RESULT) for each in found)


def narrowed(
    lines: Lines,
    line: Line,
    once: OnceEach,
    given: Mapping[str, Any],
    since: date,
    on: date,
    policies: Policies,
) -> tuple[Tables, Line]:
    """The tables with only those whom the events can concern: each large table is read once, kin twice.

    The other line is at work on some of them too.
    """
    events = {}
    for name in EVENTS:
        rows = given[name]
        if on < date.max:
            rows = rows.filter((_.registered >= since) & (_.registered <= on))
        events[name] = line.keep(name, rows)
        once.see(line, events[name], name)
    days = _days(line, events)
    survivors = line.keep("survivors", given["survivors"].semi_join(events["deaths"], "event"))
    children = _ids(
        (events["births"].filter(_.order >= FOURTH), "child"), (events["disabilities"], "person"),
        (survivors, "survivor"),
    )  # fmt: skip
    near = line.keep("kin", _of(given["kin"].select("child", "relative", "relation"), "child", children))
    side = lines.begin(line)
    once.see(side, near, "kin")
    parents = near.semi_join(events["births"], near.child == events["births"].child)
    together = given["kin"].filter(_.lives_together)
    together = together.select("relative", "child", "child_birth_day", "student")
    families = side.keep("families", _of(together, "relative", _ids((parents, "relative"))))
    # Worked out while the kin are read.
    occurring: list[date] = days.result()["day"].to_pylist()
    law = line.keep("days", law_days(occurring, policies))

    deceased, ill, jobless = (events[name] for name in ("deaths", "disabilities", "unemployed"))
    asked = ((near, "relative"), (events["awards"], "person"), (ill, "person"), (jobless, "person"))
    living = _ids(*asked, (deceased, "applicant"), (deceased, "body_taker"), (survivors, "survivor"))
    persons = given["persons"].select("person", "region", "death_known")
    persons = line.keep("persons", _of(persons, "person", living))
    once.see(line, persons, "persons")
    # Nobody asks of a day before these.
    open_then = _.until.isnull() | (_.until >= min(occurring, default=on))
    payments = _of(given["payments"].filter(open_then), "person", _ids(*asked, (deceased, "person")))
    payments = line.keep("payments", payments)
    insured = _ids((deceased, "person"), (ill, "person"), (jobless, "person"))
    contributions = side.keep("contributions", _of(given["contributions"], "person", insured))
    once.see(side, contributions, "contributions")
    tables = Tables(
        **events, persons=persons, payments=payments, contributions=contributions, kin=near,
        families=families, survivors=survivors, orphanages=line.keep("orphanages", given["orphanages"]),
        cases=line.keep("cases", given["cases"]), days=law, policies=policies,
        hold=partial(line.keep, "part"),
    )  # fmt: skip
    return tables, side


def _of(rows: Any, column: str, people: Any) -> Any:
    """The rows of these people."""
    return rows.semi_join(people, rows[column] == people.id)


def _ids(*columns: tuple[Any, str]) -> Any:
    parts = [rows.select(id=name) for rows, name in columns]
    return ibis.union(*parts, distinct=True).filter(_.id.notnull())


def _days(line: Line, events: Mapping[str, Any]) -> Future[pa.Table]:
    parts = [events[name].select(day=column) for name, column in _DAYS]
    return line.fetch(ibis.union(*parts, distinct=True))


class OnceEach:
    """Whether each key stands once in its table; it does not say whose stands twice."""

    def __init__(self) -> None:
        self._counted = dict[str, Future[pa.Table]]()

    def see(self, line: Line, rows: Any, name: str) -> None:
        key = list(BY_NAME[name].key)
        counted = rows.group_by(key).agg(n=_.count()).filter(_.n > 1).agg(twice=_.count())
        self._counted[name] = line.fetch(counted)

    def check(self) -> None:
        """Raises BadValue where one stands twice."""
        for name, counted in self._counted.items():
            twice = counted.result()["twice"][0].as_py()
            if twice:
                raise BadValue(
                    f"{name}.parquet, column {', '.join(BY_NAME[name].key)}",
                    f"holds {twice:,} values more than once, where each stands once",
                    "Export the table again.",
                )


__all__ = ["DEFINITIONS", "TABLES", "narrowed", "screen", "screen_events"]
