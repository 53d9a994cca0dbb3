"""Registry events in: each opens at most one case, whether it comes once, twice or late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from qyzmet.cases import rows
from qyzmet.cases.package import ActPackage, Arrival
from qyzmet.cases.rows import Connection, Cursor


def cursor_of(connection: Connection, feed: str) -> str:
    """How far a feed was read; "" where it never was."""
    with connection.transaction():
        row = connection.execute("SELECT cursor FROM feeds WHERE name = %s", (feed,)).fetchone()
    return "" if row is None else str(row[0])


def admit(
    cursor: Cursor,
    package: ActPackage,
    source: str,
    arrivals: Sequence[Arrival],
    page: tuple[str, str] | None,
    now: datetime,
) -> list[Arrival]:
    """Records the events inside the caller's transaction and returns those that open a case.

    Left out: an event seen before, one that is refused, and a whole page that another worker took
    first.
    """
    if page is not None:
        cursor.execute(
            """INSERT INTO feeds AS f (name, cursor, asked_at) VALUES (%s, %s, %s)
               ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, asked_at = excluded.asked_at
               WHERE f.cursor = %s""",
            (source, page[1], now, page[0]),
        )
        if cursor.rowcount == 0:
            return []
    refused = {arrival.event: refusal(package, arrival) for arrival in arrivals}
    rows.copy(
        cursor,
        "arrivals (source, event, at, outcome)",
        (
            f"{rows.text(source)}\t{rows.text(event)}\t{now.isoformat()}\t{because or 'opened'}"
            for event, because in refused.items()
        ),
    )
    cursor.execute(
        """INSERT INTO registry_events (source, event, at, outcome)
           SELECT source, event, at, outcome FROM arrivals ON CONFLICT DO NOTHING RETURNING event"""
    )
    fresh = {event for (event,) in cursor.fetchall() if not refused[event]}
    seen = set[str]()
    return [
        a
        for a in arrivals
        if a.event in fresh and not (a.event in seen or seen.add(a.event))  # type: ignore[func-returns-value]
    ]


def refusal(package: ActPackage, arrival: Arrival) -> str:
    """Why an event opens no case; "" where it may. Of such an event nobody's number is kept."""
    if arrival.refused:
        return arrival.refused
    if arrival.as_of not in package.act.in_force:
        return "outside the term of the act"
    if len(arrival.iin) != 12 or not (arrival.iin.isascii() and arrival.iin.isdigit()):
        return "without an IIN of twelve digits"
    return ""
