"""What happens in the country in a stretch of days: births, awards, deaths, disability, loss of work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from .awards import ALTYN_ALQA, ALTYN_CHILDREN, KUMIS_ALQA, KUMIS_CHILDREN
from .columns import (
    NEVER,
    NOBODY,
    YEAR_DAYS,
    Bools,
    Floats,
    Ints,
    completed_years,
    day_of,
    draw_without_repeat,
    stream,
)
from .country import ADULT, Country
from .disability import DisabilityColumns, established
from .figures import figures
from .funerals import death_days, who_buried
from .moments import office_minutes
from .newborns import Births, new_births, with_newborns
from .pensions import case_bit
from .pyramid import OLDEST, death_rates
from .work import UnemployedColumns, registered_unemployed

_MOST_DAYS = 3_660


@dataclass(eq=False)
class AwardColumns:
    person: Ints
    kind: Ints
    replaces_kumis: Bools  # the mother had a Kumis alqa before
    day: Ints  # of the award and of its entry
    minute: Ints
    wanted: int  # more than there are, if too few mothers had a right to an award

    def __len__(self) -> int:
        return len(self.person)


@dataclass(eq=False)
class DeathColumns:
    person: Ints
    death_day: Ints
    day: Ints  # of the entry
    minute: Ints
    applicant: Ints  # who registered it; NOBODY where there is no information
    body_taker: Ints  # who took the body away, likewise

    def __len__(self) -> int:
        return len(self.person)


@dataclass(eq=False)
class Events:
    """Each kind in columns, in the order of registration; `country` is the country with all this in it."""

    country: Country
    first_day: date
    days: int
    rate: float  # how many times more often things happened than published
    births: Births
    awards: AwardColumns
    deaths: DeathColumns
    disabilities: DisabilityColumns
    unemployed: UnemployedColumns

    @property
    def rate_note(self) -> str:
        """What an output built on these events has to say about them."""
        if self.rate == 1.0:
            return ""
        note = f"Events happen {self.rate:g} times as often as published."
        for rows, what, why in (
            (self.awards, "awards", "no more mothers had a right to one"),
            (self.disabilities, "new disabilities", "no more people were without one"),
            (self.unemployed, "unemployed", "no more people could lose their work"),
        ):
            if len(rows) < rows.wanted:
                note += f" Only {len(rows)} of {rows.wanted} {what}: {why}."
        return note


def events(country: Country, first_day: date, days: int, rate: float = 1.0, seed: int = 0) -> Events:
    """Tell `days` days from `first_day` on; every kind of event happens `rate` times as often as published.

    The given country stays as it is; newborns are in `events.country`, known from the day of registration.
    """
    first = day_of(first_day)
    if first < country.last_day:
        raise ValueError(f"first_day {first_day} lies before the country's own day {country.on}.")
    if not 0 < days <= _MOST_DAYS:
        raise ValueError(f"days must be between 1 and {_MOST_DAYS}, not {days}.")
    if not rate > 0:
        raise ValueError(f"rate must be above 0, not {rate}.")
    seeds = (seed, country.seed, first)
    dead = _deaths(country, first, days, rate, stream("deaths", *seeds))
    late = death_days(stream("late deaths", *seeds), country, dead.person, dead.death_day, dead.day)
    dead = replace(dead, death_day=late)
    country = _with_deaths(country, dead)
    applicant, taker = who_buried(stream("burials", *seeds), country, dead.person, dead.day)
    dead = replace(dead, applicant=applicant, body_taker=taker)
    births = new_births(country, first, days, rate, stream("births", *seeds))
    country = with_newborns(country, births, stream("newborns", *seeds))
    awards = _awards(country, first, days, rate, stream("awards", *seeds))
    disabilities = established(country, first, days, rate, stream("disabilities", *seeds))
    paid = (country.social_cases & case_bit("JOB_LOSS_PAYMENT")) > 0
    unemployed = registered_unemployed(country, first, days, rate, stream("unemployed", *seeds), paid)
    country = _with_disabilities(country, disabilities)
    country = _with_applications(country, dead, disabilities, unemployed, stream("applications", *seeds))
    country = replace(
        country,
        last_day=first + days - 1,
        award_person=np.concatenate((country.award_person, awards.person)),
        award_kind=np.concatenate((country.award_kind, awards.kind)),
        award_day=np.concatenate((country.award_day, awards.day)),
    )
    return Events(country, first_day, days, rate, births, awards, dead, disabilities, unemployed)


def _deaths(country: Country, first: int, days: int, rate: float, rng: np.random.Generator) -> DeathColumns:
    """As many as published for the country's size, by the published pattern of age and sex."""
    published = figures()["deaths"]["total_2024"] / figures()["population"]["total_2025"]
    count = int(rng.poisson(published * country.residents * days / YEAR_DAYS * rate))
    age = np.minimum(completed_years(country.birth_day, first), OLDEST)
    sex = np.where(country.male, 0, 1)
    risk = death_rates()[sex, age] * _frailty(country, age, sex, first) * (country.death_day == NEVER)
    person = rng.permutation(draw_without_repeat(rng, risk, count))
    death_day = first + rng.integers(0, days, len(person))
    late = rng.exponential(country.knobs.death_registered_after_days, len(person)).astype(np.int64)
    day = np.minimum(death_day + late, first + days - 1)
    minute = office_minutes(rng, len(person))
    order = np.lexsort((minute, day))
    nobody = np.full(len(person), NOBODY, np.int32)
    return DeathColumns(
        person[order].astype(np.int32),
        death_day[order].astype(np.int32),
        day[order].astype(np.int32),
        minute[order],
        applicant=nobody,
        body_taker=nobody,
    )


