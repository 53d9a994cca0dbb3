"""Running times and overdue lists: for the administrative police directorates (A§4), of printing (A§5).

The act gives no periods. Where a setting gives none, a case shows its running time and is never late.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from qyzmet.acts.driving.clauses import ACT
from qyzmet.cases.rows import Connection
from qyzmet.law.act import carries_out
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.deadline import working_days
from qyzmet.law.policies import Policies

#: Steps that somebody is responsible for, with the policy that holds their period.
WATCHED = {
    "review": "P-REVIEW-DAYS",
    "print_order": "P-PRINT-DAYS",
    "printing": "P-PRINT-DAYS",
    "issue": "P-ISSUE-DAYS",
}


class Running(msgspec.Struct, frozen=True):
    """An open application at a step. `until` is None where no period is set; times in seconds."""

    case: int
    step: str
    clause: str
    region: str
    since: datetime
    seconds: int
    until: datetime | None
    late: bool


class Summary(msgspec.Struct, frozen=True):
    """Of one region and step: how many wait, how many are late, the longest and the middle running time."""

    region: str
    step: str
    waiting: int
    late: int
    longest: int
    middle: int


@carries_out(ACT["§4"], ACT["§5"])
def running(
    connection: Connection,
    policies: Policies,
    calendar: WorkingCalendar,
    regions: Sequence[str],
    now: datetime,
    *,
    steps: Sequence[str] = tuple(WATCHED),
) -> list[Running]:
    """Every open application at these steps in these regions: the late ones first, then the longest."""
    with connection.transaction():
        rows = connection.execute(
            """SELECT c.id, c.step, c.region, c.entered_at FROM cases c
               JOIN driving_applications a ON a.case_id = c.id
               WHERE c.status <> 'e' AND c.step = ANY(%s) AND c.region = ANY(%s) ORDER BY c.entered_at, c.id""",
            (list(steps), list(regions)),
        ).fetchall()
    found = [_running(row, policies, calendar, now) for row in rows]
    return sorted(found, key=lambda each: (not each.late, each.since, each.case))


def _running(
    row: tuple[int, str, str, datetime], policies: Policies, calendar: WorkingCalendar, now: datetime
) -> Running:
    case, step, region, since = row
    days = int(policies[WATCHED[step]])
    until = working_days(since, days, calendar=calendar).ends if days else None
    clause = ACT["§5"] if step in ("print_order", "printing") else ACT["§4"]
    seconds = int((now - since).total_seconds())
    return Running(case, step, clause.id, region, since, seconds, until, until is not None and until <= now)


def summaries(found: Sequence[Running]) -> list[Summary]:
    groups: dict[tuple[str, str], list[Running]] = {}
    for each in found:
        groups.setdefault((each.region, each.step), []).append(each)
    result = []
    for (region, step), some in sorted(groups.items()):
        seconds = sorted(each.seconds for each in some)
        late = sum(each.late for each in some)
        result.append(Summary(region, step, len(some), late, seconds[-1], seconds[len(seconds) // 2]))
    return result


def printing_times(connection: Connection, regions: Sequence[str]) -> list[tuple[str, int, int]]:
    """(region, how many, middle seconds) from the order to the printed licence, of the licences printed."""
    with connection.transaction():
        return connection.execute(
            """SELECT region, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds)::int FROM (
                   SELECT c.region, extract(epoch FROM (c.facts->'printed_at'->>0)::timestamptz
                       - (c.facts->'print.receipt'->>2)::timestamptz)::int seconds
                   FROM cases c JOIN driving_applications a ON a.case_id = c.id
                   WHERE c.facts->'printed_at' IS NOT NULL AND c.region = ANY(%s)) t
               GROUP BY region ORDER BY region""",
            (list(regions),),
        ).fetchall()
