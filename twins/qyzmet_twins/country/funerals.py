"""After a death: how late it becomes known, who registers it, who takes the body away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .columns import NOBODY, YEAR_DAYS, Ints, completed_years

if TYPE_CHECKING:
    from .country import Country

ADULT = 18
_LATE_FROM_AGE = 60  # of whom it may stay unknown for long that they died: nobody with small children
_AWAITED_DAYS = 1_126  # three years and one month
_KIN_WEIGHTS = (1.0, 1.6, 0.5, 0.5, 0.4)  # spouse, child, mother, father, sibling: who sees to it how often


def death_days(rng: np.random.Generator, country: Country, person: Ints, death_day: Ints, day: Ints) -> Ints:
    """A few deaths lay far back when they became known, some of them more than three years and a month."""
    knobs, count = country.knobs, len(person)
    chance, delay = rng.random(count), rng.exponential(1.0, count)
    old = completed_years(country.birth_day[person], country.last_day) >= _LATE_FROM_AGE
    very_late = old & (chance < knobs.death_known_years_later)
    late = old & (chance >= 1 - knobs.death_known_late)
    years_ago = day - _AWAITED_DAYS - 1 - (delay * YEAR_DAYS).astype(np.int64)
    months_ago = day - 15 - (delay * knobs.death_late_days).astype(np.int64)
    days = np.select([very_late, late], [years_ago, months_ago], death_day)
    no_child_after = np.maximum(days, _last_child(country)[person] + 1)
    return np.where(very_late | late, np.minimum(no_child_after, death_day), days).astype(np.int32)


def who_buried(rng: np.random.Generator, country: Country, person: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Who applied to register each death, and who took the body: kin, somebody else, or not known."""
    kin = _kin(country, person, day)
    knobs = country.knobs
    applicant = _drawn(rng, country, person, kin, knobs.death_applicant)
    same = rng.random(len(person)) < knobs.applicant_takes_body
    taker = _drawn(rng, country, person, kin, knobs.body_taker)
    return applicant, np.where(same & (applicant != NOBODY) & (taker != NOBODY), applicant, taker)


def _drawn(
    rng: np.random.Generator, country: Country, person: Ints, kin: Ints, shares: tuple[float, ...]
) -> Ints:
    """`shares`: kin, somebody else, not known. Who has no kin in the country has one of the other two."""
    by_kin, by_other, _ = shares
    keys = rng.exponential(size=kin.shape) / np.array(_KIN_WEIGHTS)
    nearest = kin[np.arange(len(person)), np.argmin(np.where(kin == NOBODY, np.inf, keys), axis=1)]
    adults = np.flatnonzero(completed_years(country.birth_day, country.last_day) >= ADULT)
    stranger = adults[rng.integers(0, len(adults), len(person))]
    unfit = (country.death_day[stranger] < country.last_day + YEAR_DAYS) | (stranger == person)
    stranger = np.where(unfit, NOBODY, stranger)
    chance = rng.random(len(person))
    other = chance - np.where(nearest == NOBODY, 0.0, by_kin)
    left = np.where(nearest == NOBODY, by_other / max(1 - by_kin, 1e-9), by_other)
    found: Ints = np.select([other < 0, other < left], [nearest, stranger], NOBODY).astype(np.int32)
    return found


def _kin(country: Country, person: Ints, day: Ints) -> Ints:
    """Grown-up spouse, child, mother, father, sibling of each who are alive on the day, else NOBODY."""
    mother, father = country.mother, country.father
    child = np.full(country.persons, NOBODY, np.int64)
    adult = completed_years(country.birth_day, country.last_day) >= ADULT
    alive = country.death_registered_day > country.last_day
    for parent in (father, mother):
        known = np.flatnonzero((parent != NOBODY) & adult & alive)
        child[parent[known]] = known
    own_mother = mother[person]
    sibling = np.where(own_mother == NOBODY, NOBODY, child[own_mother])
    kin = np.stack([country.partner[person], child[person], own_mother, father[person], sibling], axis=1)
    there = (kin != NOBODY) & (kin != person[:, None]) & adult[kin]
    there &= country.death_day[kin] > day[:, None]
    found: Ints = np.where(there, kin, NOBODY)
    return found


def _last_child(country: Country) -> Ints:
    """The birth day of each person's youngest child."""
    last = np.full(country.persons, np.int32(-80_000))
    for parent in (country.mother, country.father):
        known = np.flatnonzero(parent != NOBODY)
        np.maximum.at(last, parent[known], country.birth_day[known])
    return last
