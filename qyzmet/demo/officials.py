"""Officials of the demo: they do open tasks in office hours, by a seeded temperament.

Shares are ours, chosen so that every branch of the act occurs; nothing is published about them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from qyzmet.cases import tasks
from qyzmet.cases.rows import Connection
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.runtime.clock import KZ, Clock, legal_date

OPENS, CLOSES = time(9, 0), time(18, 0)

#: (outcome, share, hours of working until it is done); None: nobody does it in time.
_HABITS: Mapping[str, tuple[tuple[str | None, float, float], ...]] = {
    "decide": (("appoint", 0.72, 8), ("refuse", 0.08, 12), ("return", 0.16, 10), ("appoint", 0.04, 40)),
    "decide again": (("appoint", 0.9, 8), ("refuse", 0.1, 12)),
    "documents": (("brought", 0.65, 30), (None, 0.35, 0)),
    "supplement": (("supplemented", 0.8, 6), (None, 0.2, 0)),
    "supplement_late": (("supplemented", 0.7, 20), (None, 0.3, 0)),
    "refuse_without_documents": (("refuse", 1.0, 9),),
    "form_file": (("formed", 1.0, 10),),
    "enter_amount": (("entered", 1.0, 10),),
}
#: What an official of the demo enters where no amount is publicly confirmed: made up, and said so.
_ENTERED = {"amount": 4_000_000, "amount.source": "made up by the demo's official"}

#: How officials of a role are called, as those who sign in on pages.
_CALLED = {"authorised_body": "officer", "state_corporation": "clerk"}


class Officials:
    """Looks at the open tasks and ends those whose time has come."""

    def __init__(self, connection: Connection, clock: Clock, calendar: WorkingCalendar, seed: int) -> None:
        self._connection, self._clock, self._calendar, self._seed = connection, clock, calendar, seed
        self._plans: dict[int, tuple[datetime | None, str]] = {}

    def act(self) -> int:
        """Ends the tasks that are due now; returns how many."""
        now, done = self._clock.now(), 0
        open_now = tasks.open_tasks(self._connection, limit=100_000)
        for task in open_now:
            if task.id not in self._plans:
                self._plans[task.id] = self._plan(task)
            when, outcome = self._plans[task.id]
            if when is not None and when <= now:
                official = f"{_CALLED.get(task.role, task.role)}-{task.region}"
                facts = self._amount(task, outcome)
                tasks.complete(self._connection, task.id, task.version, official, outcome, self._clock, facts)
                done += 1
        ids = {task.id for task in open_now}
        self._plans = {number: plan for number, plan in self._plans.items() if number in ids}
        return done

    def next_moment(self) -> datetime | None:
        """When the next planned task is ended; None where none is planned."""
        now = self._clock.now()
        return min(
            (when for when, _ in self._plans.values() if when is not None and when > now), default=None
        )

    def _plan(self, task: tasks.Task) -> tuple[datetime | None, str]:
        chance = random.Random(f"{self._seed}/{task.case}/{task.step}/{task.id}")
        habit = [row for row in _HABITS[self._habit(task)] if row[0] is None or row[0] in task.outcomes]
        ((outcome, _, hours),) = chance.choices(habit, weights=[share for _, share, _ in habit])
        if outcome is None:
            return None, ""
        return self._working_hours_after(task.opened_at, hours * chance.uniform(0.2, 1.0)), outcome

    def _amount(self, task: tasks.Task, outcome: str) -> Mapping[str, Any]:
        """An amount for the appointment of a case that has none."""
        if outcome not in ("appoint", "entered"):
            return {}
        with self._connection.transaction():
            row = self._connection.execute(
                "SELECT facts->'amount' IS NULL FROM cases WHERE id = %s", (task.case,)
            ).fetchone()
        return _ENTERED if row and row[0] else {}

    def _habit(self, task: tasks.Task) -> str:
        if task.step != "decide":
            return task.step
        with self._connection.transaction():
            row: Any = self._connection.execute(
                "SELECT count(*) FROM tasks WHERE case_id = %s AND step = 'decide'", (task.case,)
            ).fetchone()
        return "decide" if row[0] == 1 else "decide again"

    def _working_hours_after(self, start: datetime, hours: float) -> datetime:
        """The moment so many office hours after the start, on working days."""
        left, day = timedelta(hours=hours), legal_date(start)
        while True:
            opens, closes = (datetime.combine(day, at, KZ) for at in (OPENS, CLOSES))
            begin = max(start, opens)
            if self._calendar.is_working(day) and begin < closes:
                if closes - begin >= left:
                    return begin + left
                left -= closes - begin
            day += timedelta(days=1)
