"""Births of a stretch of days, and how the newborns become people of the country."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .columns import NEVER, NOBODY, YEAR_DAYS, Bools, Ints, completed_years, date_of
from .country import ADULT, LAST_STUDENT_AGE, Country
from .fertility import LONG_AGO, Women, choose_mothers
from .figures import figures
from .identifiers import issue_iins
from .kin import TWIN_SHARE
from .moments import office_minutes
from .naming import draw_given, draw_patronymics

_PREGNANCY_DAYS = 270
_STRETCH_DAYS = 90  # mothers are chosen stretch by stretch, so that nobody bears twice within one


@dataclass(eq=False)
class Births:
    child: Ints  # positions in the country that holds the newborns
    mother: Ints
    father: Ints
    male: Bools
    birth_day: Ints
    order: Ints  # among the mother's living children
    of_twins: Bools
    region: Ints  # the mother's
    minors_before: (
        Ints  # the mother's minors at home and students on the first day, and her children born since
    )
    day: Ints  # of the registration
    minute: Ints

    def __len__(self) -> int:
        return len(self.child)


def births_a_year(country: Country, day: int) -> float:
    """By the published rate of the year, for as many people as the country had on its first day."""
    rates = figures()["births"]["per_1000"]
    year = str(min(max(date_of(day).year, 2023), max(map(int, rates))))
    return float(rates[year]) / 1000 * country.residents


def new_births(country: Country, first: int, days: int, rate: float, rng: np.random.Generator) -> Births:
    women = _women(country)
    counted = children_counted_on(country, first)
    parts: list[tuple[Ints, ...]] = []
    for start in range(first, first + days, _STRETCH_DAYS):
        stretch = min(_STRETCH_DAYS, first + days - start)
        expected = births_a_year(country, start) * stretch / YEAR_DAYS * rate
        wanted = int(rng.poisson(expected / (1 + TWIN_SHARE)))
        able = women.of_childbearing_age(start)
        at = choose_mothers(rng, able, start, stretch, wanted, country.pulls, country.knobs)
        if len(at) < wanted:
            raise ValueError(
                f"A rate of {rate:g} asks for {wanted} births in {stretch} days, but only {len(at)} women "
                "can bear a child then: lower the rate."
            )
        parts.append(_deliveries(rng, able, at, start, stretch, counted))
    mother, birth_day, order, twins, before = (np.concatenate(column) for column in zip(*parts, strict=True))
    late = rng.exponential(country.knobs.birth_registered_after_days, len(mother)).astype(np.int64)
    day = np.minimum(birth_day + late, first + days - 1)
    minute = office_minutes(rng, len(mother))
    same_visit = np.flatnonzero(twins)[1::2]  # twins are entered together, one after the other
    day[same_visit] = day[same_visit - 1]
    minute[same_visit] = minute[same_visit - 1]
    kept = np.lexsort((order, minute, day))
    count = len(mother)
    return Births(
        child=(country.persons + np.arange(count)).astype(np.int32),
        mother=mother[kept].astype(np.int32),
        father=_fathers(country, mother[kept], birth_day[kept]),
        male=rng.random(count) < figures()["births"]["boys_percent"] / 100,
        birth_day=birth_day[kept].astype(np.int32),
        order=order[kept].astype(np.int16),
        of_twins=twins[kept],
        region=country.region[mother[kept]],
        minors_before=before[kept].astype(np.int16),
        day=day[kept].astype(np.int32),
        minute=minute[kept],
    )


def _fathers(country: Country, mother: Ints, birth_day: Ints) -> Ints:
    """The partner, else the father of the mother's other children, if he lived at the time of conception."""
    with_father = np.flatnonzero((country.mother != NOBODY) & (country.father != NOBODY))
    before = np.full(country.persons, NOBODY, np.int32)
    before[country.mother[with_father]] = country.father[with_father]
    father = np.where(country.partner[mother] != NOBODY, country.partner[mother], before[mother])
    alive = country.death_day[father] > birth_day - _PREGNANCY_DAYS
    return np.where(alive, father, NOBODY).astype(np.int32)


