"""E-Maket's format-logical control on data of the ministry's system (§9 to §11, §32 to §34)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qyzmet.acts.proactive.benefits import benefit_of
from qyzmet.acts.proactive.identification import iins
from qyzmet.cases.case import Case, Law, Outcome
from qyzmet.cases.package import Desk
from qyzmet.exchange.systems import MLSP_DATA, ForService

#: The rules of the control (G-05): the fact each rests on, the value that fails it, the reason (§11).
RULES = (
    ("mlsp.identified", False, "the person is not identified in the ministry's system"),
    ("mlsp.alive", False, "the person is recorded as deceased"),
    ("mlsp.appointed", True, "the same benefit is already appointed"),
    ("mlsp.pending", True, "an application for the same benefit is pending"),
)


def mlsp_data(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§9, §32: the data of the ministry's system that the control looks at."""
    clause = benefit_of(cases[0].value("benefit")).clause("flc")
    purpose = "format-logical control"
    known = iins(cases, desk, "E-Maket", purpose, clause)
    asked = [
        ForService(ref=str(case.id), iin=known[case.id], service=case.value("benefit"))
        for case in cases
        if case.id in known
    ]
    answers = desk.partners.ask(MLSP_DATA, asked, purpose=purpose, clause=clause.id)
    return {
        int(ref): Outcome(
            "received",
            facts={
                f"mlsp.{name}": desk.law.fact(getattr(answer, name), "MLSP IS")
                for name in ("identified", "alive", "appointed", "pending")
            },
        )
        for ref, answer in answers.items()
    }


def flc(case: Case, law: Law) -> Outcome:
    """The control itself; every rule that fails gives its reason."""
    reasons = [reason for fact, bad, reason in RULES if case.value(fact) is bad]
    name = "negative" if reasons else "passed"
    clause = benefit_of(case.value("benefit")).clause("not_eligible" if reasons else "flc")
    facts = {"flc.reasons": law.fact(reasons, "E-Maket")} if reasons else {}
    finding = law.finding(clause, name, case, *(fact for fact, _, _ in RULES), note="; ".join(reasons))
    return Outcome(name, facts=facts, findings=[finding])


def eligible(case: Case, law: Law) -> Outcome:
    """§10, §33: status ELIGIBLE to SDU."""
    return Outcome("told", facts={"status": law.fact("ELIGIBLE", "E-Maket")})
