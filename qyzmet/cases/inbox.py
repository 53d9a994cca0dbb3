"""What comes in for cases, and what one that is busy outside has not read yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

import msgspec

from qyzmet.cases import rows
from qyzmet.cases.case import Event
from qyzmet.cases.rows import Connection, Cursor

#: Case, kind, moment, body.
News = tuple[int, str, datetime, Mapping[str, Any]]


def put(cursor: Cursor, news: Iterable[News]) -> None:
    """Puts events into the inboxes of their cases, inside the caller's transaction."""
    rows.copy(
        cursor,
        "inbox (case_id, kind, at, body)",
        (
            f"{case}\t{kind}\t{at.isoformat()}\t{rows.json_text(msgspec.json.encode(body))}"
            for case, kind, at, body in news
        ),
    )


def unread(connection: Connection, cases: Sequence[int]) -> dict[int, list[Event]]:
    """By case, oldest first; nothing is taken away."""
    return _unread(connection, cases, "TRUE")


def unread_corrections(connection: Connection, cases: Sequence[int]) -> dict[int, list[Event]]:
    """Only that the registry has corrected or withdrawn the event which began the case."""
    return _unread(connection, cases, "kind = 'corrected'")


def _unread(connection: Connection, cases: Sequence[int], which: LiteralString) -> dict[int, list[Event]]:
    with connection.transaction():
        found = connection.execute(
            f"SELECT id, case_id, kind, at, body::text FROM inbox WHERE case_id = ANY(%s) AND {which} "
            "ORDER BY id",
            (rows.numbers(cases),),
        ).fetchall()
    events: dict[int, list[Event]] = {}
    for number, case, kind, at, body in found:
        events.setdefault(case, []).append(Event(number, case, kind, at, msgspec.json.decode(body)))
    return events
