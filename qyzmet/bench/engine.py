"""`qyzmet bench engine`: cases per second, beside two floors in plain SQL in the same run.

Each round runs the engine and both floors, each on fresh databases of one durable server, in an
order that rotates from round to round. Ratios are taken within a round, where the machine is the
same for all three, and what is reported is the median over the rounds.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from threading import BrokenBarrierError
from typing import Any

from psycopg import sql

from qyzmet.bench import act, floors, processor
from qyzmet.bench.people import People
from qyzmet.bench.worker import PHASES, Job, work
from qyzmet.cases import chain, rows
from qyzmet.runtime import embedded
from qyzmet.runtime.clock import FileClock, HandClock
from qyzmet.runtime.database import Database, connect, prepare
from qyzmet.runtime.errors import QyzmetError

Progress = Callable[[str], None]

PROGRAMS = ("engine", "thin", "like_for_like")
TABLES = (
    "registry_events",
    "cases",
    "case_persons",
    "inbox",
    "messages",
    "tasks",
    "ledger_entries",
    "ledger_payloads",
    "ledger_batches",
)
#: The moment of each phase; the clock is turned between them.
_MOMENTS = {"open": act.OPENING, "post": act.REPLYING, "reply": act.REPLYING, "timer": act.OBJECTED}
_GROWTH = 10
#: Of a table in parts the sum of its parts; one without parts has no tree.
_SIZE = """SELECT coalesce(sum(pg_total_relation_size(relid)), pg_total_relation_size('{0}'))
           FROM pg_partition_tree('{0}')"""
#: What a case writes into the log, a little more than was measured (11.2 KB).
_LOG_BYTES = 14_000
_SLOWEST_SECONDS = 3600.0


class BenchFailed(QyzmetError):
    """The benchmark did not run to its end, or left behind something else than it should."""

    exit_code = 1


@dataclass(frozen=True)
class Plan:
    cases: int = 100_000
    rounds: int = 3
    workers: int = 2
    batch: int = 2500
    growth: bool = False


@dataclass
class Measured:
    """One run of one program."""

    program: str
    cases: int
    seconds: float
    phases: dict[str, float]
    processor: float = 0.0  #: seconds of workers and server together
    rows: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    settling: float = 0.0  #: seconds of the checkpoint after the last ending
    peak_mb: int = 0  #: of the largest worker

    @property
    def per_second(self) -> float:
        return self.cases / self.seconds


def run(plan: Plan, say: Progress) -> dict[str, Any]:
    """Measures on a fresh durable server, which is deleted afterwards."""
    with own_server(say) as (server, home):
        return measure(server, home, plan, say)


@contextmanager
def own_server(say: Progress) -> Iterator[tuple[embedded.Server, Path]]:
    """A fresh durable server, and a folder for what lies beside it; both are deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="qyzmet-bench-") as directory:
        home = Path(directory)
        data = home
        home.chmod(0o711)  # started by root, the server is another user, who must come through here
        try:
            with embedded.server(home, progress=say) as server:
                data = server.directory
                yield server, home
        finally:
            # Where the server could not reach the home, its data lie elsewhere.
            shutil.rmtree(data, ignore_errors=True)


def measure(server: embedded.Server, home: Path, plan: Plan, say: Progress) -> dict[str, Any]:
    """All rounds, and with `growth` ten times as many cases; the report as plain data."""
    found: dict[str, list[Measured]] = {program: [] for program in PROGRAMS}
    say("Writing the server's log files once, so that all runs write into files that are there")
    _lay_out_log(server, plan.cases * (_GROWTH if plan.growth else 1))
    for number in range(plan.rounds):
        turn = number % len(PROGRAMS)
        for program in PROGRAMS[turn:] + PROGRAMS[:turn]:
            measured = run_once(server, home, program, plan, seed=number)
            found[program].append(measured)
            say(f"round {number + 1} of {plan.rounds}: {program} {measured.per_second:,.0f} cases a second")
    report = _report(found, plan) | machine(server)
    if plan.growth:
        report["growth"] = measure_growth(server, home, plan, say)
    return report


