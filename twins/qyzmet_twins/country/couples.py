"""Partners, fathers and households."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import NOBODY, YEAR_DAYS, Bools, Floats, Ints, pair_within
from .kin import ADULT, Kin
from .knobs import Knobs
from .names import KAZAKH

_HUSBAND_OLDER_YEARS = 2.5
_YOUNGEST_FATHER = 17


@dataclass
class Households:
    father: Ints
    partner: Ints
    family: Ints  # the number of a family is the number of one of its people


def form_households(rng: np.random.Generator, kin: Kin, male: Bools, age: Ints, knobs: Knobs) -> Households:
    persons = len(age)
    first_child = np.full(persons, np.iinfo(np.int32).max, np.int32)
    with_mother = np.flatnonzero(kin.mother != NOBODY)
    np.minimum.at(first_child, kin.mother[with_mother], kin.birth_day[with_mother])
    is_mother = first_child < np.iinfo(np.int32).max
    man_of = _match(rng, kin, male, age, is_mother, first_child, knobs)
    father = np.full(persons, NOBODY, np.int32)
    recorded = with_mother[rng.random(len(with_mother)) >= knobs.no_father_recorded]
    father[recorded] = man_of[kin.mother[recorded]]
    women = np.flatnonzero(man_of != NOBODY)
    together = women[rng.random(len(women)) < np.where(is_mother[women], knobs.parents_together, 1.0)]
    partner = np.full(persons, NOBODY, np.int32)
    partner[together] = man_of[together]
    partner[man_of[together]] = together
    family = _families(rng, kin, male, age, is_mother, father, partner, knobs)
    return Households(father, partner, family)


def _match(
    rng: np.random.Generator,
    kin: Kin,
    male: Bools,
    age: Ints,
    is_mother: Bools,
    first_child: Ints,
    knobs: Knobs,
) -> Ints:
    """A man for each woman with children and for some without: of her region and tradition, about her age."""
    man_of = np.full(len(age), NOBODY, np.int32)
    wants = ~male & (is_mother | ((age >= 25) & (rng.random(len(age)) < knobs.childless_married)))
    women, men = np.flatnonzero(wants), np.flatnonzero(male & (age >= ADULT))
    place = kin.region.astype(np.int64) * 2 + (kin.tradition != KAZAKH)
    for years, within in ((2, place), (4, place), (8, place), (8, kin.region.astype(np.int64))):
        noise = rng.normal(0, 1.5 * YEAR_DAYS, len(women))
        women_band = (kin.birth_day[women] - _HUSBAND_OLDER_YEARS * YEAR_DAYS + noise) // (years * YEAR_DAYS)
        men_band = kin.birth_day[men] // (years * YEAR_DAYS)
        left, right = pair_within(_key(within[women], women_band), _key(within[men], men_band))
        old_enough = kin.birth_day[men[right]] < first_child[women[left]] - _YOUNGEST_FATHER * YEAR_DAYS
        left, right = left[old_enough], right[old_enough]
        man_of[women[left]] = men[right]
        women = rng.permutation(np.delete(women, left))
        men = rng.permutation(np.delete(men, right))
    return man_of


def _key(place: Ints, band: Floats) -> Ints:
    return place * 1_000 + band.astype(np.int64) + 500


def _families(
    rng: np.random.Generator,
    kin: Kin,
    male: Bools,
    age: Ints,
    is_mother: Bools,
    father: Ints,
    partner: Ints,
    knobs: Knobs,
) -> Ints:
    """Minors live with the mother, a few elsewhere; some grown children at home; some elders with a child."""
    persons = np.arange(len(age))
    has_mother = kin.mother != NOBODY
    follows = persons.copy()  # whose household a person shares
    follows[male & (partner != NOBODY)] = partner[male & (partner != NOBODY)]
    chance = rng.random(len(age))
    at_home = np.select([age < ADULT, age < 23, age < 28, age < 41], [1.0, knobs.at_home_18_22,
                        knobs.at_home_23_27, knobs.at_home_28_40], 0.0)  # fmt: skip
    single = (partner == NOBODY) & ~(is_mother & (age >= ADULT))
    near = has_mother & (kin.region == kin.region[kin.mother])
    home = has_mother & single & (chance < at_home) & (near | (age < ADULT))
    follows[home] = kin.mother[home]
    _some_children_elsewhere(rng, kin, age, father, partner, follows, knobs)
    _some_elders_with_children(rng, kin, age, partner, follows, knobs)
    for _ in range(8):  # a chain of people who share a household is never longer
        follows = follows[follows]
    family: Ints = follows.astype(np.int32)
    return family


def _some_children_elsewhere(
    rng: np.random.Generator, kin: Kin, age: Ints, father: Ints, partner: Ints, follows: Ints, knobs: Knobs
) -> None:
    chosen = np.flatnonzero((age < ADULT) & (kin.mother != NOBODY))
    chosen = chosen[rng.random(len(chosen)) < knobs.child_lives_elsewhere]
    apart = (father[chosen] != NOBODY) & (partner[kin.mother[chosen]] != father[chosen])
    with_father = chosen[apart]
    follows[with_father] = father[with_father]
    rest = chosen[~apart]
    grandmother = kin.mother[kin.mother[rest]]
    known = grandmother != NOBODY
    follows[rest[known]] = grandmother[known]


def _some_elders_with_children(
    rng: np.random.Generator, kin: Kin, age: Ints, partner: Ints, follows: Ints, knobs: Knobs
) -> None:
    """Only elders with whom nobody lives: then no circle can arise."""
    persons = np.arange(len(age))
    shared = np.zeros(len(age), bool)
    shared[follows[follows != persons]] = True
    children = np.flatnonzero((kin.mother != NOBODY) & (age >= ADULT))
    children = rng.permutation(children)
    child_of = np.full(len(age), NOBODY, np.int64)
    child_of[kin.mother[children]] = children
    elders = np.flatnonzero(
        (age >= 60) & (partner == NOBODY) & ~shared & (follows == persons) & (child_of != NOBODY)
    )
    elders = elders[rng.random(len(elders)) < knobs.elder_with_child]
    elders = elders[kin.region[child_of[elders]] == kin.region[elders]]
    follows[elders] = child_of[elders]
