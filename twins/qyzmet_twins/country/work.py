"""Hired work: who takes part in social insurance, how long, on which income; who registers as unemployed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from .columns import NEVER, YEAR_DAYS, Bools, Floats, Ints, completed_years, date_of, draw_without_repeat
from .figures import figures
from .knobs import Knobs
from .moments import office_minutes
from .regions import regions

if TYPE_CHECKING:
    from .country import Country

ADULT = 18
ENOUGH_MONTHS = 6  # of participation, for the payment for loss of job
INCOME_MONTHS = 24
_INSURANCE_SINCE = date(2005, 1, 1)


@dataclass
class Work:
    """Columns of the people on the first day."""

    hired: Bools
    participation_months: Ints
    recent_months: Ints  # of the last 24
    wage: Ints  # tenge a month; 0 for those who never took part


@dataclass
class UnemployedColumns:
    """One row per registration as unemployed."""

    person: Ints
    day: Ints
    minute: Ints
    wanted: int  # more than there are, if too few people could lose their work

    def __len__(self) -> int:
        return len(self.person)


def standing_work(
    rng: np.random.Generator,
    age: Ints,
    pensioner: Bools,
    student: Bools,
    disabled: Bools,
    region: Ints,
    today: int,
    residents: int,
    knobs: Knobs,
) -> Work:
    people = len(age)
    count = round(figures()["work"]["hired_2025"] / figures()["population"]["total_2025"] * residents)
    adult = age >= ADULT
    weights = np.where(student, knobs.student_work, 1.0) * np.where(disabled, knobs.disabled_work, 1.0)
    weights *= adult & ~pensioner
    hired = np.zeros(people, bool)
    hired[draw_without_repeat(rng, weights, count)] = True
    former = adult & ~hired & (rng.random(people) < knobs.former_contributors)
    months = _participation(rng, age, hired, former, today, knobs)
    recent = _recent(rng, months, hired, knobs)
    wage = np.where(hired | former, _wages(rng, region, hired), 0)
    return Work(hired, months, recent, wage.astype(np.int32))


def insured_income_tiyn(wage: int, months: int) -> int:
    """Contributions are made on at most seven minimum wages a month."""
    published = figures()["work"]
    most = int(published["insured_minimum_wages"] * published["minimum_wage"])
    return min(wage, most) * months * 100


def registered_unemployed(
    country: Country, first: int, days: int, rate: float, rng: np.random.Generator, has_payment: Bools
) -> UnemployedColumns:
    """As many with enough participation as get the payment, and some without; nobody twice."""
    knobs = country.knobs
    a_year = figures()["work"]["job_loss_assigned_2025"] / figures()["population"]["total_2025"]
    insured = int(rng.poisson(a_year * country.residents * days / YEAR_DAYS * rate))
    without = round(insured * knobs.unemployed_not_insured / (1 - knobs.unemployed_not_insured))
    age = completed_years(country.birth_day, first)
    able = (age >= ADULT) & ~country.pension_age_on(first) & (country.death_day == NEVER) & ~has_payment
    enough = country.hired & (country.participation_months >= ENOUGH_MONTHS)
    often = np.maximum(country.wage, 1.0) ** knobs.losing_work_by_wage
    person = np.concatenate(
        [
            draw_without_repeat(rng, often * (able & enough), insured),
            draw_without_repeat(rng, 1.0 * (able & (country.participation_months < ENOUGH_MONTHS)), without),
        ]
    )
    day = first + rng.integers(0, days, len(person))
    minute = office_minutes(rng, len(person))
    order = np.lexsort((minute, day))
    return UnemployedColumns(
        person[order].astype(np.int32), day[order].astype(np.int32), minute[order], insured + without
    )


def _participation(
    rng: np.random.Generator, age: Ints, hired: Bools, former: Bools, today: int, knobs: Knobs
) -> Ints:
    """Months, up to all since 18 or since there is social insurance."""
    on = date_of(today)
    longest = (on.year - _INSURANCE_SINCE.year) * 12 + on.month - _INSURANCE_SINCE.month
    possible = np.clip((age - ADULT) * 12 + 6, 1, longest)
    chance = rng.random(len(age))
    share = np.where(hired, chance**knobs.participation_hired, chance**knobs.participation_former)
    months = 1 + np.floor(share * possible)
    newcomer = hired & (rng.random(len(age)) < knobs.newcomers)
    months = np.where(newcomer, rng.integers(1, ENOUGH_MONTHS, len(age)), months)
    return np.where(hired | former, months, 0).astype(np.int16)


def _recent(rng: np.random.Generator, months: Ints, hired: Bools, knobs: Knobs) -> Ints:
    """Months with contributions among the last 24: gaps are usual."""
    chance = rng.random(len(months))
    steady = chance < knobs.without_gaps
    density = np.where(steady, 1.0, 0.3 + 0.7 * rng.random(len(months)))
    stopped = np.where(rng.random(len(months)) < knobs.former_stopped_lately, rng.random(len(months)), 0.0)
    most = np.minimum(months, INCOME_MONTHS)
    recent: Ints = np.ceil(most * np.where(hired, density, stopped)).astype(np.uint8)
    return recent


def _wages(rng: np.random.Generator, region: Ints, hired: Bools) -> Floats:
    """Lognormal, with the published means of some regions; the rest share what remains."""
    published = figures()["work"]
    here = np.bincount(region[hired], minlength=len(regions())) / max(int(hired.sum()), 1)
    factor = np.array([published["wage_by_region"].get(r.code, 0.0) for r in regions()])
    factor /= published["wage_mean_of_regions"]
    unknown = factor == 0
    factor[unknown] = (1 - (factor * here).sum()) / max(here[unknown].sum(), 1e-9)
    factor = np.clip(factor, 0.5, 2.0)
    between = (here * np.log(factor) ** 2).sum() - (here * np.log(factor)).sum() ** 2
    within = max(published["wage_spread"] ** 2 - between, 0.01) ** 0.5
    middle = published["wage_mean"] / np.exp(within**2 / 2)
    wages = middle * factor[region] * np.exp(rng.normal(0, within, len(region)))
    paid: Floats = np.maximum(wages, published["minimum_wage"])
    return paid
