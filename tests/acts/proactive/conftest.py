"""The act at work: a real worker on PostgreSQL over a world made by hand, every other system in-process.

Databases are made once per run and emptied for each test; so are the signing keys. People in these
tests answer nothing by themselves: a test says who replies what and when.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from qyzmet.acts.proactive import package
from qyzmet.acts.proactive.table import BANKS_EVERY
from qyzmet.cases import chain, ledger, tasks
from qyzmet.cases.case import Decision
from qyzmet.cases.ledger import Payload
from qyzmet.cases.rows import Connection
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import Office, development_authority
from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing
from qyzmet.exchange.systems import Placement
from qyzmet.people.vault import Vault, VaultKeys
from qyzmet.runtime import embedded
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.database import Database, connect, prepare
from qyzmet.worker import Worker
from qyzmet_twins.citizens import Citizens
from qyzmet_twins.link import InProcessSms
from qyzmet_twins.partners import InProcessPartners
from qyzmet_twins.services import Knobs, Services
from qyzmet_twins.temperament import Answers, Temperament
from qyzmet_twins.tiny import TinyWorld
from tests.databases import delete_rows, tables, with_rows

LARGE, AWARDED = "LARGE_FAMILY_ALLOWANCE", "AWARDED_MOTHER_ALLOWANCE"
CODE = {LARGE: "41", AWARDED: "42"}
SAYS_NOTHING = Temperament(Answers.SILENT, opens_account=False)
MONDAY = datetime(2024, 2, 12, 9, 0, tzinfo=KZ)


def at(day: str, time: str = "09:00:00") -> datetime:
    """A moment in Almaty: at("2024-05-04", "23:59:59")."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=KZ)


STAYS = ("migration", "procedures", "vault_key", "vault_state")


@dataclass
class Ground:
    """What the tests of one process share."""

    database: Database
    keys: VaultKeys
    signing: Path
    store: Connection
    vault: Connection
    admins: tuple[Connection, Connection]  #: of the store and of the vault

    def empty(self) -> None:
        """Leaves the databases as new; the procedures that were entered may stay."""
        for connection in self.admins:
            with connection.transaction():
                emptied = [name for name in tables(connection) if name not in STAYS]
                delete_rows(connection, with_rows(connection, emptied))


_grounds = count(1)


@pytest.fixture(scope="session")
def ground(
    server: embedded.Server,
    patterns: tuple[str, str],
    worker_name: str,
    run_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Ground]:
    # Other folders take this fixture too, and each gets one of its own: databases with keys of their own.
    mine = f"{worker_name}_{next(_grounds)}"
    names = f"pilot_{mine}", f"pilot_vault_{mine}"
    database = prepare(server, store=names[0], vault=names[1], templates=patterns, apply=False)
    home = tmp_path_factory.mktemp("ground")
    offices = [Office(authority, region) for authority in ("committee", "fund") for region in ("75", "71")]
    keys_of_all = run_folder / "signing"  # made once for all workers: keys take their time
    development_authority(keys_of_all, HandClock(at("2023-10-01")), offices)
    # A copy each: signing that one test switches off stays on for the others.
    signing = shutil.copytree(keys_of_all, home / "signing", ignore=shutil.ignore_patterns(".*"))
    keys = VaultKeys.load_or_create(home / "vault-keys.json")
    urls = database.engine_url, database.vault_url, server.url(names[0]), server.url(names[1])
    with ExitStack() as stack:
        store, vault, *admins = [stack.enter_context(connect(url)) for url in urls]
        yield Ground(database, keys, signing, store, vault, (admins[0], admins[1]))


class Partners(InProcessPartners):
    """The twins, and by the path of an operation whatever a test has them answer `instead`."""

    def __init__(self, world: TinyWorld, clock: HandClock, services: Services) -> None:
        super().__init__(world, clock, services=services)
        self.instead: dict[str, Callable[[Sequence[Any]], Sequence[Any]]] = {}
        self.asked: list[tuple[str, str]] = []

    def ask(self, operation: Any, items: Sequence[Any], *, purpose: str, clause: str) -> dict[str, Any]:
        self.asked += [(operation.path, clause.removeprefix("proactive:"))] if items else []
        if operation.path in self.instead:
            return {answer.ref: answer for answer in self.instead[operation.path](items)}
        return super().ask(operation, items, purpose=purpose, clause=clause)


class Link(InProcessSms):
    """The operator's link; while it is `down`, nothing is handed over."""

    down = False

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        if not self.down:
            return super().send(messages)
        return [HandedOver(id=message.id, state="unsent", at=self._clock.now()) for message in messages]


