"""Officials of the simulation: they end tasks, two at a time now and then, and put cases back to work."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from qyzmet.cases import aside, tasks
from qyzmet.cases.rows import Connection
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused
from qyzmet.simulation.plan import Plan

#: (outcome, share, days until it is done); None: nobody does it in time.
_HABITS: Mapping[str, tuple[tuple[str | None, float, float], ...]] = {
    "decide": (("appoint", 0.6, 2), ("refuse", 0.1, 3), ("return", 0.15, 2), ("appoint", 0.15, 9)),
    "decide again": (("appoint", 0.8, 3), ("refuse", 0.2, 3)),
    "documents": (("brought", 0.7, 20), (None, 0.3, 0)),
    "supplement": (("supplemented", 0.6, 2), (None, 0.4, 0)),
    "supplement_late": (("supplemented", 0.7, 15), (None, 0.3, 0)),
    "refuse_without_documents": (("refuse", 1.0, 4),),
    "form_file": (("formed", 1.0, 4),),
    "enter_amount": (("entered", 1.0, 4),),
}
#: What an official enters where no amount is publicly confirmed.
ENTERED_TIYN = 4_000_000
_ENTERED = {"amount": ENTERED_TIYN, "amount.source": "made up by the simulation's official"}
_MOST_RELEASES = 4


class Officials:
    """`stale` counts how often a second official was refused, `released` which cases were put back."""

    def __init__(self, connection: Connection, clock: Clock, plan: Plan) -> None:
        self._connection, self._clock, self._plan = connection, clock, plan
        self._plans: dict[int, tuple[datetime | None, str, random.Random]] = {}
        self._seen_aside: dict[int, datetime] = {}
        self.released: Counter[int] = Counter()
        self.stale = 0

    def act(self) -> int:
        """Ends the tasks whose time has come and puts cases back; returns how many."""
        return self._end_tasks() + self._put_back()

    def wanted(self) -> bool:
        """Whether something planned is due; new work appears only where the engine did something."""
        now = self._clock.now()
        moments = [*(when for when, _, _ in self._plans.values()), *self._seen_aside.values()]
        return any(moment is not None and moment <= now for moment in moments)

    def next_moment(self) -> datetime | None:
        now = self._clock.now()
        moments = [when for when, _, _ in self._plans.values() if when is not None and when > now]
        return min([*moments, *(at for at in self._seen_aside.values() if at > now)], default=None)

    def _end_tasks(self) -> int:
        now, done = self._clock.now(), 0
        open_now = tasks.open_tasks(self._connection, limit=100_000)
        for task in open_now:
            if task.id not in self._plans:
                self._plans[task.id] = self._plan_for(task)
            when, outcome, die = self._plans[task.id]
            if when is not None and when <= now:
                self._end(task, outcome, together=die.random() < 0.2)
                done += 1
        ids = {task.id for task in open_now}
        self._plans = {number: plan for number, plan in self._plans.items() if number in ids}
        return done

    def _end(self, task: tasks.Task, outcome: str, *, together: bool) -> None:
        first, second = f"first {task.role}", f"second {task.role}"
        version = tasks.claim(self._connection, task.id, task.version, first)
        if together:
            other = next((name for name in task.outcomes if name != outcome), outcome)
            try:
                tasks.complete(self._connection, task.id, task.version, second, other, self._clock)
            except Refused:
                self.stale += 1
        facts = self._amount(task, outcome)
        tasks.complete(self._connection, task.id, version, first, outcome, self._clock, facts)

    def _amount(self, task: tasks.Task, outcome: str) -> Mapping[str, Any]:
        """An amount for the appointment of a case that has none."""
        if outcome not in ("appoint", "entered"):
            return {}
        with self._connection.transaction():
            row = self._connection.execute(
                "SELECT cases.facts->'amount' IS NULL FROM cases WHERE id = %s", (task.case,)
            ).fetchone()
        return _ENTERED if row == (True,) else {}

    def _plan_for(self, task: tasks.Task) -> tuple[datetime | None, str, random.Random]:
        die = random.Random(f"{self._plan.seed}/task/{task.case}/{task.step}/{task.id}")
        habit = [row for row in _HABITS[self._habit(task)] if row[0] is None or row[0] in task.outcomes]
        ((outcome, _, days),) = die.choices(habit, [share for _, share, _ in habit])
        if outcome is None:
            return None, "", die
        return self._clock.now() + timedelta(days=days * die.uniform(0.02, 1.0)), outcome, die

    def _habit(self, task: tasks.Task) -> str:
        if task.step != "decide":
            return task.step
        with self._connection.transaction():
            row = self._connection.execute(
                "SELECT count(*) FROM tasks WHERE case_id = %s AND step = 'decide'", (task.case,)
            ).fetchone()
        return "decide" if row == (1,) else "decide again"

    def _put_back(self) -> int:
        """Some hours after a case was set aside its trouble is taken for mended."""
        now, done = self._clock.now(), 0
        found = aside.cases_aside(self._connection)
        waiting = {each.case for each in found}
        self._seen_aside = {case: at for case, at in self._seen_aside.items() if case in waiting}
        for each in found:
            if self.released[each.case] >= _MOST_RELEASES:
                continue
            if each.case not in self._seen_aside:
                die = random.Random(f"{self._plan.seed}/aside/{each.case}/{self.released[each.case]}")
                self._seen_aside[each.case] = now + timedelta(hours=die.uniform(1, 60))
            elif self._seen_aside[each.case] <= now:
                aside.release(self._connection, each.case, "the desk for cases set aside", self._clock)
                del self._seen_aside[each.case]
                self.released[each.case] += 1
                done += 1
        return done
