"""How the country is built: ages and sexes, then the past, couples, names, numbers, awards, temperaments."""

from __future__ import annotations

from datetime import date

import numpy as np

from .awards import standing_awards
from .citizens import citizens
from .columns import NEVER, Bools, Floats, Ints, birthdays, day_of, rounded, stream
from .country import ADULT, LAST_STUDENT_AGE, Country
from .couples import form_households
from .disability import standing_disability
from .identifiers import issue_iins
from .kin import tell_the_past
from .knobs import Knobs
from .names import KAZAKH
from .naming import name_everybody
from .newborns import children_counted_on
from .pensions import standing_cases, standing_pensions
from .pyramid import MEN, OLDEST, WOMEN, pyramid
from .regions import (
    FIRST_ADULT_AGE,
    MEN_PENSION_AGE,
    PENSION_AGES,
    WOMEN_PENSION_AGE,
    regions,
    spread,
)
from .work import standing_work

SMALLEST, LARGEST = 100, 30_000_000
LARGE_FAMILY = 4


def build(residents: int, seed: int, on: date, knobs: Knobs) -> Country:
    if not SMALLEST <= residents <= LARGEST:
        raise ValueError(f"residents must be between {SMALLEST} and {LARGEST}, not {residents}.")
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, not {seed}.")
    today = day_of(on)
    people = pyramid(on)
    male, age, birth_day = _people(stream("people", seed), residents, people, today)
    by_region = spread(_age_groups(people), on)
    kin = tell_the_past(stream("kin", seed), birth_day, male, age, today, by_region, knobs)
    homes = form_households(stream("households", seed), kin, male, age, knobs)
    region = kin.region[homes.family]
    names = name_everybody(
        stream("names", seed),
        kin.birth_day,
        male,
        kin.tradition,
        kin.mother,
        homes.father,
        homes.partner,
        knobs,
    )
    chance = stream("circumstances", seed)
    urban_share = np.array([r.urban_share for r in regions()])[region]
    urban = chance.random(residents)[homes.family] < urban_share
    speaks_kazakh = np.where(kin.tradition == KAZAKH, knobs.kazakh_speaks_kazakh, knobs.other_speaks_kazakh)
    language = (chance.random(residents)[homes.family] >= speaks_kazakh).astype(np.uint8)
    student = (age >= ADULT) & (age <= LAST_STUDENT_AGE) & (chance.random(residents) < knobs.student)
    awards = standing_awards(stream("awards", seed), kin.mother, kin.birth_day, today, residents, knobs)
    ways = citizens(stream("citizens", seed), age, homes.partner, seed, knobs)
    awarded = np.zeros(residents, bool)
    awarded[awards.person] = True
    pensioner = age >= np.where(male, *PENSION_AGES)
    group, causes = standing_disability(stream("disability", seed), age, pensioner, residents, knobs)
    work = standing_work(
        stream("work", seed), age, pensioner, student, group > 0, region, today, residents, knobs
    )
    cases = standing_cases(
        stream("social cases", seed), age, pensioner, kin.mother, homes.father, homes.partner, group,
        work.participation_months, residents, knobs,
    )  # fmt: skip
    pensions, shown = standing_pensions(stream("pensions", seed), age, pensioner, cases, knobs)
    luck = stream("care", seed)
    away = np.where(group > 0, knobs.orphanage_of_disabled, knobs.orphanage)
    country = Country(
        residents=residents,
        seed=seed,
        first_day=today,
        last_day=today,
        knobs=knobs,
        birth_day=kin.birth_day,
        male=male,
        region=region,
        urban=urban,
        tradition=kin.tradition,
        language=language,
        surname=names.surname,
        given=names.given,
        patronymic=names.patronymic,
        patronymic_style=names.patronymic_style,
        iin=issue_iins(kin.birth_day, male, np.empty(0, np.int64), seed),
        mother=kin.mother,
        father=homes.father,
        partner=homes.partner,
        family=homes.family,
        student=student,
        registered_day=kin.birth_day.copy(),
        death_day=np.full(residents, NEVER, np.int32),
        death_registered_day=np.full(residents, NEVER, np.int32),
        phone=ways.phone,
        in_mcb=ways.in_mcb,
        accounts=ways.accounts,
        answer=ways.answer,
        bank_choice=ways.bank_choice,
        opens_account=ways.opens_account,
        brings_documents=ways.brings_documents,
        reply_minutes=ways.reply_minutes,
        existing_large_family_case=np.zeros(residents, bool),
        existing_award_case=awarded & (chance.random(residents) < knobs.awarded_mother_receives),
        disability_group=group,
        disability_causes=causes,
        orphanage=(age < ADULT) & (luck.random(residents) < away),
        elder_depends=luck.random(residents) < knobs.elder_depends,
        hired=work.hired,
        participation_months=work.participation_months,
        recent_months=work.recent_months,
        wage=work.wage,
        pensions=pensions,
        pensions_shown=shown,
        social_cases=cases,
        award_person=awards.person.astype(np.int32),
        award_kind=awards.kind,
        award_day=awards.day,
        pulls=kin.pulls,
    )
    receives = chance.random(residents) < knobs.large_family_receives
    country.existing_large_family_case = (children_counted_on(country, today) >= LARGE_FAMILY) & receives
    return country


def _people(rng: np.random.Generator, residents: int, people: Floats, today: int) -> tuple[Bools, Ints, Ints]:
    """Sex, age and birth day of each, the oldest first."""
    counts = rounded(people.ravel(), residents)
    male = np.repeat(np.repeat([True, False], OLDEST + 1), counts)
    age = np.repeat(np.tile(np.arange(OLDEST + 1), 2), counts)
    shuffled = rng.permutation(residents)
    order = shuffled[np.argsort(-age[shuffled], kind="stable")]
    male, age = male[order], age[order]
    days = birthdays(today, OLDEST + 2)
    first, last = days[age + 1] + 1, days[age]
    birth_day = first + (rng.random(residents) * (last - first + 1)).astype(np.int64)
    return male, age.astype(np.int16), birth_day.astype(np.int32)


def _age_groups(people: Floats) -> Floats:
    """By sex: children to 15, working age, older."""
    groups = np.zeros((2, 3))
    for sex, pension in ((MEN, MEN_PENSION_AGE), (WOMEN, WOMEN_PENSION_AGE)):
        groups[sex] = [
            people[sex, :FIRST_ADULT_AGE].sum(),
            people[sex, FIRST_ADULT_AGE:pension].sum(),
            people[sex, pension:].sum(),
        ]
    return groups
