"""Pensions, allowances and payments that people have on the first day."""

from __future__ import annotations

import numpy as np

from .columns import NOBODY, Bools, Ints, draw_without_repeat
from .figures import figures
from .knobs import Knobs

ADULT = 18
#: One bit each in the column `pensions`.
PENSIONS = (
    "basic_pension", "age_pension", "disability_allowance", "survivor_allowance", "special_allowance",
    "fund_payment",
)  # fmt: skip
#: One bit each in the column `social_cases`: there is an application and a case file.
SOCIAL_CASES = (
    "BURIAL_PAYMENT", "DISABILITY_ALLOWANCE", "WORK_CAPACITY_LOSS_PAYMENT", "DISABLED_CHILD_CARER_ALLOWANCE",
    "SURVIVOR_ALLOWANCE", "SURVIVOR_PAYMENT", "JOB_LOSS_PAYMENT",
)  # fmt: skip
SHOWN_BY_BOTH, SHOWN_BY_E_MAKET, SHOWN_BY_ODK = range(3)
_APPOINTS = {
    "DISABILITY_ALLOWANCE": "disability_allowance",
    "WORK_CAPACITY_LOSS_PAYMENT": "fund_payment",
    "SURVIVOR_ALLOWANCE": "survivor_allowance",
    "SURVIVOR_PAYMENT": "fund_payment",
    "JOB_LOSS_PAYMENT": "fund_payment",
}


def pension_bit(kind: str) -> int:
    return 1 << PENSIONS.index(kind)


def case_bit(service: str) -> int:
    return 1 << SOCIAL_CASES.index(service)


def standing_cases(
    rng: np.random.Generator,
    age: Ints,
    pensioner: Bools,
    mother: Ints,
    father: Ints,
    partner: Ints,
    disability_group: Ints,
    participation_months: Ints,
    residents: int,
    knobs: Knobs,
) -> Ints:
    """Who receives which of the seven allowances and payments, as published as far as it is."""
    size = residents / figures()["population"]["total_2025"]
    disabled, working = disability_group > 0, (age >= ADULT) & ~pensioner
    insured = participation_months > 0
    disability = disabled & ~pensioner
    elders = figures()["disability"]["recipients"] * size - disability.sum()
    disability[draw_without_repeat(rng, 1.0 * (disabled & pensioner), round(max(elders, 0)))] = True
    fund, lost = figures()["fund"], figures()["survivors"]
    capacity = _drawn(rng, disabled & working & insured, fund["capacity_2024"] * size)
    carers = np.zeros(len(age), bool)
    of_disabled = np.flatnonzero(disabled & (age < ADULT) & (mother != NOBODY))
    carers[mother[of_disabled[rng.random(len(of_disabled)) < knobs.child_carer_receives]]] = True
    # Who lost the breadwinner: mothers with a child whose father is not in the country any more.
    fatherless = np.flatnonzero((age < ADULT) & (mother != NOBODY) & (father == NOBODY))
    widowed = np.zeros(len(age))
    widowed[mother[fatherless]] = np.where(partner[mother[fatherless]] == NOBODY, 1.0, 0.3)
    survivors = np.zeros(len(age), bool)
    survivors[draw_without_repeat(rng, widowed, round(lost["recipients"] * size))] = True
    paid_by_fund = _drawn(rng, survivors, lost["fund_families_2024"] * size)
    without_work = _drawn(rng, working & (participation_months >= 6), knobs.job_loss_stock * size)
    cases = np.zeros(len(age), np.uint8)
    for service, people in (
        ("DISABILITY_ALLOWANCE", disability),
        ("WORK_CAPACITY_LOSS_PAYMENT", capacity),
        ("DISABLED_CHILD_CARER_ALLOWANCE", carers),
        ("SURVIVOR_ALLOWANCE", survivors),
        ("SURVIVOR_PAYMENT", paid_by_fund),
        ("JOB_LOSS_PAYMENT", without_work),
    ):
        cases[people] |= case_bit(service)
    return cases


def standing_pensions(
    rng: np.random.Generator, age: Ints, pensioner: Bools, cases: Ints, knobs: Knobs
) -> tuple[Ints, Ints]:
    """What is appointed to everybody, and which system shows it."""
    people = len(age)
    retired = pensioner & (rng.random(people) < knobs.age_pension)
    basic = pensioner & (rng.random(people) < knobs.basic_pension)
    special = (age >= 50) & (rng.random(people) < knobs.special_allowance)
    pensions = np.zeros(people, np.uint8)
    for kind, have in (("age_pension", retired), ("basic_pension", basic), ("special_allowance", special)):
        pensions[have] |= pension_bit(kind)
    for service, kind in _APPOINTS.items():
        pensions[(cases & case_bit(service)) > 0] |= pension_bit(kind)
    one_only = rng.random(people) < knobs.shown_by_one_system
    shown = np.where(one_only, rng.integers(SHOWN_BY_E_MAKET, SHOWN_BY_ODK + 1, people), SHOWN_BY_BOTH)
    return pensions, shown.astype(np.uint8)


def _drawn(rng: np.random.Generator, possible: Bools, count: float) -> Bools:
    chosen = np.zeros(len(possible), bool)
    chosen[draw_without_repeat(rng, 1.0 * possible, round(count))] = True
    return chosen
