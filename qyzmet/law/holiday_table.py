"""The library's holidays as a table of ours: the library takes half a second to load, the table nothing.

`python -m qyzmet.law.holiday_table` writes it anew after a change of the pinned library; a test holds the
two together.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path

#: The years that the working calendar covers.
FIRST_YEAR, LAST_YEAR = 2020, 2035
TABLE = Path(__file__).with_name("holidays.csv")


@lru_cache(maxsize=1)
def _read() -> tuple[str, dict[date, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        (_, version), *rows = csv.reader(file)
    return version, {date.fromisoformat(day): name for day, name in rows}


def library_version() -> str:
    """The version of `holidays` that the table was written from."""
    return _read()[0]


def holidays_of(years: range) -> dict[date, str]:
    """Days that the library knows in these years, with its Kazakh names."""
    return {day: name for day, name in _read()[1].items() if day.year in years}


def from_library(years: range) -> tuple[str, dict[date, str]]:
    """What the installed library says: its version, and its days by their order."""
    from holidays import country_holidays
    from holidays.version import __version__

    # The language is named because the library otherwise follows the environment of the process.
    found = country_holidays("KZ", years=years, language="kk")
    return __version__, {day: found[day] for day in sorted(found)}


def write(years: range) -> None:
    version, found = from_library(years)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("holidays", version))
        rows.writerows((day.isoformat(), name) for day, name in found.items())


if __name__ == "__main__":
    write(range(FIRST_YEAR, LAST_YEAR + 1))
