"""Cases set aside for people: what they are, and how they are put back.

Who puts a case back has mended what stopped it, or had it mended. The engine then carries it on
where it stood: it waits on where its question or task is still open, else its step begins anew. The
legal deadline ran on all the time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from qyzmet.cases.rows import Connection
from qyzmet.cases.tasks import send_event
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused, UnknownName


class Aside(msgspec.Struct, frozen=True):
    """A case that stopped, with the reason in words that hold no personal data."""

    case: int
    step: str
    region: str
    trouble: str
    deadline: datetime | None


def cases_aside(
    connection: Connection, *, regions: Collection[str] | None = None, limit: int = 1000,
    after: tuple[datetime | None, int] | None = None,
) -> list[Aside]:  # fmt: skip
    """Cases set aside, in these regions (None: in all), those whose deadline comes first first.

    `after` is the deadline and number of the last case seen.
    """
    started, (after_at, after_id) = after is not None, after or (None, -1)
    wanted = None if regions is None else list(regions)
    with connection.transaction():
        rows = connection.execute(
            """SELECT id, step, region, trouble, deadline_at FROM cases
               WHERE status = 'a' AND (%s::text[] IS NULL OR region = ANY(%s))
                   AND (NOT %s OR (coalesce(deadline_at, 'infinity'::timestamptz), id)
                       > (coalesce(%s::timestamptz, 'infinity'), %s))
               ORDER BY coalesce(deadline_at, 'infinity'::timestamptz), id LIMIT %s""",
            (wanted, wanted, started, after_at, after_id, limit),
        ).fetchall()
    return [Aside(*row) for row in rows]


def release(
    connection: Connection, case: int, official: str, clock: Clock, regions: Collection[str] | None = None
) -> None:
    """Puts a case back; it goes on at the engine's next turn, and the ledger says by whom.

    Raises UnknownName for a case that does not exist in these regions (None: in all), Refused for one that
    is not set aside.
    """
    wanted = None if regions is None else list(regions)
    with connection.transaction():
        row = connection.execute(
            """SELECT status::text,
                   EXISTS (SELECT FROM tasks t WHERE t.case_id = c.id AND t.step = c.step AND t.state = 'o')
                   OR EXISTS (SELECT FROM messages m WHERE m.case_id = c.id AND m.step = c.step
                       AND m.closed_at IS NULL AND m.state IN ('h', 'r', 's', 'd', 'u')),
                   EXISTS (SELECT FROM inbox i WHERE i.case_id = c.id AND i.kind = 'released')
               FROM cases c WHERE c.id = %s AND (%s::text[] IS NULL OR c.region = ANY(%s)) FOR UPDATE""",
            (case, wanted, wanted),
        ).fetchone()
        if row is None:
            raise UnknownName("case", str(case), "`qyzmet case list` shows those there are")
        status, waits, released = row
        if status != "a" or released:
            raise Refused(f"Case {case} is not set aside, or was put back already. Nothing was changed.")
        send_event(connection, case, "released", clock.now(), {"official": official, "waits": waits})