def _deliveries(
    rng: np.random.Generator, able: Women, at: Ints, start: int, stretch: int, counted: Ints
) -> tuple[Ints, ...]:
    """Mother, birth day, order, twin mark, children counted before: one row a child, twins side by side."""
    born = np.where(rng.random(len(at)) < TWIN_SHARE, 2, 1)
    day = start + rng.integers(0, stretch, len(at))
    row = np.repeat(np.arange(len(at)), born)
    second = np.concatenate(([False], row[1:] == row[:-1])) if len(row) else np.zeros(0, bool)
    mother = able.person[at][row]
    order = able.parity[at][row] + 1 + second
    before = counted[mother] + second
    able.give_birth(at[row], day[row])
    np.add.at(counted, mother, 1)
    return mother, day[row], order, born[row] == 2, before


def with_newborns(country: Country, births: Births, rng: np.random.Generator) -> Country:
    """The country with the newborns at the end of every column; they have no phone and no account."""
    count, knobs = len(births), country.knobs
    tradition = country.tradition[births.mother]
    fathers_given = np.where(births.father == NOBODY, NOBODY, country.given[births.father]).astype(np.int16)
    patronymic, style = draw_patronymics(rng, births.birth_day, tradition, fathers_given, knobs)
    named_after = np.where(births.father == NOBODY, births.mother, births.father)
    of_newborns = {
        "birth_day": births.birth_day,
        "male": births.male,
        "region": births.region,
        "urban": country.urban[births.mother],
        "tradition": tradition,
        "language": country.language[births.mother],
        "surname": country.surname[named_after],
        "given": draw_given(rng, births.birth_day, births.male, tradition),
        "patronymic": patronymic,
        "patronymic_style": style,
        "iin": issue_iins(births.birth_day, births.male, country.iin, country.seed),
        "mother": births.mother,
        "father": births.father,
        "partner": np.full(count, NOBODY),
        "family": country.family[births.mother],
        "registered_day": births.day,
        "death_day": np.full(count, NEVER),
        "death_registered_day": np.full(count, NEVER),
    }
    columns: dict[str, Any] = {n: _appended(country, n, of_newborns.get(n), count) for n in _PERSONAL}
    return replace(country, **columns)


_PERSONAL = [
    "birth_day",
    "male",
    "region",
    "urban",
    "tradition",
    "language",
    "surname",
    "given",
    "patronymic",
    "patronymic_style",
    "iin",
    "mother",
    "father",
    "partner",
    "family",
    "student",
    "registered_day",
    "death_day",
    "death_registered_day",
    "phone",
    "in_mcb",
    "accounts",
    "answer",
    "bank_choice",
    "opens_account",
    "brings_documents",
    "reply_minutes",
    "existing_large_family_case",
    "existing_award_case",
    "disability_group",
    "disability_causes",
    "orphanage",
    "elder_depends",
    "hired",
    "participation_months",
    "recent_months",
    "wage",
    "pensions",
    "pensions_shown",
    "social_cases",
]


def _appended(country: Country, name: str, new: Ints | None, count: int) -> Ints:
    column: Ints = getattr(country, name)
    added = np.zeros(count) if new is None else new
    return np.concatenate((column, added.astype(column.dtype)))


def _women(country: Country) -> Women:
    """Women alive to the end of the stretch, with their living children."""
    alive = country.death_day == NEVER
    children = np.flatnonzero(alive & (country.mother != NOBODY))
    parity = np.bincount(country.mother[children], minlength=country.persons)
    last_birth = np.full(country.persons, LONG_AGO)
    np.maximum.at(last_birth, country.mother[children], country.birth_day[children])
    person = np.flatnonzero(~country.male & alive)
    person = person[np.argsort(country.birth_day[person], kind="stable")]
    return Women(
        person,
        country.birth_day[person],
        country.region[person],
        country.tradition[person],
        parity[person],
        last_birth[person],
    )


def children_counted_on(country: Country, day: int) -> Ints:
    """For each woman her minors at home and her students under 23, as known on that day."""
    age = completed_years(country.birth_day, day)
    at_home = (age < ADULT) & (country.family == country.family[country.mother])
    student = country.student & (age >= ADULT) & (age <= LAST_STUDENT_AGE)
    alive = (country.registered_day <= day) & (country.death_registered_day > day)
    counts = (at_home | student) & alive & (country.mother != NOBODY)
    counted: Ints = np.bincount(country.mother[counts], minlength=country.persons)
    return counted
