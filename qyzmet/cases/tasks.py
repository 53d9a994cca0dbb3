"""Tasks for officials: optimistic locking, so that two people never decide one case.

What an official does comes back to the case as an event; the engine moves it on. An outcome takes only
the facts it asks for. Where a task needs two pairs of eyes, the first official's end is a proposal that a
second one confirms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from qyzmet.cases import inbox
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

LONGEST_TEXT = 2000


class Proposal(msgspec.Struct, frozen=True):
    """What the first official of two would end a task with."""

    outcome: str
    facts: dict[str, Any]
    official: str
    at: datetime


class Task(msgspec.Struct, frozen=True):
    """An open task. `version` goes back with every change; an older one is refused.

    `takes` is, by outcome, what the official enters and of which kind (`tiyn`, `text`).
    """

    id: int
    case: int
    step: str
    clause: str
    role: str
    office: str
    region: str
    outcomes: list[str]
    opened_at: datetime
    deadline_at: datetime | None
    version: int
    claimed_by: str | None
    takes: dict[str, dict[str, str]] | None
    eyes: int
    proposal: Proposal | None

    def overdue(self, now: datetime) -> bool:
        return self.deadline_at is not None and self.deadline_at <= now


COLUMNS = (
    "id, case_id, step, clause, role, office, region, outcomes, opened_at, deadline_at, version, claimed_by, "
    "takes::text, eyes, proposal::text"
)
_TAKES = msgspec.json.Decoder(dict[str, dict[str, str]])
_PROPOSAL = msgspec.json.Decoder(Proposal)


def open_tasks(
    connection: Connection,
    *,
    office: str | None = None,
    role: str | None = None,
    region: str | None = None,
    claimed_by: str | None = None,
    overdue_at: datetime | None = None,
    limit: int = 1000,
) -> list[Task]:
    """Open tasks, those whose deadline comes first first; with `overdue_at` those that were late then.

    An office that ends in `*` is every office that begins so.
    """
    beginning = office[:-1] if office and office.endswith("*") else None
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {COLUMNS} FROM tasks WHERE state = 'o'
                  AND (%(office)s::text IS NULL OR office = %(office)s)
                  AND (%(beginning)s::text IS NULL OR starts_with(office, %(beginning)s))
                  AND (%(role)s::text IS NULL OR role = %(role)s)
                  AND (%(region)s::text IS NULL OR region = %(region)s)
                  AND (%(mine)s::text IS NULL OR claimed_by = %(mine)s)
                  AND (%(late)s::timestamptz IS NULL OR deadline_at <= %(late)s)
                ORDER BY deadline_at NULLS LAST, id LIMIT %(limit)s""",
            {"office": office if beginning is None else None, "beginning": beginning, "role": role,
             "region": region, "mine": claimed_by, "late": overdue_at, "limit": limit},
        )  # fmt: skip
        return [of_row(row) for row in cursor.fetchall()]


