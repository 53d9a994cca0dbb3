"""Turns the clock by hand from one thing that happens to the next, until the country is served."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any, Protocol

from qyzmet.cases import chain
from qyzmet.cases.package import packages
from qyzmet.cases.placing import QUESTION_GAP
from qyzmet.cases.rows import Connection
from qyzmet.demo import report
from qyzmet.demo.country import Twins, country
from qyzmet.demo.officials import Officials
from qyzmet.exchange.client import HttpPartners
from qyzmet.exchange.opening import open_signer
from qyzmet.exchange.smpp import SmppLink
from qyzmet.law.calendar import working_calendar
from qyzmet.people.vault import VaultKeys
from qyzmet.running import signing_directory
from qyzmet.runtime.clock import KZ, FileClock
from qyzmet.runtime.config import Config
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database, open_database
from qyzmet.runtime.errors import Refused
from qyzmet.runtime.memory import collect_rarely
from qyzmet.worker import Worker

#: The hand moves in steps: what happens within one is done at its end. A long run takes longer ones.
TICK, LONG_TICK, LONG_DAYS = timedelta(hours=1), timedelta(hours=3), 60
#: After the last day of events the open cases are carried on, at most this long.
AFTERWARDS = timedelta(days=90)
#: So many days of events are prepared for a country that lives on.
_DAYS_ON = 60

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to serve: how many residents, from which day, how many days of events.

    `lives_on`: afterwards things go on happening, and open cases stay open for people to work on.
    """

    residents: int
    first_day: date
    days: int
    event_rate: float
    seed: int
    lives_on: bool = False


@dataclass
class State:
    """Where the demo is, for whoever shows progress."""

    now: datetime
    part: str = ""
    share: float = 0.0
    open: int = 0
    ended: int = 0


@dataclass(frozen=True)
class Lived:
    """What came of the country, and what goes on living until the block ends."""

    result: dict[str, Any]
    database: Database
    keys: VaultKeys
    clock: FileClock
    twins: Twins
    worker: Worker


@contextmanager
def served(config: Config, plan: Plan, say: Say, progress: Callable[[State], None]) -> Iterator[Lived]:
    """Serves the country and yields what came of it; database and twins run until the block ends."""
    began = time.monotonic()
    home = _fresh_home(config)
    start = datetime.combine(plan.first_day, time_of_day(8, 0), KZ)
    clock = FileClock.create(home / "demo-clock", start)
    with ExitStack() as stack:
        say(f"Building a country of {plan.residents:,} residents, seed {plan.seed} …")
        twins = stack.enter_context(
            country(
                home, home / "demo-clock", residents=plan.residents, seed=plan.seed, on=plan.first_day,
                days=plan.days + (_DAYS_ON if plan.lives_on else 0), event_rate=plan.event_rate,
            )
        )  # fmt: skip
        say("Starting PostgreSQL …")
        database = stack.enter_context(open_database(config, say, clock=clock))
        connection = stack.enter_context(connect(database.engine_url, application="qyzmet demo"))
        _must_be_empty(connection)
        say("Making the signing keys of forty offices, for the demo only …")
        keys_of_heads = signing_directory(config, clock, development=True)
        signer = stack.enter_context(open_signer(_with_centre(config, twins), clock, keys_of_heads))
        partners = stack.enter_context(HttpPartners({"*": twins.http}, clock=clock))
        link = SmppLink(twins.smpp_host, twins.smpp_port, "qyzmet", "password", clock)
        stack.callback(link.close)
        keys = VaultKeys.load_or_create(config.vault_keys)
        heads = chain.Heads.open(home / "ledger")
        acts = packages()
        worker = Worker(
            database, keys, clock, acts.values(), partners, link, signer, heads, policies=config.policies
        )
        stack.callback(worker.close)
        officials = Officials(connection, clock, working_calendar(), plan.seed)
        set_up = time.monotonic() - began
        say(f"Serving {plan.days} days of events from {plan.first_day} …")
        collect_rarely()
        _carry(plan, clock, worker, twins, officials, connection, progress)
        codes = tuple(code for package in acts.values() for code in package.procedures)
        checked = chain.verify(connection, heads)
        result = {
            "residents": plan.residents,
            "from": plan.first_day.isoformat(),
            "days": plan.days,
            "event_rate": plan.event_rate,
            "seed": plan.seed,
            "until": clock.now().astimezone(KZ).date().isoformat(),
            "benefits": report.benefits(connection, codes),
            "totals": report.totals(connection),
            "messages_by_template": report.templates(connection),
            "ledger_faults": checked.faults,
            "seconds": {"set_up": round(set_up, 1), "all": round(time.monotonic() - began, 1)},
        }
        yield Lived(result, database, keys, clock, twins, worker)


