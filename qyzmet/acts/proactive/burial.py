"""Chapter 4: what was paid to the deceased, in time or not, and who buried (§48 to §52, §70)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from qyzmet.acts.proactive.checks import still_positive
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.identification import enter_person, subject_iins
from qyzmet.cases.case import Case, Law, Outcome
from qyzmet.cases.package import Desk
from qyzmet.exchange.contract import Operation
from qyzmet.exchange.social import (
    BODY_TAKER,
    DEATH_APPLICANT,
    E_MAKET_PENSIONS,
    KINSHIP,
    ODK_PENSIONS,
    Pair,
    PersonFound,
)
from qyzmet.exchange.systems import ByIin
from qyzmet.law.act import Clause, carries_out
from qyzmet.law.deadline import months_years

#: The five kinds of §49, all from budget funds; social payments of the Fund do not count (G-35).
COUNTED = ("basic_pension", "age_pension", "disability_allowance", "survivor_allowance", "special_allowance")


def pensions(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§48: what E-Maket and ODK know of pensions and allowances of the deceased (Rules No 256)."""
    purpose, clause = "look for pensions and allowances of the deceased", ACT["§48"]
    asked = [
        ByIin(ref=str(number), iin=iin)
        for number, iin in subject_iins(cases, desk, "SDU", purpose, clause).items()
    ]
    answers = [
        desk.partners.ask(operation, asked, purpose=purpose, clause=clause.id)
        for operation in (E_MAKET_PENSIONS, ODK_PENSIONS)
    ]
    outcomes = dict[int, Outcome | str]()
    for item in asked:
        found = [answer.get(item.ref) for answer in answers]
        if all(found):
            kinds = sorted({kind for pensions in found if pensions for kind in pensions.kinds})
            fact = desk.law.fact(kinds, "E-Maket and ODK")
            outcomes[int(item.ref)] = Outcome("known", facts={"pensions": fact})
    return outcomes


def last_day_in_time(death: date) -> date:
    """ "Three years after one month": calendar arithmetic, the day clipped to the month's end (G-35)."""
    return months_years(months_years(death, months=1), years=3)


@carries_out(ACT["§49"], ACT["§50"])
def right(case: Case, law: Law) -> Outcome:
    """§49, §50: either ground ends the process; on the last day itself it goes on ("more than")."""
    counted = [kind for kind in case.value("pensions") if kind in COUNTED]
    death = date.fromisoformat(case.value("death_day"))
    late = case.as_of > last_day_in_time(death)
    name = "no_pension" if not counted else "too_late" if late else "given"
    clause = ACT["§50"] if name == "given" else ACT["§49"]
    return Outcome(name, findings=[law.finding(clause, name, case, "pensions", "death_day")])


def civil_registry(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§50: who applied to register the death."""
    return _ask_for_person(cases, desk, DEATH_APPLICANT, ACT["§50"], "no_information", "Civil Registry IS")


def attached_population_register(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§51: who took the body, only where the Civil Registry has no information (G-35)."""
    return _ask_for_person(cases, desk, BODY_TAKER, ACT["§51"], "nobody", "Attached Population Register")


def _ask_for_person(
    cases: Sequence[Case],
    desk: Desk,
    operation: Operation[ByIin, PersonFound],
    clause: Clause,
    nobody: str,
    source: str,
) -> Mapping[int, Outcome | str]:
    purpose = "find the person who buried"
    asked = [
        ByIin(ref=str(number), iin=iin)
        for number, iin in subject_iins(cases, desk, "SDU", purpose, clause).items()
    ]
    answers = desk.partners.ask(operation, asked, purpose=purpose, clause=clause.id)
    found = {int(ref): answer.iin for ref, answer in answers.items() if answer.iin is not None}
    entered = enter_person(found, desk, clause)
    outcomes = dict[int, Outcome | str]((int(ref), nobody) for ref in answers if int(ref) not in found)
    for number, person in entered.items():
        if person is None:
            outcomes[number] = nobody
        else:
            subject, region = person
            facts = {"found_by": desk.law.fact(source, source)}
            outcomes[number] = Outcome("known", facts=facts, recipient=subject, region=region)
    return outcomes


def kinship(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§52: kinship of that person with the deceased, by the State Database "Individuals"."""
    purpose, clause = "confirm kinship with the deceased", ACT["§52"]
    deceased = subject_iins(cases, desk, "SDU", purpose, clause)
    persons = [case.person for case in cases]
    known = desk.vault.reveal(persons, who="SDU", purpose=purpose, clause=clause.id, fields=("iin",))
    asked = [
        Pair(ref=str(case.id), iin=deceased[case.id], other=other.iin)
        for case in cases
        if case.id in deceased and (other := known.get(case.person)) is not None and other.iin is not None
    ]
    answers = desk.partners.ask(KINSHIP, asked, purpose=purpose, clause=clause.id)
    outcomes = dict[int, Outcome | str]()
    for case in cases:
        answer = answers.get(str(case.id))
        if answer is not None:
            name = "kin" if answer.kin else "not_kin"
            fact = desk.law.fact(answer.relation if answer.kin else "", "State Database Individuals")
            finding = desk.law.finding(clause if answer.kin else ACT["§52.part2"], name, case, "relation")
            outcomes[case.id] = Outcome(name, facts={"relation": fact}, findings=[finding])
    return outcomes


def compare(case: Case, law: Law) -> Outcome:
    """§70: by the results of comparing the information, the checks made are still positive (G-48)."""
    good = (
        any(kind in COUNTED for kind in case.value("pensions"))
        and bool(case.value("relation"))
        and case.as_of <= last_day_in_time(date.fromisoformat(case.value("death_day")))
        and still_positive(case)
    )
    name = "still_positive" if good else "changed"
    return Outcome(name, findings=[law.finding(ACT["§70"], name, case, "pensions", "relation", "confirmed")])
