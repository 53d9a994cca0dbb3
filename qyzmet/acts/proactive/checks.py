"""E-Maket's format-logical control on data of the ministry's system (§9 to §11, §32 to §34)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qyzmet.acts.proactive.benefits import Benefit, benefit_of
from qyzmet.acts.proactive.identification import iins, subject_iins
from qyzmet.cases.case import Case, Law, Outcome
from qyzmet.cases.package import Desk
from qyzmet.exchange.systems import MLSP_DATA, ForService, MlspData
from qyzmet.law.act import Clause

_Iins = Callable[[Sequence[Case], Desk, str, str, Clause], dict[int, str]]

#: The rules of the control (G-05): the fact each rests on, the value that fails it, the reason (§11).
RULES = (
    ("mlsp.identified", False, "the person is not identified in the ministry's system"),
    ("mlsp.alive", False, "the person is recorded as deceased"),
    ("mlsp.appointed", True, "the same benefit is already appointed"),
    ("mlsp.pending", True, "an application for the same benefit is pending"),
)


def mlsp_data(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§9, §32: the data of the ministry's system that the control looks at.

    Whether the recipient is identified and alive; what is appointed or pending is asked about the
    subject where the benefit is (a person may bury two, or represent a child and have an own allowance).
    """
    benefit = benefit_of(cases[0].value("benefit"))
    recipients = _asked(cases, desk, benefit, iins)
    others = [case for case in cases if benefit.about_subject and case.person != case.subject]
    about = _asked(others, desk, benefit, subject_iins) if others else {}
    apart = {case.id for case in others}
    outcomes = dict[int, Outcome | str]()
    for case in cases:
        own = recipients.get(case.id)
        other = about.get(case.id) if case.id in apart else own
        if own is not None and other is not None:
            said = {
                "identified": own.identified,
                "alive": own.alive,
                "appointed": other.appointed,
                "pending": other.pending,
            }
            facts = {f"mlsp.{name}": desk.law.fact(value, "MLSP IS") for name, value in said.items()}
            outcomes[case.id] = Outcome("received", facts=facts)
    return outcomes


def _asked(cases: Sequence[Case], desk: Desk, benefit: Benefit, of: _Iins) -> dict[int, MlspData]:
    purpose, clause = "format-logical control", benefit.clause("flc")
    asked = [
        ForService(ref=str(number), iin=iin, service=benefit.code)
        for number, iin in of(cases, desk, "E-Maket", purpose, clause).items()
    ]
    answers = desk.partners.ask(MLSP_DATA, asked, purpose=purpose, clause=clause.id)
    return {int(ref): answer for ref, answer in answers.items()}


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


def still_positive(case: Case) -> bool:
    """§70, §179: what was found before the consent still holds when the application is formed (G-48)."""
    return (
        case.value("existing") == []
        and case.value("confirmed") is True
        and case.value("status") == "ELIGIBLE"
    )
