"""Figures by date: the value of the day, its source, and no guess."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qyzmet.law.act import Period
from qyzmet.law.figures import Figure, Figures, NoFigure, figure, shipped_figures
from qyzmet.runtime.errors import Refused, UnknownName


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("MCI", (3450, 3692, 3932, 4325)),
        ("PM", (40567, 43407, 46228, 50851)),
        ("MIN_WAGE", (70000, 85000, 85000, 85000)),
    ],
)
def test_the_figure_of_the_first_and_last_day_of_each_year(name: str, values: tuple[int, ...]) -> None:
    for year, value in zip(range(2023, 2027), values, strict=True):
        for day in (date(year, 1, 1), date(year, 12, 31)):
            found = figure(name, on=day)
            assert (found.value, found.unit, found.since) == (value, "KZT", date(year, 1, 1))


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2027, 1, 1)])
def test_a_day_without_a_figure_is_refused(day: date) -> None:
    with pytest.raises(NoFigure, match=f"no MCI is entered for {day}") as caught:
        figure("MCI", on=day)
    assert isinstance(caught.value, Refused)


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(UnknownName, match="MCI, PM, MIN_WAGE"):
        figure("BRW", on=date(2024, 1, 1))


def test_what_is_not_confirmed_says_why() -> None:
    for name in shipped_figures().names:
        for year in range(2023, 2027):
            found = figure(name, on=date(year, 6, 1))
            assert found.source.startswith("https://")
            assert found.confirmed is (found.note is None)
            assert set(found.titles) == set(found.short) == {"kk", "ru", "en"}


def _entry(value: int, first: date, last: date | None = None, learnt: date | None = None) -> Figure:
    return Figure("MCI", value, "KZT", Period(first, last), "https://source.example", True, learnt=learnt)


def test_a_correction_counts_from_the_day_it_was_learnt() -> None:
    corrected = Figures(
        (
            _entry(3700, date(2024, 1, 1), date(2024, 12, 31), learnt=date(2024, 4, 1)),
            _entry(3692, date(2024, 1, 1), date(2024, 12, 31)),
        )
    )
    day = date(2024, 2, 1)
    assert corrected.figure("MCI", day).value == 3700
    assert corrected.figure("MCI", day, known_on=date(2024, 3, 31)).value == 3692
    assert corrected.figure("MCI", day, known_on=date(2024, 4, 1)).value == 3700


def test_a_change_within_the_year() -> None:
    changed = Figures((_entry(1, date(2024, 1, 1)), _entry(2, date(2024, 7, 1))))
    assert [changed.figure("MCI", day).value for day in (date(2024, 6, 30), date(2024, 7, 1))] == [1, 2]


def test_figures_can_come_from_another_file(tmp_path: Path) -> None:
    path = tmp_path / "figures.toml"
    path.write_text(
        '[X]\nkk = "к"\nru = "р"\nen = "e"\nshort = { kk = "к", ru = "р", en = "e" }\n'
        '[[X.values]]\nsince = 2024-01-01\nvalue = 7\nsource = "s"\nconfirmed = true\n',
        "utf-8",
    )
    assert Figures.read(path).figure("X", date(2030, 1, 1)).value == 7