def _frailty(country: Country, age: Ints, sex: Ints, first: int) -> Floats:
    """Disability raises the risk within each age and sex, whose own risk stays what it was."""
    frail = (country.disability_group > 0) & ~country.pension_age_on(first)
    factor = np.where(frail, country.knobs.disabled_death_risk, 1.0)
    cell = age.astype(np.int64) * 2 + sex
    people = np.bincount(cell, minlength=2 * OLDEST + 2)
    mean = np.bincount(cell, weights=factor, minlength=2 * OLDEST + 2) / np.maximum(people, 1)
    relative: Floats = factor / mean[cell]
    return relative


def _with_deaths(country: Country, deaths: DeathColumns) -> Country:
    death_day, known = country.death_day.copy(), country.death_registered_day.copy()
    death_day[deaths.person], known[deaths.person] = deaths.death_day, deaths.day
    return replace(country, death_day=death_day, death_registered_day=known)


def _with_disabilities(country: Country, new: DisabilityColumns) -> Country:
    group, causes = country.disability_group.copy(), country.disability_causes.copy()
    group[new.person], causes[new.person] = new.group, new.causes
    return replace(country, disability_group=group, disability_causes=causes)


def _with_applications(
    country: Country,
    deaths: DeathColumns,
    disabilities: DisabilityColumns,
    unemployed: UnemployedColumns,
    rng: np.random.Generator,
) -> Country:
    """Some have applied on their own by the time the event arrives."""
    cases, share = country.social_cases.copy(), country.knobs.applied_before
    children = completed_years(country.birth_day[disabilities.person], country.last_day) < ADULT
    for service, people in (
        ("BURIAL_PAYMENT", deaths.applicant[deaths.applicant != NOBODY]),
        ("SURVIVOR_ALLOWANCE", deaths.person),  # the case file stands under the name of the deceased
        ("SURVIVOR_PAYMENT", deaths.person),
        ("DISABILITY_ALLOWANCE", disabilities.person),
        ("WORK_CAPACITY_LOSS_PAYMENT", disabilities.person[~children]),
        ("DISABLED_CHILD_CARER_ALLOWANCE", country.mother[disabilities.person[children]]),
        ("JOB_LOSS_PAYMENT", unemployed.person),
    ):
        before = people[(rng.random(len(people)) < share) & (people != NOBODY)]
        cases[before] |= case_bit(service)
    return replace(country, social_cases=cases)


def _awards(country: Country, first: int, days: int, rate: float, rng: np.random.Generator) -> AwardColumns:
    """New awards to mothers with enough living children; each mother at most once."""
    knobs = country.knobs
    published = figures()["awarded_mothers"]["new_per_year"] / figures()["population"]["total_2025"]
    count = int(rng.poisson(published * country.residents * days / YEAR_DAYS * rate))
    alive = country.death_day == NEVER
    children = (
        np.bincount(country.mother[alive & (country.mother != NOBODY)], minlength=country.persons) * alive
    )
    has = np.zeros(country.persons, np.uint8)
    has[country.award_person] = country.award_kind
    altyn = int(rng.binomial(count, knobs.new_award_altyn))
    upgrades = int(rng.binomial(altyn, min(knobs.new_award_upgrade / max(knobs.new_award_altyn, 1e-9), 1.0)))
    recent = 1.0 / (1.0 + (first - _last_birth(country)) / YEAR_DAYS)
    chosen = [
        draw_without_repeat(rng, recent * ((children >= ALTYN_CHILDREN) & (has == KUMIS_ALQA)), upgrades),
        draw_without_repeat(rng, recent * ((children >= ALTYN_CHILDREN) & (has == 0)), altyn - upgrades),
        draw_without_repeat(rng, recent * ((children == KUMIS_CHILDREN) & (has == 0)), count - altyn),
    ]
    person = np.concatenate(chosen)
    kind = np.repeat(np.array([ALTYN_ALQA, ALTYN_ALQA, KUMIS_ALQA], np.uint8), [len(c) for c in chosen])
    day = first + rng.integers(0, days, len(person))
    minute = office_minutes(rng, len(person))
    order = np.lexsort((minute, day))
    return AwardColumns(
        person[order].astype(np.int32),
        kind[order],
        (has[person] == KUMIS_ALQA)[order],
        day[order].astype(np.int32),
        minute[order],
        wanted=count,
    )


def _last_birth(country: Country) -> Ints:
    last = np.full(country.persons, np.int32(-40_000))
    known = np.flatnonzero(country.mother != NOBODY)
    np.maximum.at(last, country.mother[known], country.birth_day[known])
    return last
