"""The entries of coefficients.toml and rules.toml that are in force on a day."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from qyzmet.law.act import Period
from qyzmet.runtime.errors import Refused, UnknownName


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered for a benefit from a day on, with its sources.

    `note` says where a value was worked out and not read; it is empty where all was read.
    """

    values: Mapping[str, Any]
    sources: tuple[str, ...]
    note: str = ""


def entry(name: str, on: date) -> Entry:
    """The coefficients of a benefit (or `FUND`, common to the Fund's payments). Raises Refused for a day
    without any."""
    return _in_force(_table("coefficients.toml")[name], name, on, "coefficient")


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


def _in_force(about: Mapping[str, Any], name: str, on: date, what: str) -> Entry:
    for values in about["values"]:
        if on in Period(values["since"], values.get("until")):
            return Entry(values, tuple(values["sources"]), values.get("note", ""))
    raise Refused(f"no {what} of {name} is entered for {on}. Enter it with its source.")
