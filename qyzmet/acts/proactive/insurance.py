"""Social contributions and participation in mandatory social insurance (§93, §137, §162)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qyzmet.acts.proactive.amounts import participation_needed
from qyzmet.acts.proactive.benefits import benefit_of
from qyzmet.acts.proactive.checks import still_positive
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.identification import iins, subject_iins
from qyzmet.cases.case import Case, Law, Outcome
from qyzmet.cases.package import Desk
from qyzmet.exchange.social import CONTRIBUTIONS, BeforeMonth
from qyzmet.law.act import carries_out

MONTHS_OF_AVERAGE = 24  # the average income is that of the last 24 months, gaps included


def contributions(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """Contributions of the recipient (§93, §162), in chapter 8 of the deceased (§137), before the month."""
    benefit = benefit_of(cases[0].value("benefit"))
    clause, purpose = benefit.clause("identify"), "social contributions and participation"
    of_deceased = [case for case in cases if "deceased" in case.facts]
    of_self = [case for case in cases if "deceased" not in case.facts]
    known = iins(of_self, desk, "SDU", purpose, clause) | subject_iins(
        of_deceased, desk, "SDU", purpose, clause
    )
    asked = [
        BeforeMonth(ref=str(case.id), iin=known[case.id], before=case.as_of.replace(day=1))
        for case in cases
        if case.id in known
    ]
    answers = desk.partners.ask(CONTRIBUTIONS, asked, purpose=purpose, clause=clause.id)
    return {
        int(ref): Outcome(
            "known",
            facts={
                "participation_months": desk.law.fact(answer.months, "MSI"),
                "average_income": desk.law.fact(
                    answer.income_24_months_tiyn // (100 * MONTHS_OF_AVERAGE), "MSI"
                ),
            },
        )
        for ref, answer in answers.items()
    }


def _needed(payment: str, case: Case) -> int:
    """Months, by the rules order of a social payment; having contributions at all is one."""
    return max(participation_needed(payment, case.as_of), 1)


def participation(case: Case, law: Law, payment: str = "") -> Outcome:
    """Contributions there are, and participation is as long as the rules order of the case's payment, or of
    the one that is named, wants (G-38, G-40).
    """
    benefit = benefit_of(case.value("benefit"))
    needed = _needed(payment or benefit.code, case)
    name = "met" if case.value("participation_months") >= needed else "not_met"
    finding = law.finding(
        benefit.clause("identify"), name, case, "participation_months", note=f"needed: {needed}"
    )
    return Outcome(name, findings=[finding])


@carries_out(ACT["§179"])
def compare(case: Case, law: Law) -> Outcome:
    """§179: by the results of comparing the data, the checks made are still positive (G-48)."""
    good = case.value("participation_months") >= _needed(case.value("benefit"), case) and still_positive(case)
    name = "still_positive" if good else "changed"
    finding = law.finding(ACT["§179"], name, case, "participation_months", "existing", "confirmed", "status")
    return Outcome(name, findings=[finding])
