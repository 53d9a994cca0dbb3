"""Who is whose child: the past told year by year, from the oldest living people to last year's newborns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import NOBODY, YEAR_DAYS, Bools, Floats, Ints, birthdays, codes_by_share, pair_within, rounded
from .fertility import LONG_AGO, Women, choose_mothers
from .knobs import Knobs
from .names import KAZAKH, KOREAN, SLAVIC
from .pyramid import WOMEN, death_rates
from .regions import PENSION_AGES, births_by_region, regions

ADULT = 18
_OLDEST_CHILD = 75  # older people's mothers are not in the country any more
_MOTHER_AGE = 27
# Regions are steered towards their share of children, and in the last years towards their published births.
_RECENT_YEARS = 5
_MEMORY = 0.8  # what of the past counts a year later
_CORRECTION = 0.25
TWIN_SHARE = 3_767 / 365_900  # deliveries of more than one child in 2024


@dataclass
class Kin:
    """Columns of the people: what is known once every child has its mother."""

    birth_day: Ints
    mother: Ints
    region: Ints
    tradition: Ints
    pulls: Floats  # each region's fertility against the country's, as it ended up


def tell_the_past(
    rng: np.random.Generator,
    birth_day: Ints,
    male: Bools,
    age: Ints,
    today: int,
    spread: Floats,
    knobs: Knobs,
) -> Kin:
    """`age` must not rise from person to person: the oldest come first, so that mothers precede children."""
    persons = len(birth_day)
    birth_day = birth_day.copy()
    region = _regions_of_adults(rng, male, age, spread)
    tradition = np.zeros(persons, np.uint8)
    mother = np.full(persons, NOBODY, np.int32)
    women = _women(birth_day, male, region, tradition)
    at_woman = np.full(persons, NOBODY, np.int64)
    at_woman[women.person] = np.arange(len(women.person))
    children_by_region = spread[:, :, 0].sum(axis=1)
    pulls = _pulls(children_by_region, women, age)
    aims = (children_by_region, births_by_region(spread))
    aimed, born = np.zeros(len(pulls)), np.zeros(len(pulls))
    alive, days = _mother_still_alive(), birthdays(today, int(age.max(initial=0)) + 2)
    ends = np.searchsorted(-age, -np.arange(age.max(initial=0) + 1), side="right")
    starts = np.searchsorted(-age, -np.arange(age.max(initial=0) + 1), side="left")
    for years in range(int(age.max(initial=0)), -1, -1):
        of_age = rng.permutation(np.arange(starts[years], ends[years]))
        known = len(of_age) if years < ADULT else round(len(of_age) * alive[years])
        first_day = int(days[years + 1]) + 1
        kids = _born_in_year(rng, women, of_age[:known], first_day, pulls, (birth_day, region, mother), knobs)
        orphans = np.setdiff1d(of_age, kids, assume_unique=True)
        _settle_without_mother(rng, orphans, region, tradition, children_by_region, knobs)
        tradition[kids] = tradition[mother[kids]]
        girls = at_woman[of_age[~male[of_age]]]
        women.region[girls] = region[women.person[girls]]
        women.tradition[girls] = tradition[women.person[girls]]
        if years < ADULT:
            aim = aims[years < _RECENT_YEARS]
            born = _MEMORY * born + np.bincount(region[of_age], minlength=len(pulls))
            aimed = _MEMORY * aimed + aim / aim.sum() * len(of_age)
            pulls = pulls * ((aimed + 5) / (born + 5)) ** _CORRECTION
    return Kin(birth_day, mother, region, tradition, pulls)


def _born_in_year(
    rng: np.random.Generator,
    women: Women,
    children: Ints,
    first_day: int,
    pulls: Floats,
    columns: tuple[Ints, Ints, Ints],
    knobs: Knobs,
) -> Ints:
    """Give each child a mother, as far as there are any; the children that now have one."""
    birth_day, region, mother = columns
    able = women.of_childbearing_age(first_day)
    twins = int(rng.binomial(len(children), TWIN_SHARE))
    deliveries = len(children) - twins if len(children) > 2 * twins else len(children)
    at = choose_mothers(rng, able, first_day, int(YEAR_DAYS), deliveries, pulls, knobs)
    if not len(at):
        return at
    first, second = children[: len(at)], children[len(at) : len(at) + min(twins, len(at))]
    at = at[_children_near(rng, region[first], able.region[at])]
    again = at[: len(second)]
    birth_day[second] = birth_day[first[: len(second)]]
    mothers, kids = np.concatenate((at, again)), np.concatenate((first, second))
    mother[kids] = able.person[mothers]
    region[kids] = np.where(region[kids] == UNSETTLED, able.region[mothers], region[kids])
    able.give_birth(mothers, birth_day[kids])
    return kids


UNSETTLED = 255


def _children_near(rng: np.random.Generator, child_region: Ints, mother_region: Ints) -> Ints:
    """An order of the mothers in which grown children mostly live in their mother's region."""
    settled = np.flatnonzero(child_region != UNSETTLED)
    left, right = pair_within(child_region[settled], mother_region)
    order = np.full(len(child_region), NOBODY, np.int64)
    order[settled[left]] = right
    rest = np.setdiff1d(np.arange(len(mother_region)), right, assume_unique=True)
    order[order == NOBODY] = rng.permutation(rest)
    return order


