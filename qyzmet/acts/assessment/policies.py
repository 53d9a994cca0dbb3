"""The readings of what the act leaves open. Marks, defaults and reasons are those of the specification."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from qyzmet.acts.assessment.clauses import ACT, REGISTERED
from qyzmet.law.policies import Policy, one_of


def _policy(
    mark: str, title: str, default: Any, accepts: Callable[[Any], bool], rule: str, *places: str
) -> Policy:
    return Policy(mark, title, default, rule, accepts, tuple(ACT[place] for place in places))


def _stated(mark: str, title: str, value: str, *places: str) -> Policy:
    """A reading that the program has and that cannot be switched."""
    return _policy(mark, title, value, one_of(value), f"is {value!r}, the only reading there is", *places)


def _yes_no(mark: str, title: str, default: bool, *places: str) -> Policy:
    return _policy(mark, title, default, one_of(True, False), "is true or false", *places)


def _publication(value: Any) -> bool:
    """A day as text, not before the registration."""
    try:
        return isinstance(value, str) and date.fromisoformat(value) >= REGISTERED
    except ValueError:
        return False


POLICIES = (
    _stated("G-01", "What the amended methodology says elsewhere",
            "periods, schedule and appeal terms are set for each period, nothing is invented", "order.1"),
    _stated("G-02", "Derived points", "kept as data with their origin", "annex10.table6", "annex10.table11"),
    _stated("G-03", "Numbers of the order's annexes", "annexes 4 and 5 hold Annex 10 Tables 6 and 11", "annexes"),
    _policy("G-04", "Who submits the conclusion", "INFO_MINISTRY", one_of("INFO_MINISTRY", "GOV_APPARATUS"),
            "is 'INFO_MINISTRY' or 'GOV_APPARATUS'", "para118"),
    _stated("G-05", "Electronic applications, No 22768", "data of the system of that name", "para9.c"),
    _stated("G-06", "Two names of the third direction", "one direction; the name of paragraph 5 is shown",
            "para5.7", "para9"),
    _stated("G-07", "Central executive bodies in row 4.3", "every assessed body that is not local",
            "annex10.table6.row4.3"),
    _yes_no("G-08", "A variant of row 2 needs its frequency beside its number", True, "annex10.table6.row2"),
    _policy("G-09", "Points of row 2 without any post", "0", one_of("0", "0.3"), "is '0' or '0.3'",
            "annex10.table6.row2.4"),
    _stated("G-10", "Ministry of Defence and open sessions", "not assessed; 14 is its maximum, nothing is rescaled",
            "annex10.table6.note1"),
    _stated("G-11", "Average points of row 4",
            "mean of the other assessed central bodies, per language, two decimals, half up",
            "annex10.table6.note2"),
    _policy("G-12", "Row 1 needs conferences and surveys", "BOTH", one_of("BOTH", "ANY"),
            "is 'BOTH' (one of each) or 'ANY'", "annex10.table6.row1"),
    _stated("G-13", "Language columns", "points for doing the thing in that language",
            "annex10.table6.kk", "annex10.table6.ru"),
    _stated("G-14", "Keeping to the schedule", "each meeting of the schedule has date, time and announcement",
            "annex10.table6.row4.1"),
    _stated("G-15", "Order of rows in the two tables", "linked by indicator, never by number", "annex9.table5"),
    _yes_no("G-16", "Penalties are taken off the body's result", False, "annex10.table11"),
    _yes_no("G-16b", "The exception of full state ownership also holds for row 1 of penalties", True,
            "annex10.table11.row1"),
    _stated("G-17", "Court Administration", "has an information flow, is not assessed", "para26.1"),
    _stated("G-18", "Electronic services of all other bodies", "no task; the integrator supports", "para6"),
    _stated("G-19", "Rating of issues", "marked personal or systemic", "annex9.table5.row4.3"),
    _stated("G-20", "Number and date of the Decree", "7 April 2022 No 863, as the act gives them",
            "annex10.table6.note2"),
    _stated("G-21", "Form 1-ОЛ", "Cyrillic letters, shown only", "para9.b"),
    _stated("G-22", "Special and general lines of paragraph 5", "the special line wins for its own scope", "para5"),
    _stated("G-23", "Case endings of the assessors", "no consequence", "para5"),
    _policy("published", "Day of first official publication", REGISTERED.isoformat(), _publication,
            "is a day such as 2023-04-05, not before 2023-03-30", "order.4"),
)  # fmt: skip
