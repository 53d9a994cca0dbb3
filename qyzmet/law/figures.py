"""Figures by date with their source: MCI, subsistence minimum (PM), minimum wage (MIN_WAGE).

Values are whole tenge. A day for which no figure is entered is refused, never guessed. There are two axes of
time: the days on which a value holds, and the moment at which it became known.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from qyzmet.law.act import Period
from qyzmet.runtime.clock import KZ
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
    `learnt` is when a correction became known (a day, or the moment it was entered here), None for what was
    known from the start. `number` is that of a correction entered here.
    `titles` and `short` are its names by language.
    """

    name: str
    value: int
    unit: str
    in_force: Period
    source: str
    confirmed: bool
    note: str | None = None
    learnt: date | datetime | None = None
    number: int | None = None
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)
    short: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def since(self) -> date:
        return self.in_force.first


#: What was known from the start; and the last moment of a day.
_ALWAYS, _INSTANT = datetime.min.replace(tzinfo=UTC), timedelta(microseconds=1)


def known_from(learnt: date | datetime | None) -> datetime:
    """From which moment on something is known that was learnt so; a day begins in Kazakhstan."""
    if learnt is None:
        return _ALWAYS
    return learnt if isinstance(learnt, datetime) else datetime.combine(learnt, time(), KZ)


def known_by(moment: date | datetime) -> datetime:
    """The moment up to which people knew; a day is meant to its end."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment + timedelta(days=1), time(), KZ) - _INSTANT


class Figures:
    """Figures with their corrections. `figure` below answers from those that ship with Qyzmet.

    What was learnt later counts for all the days it is about; of what was learnt together, what began last.
    """

    def __init__(self, entries: Iterable[Figure]) -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: (known_from(entry.learnt), entry.since)))
        self._learnt = [known_from(entry.learnt) for entry in self.entries]
        self._earlier: dict[int, Figures] = {}
        self._by_name: dict[str, list[Figure]] = {}
        for entry in self.entries:
            self._by_name.setdefault(entry.name, []).append(entry)

    def with_corrections(self, *corrections: Figure) -> Figures:
        """With these as well. Raises UnknownName for a figure that there is not."""
        for each in corrections:
            self._must_be_known(each.name)
        return Figures((*self.entries, *corrections)) if corrections else self

    def as_known_at(self, moment: date | datetime) -> Figures:
        """Without what was learnt later; the same object for the same knowledge."""
        known = bisect_right(self._learnt, known_by(moment))
        if known == len(self.entries):
            return self
        return self._earlier.setdefault(known, Figures(self.entries[:known]))

    def corrections(self, name: str, since: date | datetime) -> tuple[Figure, ...]:
        """What was learnt of a figure from a day (or moment) on. Raises UnknownName."""
        self._must_be_known(name)
        return tuple(
            entry
            for entry in self._by_name[name]
            if entry.learnt is not None and known_from(entry.learnt) >= known_from(since)
        )

    def named(self, name: str) -> Figure:
        """Any value of a figure, for its titles. Raises UnknownName."""
        self._must_be_known(name)
        return self._by_name[name][0]

    def _must_be_known(self, name: str) -> None:
        if name not in self._by_name:
            raise UnknownName("figure", name, f"use one of {', '.join(self._by_name)}")

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
                    None,
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

    def figure(self, name: str, on: date, known_on: date | datetime | None = None) -> Figure:
        """The figure in force on a day; of several the one learnt last, then the one that began last.

        With `known_on` the answer is the one people had on that day, without later corrections.
        Raises UnknownName for a name that is not entered, NoFigure for a day without a value.
        """
        if known_on is not None:
            return self.as_known_at(known_on).figure(name, on)
        self._must_be_known(name)
        entries = self._by_name[name]
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
def figure(name: str, on: date, known_on: date | datetime | None = None) -> Figure:
    """`Figures.figure` of the shipped figures: `figure("MCI", on=date(2024, 5, 1)).value` is 3692."""
    return shipped_figures().figure(name, on, known_on)