def _regions_of_adults(rng: np.random.Generator, male: Bools, age: Ints, spread: Floats) -> Ints:
    """Adults are spread by sex and age group; minors will live where their mother lives."""
    region = np.full(len(age), UNSETTLED, np.uint8)
    for sex in (0, 1):
        pension = PENSION_AGES[sex]
        for group, (low, high) in ((1, (ADULT, pension)), (2, (pension, 200))):
            people = np.flatnonzero((male == (sex == 0)) & (age >= low) & (age < high))
            counts = rounded(spread[:, sex, group], len(people))
            region[rng.permutation(people)] = np.repeat(np.arange(len(counts)), counts)
    return region


def _women(birth_day: Ints, male: Bools, region: Ints, tradition: Ints) -> Women:
    person = np.flatnonzero(~male)
    person = person[np.argsort(birth_day[person], kind="stable")]
    return Women(
        person,
        birth_day[person],
        region[person],
        tradition[person],
        np.zeros(len(person), np.int16),
        np.full(len(person), LONG_AGO, np.int32),
    )


def _settle_without_mother(
    rng: np.random.Generator, persons: Ints, region: Ints, tradition: Ints, by_region: Floats, knobs: Knobs
) -> None:
    new = persons[region[persons] == UNSETTLED]
    region[new] = codes_by_share(rng, by_region / by_region.sum(), len(new))
    slavic = np.array([knobs.slavic[r.code] for r in regions()])[region[persons]]
    chance = rng.random(len(persons))
    tradition[persons] = np.where(
        chance < slavic, SLAVIC, np.where(chance < slavic + knobs.korean, KOREAN, KAZAKH)
    )


def _pulls(children: Floats, women: Women, age: Ints) -> Floats:
    """Children to women of childbearing age, region by region, against the country."""
    fertile = (age[women.person] >= ADULT) & (age[women.person] < 45)
    mothers = np.bincount(women.region[fertile], minlength=len(children))[: len(children)] + 1.0
    pulls: Floats = children / mothers
    return np.asarray(pulls / (children.sum() / mothers.sum()))


def _mother_still_alive() -> Floats:
    """Share of people of each age whose mother lives."""
    surviving = np.exp(-np.cumsum(death_rates()[WOMEN]))
    ages = np.minimum(_MOTHER_AGE + np.arange(_OLDEST_CHILD + 1), len(surviving) - 1)
    shares = np.zeros(200)
    shares[: _OLDEST_CHILD + 1] = surviving[ages] / surviving[_MOTHER_AGE]
    return shares
