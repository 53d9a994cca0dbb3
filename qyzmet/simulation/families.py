"""A small country drawn from the seed: every kind of family, phone, account and temperament there is."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from qyzmet.exchange.systems import BANKS
from qyzmet.simulation.chances import dice
from qyzmet.simulation.hardships import draw_hardships
from qyzmet.simulation.plan import EVENTS_FOR, Plan
from qyzmet_twins.temperament import Answers, BankChoice, Temperament
from qyzmet_twins.tiny import AwardName, TinyWorld

REGIONS = ("71", "75")
BIRTH_SERVICE, AWARD_SERVICE = "LARGE_FAMILY_ALLOWANCE", "AWARDED_MOTHER_ALLOWANCE"
AWARDS: tuple[AwardName, ...] = ("ALTYN_ALQA", "KUMIS_ALQA", "BATYR_ANA", "ANA_DANQY_1", "ANA_DANQY_2")
KINDS, SHARES = ("birth", "award", "twins", "both", "again", "other parent"), (45, 25, 8, 10, 6, 6)
NO_MOBILE = "+77272000001"  #: a fixed line: no SMS reaches it
#: What people write by hand besides answers; the two last withdraw.
REMARKS = ("7#1", "41#3#1", "42#3#0", "41#3#9", "Рахмет", "7#3", "7#2", "7 # 2")


@dataclass
class Country:
    """The world, and what people will do that no temperament plans.

    `by_hand` are replies out of the blue; a phone in `brink` answers consent so long after the
    last moment (a negative span: before it).
    """

    world: TinyWorld
    by_hand: list[tuple[datetime, str, str]] = field(default_factory=list)
    brink: dict[str, timedelta] = field(default_factory=dict)


def draw_country(plan: Plan) -> Country:
    """The country of a seed."""
    return _Drawing(plan).country()


class _Drawing:
    def __init__(self, plan: Plan) -> None:
        self._plan, self._die = plan, dice(plan.seed, "families")
        self._made = Country(TinyWorld())
        self._world = self._made.world
        self._phones: list[str] = []

    def country(self) -> Country:
        for number in range(self._plan.families):
            self._family(number)
        self._strays()
        draw_hardships(self._plan, self._world)
        self._made.by_hand.sort()
        return self._made

    def _at(self) -> datetime:
        """Registries report twice a day, so that cases travel in batches; some events come between."""
        half_days = EVENTS_FOR // timedelta(hours=12)
        hours = 12 * self._die.randrange(half_days)
        return self._plan.start + timedelta(hours=hours, minutes=self._die.choice((0, 0, 0, 7, 400)))

    def _family(self, number: int) -> None:
        die, world = self._die, self._world
        phone = self._phone(number)
        mother = world.person(
            birth_day=date(die.randint(1975, 2000), die.randint(1, 12), die.randint(1, 28)),
            surname=f"Серікқызы{number}",
            given=die.choice(("Айгүл", "Әсел", "Динара")),
            patronymic=die.choice(("Маратқызы", "")),
            region=die.choice(REGIONS),
            language=die.choice(("kk", "ru")),
            alive=die.random() < 0.95,
            phone=phone,
            accounts=self._accounts(),
            temperament=self._temperament(number, phone),
        )
        if phone and die.random() < 0.2:
            at = self._plan.start + timedelta(days=die.uniform(0.5, 20))
            self._made.by_hand.append((at, phone, die.choice(REMARKS)))
        for service in (BIRTH_SERVICE, AWARD_SERVICE):
            if die.random() < 0.05:
                world.already(mother, service, application=die.random() < 0.5, case_file=die.random() < 0.5)
        kind = die.choices(KINDS, SHARES)[0]
        self._events(kind, mother, number)

    def _events(self, kind: str, mother: str, number: int) -> None:
        die, world, at = self._die, self._world, self._at()
        if kind in ("birth", "twins", "both", "again"):
            order = die.choices((1, 3, 4, 5, 6, 7, 8, 10), (1, 1, 8, 5, 2, 1, 1, 1))[0]
            self._birth(mother, at, order)
            if kind == "twins":
                world.birth(mother, at=at + timedelta(minutes=die.choice((0, 0, 15, 3000))), order=order + 1)
            if kind == "again":
                later = at + timedelta(days=die.choice((1, 25, 34)))
                world.birth(mother, at=later, order=order + 1)
        if kind in ("award", "both", "again") and (kind != "again" or die.random() < 0.5):
            world.award(mother, die.choice(AWARDS), at=self._at())
            if die.random() < 0.1:
                world.award(mother, die.choice(AWARDS), at=self._at())
        if kind == "other parent":
            father = world.person(
                birth_day=date(1985, 1, 1), female=False, surname=f"Серіков{number}", given="Марат",
                phone=self._number(5000 + number), accounts=["bank_c"],
            )  # fmt: skip
            child = world.birth(None, at=at, father=father if die.random() < 0.6 else None, order=5)
            if die.random() < 0.7:
                world.relative(child, mother, "guardian")

    def _birth(self, mother: str, at: datetime, order: int) -> None:
        """Most families are as large as the order says; in some the older ones are grown or elsewhere."""
        die, world = self._die, self._world
        if die.random() < 0.75:
            world.birth(mother, at=at, order=order)
            return
        world.birth(mother, at=at, order=order, siblings=())
        for n in range(order - 1):
            age = die.choice((2, 5, 9, 17, 18, 20, 22, 24))
            day = (at - timedelta(days=365 * age + n)).date()
            world.child(mother, day, lives_together=die.random() < 0.85, full_time_student=die.random() < 0.5)

    def _strays(self) -> None:
        """Events that open no case, and people who write without being asked."""
        broken = self._world.person(iin="90010", surname="Қате")
        self._world.award(broken, "KUMIS_ALQA", at=self._at())
        for n in range(3):
            self._made.by_hand.append((self._at(), self._number(9000 + n), self._die.choice(REMARKS)))
        self._made.by_hand.append((self._at(), "1414", "7#1"))

    # --- what a mother has ------------------------------------------------------------------------

    def _phone(self, number: int) -> str | None:
        die = self._die
        chance = die.random()
        if chance < 0.06:
            return None
        if chance < 0.09:
            return NO_MOBILE
        if chance < 0.2 and self._phones:
            return die.choice(self._phones)
        self._phones.append(self._number(number))
        return self._phones[-1]

    def _number(self, number: int) -> str:
        return f"+7701{self._plan.seed % 1000:03d}{number:04d}"

    def _accounts(self) -> dict[str, int]:
        count = self._die.choices((0, 1, 2, 3), (25, 45, 20, 10))[0]
        return {bank: self._die.choice((1, 1, 1, 2)) for bank in self._die.sample(BANKS, count)}

    def _temperament(self, number: int, phone: str | None) -> Temperament | None:
        """Each kind in turn, half of the people answering promptly, some left to the twins' shares."""
        die = self._die
        if die.random() < 0.1:
            return None
        answers = tuple(Answers)[number % len(Answers)] if die.random() < 0.6 else Answers.PROMPT
        if answers is Answers.SILENT and phone is not None and die.random() < 0.7:
            self._made.brink[phone] = self._on_the_brink(die)
        return Temperament(
            answers=answers,
            bank=die.choices(tuple(BankChoice), (7, 2, 1))[0],
            opens_account=die.random() < 0.6,
            minutes=die.choice((2.0, 30.0, 600.0, 3000.0)),
        )

    def _on_the_brink(self, die: random.Random) -> timedelta:
        return timedelta(seconds=die.choice((-3600, -60, -1, 0, 1, 300)))
