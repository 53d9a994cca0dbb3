"""How much a benefit comes to on a day, from coefficients and figures by date.

An estimate of the entitlement: the joint order contains no sizes, they come from public figures with
their sources. What is not confirmed by any is refused and goes to an official. State benefits round up
to a whole tenge. A further benefit is its entries in coefficients.toml and one function below.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from qyzmet.law.act import LANGUAGES, Period
from qyzmet.law.figures import Figure, figure
from qyzmet.law.money import Tiyn, ceil_tenge, coefficient, format_number, format_tenge, format_tiyn, times
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

ESTIMATE = {
    "kk": "Құқық бойынша есептелген болжамды мөлшер: бұйрықтың өзінде мөлшерлер жоқ.",
    "ru": "Расчётная оценка права на выплату: в самом приказе размеров нет.",
    "en": "An estimate of the entitlement: the order itself contains no sizes.",
}
_SINCE = {"kk": "{short} {since} бастап", "ru": "{short} с {since}", "en": "{short} since {since}"}
_ROUNDED = {
    "kk": "жоғары қарай дөңгелектенген: {sum}",
    "ru": "округлено вверх до {sum}",
    "en": "rounded up to {sum}",
}
_CHILDREN = {"kk": "балалар: {n}", "ru": "детей: {n}", "en": "children: {n}"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in tiyn with its arithmetic: `lines` are worded steps by language, `sources` are addresses.

    `confirmed` is False where a figure in it was worked out or read second-hand; `notes` say how.
    """

    benefit: str
    on: date
    amount_tiyn: Tiyn
    lines: tuple[Mapping[str, str], ...]
    sources: tuple[str, ...]
    confirmed: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The entry of coefficients.toml in force on the day, and the figure it multiplies."""

    base: Figure
    values: Mapping[str, Any]
    sources: tuple[str, ...]


def amount(benefit: str, on: date, given: Mapping[str, object]) -> Amount:
    """The monthly (or one-time) amount of a benefit by the law of the day `on`.

    `given` holds what the amount depends on: `children` (a number) for the large family allowance,
    `award` (a code such as ALTYN_ALQA) for the awarded mother allowance. Raises Refused where the answer
    is no (not entitled, no figure or coefficient for the day, a key that the benefit does not take, a
    benefit not loaded yet), BadValue for a missing or malformed value, UnknownName for an unknown benefit.
    """
    table = _table()
    if benefit in table["not_loaded"]:
        raise Refused(f"the amount of {benefit} is not computed: {table['not_loaded'][benefit]}.")
    if benefit not in _CALCULATIONS:
        known = ", ".join((*_CALCULATIONS, *table["not_loaded"]))
        raise UnknownName("benefit", benefit, f"use one of {known}")
    key, read, calculate = _CALCULATIONS[benefit]
    strange = ", ".join(sorted(set(given) - {key}))
    if strange:
        raise Refused(f"the amount of {benefit} depends on {key}, not on {strange}. Leave the rest out.")
    if key not in given:
        raise BadValue(key, f"is needed for the amount of {benefit}", f"Add {key}=….")
    return calculate(benefit, on, read(given[key]))


@lru_cache(maxsize=4096)
def _large_family(benefit: str, on: date, children: int) -> Amount:
    if children < 4:
        raise Refused(f"{benefit} is for four or more children living together, not for {children}.")
    found = _coefficients(benefit, on)
    if children < 8:
        return _multiple(benefit, on, found, found.values["by_children"][str(children)])
    words = {language: _CHILDREN[language].format(n=children) for language in LANGUAGES}
    return _multiple(benefit, on, found, found.values["per_child"], children, words)


@lru_cache(maxsize=4096)
def _awarded_mother(benefit: str, on: date, award: str) -> Amount:
    found = _coefficients(benefit, on)
    by_award = found.values["by_award"]
    if award not in by_award:
        raise BadValue("award", "is not an award of this allowance", f"Use one of {', '.join(by_award)}.")
    return _multiple(benefit, on, found, by_award[award])


def _children(given: object) -> int:
    """A whole number; a bool, a float or more than 99 children are taken for a slip."""
    text = str(given)
    if isinstance(given, bool | float) or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadValue("children", "is a whole number from 0", "Write children=5.")
    if int(text) > 99:
        raise BadValue("children", "is at most 99; more is taken for a slip", "Check the number.")
    return int(text)


#: By benefit: the one key its amount depends on, how its value is read, and the calculation.
_CALCULATIONS: Mapping[str, tuple[str, Callable[[object], Any], Callable[[str, date, Any], Amount]]] = {
    "LARGE_FAMILY_ALLOWANCE": ("children", _children, _large_family),
    "AWARDED_MOTHER_ALLOWANCE": ("award", str, _awarded_mother),
}


def _coefficients(benefit: str, on: date) -> Coefficients:
    """Raises Refused where no coefficient or no figure is entered for the day."""
    about = _table()[benefit]
    base = figure(about["base"], on)
    for entry in about["values"]:
        if on in Period(entry["since"], entry.get("until")):
            return Coefficients(base, entry, tuple(entry["sources"]))
    raise Refused(f"no coefficient of {benefit} is entered for {on}. Enter it with its source.")


def _multiple(
    benefit: str,
    on: date,
    found: Coefficients,
    factor: str,
    count: int = 1,
    counted: Mapping[str, str] | None = None,
) -> Amount:
    """`factor` × base, for each of `count`, rounded up; with one worded line."""
    base = found.base
    exact = times(coefficient(factor) * count, base.value)
    rounded = ceil_tenge(exact)
    lines = {}
    for language in LANGUAGES:
        head = f"{counted[language]} × " if counted else ""
        since = _SINCE[language].format(short=base.short[language], since=base.since)
        line = f"{head}{_number(factor, language)} × {format_tenge(base.value, language)} ({since})"
        line += f" = {format_tenge(exact, language)}"
        if rounded != exact * 100:
            line += ", " + _ROUNDED[language].format(sum=format_tiyn(rounded, language))
        lines[language] = line
    sources = tuple(dict.fromkeys((*found.sources, base.source)))
    notes = (f"{base.short['en']} since {base.since}: {base.note}",) if base.note else ()
    return Amount(benefit, on, rounded, (lines,), sources, base.confirmed, notes)


def _number(factor: str, language: str) -> str:
    return format_number(Decimal(factor), language, decimals=2)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("coefficients.toml").read_text("utf-8"))
