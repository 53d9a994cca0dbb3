"""What the kinship service tells of single people: relations, dependants, who represents a minor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .columns import NOBODY
from .country import ADULT, LAST_STUDENT_AGE, Country
from .regions import MEN_PENSION_AGE, WOMEN_PENSION_AGE

_NEEDS_CARE_UNDER = 8


@dataclass(frozen=True)
class Dependant:
    person: int
    relation: str
    student: bool
    full_orphan: bool
    representatives: list[tuple[int, str]]


def relation(country: Country, person: int, other: int) -> str | None:
    """What the other is to the person; None: not kin."""
    if person == other:
        return None
    parents, others = _parents(country, person), _parents(country, other)
    if other == country.partner[person]:
        return "spouse"
    if person in others:
        return "child"
    if other in parents:
        return "parent"
    if parents & others:
        return "sibling"
    if any(person in _parents(country, parent) for parent in others):
        return "grandchild"
    return "grandparent" if any(other in _parents(country, parent) for parent in parents) else None


def dependants(country: Country, person: int, on: date) -> list[Dependant]:
    """Minors, students under 23, and spouse and parents past working age who depend on the person.

    A spouse without work who cares for a child of theirs under 8 depends too. The oldest come first.
    """
    children = [c for c in country.children_of(person, on) if country.age(c, on) <= LAST_STUDENT_AGE]
    minors = [child for child in children if country.age(child, on) < ADULT]
    students = [child for child in children if child not in minors and country.student[child]]
    found = [_of_child(country, child, person, on) for child in (*minors, *students)]
    spouse = int(country.partner[person])
    if spouse != NOBODY and country.is_alive(spouse, on):
        small = [child for child in minors if country.age(child, on) < _NEEDS_CARE_UNDER]
        theirs = any(spouse in _parents(country, child) for child in small)
        if (theirs and not country.hired[spouse]) or _depends(country, spouse, on):
            found.append(Dependant(spouse, "spouse", False, False, []))
    found += [
        Dependant(parent, "parent", False, False, [])
        for parent in _parents(country, person)
        if country.is_alive(parent, on) and _depends(country, parent, on)
    ]
    return sorted(found, key=lambda one: (int(country.birth_day[one.person]), one.person))


def representatives(
    country: Country, child: int, on: date, without: int | None = None
) -> list[tuple[int, str]]:
    """Living parents; where there are none a guardian: a grandparent, grown sibling or one at home.

    `without` is somebody who does not count as living.
    """
    parents = [(int(country.mother[child]), "mother"), (int(country.father[child]), "father")]
    living = [(who, role) for who, role in parents if _lives(country, who, on, without)]
    if living:
        return living
    near = [grand for who, _ in parents if who != NOBODY for grand in sorted(_parents(country, who))]
    near += [sibling for who, _ in parents if who != NOBODY for sibling in country.children_of(who, on)]
    near += [member.person for member in country.family_of(child, on)]
    guardians = [one for one in near if _lives(country, one, on, without) and country.age(one, on) >= ADULT]
    return [(guardians[0], "guardian")] if guardians else []


def _of_child(country: Country, child: int, deceased: int, on: date) -> Dependant:
    minor = country.age(child, on) < ADULT
    spokesmen = representatives(country, child, on, without=deceased) if minor else []
    alone = not any(_lives(country, parent, on, deceased) for parent in _parents(country, child))
    return Dependant(child, "child", not minor, alone, spokesmen)


def _lives(country: Country, person: int, on: date, without: int | None) -> bool:
    return person not in (NOBODY, without) and country.is_alive(person, on)


def _depends(country: Country, person: int, on: date) -> bool:
    pension_age = MEN_PENSION_AGE if country.male[person] else WOMEN_PENSION_AGE
    return country.age(person, on) >= pension_age and bool(country.elder_depends[person])


def _parents(country: Country, person: int) -> set[int]:
    return {int(country.mother[person]), int(country.father[person])} - {NOBODY}
