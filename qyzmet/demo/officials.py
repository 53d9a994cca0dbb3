"""Officials of the demo: they do open tasks in office hours, by a seeded temperament.

Shares are ours, chosen so that every branch of the act occurs; nothing is published about them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, LiteralString

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
        now = self._clock.now()
        open_now = tasks.open_tasks(self._connection, limit=100_000)
        self._plan([task for task in open_now if task.id not in self._plans])
        due = [(task, outcome) for task in open_now for when, outcome in [self._plans[task.id]]
               if when is not None and when <= now]  # fmt: skip
        amounts = self._amounts(due)
        by_official: dict[str, list[tuple[int, int, str, Mapping[str, Any]]]] = {}
        for task, outcome in due:
            official = f"{_CALLED.get(task.role, task.role)}-{task.region}"
            facts = _ENTERED if task.case in amounts else {}
            by_official.setdefault(official, []).append((task.id, task.version, outcome, facts))
        for official, done in by_official.items():
            tasks.complete_many(self._connection, done, official, self._clock)
        ids = {task.id for task in open_now}
        self._plans = {number: plan for number, plan in self._plans.items() if number in ids}
        return len(due)

    def next_moment(self) -> datetime | None:
        """When the next planned task is ended; None where none is planned."""
        now = self._clock.now()
        return min(
            (when for when, _ in self._plans.values() if when is not None and when > now), default=None
        )

    def _plan(self, new: Sequence[tasks.Task]) -> None:
        again = self._decided_before([task.case for task in new if task.step == "decide"])
        for task in new:
            habits = _HABITS["decide again" if task.step == "decide" and task.case in again else task.step]
            self._plans[task.id] = self._planned(task, habits)

    def _planned(
        self, task: tasks.Task, habits: Sequence[tuple[str | None, float, float]]
    ) -> tuple[datetime | None, str]:
        chance = random.Random(f"{self._seed}/{task.case}/{task.step}/{task.id}")
        habit = [row for row in habits if row[0] is None or row[0] in task.outcomes]
        ((outcome, _, hours),) = chance.choices(habit, weights=[share for _, share, _ in habit])
        if outcome is None:
            return None, ""
        return self._working_hours_after(task.opened_at, hours * chance.uniform(0.2, 1.0)), outcome

    def _amounts(self, due: Sequence[tuple[tasks.Task, str]]) -> set[int]:
        """The cases that are appointed now and have no amount yet."""
        return self._cases(
            "SELECT id FROM cases WHERE id = ANY(%s) AND cases.facts->'amount' IS NULL",
            [task.case for task, outcome in due if outcome in ("appoint", "entered")],
        )

    def _decided_before(self, cases: Sequence[int]) -> set[int]:
        """Those that came to be decided more than once."""
        return self._cases(
            "SELECT case_id FROM tasks WHERE case_id = ANY(%s) AND step = 'decide' "
            "GROUP BY case_id HAVING count(*) > 1",
            cases,
        )

    def _cases(self, query: LiteralString, cases: Sequence[int]) -> set[int]:
        if not cases:
            return set()
        with self._connection.transaction():
            return {case for (case,) in self._connection.execute(query, (list(cases),)).fetchall()}

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
