"""How the seven benefits of chapters 4 to 9 come about in the world of the tests, each alone.

Where one event would start other benefits too, something keeps these out, so that a test sees one case:
no contributions, an allowance from before, no pension. `test_several_benefits.py` lets them all start.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.acts.proactive.conftest import Pilot

BURIAL, DISABILITY, CAPACITY = "BURIAL_PAYMENT", "DISABILITY_ALLOWANCE", "WORK_CAPACITY_LOSS_PAYMENT"
CARER, JOB = "DISABLED_CHILD_CARER_ALLOWANCE", "JOB_LOSS_PAYMENT"
ALLOWANCE, PAYMENT = "SURVIVOR_ALLOWANCE", "SURVIVOR_PAYMENT"
SEVEN = (BURIAL, DISABILITY, CAPACITY, CARER, ALLOWANCE, PAYMENT, JOB)
CODES = {
    BURIAL: "43", DISABILITY: "44", CAPACITY: "45", CARER: "46", ALLOWANCE: "47", PAYMENT: "48", JOB: "49",
}  # fmt: skip

#: What an official enters where no public figure is known.
BY_HAND = {"amount": 5_000_000, "amount_source": "letter of the ministry"}


def _burial(pilot: Pilot, who: str, exists: bool, **more: Any) -> str:
    world = pilot.world
    dead = world.pension(world.person(birth_day=date(1950, 3, 1)), *more.pop("kinds", ["age_pension"]))
    if exists:
        world.already(dead, BURIAL)
    if "body_taker" not in more:
        more.setdefault("applicant", who)
    world.death(dead, **{"at": pilot.clock.now(), **more})
    return f"D{len(world.deaths()):06d}/4"


def _disability(pilot: Pilot, who: str, exists: bool, **more: Any) -> str:
    if exists:
        pilot.world.already(who, DISABILITY)
    pilot.world.disability(who, **{"at": pilot.clock.now(), **more})
    return f"M{len(pilot.world.disabilities()):06d}/5"


def _capacity(pilot: Pilot, who: str, exists: bool, *, months: int = 36, **more: Any) -> str:
    if months:
        pilot.world.contributions(who, months=months)
    pilot.world.already(who, DISABILITY)
    if exists:
        pilot.world.already(who, CAPACITY)
    pilot.world.disability(who, **{"at": pilot.clock.now(), "loss_degree": 60, **more})
    return f"M{len(pilot.world.disabilities()):06d}/6"


def _carer(pilot: Pilot, who: str, exists: bool, *, orphanage: bool = False, **more: Any) -> str:
    world = pilot.world
    child = world.person(birth_day=date(2015, 9, 1))
    world.relative(child, who, "mother")
    world.already(child, DISABILITY)
    if exists:
        world.already(who, CARER)
    if orphanage:
        world.orphanage(child)
    world.disability(child, **{"at": pilot.clock.now(), **more})
    return f"M{len(world.disabilities()):06d}/7"


def _survivors(pilot: Pilot, who: str, exists: bool, benefit: str, months: int) -> str:
    world = pilot.world
    dead = world.person(birth_day=date(1980, 3, 1))
    if months:
        world.contributions(dead, months=months)
    if exists:
        world.already(dead, benefit)
    if benefit == PAYMENT:
        world.already(dead, ALLOWANCE)
    world.survivor(dead, representatives={who: "mother"})
    world.death(dead, at=pilot.clock.now())
    return f"D{len(world.deaths()):06d}/1/8{'a' if benefit == ALLOWANCE else 'p'}"


def _allowance(pilot: Pilot, who: str, exists: bool) -> str:
    return _survivors(pilot, who, exists, ALLOWANCE, 0)


def _payment(pilot: Pilot, who: str, exists: bool, *, months: int = 36) -> str:
    return _survivors(pilot, who, exists, PAYMENT, months)


def _job(pilot: Pilot, who: str, exists: bool, *, months: int = 36, **more: Any) -> str:
    if months:
        pilot.world.contributions(who, months=months)
    if exists:
        pilot.world.already(who, JOB)
    pilot.world.unemployed(who, **{"at": pilot.clock.now(), **more})
    return f"U{len(pilot.world.registered_unemployed()):06d}/9"


_EVENTS: dict[str, Callable[..., str]] = {
    BURIAL: _burial, DISABILITY: _disability, CAPACITY: _capacity, CARER: _carer,
    ALLOWANCE: _allowance, PAYMENT: _payment, JOB: _job,
}  # fmt: skip


def happens(pilot: Pilot, benefit: str, who: str, *, exists: bool = False, **more: Any) -> int:
    """The event that gives `who` this benefit; returns the case, carried to where it rests."""
    pilot.clock.advance(timedelta(seconds=6))  # a feed that had nothing new is resting
    event = _EVENTS[benefit](pilot, who, exists, **more)
    pilot.run()
    pilot.after(minutes=1)  # chapter 8 looks once a minute whether both services came as far
    return pilot.case_of(event)


def start(pilot: Pilot, benefit: str, *banks: str, **more: Any) -> tuple[str, int]:
    """A person and the case, which waits for the consent."""
    who = pilot.mother(*banks)
    return who, happens(pilot, benefit, who, **more)


def consented(pilot: Pilot, benefit: str, *banks: str, **more: Any) -> tuple[str, int]:
    who, case = start(pilot, benefit, *banks, **more)
    pilot.agree(who)
    return who, case


def chosen(pilot: Pilot, benefit: str, *banks: str, **more: Any) -> tuple[str, int]:
    """Consent is given and the first account chosen."""
    who, case = consented(pilot, benefit, *(banks or ("bank_a",)), **more)
    pilot.reply(who, f"{CODES[benefit]}#3#1")
    return who, case


def officials(pilot: Pilot, case: int, *acts: str) -> None:
    """Officials end the open tasks one after the other; `days N` lets time pass."""
    for act in acts:
        if act.startswith("days "):
            pilot.after(days=int(act.removeprefix("days ")))
        else:
            pilot.decide(case, act)
