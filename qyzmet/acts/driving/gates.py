"""Steps 4 to 10: each asks one system, and only after the one before it was positive.

No answer is neither presence nor absence (R-4): the case stays where it is and the system is asked again.
Of an answer only the outcome and the number of the question are kept (R-5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from qyzmet.acts.driving.clauses import ACT, STEP
from qyzmet.acts.driving.examrules import attempts_exist
from qyzmet.cases.case import Case, Outcome
from qyzmet.cases.package import Desk
from qyzmet.exchange import driving as d
from qyzmet.exchange.contract import Operation
from qyzmet.exchange.systems import ByIin
from qyzmet.law.act import Clause, carries_out
from qyzmet.runtime.clock import legal_date

#: Article 608 parts six and seven, article 613 parts nine and ten of the Code on Administrative Offences.
PARTS = ("608.6", "608.7", "613.9", "613.10")
SERVICE = "DRIVING_LICENCE"
_WHO = "Qyzmet"

#: How long a person's number is remembered between two gates.
REMEMBERED = timedelta(seconds=10)
_looked_up: dict[int, tuple[str, datetime]] = {}

Found = Mapping[int, Outcome]


@carries_out(ACT["order.3.1"])
def iins(cases: Sequence[Case], desk: Desk, clause: Clause) -> dict[int, str]:
    """The IIN of each case's person, for a question to another system; the vault logs the look."""
    persons = {case.person for case in cases}
    known = desk.vault.reveal(persons, who=_WHO, purpose=clause.title, clause=clause.id, fields=("iin",))
    return {
        case.id: iin for case in cases if case.person in known and (iin := known[case.person].iin) is not None
    }


def _iins_for_the_gates(cases: Sequence[Case], desk: Desk) -> dict[int, str]:
    """One look serves the seven questions that follow one another within seconds, and is logged as such.

    What was looked up is kept in this process only, under the person's random number, for `REMEMBERED`.
    """
    now = desk.law.now
    for person in [
        person for person, (_, until) in _looked_up.items() if not now < until <= now + REMEMBERED
    ]:
        del _looked_up[person]
    missing = {case.person for case in cases} - _looked_up.keys()
    if missing:
        found = desk.vault.reveal(
            missing, who=_WHO, purpose="ask the systems of steps 4 to 10, one after another",
            clause=ACT["§3"].id, fields=("iin",),
        )  # fmt: skip
        _looked_up.update(
            {person: (each.iin, now + REMEMBERED) for person, each in found.items() if each.iin is not None}
        )
    return {case.id: _looked_up[case.person][0] for case in cases if case.person in _looked_up}


def ask(
    cases: Sequence[Case],
    desk: Desk,
    operation: Operation[Any, Any],
    clause: Clause,
    item: Callable[[str, str], Any],
    look: Callable[[Sequence[Case], Desk], dict[int, str]] | None = None,
) -> dict[int, Any]:
    """The answers by case; `item` makes the question from its ref and the IIN."""
    numbers = iins(cases, desk, clause) if look is None else look(cases, desk)
    asked = [item(str(case), iin) for case, iin in numbers.items()]
    answers = desk.partners.ask(operation, asked, purpose=clause.title, clause=clause.id)
    return {int(ref): answer for ref, answer in answers.items()}


def _gate(
    cases: Sequence[Case],
    desk: Desk,
    number: int,
    operation: Operation[Any, Any],
    item: Callable[[str, str], Any],
    judge: Callable[[Any], str],
    more: Callable[[Any], Mapping[str, Any]] | None = None,
) -> Found:
    clause, found = STEP[number], {}
    by_id = {case.id: case for case in cases}
    for case, answer in ask(cases, desk, operation, clause, item, _iins_for_the_gates).items():
        outcome = judge(answer)
        check = {"step": number, "system": operation.system, "outcome": outcome, "query": answer.query}
        kept = {f"check.{number}": check, **(more(answer) if more else {})}
        facts = {name: desk.law.fact(value, operation.system) for name, value in kept.items()}
        finding = desk.law.finding(clause, outcome, by_id[case], f"check.{number}")
        found[case] = Outcome(outcome, facts=facts, findings=[finding])
    return found


