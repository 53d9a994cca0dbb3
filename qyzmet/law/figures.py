"""Figures by date with their source: MCI, subsistence minimum (PM), minimum wage (MIN_WAGE).

Values are whole tenge. A day for which no figure is entered is refused, never guessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from qyzmet.law.act import Period
from qyzmet.runtime.errors import Refused, UnknownName

_SHIPPED = Path(__file__).with_name("figures.toml")


class NoFigure(Refused):
    """No figure is entered for that day. The case goes to an official; nothing is guessed."""

    def __init__(self, name: str, on: date, known: str) -> None:
        super().__init__(f"no {name} is entered for {on}; entered: {known}. Enter it with its source.")


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of `unit` (`KZT`: whole tenge) on the days of `in_force`.

    `confirmed` is False where the value was worked out or read second-hand; `note` says how.
    `learnt` is the day on which a correction became known, None for what was known from the start.
    `titles` and `short` are its names by language.
    """

    name: str
    value: int
    unit: str
    in_force: Period
    source: str
    confirmed: bool
    note: str | None = None
    learnt: date | None = None
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)
    short: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def since(self) -> date:
        return self.in_force.first


class Figures:
    """The figures of one file. `figure` below answers from those that ship with Qyzmet."""

    def __init__(self, entries: tuple[Figure, ...]) -> None:
        self._by_name: dict[str, list[Figure]] = {}
        for entry in sorted(entries, key=lambda entry: (entry.since, entry.learnt or date.min)):
            self._by_name.setdefault(entry.name, []).append(entry)

    @classmethod
    def read(cls, path: Path = _SHIPPED) -> Figures:
        """Reads a TOML file in the form of figures.toml."""
        table = tomllib.loads(path.read_text("utf-8"))
        return cls(
            tuple(
                Figure(
                    name,
                    value["value"],
                    "KZT",
                    Period(value["since"], value.get("until")),
                    value["source"],
                    value["confirmed"],
                    value.get("note"),
                    value.get("learnt"),
                    {language: about[language] for language in ("kk", "ru", "en")},
                    about["short"],
                )
                for name, about in table.items()
                for value in about["values"]
            )
        )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)

    def figure(self, name: str, on: date, known_on: date | None = None) -> Figure:
        """The figure in force on a day; of several the one that began last, then the one learnt last.

        With `known_on` the answer is the one people had on that day, without later corrections.
        Raises UnknownName for a name that is not entered, NoFigure for a day without a value.
        """
        if name not in self._by_name:
            raise UnknownName("figure", name, f"use one of {', '.join(self._by_name)}")
        entries = [
            entry
            for entry in self._by_name[name]
            if known_on is None or entry.learnt is None or entry.learnt <= known_on
        ]
        found = [entry for entry in entries if on in entry.in_force]
        if not found:
            days = "; ".join(f"{each.since} to {each.in_force.last or 'now'}" for each in entries)
            raise NoFigure(name, on, days or "nothing")
        return found[-1]


@lru_cache(maxsize=1)
def shipped_figures() -> Figures:
    """The figures that ship with Qyzmet."""
    return Figures.read()


@lru_cache(maxsize=4096)
def figure(name: str, on: date, known_on: date | None = None) -> Figure:
    """`Figures.figure` of the shipped figures: `figure("MCI", on=date(2024, 5, 1)).value` is 3692."""
    return shipped_figures().figure(name, on, known_on)
