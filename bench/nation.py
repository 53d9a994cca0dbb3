"""Cases of all nine benefits from their registry events to their endings, citizens answering.

python bench/nation.py [--legs none|http|smpp] [--workers 2] [--residents 100000] [--days 5] [--event-rate 60]
    [--tick-hours 6] [--json]

The outside is the synthetic country: its registries, banks, citizens. `none`: the country lies in this
process and is asked directly, which leaves the engine and the country's own answers; their seconds are told
apart. `http`: it is a process of its own, asked over HTTP; short messages are handed over in batches, over
HTTP too, without SMPP. `smpp`: HTTP and SMPP, as in life. The server is durable; the ledger is verified.
`--workers`: so many processes that turn at the same time; more than one needs a country outside.
Memory of the worker is looked at while the cases are carried.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from select import select
from typing import IO, Any

import httpx

from qyzmet.bench import processor
from qyzmet.bench.engine import own_server
from qyzmet.cases import chain
from qyzmet.cases.package import packages
from qyzmet.cases.rows import Connection
from qyzmet.demo import run as demo
from qyzmet.demo.country import country
from qyzmet.demo.officials import Officials
from qyzmet.exchange.client import HttpPartners
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import Office, development_authority
from qyzmet.exchange.smpp import SmppLink
from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing
from qyzmet.law.calendar import working_calendar
from qyzmet.people.regions import REGIONS
from qyzmet.people.vault import VaultKeys
from qyzmet.running import AUTHORITIES, IDLE_SECONDS, next_rest
from qyzmet.runtime import embedded
from qyzmet.runtime.clock import KZ, FileClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database, prepare
from qyzmet.runtime.memory import collect_rarely
from qyzmet.worker import Worker
from qyzmet_twins.countryworld import CountryWorld
from qyzmet_twins.link import InProcessSms
from qyzmet_twins.outside import Outside
from qyzmet_twins.partners import InProcessPartners

FIRST = date(2024, 2, 12)
#: So many replies are brought in at a time, as an operator's window would have it.
_MOST_AT_ONCE = 2500


@dataclass
class Timed:
    """Seconds spent in the outside's own code."""

    seconds: float = 0.0

    def of(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


class Near:
    """The country in this process: what `demo.run` asks of twins."""

    def __init__(self, outside: Outside, clock: FileClock, timed: Timed) -> None:
        self.partners = InProcessPartners(outside.world, clock, services=outside.services)
        self.partners.ask = timed.of(self.partners.ask)  # type: ignore[method-assign]
        self.link = InProcessSms(outside.citizens, clock)
        outside.citizens.receive = timed.of(outside.citizens.receive)  # type: ignore[method-assign]
        outside.citizens.due = timed.of(outside.citizens.due)  # type: ignore[method-assign]
        self.next_moment = timed.of(outside.next_moment)

    def idle(self) -> bool:
        return self.link.deliver() == 0


class Batches:
    """A link that hands messages over, and takes replies, in batches over HTTP: everything but SMPP."""

    def __init__(self, url: str, clock: FileClock) -> None:
        self._client, self._clock = httpx.Client(base_url=url, timeout=60), clock
        self._receive: Callable[[Sequence[Incoming]], None] = lambda replies: None  # noqa: ARG005

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        told = [{"phone": message.phone, "text": message.text} for message in messages]
        self._client.post("/control/messages", json=told).raise_for_status()
        now = self._clock.now()
        return [HandedOver(id=message.id, state="sent", at=now, parts=1) for message in messages]

    def listen(self, receive: Callable[[Sequence[Incoming]], None], receipts: object = None) -> None:  # noqa: ARG002
        self._receive = receive

    def deliver(self) -> int:
        replies = self._client.post("/control/replies").raise_for_status().json()
        found = [
            Incoming(
                key=each["id"], phone=each["phone"], text=each["text"], at=datetime.fromisoformat(each["at"])
            )
            for each in replies
        ]
        for start in range(0, len(found), _MOST_AT_ONCE):
            self._receive(found[start : start + _MOST_AT_ONCE])
        return len(found)

    def close(self) -> None:
        self._client.close()


@dataclass
class Memory:
    """Resident memory of this process, looked at ten times a second; by thirds of the run."""

    seen: list[int] = field(default_factory=list)

    def watch(self, stop: threading.Event) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not stop.wait(0.1):
            self.seen.append(int(Path("/proc/self/statm").read_text().split()[1]) * page >> 20)

    def thirds(self) -> list[int]:
        third = max(len(self.seen) // 3, 1)
        return [max(part) for n in range(3) if (part := self.seen[n * third : (n + 1) * third])]


@dataclass
class Crew:
    """A worker here and others in processes of their own, at work together until none finds more to do."""

    here: Worker
    others: list[subprocess.Popen[bytes]]

    def spent(self) -> float:
        """Seconds of processor of all of them."""
        return time.process_time() + sum(processor._spent(other.pid) for other in self.others)

    def turn(self) -> int:
        """Turns until nobody finds more; returns how much all have done since the last time."""
        waiting = {}
        for other in self.others:
            assert other.stdin is not None
            assert other.stdout is not None
            other.stdin.write(b"turn\n")
            other.stdin.flush()
            waiting[other.stdout] = other
        done = _all_turns(self.here)
        while waiting:
            for answer in select(list(waiting), [], [], IDLE_SECONDS)[0]:
                said = answer.readline()
                if not said:
                    raise SystemExit("a worker has ended; what it said is above")
                done += int(said)
                del waiting[answer]
            done += self.here.turn()
        return done


@contextmanager
def crew(
    given: argparse.Namespace, home: Path, database: Database, twins: Any, here: Worker
) -> Iterator[Crew]:
    """Joins `workers` less one to the one that is here."""
    told: dict[str, Any] = {"legs": given.legs, "home": str(home), "database": asdict(database)}
    if given.workers > 1:
        told |= {"http": twins.http, "smpp": [twins.smpp_host, twins.smpp_port]}
    order = [sys.executable, __file__, "--as-worker"]
    others = [
        subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(given.workers - 1)
    ]
    for other in others:
        assert other.stdin is not None
        other.stdin.write(json.dumps(told, default=str).encode() + b"\n")
        other.stdin.flush()
    try:
        for other in others:
            assert other.stdout is not None
            if not other.stdout.readline():
                raise SystemExit("a worker did not start; what it said is above")
        yield Crew(here, others)
    finally:
        for other in others:
            other.communicate()


def _as_worker() -> None:
    """A worker of a crew: it is told where everything is, then turns when it is told to."""
    orders = os.fdopen(0, "rb", buffering=0)  # nothing is read ahead, so that `select` sees what is there
    told = json.loads(orders.readline())
    host, port = told["smpp"]
    home, clock = Path(told["home"]), FileClock(Path(told["home"]) / "clock")
    with ExitStack() as stack:
        partners = stack.enter_context(HttpPartners({"*": told["http"]}, clock=clock))
        link = _link(told["legs"], told["http"], host, port, clock)
        stack.callback(link.close)
        worker = Worker(
            Database(**told["database"]), VaultKeys.load_or_create(home / "keys.json"), clock,
            packages().values(), partners, link, LocalSigner(home / "signing", clock),
            chain.Heads.open(home / "ledger"),
        )  # fmt: skip
        stack.callback(worker.close)
        collect_rarely()
        print("ready", flush=True)
        _turn_for_ever(worker, orders)


def _turn_for_ever(worker: Worker, orders: IO[bytes]) -> None:
    """Turns until its input ends; whenever it is asked it says what it has done, once it finds no more."""
    done, idle = 0, IDLE_SECONDS
    while True:
        found = worker.turn()
        done += found
        idle = next_rest(idle, found)
        if not select([orders], [], [], 0 if found else idle)[0]:
            continue
        if not orders.readline():
            return
        print(done + _all_turns(worker), flush=True)
        done = 0


def _all_turns(worker: Worker) -> int:
    done = 0
    while more := worker.turn():
        done += more
    return done


def _link(legs: str, http: str, host: str, port: int, clock: FileClock) -> Any:
    if legs == "http":
        return Batches(http, clock)
    return SmppLink(host, port, "qyzmet", "password", clock)


@contextmanager
def outside(
    given: argparse.Namespace, home: Path, clock: FileClock, timed: Timed
) -> Iterator[tuple[Any, Any, Any]]:
    """Twins to turn the clock by, partners, link."""
    if given.legs == "none":
        world = CountryWorld.generate(given.residents, 1, FIRST, given.days, event_rate=given.event_rate)
        world.prepare()
        near = Near(Outside(world, clock, seed=1), clock, timed)
        yield near, near.partners, near.link
        return
    with ExitStack() as stack:
        twins = stack.enter_context(
            country(home, home / "clock", residents=given.residents, seed=1, on=FIRST, days=given.days,
                    event_rate=given.event_rate)
        )  # fmt: skip
        partners = stack.enter_context(HttpPartners({"*": twins.http}, clock=clock))
        link = _link(given.legs, twins.http, twins.smpp_host, twins.smpp_port, clock)
        if given.legs == "http":
            twins.idle = lambda: link.deliver() == 0  # type: ignore[method-assign]
        stack.callback(link.close)
        yield twins, partners, link


def measure(given: argparse.Namespace) -> dict[str, Any]:
    with own_server(lambda _: None) as (server, home):
        return _measure(given, server, home)


def _measure(given: argparse.Namespace, server: embedded.Server, home: Path) -> dict[str, Any]:
    clock = FileClock.create(home / "clock", datetime(2024, 2, 12, 8, tzinfo=KZ))
    offices = [Office(authority, region) for authority in AUTHORITIES for region in REGIONS]
    development_authority(home / "signing", clock, offices)
    timed, memory, stop = Timed(), Memory(), threading.Event()
    demo.TICK = timedelta(hours=given.tick_hours)
    plan = demo.Plan(given.residents, FIRST, given.days, given.event_rate, 1)
    with ExitStack() as stack:
        twins, partners, link = stack.enter_context(outside(given, home, clock, timed))
        database, heads = prepare(server), chain.Heads.open(home / "ledger")
        connection = stack.enter_context(connect(database.engine_url))
        worker = Worker(
            database, VaultKeys.load_or_create(home / "keys.json"), clock, packages().values(), partners,
            link, LocalSigner(home / "signing", clock), heads,
        )  # fmt: skip
        stack.callback(worker.close)
        officials = Officials(connection, clock, working_calendar(), 1)
        watching = threading.Thread(target=memory.watch, args=(stop,), daemon=True)
        watching.start()
        collect_rarely()
        team = stack.enter_context(crew(given, home, database, twins, worker))
        began, theirs = time.perf_counter(), _of_twins()
        spent, served = team.spent(), processor.of_server(server.directory / "data")
        demo._carry(plan, clock, team, twins, officials, connection, _say)
        seconds = time.perf_counter() - began
        spent, served = team.spent() - spent, processor.of_server(server.directory / "data") - served
        theirs = _of_twins() - theirs
        stop.set()
        watching.join()
        faults = chain.verify(connection, heads).faults
        one = partial(_one, connection)
        cases, ended = one("SELECT count(*) FROM cases"), one("SELECT count(*) FROM cases WHERE status = 'e'")
        kinds = one("SELECT count(DISTINCT procedure) FROM cases")
        return {
            "legs": given.legs, "cases": cases, "ended": ended, "benefits": kinds,
            "ledger_faults": len(faults), "runs": one("SELECT count(*) FROM ledger_entries"),
            "messages": one("SELECT count(*) FROM messages"),
            "parts": one("SELECT coalesce(sum(parts), 0) FROM messages"), "seconds": round(seconds, 1),
            "cases_per_second": round(cases / seconds, 1),
            "seconds_of_the_country": round(timed.seconds, 1) if given.legs == "none" else None,
            "cases_per_second_without_the_country": round(cases / (seconds - timed.seconds), 1),
            "processor_ms_a_case_of_the_workers": round(1e3 * spent / cases, 2),
            "processor_ms_a_case_of_the_server": round(1e3 * served / cases, 2),
            "processor_ms_a_case_of_the_twins": round(1e3 * theirs / cases, 2),
            "cases_per_second_of_two_cores": round(2 * cases / (spent + served + theirs), 1),
            "worker_mb_by_thirds": memory.thirds(),
            "endings": dict(connection.execute(
                "SELECT step, count(*) FROM cases GROUP BY 1 ORDER BY 2 DESC").fetchall()),
        }  # fmt: skip


def _one(connection: Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def _of_twins() -> float:
    """Seconds of processor of the country's own process; 0 where it lies in this one."""
    spent = 0.0
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            with contextlib.suppress(OSError):
                if b"qyzmet_twins" in Path(f"/proc/{child}/cmdline").read_bytes():
                    spent += processor._spent(int(child))
    return spent


def _say(state: demo.State, last: list[float] = [0.0]) -> None:  # noqa: B006
    if time.monotonic() - last[0] > 5:
        last[0] = time.monotonic()
        print(
            f"{state.now:%d %B %H:%M}: open {state.open:,}, ended {state.ended:,}",
            file=sys.stderr,
            flush=True,
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--legs", choices=("none", "http", "smpp"), default="none")
    options.add_argument("--residents", type=int, default=100_000)
    options.add_argument("--days", type=int, default=5)
    options.add_argument("--event-rate", type=float, default=60)
    options.add_argument("--tick-hours", type=float, default=6, help="what happens within is done at its end")
    options.add_argument("--json", action="store_true")
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--as-worker", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.as_worker:
        _as_worker()
        return
    if given.workers > 1 and given.legs == "none":
        options.error("more than one worker needs a country outside: --legs http or smpp")
    found = measure(given)
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name.replace('_', ' '):<40}{value!s:>16}" for name, value in found.items()))


if __name__ == "__main__":
    main()