class Turning(Protocol):
    """One worker, or several as one."""

    def turn(self) -> int: ...


def _carry(
    plan: Plan,
    clock: FileClock,
    worker: Turning,
    twins: Twins,
    officials: Officials,
    connection: Connection,
    progress: Callable[[State], None],
) -> None:
    first = clock.now()
    last = datetime.combine(plan.first_day + timedelta(days=plan.days), time_of_day(0), KZ)
    state = State(first)
    count = _seldom(lambda: _counts(connection))
    while True:
        _settle(worker, twins, officials)
        state.now = clock.now()
        state.open, state.ended = count()
        state.share = min((state.now - first) / (last - first), 1.0)
        state.part = "events" if state.now < last else "open cases"
        progress(state)
        if state.now >= last:
            if state.open == 0:  # the count may be old, and too low
                state.open, state.ended = _counts(connection)
            if plan.lives_on or state.open == 0 or state.now >= last + AFTERWARDS:
                return
        moments = (twins.next_moment(), officials.next_moment(), _next_due(connection, state.now))
        following = min((moment for moment in moments if moment is not None), default=None)
        if following is None:
            if state.now >= last:
                return
            following = last
        tick = TICK if plan.days <= LONG_DAYS else LONG_TICK
        clock.set(_up_to_tick(max(following, state.now + timedelta(microseconds=1)), tick))


def _settle(worker: Turning, twins: Twins, officials: Officials) -> None:
    """Until nothing is left to do at this moment, here or outside."""
    while True:
        while worker.turn():
            pass
        if not twins.idle():
            time.sleep(0.002)
        elif not worker.turn() and not officials.act():
            return


def _next_due(connection: Connection, now: datetime) -> datetime | None:
    """When a case is due, or a question that waits for its phone may go out."""
    with connection.transaction():
        (due, closed) = connection.execute(
            """SELECT (SELECT min(due_at) FROM cases WHERE due_at IS NOT NULL),
                      (SELECT min(m.last) FROM messages h, LATERAL (
                          SELECT max(closed_at) AS last FROM messages m
                          WHERE m.address = h.address AND m.prefix = h.prefix AND m.question = 'c') m
                       WHERE h.state = 'h' AND m.last > %s)""",
            (now - QUESTION_GAP,),
        ).fetchone() or (None, None)
    moments = [moment for moment in (due, closed and closed + QUESTION_GAP) if moment is not None]
    return min(moments, default=None)


def _seldom(count: Callable[[], tuple[int, int]]) -> Callable[[], tuple[int, int]]:
    """Counts anew only when that has come to be a twentieth of the time: it reads all cases."""
    known, rest_until = (0, 0), 0.0

    def counted() -> tuple[int, int]:
        nonlocal known, rest_until
        began = time.monotonic()
        if began >= rest_until:
            known = count()
            ended = time.monotonic()
            rest_until = ended + 20 * (ended - began)
        return known

    return counted


def _counts(connection: Connection) -> tuple[int, int]:
    with connection.transaction():
        row = connection.execute(
            "SELECT count(*) FILTER (WHERE status IN ('r', 'p', 'w')), count(*) FILTER (WHERE status = 'e') "
            "FROM cases"
        ).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def _up_to_tick(moment: datetime, tick: timedelta) -> datetime:
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    return epoch + -((epoch - moment) // tick) * tick


def _fresh_home(config: Config) -> Path:
    """The demo's home; that of an earlier demo is emptied, any other is left alone. Raises Refused."""
    home, mark = config.home, config.home / "demo.json"
    if home.exists() and any(home.iterdir()) and not mark.exists() and not (home / "qyzmet.toml").exists():
        raise Refused(
            f"{home} holds an installation that no demo made, and the demo would empty it. "
            "Give the demo a place of its own: QYZMET_HOME=/tmp/demo qyzmet demo."
        )
    if mark.exists():
        for path in home.iterdir():
            if path.name != "qyzmet.toml":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    home.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps({"made_by": "qyzmet demo"}))
    return home


def _with_centre(config: Config, twins: Twins) -> Config:
    """The twins' certification centre tells what is revoked and stamps every decision."""
    return replace(
        config,
        signer="local",
        tsa_url=f"{twins.http}/tsa",
        ocsp_url="",
        crl_url=f"{twins.http}/crl",
        revocation_minutes=24 * 60,
    )


def _must_be_empty(connection: Connection) -> None:
    with connection.transaction():
        row = connection.execute("SELECT EXISTS (SELECT FROM cases)").fetchone()
    if row and row[0]:
        raise Refused(
            "The database of QYZMET_DATABASE_URL holds cases already; the demo turns the clock by hand and "
            "would spoil them. Name an empty database, or unset it for the embedded one."
        )
