"""One worker process of the benchmark: the engine, or a floor, on a connection of its own.

All workers begin and end each phase together. A phase is: open the cases, post the replies, take
the replies up, take up what is due.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import BrokenBarrierError
from typing import Any, Protocol, cast

import msgspec

from qyzmet.bench import act, floors
from qyzmet.bench.people import People
from qyzmet.cases import failpoints, rows
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.engine import Engine
from qyzmet.cases.runner import REPLY_GRACE
from qyzmet.cases.store import Store
from qyzmet.law.calendar import working_calendar
from qyzmet.law.deadline import working_days
from qyzmet.runtime.clock import FileClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.memory import collect_rarely

PHASES = ("open", "post", "reply", "timer")
#: A worker that found nothing looks again so soon, while another still has the last batch in hand.
_PAUSE_SECONDS = 0.002


@dataclass(frozen=True)
class Job:
    """What a worker is to do: which program, where, and which share of the cases."""

    program: str  #: engine, thin or like_for_like
    url: str
    clock: Path
    worker: int
    workers: int
    cases: int
    batch: int
    seed: int

    def share(self) -> Iterator[range]:
        """The batches of arrivals that fall to this worker, in turns with the others."""
        step = self.batch * self.workers
        for first in range(self.worker * self.batch, self.cases, step):
            yield range(first, min(first + self.batch, self.cases))


class Program(Protocol):
    """What is measured."""

    def open(self, numbers: range) -> None: ...

    def take(self, phase: str) -> int:
        """One batch of what came in or is due; returns how many cases."""
        ...


def work(
    job: Job, gate: Barrier, faults: Queue[str], spent: Synchronized[float], most: Synchronized[int]
) -> None:
    """The process: prepares, then goes through the phases in step with the others.

    `spent` gets the processor time of the phases, `most` the largest memory of a worker in MB.
    """
    try:
        connection = connect(job.url)
        program: Program = _Engine(connection, job) if job.program == "engine" else _Floor(connection, job)
        collect_rarely()
        gate.wait()
        began = time.process_time()
        for phase in PHASES:
            gate.wait()
            _carry_out(phase, program, connection, job)
            gate.wait()
        with spent.get_lock():
            spent.value += time.process_time() - began
        with most.get_lock():
            most.value = max(most.value, peak_mb())
        connection.close()
    except BrokenBarrierError:
        pass  # another worker failed and says why
    except BaseException:
        faults.put(traceback.format_exc())
        gate.abort()


def peak_mb() -> int:
    """The most memory this process has had resident; what a parent had before does not count."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM")), 0)


def _carry_out(phase: str, program: Program, connection: rows.Connection, job: Job) -> None:
    if phase in ("open", "post"):
        for numbers in job.share():
            if phase == "open":
                program.open(numbers)
            else:
                _post(connection, numbers)
        return
    while True:
        while program.take(phase):
            pass
        if not _left(connection, phase, job):
            return
        time.sleep(_PAUSE_SECONDS)


def _post(connection: rows.Connection, numbers: range) -> None:
    """Replies to the questions of these cases, as the post office writes them."""
    at = act.REPLYING.isoformat()
    with connection.transaction(), connection.cursor() as cursor:
        rows.copy(
            cursor,
            "inbox (case_id, kind, at, body)",
            (
                f"{case}\treply\t{at}\t{rows.json_text(msgspec.json.encode(floors.reply_body(case)))}"
                for case in range(numbers.start + 1, numbers.stop + 1)
            ),
        )


def _left(connection: rows.Connection, phase: str, job: Job) -> bool:
    table = "thin_cases" if job.program == "thin" else "cases"
    query = "inbox" if phase == "reply" else f"{table} WHERE due_at <= %(now)s"
    with connection.transaction():
        row = connection.execute(f"SELECT EXISTS (SELECT FROM {query})", {"now": act.OBJECTED}).fetchone()
    return row == (True,)


class _Engine:
    def __init__(self, connection: rows.Connection, job: Job) -> None:
        clock = FileClock(job.clock)
        self._people, self._package = People(job.cases, job.seed), act.package()
        catalogue = Catalogue(connection, [self._package], working_calendar(), clock)
        store = Store(connection, self._people, f"bench {job.worker}", failpoints.none)
        nobody = cast(Any, None)  # no step of the act speaks with a partner or signs
        self._engine = Engine(
            store, catalogue, nobody, cast(Any, self._people), nobody, clock, batch=job.batch
        )

    def open(self, numbers: range) -> None:
        people = self._people
        arrivals = [act.arrival(number, people.iins[number], people.address(number)) for number in numbers]
        self._engine.open(self._package, "bench", arrivals)

    def take(self, phase: str) -> int:
        return self._engine.take_events() if phase == "reply" else self._engine.take_deadlines()


class _Floor:
    def __init__(self, connection: rows.Connection, job: Job) -> None:
        self._connection = connection
        self._statements = floors.THIN if job.program == "thin" else floors.like_for_like()
        with connection.transaction(), connection.cursor() as cursor:
            rows.plan_for_batches(cursor)
        self._values: dict[str, dict[str, Any]] = {}
        for phase, now in (("open", act.OPENING), ("reply", act.REPLYING), ("timer", act.OBJECTED)):
            deadline = working_days(now, 3, calendar=working_calendar()).ends
            due = deadline + REPLY_GRACE if phase == "open" else deadline
            values = {"now": now, "deadline": deadline, "due": due, "as_of": act.AS_OF, "batch": job.batch}
            self._values[phase] = values

    def open(self, numbers: range) -> None:
        self._run("open", {"first": numbers.start, "last": numbers.stop})

    def take(self, phase: str) -> int:
        return self._run(phase, {})

    def _run(self, phase: str, more: dict[str, int]) -> int:
        """One batch, one statement, one transaction; how many rows its last part wrote."""
        with self._connection.transaction():
            cursor = self._connection.execute(
                self._statements[phase], self._values[phase] | more, prepare=True
            )
            return cursor.rowcount
