"""Deaths, disability and lost work among the people of the made-up country: chapters 4 to 9 of the act."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Literal

from qyzmet.simulation.chances import dice
from qyzmet.simulation.plan import EVENTS_FOR, Plan
from qyzmet_twins.temperament import Answers, Temperament
from qyzmet_twins.tiny import TinyWorld

_REGIONS = ("71", "75")
_CAUSES: tuple[list[str], ...] = (
    ["general_illness"],
    ["work_injury"],
    ["general_illness", "work_injury"],
    [],
    ["since_childhood"],
)
_GROUPS: tuple[Literal[1, 2, 3], ...] = (1, 2, 3)


def draw_hardships(plan: Plan, world: TinyWorld) -> None:
    """Some events of each kind, of people of their own."""
    _Drawing(plan, world).all()


class _Drawing:
    def __init__(self, plan: Plan, world: TinyWorld) -> None:
        self._plan, self._world, self._die = plan, world, dice(plan.seed, "hardships")
        self._people = 0

    def all(self) -> None:
        for kind in self._die.choices((self._death, self._disability, self._lost_work), k=5):
            kind(self._die)

    def _at(self) -> datetime:
        half_days = EVENTS_FOR // timedelta(hours=12)
        return self._plan.start + timedelta(hours=12 * self._die.randrange(half_days))

    def _person(self, birth_day: date, *, given: str = "Гүлнар", reachable: bool = True) -> str:
        die, self._people = self._die, self._people + 1
        phone = f"+7702{self._plan.seed % 1000:03d}{self._people:04d}"
        return self._world.person(
            birth_day=birth_day,
            surname=f"Ахметова{self._people}",
            given=given,
            region=die.choice(_REGIONS),
            phone=phone if reachable and die.random() < 0.9 else None,
            accounts=die.choice(([], ["bank_a"], ["bank_b", "bank_d"])),
            temperament=Temperament(
                die.choice((Answers.PROMPT, Answers.PROMPT, Answers.SILENT, Answers.REFUSES, Answers.DOUBLE)),
                minutes=die.choice((5.0, 90.0, 900.0)),
            ),
        )

    def _death(self, die: random.Random) -> None:
        dead = self._person(date(die.randint(1935, 1975), 3, 1), given="Қайрат", reachable=False)
        if die.random() < 0.7:
            self._world.pension(dead, "age_pension", "basic_pension")
        kin = self._person(date(1988, 7, 1))
        applicant = kin if die.random() < 0.8 else None
        self._world.death(
            dead, at=self._at(), applicant=applicant, body_taker=kin if die.random() < 0.5 else None
        )
        if die.random() < 0.7:
            self._world.contributions(dead, months=die.choice((6, 40, 160)))
        for _ in range(die.choice((0, 1, 2))):
            self._world.survivor(
                dead, birth_day=date(die.randint(2008, 2020), 9, 1), representatives={kin: "mother"}
            )
        if die.random() < 0.3:
            own = self._person(date(2004, 5, 5))
            self._world.survivor(dead, iin=own, full_time_student=True)

    def _disability(self, die: random.Random) -> None:
        if die.random() < 0.3:
            parent = self._person(date(1990, 1, 1))
            child = self._person(date(die.randint(2008, 2022), 6, 1), given="Бала", reachable=False)
            self._world.relative(child, parent, "mother")
            if die.random() < 0.1:
                self._world.orphanage(child)
            self._world.disability(child, at=self._at())
            return
        who = self._person(date(die.randint(1960, 2003), 4, 4))
        if die.random() < 0.7:
            self._world.contributions(who, months=die.choice((3, 30, 90)))
        self._world.disability(
            who, at=self._at(), group=die.choice(_GROUPS), causes=die.choice(_CAUSES),
            loss_degree=die.choice((None, 20, 45, 80)),
        )  # fmt: skip

    def _lost_work(self, die: random.Random) -> None:
        who = self._person(date(die.randint(1965, 2000), 8, 8))
        if die.random() < 0.8:
            self._world.contributions(who, months=die.choice((2, 12, 60)))
        self._world.unemployed(who, at=self._at())
