"""What is due, when, and whether it was met. The duty stands by itself: no notice opens it (annex§1, part 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qyzmet.acts.mining.clauses import ACT
from qyzmet.acts.mining.deadlines import deadline, months_due
from qyzmet.acts.mining.pools import Pool, Pools
from qyzmet.cases.rows import Connection
from qyzmet.law.act import carries_out
from qyzmet.law.policies import Policies
from qyzmet.runtime.clock import Clock, legal_date


@dataclass(frozen=True, slots=True)
class Obligation:
    """`state`: running (the month is not over), due, overdue, met, met_late. `report` is the one accepted."""

    pool: str
    name: str
    month: str
    due: date
    state: str
    report: str = ""
    received_at: datetime | None = None
    refused: int = 0
    days: int = 0


class Obligations:
    def __init__(self, connection: Connection, policies: Policies, clock: Clock) -> None:
        self._connection, self._policies, self._clock = connection, policies, clock

    @carries_out(ACT["form.4"], ACT["form.6"], ACT["form.7"], ACT["annex§1.part2"], ACT["annex§2"])
    def of_pool(self, pool: Pool) -> list[Obligation]:
        """Every month since the pool works, newest first."""
        today = legal_date(self._clock.now())
        until = min(today, pool.until) if pool.until else today
        filed = self._filed([pool])
        months = months_due(pool.since, until, self._policies)
        return [self._one(pool, month, today, filed.get((pool.id, month))) for month in reversed(months)]

    def overdue(self, *, test: bool = False) -> list[Obligation]:
        """Who has not filed: all months of all pools whose 25th has passed."""
        return [each for each in self.all(test=test) if each.state == "overdue"]

    def all(self, month: date | None = None, *, test: bool = False) -> list[Obligation]:
        today, pools = legal_date(self._clock.now()), Pools(self._connection).all(test=test)
        filed = self._filed(pools)
        return [
            self._one(pool, each, today, filed.get((pool.id, each)))
            for pool in pools
            for each in months_due(pool.since, min(today, pool.until or today), self._policies)
            if month is None or each == month
        ]

    def _one(self, pool: Pool, month: date, today: date, filed: Any) -> Obligation:
        due = deadline(month)
        key, received, first, refused = filed or ("", None, None, 0)
        if key and first:
            state = "met_late" if legal_date(first) > due else "met"
        elif today > due:
            state = "overdue"
        else:
            state = "running" if today < due.replace(day=1) else "due"
        return Obligation(
            pool.code, pool.name, f"{month:%Y-%m}", due, state, key, received, refused, (today - due).days
        )

    def _filed(self, pools: list[Pool]) -> dict[tuple[int, date], Any]:
        """The accepted report of each month; the duty was met when the first accepted one came in."""
        with self._connection.transaction():
            rows = self._connection.execute(
                """SELECT pool, month, coalesce(max(key::text) FILTER (WHERE state = 'accepted'), ''),
                          max(received_at) FILTER (WHERE state = 'accepted'),
                          min(received_at) FILTER (WHERE state IN ('accepted', 'corrected')),
                          count(*) FILTER (WHERE state = 'refused')
                   FROM mining_submissions WHERE pool = ANY(%s) GROUP BY pool, month""",
                ([pool.id for pool in pools],),
            ).fetchall()
        return {(pool, month): tuple(rest) for pool, month, *rest in rows}