class Pilot:
    """A worker of the act and the world around it. A case goes by its number, a person by the IIN."""

    def __init__(
        self, ground: Ground, home: Path, start: datetime, policies: Mapping[str, Any] | None = None
    ) -> None:
        self.ground = ground
        self.clock = HandClock(start)
        self.world = TinyWorld()
        self.services = Services(self.world, self.clock, knobs=Knobs(0, 0, 0, 0))
        self.partners = Partners(self.world, self.clock, self.services)
        self.citizens = Citizens(self.world, self.clock, self.services.opened)
        self.link = Link(self.citizens, self.clock)
        self.signer = LocalSigner(ground.signing, self.clock)
        self.heads = chain.Heads.open(home)
        self.worker = Worker(
            ground.database,
            ground.keys,
            self.clock,
            [package()],
            self.partners,
            self.link,
            self.signer,
            self.heads,
            policies={"proactive": dict(policies or {})},
            name="pilot",
        )
        self._store = ground.store
        self.vault = Vault(ground.vault, ground.keys, self.clock)
        self._numbers = itertools.count(1)

    def close(self) -> None:
        self.worker.close()

    # --- the world --------------------------------------------------------------------------------

    def mother(self, *banks: str, phone: str | None = "", **more: Any) -> str:
        """A mother with an account in each of these banks and a phone of her own (None: without one)."""
        if phone == "":
            phone = f"+7701{next(self._numbers):07d}"
        return self.world.person(phone=phone, accounts=banks, temperament=SAYS_NOTHING, **more)

    def birth(self, mother: str | None, order: int = 4, **more: Any) -> int:
        """The case that a birth registered now opens, carried to where it rests."""
        self.clock.advance(timedelta(seconds=6))  # a feed that had nothing new is resting
        self.world.birth(mother, at=more.pop("at", self.clock.now()), order=order, **more)
        self.run()
        return self.case_of(f"B{len(self.world.births()):06d}")

    def award(self, mother: str, award: Any = "KUMIS_ALQA", **more: Any) -> int:
        self.clock.advance(timedelta(seconds=6))
        self.world.award(mother, award, at=more.pop("at", self.clock.now()), **more)
        self.run()
        return self.case_of(f"A{len(self.world.awards()):06d}")

    def event(self, benefit: str, mother: str, **more: Any) -> int:
        return self.birth(mother, **more) if benefit == LARGE else self.award(mother, **more)

    def reply(self, who: str, text: str, moment: datetime | None = None, *, read: bool = True) -> None:
        """An SMS of this person (or from this number); `moment` is the operator's time."""
        phone = who if who.startswith("+") else self.world.phone(who)
        assert phone is not None
        sent = moment or self.clock.now()
        key = f"reply {next(self._numbers)}"
        self.worker.receiver.receive([Incoming(key=key, phone=phone, text=text, at=sent)])
        if read:
            self.run()

    def agree(self, who: str) -> None:
        self.reply(who, "7#1")

    def decide(self, case: int, outcome: str, official: str = "officer-1", **facts: object) -> None:
        """An official ends the case's open task, entering what is to be entered."""
        (task,) = [task for task in tasks.open_tasks(self._store) if task.case == case]
        entered = {name.replace("_", "."): value for name, value in facts.items()}
        tasks.complete(self._store, task.id, task.version, official, outcome, self.clock, entered)
        self.run()

    # --- time -------------------------------------------------------------------------------------

    def run(self) -> None:
        """Until nothing is left to do at this moment."""
        for _ in range(200):
            if self.worker.turn() == 0:
                return
        raise AssertionError("there is always something left to do")

    def until(self, moment: datetime) -> None:
        self.clock.set(moment)
        self.run()

    def after(self, **span: float) -> None:
        self.until(self.clock.now() + timedelta(**span))

    def watch(self) -> None:
        """Until the banks have been looked at once more."""
        self.until(self.clock.now() + BANKS_EVERY)

    def silence(self) -> None:
        """Time passes until after the deadline of everything that is open."""
        self.after(days=60)

    # --- how a case is brought somewhere ----------------------------------------------------------

    def start(self, benefit: str, *banks: str, **more: Any) -> tuple[str, int]:
        """A mother and her case, which waits for the consent."""
        mother = self.mother(*banks, **more)
        return mother, self.event(benefit, mother)

    def consented(self, benefit: str, *banks: str, **more: Any) -> tuple[str, int]:
        mother, case = self.start(benefit, *banks, **more)
        self.agree(mother)
        return mother, case

    def chosen(self, benefit: str, *banks: str, **more: Any) -> tuple[str, int]:
        """Consent is given and the first account chosen: an official is to decide, or it is decided."""
        mother, case = self.consented(benefit, *(banks or ("bank_a",)), **more)
        self.reply(mother, f"{CODE[benefit]}#3#1")
        return mother, case

    # --- what came of it --------------------------------------------------------------------------

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._store.transaction():
            return self._store.execute(query, values).fetchall()

    def case_of(self, event: str) -> int:
        """0 where the event opened none."""
        found = self.rows("SELECT id FROM cases WHERE event = %s", event)
        return int(found[0][0]) if found else 0

    def cases(self) -> list[int]:
        return [number for (number,) in self.rows("SELECT id FROM cases ORDER BY id")]

    def step(self, case: int) -> str:
        return str(self.rows("SELECT step FROM cases WHERE id = %s", case)[0][0])

    def status(self, case: int) -> str:
        """r, p, w, a or e."""
        return str(self.rows("SELECT status::text FROM cases WHERE id = %s", case)[0][0])

    def ending(self, case: int) -> str | None:
        return self.step(case) if self.status(case) == "e" else None

    def trouble(self, case: int) -> str:
        return str(self.rows("SELECT trouble FROM cases WHERE id = %s", case)[0][0])

    def facts(self, case: int) -> dict[str, Any]:
        """Values by name."""
        ((facts,),) = self.rows("SELECT cases.facts FROM cases WHERE id = %s", case)
        return {name: fact[0] for name, fact in facts.items()}

    def deadline(self, case: int) -> datetime | None:
        """In Almaty."""
        ((moment,),) = self.rows("SELECT deadline_at FROM cases WHERE id = %s", case)
        return None if moment is None else moment.astimezone(KZ)

    def headers(self, case: int) -> list[dict[str, Any]]:
        found = self.rows("SELECT header FROM ledger_entries WHERE case_id = %s ORDER BY run", case)
        return [json.loads(header) for (header,) in found]

    def path(self, case: int) -> list[tuple[str, str, str]]:
        """Every step taken, with its outcome and its paragraph, as the ledger has them."""
        return [
            (step, outcome, clause.removeprefix("proactive:"))
            for header in self.headers(case)
            for step, outcome, clause, _ in header["steps"]
        ]

    def steps(self, case: int) -> list[str]:
        return [step for step, _, _ in self.path(case)]

    def payloads(self, case: int) -> list[Payload]:
        """What each run of the case learnt and found, opened."""
        found = self.rows(
            "SELECT case_id, run, person, sealed FROM ledger_payloads WHERE case_id = %s ORDER BY run", case
        )
        keys = self.vault.person_keys({person for _, _, person, _ in found})
        return [ledger.open_payload(keys[person], sealed, case, run) for _, run, person, sealed in found]

    def findings(self, case: int) -> list[tuple[str, str]]:
        """(paragraph, outcome) of everything that was found."""
        return [
            (finding.clause.removeprefix("proactive:"), finding.outcome)
            for payload in self.payloads(case)
            for finding in payload.findings
        ]

    def messages(self, case: int) -> list[tuple[str, str]]:
        """(template, paragraph) of the SMS that went out for a case."""
        found = self.rows(
            "SELECT template, clause FROM messages WHERE case_id = %s AND state = 'd' ORDER BY id", case
        )
        return [(template, clause.removeprefix("proactive:")) for template, clause in found]

    def templates(self, case: int) -> list[str]:
        return [template for template, _ in self.messages(case)]

    def texts(self, who: str) -> list[str]:
        """What this person (or number) got, oldest first."""
        phone = who if who.startswith("+") else self.world.phone(who)
        assert phone is not None
        return [line.text for line in self.citizens.history(phone) if line.direction == "received"]

    def open_task(self, case: int) -> tasks.Task:
        (task,) = [task for task in tasks.open_tasks(self._store) if task.case == case]
        return task

    def decision(self, case: int) -> Decision:
        return self.worker.engine.store.decisions([case])[case]

    def placed(self) -> list[Placement]:
        """What ODK was given to pay."""
        return [done.item for done in self.services.placements.all()]

    def person_of(self, case: int) -> int:
        ((person,),) = self.rows("SELECT coalesce(recipient, subject) FROM cases WHERE id = %s", case)
        return int(person)


MakePilot = Callable[..., Pilot]


@pytest.fixture
def make_pilot(ground: Ground, tmp_path: Path) -> Iterator[MakePilot]:
    """Pilots with other readings, or from another moment on."""
    made: list[Pilot] = []
    numbers = itertools.count(1)

    def end() -> None:
        for pilot in made:
            pilot.close()
        made.clear()
        ground.empty()

    def make(start: datetime = MONDAY, **policies: Any) -> Pilot:
        if made:  # one after the other
            end()
        readings = {mark.replace("_", "-", 1).replace("_", "."): value for mark, value in policies.items()}
        made.append(Pilot(ground, tmp_path / f"heads {next(numbers)}", start, readings))
        return made[-1]

    yield make
    end()


@pytest.fixture
def pilot(make_pilot: MakePilot) -> Pilot:
    """A Monday inside the term, before the change of the time zone."""
    return make_pilot()
