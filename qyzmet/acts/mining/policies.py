"""The readings of what the act leaves open. Marks, defaults and reasons are those of the specification."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from qyzmet.acts.mining.clauses import ACT, REGISTERED
from qyzmet.law.policies import Policy, one_of

ERROR, WARNING = "ERROR", "WARNING"
WHOLE, GOOD_ROWS = "WHOLE", "GOOD_ROWS"


def _policy(
    mark: str, title: str, default: Any, accepts: Callable[[Any], bool], rule: str, *places: str
) -> Policy:
    return Policy(mark, title, default, rule, accepts, tuple(ACT[place] for place in places))


def _stated(mark: str, title: str, value: str, *places: str) -> Policy:
    """A reading that the program has and that cannot be switched."""
    return _policy(mark, title, value, one_of(value), f"is {value!r}, the only reading there is", *places)


def _publication(value: Any) -> bool:
    """A day as text, not before the registration."""
    try:
        return isinstance(value, str) and date.fromisoformat(value) >= REGISTERED
    except ValueError:
        return False


def _index(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 40 and value.isprintable()


_COL = "annex§3.col{}".format

POLICIES = (
    _policy("published", "Day of first official publication", "2026-03-01", _publication,
            "is a day such as 2026-03-01, not before 2026-02-24", "order.4", "order.2"),
    _policy("G-01", "Index of the form", "ЦМПМ 1", _index, "is a short text; shown, never a key", "form.3"),
    _stated("G-02", "Column headings", "the wording of annex§3", "annex§3"),
    _stated("G-03", "Signatures of executor and head", "kept in the profile; the API key signs each report",
            "form.12", "form.13", "annex§1.part2"),
    _stated("G-04", "Column 10", "total of the transfer that carried the row; never summed", _COL(10)),
    _stated("G-05", "Columns 12 to 15", "two pairs, each filled or empty", _COL(12), _COL(13), _COL(14), _COL(15)),
    _policy("G-06", "A day of distribution outside the reporting month", ERROR, one_of(ERROR, WARNING),
            "is 'ERROR' or 'WARNING'", _COL(7), "form.5"),
    _stated("G-07", "A month without distributions", "a report with no rows", "form.4"),
    _stated("G-08", "The 25th on a day off", "not shifted", "form.7"),
    _stated("G-09", "Corrections", "a later report replaces the month; all versions stay", "annex§2"),
    _stated("G-10", "Amounts", "exact decimals in units of the asset or currency beside them", _COL(9), _COL(13)),
    _stated("G-11", "Names of assets and currencies", "kept as text, with ticker or ISO 4217 code beside it",
            _COL(8), _COL(14)),
    _stated("G-12", "A miner without number or licence", "the row is refused", _COL(2), _COL(4)),
    _policy("G-13", "First reporting month", "", lambda value: value == "" or _month(value),
            "is a month such as 2026-04, or '' for the first whose deadline is in force", "order.4"),
    _stated("G-14", "Whose number the header has", "the pool's", "form.8"),
    _stated("G-15", "One authority or several", "one submission reaches them", "form.1"),
    _stated("G-16", "The API of www.Qoldau.kz", "an adapter; the row schema is the contract", "annex§1.part1"),
    _policy("accept", "A report with bad rows", WHOLE, one_of(WHOLE, GOOD_ROWS),
            "is 'WHOLE' (all or nothing) or 'GOOD_ROWS' (good rows count, bad rows are set aside)", "annex§3"),
    _policy("wallets", "A wallet that does not fit its coin", ERROR, one_of(ERROR, WARNING),
            "is 'ERROR' or 'WARNING'", _COL(6)),
)  # fmt: skip


def _month(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 7 and bool(date.fromisoformat(f"{value}-01"))
    except ValueError:
        return False
