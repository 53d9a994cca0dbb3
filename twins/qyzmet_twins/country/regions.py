"""The twenty regions, and how many people of which age and sex live in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from .columns import Floats
from .figures import figures

FIRST_ADULT_AGE = 16  # the published age shares by region count children to 15
MEN_PENSION_AGE = 63
WOMEN_PENSION_AGE = 61  # from 2023 to 2027
PENSION_AGES = (MEN_PENSION_AGE, WOMEN_PENSION_AGE)


@dataclass(frozen=True)
class Region:
    code: str
    kk: str
    ru: str
    en: str
    men_2023: int
    women_2023: int
    urban_2023: int
    total_2026: int
    young_percent: float
    old_percent: float

    @property
    def total_2023(self) -> int:
        return self.men_2023 + self.women_2023

    @property
    def urban_share(self) -> float:
        return self.urban_2023 / self.total_2023

    def total_on(self, on: date) -> float:
        """On the line between the counts of 2023 and 2026."""
        passed = min(max((on - date(2023, 1, 1)).days / (date(2026, 1, 1) - date(2023, 1, 1)).days, 0.0), 1.0)
        return self.total_2023 + passed * (self.total_2026 - self.total_2023)


def year_of_rate(region: Region) -> str:
    """The published births per 1,000 of regions are of 2024, only those of Karaganda of 2025."""
    return "2025" if region.code == "35" else "2024"


@cache
def regions() -> tuple[Region, ...]:
    return tuple(
        Region(
            code=row["code"],
            kk=row["kk"],
            ru=row["ru"],
            en=row["en"],
            men_2023=row["men"],
            women_2023=row["women"],
            urban_2023=row["urban"],
            total_2026=row["total_2026"],
            young_percent=row["young"],
            old_percent=row["old"],
        )
        for row in figures()["region"]
    )


def spread(national: Floats, on: date) -> Floats:
    """People by region, sex (men, women) and age group (young, working, old), fitted to all margins.

    `national` holds people by sex and age group. The regional shares of 2020 give the pattern; the regional
    totals and the national ages of the day are met by proportional fitting.
    """
    table = np.array(
        [
            [
                [
                    people * share
                    for share in (r.young_percent, 100 - r.young_percent - r.old_percent, r.old_percent)
                ]
                for people in (r.men_2023, r.women_2023)
            ]
            for r in regions()
        ]
    )
    totals = np.array([r.total_on(on) for r in regions()])
    totals *= national.sum() / totals.sum()
    for _ in range(50):
        table *= (totals / table.sum(axis=(1, 2)))[:, None, None]
        table *= national / table.sum(axis=0)
    return table


def births_by_region(table: Floats) -> Floats:
    """Shares of the births: by the published rate where there is one, else in proportion to the children."""
    published = figures()["births"]["region_per_1000"]
    country = figures()["births"]["per_1000"]
    people, children = table.sum(axis=(1, 2)), table[:, :, 0].sum(axis=1)
    known = np.array([r.code in published for r in regions()])
    rates = np.array([published.get(r.code, 0.0) / country[year_of_rate(r)] for r in regions()])
    births = rates * people / people.sum()
    births[~known] = (1 - births.sum()) * children[~known] / children[~known].sum()
    return np.asarray(births)
