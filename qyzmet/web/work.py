"""An official's work on cases, for pages and the API alike: what one sees, and what one does with a task.

Who may what: a user's roles do the tasks of certain roles of procedures, in the user's regions. A case of
another region is as if it were not there.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal

from qyzmet.cases import tasks, worklists
from qyzmet.cases.handover import take_back
from qyzmet.cases.rows import Connection
from qyzmet.cases.tasks import Task
from qyzmet.cases.worklists import Listed, Outline, Wanted
from qyzmet.runtime.clock import KZ, Clock, legal_date
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from qyzmet.web.problem import Failed
from qyzmet.web.users import User

#: Which role of procedures a user's role does the tasks of; acts add theirs (`ActSite.works_as`).
WORKS_AS: Mapping[str, str] = {
    "officer": "authorised_body", "head": "authorised_body", "clerk": "state_corporation",
}  # fmt: skip
STATES = ("late", "today", "later", "undated")
WHOSE = ("mine", "free", "proposed")
Deed = Literal["claim", "give-back", "take-back", "end", "sign", "reject"]
Together = Literal["claim", "give-back", "end"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of tasks is narrowed to; empty texts narrow nothing."""

    state: str = ""
    whose: str = ""
    benefit: str = ""
    step: str = ""
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of tasks; `after` leads to the next one, empty on the last."""

    rows: Sequence[Listed]
    after: str


def light(deadline: datetime | None, now: datetime) -> str:
    """red: its time is over; amber: it ends today; green: it has time; none: the act sets no time."""
    if deadline is None:
        return "none"
    if deadline <= now:
        return "red"
    return "amber" if legal_date(deadline - timedelta.resolution) <= legal_date(now) else "green"


class Worker:
    """One user on one connection."""

    def __init__(
        self, connection: Connection, user: User, clock: Clock, works_as: Mapping[str, str] = WORKS_AS
    ) -> None:
        self._connection, self._user, self._clock, self._works_as = connection, user, clock, works_as

    # --- what one sees --------------------------------------------------------------------------------

    def roles(self) -> list[str]:
        """The roles whose tasks the user sees; who only looks sees those of all."""
        if self._user.is_a("auditor", "administrator"):
            return worklists.roles(self._connection)
        return sorted(self._does())

    def _does(self) -> set[str]:
        return {does for role, does in self._works_as.items() if role in self._user.roles}

    def tasks(self, filters: Filters, procedures: Sequence[int] | None = None) -> Shown:
        """The next open tasks of the user's roles and regions. Raises BadValue."""
        now = self._clock.now()
        tomorrow = datetime.combine(legal_date(now) + timedelta(days=1), time(), KZ)
        since, until, undated = {
            "late": (None, now, None), "today": (now, tomorrow, None), "later": (tomorrow, None, False),
            "undated": (None, None, True),
        }.get(filters.state, (None, None, None))  # fmt: skip
        wanted = Wanted(
            roles=self.roles(), regions=self._user.seen_regions, since=since, until=until, undated=undated,
            claimed_by=self._user.id if filters.whose == "mine" else None,
            unclaimed=filters.whose == "free", proposed=filters.whose == "proposed",
            step=filters.step or None, procedures=procedures, after=read_cursor(filters.after),
            limit=filters.limit + 1,
        )  # fmt: skip
        found = worklists.page(self._connection, wanted)
        if len(found) <= filters.limit:
            return Shown(found, "")
        last = found[filters.limit - 1].task
        return Shown(found[: filters.limit], cursor_of(last.deadline_at, last.id))

    def case(self, number: int) -> Outline:
        """A case of the user's regions. Raises UnknownName, for one of another region too."""
        found = worklists.outline(self._connection, number)
        if found is None or not self._user.sees(found.region):
            raise UnknownName("case", str(number), "look for it by its number or the person's pseudonym")
        return found

    def search(self, number: int) -> list[Outline]:
        return worklists.search(self._connection, number, self._user.seen_regions)

    # --- what one does --------------------------------------------------------------------------------

    def does(self, task: Task) -> bool:
        return self.does_role(task.role, task.region)

    def does_role(self, role: str, region: str) -> bool:
        return role in self._does() and self._user.sees(region)

    def must_do(self, number: int, *, from_another: bool = False) -> Task:
        """The open task, where it is the user's to do. Raises UnknownName, Failed, Refused.

        `from_another` says that a head takes it back from whoever has it.
        """
        if not 0 <= number < 2**63:
            raise UnknownName("open task", str(number), "it may have ended")
        found = tasks.open_task(self._connection, number)
        if not self._user.sees(found.region):
            raise UnknownName("open task", str(number), "it may have ended")
        if not self.does(found):
            raise Failed(
                403, "not-allowed", "This is not yours to do", "none of your roles does this task",
                "Leave it to those whose task it is",
            )  # fmt: skip
        if found.claimed_by not in (None, self._user.id) and not from_another:
            raise Claimed(f"Task {number} is claimed by another official, who gives it back first.")
        return found

    def do(
        self, deed: Deed, number: int, version: int, outcome: str = "", facts: Mapping[str, Any] | None = None
    ) -> str:
        """Does something with a task; returns its state: open, proposed or ended.

        Raises UnknownName, Failed, BadValue, and Refused where it changed meanwhile.
        """
        task, by = self.must_do(number, from_another=deed == "take-back"), self._user.id
        if deed == "take-back":
            take_back(self._connection, task, version, by, None, self._clock)
            return "open"
        if deed == "claim":
            tasks.claim(self._connection, number, version, by)
            return "open"
        if deed == "give-back":
            tasks.give_back(self._connection, number, version)
            return "open"
        if deed == "reject":
            tasks.reject(self._connection, number, version, by)
            return "open"
        if deed == "sign":
            if task.proposal is None:
                raise Refused(f"Nothing is proposed in task {number} that could be signed.")
            outcome, facts = task.proposal.outcome, task.proposal.facts
        elif task.proposal is not None:
            raise Refused(f"Task {number} waits for the signature of a head.")
        done = tasks.complete(self._connection, number, version, by, outcome, self._clock, facts)
        return "ended" if done else "proposed"

    def do_together(
        self,
        deed: Together,
        chosen: Sequence[tuple[int, int]],
        outcome: str,
        together: Mapping[str, Any],
    ) -> int:
        """Does the same with several tasks as (task, version): all of them or, on any error, none.

        `together` says by step which outcomes may be chosen for many cases at once. Raises as `do`.
        """
        if not chosen:
            raise BadValue("task", "names at least one task", "Choose some.")
        with self._connection.transaction():
            for number, version in chosen:
                task = self.must_do(number)
                if deed == "end" and outcome not in together.get(task.step, ()):
                    raise Refused(f"Task {number} is considered by itself, not together with others.")
                self.do(deed, number, version, outcome)
        return len(chosen)


class Claimed(Refused):
    """The task is in another official's hands."""


def cursor_of(deadline: datetime | None, number: int) -> str:
    """The place of a row as an opaque text."""
    said = f"{deadline.isoformat() if deadline else ''}|{number}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime | None, int] | None:
    """The place that a cursor names. Raises BadValue."""
    if not cursor:
        return None
    try:
        said = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
        at, _, number = said.partition("|")
        moment = datetime.fromisoformat(at) if at else None
        if (moment and moment.tzinfo is None) or not 0 <= int(number) < 2**63:
            raise ValueError
    except (binascii.Error, ValueError, UnicodeError, OverflowError):
        raise BadValue("after", "is a cursor that an answer gave", "Begin with the first page.") from None
    return moment, int(number)
