"""How many people of each sex and single year of age there are on a day.

The five-year groups of 1 January 2023 are split into single years, then carried forward year by year:
everybody grows older, some die, and the registered births of the year come in.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from .columns import Floats
from .figures import figures

OLDEST = 100
MEN, WOMEN = 0, 1
# The rates by age belong to 2025-2030; this factor brings them to the deaths counted in 2024.
DEATH_RATE_FACTOR = 1.036


def death_rates() -> Floats:
    """Deaths per person and year, by sex and single year of age."""
    table = figures()["deaths"]
    group = np.searchsorted(table["first"], np.arange(OLDEST + 1), side="right") - 1
    rates = np.array([table["men"], table["women"]])[:, group] * DEATH_RATE_FACTOR
    return np.minimum(rates, 0.7)


def pyramid(on: date) -> Floats:
    """People by sex (men, women) and age 0 to 100, at the start of the year of `on`."""
    people = _pyramid_2023()
    survive = np.exp(-death_rates())
    births, boys = figures()["births"]["per_year"], figures()["births"]["boys_percent"] / 100
    for year in range(2023, on.year):
        born = births.get(str(year), births[max(births)])
        older = people * survive
        people = np.zeros_like(older)
        people[:, 1:] = older[:, :-1]
        people[:, OLDEST] += older[:, OLDEST]
        people[:, 0] = np.array([boys, 1 - boys]) * born * survive[:, 0]
    return people


def _pyramid_2023() -> Floats:
    table = figures()["ages"]
    people = np.zeros((2, OLDEST + 1))
    for sex, counts in ((MEN, table["men"]), (WOMEN, table["women"])):
        people[sex, :80] = _single_years(np.array(counts[:-1], float))
        old = np.exp(-np.cumsum(death_rates()[sex, 80:]))
        people[sex, 80:] = counts[-1] * old / old.sum()
    return _recent_births_as_registered(people)


def _recent_births_as_registered(people: Floats) -> Floats:
    """Ages 0 and 1 follow the births of 2022 and 2021; the rest of the youngest group keeps its sum."""
    births = figures()["births"]["per_year"]
    group = people[:, :5].sum(axis=1)
    share = group / group.sum()
    people[:, 0] = births["2022"] * 0.99 * share
    people[:, 1] = births["2021"] * 0.99 * share
    rest = group - people[:, 0] - people[:, 1]
    people[:, 2:5] = rest[:, None] * np.array([0.345, 0.335, 0.32])
    return people


def _single_years(five_year_counts: Floats) -> Floats:
    """Single years whose sums are the given groups: a smooth monotone curve through the running total."""
    knots = np.concatenate(([0.0], np.cumsum(five_year_counts)))
    slope = np.diff(knots)
    tangent = np.empty(len(knots))
    tangent[1:-1] = 2 * slope[1:] * slope[:-1] / (slope[1:] + slope[:-1])
    tangent[0], tangent[-1] = slope[0], slope[-1]
    at = np.arange(5 * len(slope) + 1) / 5
    left = np.minimum(at.astype(int), len(slope) - 1)
    t = at - left
    curve = (
        knots[left] * (1 + 2 * t) * (1 - t) ** 2
        + tangent[left] * t * (1 - t) ** 2
        + knots[left + 1] * t**2 * (3 - 2 * t)
        + tangent[left + 1] * t**2 * (t - 1)
    )
    return np.diff(curve)
