"""The country beside the published figures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .awards import HIGHER_RATE
from .columns import YEAR_DAYS, Ints, completed_years
from .country import Country
from .events import Events
from .figures import figures
from .knobs import ACCEPTING, ANSWERS
from .names import GIVEN, SURNAMES
from .newborns import children_counted_on
from .regions import PENSION_AGES, regions, year_of_rate
from .rows import Row
from .socialcalibration import social_rows

LARGE_FAMILY = 4


def calibration(country: Country, events: Events) -> list[Row]:
    """`country` on its own day; `events` of some months after it, better a year."""
    return [
        *_people(country),
        *_families(country),
        *_awards(country, events),
        *_births(events),
        *_deaths(events),
        *social_rows(country, events),
        *_answers(country),
        *_names(country),
    ]


def _people(country: Country) -> Iterator[Row]:
    people, shares = figures()["population"], figures()["age_shares"]
    age = _age(country)
    of_2023 = people["total_2023"]
    yield Row(
        "men, %", 100 * people["men_2026"] / people["total_2026"], "alau.kz, 2026", 100 * country.male.mean()
    )
    urban = 100 * people["urban_2024"] / people["total_2024"]
    yield Row("in towns, %", urban, "ranking.kz, 2024", 100 * country.urban.mean())
    yield Row("aged 0-15, %", shares["to_15"], shares["source_15"], 100 * (age <= 15).mean())
    yield Row("under 25, %", shares["under_25"], shares["source"], 100 * (age < 25).mean())
    middle = 100 * ((age >= 25) & (age < 65)).mean()
    yield Row("aged 25-64, %", shares["from_25_to_64"], shares["source"], middle)
    yield Row("65 and over, %", shares["from_65"], shares["source"], 100 * (age >= 65).mean())
    here = np.bincount(country.region, minlength=len(regions())) / country.persons
    for region, share in zip(regions(), here.tolist(), strict=True):
        yield Row(
            f"{region.en}, % of people",
            100 * region.total_2023 / of_2023,
            "2023 table of regions",
            100 * share,
        )


def _families(country: Country) -> Iterator[Row]:
    published, people = figures()["large_families"], figures()["population"]
    counted = children_counted_on(country, country.last_day)
    paid = counted[country.existing_large_family_case]
    source, fitted = "news.mail.ru, 2025", "computed from news.mail.ru, 2025"
    per_1000 = 1000 * published["families_2025"] / people["total_2025"]
    yield Row("paid large families per 1,000 people", per_1000, source, 1000 * len(paid) / country.residents)
    yield Row(
        "exactly four children, % of them",
        published["exactly_four_percent"],
        fitted,
        100 * (paid == 4).mean(),
    )
    yield Row("exactly five, %", published["exactly_five_percent"], fitted, 100 * (paid == 5).mean())
    yield Row("children in a large family", published["mean_children"], fitted, float(paid.mean()))
    yield Row("mean payment of 2025, tenge", published["mean_payment_2025"], fitted, _mean_payment(paid))
    families = len(np.unique(country.family))
    size = published["persons_in_card"] / published["families_in_card"]
    card = published["card_source"]
    yield Row("people in a family", size, card, country.residents / families)
    minors = (_age(country) < 18).sum()
    yield Row("minors in a family", published["children_per_family"], card, minors / families)
    yield Row(
        "large families, % of families", published["percent_of_families"], card, 100 * len(paid) / families
    )


def _mean_payment(children: Ints) -> float:
    published = figures()["large_families"]
    scale = np.array(published["payments_2025"], float)
    paid = np.where(
        children < LARGE_FAMILY + len(scale),
        scale[np.minimum(children - LARGE_FAMILY, len(scale) - 1)],
        children * published["payment_per_child_2025"],
    )
    return float(paid.mean())


def _awards(country: Country, events: Events) -> Iterator[Row]:
    published, people = figures()["awarded_mothers"], figures()["population"]
    stock = country.award_kind[country.award_day <= country.last_day]
    higher = np.isin(stock, HIGHER_RATE)
    source, fitted = "news.mail.ru, 2025", "computed from news.mail.ru, 2025"
    per_1000 = 1000 * published["mothers_2025"] / people["total_2025"]
    yield Row("awarded mothers per 1,000 people", per_1000, source, 1000 * len(stock) / country.residents)
    yield Row("at the higher rate, % of them", published["higher_rate_percent"], fitted, 100 * higher.mean())
    payment = np.where(higher, published["payment_higher_2025"], published["payment_lower_2025"])
    mean = float(payment.mean())
    yield Row("their mean payment of 2025, tenge", published["mean_payment_2025"], fitted, mean)
    new = 100_000 * published["new_per_year"] / people["total_2025"]
    count = len(events.awards)
    here = 100_000 * count * _a_year(events)
    yield Row("new awards per 100,000 people a year", new, "an estimate", here, count)


def _births(events: Events) -> Iterator[Row]:
    country, births, published = events.country, events.births, figures()["births"]
    year = str(min(max(events.first_day.year, 2023), 2025))
    count, source = len(births), "adyrna.kz, 2024"
    per_1000 = 1000 * count * _a_year(events)
    yield Row(
        "births per 1,000 people a year",
        published["per_1000"][year],
        f"Bureau of National Statistics, {year}",
        per_1000,
    )
    yield Row("boys, % of births", published["boys_percent"], source, 100 * births.male.mean())
    urban = 100 * published["urban_2024"] / published["per_year"]["2024"]
    yield Row("births in towns, %", urban, source, 100 * country.urban[births.mother].mean())
    age = (births.birth_day - country.birth_day[births.mother]) / YEAR_DAYS
    yield Row("mother's mean age at birth", published["mother_age_mean_2024"], source, float(age.mean()))
    for low, high, label in ((0, 20, "under 20"), (25, 30, "25-29"), (30, 35, "30-34")):
        cases = int(((age >= low) & (age < high)).sum())
        share = published["mother_age_percent_2024"][label]
        yield Row(f"mothers {label}, % of births", share, source, 100 * cases / count, cases)
    for label, chosen, of_year in (
        ("first", births.order == 1, 2024),
        ("second", births.order == 2, 2023),
        ("fourth", births.order == 4, 2024),
        ("fourth and later", births.order >= 4, 2021),
    ):
        share = published["order_percent"][label]
        yield Row(
            f"{label} births, %", share, f"births by order, {of_year}", 100 * chosen.mean(), int(chosen.sum())
        )
    twins = int(births.of_twins.sum()) // 2
    published_twins = 1000 * published["multiple_deliveries_2024"] / published["per_year"]["2024"]
    yield Row("twins per 1,000 deliveries", published_twins, source, 1000 * twins / (count - twins), twins)
    yield from _births_by_region(events, per_1000)


def _births_by_region(events: Events, per_1000: float) -> Iterator[Row]:
    country, published = events.country, figures()["births"]
    residents = country.region[: country.residents]
    region_source = published["region_source"]
    for number, region in enumerate(regions()):
        if rate := published["region_per_1000"].get(region.code):
            cases = int((events.births.region == number).sum())
            here = 1000 * cases * _a_year(events) * country.residents / (residents == number).sum()
            against = 100 * rate / published["per_1000"][year_of_rate(region)]
            label = f"births per 1,000 in {region.en}, % of the country's"
            yield Row(
                label, against, f"{region_source}, {year_of_rate(region)}", 100 * here / per_1000, cases
            )


def _deaths(events: Events) -> Iterator[Row]:
    published = figures()["deaths"]
    per_1000 = 1000 * published["total_2024"] / figures()["population"]["total_2025"]
    count = len(events.deaths)
    yield Row(
        "deaths per 1,000 people a year", per_1000, "bestnews.kz, 2024", 1000 * count * _a_year(events), count
    )
    dead = events.deaths.person
    age = (events.deaths.death_day - events.country.birth_day[dead]) / YEAR_DAYS
    pension = age >= np.where(events.country.male[dead], *PENSION_AGES)
    share = 100 * pension.mean()
    yield Row(
        "deaths at pension age, %", published["pension_age_percent"], "from the UN rates by age", share, count
    )


def _answers(country: Country) -> Iterator[Row]:
    asked = country.in_mcb & (country.accounts > 0)
    accepts = np.isin(country.answer[asked], [ANSWERS.index(answer) for answer in ACCEPTING])
    published = figures()["sms"]["accepted_percent_2025"]
    yield Row("accept when asked by SMS, %", published, "baq.kz, 2025", 100 * accepts.mean())


def _names(country: Country) -> Iterator[Row]:
    published, total = figures()["names"], figures()["population"]["total_2023"]
    few = "Thirty names of a kind stand here for tens of thousands, so each is far too frequent"
    for what, count, here in (
        ("people named Азамат per 1,000", published["azamat_2021"], country.given == GIVEN.index("Азамат")),
        (
            "surname Ахметов per 1,000",
            published["akhmetov_2014"],
            country.surname == SURNAMES.index("Ахметов"),
        ),
    ):
        yield Row(what, 1000 * count / total, published["source"], 1000 * here.mean(), known_reason=few)


def _a_year(events: Events) -> float:
    """Turns a count of events into events a year and resident, as often as published."""
    return YEAR_DAYS / events.days / events.rate / events.country.residents


def _age(country: Country) -> Ints:
    return completed_years(country.birth_day, country.last_day)
