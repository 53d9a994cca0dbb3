"""People with disability: how many there are on the first day, and of whom it is established later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .columns import NEVER, YEAR_DAYS, Bools, Ints, codes_by_share, completed_years, draw_without_repeat
from .figures import figures
from .knobs import CAUSE_SHAPES, CAUSES, Knobs
from .moments import office_minutes

if TYPE_CHECKING:
    from .country import Country

ADULT, WITH_GROUP = 18, 7
WITHOUT_GROUP = 4  # what the column holds of a child under 7; 0 is no disability, 1 to 3 are the groups
_LOSS_OF_GROUP = (
    (80, 100),
    (60, 80),
    (30, 60),
)  # degree of loss of ability to work in percent, lowest and highest
_ENTERED_WITHIN_DAYS = 3


@dataclass
class DisabilityColumns:
    """One row per disability established, in the order of entry."""

    person: Ints
    established: Ints
    group: Ints
    causes: Ints  # one bit per cause of CAUSES
    loss_degree: Ints  # percent; 0 for none established
    day: Ints
    minute: Ints
    wanted: int  # more than there are, if too few people were left without a disability

    def __len__(self) -> int:
        return len(self.person)


def standing_disability(
    rng: np.random.Generator, age: Ints, pensioner: Bools, residents: int, knobs: Knobs
) -> tuple[Ints, Ints]:
    """Group and causes of everybody on the first day."""
    published = figures()["disability"]
    size = residents / figures()["population"]["total_2025"]
    bands = [
        ((age >= low) & (age < high), published["under_18"] * percent / 100)
        for low, high, percent in published["children_by_age"]
    ]
    working = (age >= ADULT) & ~pensioner
    bands += [(working, published["working_age"]), (pensioner, published["pension_age"])]
    weights = _by_age(age, knobs)
    chosen = np.concatenate(
        [draw_without_repeat(rng, weights * people, round(count * size)) for people, count in bands]
    )
    group, causes = np.zeros(len(age), np.uint8), np.zeros(len(age), np.uint8)
    group[chosen] = _groups(rng, age[chosen], knobs.disability_groups, knobs)
    causes[chosen] = _causes(rng, age[chosen], knobs.disability_causes)
    return group, causes


def established(
    country: Country, first: int, days: int, rate: float, rng: np.random.Generator
) -> DisabilityColumns:
    """New determinations: nobody twice, nobody who has a disability already or died in these days."""
    published, knobs = figures()["disability"], country.knobs
    a_year = published["new_per_year"] / figures()["population"]["total_2025"] * country.residents
    count = int(rng.poisson(a_year * days / YEAR_DAYS * rate))
    age = completed_years(country.birth_day, first)
    pensioner = country.pension_age_on(first)
    able = (country.disability_group == 0) & (country.death_day == NEVER) & (country.birth_day < first)
    children = round(count * published["new_children_percent"] / 100)
    working = round(count * published["new_working_percent"] / 100)
    weights = _by_age(age, knobs) * able
    person = np.concatenate(
        [
            draw_without_repeat(rng, weights * (age < ADULT), children),
            draw_without_repeat(rng, weights * ((age >= ADULT) & ~pensioner), working),
            draw_without_repeat(rng, weights * pensioner, count - children - working),
        ]
    )
    group = _groups(rng, age[person], knobs.new_disability_groups, knobs)
    causes = _causes(rng, age[person], knobs.new_disability_causes)
    insured = (country.participation_months[person] > 0) & ~pensioner[person]
    loss = _loss_degrees(rng, group, insured, knobs)
    day = first + rng.integers(0, days, len(person))
    known_after = rng.integers(0, _ENTERED_WITHIN_DAYS + 1, len(person))
    since = np.maximum(day - known_after, country.birth_day[person])
    minute = office_minutes(rng, len(person))
    order = np.lexsort((minute, day))
    return DisabilityColumns(
        person=person[order].astype(np.int32),
        established=since[order].astype(np.int32),
        group=group[order],
        causes=causes[order],
        loss_degree=loss[order],
        day=day[order].astype(np.int32),
        minute=minute[order],
        wanted=count,
    )


def cause_names(bits: int) -> list[str]:
    return [name for place, name in enumerate(CAUSES) if bits >> place & 1]


def _by_age(age: Ints, knobs: Knobs) -> Ints:
    """How likely a disability is; among children as likely at any age."""
    older = np.maximum(age - ADULT, 0) / knobs.disability_doubles_in_years
    weights: Ints = 2.0**older
    return weights


def _groups(rng: np.random.Generator, age: Ints, adults: tuple[float, ...], knobs: Knobs) -> Ints:
    of_adults = codes_by_share(rng, np.array(adults), len(age)) + 1
    of_children = codes_by_share(rng, np.array(knobs.disability_groups_children), len(age)) + 1
    of_minors = np.where(age < WITH_GROUP, WITHOUT_GROUP, of_children)
    return np.where(age < ADULT, of_minors, of_adults).astype(np.uint8)


def _causes(rng: np.random.Generator, age: Ints, shares: tuple[float, ...]) -> Ints:
    """A bit per cause. Where there are several, general illness is one of them."""
    bit = {name: 1 << place for place, name in enumerate(CAUSES)}
    second = np.array([bit["work_injury"], bit["occupational_disease"], bit["since_childhood"]])
    of_shape = np.array([bit.get(shape, 0) for shape in CAUSE_SHAPES], np.uint8)
    shape = codes_by_share(rng, np.array(shares), len(age))
    several = bit["general_illness"] | second[rng.integers(0, len(second), len(age))]
    adults = np.where(shape == CAUSE_SHAPES.index("several"), several, of_shape[shape])
    none = shape == CAUSE_SHAPES.index("none")
    return np.where(age < ADULT, np.where(none, 0, bit["child"]), adults).astype(np.uint8)


def _loss_degrees(rng: np.random.Generator, group: Ints, insured: Bools, knobs: Knobs) -> Ints:
    """In steps of five, for some of those who took part in social insurance."""
    ranges = np.array([(0, 0), *_LOSS_OF_GROUP, (0, 0)])
    low, high = ranges[np.minimum(group, WITHOUT_GROUP)].T
    degree = low + 5 * np.floor(rng.random(len(group)) * ((high - low) // 5 + 1))
    known = insured & (rng.random(len(group)) < knobs.loss_degree_known)
    return np.where(known, degree, 0).astype(np.uint8)
