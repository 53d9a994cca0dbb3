"""The act at work: a real worker on PostgreSQL, the systems in-process, a person who does what a test says."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from qyzmet.acts.driving import applications, booking, centres, package, results
from qyzmet.cases import chain, tasks
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.intake import Intake
from qyzmet.cases.package import Arrival
from qyzmet.cases.store import Store
from qyzmet.law.calendar import working_calendar
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.connection import connect
from qyzmet.worker import Worker
from qyzmet_twins.citizens import Citizens
from qyzmet_twins.link import InProcessSms
from qyzmet_twins.services import Knobs, Services
from qyzmet_twins.tiny import TinyWorld
from tests.acts.proactive.conftest import Ground, Partners, ground
from tests.cases.conftest import iin

__all__ = ["Road", "ground"]

#: A Monday inside the pilot.
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=KZ)
EXAMPLE = files("qyzmet.acts.driving").joinpath("examples.toml").read_text("utf-8")


class Road:
    """A worker of the act. A person goes by a number, an application by its case."""

    def __init__(
        self, ground: Ground, home: Path, start: datetime, policies: dict[str, Any], failpoints: Any
    ) -> None:
        self.ground, self.clock = ground, HandClock(start)
        world = TinyWorld()
        self.services = Services(world, self.clock, knobs=Knobs(0, 0, 0, 0))
        self.systems = self.services.driving
        self.partners = Partners(world, self.clock, self.services)
        citizens = Citizens(world, self.clock, self.services.opened)
        self.package, self.heads = package(), chain.Heads.open(home)
        self.worker = Worker(
            ground.database, ground.keys, self.clock, [self.package], self.partners,
            InProcessSms(citizens, self.clock), None,  # type: ignore[arg-type]
            self.heads, policies={"driving": policies}, name="road",
            **({"failpoints": failpoints} if failpoints else {}),
        )  # fmt: skip
        self.store = connect(ground.database.engine_url)
        self.vault = Vault(ground.vault, ground.keys, self.clock)
        self.catalogue = Catalogue(
            self.store, [self.package], working_calendar(), self.clock, {"driving": policies}
        )
        self.intake = Intake(
            Store(self.store, self.vault, "web", lambda _: None), self.catalogue, self.vault, self.clock
        )
        self.numbers = itertools.count(1)
        centres.load_centres(self.store, EXAMPLE)
        self.run()

    @property
    def policies(self) -> Any:
        return self.catalogue.law_of_act("driving", self.clock.now()).policies

    def close(self) -> None:
        self.worker.close()
        self.store.close()

    def run(self) -> None:
        for _ in range(200):
            if self.worker.turn() == 0:
                return
        raise AssertionError("there is always something left to do")

    def after(self, **span: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**span))
        self.run()

    # --- what a person does -----------------------------------------------------------------------

    def receive(self, arrival: Arrival) -> tuple[int | None, str]:
        verdicts, _ = self.intake.receive(self.package, applications.SOURCE, [arrival])
        return verdicts[0].case, verdicts[0].because

    def person(self, **answers: Any) -> str:
        number = iin(next(self.numbers))
        self.systems.put(number, **answers)
        return number

    def bring(
        self, who: str, channel: str = "PSC_APP", service: str = "FIRST", sender: str = "", authorised: bool = True,
        run: bool = True,
    ) -> tuple[int, str]:  # fmt: skip
        (subject,) = self.vault.subjects_for([who])
        brought = applications.bring(
            self.store, self.receive, self.policies, service=service, channel=channel, sender=sender,
            subject=subject, iin=who, authorised=authorised, now=self.clock.now(),
        )  # fmt: skip
        if run:
            self.run()
        return brought

    def start(self, channel: str = "PSC_APP", **answers: Any) -> int:
        """A person's new application, carried through the gates as far as it goes."""
        return self.bring(self.person(**answers), channel)[0]

    def fill_in(self, case: int, born: date | None = date(1990, 1, 1), **lines: str) -> None:
        given = {"category": "B", "exam_language": "kk", "centre": "ALA-1"} | lines
        applications.fill_in(self.store, case, given, born, self.clock.now())
        self.run()

    def numbered(self, **answers: Any) -> int:
        case = self.start(**answers)
        self.fill_in(case)
        return case

    def slot(self, kind: str, number: int = 0) -> int:
        """An open slot of the kind, the earliest first."""
        rows = self.rows(
            """SELECT id FROM driving_slots WHERE kind = %s AND centre = 'ALA-1' AND starts_at > %s AND opens_at <= %s
               AND state = 'o' ORDER BY starts_at, id""",
            kind, self.clock.now(), self.clock.now(),
        )  # fmt: skip
        return int(rows[number][0])

    def wish(self, case: int, slot: int, **more: Any) -> str:
        return booking.wish(self.store, self.policies, case, slot, self.clock.now(), **more)

    def draw(self) -> None:
        self.after(seconds=61)

    def book(self, case: int, kind: str, slot: int | None = None) -> booking.Place:
        self.wish(case, self.slot(kind) if slot is None else slot)
        self.draw()
        place = booking.confirm(self.store, case, kind, self.clock.now())
        self.run()
        return place

    def sit(self, case: int, kind: str) -> None:
        """Books and sits the examination; the exam centre's result comes in."""
        place = self.book(case, kind)
        self.clock.set(place.starts_at + timedelta(minutes=20))
        self.run()

    def passed(self, **answers: Any) -> int:
        """An application whose two examinations are passed."""
        case = self.numbered(**answers)
        self.sit(case, "theory")
        self.sit(case, "practice")
        return case

    def formalities(self, case: int) -> None:
        applications.photograph(self.store, case, "psc-1", self.clock.now())
        self.run()
        applications.pay(self.store, case, self.clock.now())
        self.run()
        if not self.fact(case, "formalised"):
            applications.formalise(self.store, case, "psc-1", self.clock.now())
            self.run()

    def result(self, case: int, kind: str, result: str, **more: Any) -> bool:
        new = results.record(
            self.store, self.policies, case, kind, result, "operator", self.clock.now(), **more
        )
        self.run()
        return new

    def decide(self, case: int, outcome: str, **facts: str) -> None:
        (task,) = [t for t in tasks.open_tasks(self.store, role="driving.police") if t.case == case]
        tasks.complete(self.store, task.id, task.version, "police-1", outcome, self.clock, facts)
        self.run()

    # --- what came of it --------------------------------------------------------------------------

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.store.transaction():
            return self.store.execute(query, values).fetchall()

    def step(self, case: int) -> str:
        return str(self.rows("SELECT step FROM cases WHERE id = %s", case)[0][0])

    def facts(self, case: int) -> dict[str, Any]:
        ((facts,),) = self.rows("SELECT cases.facts FROM cases WHERE id = %s", case)
        return {name: fact[0] for name, fact in facts.items()}

    def fact(self, case: int, name: str) -> Any:
        return self.facts(case).get(name)

    def path(self, case: int) -> list[tuple[str, str]]:
        """(step, paragraph) of every step taken, as the ledger has them."""
        found = self.rows("SELECT header FROM ledger_entries WHERE case_id = %s ORDER BY run", case)
        return [
            (step, clause.removeprefix("driving:"))
            for (header,) in found
            for step, _, clause, _ in json.loads(header)["steps"]
        ]

    def asked(self) -> list[str]:
        """The systems asked so far, in order."""
        return [path.split("/")[1] for path, _ in self.partners.asked]


MakeRoad = Callable[..., Road]


@pytest.fixture
def make_road(ground: Ground, tmp_path: Path) -> Iterator[MakeRoad]:
    made: list[Road] = []

    def make(start: datetime = MONDAY, failpoints: Any = None, **policies: Any) -> Road:
        readings: dict[str, Any] = {"P-AHEAD": 3} | {
            mark.replace("_", "-"): value for mark, value in policies.items()
        }
        made.append(Road(ground, tmp_path / f"heads {len(made)}", start, readings, failpoints))
        return made[-1]

    yield make
    for road in made:
        road.close()
    ground.empty()


@pytest.fixture
def road(make_road: MakeRoad) -> Road:
    return make_road()


def ending(road: Road, answers: Sequence[tuple[str, Any]]) -> str:
    return road.step(road.start(**dict(answers)))