def _by_iin(ref: str, iin: str) -> ByIin:
    return ByIin(ref=ref, iin=iin)


def access(cases: Sequence[Case], desk: Desk) -> Found:
    """Step 4. The act names only the positive outcome; without it nothing further is asked (G-3)."""
    return _gate(
        cases, desk, 4, d.ACCESS,
        lambda ref, iin: d.AccessAsked(ref=ref, iin=iin, service=SERVICE),
        lambda answer: "granted" if answer.granted else "not_granted",
    )  # fmt: skip


def licence(cases: Sequence[Case], desk: Desk) -> Found:
    """Step 5: presence ends the service."""
    return _gate(cases, desk, 5, d.LICENCES, _by_iin, lambda answer: "exists" if answer.exists else "none")


def restrictions(cases: Sequence[Case], desk: Desk) -> Found:
    """Step 6: presence ends it, of one of the four parts and of no other."""
    return _gate(
        cases, desk, 6, d.RESTRICTIONS,
        lambda ref, iin: d.RestrictionsAsked(ref=ref, iin=iin, parts=list(PARTS)),
        lambda answer: "exists" if set(answer.parts) & set(PARTS) else "none",
    )  # fmt: skip


def medical(cases: Sequence[Case], desk: Desk) -> Found:
    """Step 7: absence ends it; one that has expired counts as absent (G-16)."""
    return _gate(cases, desk, 7, d.MEDICAL, _on_today(desk), lambda answer: _certificate(desk, answer))


def dispensary(cases: Sequence[Case], desk: Desk) -> Found:
    """Step 8: presence ends it."""
    return _gate(
        cases, desk, 8, d.DISPENSARY, _by_iin, lambda answer: "exists" if answer.on_record else "none"
    )


def school(cases: Sequence[Case], desk: Desk) -> Found:
    """Step 9: absence ends it."""
    return _gate(
        cases, desk, 9, d.SCHOOL, _on_today(desk), lambda answer: _certificate(desk, answer),
        lambda answer: {"school.category": answer.category},
    )  # fmt: skip


def attempts(cases: Sequence[Case], desk: Desk) -> Found:
    """Step 10: absence of attempts ends it (the act writes "certificate" here by mistake, G-2)."""
    today, calendar = legal_date(desk.law.now), desk.law.calendar
    return _gate(
        cases, desk, 10, d.ATTEMPTS, _by_iin,
        lambda answer: "exist" if attempts_exist(answer, today, calendar) else "none",
    )  # fmt: skip


@carries_out(STEP[16])
def certificates_again(cases: Sequence[Case], desk: Desk) -> Found:
    """Before the review: a certificate that was there at its gate may have expired since. A warning, no gate."""
    if not desk.law.policies["P-AGAIN"]:
        return {case.id: Outcome("known") for case in cases}
    medical = ask(cases, desk, d.MEDICAL, STEP[16], _on_today(desk))
    school = ask(cases, desk, d.SCHOOL, STEP[16], _on_today(desk))
    found = {}
    for case in cases:
        if case.id in medical and case.id in school:
            expired = [
                name
                for name, answer in (("medical", medical[case.id]), ("school", school[case.id]))
                if not (answer.exists and answer.valid)
            ]
            found[case.id] = Outcome("known", facts={"expired": desk.law.fact(expired, "Qyzmet")})
    return found


def _on_today(desk: Desk) -> Callable[[str, str], d.CertificateAsked]:
    today = legal_date(desk.law.now)
    return lambda ref, iin: d.CertificateAsked(ref=ref, iin=iin, on=today)


def _certificate(desk: Desk, answer: d.MedicalCertificate | d.SchoolCertificate) -> str:
    counts = answer.exists and (answer.valid or desk.law.policies["G-16"] == "existing")
    return "exists" if counts else "none"
