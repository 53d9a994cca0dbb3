"""The country beside the published figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .awards import HIGHER_RATE
from .columns import YEAR_DAYS, Ints
from .country import Country
from .events import Events
from .figures import figures
from .newborns import children_counted_on
from .pyramid import OLDEST
from .regions import MEN_PENSION_AGE, WOMEN_PENSION_AGE, regions

CLOSE = 0.10
LARGE_FAMILY = 4


@dataclass(frozen=True)
class Row:
    what: str
    published: float
    source: str
    here: float
    explanation: str = ""

    @property
    def ratio(self) -> float:
        return self.here / self.published

    @property
    def within(self) -> bool:
        return abs(self.ratio - 1) <= CLOSE


def calibration(country: Country, events: Events) -> list[Row]:
    """`country` on its own day; `events` of some months after it, better a year."""
    return [
        *_people(country),
        *_families(country),
        *_awards(country),
        *_births(events),
        *_rest(country, events),
    ]


def table_text(rows: list[Row]) -> str:
    """The rows as a table in Markdown."""
    lines = ["| what | published | here | ratio | source, remark |", "|---|---:|---:|---:|---|"]
    for row in rows:
        remark = f"{row.source}. {row.explanation}" if row.explanation else row.source
        lines.append(f"| {row.what} | {row.published:,.4g} | {row.here:,.4g} | {row.ratio:.2f} | {remark} |")
    return "\n".join(lines) + "\n"


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
    source = "news.mail.ru, 2025"
    per_1000 = 1000 * published["families_2025"] / people["total_2025"]
    yield Row("paid large families per 1,000 people", per_1000, source, 1000 * len(paid) / country.residents)
    yield Row(
        "exactly four children, % of them",
        published["exactly_four_percent"],
        source,
        100 * (paid == 4).mean(),
    )
    yield Row("exactly five, %", published["exactly_five_percent"], source, 100 * (paid == 5).mean())
    yield Row("children in a large family", published["mean_children"], source, float(paid.mean()))
    yield Row("mean payment of 2025, tenge", published["mean_payment_2025"], source, _mean_payment(paid))
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


def _awards(country: Country) -> Iterator[Row]:
    published, people = figures()["awarded_mothers"], figures()["population"]
    stock = country.award_kind[country.award_day <= country.last_day]
    higher = np.isin(stock, HIGHER_RATE)
    source = "news.mail.ru, 2025"
    per_1000 = 1000 * published["mothers_2025"] / people["total_2025"]
    yield Row("awarded mothers per 1,000 people", per_1000, source, 1000 * len(stock) / country.residents)
    yield Row("at the higher rate, % of them", published["higher_rate_percent"], source, 100 * higher.mean())
    payment = np.where(higher, published["payment_higher_2025"], published["payment_lower_2025"])
    yield Row(
        "their mean payment of 2025, tenge", published["mean_payment_2025"], source, float(payment.mean())
    )


def _births(events: Events) -> Iterator[Row]:
    country, births, published = events.country, events.births, figures()["births"]
    a_year = YEAR_DAYS / events.days / events.rate
    year = str(min(max(events.first_day.year, 2023), 2025))
    count = len(births)
    per_1000 = 1000 * count * a_year / country.residents
    yield Row("births per 1,000 people a year", published["per_1000"][year], published["source"], per_1000)
    yield Row("boys, % of births", published["boys_percent"], "adyrna.kz, 2024", 100 * births.male.mean())
    urban = 100 * published["urban_2024"] / published["per_year"]["2024"]
    yield Row("births in towns, %", urban, "adyrna.kz, 2024", 100 * country.urban[births.mother].mean())
    age = (births.birth_day - country.birth_day[births.mother]) / YEAR_DAYS
    yield Row("mother's mean age", published["mother_age_mean_2024"], "adyrna.kz, 2024", float(age.mean()))
    for low, high, name in ((0, 20, "mother_20"), (25, 30, "mother_25_29"), (30, 35, "mother_30_34")):
        here = 100 * ((age >= low) & (age < high)).mean()
        label = f"mothers {low}-{high - 1}" if low else f"mothers under {high}"
        yield Row(f"{label}, % of births", published[f"{name}_percent_2024"], "adyrna.kz, 2024", here)
    order = births.order
    yield Row("first births, %", published["first_percent_2024"], "2024", 100 * (order == 1).mean())
    yield Row("second births, %", published["second_percent_2023"], "2023", 100 * (order == 2).mean())
    yield Row("fourth births, %", published["fourth_percent_2024"], "2024", 100 * (order == 4).mean())
    later = 100 * (order >= 4).mean()
    yield Row(
        "fourth and later births, %", published["fourth_and_later_percent_2021"], "pkzsk.info, 2021", later
    )
    multiple = published["twin_deliveries_2024"] + published["triplet_deliveries_2024"]
    twins = 1000 * births.of_twins.sum() / 2 / (count - births.of_twins.sum() / 2)
    yield Row(
        "twins per 1,000 deliveries",
        1000 * multiple / published["per_year"]["2024"],
        "adyrna.kz, 2024",
        twins,
    )
    for number, region in enumerate(regions()):
        if rate := published["region_per_1000"].get(region.code):
            people = (country.region[: country.residents] == number).sum()
            here = 1000 * (births.region == number).sum() * a_year / people
            yield Row(f"births per 1,000, {region.en}", rate, published["region_source"], here)


def _rest(country: Country, events: Events) -> Iterator[Row]:
    people, deaths, awarded = figures()["population"], figures()["deaths"], figures()["awarded_mothers"]
    a_year = YEAR_DAYS / events.days / events.rate / country.residents
    per_1000 = 1000 * deaths["total_2024"] / people["total_2025"]
    yield Row(
        "deaths per 1,000 people a year", per_1000, "bestnews.kz, 2024", 1000 * len(events.deaths) * a_year
    )
    dead = events.deaths.person
    age = np.minimum((events.deaths.death_day - events.country.birth_day[dead]) / YEAR_DAYS, OLDEST)
    pension = age >= np.where(events.country.male[dead], MEN_PENSION_AGE, WOMEN_PENSION_AGE)
    yield Row(
        "deaths at pension age, %", deaths["pension_age_percent"], "UN rates by age", 100 * pension.mean()
    )
    new = 100_000 * awarded["new_per_year"] / people["total_2025"]
    yield Row("new awards per 100,000 people a year", new, "estimate", 100_000 * len(events.awards) * a_year)
    asked = country.in_mcb[: country.residents] & (country.accounts > 0)
    accepts = np.isin(country.answer[asked], (0, 1, 2))
    yield Row(
        "accept by SMS, %", figures()["sms"]["accepted_percent_2025"], "baq.kz, 2025", 100 * accepts.mean()
    )


def _age(country: Country) -> Ints:
    age: Ints = ((country.last_day - country.birth_day) / YEAR_DAYS).astype(np.int64)
    return age
