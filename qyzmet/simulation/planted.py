"""Bugs planted on purpose, to see that the invariants find them. They live nowhere in the product."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qyzmet.cases.case import Case, Run
from qyzmet.cases.post import Sender
from qyzmet.cases.store import Store
from qyzmet.simulation.plan import Plant
from qyzmet.worker import Worker


def plant(bug: Plant | None, worker: Worker) -> None:
    """Plants a bug in this worker's parts."""
    if bug is not None:
        _PLANTS[bug](worker)


def _double_send(worker: Worker) -> None:
    """A worker takes up anew what was being sent when another died, although it was handed over."""
    sender: Sender = worker.sender
    connection, clock = sender._connection, sender._clock

    def settle() -> None:
        with connection.transaction():
            connection.execute(
                "UPDATE messages SET state = 'r' WHERE state = 's' AND lease_until <= %s", (clock.now(),)
            )

    sender._settle_unknown = settle  # type: ignore[method-assign]


def _lost_update(worker: Worker) -> None:
    """A write without the fence check: what another worker wrote in the meantime is written over."""
    store: Store = worker.engine.store
    whole = store.write

    def write(cursor: Any, runs: Sequence[Run], *rest: Any) -> list[Run]:
        numbers = [run.case.id for run in runs if not run.opened]
        cursor.execute("SELECT id, fence, run FROM cases WHERE id = ANY(%s)", (numbers,))
        now: Mapping[int, tuple[int, int]] = {number: (f, r) for number, f, r in cursor.fetchall()}
        for run in runs:
            if not run.opened:
                run.case.fence, run.case.run = now[run.case.id]
        return whole(cursor, runs, *rest)

    store.write = write  # type: ignore[method-assign, assignment]


def _skipped_deadline(worker: Worker) -> None:
    """Some cases are passed over when their time is up."""
    store: Store = worker.engine.store
    whole = store.lock_deadlines

    def lock(*arguments: Any) -> list[Case]:
        return [case for case in whole(*arguments) if case.id % 5 != 2]

    store.lock_deadlines = lock  # type: ignore[method-assign, assignment]


_PLANTS: Mapping[Plant, Callable[[Worker], None]] = {
    "double-send": _double_send,
    "lost-update": _lost_update,
    "skipped-deadline": _skipped_deadline,
}
