"""What came in for a case that is busy outside and has not read it yet."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from qyzmet.cases.case import Event
from qyzmet.cases.rows import Connection


def unread(connection: Connection, cases: Sequence[int]) -> dict[int, list[Event]]:
    """By case, oldest first; nothing is taken away."""
    with connection.transaction():
        found = connection.execute(
            "SELECT id, case_id, kind, at, body::text FROM inbox WHERE case_id = ANY(%s) ORDER BY id",
            (list(cases),),
        ).fetchall()
    events: dict[int, list[Event]] = {}
    for number, case, kind, at, body in found:
        events.setdefault(case, []).append(Event(number, case, kind, at, msgspec.json.decode(body)))
    return events
