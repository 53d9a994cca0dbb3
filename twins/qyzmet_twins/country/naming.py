"""Names for a column of people: surnames from the father, patronymics from his given name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import NOBODY, YEAR_DAYS, Bools, Ints, codes_by_share, date_of, day_of
from .knobs import Knobs
from .names import KAZAKH, KOREAN, OVICH, SLAVIC, ULY, given_list, surname_list

_OLD_FASHION_UNTIL, _NEW_FASHION_FROM = 1990, 2010
_INDEPENDENT = day_of(date_of(0).replace(year=1992))


@dataclass
class NameColumns:
    surname: Ints
    given: Ints
    patronymic: Ints  # the father's given name
    patronymic_style: Ints


def draw_given(rng: np.random.Generator, birth_day: Ints, male: Bools, tradition: Ints) -> Ints:
    given = np.zeros(len(male), np.int16)
    year = 1970 + birth_day / YEAR_DAYS
    modern = (year - _OLD_FASHION_UNTIL) / (_NEW_FASHION_FROM - _OLD_FASHION_UNTIL)
    fashion = rng.random(len(male)) < modern
    for of in (KAZAKH, SLAVIC, KOREAN):
        for sex in (True, False):
            names = given_list(of, sex)
            for new in (False, True):
                people = np.flatnonzero((tradition == of) & (male == sex) & (fashion == new))
                given[people] = names.first + codes_by_share(rng, names.weights[int(new)], len(people))
    return given


def draw_surnames(rng: np.random.Generator, tradition: Ints) -> Ints:
    surname = np.zeros(len(tradition), np.int16)
    for of in (KAZAKH, SLAVIC, KOREAN):
        people = np.flatnonzero(tradition == of)
        names = surname_list(of)
        surname[people] = names.first + codes_by_share(rng, names.weights[0], len(people))
    return surname


def draw_patronymics(
    rng: np.random.Generator, birth_day: Ints, tradition: Ints, fathers_given: Ints, knobs: Knobs
) -> tuple[Ints, Ints]:
    """The father's given name (a drawn one where he is not known), and the style of its ending."""
    patronymic = fathers_given.copy()
    unknown = np.flatnonzero(patronymic == NOBODY)
    a_generation_ago = birth_day[unknown] - int(28 * YEAR_DAYS)
    patronymic[unknown] = draw_given(rng, a_generation_ago, np.ones(len(unknown), bool), tradition[unknown])
    uly = np.where(birth_day < _INDEPENDENT, knobs.uly_before_1992, knobs.uly_later)
    kazakh_father = patronymic < first_slavic_name()
    style = np.where((tradition == KAZAKH) & kazakh_father & (rng.random(len(uly)) < uly), ULY, OVICH)
    return patronymic, style.astype(np.uint8)


def first_slavic_name() -> int:
    """Given names below this number are Kazakh."""
    return given_list(SLAVIC, True).first


def name_everybody(
    rng: np.random.Generator,
    birth_day: Ints,
    male: Bools,
    tradition: Ints,
    mother: Ints,
    father: Ints,
    partner: Ints,
    knobs: Knobs,
) -> NameColumns:
    given = draw_given(rng, birth_day, male, tradition)
    fathers_given = np.where(father == NOBODY, NOBODY, given[father]).astype(np.int16)
    patronymic, style = draw_patronymics(rng, birth_day, tradition, fathers_given, knobs)
    forebear = np.where(father != NOBODY, father, np.where(mother != NOBODY, mother, np.arange(len(male))))
    for _ in range(4):  # sixteen generations
        forebear = forebear[forebear]
    surname = draw_surnames(rng, tradition)[forebear]
    wives = np.flatnonzero(~male & (partner != NOBODY))
    takes = np.where(
        tradition[wives] == KAZAKH, knobs.kazakh_wife_takes_surname, knobs.slavic_wife_takes_surname
    )
    wives = wives[rng.random(len(wives)) < takes]
    surname[wives] = surname[partner[wives]]
    return NameColumns(surname, given, patronymic, style)
