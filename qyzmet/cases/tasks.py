"""Tasks for officials: optimistic locking, so that two people never decide one case.

What an official does comes back to the case as an event; the engine moves it on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from qyzmet.cases.rows import Connection
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused, UnknownName


class Task(msgspec.Struct, frozen=True):
    """An open task. `version` goes back with every change; an older one is refused."""

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


_COLUMNS = (
    "id, case_id, step, clause, role, office, region, outcomes, opened_at, deadline_at, version, claimed_by"
)


def open_tasks(connection: Connection, *, office: str | None = None, limit: int = 1000) -> list[Task]:
    """Open tasks, those whose deadline comes first first."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {_COLUMNS} FROM tasks WHERE state = 'o' AND (%s::text IS NULL OR office = %s)
                ORDER BY deadline_at NULLS LAST, id LIMIT %s""",
            (office, office, limit),
        )
        return [Task(*row) for row in cursor.fetchall()]


def claim(connection: Connection, task: int, version: int, official: str) -> int:
    """Takes a task on; returns its new version. Raises Refused where it has changed meanwhile."""
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
) -> None:
    """Ends a task with one of its outcomes; the case moves on at the engine's next turn.

    Raises Refused where somebody else changed the task meanwhile, UnknownName for an outcome the
    task does not have.
    """
    complete_many(connection, [(task, version, outcome, facts or {})], official, clock)


def complete_many(
    connection: Connection,
    done: Sequence[tuple[int, int, str, Mapping[str, Any]]],
    official: str,
    clock: Clock,
) -> None:
    """Ends several tasks as (task, version, outcome, facts): all of them or, on any error, none."""
    now = clock.now()
    with connection.transaction(), connection.cursor() as cursor:
        for task, version, outcome, facts in done:
            cursor.execute(
                """UPDATE tasks SET state = 'd', done_at = %s, done_by = %s, outcome = %s,
                       version = version + 1
                   WHERE id = %s AND version = %s AND state = 'o' RETURNING case_id, step, outcomes""",
                (now, official, outcome, task, version),
            )
            row = cursor.fetchone()
            if row is None:
                raise _stale(task)
            case, step, outcomes = row
            if outcome not in outcomes:
                raise UnknownName("outcome", outcome, f"task {task} ends in one of {', '.join(outcomes)}")
            body = {
                "step": step,
                "task": task,
                "outcome": outcome,
                "official": official,
                "source": official,
                "facts": dict(facts),
            }
            send_event(cursor.connection, case, "done", now, body)


def send_event(connection: Connection, case: int, kind: str, at: datetime, body: Mapping[str, Any]) -> None:
    """Puts an event into a case's inbox, inside the caller's transaction."""
    connection.execute(
        "INSERT INTO inbox (case_id, kind, at, body) VALUES (%s, %s, %s, %s)",
        (case, kind, at, msgspec.json.encode(body).decode()),
    )


def _stale(task: int) -> Refused:
    return Refused(
        f"Task {task} was changed or ended by somebody else. Nothing was changed now: "
        "open it again and look before you decide."
    )
