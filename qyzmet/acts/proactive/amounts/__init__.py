"""How much a benefit comes to on a day, from coefficients and figures by date.

An estimate of the entitlement: the joint order contains no sizes, they come from public figures with
their sources. What is not confirmed by any is refused and goes to an official. State benefits round up
to a whole tenge (`state.py`); payments of the Fund are exact to the tiyn (`fund.py`). What is dated is
in coefficients.toml and rules.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from qyzmet.acts.proactive.amounts import fund, given, state
from qyzmet.acts.proactive.amounts.result import ESTIMATE, NOT_IN_FORCE, Amount, in_words
from qyzmet.acts.proactive.amounts.table import AsOf, base_of, not_confirmed, participation_needed
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.law.figures import Figures, shipped_figures
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

__all__ = [
    "BENEFITS",
    "ESTIMATE",
    "Amount",
    "amount",
    "figures_of",
    "keys_of",
    "participation_needed",
    "remarks",
]

Reader = Callable[[object], Any]


@dataclass(frozen=True, slots=True)
class _Way:
    """How a benefit's amount is come to: the calculation, and its keys with how each is read."""

    calculate: Callable[..., Amount]
    needed: Mapping[str, Reader] = field(default_factory=dict)
    optional: Mapping[str, Reader] = field(default_factory=dict)


_INCOME: Mapping[str, Reader] = {
    "average_income": given.income,
    "participation_months": given.whole("participation_months", 900, 84),
}
_DISABILITY: Mapping[str, Reader] = {
    "group": given.group,
    "cause": given.cause,
    "age": given.whole("age", 130, 40),
}
_ORPHANS: Mapping[str, Reader] = {"full_orphan": given.yes_or_no("full_orphan")}
_WAYS: Mapping[str, _Way] = {
    "LARGE_FAMILY_ALLOWANCE": _Way(state.large_family, {"children": given.whole("children", 99, 5)}),
    "AWARDED_MOTHER_ALLOWANCE": _Way(state.awarded_mother, {"award": str}),
    "BURIAL_PAYMENT": _Way(state.burial),
    "DISABILITY_ALLOWANCE": _Way(state.disability, optional=_DISABILITY),
    "WORK_CAPACITY_LOSS_PAYMENT": _Way(fund.capacity_loss, {**_INCOME, "loss_degree": given.loss_degree}),
    "DISABLED_CHILD_CARER_ALLOWANCE": _Way(state.carer),
    "SURVIVOR_ALLOWANCE": _Way(state.survivors, {"dependants": given.whole("dependants", 99, 2)}, _ORPHANS),
    "JOB_LOSS_PAYMENT": _Way(fund.job_loss, _INCOME),
}
_LEFT_TO_OFFICIALS = ("SURVIVOR_PAYMENT",)
BENEFITS = (*_WAYS, *_LEFT_TO_OFFICIALS)


def amount(
    benefit: str,
    on: date,
    given: Mapping[str, object],
    *,
    figures: Figures | None = None,
    known_on: date | datetime | None = None,
) -> Amount:
    """The monthly (or one-time) amount of a benefit by the law of the day `on`, as it was known.

    `known_on` is a day or a moment; without it all counts that is known now. Without `figures` it goes by
    those that ship with Qyzmet.

    `given` holds what the amount depends on, by the names of `keys_of`: `children`; `award` (a code such
    as ALTYN_ALQA); `group`, `cause`, `age`; `average_income` (tenge a month), `participation_months`,
    `loss_degree` (0.30 to 1, or percent); `dependants`, `full_orphan`. Raises Refused where the answer is
    no (not entitled, no figure or confirmed coefficient, a key that the benefit does not take), BadValue
    for a missing or malformed value, UnknownName for an unknown benefit.
    """
    reason = not_confirmed(benefit)
    if reason is not None:
        raise Refused(f"the amount of {benefit} is not computed and goes to an official: {reason}.")
    way = _WAYS.get(benefit)
    if way is None:
        raise UnknownName("benefit", benefit, f"use one of {', '.join(BENEFITS)}")
    keys = keys_of(benefit)
    strange = ", ".join(sorted(set(given) - set(keys)))
    if strange:
        on_what = ", ".join(keys) or "nothing but the day"
        raise Refused(f"the amount of {benefit} depends on {on_what}, not on {strange}. Leave the rest out.")
    for key in way.needed:
        if key not in given:
            raise BadValue(key, f"is needed for the amount of {benefit}", f"Add {key}=….")
    readers = {**way.needed, **way.optional}
    as_of = AsOf.of(on, figures or shipped_figures(), known_on)
    return _computed(benefit, as_of, tuple((key, readers[key](value)) for key, value in given.items()))


def remarks(found: Amount, language: str) -> list[str]:
    """What is said beside an amount: that it is an estimate, and where the order is not in force that day."""
    term = ACT.in_force
    said = [ESTIMATE[language]]
    if term is not None and found.on not in term:
        said.append(in_words(NOT_IN_FORCE, first=str(term.first), last=str(term.last))[language])
    return [*said, *found.notes]


def figures_of(benefit: str) -> tuple[str, ...]:
    """Names of the figures that the amount of a benefit rests on; empty where it is left to officials."""
    way = _WAYS.get(benefit)
    if way is None or not_confirmed(benefit) is not None:
        return ()
    return ("MIN_WAGE",) if way.calculate in (fund.job_loss, fund.capacity_loss) else (base_of(benefit),)


def keys_of(benefit: str) -> tuple[str, ...]:
    """What the amount of a benefit depends on beside the day; empty where nothing does."""
    way = _WAYS.get(benefit)
    return (*way.needed, *way.optional) if way else ()


@lru_cache(maxsize=4096)
def _computed(benefit: str, as_of: AsOf, values: tuple[tuple[str, Any], ...]) -> Amount:
    return _WAYS[benefit].calculate(benefit, as_of, **dict(values))
