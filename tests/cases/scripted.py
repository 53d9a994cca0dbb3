"""A world that outlives a killed worker: payer, operator and registry events, scripted by person.

Of three people the first pays no heed, the second refuses, and the third agrees, has an account and
is paid. What the outside has seen lies in a SQLite file.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from qyzmet.cases import chain, failpoints, tasks
from qyzmet.cases.case import Case
from qyzmet.cases.package import ActPackage, Arrival, Desk, Feed
from qyzmet.cases.replay import replay
from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing, Receipt
from qyzmet.people.vault import Identity, Vault, VaultKeys
from qyzmet.runtime.clock import Clock, FileClock
from qyzmet.runtime.database import Database, connect
from tests.cases import toy
from tests.cases.conftest import Kernel, iin, phone

PEOPLE = 24
ENDINGS = ("silent", "refused", "paid")
_PAGE, _BATCH = 9, 7


def number_of(event: str) -> int:
    return int(event.removeprefix("E"))


def ending_of(number: int) -> str:
    return ENDINGS[number % 3]


class Outside:
    """What the other side remembers, whatever becomes of ours."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self.opened() as db:
            db.execute("CREATE TABLE IF NOT EXISTS payments (key TEXT PRIMARY KEY, times INTEGER)")
            db.execute("CREATE TABLE IF NOT EXISTS sms (id INTEGER, phone TEXT, text TEXT, at TEXT)")
            db.execute("CREATE TABLE IF NOT EXISTS delivered (key TEXT PRIMARY KEY)")

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._path)) as db, db:
            yield db

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.opened() as db:
            return db.execute(query).fetchall()


@dataclass
class ScriptedPartner(toy.Partner):
    outside: Outside | None = None

    def has_account(self, case: Case) -> bool:
        return ending_of(number_of(case.event)) == "paid"

    def pay(self, key: str) -> str:
        assert self.outside is not None
        with self.outside.opened() as db:
            db.execute(
                "INSERT INTO payments VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1", (key,)
            )
        return f"receipt of {key}"


class ScriptedLink:
    """An operator whose subscribers answer at once, if they answer."""

    def __init__(self, outside: Outside, clock: Clock) -> None:
        self._outside, self._clock = outside, clock

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        now = self._clock.now()
        with self._outside.opened() as db:
            db.executemany(
                "INSERT INTO sms VALUES (?, ?, ?, ?)",
                [(m.id, m.phone, m.text, now.isoformat()) for m in messages],
            )
        return [HandedOver(id=m.id, state="sent", at=now, parts=1) for m in messages]

    def deliver(self, receive: Callable[[Sequence[Incoming]], None]) -> int:
        """Replies that were not acknowledged yet."""
        found = self._outside.rows(
            """SELECT id, phone, at FROM sms WHERE text LIKE '%7#1%'
               AND CAST(id AS TEXT) NOT IN (SELECT key FROM delivered)"""
        )
        said = {"refused": "7#2", "paid": "7#1"}
        replies = [
            Incoming(key=str(key), phone=str(to), text=said[ending], at=datetime.fromisoformat(str(at)))
            for key, to, at in found
            if (ending := ending_of(int(str(to)[-4:]))) in said
        ]
        if replies:
            receive(replies)
        with self._outside.opened() as db:
            db.executemany("INSERT OR IGNORE INTO delivered VALUES (?)", [(str(key),) for key, *_ in found])
        return len(replies)

    def listen(
        self,
        receive: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None] | None = None,
    ) -> None: ...

    def close(self) -> None: ...


def poll(desk: Desk, cursor: str) -> tuple[list[Arrival], str]:
    """The registry of events, a page at a time."""
    after = int(cursor or 0)
    page = range(after + 1, min(after + _PAGE, PEOPLE) + 1)
    arrivals = [
        toy.arrival(number, iin(number), address=desk.vault.phone_index(phone(number)).hex())
        for number in page
    ]
    return arrivals, str(page.stop - 1)


def package() -> ActPackage:
    return replace(toy.package(), feeds=[Feed("toy events", poll)])


