"""Which cases the registry events of a world must open, worked out from the world alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from qyzmet_twins.world import World

_FOURTH = 4
_ADULT = 18
_REPRESENTATIVES = ("mother", "father", "adoptive_parent", "guardian")

Expected = tuple[str, datetime, str]


def expected_events(world: World) -> Iterator[Expected]:
    """(name under which a case is opened, moment of the event, IIN it concerns)."""
    yield from ((b.event, b.at, b.child_iin) for b in world.births() if b.order >= _FOURTH)
    yield from ((award.event, award.at, award.iin) for award in world.awards())
    for death in world.deaths():
        yield f"{death.event}/4", death.at, death.iin
        recipients = _recipients(world, death.iin, death.at, death.death_day)
        for number, iin in enumerate(recipients, start=1):
            yield f"{death.event}/{number}/8a", death.at, iin
            yield f"{death.event}/{number}/8p", death.at, iin
    for found in world.disabilities():
        child = age(found.birth_day, found.established) < _ADULT
        yield f"{found.event}/5", found.at, found.iin
        yield f"{found.event}/{7 if child else 6}", found.at, found.iin
    yield from ((f"{lost.event}/9", lost.at, lost.iin) for lost in world.registered_unemployed())


def _recipients(world: World, deceased: str, at: datetime, on: date) -> list[str]:
    """§137: each dependant who is of age, and for the others their first representative, each once."""
    found: dict[str, None] = {}
    for survivor in world.survivors(deceased, at):
        named = sorted(survivor.representatives, key=lambda each: _REPRESENTATIVES.index(each.relation))
        minor = age(survivor.birth_day, on) < _ADULT
        found[named[0].iin if minor and named else survivor.iin] = None
    return list(found)


def age(born: date, on: date) -> int:
    """In whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
