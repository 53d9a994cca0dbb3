"""Which women give birth in a stretch of time: by order of birth, age, years since the last, and region.

One model serves twice: to tell the past (every living person gets a mother) and to make new births.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import YEAR_DAYS, Floats, Ints, draw_without_repeat, rounded
from .knobs import Knobs
from .names import KAZAKH

ORDERS = 7  # first … sixth, seventh and later
YOUNGEST_MOTHER, OLDEST_MOTHER = 16, 49
_SHORTEST_GAP_DAYS = 300
LONG_AGO = -1_000_000
# How strongly a region's fertility tells on each order: first births differ least between regions.
_PULL_BY_ORDER = np.array([0.45, 0.8, 1.1, 1.35, 1.5, 1.6, 1.6])


@dataclass
class Women:
    """Women from oldest to youngest; parity and last birth change as births are told."""

    person: Ints
    birth_day: Ints
    region: Ints
    tradition: Ints
    parity: Ints
    last_birth: Ints

    def between(self, first: int, last: int) -> Women:
        """A view of a stretch of the column: changes to parity and last birth show in the whole."""
        part = slice(first, last)
        return Women(
            self.person[part],
            self.birth_day[part],
            self.region[part],
            self.tradition[part],
            self.parity[part],
            self.last_birth[part],
        )

    def of_childbearing_age(self, start_day: int) -> Women:
        oldest = start_day - int((OLDEST_MOTHER + 1) * YEAR_DAYS)
        youngest = start_day - int(YOUNGEST_MOTHER * YEAR_DAYS)
        return self.between(*np.searchsorted(self.birth_day, (oldest, youngest)).tolist())

    def give_birth(self, chosen: Ints, birth_day: Ints) -> None:
        np.add.at(self.parity, chosen, 1)
        np.maximum.at(self.last_birth, chosen, birth_day)


def order_shares(knobs: Knobs, year: float) -> Floats:
    years = sorted(knobs.birth_orders)
    table = np.array([knobs.birth_orders[y] for y in years])
    shares = np.array([np.interp(year, years, table[:, order]) for order in range(ORDERS)])
    return np.asarray(shares / shares.sum())


def first_birth_age(knobs: Knobs, year: float) -> float:
    years = sorted(knobs.first_birth_ages)
    return float(np.interp(year, years, [knobs.first_birth_ages[y] for y in years]))


def choose_mothers(
    rng: np.random.Generator,
    women: Women,
    start_day: int,
    days: int,
    deliveries: int,
    pulls: Floats,
    knobs: Knobs,
) -> Ints:
    """Positions among `women` of those who give birth, each at most once.

    Each order of birth gets its share of the deliveries; where an order runs short of women, others take its
    place.
    """
    year = 1970 + (start_day + days / 2) / YEAR_DAYS
    weights = _readiness(women, start_day, days, pulls, first_birth_age(knobs, year), knobs)
    order = np.minimum(women.parity, ORDERS - 1)
    parts = []
    for k, wanted in enumerate(rounded(order_shares(knobs, year), deliveries).tolist()):
        pool = np.flatnonzero(order == k)
        parts.append(pool[draw_without_repeat(rng, weights[pool], wanted)])
    chosen = np.concatenate(parts)
    if len(chosen) < deliveries:
        weights[chosen] = 0
        chosen = np.concatenate((chosen, draw_without_repeat(rng, weights, deliveries - len(chosen))))
    return rng.permutation(chosen)


def _readiness(
    women: Women, start_day: int, days: int, pulls: Floats, first_age: float, knobs: Knobs
) -> Floats:
    middle = start_day + days / 2
    age = (middle - women.birth_day) / YEAR_DAYS
    first = np.exp(-(((age - first_age) / knobs.first_birth_age_spread) ** 2) / 2) + 1e-5
    gap = np.maximum(middle - women.last_birth, 1) / YEAR_DAYS
    later = np.exp(-((np.log(gap / knobs.birth_gap_years) / knobs.birth_gap_spread) ** 2) / 2) + 1e-5
    later /= 1 + np.exp((age - knobs.fertility_halves_at) / knobs.fertility_falls_in_years)
    exponent = _PULL_BY_ORDER[np.minimum(women.parity, ORDERS - 1)]
    pull = pulls[women.region] * np.where(women.tradition == KAZAKH, 1.0, knobs.slavic_fertility)
    weights: Floats = np.where(women.parity == 0, first, later) * pull**exponent
    weights[women.last_birth > start_day - _SHORTEST_GAP_DAYS] = 0
    return weights