def run_once(server: embedded.Server, home: Path, program: str, plan: Plan, seed: int = 0) -> Measured:
    """One program on fresh databases. Raises BenchFailed where not every case came to its end."""
    with fresh(server) as database:
        clock = FileClock.create(home / "bench-clock", act.OPENING)
        if program != "engine":
            _ready(database, People(plan.cases, seed))
        job = Job(
            program, database.engine_url, home / "bench-clock", 0, plan.workers, plan.cases, plan.batch, seed
        )
        with connect(server.url("postgres"), autocommit=True) as admin:
            admin.execute("CHECKPOINT")
        before = processor.of_server(server.directory / "data")
        measured = _time(job, clock)
        measured.processor += processor.of_server(server.directory / "data") - before
        with connect(server.url("postgres"), autocommit=True) as admin:
            began = time.perf_counter()
            admin.execute("CHECKPOINT")
            measured.settling = time.perf_counter() - began
        with connect(database.engine_url) as connection:
            _check(connection, program, plan.cases)
            if program == "engine" and seed == 0:
                _verify(connection, home)
            if program != "thin":
                measured.rows = {table: _count(connection, table) for table in TABLES}
                measured.bytes = sum(_one(connection, _SIZE.format(table)) for table in TABLES)
    return measured


def _time(job: Job, clock: FileClock) -> Measured:
    """Starts the workers, leads them through the phases and takes the time."""
    context = multiprocessing.get_context("spawn")
    spent, most = context.Value("d", 0.0), context.Value("i", 0)
    gate, faults = context.Barrier(job.workers + 1, timeout=_SLOWEST_SECONDS), context.Queue()
    workers = [
        context.Process(
            target=work, args=(replace(job, worker=number), gate, faults, spent, most), daemon=True
        )
        for number in range(job.workers)
    ]
    for worker in workers:
        worker.start()
    phases: dict[str, float] = {}
    try:
        gate.wait()
        for phase in PHASES:
            clock.set(_MOMENTS[phase])
            began = time.perf_counter()
            gate.wait()
            gate.wait()
            phases[phase] = time.perf_counter() - began
    except BrokenBarrierError:
        raise BenchFailed(f"a worker of the benchmark failed:\n{faults.get()}") from None
    finally:
        gate.abort() if len(phases) < len(PHASES) else None
        for worker in workers:
            worker.join()
    return Measured(job.program, job.cases, sum(phases.values()), phases, spent.value, peak_mb=most.value)


@contextmanager
def fresh(server: embedded.Server) -> Iterator[Database]:
    """Fresh databases, dropped afterwards."""
    names = f"bench_{os.getpid()}", f"bench_vault_{os.getpid()}"
    try:
        yield prepare(server, store=names[0], vault=names[1])
    finally:
        with connect(server.url("postgres"), autocommit=True) as admin:
            for name in names:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _ready(database: Database, people: People) -> None:
    """What the floors start from: the arrivals as rows, and the tables of the thin one."""
    subjects = people.subjects_for(people.iins)
    with connect(database.owner_url) as owner, owner.transaction(), owner.cursor() as cursor:
        cursor.execute(floors.ARRIVALS)
        cursor.execute(floors.THIN_SCHEMA)
        lines = (
            f"{number}\tE{number:09d}\t{subject}\t{act.region_of(number)}\t{people.address(number)}\t"
            f"{1 + number % 7}"
            for number, subject in enumerate(subjects)
        )
        rows.copy(cursor, "bench_arrivals (number, event, subject, region, address, heads)", lines)
        cursor.execute("ANALYZE bench_arrivals")


def _check(connection: rows.Connection, program: str, cases: int) -> None:
    where = (
        "thin_cases WHERE state = 3" if program == "thin" else "cases WHERE status = 'e' AND step = 'granted'"
    )
    ended = _count(connection, where)
    if ended != cases or _count(connection, "inbox"):
        raise BenchFailed(f"{program}: {ended} of {cases} cases came to their end. Report this as a bug.")


def _verify(connection: rows.Connection, home: Path) -> None:
    clock, heads = HandClock(act.OBJECTED + timedelta(1)), chain.Heads.open(home / "bench-heads")
    heads.path.unlink(missing_ok=True)
    chain.seal(connection, heads, clock)
    report = chain.verify(connection, heads)
    if report.faults:
        raise BenchFailed(f"the ledger does not verify: {report.faults[:3]}. Report this as a bug.")


def _count(connection: rows.Connection, what: str) -> int:
    return _one(connection, f"SELECT count(*) FROM {what}")