@dataclass(frozen=True)
class World:
    """What a worker needs to know; goes from process to process."""

    database: Database
    keys: Path
    home: Path

    @property
    def outside(self) -> Outside:
        return Outside(self.home / "outside.sqlite")

    def clock(self) -> FileClock:
        return FileClock(self.home / "clock")

    def populate(self, vault: Vault, start: datetime) -> None:
        self.home.mkdir(parents=True)
        FileClock.create(self.home / "clock", start)
        subjects = vault.subjects_for([iin(number) for number in range(1, PEOPLE + 1)])
        vault.learn(
            {who: Identity(surname="Омаров", phone=phone(number)) for number, who in enumerate(subjects, 1)}
        )

    @contextlib.contextmanager
    def worker(
        self, point: failpoints.Failpoints = failpoints.none, name: str = "worker"
    ) -> Iterator[Kernel]:
        clock = self.clock()
        with connect(self.database.vault_url) as connection:
            vault = Vault(connection, VaultKeys.load_or_create(self.keys), clock)
            kernel = Kernel(
                self.database,
                vault,
                clock,
                self.home,
                package=package(),
                failpoints=point,
                batch=_BATCH,
                holder=name,
                link=ScriptedLink(self.outside, clock),
            )
            toy.PARTNER = ScriptedPartner(outside=self.outside)
            yield kernel
            kernel.close()

    def work(self, point: failpoints.Failpoints = failpoints.none, name: str = "worker") -> None:
        """Carries all cases to their end, turning the clock whenever there is nothing left to do."""
        with self.worker(point, name) as kernel:
            for _ in range(2000):
                if self.turn(kernel, point):
                    continue
                if kernel.count("cases WHERE status = 'e'") == PEOPLE:
                    return
                kernel.clock.set(kernel.clock.now() + timedelta(days=1))
        raise AssertionError("the cases do not come to their ends")

    def turn(self, kernel: Kernel, point: failpoints.Failpoints) -> int:
        link = kernel.link
        assert isinstance(link, ScriptedLink)
        touched = kernel.engine.turn() + kernel.sender.turn() + link.deliver(kernel.receiver.receive)
        with contextlib.suppress(tasks.Refused):  # another worker's official was faster
            kernel.decide("appoint")
        chain.seal(kernel.connection, kernel.heads, kernel.clock, point)
        return touched


def work(world: World, name: str, environment: Mapping[str, str]) -> None:
    """What a process does."""
    world.work(failpoints.from_environment(environment), name)


def check(world: World) -> None:
    """Nothing is lost, nothing was done twice, and everything can be explained."""
    with world.worker() as kernel:
        endings = dict(kernel.rows("SELECT event, step FROM cases WHERE status = 'e'"))
        assert sorted(number_of(str(event)) for event in endings) == list(range(1, PEOPLE + 1))
        doubtful = {event for (event,) in kernel.rows(_UNKNOWN)}
        for event, ending in endings.items():
            expected = ending_of(number_of(str(event)))
            assert ending == expected or (event in doubtful and ending == "silent"), event
        paid = kernel.rows("SELECT 'toy/' || id FROM cases WHERE step = 'paid' ORDER BY id")
        assert kernel.rows("SELECT key FROM payment_orders ORDER BY case_id") == paid
        assert kernel.rows("SELECT 'toy/' || case_id FROM decisions ORDER BY case_id") == paid
        assert sorted(world.outside.rows("SELECT key FROM payments")) == sorted(paid)
        assert world.outside.rows("SELECT id FROM sms GROUP BY id HAVING count(*) > 1") == []
        assert kernel.count("inbox i JOIN cases c ON c.id = i.case_id WHERE c.status <> 'e'") == 0
        report = kernel.verify()
        assert report.faults == []
        assert kernel.rows("SELECT max(position) FROM ledger_seals") == [(kernel.heads.last(),)]
        for (case,) in kernel.rows("SELECT id FROM cases"):
            assert replay(kernel.connection, kernel.vault, kernel.catalogue, int(str(case))).differences == []


_UNKNOWN = "SELECT c.event FROM messages m JOIN cases c ON c.id = m.case_id WHERE m.state = 'u'"
