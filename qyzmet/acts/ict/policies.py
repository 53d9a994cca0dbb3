"""The readings of what the act leaves open. Marks, defaults and reasons are those of the specification."""

from __future__ import annotations

from typing import Any

from qyzmet.acts.ict.clauses import ACT
from qyzmet.law.policies import Policy, one_of


def _policy(mark: str, title: str, default: Any, values: tuple[Any, ...], *places: str) -> Policy:
    rule = (
        f"is one of {', '.join(map(repr, values))}"
        if len(values) > 1
        else f"is {default!r}, the only reading"
    )
    return Policy(mark, title, default, rule, one_of(*values), tuple(ACT[place] for place in places))


_ITEM = "annex1.item{}".format
REVIEW, NO, YES = "MANUAL_REVIEW", "NO_MATCH", "MATCH"

POLICIES = (
    _policy("G-01", "Realisation", "sale and putting into practice", ("sale and putting into practice",), _ITEM(1)),
    _policy("G-02", "Software written for a state body's system, claimed under item 1", REVIEW, (REVIEW, YES, NO),
            _ITEM(1), _ITEM(2)),
    _policy("G-03", "One stage alone under item 7", REVIEW, (REVIEW, YES, NO), _ITEM(7)),
    _policy("G-04", "Accompanying services outside the trading platform", NO, (NO, REVIEW), _ITEM(14)),
    _policy("G-07", "Mere sale of results of robotics", REVIEW, (REVIEW, NO), _ITEM(6)),
    _policy("G-08", "Research without a link to ICT", REVIEW, (REVIEW, YES), _ITEM(4)),
    _policy("G-09", "Plain storage or entry of data", REVIEW, (REVIEW, NO), _ITEM(3)),
    _policy("G-10", "A data centre with miners and other clients", NO, (NO, REVIEW), _ITEM(19)),
    _policy("G-11", "Navigation and cellular devices without a link to transport", YES, (YES, REVIEW), _ITEM(12)),
    _policy("G-14", "Validity of an extract", "no expiry from this act", ("no expiry from this act",), "annex2.item1"),
    _policy("G-16", "Consequences for tax", "none are derived", ("none are derived",), "order.1"),
)  # fmt: skip