def _one(connection: rows.Connection, query: str) -> int:
    with connection.transaction():
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def _report(found: dict[str, list[Measured]], plan: Plan) -> dict[str, Any]:
    report: dict[str, Any] = {
        "cases": plan.cases,
        "rounds": plan.rounds,
        "workers": plan.workers,
        "batch": plan.batch,
    }
    for program, runs in found.items():
        rates = [run.per_second for run in runs]
        report[program] = {
            "cases_per_second": round(statistics.median(rates), 1),
            "microseconds_per_case": round(1e6 / statistics.median(rates), 2),
            "processor_microseconds_per_case": round(
                1e6 * statistics.median(run.processor / run.cases for run in runs), 2
            ),
            "rounds": [round(rate, 1) for rate in rates],
            "worker_peak_mb": max(run.peak_mb for run in runs),
            "seconds": {
                phase: round(statistics.median(run.phases[phase] for run in runs), 3) for phase in PHASES
            },
        }
        if program != "thin":
            report[program] |= {"rows": runs[-1].rows, "bytes": runs[-1].bytes}
    for floor in ("like_for_like", "thin"):
        ratios = [
            mine.per_second / theirs.per_second
            for mine, theirs in zip(found["engine"], found[floor], strict=True)
        ]
        report[f"ratio_{floor}"] = round(statistics.median(ratios), 3)
        report[f"ratios_{floor}"] = [round(ratio, 3) for ratio in ratios]
    return report


def measure_growth(server: embedded.Server, home: Path, plan: Plan, say: Progress) -> dict[str, Any]:
    """The cost of a case among ten times as many, between two runs of the ordinary size.

    Cost is until everything is on the disk: a short run leaves its pages in memory for a checkpoint to
    write, a long one writes most of them on its way. What the clock showed before that is told beside it.
    """
    large = replace(plan, cases=plan.cases * _GROWTH)
    around: list[Measured] = []
    many: list[Measured] = []
    for number in range(plan.rounds):
        for size in (plan, large, plan):
            run = run_once(server, home, "engine", size, seed=number)
            (many if size is large else around).append(run)
            say(f"growth {number + 1} of {plan.rounds}: {run.cases:,} cases, {run.per_second:,.0f} a second")
    pairs = [around[2 * number : 2 * number + 2] for number in range(plan.rounds)]
    costs = [statistics.mean(_whole(run) for run in pair) for pair in pairs]
    growths = [_whole(run) / cost for run, cost in zip(many, costs, strict=True)]
    running = [
        run.seconds / run.cases / statistics.mean(small.seconds / small.cases for small in pair)
        for run, pair in zip(many, pairs, strict=True)
    ]
    spent = [statistics.mean(run.processor / run.cases for run in pair) for pair in pairs]
    spent_growths = [run.processor / run.cases / each for run, each in zip(many, spent, strict=True)]
    return {
        "cases": [plan.cases, large.cases],
        "microseconds_per_case": [
            round(1e6 * statistics.median(costs), 2),
            round(1e6 * statistics.median(_whole(run) for run in many), 2),
        ],
        "ratio_before_the_checkpoint": round(statistics.median(running), 3),
        "ratio": round(statistics.median(growths), 3),
        "ratios": [round(growth, 3) for growth in growths],
        "processor_microseconds_per_case": [
            round(1e6 * statistics.median(spent), 2),
            round(1e6 * statistics.median(run.processor / run.cases for run in many), 2),
        ],
        "processor_ratio": round(statistics.median(spent_growths), 3),
        "worker_peak_mb": [max(run.peak_mb for run in around), max(run.peak_mb for run in many)],
        "phases_few": {
            phase: round(statistics.median(run.phases[phase] for run in around), 3) for phase in PHASES
        },
        "phases": {phase: round(many[-1].phases[phase], 3) for phase in PHASES},
        "bytes": many[-1].bytes,
    }


def _lay_out_log(server: embedded.Server, cases: int) -> None:
    """Fills as much log as so many cases write, twice, each time up to a checkpoint.

    A server makes a log file by writing it full of zeros, and then uses it again for ever. A new one would
    make hundreds in the long run and none in the short ones; one that has worked for a day makes none.
    """
    megabytes = -(-cases * _LOG_BYTES // 1_000_000)
    with connect(server.url("postgres"), autocommit=True) as admin:
        for _ in range(2):
            for start in range(0, megabytes, 500):
                admin.execute(
                    "SELECT count(pg_logical_emit_message(false, 'bench', repeat('x', 1000000))) "
                    "FROM generate_series(1, %s)",
                    (min(500, megabytes - start),),
                )
            admin.execute("CHECKPOINT")


def _whole(run: Measured) -> float:
    """Seconds a case, the checkpoint included."""
    return (run.seconds + run.settling) / run.cases


def machine(server: embedded.Server) -> dict[str, Any]:
    """What it was measured on."""
    with connect(server.url("postgres")) as connection:
        postgresql = connection.execute("SHOW server_version").fetchone()
    assert postgresql is not None
    return {
        "machine": {"cores": len(os.sched_getaffinity(0)), "architecture": platform.machine()},
        "versions": {
            "qyzmet": version("qyzmet"),
            "python": platform.python_version(),
            "postgresql": str(postgresql[0]),
        },
        "not_measured": "the vault: subjects and their keys come from memory; chaining of sealed batches",
    }
