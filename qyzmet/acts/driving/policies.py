"""Readings of what the act leaves open. Marks G are those of the act's gaps; marks P are choices of practice.

Times for A§4 and A§5 have no default: the act gives none, so nothing is late until somebody sets them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from qyzmet.acts.driving.clauses import ACT, SIGNED, STEP, WIDEST_END
from qyzmet.law.act import Clause
from qyzmet.law.policies import Policy, one_of, whole


def _choice(mark: str, title: str, default: Any, others: tuple[Any, ...], *clauses: Clause) -> Policy:
    values = (default, *others)
    return Policy(mark, title, default, f"is one of {', '.join(map(repr, values))}", one_of(*values), clauses)


def _number(mark: str, title: str, default: int, least: int, most: int, *clauses: Clause) -> Policy:
    rule = f"is a whole number from {least} to {most}"
    return Policy(mark, title, default, rule, whole(least, most), clauses)


def _days(mark: str, title: str, clause: Clause) -> Policy:
    """Working days without a default: 0 stands for none."""
    rule = "is 0 (no period is set) or a whole number of working days up to 250"
    return Policy(mark, title, 0, rule, whole(0, 250), (clause,))


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and SIGNED <= date.fromisoformat(value) <= WIDEST_END
    except ValueError:
        return False


def _day(mark: str, title: str, default: date) -> Policy:
    rule = f"is a day from {SIGNED} to {WIDEST_END}, written so"
    return Policy(mark, title, default.isoformat(), rule, _is_day, (ACT["order.6"],))


POLICIES = (
    _day("G-9", "Last day of new applications (“until 1 September 2026”)", date(2026, 8, 31)),
    _day("P-FIRST", "First day: of official publication, which is not in the text", SIGNED),
    _choice("G-13", "A missed examination", "new booking", ("ends the service",), STEP[13], STEP[14]),
    _choice("G-16", "A certificate that has expired counts as", "absent", ("existing",), STEP[7], STEP[9]),
    _choice("P-AGAIN", "Certificates are asked about again before the review, as a warning", True, (False,),
            STEP[16]),
    _number("P-HOLD", "Minutes for which a drawn place is held", 15, 1, 120, STEP[13], STEP[14]),
    _number("P-WINDOW", "Seconds in which wishes for a place are gathered before the draw", 60, 1, 600,
            STEP[13], STEP[14]),
    _number("P-GIVEN-BACK", "Places a person may give back per examination within a day", 3, 1, 20, STEP[13],
            STEP[14]),
    _number("P-AHEAD", "Days ahead for which places are offered", 14, 1, 90, STEP[13], STEP[14]),
    _choice("P-PHOTO", "Replacement: the photograph of the present licence is taken over for (years)", 2,
            (0, 1, 5, 10), ACT["order.1"]),
    _days("P-REVIEW-DAYS", "Working days for the review by the police", ACT["§4"]),
    _days("P-ISSUE-DAYS", "Working days for handing over", ACT["§4"]),
    _days("P-PRINT-DAYS", "Working days for printing", ACT["§5"]),
)  # fmt: skip