def open_task(connection: Connection, task: int) -> Task:
    """One open task. Raises UnknownName where it is none, or ended."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM tasks WHERE id = %s AND state = 'o'", (task,))
        row = cursor.fetchone()
    if row is None:
        raise UnknownName("open task", str(task), "`qyzmet task list` shows those there are")
    return of_row(row)


def of_row(row: Sequence[Any]) -> Task:
    """A task from a row of `COLUMNS`."""
    takes, eyes, proposal = row[-3:]
    values = [*row[:-3], takes and _TAKES.decode(takes), eyes, proposal and _PROPOSAL.decode(proposal)]
    return Task(*values)


def claim(connection: Connection, task: int, version: int, official: str) -> int:
    """Takes a task on; returns its new version. Raises Refused where it has changed meanwhile."""
    return hold(connection, task, version, official)


def give_back(connection: Connection, task: int, version: int) -> int:
    """Puts a claimed task back for others; returns its new version. Raises Refused likewise."""
    return hold(connection, task, version, None)


def hold(connection: Connection, task: int, version: int, official: str | None) -> int:
    """Says who has a task, or nobody; returns its new version. Raises Refused likewise."""
    with connection.transaction():
        row = connection.execute(
            """UPDATE tasks SET claimed_by = %s, version = version + 1
               WHERE id = %s AND version = %s AND state = 'o' RETURNING version""",
            (official, task, version),
        ).fetchone()
    if row is None:
        raise _stale(task)
    return int(row[0])


def complete(
    connection: Connection,
    task: int,
    version: int,
    official: str,
    outcome: str,
    clock: Clock,
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """Ends a task with one of its outcomes; the case moves on at the engine's next turn.

    False where a second official has still to confirm it. Raises Refused where somebody else changed the
    task meanwhile or confirms another end than was proposed, UnknownName for an outcome the task does not
    have, BadValue for facts that the outcome does not ask for.
    """
    return complete_many(connection, [(task, version, outcome, facts or {})], official, clock) == 1


def complete_many(
    connection: Connection,
    done: Sequence[tuple[int, int, str, Mapping[str, Any]]],
    official: str,
    clock: Clock,
) -> int:
    """Ends several tasks as (task, version, outcome, facts): all of them or, on any error, none.

    Returns how many ended; the others wait for a second official.
    """
    now = clock.now()
    with connection.transaction(), connection.cursor() as cursor:
        found = _locked(cursor, [(task, version) for task, version, _, _ in done])
        ended: list[_Ended] = []
        proposed: list[tuple[int, Proposal]] = []
        for task, (_, _, outcome, facts) in zip(found, done, strict=True):
            said = Proposal(outcome, dict(facts), official, now)
            _must_be_one_of_its_ends(task, said)
            if task.eyes > 1 and task.proposal is None:
                proposed.append((task.id, said))
            else:
                ended.append(_Ended(task, said))
        _propose(cursor, proposed)
        _end(cursor, ended, now)
        return len(ended)


def reject(connection: Connection, task: int, version: int, official: str) -> int:
    """A second official does not confirm what was proposed: the task is open again; its new version.

    Raises Refused where nothing was proposed, or by the same official, or the task changed meanwhile.
    """
    with connection.transaction(), connection.cursor() as cursor:
        (found,) = _locked(cursor, [(task, version)])
        if found.proposal is None or found.proposal.official == official:
            raise Refused(f"Task {task} has no proposal of another official. Nothing was changed.")
        cursor.execute(
            "UPDATE tasks SET proposal = NULL, version = version + 1 WHERE id = %s RETURNING version", (task,)
        )
        row = cursor.fetchone()
        assert row is not None
        return int(row[0])


class _Ended(msgspec.Struct, frozen=True):
    """A task with the end that an official, or the second of two, gives it."""

    task: Task
    said: Proposal

    @property
    def by(self) -> str:
        """Whose end it is: that of the first of two officials."""
        return self.said.official if self.task.proposal is None else self.task.proposal.official

    def news(self, now: datetime) -> inbox.News:
        """What the case hears."""
        body: dict[str, Any] = {
            "step": self.task.step, "task": self.task.id, "outcome": self.said.outcome, "official": self.by,
            "source": self.by, "facts": self.said.facts,
        }  # fmt: skip
        if self.task.proposal is not None:
            body["confirmed_by"] = self.said.official
        return self.task.case, "done", now, body


def _must_be_one_of_its_ends(task: Task, said: Proposal) -> None:
    if said.outcome not in task.outcomes:
        raise UnknownName(
            "outcome", said.outcome, f"task {task.id} ends in one of {', '.join(task.outcomes)}"
        )
    _must_be_asked_for(task, said.outcome, said.facts)
    first = task.proposal
    if first is not None and first.official == said.official:
        raise Refused(f"Task {task.id} needs a second official; {said.official} proposed its end.")
    if first is not None and (first.outcome, first.facts) != (said.outcome, said.facts):
        raise Refused(f"Task {task.id} was proposed to end otherwise. Reject the proposal first.")


def _propose(cursor: Cursor, proposed: Sequence[tuple[int, Proposal]]) -> None:
    if proposed:
        cursor.execute(
            """UPDATE tasks t SET proposal = u.said::json, claimed_by = NULL, version = version + 1
               FROM unnest(%s::bigint[], %s::text[]) u (id, said) WHERE t.id = u.id""",
            ([task for task, _ in proposed], [msgspec.json.encode(said).decode() for _, said in proposed]),
        )


def _end(cursor: Cursor, ended: Sequence[_Ended], now: datetime) -> None:
    if not ended:
        return
    cursor.execute(
        """UPDATE tasks t SET state = 'd', done_at = %s, done_by = u.by, outcome = u.outcome,
               version = version + 1
           FROM unnest(%s::bigint[], %s::text[], %s::text[]) u (id, by, outcome) WHERE t.id = u.id""",
        (now, [each.task.id for each in ended], [each.by for each in ended],
         [each.said.outcome for each in ended]),
    )  # fmt: skip
    inbox.put(cursor, (each.news(now) for each in ended))


def _locked(cursor: Cursor, versions: Sequence[tuple[int, int]]) -> list[Task]:
    """Open tasks by number and version, in the same order, locked in that of their numbers.

    Raises Stale for the first that is not open in this version, or stands twice.
    """
    cursor.execute(
        f"SELECT {COLUMNS} FROM tasks WHERE id = ANY(%s) AND state = 'o' ORDER BY id FOR UPDATE",
        ([task for task, _ in versions],),
    )
    found = {row[0]: of_row(row) for row in cursor.fetchall()}
    tasks = []
    for number, version in versions:
        task = found.pop(number, None)
        if task is None or task.version != version:
            raise _stale(number)
        tasks.append(task)
    return tasks


def _must_be_asked_for(task: Task, outcome: str, facts: Mapping[str, Any]) -> None:
    """An official enters what the outcome asks for and nothing else: no fact of the case is overwritten."""
    if task.takes is None:
        return  # opened by a release that did not say
    asked = task.takes.get(outcome, {})
    for name in sorted(facts.keys() - asked.keys()):
        takes = f"takes {', '.join(sorted(asked))}" if asked else "takes no facts"
        raise BadValue(f"fact {name}", f"is not asked for: {outcome} {takes}", "Leave it out.")
    for name, kind in asked.items():
        if name not in facts:
            raise BadValue(f"fact {name}", f"is needed for {outcome}", "Enter it.")
        if not _is_of(kind, facts[name]):
            raise BadValue(f"fact {name}", f"is {_KINDS[kind]}", "Enter it so.")


_KINDS = {
    "tiyn": "a whole number of tiyn above 0",
    "text": f"a text of 1 to {LONGEST_TEXT} printable characters",
}


def _is_of(kind: str, value: object) -> bool:
    if kind == "tiyn":
        return type(value) is int and 0 < value < 10**13
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TEXT and value.isprintable()


def send_event(connection: Connection, case: int, kind: str, at: datetime, body: Mapping[str, Any]) -> None:
    """Puts an event into a case's inbox, inside the caller's transaction."""
    with connection.cursor() as cursor:
        inbox.put(cursor, [(case, kind, at, body)])


class Stale(Refused):
    """The task was changed or ended by somebody else meanwhile."""


def _stale(task: int) -> Stale:
    return Stale(
        f"Task {task} was changed or ended by somebody else. Nothing was changed now: "
        "open it again and look before you decide."
    )
