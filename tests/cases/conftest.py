"""One worker of the kernel on fresh databases, with the toy act and a link that keeps what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from qyzmet.cases import chain, tasks
from qyzmet.cases import failpoints as fail
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.engine import Engine
from qyzmet.cases.package import ActPackage
from qyzmet.cases.post import Receiver, Sender
from qyzmet.cases.rows import Connection
from qyzmet.cases.store import Store
from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing
from qyzmet.law.calendar import working_calendar
from qyzmet.people.identifiers import check_digit
from qyzmet.people.vault import Identity, Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database, connect
from tests.cases import toy


@dataclass
class KeptLink:
    """A link that hands everything over at once and remembers it."""

    clock: HandClock
    sent: list[Outgoing] = field(default_factory=list)
    state: str = "sent"

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        self.sent += messages
        return [HandedOver(id=m.id, state=self.state, at=self.clock.now(), parts=1) for m in messages]  # type: ignore[arg-type]

    def listen(self, receive: Callable[[Sequence[Incoming]], None]) -> None: ...

    def close(self) -> None: ...


def iin(number: int) -> str:
    """A valid IIN of a person born on 1 January 1990."""
    for serial in range(number * 7, 10_000):
        prefix = f"9001014{serial:04d}"
        digit = check_digit(prefix)
        if digit is not None:
            return f"{prefix}{digit}"
    raise AssertionError("no more numbers")


class Kernel:
    """A worker: engine, sender, receiver on connections of their own."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: HandClock,
        home: Path,
        *,
        package: ActPackage | None = None,
        failpoints: fail.Failpoints = fail.none,
        batch: int = 1000,
    ) -> None:
        self.clock, self.vault = clock, vault
        self.package = package or toy.package()
        self.connection: Connection = connect(database.engine_url)
        self.post_connection: Connection = connect(database.engine_url)
        self.catalogue = Catalogue(self.connection, [self.package], working_calendar(), clock)
        store = Store(self.connection, vault, "test", failpoints)
        self.engine = Engine(
            store,
            self.catalogue,
            None,  # type: ignore[arg-type]
            vault,
            None,  # type: ignore[arg-type]
            clock,
            batch=batch,
            failpoints=failpoints,
        )
        self.link = KeptLink(clock)
        self.sender = Sender(
            self.post_connection, vault, self.catalogue, self.link, clock, failpoints=failpoints
        )
        self.receiver = Receiver(self.post_connection, vault, clock, failpoints)
        self.heads = chain.Heads.open(home)

    def open(self, *arrivals: object) -> list[int]:
        self.engine.open(self.package, "test", list(arrivals))  # type: ignore[arg-type]
        return [number for (number,) in self.rows("SELECT id FROM cases ORDER BY id")]

    def person(self, number: int, phone: str) -> str:
        """A person in the vault with this phone; returns the IIN."""
        (subject,) = self.vault.subjects_for([iin(number)])
        self.vault.learn({subject: Identity(surname="Омаров", given="Серік", phone=phone)})
        return iin(number)

    def reply(self, phone: str, text: str, key: str = "") -> None:
        at = self.clock.now()
        self.receiver.receive([Incoming(key=key or f"{phone}{at}{text}", phone=phone, text=text, at=at)])

    def run(self) -> None:
        """Until nothing is left to do at this moment."""
        while self.engine.turn() + self.sender.turn():
            pass

    def after(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))
        self.run()

    def decide(self, outcome: str) -> None:
        for task in tasks.open_tasks(self.connection):
            tasks.complete(self.connection, task.id, task.version, "officer", outcome, self.clock)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with self.connection.transaction():
            return self.connection.execute(query, values).fetchall()

    def step(self, case: int = 1) -> str:
        ((step,),) = self.rows("SELECT step FROM cases WHERE id = %s", case)
        return str(step)

    def verify(self) -> chain.Report:
        chain.seal(self.connection, self.heads, self.clock)
        return chain.verify(self.connection, self.heads)

    def close(self) -> None:
        self.connection.close()
        self.post_connection.close()


@pytest.fixture
def kernel(database: Database, vault: Vault, clock: HandClock, home: Path) -> Iterator[Kernel]:
    toy.PARTNER.update(away=False, silent=set(), broken=set(), found=set(), asked=0)
    worker = Kernel(database, vault, clock, home)
    yield worker
    worker.close()
