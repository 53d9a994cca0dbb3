"""Mothers with awards for their children, as they stand on the first day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import NOBODY, Ints, date_of, day_of, draw_without_repeat
from .figures import figures
from .knobs import Knobs

AWARDS = ("NONE", "ALTYN_ALQA", "KUMIS_ALQA", "BATYR_ANA", "ANA_DANQY_1", "ANA_DANQY_2")
ALTYN_ALQA, KUMIS_ALQA, BATYR_ANA, ANA_DANQY_1, ANA_DANQY_2 = range(1, 6)
HIGHER_RATE = (ALTYN_ALQA, BATYR_ANA, ANA_DANQY_1, ANA_DANQY_2)
KUMIS_CHILDREN, ALTYN_CHILDREN = 6, 7
_FIRST_ALQA_DAY = day_of(date_of(0).replace(year=1995, month=5, day=1))
_LAST_SOVIET_DAY = day_of(date_of(0).replace(year=1991, month=11, day=30))
_AWARD_AFTER_DAYS = 540  # between the birth that gives the right and the award, on average


@dataclass
class Awards:
    """One row per award."""

    person: Ints
    kind: Ints
    day: Ints


def standing_awards(
    rng: np.random.Generator, mother: Ints, birth_day: Ints, today: int, residents: int, knobs: Knobs
) -> Awards:
    published = figures()["awarded_mothers"]
    stock = round(published["mothers_2025"] / figures()["population"]["total_2025"] * residents)
    births = _birth_days_by_mother(mother, birth_day)
    mothers, children = births.mothers, births.counts
    higher = round(stock * published["higher_rate_percent"] / 100)
    kind = np.zeros(len(mothers), np.uint8)
    soviet = _soviet_titles(rng, births, stock, knobs)
    kind[soviet[0]] = soviet[1]
    many = (children >= ALTYN_CHILDREN) & (kind == 0)
    eldest_first = np.maximum(today - births.day_of_child(KUMIS_CHILDREN), 0) + 300.0
    eligible = births.day_of_child(ALTYN_CHILDREN) < today - _AWARD_AFTER_DAYS // 3
    kind[draw_without_repeat(rng, eldest_first * (many & eligible), higher - int((kind > 0).sum()))] = (
        ALTYN_ALQA
    )
    eligible = births.day_of_child(KUMIS_CHILDREN) < today - _AWARD_AFTER_DAYS // 3
    free = (kind == 0) & (children >= KUMIS_CHILDREN) & eligible
    weights = eldest_first * free * np.where(children == KUMIS_CHILDREN, 1.0, 0.3)
    kind[draw_without_repeat(rng, weights, stock - int((kind > 0).sum()))] = KUMIS_ALQA
    at = np.flatnonzero(kind)
    return Awards(mothers[at], kind[at], _award_days(rng, births, at, kind[at], today))


@dataclass
class _Births:
    mothers: Ints
    counts: Ints
    starts: Ints
    days: Ints  # birth days of the children, mother by mother, eldest first

    def day_of_child(self, number: int) -> Ints:
        """The birth day of each mother's child of that number; of the last one where she has fewer."""
        days: Ints = self.days[self.starts + np.minimum(self.counts, number) - 1]
        return days


def _birth_days_by_mother(mother: Ints, birth_day: Ints) -> _Births:
    children = np.flatnonzero(mother != NOBODY)
    children = children[np.lexsort((birth_day[children], mother[children]))]
    mothers, starts, counts = np.unique(mother[children], return_index=True, return_counts=True)
    return _Births(mothers, counts, starts, birth_day[children])


def _soviet_titles(rng: np.random.Generator, births: _Births, stock: int, knobs: Knobs) -> tuple[Ints, Ints]:
    """Titles of before 1992: Batyr ana (Mother-heroine) first, to those with most children by then."""
    by_then = (
        np.add.reduceat(births.days <= _LAST_SOVIET_DAY, births.starts) if len(births.days) else births.days
    )
    chosen, kinds = [], []
    free = np.ones(len(by_then), bool)
    for kind, share, children in (
        (BATYR_ANA, knobs.batyr_ana, 10),
        (ANA_DANQY_1, knobs.ana_danqy_1, 9),
        (ANA_DANQY_2, knobs.ana_danqy_2, 8),
    ):
        # Living children are counted; mothers of the time may have lost some.
        weights = free * np.where(by_then >= children - 4, 6.0 ** np.minimum(by_then - children, 0), 0.0)
        at = draw_without_repeat(rng, weights, round(stock * share))
        free[at] = False
        chosen.append(at)
        kinds.append(np.full(len(at), kind, np.uint8))
    return np.concatenate(chosen), np.concatenate(kinds)


def _award_days(rng: np.random.Generator, births: _Births, at: Ints, kind: Ints, today: int) -> Ints:
    sixth, seventh = births.day_of_child(KUMIS_CHILDREN)[at], births.day_of_child(ALTYN_CHILDREN)[at]
    earned = np.where(kind == KUMIS_ALQA, sixth, seventh)
    day = earned + rng.exponential(_AWARD_AFTER_DAYS, len(at)).astype(np.int64) + 30
    alqa = np.maximum(day, _FIRST_ALQA_DAY + rng.integers(0, 1_500, len(at)))
    soviet = np.minimum(day, _LAST_SOVIET_DAY - rng.integers(0, 1_500, len(at)))
    day = np.where((kind == KUMIS_ALQA) | (kind == ALTYN_ALQA), alqa, soviet)
    day = np.minimum(day, today - rng.integers(1, 120, len(at)))
    return np.asarray(day, np.int32)
