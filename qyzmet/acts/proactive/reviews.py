"""The review of a decision: who asks, what the authorised body decides anew, what that means for the money.

A review is a case of its own beside the one it reviews. Its facts name that case (`review.of`), the last
decision on it (`review.last`), who asked and why, and what was ordered so far; the rest is what the first
decision rested on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qyzmet.acts.proactive import decisions
from qyzmet.acts.proactive.benefits import benefit_of
from qyzmet.cases.case import Case, Decision, Law, Message, Outcome, TaskOrder
from qyzmet.cases.package import Desk
from qyzmet.exchange.signing import SigningWaits, ToSign, sign_by_office
from qyzmet.runtime.clock import legal_date

#: An appeal is in time for so many months from the day the decision was told (Code, article 92).
APPEAL_MONTHS = 3
_REASON = {"review.reason": "text"}
_AMOUNT = {"amount": "tiyn", "amount.source": "text"}


def admit(case: Case, law: Law) -> Outcome:
    """A late appeal is not lost: the body sees that it is late, and may take it for a good reason."""
    told = date.fromisoformat(case.value("review.told"))
    late = case.value("review.kind") == "appeal" and legal_date(case.opened) > _months_after(told)
    return Outcome("late" if late else "in_time", facts={"review.late": law.fact(late, "Qyzmet", case.as_of)})


def _months_after(day: date) -> date:
    year, month = divmod(day.month - 1 + APPEAL_MONTHS, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def consider(case: Case, law: Law) -> TaskOrder:
    """Two officials decide, so that nobody alone judges what the body did before."""
    appointed = case.value("review.last_outcome") == "appoint"
    return TaskOrder(
        role="authorised_body",
        office=decisions.office_of(case),
        outcomes=("appoint", "refuse", "stands") if appointed else ("appoint", "stands"),
        takes={"appoint": _AMOUNT | _REASON, "refuse": _REASON, "stands": _REASON},
        eyes=2,
    )


def document(case: Case, law: Law, outcome: str) -> bytes:
    """The new decision: as the first one, with what it replaces, who asked for it, and the reasons."""
    content: dict[str, Any] = json.loads(decisions.document(case, law, outcome))
    content |= {
        "official": case.value("review.by"),
        "confirmed_by": case.value("review.confirmed_by"),
        "reviews": {
            "case": case.value("review.of"),
            "last_decision": case.value("review.last"),
            "last_document_sha256": case.value("review.last_hash"),
            "last_outcome": case.value("review.last_outcome"),
            "last_amount_tiyn": case.value("review.last_amount"),
            "asked_by": case.value("review.kind"),
            "asked_because": case.value("review.because"),
            "late": case.value("review.late"),
        },
        "reason": case.value("review.reason"),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


Answers = Mapping[int, Outcome | str | Exception]


def sign_new(cases: Sequence[Case], desk: Desk) -> Answers:
    """§24: the head signs that the benefit is appointed, or appointed otherwise."""
    return _sign(cases, desk, "appoint")


def sign_annulled(cases: Sequence[Case], desk: Desk) -> Answers:
    """§24: the head signs that the appointment is annulled."""
    return _sign(cases, desk, "refuse")


def sign_stands(cases: Sequence[Case], desk: Desk) -> Answers:
    """§24: the head signs that the decision stands."""
    return _sign(cases, desk, "stands")


def _sign(cases: Sequence[Case], desk: Desk, outcome: str) -> Answers:
    papers = [
        ToSign(
            document=document(case, desk.law, outcome),
            authority=benefit_of(case.value("benefit")).authority.value,
            region=case.region,
        )
        for case in cases
    ]
    outcomes: dict[int, Outcome | str | Exception] = {}
    for case, paper, signed in zip(cases, papers, sign_by_office(desk.signer, papers), strict=True):
        if isinstance(signed, SigningWaits):
            outcomes[case.id] = signed
            continue
        record = Decision(
            outcome=outcome,
            amount_tiyn=case.value("amount") if outcome == "appoint" else 0,
            document=paper.document,
            signature=signed.signature,
            signer=signed.signer,
        )
        facts = {"decision": desk.law.fact(outcome, "authorised body")}
        clause = benefit_of(case.value("benefit")).clause("sign" if _signs(case) else "decide")
        finding = desk.law.finding(clause, outcome, case, "review.of", "review.reason")
        outcomes[case.id] = Outcome("signed", facts=facts, records=[record], findings=[finding])
    return outcomes


def _signs(case: Case) -> bool:
    return "decide" not in benefit_of(case.value("benefit")).paragraphs


def _told(case: Case, law: Law, outcome: str) -> Message:
    values = {"benefit": case.value("benefit"), "services": None, "outcome": outcome}
    return Message(
        address=case.value("phone"), template="reviewed", language=law.policies["G-45"], values=values
    )


def tell_new(case: Case, law: Law) -> Message:
    """§28: what was decided anew; own text."""
    return _told(case, law, "appoint")


def tell_annulled(case: Case, law: Law) -> Message:
    """§28: the appointment is annulled; own text."""
    return _told(case, law, "refuse")


def tell_stands(case: Case, law: Law) -> Message:
    """§28: the decision stands; own text."""
    return _told(case, law, "stands")


def money(case: Case, law: Law) -> Outcome:
    """What is ordered already against what is due: more is ordered, too much is a matter for people."""
    due = case.value("amount") if case.value("decision") == "appoint" else 0
    more = due - case.value("review.ordered")
    if more == 0:
        return Outcome("nothing")
    name = "more" if more > 0 else "overpaid"
    return Outcome(name, facts={f"review.{name}": law.fact(abs(more), "Qyzmet", case.as_of)})


def place_more(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§27: what is still to be paid goes to ODK with the new decision (G-26)."""
    if not desk.law.policies["G-26"]:
        return {case.id: "left_to_the_rules" for case in cases}
    parcels = {case.id: (case.id, case.value("review.more")) for case in cases}
    return decisions.order_payments(cases, desk, decisions.paid_under(cases[0]), parcels)
