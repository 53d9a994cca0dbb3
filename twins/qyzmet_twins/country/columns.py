"""What a column is: a numpy array, one cell per person. Days are whole numbers since 1 January 1970."""

from __future__ import annotations

import zlib
from calendar import isleap
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

# The width of the numbers differs from column to column, so the element type stays open.
Ints: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[Any]
Bools: TypeAlias = NDArray[np.bool_]

YEAR_DAYS = 365.2425
NEVER = 2_000_000  # a day that does not come
NOBODY = -1
_EPOCH = date(1970, 1, 1)


def day_of(moment: date) -> int:
    return (date(moment.year, moment.month, moment.day) - _EPOCH).days


def date_of(day: int) -> date:
    return _EPOCH + timedelta(days=int(day))


def birthdays(day: int, ages: int) -> Ints:
    """Whose birthday is `day`, by age: those of age a are born after [a + 1] and up to [a]."""
    today = date_of(day)
    leap_day = (today.month, today.day) == (2, 29)
    days = np.zeros(ages, np.int64)
    for age in range(ages):
        year = today.year - age
        days[age] = day_of(date(year, 2, 28) if leap_day and not isleap(year) else today.replace(year))
    return days


def completed_years(birth_day: Ints, day: int) -> Ints:
    """Ages by the calendar: a year is complete on the birthday, for those born on 29 February on 1 March."""
    days = birthdays(day, 130)
    return np.searchsorted(-days, -birth_day, side="right") - 1


def stream(topic: str, *seeds: int) -> np.random.Generator:
    """A stream of chance per topic, so that a change in one topic leaves all others as they were."""
    return np.random.default_rng([*seeds, zlib.crc32(topic.encode())])


def rounded(shares: Floats, total: int) -> Ints:
    """Whole numbers in proportion to the shares, adding up to the total (largest remainders first)."""
    exact = shares / shares.sum() * total
    whole: Ints = np.floor(exact).astype(np.int64)
    left = total - int(whole.sum())
    order = np.argsort(whole - exact, kind="stable")
    whole[order[:left]] += 1
    return whole


def rank_in_group(groups: Ints) -> Ints:
    """0, 1, 2 … within each group, in the order given."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    ranks = np.empty(len(groups), np.int64)
    ranks[order] = np.arange(len(groups)) - np.searchsorted(ordered, ordered, side="left")
    return ranks


def pair_within(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Positions in left and right paired one to one inside equal groups; any surplus is left out."""
    width = max(len(left), len(right), 1)
    left_key = left.astype(np.int64) * width + rank_in_group(left)
    right_key = right.astype(np.int64) * width + rank_in_group(right)
    _, left_at, right_at = np.intersect1d(left_key, right_key, assume_unique=True, return_indices=True)
    return left_at, right_at


def draw_without_repeat(rng: np.random.Generator, weights: Floats, count: int) -> Ints:
    """Up to `count` positions, each at most once, by their weights; never one of weight 0."""
    possible = np.flatnonzero(weights > 0)
    count = min(count, len(possible))
    if count <= 0:
        return np.empty(0, np.int64)
    keys = rng.exponential(size=len(possible)) / weights[possible]
    if count == len(possible):
        return possible
    return possible[np.sort(np.argpartition(keys, count - 1)[:count])]


class Rows:
    """For each person the rows that point there, in one step: children of a mother, members of a family."""

    def __init__(self, pointer: Ints, persons: int) -> None:
        known = np.flatnonzero(pointer >= 0)
        self._rows = known[np.argsort(pointer[known], kind="stable")]
        self._starts = np.searchsorted(pointer[self._rows], np.arange(persons + 1))

    def of(self, person: int) -> Ints:
        return self._rows[self._starts[person] : self._starts[person + 1]]


def codes_by_share(rng: np.random.Generator, shares: Floats, count: int) -> Ints:
    """A code 0, 1, 2 … for each of `count`, drawn by the shares."""
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(count), side="right").astype(np.uint8)
