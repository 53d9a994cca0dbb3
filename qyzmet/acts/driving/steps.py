"""The steps around the gates: beginning, number, examinations, duty, photograph, review, printing, issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from qyzmet.acts.driving.clauses import ACT, STEP
from qyzmet.acts.driving.gates import Found, ask, iins
from qyzmet.cases.case import Case, Law, Outcome, TaskOrder
from qyzmet.cases.package import Desk
from qyzmet.exchange import driving as d
from qyzmet.exchange.systems import ByIin
from qyzmet.law.act import carries_out
from qyzmet.law.deadline import months_years
from qyzmet.law.figures import Figures, shipped_figures
from qyzmet.runtime.clock import legal_date

APPLICANT, POLICE, PSC, PRINTER, EXAMS = (
    "driving.applicant", "driving.police", "driving.psc", "driving.printing", "driving.exams",
)  # fmt: skip

#: Only of these two a person passes by the link to the "PSC" application (O§4, step 2).
LINKING = ("EGOV_PORTAL", "EGOV_MOBILE")


@carries_out(ACT["§3"])
def choose(case: Case, law: Law) -> str:
    """Step 1: the channel decides whether there is a link to pass by."""
    return "by_link" if case.value("channel") in LINKING else "direct"


def authorised(case: Case, law: Law) -> Outcome | str:
    """Step 3: who came signed in is authorised; whoever is not stays here."""
    if case.value("authorised"):
        return Outcome("authorised", findings=[law.finding(STEP[3], "authorised", case, "authorised")])
    return "not_yet"


def by_applicant(case: Case, law: Law) -> TaskOrder:
    return TaskOrder(role=APPLICANT, office=f"applicant/{case.region}", outcomes=())


@carries_out(STEP[12])
def number(case: Case, law: Law) -> Outcome:
    """Step 12. The number follows from the case, so it is unique and there is none before."""
    said = f"DL-{law.now:%Y}-{case.id:08d}"
    facts = {"application.number": law.fact(said, "Qyzmet")}
    region = case.value("region") or case.region
    return Outcome("numbered", facts=facts, region=region)


@carries_out(ACT["§6"])
def at_exam(case: Case, law: Law) -> TaskOrder:
    """A booked examination: its result comes from the exam centre or is entered by the operator."""
    return TaskOrder(role=EXAMS, office=f"exam_centre/{case.region}", outcomes=())


@carries_out(ACT["§6"])
def at_centre(case: Case, law: Law) -> TaskOrder:
    return TaskOrder(role=PSC, office=f"state_corporation/{case.region}", outcomes=())


# --- step 15: duty, photograph, formalisation, in any order (R-6) ---------------------------------


def duty_tiyn(day: date, figures: Figures | None = None) -> int:
    """1.25 MCI, whole tenge as published: 5,406 in 2026. In tiyn."""
    return (figures or shipped_figures()).figure("MCI", day).value * 125 // 100 * 100


def duty(cases: Sequence[Case], desk: Desk) -> Found:
    """Asks the payer's system whether the duty is paid; the key makes it one order."""
    amount = duty_tiyn(legal_date(desk.law.now), desk.law.figures)
    numbers = iins(cases, desk, STEP[15])
    orders = [
        d.DutyOrder(
            ref=str(case.id),
            key=f"driving/{case.id}/duty/{case.value('refunds', 0)}",
            iin=numbers[case.id],
            application=case.value("application.number"),
            amount_tiyn=amount,
        )
        for case in cases
        if case.id in numbers
    ]
    answers = desk.partners.ask(d.DUTY, orders, purpose=STEP[15].title, clause=STEP[15].id)
    found = {}
    for ref, answer in answers.items():
        if answer.paid_at is None:
            found[int(ref)] = Outcome(
                "not_paid", facts={"duty.receipt": desk.law.fact(answer.receipt, "state_duty")}
            )
            continue
        paid = {"receipt": answer.receipt, "paid_at": answer.paid_at.isoformat(), "amount_tiyn": amount}
        found[int(ref)] = Outcome("paid", facts={"duty": desk.law.fact(paid, "state_duty")})
    return found


def photo(cases: Sequence[Case], desk: Desk) -> Found:
    """The operator's photo station: a photograph is taken there, never uploaded."""
    orders = [
        d.PhotoOrder(
            ref=str(case.id),
            key=f"driving/{case.id}/photo/{case.value('photo.order', {}).get('at', '')}",
            application=case.value("application.number"),
            operator=case.value("photo.order", {}).get("operator", ""),
        )
        for case in cases
    ]
    answers = desk.partners.ask(d.PHOTO, orders, purpose=STEP[15].title, clause=STEP[15].id)
    found = {}
    for ref, answer in answers.items():
        if answer.taken_at is None:
            found[int(ref)] = Outcome("not_taken")
            continue
        taken = {"photo": answer.photo, "taken_at": answer.taken_at.isoformat()}
        found[int(ref)] = Outcome("taken", facts={"photo": desk.law.fact(taken, "photo_station")})
    return found


