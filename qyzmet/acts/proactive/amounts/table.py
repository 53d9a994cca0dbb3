"""The entries of coefficients.toml and rules.toml that are in force on a day."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from qyzmet.law.act import Period
from qyzmet.law.figures import Figure, Figures, known_by, known_from
from qyzmet.runtime.errors import Refused, UnknownName


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered for a benefit from a day on, with its sources.

    `note` says where a value was worked out and not read; it is empty where all was read.
    """

    values: Mapping[str, Any]
    sources: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day whose law is applied, with what was known: the figures, and up to when coefficients were learnt
    (None: all of them).
    """

    on: date
    figures: Figures
    known: datetime | None = None

    @classmethod
    def of(cls, on: date, figures: Figures, known: date | datetime | None = None) -> AsOf:
        """Two that know the same are the same, whenever they were asked for."""
        moment = None if known is None else known_by(known)
        if moment is not None:
            figures = figures.as_known_at(moment)
            later = [learnt for learnt in _learnt() if learnt > moment]
            moment = min(later) - timedelta(microseconds=1) if later else None
        return cls(on, figures, moment)

    def figure(self, name: str) -> Figure:
        """Raises NoFigure for a day without a value."""
        return self.figures.figure(name, self.on)


def entry(name: str, as_of: AsOf) -> Entry:
    """The coefficients of a benefit (or `FUND`, common to the Fund's payments). Raises Refused for a day
    without any."""
    return _in_force(_table("coefficients.toml")[name], name, as_of.on, "coefficient", as_of.known)


def base_of(benefit: str) -> str:
    """The figure that the coefficients of a state benefit multiply."""
    base: str = _table("coefficients.toml")[benefit]["base"]
    return base


def not_confirmed(benefit: str) -> str | None:
    """Why the amount of a benefit is left to officials; None where it is computed."""
    reasons: Mapping[str, str] = _table("coefficients.toml")["not_confirmed"]
    return reasons.get(benefit)


def participation_needed(benefit: str, on: date) -> int:
    """The least number of months of participation in social insurance that gives a right (G-40); 0 is none.

    Raises UnknownName for a benefit that does not depend on it, Refused for a day without a rule.
    """
    rules = _table("rules.toml")["participation"]
    if benefit not in rules:
        raise UnknownName("rule of participation for", benefit, f"use one of {', '.join(rules)}")
    months: int = _in_force(rules[benefit], benefit, on, "length of participation").values["months"]
    return months


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    folder = Path(__file__).parent
    return {
        name: tomllib.loads((folder / name).read_text("utf-8"))
        for name in ("coefficients.toml", "rules.toml")
    }


def _table(name: str) -> dict[str, Any]:
    return _tables()[name]


@lru_cache(maxsize=1)
def _learnt() -> tuple[datetime, ...]:
    """When corrections of coefficients became known (`learnt` in their entries)."""
    tables = [each for each in _table("coefficients.toml").values() if "values" in each]
    return tuple(
        known_from(values["learnt"]) for each in tables for values in each["values"] if "learnt" in values
    )


def _in_force(
    about: Mapping[str, Any], name: str, on: date, what: str, known: datetime | None = None
) -> Entry:
    found = [
        values
        for values in about["values"]
        if on in Period(values["since"], values.get("until"))
        and (known is None or known_from(values.get("learnt")) <= known)
    ]
    if found:
        values = max(found, key=lambda each: known_from(each.get("learnt")))
        return Entry(values, tuple(values["sources"]), values.get("note", ""))
    raise Refused(f"no {what} of {name} is entered for {on}. Enter it with its source.")
