"""What is late and why: tasks past their time, cases that wait outside, SMS that do not go out.

Only counts, moments and names of steps: nothing of a person. What is on its way for less than `PATIENCE` is
not late.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from qyzmet.cases.rows import Connection

PATIENCE = timedelta(minutes=5)
Kind = Literal["task", "outside", "unread", "sms"]


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """So many things of a kind that are late.

    task: open tasks of `role` past their time, `unclaimed` of them in nobody's hands. outside: cases at a
    `step` of a `procedure` that have not been answered, tried up to `attempts` times. unread: waiting cases
    of which the time is up or something came in, which no worker has taken up. sms: messages that are ready.
    """

    kind: Kind
    count: int
    since: datetime
    region: str = ""
    role: str = ""
    unclaimed: int = 0
    procedure: int = 0
    step: str = ""
    attempts: int = 0


def late(connection: Connection, roles: Sequence[str], regions: Sequence[str], now: datetime) -> list[Late]:
    """Everything that is late in these regions, the oldest first."""
    values = {
        "roles": list(roles), "regions": list(regions), "now": now, "before": now - PATIENCE,
    }  # fmt: skip
    found: list[Late] = []
    with connection.transaction():
        for role, region, count, unclaimed, since in connection.execute(_TASKS, values):
            found.append(
                Late(kind="task", count=count, since=since, region=region, role=role, unclaimed=unclaimed)
            )
        for procedure, step, count, attempts, since in connection.execute(_OUTSIDE, values):
            found.append(
                Late(kind="outside", count=count, since=since, procedure=procedure, step=step,
                     attempts=attempts)
            )  # fmt: skip
        for count, since in connection.execute(_UNREAD, values):
            found += [Late(kind="unread", count=count, since=since)] if count else []
        for count, since in connection.execute(_SMS, values):
            found += [Late(kind="sms", count=count, since=since)] if count else []
    return sorted(found, key=lambda each: each.since)


_ENDS = "coalesce(t.deadline_at, 'infinity'::timestamptz)"
_TASKS = f"""
SELECT r.role, g.region, l.n, l.unclaimed, l.since FROM unnest(%(roles)s::text[]) r (role),
    unnest(%(regions)s::text[]) g (region),
    LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE t.claimed_by IS NULL) AS unclaimed,
            min(t.deadline_at) AS since
        FROM tasks t WHERE t.state = 'o' AND t.role = r.role AND t.region = g.region AND {_ENDS} <= %(now)s) l
WHERE l.n > 0
"""
_OUTSIDE = """
SELECT c.procedure, c.step, count(*), max(c.attempts), min(c.entered_at) FROM cases c
WHERE c.due_at IS NOT NULL AND c.status = 'r' AND c.region = ANY(%(regions)s) AND c.entered_at <= %(before)s
GROUP BY c.procedure, c.step
"""
_UNREAD = """
SELECT count(*), min(c.due_at) FROM cases c
WHERE c.due_at <= %(before)s AND c.status = 'w' AND c.region = ANY(%(regions)s)
"""
_SMS = """
SELECT count(*), min(m.ready_at) FROM messages m JOIN cases c ON c.id = m.case_id
WHERE m.state = 'r' AND m.ready_at <= %(before)s AND c.region = ANY(%(regions)s)
"""
