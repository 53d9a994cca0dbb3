"""One worker of the kernel on fresh databases, with the toy act and a link that keeps what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from qyzmet.cases import chain, tasks
from qyzmet.cases import failpoints as fail
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.engine import Engine
from qyzmet.cases.package import ActPackage, Arrival
from qyzmet.cases.post import Sender
from qyzmet.cases.receiving import Receiver
from qyzmet.cases.rows import Connection
from qyzmet.cases.store import Store
from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing, Receipt, SmsLink
from qyzmet.law.calendar import working_calendar
from qyzmet.people.identifiers import check_digit
from qyzmet.people.vault import Identity, Vault, VaultKeys
from qyzmet.runtime.clock import FileClock, HandClock
from qyzmet.runtime.database import Database, connect
from tests.cases import toy


@dataclass
class KeptLink:
    """A link that hands everything over at once and remembers it."""

    clock: HandClock
    sent: list[Outgoing] = field(default_factory=list)
    state: str = "sent"
    reason: str = ""
    ids: tuple[str, ...] = ()
    parts: int = 1
    before: Callable[[], None] = lambda: None  #: what happens before the results are told

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        self.sent += messages
        now = self.clock.now()
        self.before()
        told = {"at": now, "parts": self.parts, "reason": self.reason, "ids": self.ids}
        return [HandedOver(id=m.id, state=self.state, **told) for m in messages]  # type: ignore[arg-type]

    def listen(
        self,
        receive: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None] | None = None,
    ) -> None: ...

    def close(self) -> None: ...


def iin(number: int) -> str:
    """A valid IIN, another one for each number below 2000."""
    for serial in range(number * 5, number * 5 + 5):
        prefix = f"9001014{serial:04d}"
        digit = check_digit(prefix)
        if digit is not None:
            return f"{prefix}{digit}"
    raise AssertionError("five serials without a check digit")


def phone(number: int) -> str:
    return f"+7701000{number:04d}"


#: With these PostgreSQL looks once for every row into what is to be chosen, where the statement lets it.
LOOPS = "; ".join(
    f"SET enable_{way} = off" for way in ("hashagg", "hashjoin", "mergejoin", "sort", "material", "memoize")
).encode()


class Kernel:
    """A worker: engine, sender, receiver on connections of their own."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: HandClock | FileClock,
        home: Path,
        *,
        package: ActPackage | None = None,
        failpoints: fail.Failpoints = fail.none,
        batch: int = 1000,
        holder: str = "first",
        link: SmsLink | None = None,
    ) -> None:
        self.clock, self.vault = clock, vault
        self.package = package or toy.package()
        self.connection: Connection = connect(database.engine_url)
        self.post_connection: Connection = connect(database.engine_url)
        self.catalogue = Catalogue(self.connection, [self.package], working_calendar(), clock)
        store = Store(self.connection, vault, holder, failpoints)
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
        self.link: Any = link or KeptLink(clock)
        self.sender = Sender(
            self.post_connection, vault, self.catalogue, self.link, clock, failpoints=failpoints
        )
        self.receiver = Receiver(
            self.post_connection,
            vault,
            clock,
            failpoints,
            prefixes=[self.package.prefix_of] if self.package.prefix_of else [],
        )
        self.heads = chain.Heads.open(home)

    def open(self, *arrivals: Arrival) -> list[int]:
        """The cases that these registry events opened."""
        before = {number for (number,) in self.rows("SELECT id FROM cases")}
        self.engine.open(self.package, "test", arrivals)
        after = self.rows("SELECT id FROM cases ORDER BY id")
        return [int(str(number)) for (number,) in after if number not in before]

    def person(self, number: int, phone_number: str) -> str:
        """A person in the vault with this phone; returns the IIN."""
        (subject,) = self.vault.subjects_for([iin(number)])
        self.vault.learn({subject: Identity(surname="Омаров", given="Серік", phone=phone_number)})
        return iin(number)

    def arrival(self, number: int, phone_number: str = "", **facts: object) -> Arrival:
        """An event about a person who is in the vault, and whose phone the case will use."""
        phone_number = phone_number or phone(number)
        address = self.vault.phone_index(phone_number).hex()
        return toy.arrival(number, self.person(number, phone_number), address=address, **facts)

    def cases(self, count: int, **facts: object) -> list[int]:
        """So many new cases of people with a phone each, at their first wait."""
        (known,) = self.rows("SELECT count(*) FROM cases")[0]
        first = int(str(known)) + 1
        opened = self.open(*(self.arrival(number, **facts) for number in range(first, first + count)))
        self.run()
        return opened

    def reply(self, phone: str, text: str, key: str = "") -> None:
        at = self.clock.now()
        self.receiver.receive([Incoming(key=key or f"{phone}{at}{text!r}", phone=phone, text=text, at=at)])

    def run(self) -> None:
        """Until nothing is left to do at this moment."""
        for _ in range(1000):
            if self.engine.turn() + self.sender.turn() == 0:
                return
        raise AssertionError("there is always something left to do")

    def after(self, **span: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**span))
        self.run()

    def decide(self, outcome: str) -> None:
        for task in tasks.open_tasks(self.connection):
            tasks.complete(self.connection, task.id, task.version, "officer", outcome, self.clock)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with self.connection.transaction():
            return self.connection.execute(query, values).fetchall()

    def step(self, case: int) -> str:
        ((step,),) = self.rows("SELECT step FROM cases WHERE id = %s", case)
        return str(step)

    def trouble(self, case: int) -> str | None:
        """Why a case is set aside; None where it is not."""
        ((status, said),) = self.rows("SELECT status::text, trouble FROM cases WHERE id = %s", case)
        return str(said) if status == "a" else None

    def fact(self, case: int, name: str) -> object:
        ((fact,),) = self.rows("SELECT cases.facts->%s FROM cases WHERE id = %s", name, case)
        return fact[0] if isinstance(fact, list) else None

    def count(self, table: str) -> int:
        return int(str(self.rows(f"SELECT count(*) FROM {table}")[0][0]))

    def verify(self) -> chain.Report:
        chain.seal(self.connection, self.heads, self.clock)
        return chain.verify(self.connection, self.heads)

    def close(self) -> None:
        self.connection.close()
        self.post_connection.close()


@pytest.fixture
def kernel(database: Database, vault: Vault, clock: HandClock, home: Path) -> Iterator[Kernel]:
    toy.PARTNER = toy.Partner()
    worker = Kernel(database, vault, clock, home)
    yield worker
    worker.close()


@pytest.fixture
def second(
    kernel: Kernel, database: Database, vault_keys: VaultKeys, clock: HandClock, home: Path
) -> Iterator[Kernel]:
    """Another worker on the same databases, with a vault connection of its own."""
    with connect(database.vault_url) as connection:
        worker = Kernel(database, Vault(connection, vault_keys, clock), clock, home, holder="second")
        yield worker
        worker.close()
