"""Chapter 8: two services from one death, one dialogue per recipient, one sum shared (§137 to §154)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from qyzmet.acts.proactive import insurance
from qyzmet.acts.proactive.benefits import SURVIVOR_ALLOWANCE, SURVIVOR_PAYMENT
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.identification import search_existing, subject_iins
from qyzmet.cases.case import Case, Law, Outcome
from qyzmet.cases.package import Desk

DEATHS_FEED = "individuals_db/deaths"
EVERY = timedelta(minutes=1)  # real time, §137

#: A case at one of these has not come to the point where the dialogue is agreed on.
_ENDS_OF_DIALOGUE = ("no_number", "no_consent", "refused", "no_account_answer", "no_new_account_answer")
_COPIED = ("phone", "banks", "bank", "new_bank", "consent", "pdac.request")


def participation(case: Case, law: Law) -> Outcome | str:
    """§137 (b): contributions of the deceased gate the payment; the allowance only by the literal
    reading (G-37).
    """
    if case.value("benefit") == SURVIVOR_ALLOWANCE.code and law.policies["G-37"] == "payment":
        return "met"
    return insurance.participation(case, law, SURVIVOR_PAYMENT.code)


def existing(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§137 (b): an application, or a case file for the deceased, each service for itself (G-37).

    Recipients of one deceased do not block each other; one recipient gets each service once.
    """
    clause, purpose = ACT["§137"], "look for an application or a case file for the deceased"
    known = subject_iins(cases, desk, "SDU", purpose, clause)
    persons = {case.id: {case.subject} for case in cases}  # two children may have one guardian
    matters = {case.id: f"{case.value('benefit')}/{case.value('deceased')}" for case in cases}
    return search_existing(cases, desk, known, persons, matters, clause)


def _twin_event(case: Case) -> str:
    """The event of the same recipient's other case."""
    root, _, _ = case.event.rpartition("/")
    other = SURVIVOR_PAYMENT if case.value("benefit") == SURVIVOR_ALLOWANCE.code else SURVIVOR_ALLOWANCE
    return f"{root}/{other.chapter}{'p' if other is SURVIVOR_PAYMENT else 'a'}"


def lead(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """The allowance's case leads the dialogue, for both where the payment's case came as far (G-37)."""
    others = desk.cases_of(DEATHS_FEED, [_twin_event(case) for case in cases])
    outcomes = dict[int, Outcome | str]()
    for case in cases:
        other = others.get(_twin_event(case))
        if other is None or other.status == "e" or other.status == "a":
            outcomes[case.id] = "alone"
        elif other.step == "joint":
            services = [SURVIVOR_ALLOWANCE.code, SURVIVOR_PAYMENT.code]
            outcomes[case.id] = Outcome("both", facts={"services": desk.law.fact(services, "SDU")})
    return outcomes


def follow(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """The payment's case waits for what came of the joint dialogue, or has its own where it is alone."""
    others = desk.cases_of(DEATHS_FEED, [_twin_event(case) for case in cases])
    outcomes = dict[int, Outcome | str]()
    for case in cases:
        other = others.get(_twin_event(case))
        if other is None or (other.status in ("a", "e") and "services" not in other.facts):
            outcomes[case.id] = "alone"
        elif other.status == "e" and other.step in _ENDS_OF_DIALOGUE:
            outcomes[case.id] = other.step
        elif "services" in other.facts and "application" in other.facts:
            copied = {name: other.facts[name] for name in _COPIED if name in other.facts}
            outcomes[case.id] = Outcome("chosen", facts=copied)
    return outcomes


def withdrawn_together(cases: Sequence[Case], desk: Desk) -> set[int]:
    """The payment's cases whose joint dialogue was ended by a `7#2` before their decision (G-37, G-46)."""
    others = desk.cases_of(DEATHS_FEED, [_twin_event(case) for case in cases])
    found = ((case.id, others.get(_twin_event(case))) for case in cases)
    return {
        number
        for number, other in found
        if other is not None and "services" in other.facts and other.step in ("refusal", "refused")
    }


def share(total_tiyn: int, own: int, before: int, total: int) -> int:
    """A recipient's part of one computed sum: all parts add up to it to the tiyn (G-37).

    `own` of `total` dependants are the recipient's, `before` stand before them in the order of the act.
    """
    return total_tiyn * (before + own) // total - total_tiyn * before // total
