"""The number and the consent: EGP, the Mobile Citizens Base and PDAC (§12 to §17, §35 to §40)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from qyzmet.acts.proactive.benefits import benefit_of
from qyzmet.acts.proactive.identification import iins
from qyzmet.cases.case import Case, Law, Outcome
from qyzmet.cases.package import Desk
from qyzmet.exchange.systems import (
    CONSENT_ANSWER,
    CONSENT_REQUEST,
    NUMBERS,
    ByIin,
    ConsentAnswer,
    ConsentRequest,
)
from qyzmet.people.phones import is_mobile, parse_mobile
from qyzmet.people.vault import Identity


def number(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§12, §35: the number in the Mobile Citizens Base. The case keeps only its keyed hash.

    What is no mobile number is no number: no SMS could reach it.
    """
    clause = benefit_of(cases[0].value("benefit")).clause("number")
    purpose = "look up the number in the Mobile Citizens Base"
    asked = [ByIin(ref=str(ref), iin=iin) for ref, iin in iins(cases, desk, "EGP", purpose, clause).items()]
    answers = desk.partners.ask(NUMBERS, asked, purpose=purpose, clause=clause.id)
    outcomes = dict[int, Outcome | str]()
    learnt = dict[int, Identity]()
    for case in cases:
        answer = answers.get(str(case.id))
        if answer is None:
            continue
        if answer.phone is None or not is_mobile(answer.phone):
            outcomes[case.id] = "absent"
            continue
        phone = parse_mobile(answer.phone)
        learnt[case.person] = Identity(phone=phone)
        address = desk.vault.phone_index(phone).hex()
        outcomes[case.id] = Outcome("found", facts={"phone": desk.law.fact(address, "Mobile Citizens Base")})
    desk.vault.learn(learnt)
    return outcomes


def request(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§15, §38: the consent request is registered with PDAC, once per case."""
    clause = benefit_of(cases[0].value("benefit")).clause("consent")
    purpose = "ask for consent to collect and process personal data"
    known = iins(cases, desk, "EGP", purpose, clause)
    asked = [
        ConsentRequest(
            ref=str(case.id), key=f"consent/{case.id}", iin=known[case.id], service=case.value("benefit")
        )
        for case in cases
        if case.id in known
    ]
    answers = desk.partners.ask(CONSENT_REQUEST, asked, purpose=purpose, clause=clause.id)
    return {
        int(ref): Outcome("registered", facts={"pdac.request": desk.law.fact(answer.request, "PDAC")})
        for ref, answer in answers.items()
    }


def _record(cases: Sequence[Case], desk: Desk, answer: str, role: str) -> Mapping[int, Outcome | str]:
    clause = benefit_of(cases[0].value("benefit")).clause(role)
    asked = [
        ConsentAnswer(
            ref=str(case.id),
            key=f"{answer}/{case.id}",
            request=case.value("pdac.request"),
            answer="agree" if answer == "agree" else "refuse",
            at=datetime.fromisoformat(case.value("consent")["at"]),
        )
        for case in cases
    ]
    purpose = f"record the answer: {answer}"
    answers = desk.partners.ask(CONSENT_ANSWER, asked, purpose=purpose, clause=clause.id)
    return {
        int(ref): Outcome("recorded", facts={f"pdac.{answer}": desk.law.fact(recorded.record, "PDAC")})
        for ref, recorded in answers.items()
    }


def record_consent(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§17, §40: PDAC keeps the consent."""
    return _record(cases, desk, "agree", "consented")


def record_refusal(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§16, §39: PDAC keeps the refusal, also one after consent and before the decision (G-46)."""
    return _record(cases, desk, "refuse", "refusal")


def consented(case: Case, law: Law) -> str:
    """§17, §40: SDU gives E-Maket the list of those who consented."""
    return "handed_over"
