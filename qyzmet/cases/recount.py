"""A late order moves a working day: open deadlines are counted anew, with a new proof.

What had expired before the order was known stays expired and is listed for people; a deadline that grows
shorter never ends before the day on which the order became known here.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from qyzmet.cases.case import Fact
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.rows import Connection
from qyzmet.cases.tasks import send_event
from qyzmet.law.deadline import end_of_day, working_days
from qyzmet.runtime.clock import Clock, legal_date

_FACTS = msgspec.json.Decoder(dict[str, Fact])


class Moved(msgspec.Struct, frozen=True):
    """An open deadline that the order moved."""

    case: int
    step: str
    before: datetime
    after: datetime


class Recounted(msgspec.Struct, frozen=True):
    """What an order did: deadlines moved, and those that had expired and would not have by the new count."""

    moved: list[Moved]
    expired: list[Moved]


def recount(connection: Connection, catalogue: Catalogue, reason: str, clock: Clock) -> Recounted:
    """Counts every open deadline by the catalogue's calendar; tells the cases whose end moved.

    One transaction: all of them or none. The engine takes the new deadlines up at its next turn, and the
    ledger keeps the new proof beside the old one.
    """
    now = clock.now()
    moved, expired = [], []
    with connection.transaction():
        found = connection.execute(
            """SELECT id, procedure, step, deadline_at, cases.facts::text FROM cases
               WHERE deadline_at IS NOT NULL AND status IN ('w', 'p', 'a') ORDER BY id FOR UPDATE"""
        ).fetchall()
        for case, number, step, before, text in found:
            after = _counted_anew(catalogue, number, step, _FACTS.decode(text))
            if after is None or after == before:
                continue
            if before <= now:
                if after > now:
                    expired.append(Moved(case, step, before, after))
                continue
            after = max(after, end_of_day(legal_date(now)))
            moved.append(Moved(case, step, before, after))
            connection.execute(
                "UPDATE tasks SET deadline_at = %s, version = version + 1 WHERE case_id = %s AND step = %s "
                "AND state = 'o'",
                (after, case, step),
            )
            body = {"step": step, "reason": reason, "deadline": after.isoformat()}
            send_event(connection, case, "recounted", now, body)
    return Recounted(moved, expired)


def _counted_anew(catalogue: Catalogue, number: int, step: str, facts: dict[str, Fact]) -> datetime | None:
    """When the deadline ends by today's calendar; None where it was not counted in working days."""
    limit = catalogue.procedure(number).steps[step].limit
    proof = facts.get(f"{step}.deadline")
    if limit is None or proof is None:
        return None
    start = datetime.fromisoformat(proof.value["start"])
    law = catalogue.law_of_act(catalogue.act_of(number).act.code, start)
    literal = bool(proof.value.get("start_counted"))
    return working_days(start, limit.working_days, calendar=law.calendar, counts_start_day=literal).ends