def complete(case: Case, law: Law) -> Outcome | str:
    """Step 15 is over when all three are done."""
    if case.value("duty") and case.value("photo") and case.value("formalised"):
        return Outcome("all", findings=[law.finding(STEP[15], "all", case, "duty", "photo", "formalised")])
    return "not_yet"


# --- steps 16 to 18 -------------------------------------------------------------------------------


def review(case: Case, law: Law) -> TaskOrder:
    """The authorised employee decides; a refusal needs a reason (G-12)."""
    return TaskOrder(
        role=POLICE,
        office=f"admin_police/{case.region}",
        outcomes=("approve", "refuse"),
        takes={"refuse": {"reason": "text"}},
    )


@carries_out(ACT["§5"])
def order_printing(cases: Sequence[Case], desk: Desk) -> Found:
    numbers = iins(cases, desk, STEP[17])
    orders = [
        d.PrintOrder(
            ref=str(case.id),
            key=f"driving/{case.id}/print",
            iin=numbers[case.id],
            application=case.value("application.number"),
            category=case.value("category", ""),
            photo=case.value("photo", {}).get("photo", ""),
        )
        for case in cases
        if case.id in numbers
    ]
    answers = desk.partners.ask(d.PRINT, orders, purpose=STEP[17].title, clause=STEP[17].id)
    return {
        int(ref): Outcome(
            "ordered", facts={"print.receipt": desk.law.fact(answer.receipt, "printing_centre")}
        )
        for ref, answer in answers.items()
    }


def printed(cases: Sequence[Case], desk: Desk) -> Found:
    """Looks whether the printing centre is done; its employee may also say so on the page."""
    asked = [d.PrintAsked(ref=str(case.id), receipt=case.value("print.receipt")) for case in cases]
    answers = desk.partners.ask(d.PRINTED, asked, purpose=STEP[17].title, clause=STEP[17].id)
    return {
        int(ref): Outcome(
            "printed",
            facts={
                "licence": desk.law.fact(answer.licence, "printing_centre"),
                "printed_at": desk.law.fact(
                    (answer.printed_at or desk.law.now).isoformat(), "printing_centre"
                ),
            },
        )
        for ref, answer in answers.items()
        if answer.printed
    }


def hand_over(cases: Sequence[Case], desk: Desk) -> Found:
    """Tells the issue desk that the licence was handed over."""
    items = [
        d.HandOver(
            ref=str(case.id),
            key=f"driving/{case.id}/issue",
            application=case.value("application.number"),
            licence=case.value("licence"),
            centre=case.value("issued", {}).get("centre", ""),
        )
        for case in cases
    ]
    answers = desk.partners.ask(d.HAND_OVER, items, purpose=STEP[18].title, clause=STEP[18].id)
    return {
        int(ref): Outcome("issued", facts={"issue.receipt": desk.law.fact(answer.receipt, "issue_desk")})
        for ref, answer in answers.items()
    }


# --- replacement ----------------------------------------------------------------------------------


def present(cases: Sequence[Case], desk: Desk) -> Found:
    """Replacement: there must be a licence to replace; its photograph may be young enough to be used again."""
    clause, today, years = ACT["order.1"], legal_date(desk.law.now), desk.law.policies["P-PHOTO"]
    found = {}
    by_id = {case.id: case for case in cases}
    answers = ask(cases, desk, d.LICENCES, clause, lambda ref, iin: ByIin(ref=ref, iin=iin))
    for case, answer in answers.items():
        outcome = "exists" if answer.exists else "none"
        check = {"step": 0, "system": d.LICENCES.system, "outcome": outcome, "query": answer.query}
        facts: dict[str, object] = {"check.0": check, "present.number": answer.number}
        if answer.photo_day and today <= months_years(answer.photo_day, years=years):
            facts["photo"] = {"photo": f"of {answer.number}", "taken_at": answer.photo_day.isoformat()}
        known = {name: desk.law.fact(value, d.LICENCES.system) for name, value in facts.items()}
        finding = desk.law.finding(clause, outcome, by_id[case], "check.0")
        found[case] = Outcome(outcome, facts=known, findings=[finding])
    return found


def replacement_number(case: Case, law: Law) -> Outcome:
    facts: Mapping[str, object] = {
        "application.number": f"DR-{law.now:%Y}-{case.id:08d}",
        "formalised": "online",
    }
    return Outcome("numbered", facts={name: law.fact(value, "Qyzmet") for name, value in facts.items()})
