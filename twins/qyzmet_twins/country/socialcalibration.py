"""The country beside the published figures on disability, pensions, work and loss."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .columns import YEAR_DAYS, Ints, completed_years
from .country import ADULT, Country
from .disability import WITH_GROUP
from .events import Events
from .figures import figures
from .knobs import CAUSES
from .pensions import PENSIONS, case_bit, pension_bit
from .regions import regions
from .rows import Row
from .work import ENOUGH_MONTHS, insured_income_tiyn

_SINCE_CHILDHOOD = 1 << CAUSES.index("since_childhood")
_JOB_LOSS_SHARE = 0.45 * 0.9  # of the income replaced, less the pension contribution
_PARTICIPATION = ((12, 0.7), (24, 0.75), (36, 0.85), (48, 0.9), (60, 0.95))


def social_rows(country: Country, events: Events) -> Iterator[Row]:
    yield from _disability(country, events)
    yield from _allowances(country)
    yield from _burials(country, events)
    yield from _work(country)
    yield from _unemployed(country, events)


def _per_1000(published: float) -> float:
    return float(1000 * published / figures()["population"]["total_2025"])


def _disability(country: Country, events: Events) -> Iterator[Row]:
    published, age = figures()["disability"], completed_years(country.birth_day, country.last_day)
    pensioner, source = country.pension_age_on(country.last_day), published["source"]
    disabled = country.disability_group > 0
    yield Row(
        "people with disability per 1,000", _per_1000(published["persons"]), source, 1000 * disabled.mean()
    )
    for what, people, count in (
        ("under 18, % of them", age < ADULT, published["under_18"]),
        ("of working age, %", (age >= ADULT) & ~pensioner, published["working_age"]),
        ("of pension age, %", pensioner, published["pension_age"]),
    ):
        yield Row(what, 100 * count / published["persons"], source, 100 * people[disabled].mean())
    new = events.disabilities
    a_year = 1000 * YEAR_DAYS / events.days / events.rate / country.residents
    yield Row(
        "disability established per 1,000 people a year",
        _per_1000(published["new_per_year"]),
        published["new_source"],
        a_year * len(new),
        len(new),
    )
    children = completed_years(country.birth_day[new.person], country.last_day) < ADULT
    yield Row(
        "children among them, %",
        published["new_children_percent"],
        "kostanai.kz, 2011",
        100 * children.mean(),
        int(children.sum()),
    )
    receives = (country.social_cases & case_bit("DISABILITY_ALLOWANCE")) > 0
    yield Row(
        "receive the disability allowance per 1,000 people",
        _per_1000(published["recipients"]),
        "inform.kz, 1 December 2025",
        1000 * receives.mean(),
    )
    paid = _disability_payments(country, age)[receives]
    yield Row(
        "their mean payment of 2025, tenge",
        published["mean_payment_2025"],
        f"{source}; rates: {published['payments_source']}",
        float(paid.mean()),
    )
    carers = (country.social_cases & case_bit("DISABLED_CHILD_CARER_ALLOWANCE")) > 0
    yield Row(
        "carers of a child with disability per 1,000 people",
        _per_1000(published["child_carers"]),
        source,
        1000 * carers.mean(),
        int(carers.sum()),
    )


def _disability_payments(country: Country, age: Ints) -> Ints:
    published, group = figures()["disability"], np.clip(country.disability_group, 1, 3) - 1
    childhood = (age < ADULT) | ((country.disability_causes & _SINCE_CHILDHOOD) > 0)
    scales = np.array([published["payments_2025"], published["payments_since_childhood_2025"]], float)
    payment = scales[childhood.astype(int), group]
    paid: Ints = np.where(age < WITH_GROUP, published["payment_under_7_2025"], payment)
    return paid


def _allowances(country: Country) -> Iterator[Row]:
    lost, fund = figures()["survivors"], figures()["fund"]
    for what, service, count, source in (
        ("families paid for loss of breadwinner", "SURVIVOR_ALLOWANCE", lost["recipients"], lost["source"]),
        ("families paid so by the fund", "SURVIVOR_PAYMENT", lost["fund_families_2024"], fund["source"]),
        ("paid by the fund for loss of ability to work", "WORK_CAPACITY_LOSS_PAYMENT", fund["capacity_2024"],
         fund["source"]),
    ):  # fmt: skip
        people = (country.social_cases & case_bit(service)) > 0
        here = 1000 * people.mean()
        yield Row(f"{what} per 1,000 people", _per_1000(count), source, here, int(people.sum()))


def _burials(country: Country, events: Events) -> Iterator[Row]:
    from_budget = sum(pension_bit(kind) for kind in PENSIONS if kind != "fund_payment")
    having = (country.pensions[events.deaths.person] & from_budget) > 0
    published = 100 * figures()["burial"]["payments_a_year"] / figures()["deaths"]["total_2024"]
    yield Row(
        "the dead who had a pension or allowance, %",
        published,
        "an estimate of burial payments a year",
        100 * having.mean(),
        int(having.sum()),
    )


def _work(country: Country) -> Iterator[Row]:
    published, wage = figures()["work"], country.wage[country.hired]
    yield Row(
        "hired workers per 1,000 people",
        _per_1000(published["hired_2025"]),
        published["source"],
        1000 * country.hired.mean(),
    )
    source = published["wage_source"]
    yield Row("mean wage of 2025, tenge", published["wage_mean"], source, float(wage.mean()))
    yield Row("median wage of 2025, tenge", published["wage_median"], source, float(np.median(wage)))
    for number, region in enumerate(regions()):
        if there := published["wage_by_region"].get(region.code):
            of_region = wage[country.region[country.hired] == number]
            yield Row(
                f"mean wage in {region.en}, % of the country's",
                100 * there / published["wage_mean_of_regions"],
                published["region_source"],
                100 * float(of_region.mean() / wage.mean()),
                len(of_region),
            )


def _unemployed(country: Country, events: Events) -> Iterator[Row]:
    published, person = figures()["work"], events.unemployed.person
    insured = person[country.participation_months[person] >= ENOUGH_MONTHS]
    a_year = 1000 * YEAR_DAYS / events.days / events.rate / country.residents
    yield Row(
        "registered as unemployed with six months of contributions per 1,000 people a year",
        _per_1000(published["job_loss_assigned_2025"]),
        published["job_loss_source"],
        a_year * len(insured),
        len(insured),
    )
    yield Row(
        "mean payment for loss of job, tenge",
        published["job_loss_mean_2024"],
        "informkz.com, 2024",
        float(np.mean([_job_loss_payment(country, int(one)) for one in insured])),
        len(insured),
    )


def _job_loss_payment(country: Country, person: int) -> float:
    """As it would be on the first day: mean insured income of 24 months by length of participation."""
    income = insured_income_tiyn(int(country.wage[person]), int(country.recent_months[person])) / 2400
    months = int(country.participation_months[person])
    by_length = next((share for under, share in _PARTICIPATION if months < under), 0.0)
    return _JOB_LOSS_SHARE * income * (by_length or min(1 + (months - 60) // 12 * 0.02, 1.3))
