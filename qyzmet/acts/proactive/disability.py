"""Disability: who is concerned, who raises a child, the orphanage, the way by cause (§72, §89, §116)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qyzmet.acts.proactive.benefits import benefit_of
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.identification import enter_person, first_relatives, iins, subject_iins
from qyzmet.cases.case import Case, Law, Outcome
from qyzmet.cases.package import Desk
from qyzmet.cases.runner import StepFailed
from qyzmet.exchange.social import ORPHANAGE
from qyzmet.exchange.systems import ByIin
from qyzmet.law.act import carries_out

ADULT = 18
AUTOMATIC_CAUSES = ("general_illness", "work_injury")  # §90 part 2


def identify_self(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str | Exception]:
    """§72, §93, §137, §162: the person is the recipient; for a minor the legal representative is (G-33).

    A minor whose representative nobody knows goes to people.
    """
    clause = benefit_of(cases[0].value("benefit")).clause("identify")
    purpose = "identify the recipient"
    minors = [case for case in cases if case.value("age", ADULT) < ADULT]
    adults = [case for case in cases if case.value("age", ADULT) >= ADULT]
    outcomes = dict[int, Outcome | str | Exception]()
    known = iins(adults, desk, "SDU", purpose, clause)
    for number, person in enter_person(known, desk, clause).items():
        outcomes[number] = "nobody" if person is None else Outcome(
            "identified", recipient=person[0], region=person[1]
        )  # fmt: skip
    for case, answer in _representatives(minors, desk).items():
        outcomes[case] = answer if answer != "nobody" else StepFailed(
            "the recipient is a minor and no legal representative is known (G-33): name one"
        )  # fmt: skip
    return outcomes


def identify_carer(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§116 with G-33: mother, father, adoptive parent or guardian of the child, by the kinship service."""
    return _representatives(cases, desk)


def _representatives(cases: Sequence[Case], desk: Desk) -> dict[int, Outcome | str]:
    if not cases:
        return {}
    clause = benefit_of(cases[0].value("benefit")).clause("identify")
    chosen, answered = first_relatives(cases, desk, clause, "find who raises or represents the child")
    outcomes = dict[int, Outcome | str]((number, "nobody") for number in answered)
    for number, (relation, subject, region) in chosen.items():
        facts = {"relation": desk.law.fact(relation, "kinship service")}
        outcomes[number] = Outcome("identified", facts=facts, recipient=subject, region=region)
    return outcomes


def orphanage(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§116: a child who lives in an orphanage is left out of the list (G-39)."""
    purpose, clause = "whether the child lives in an orphanage", ACT["§116"]
    asked = [
        ByIin(ref=str(number), iin=iin)
        for number, iin in subject_iins(cases, desk, "SDU", purpose, clause).items()
    ]
    answers = desk.partners.ask(ORPHANAGE, asked, purpose=purpose, clause=clause.id)
    outcomes = dict[int, Outcome | str]()
    for case in cases:
        answer = answers.get(str(case.id))
        if answer is not None:
            name = "in_orphanage" if answer.lives_there else "at_home"
            facts = {"orphanage": desk.law.fact(answer.lives_there, "National Education Database")}
            finding = desk.law.finding(clause, name, case, "orphanage")
            outcomes[case.id] = Outcome(name, facts=facts, findings=[finding])
    return outcomes


@carries_out(ACT["§89"], ACT["§90.part1"], ACT["§90.part2"])
def by_cause(case: Case, law: Law) -> Outcome:
    """§89, §90: automatic only for exactly general illness or exactly work injury (G-55)."""
    causes = case.value("causes", [])
    automatic = len(causes) == 1 and causes[0] in AUTOMATIC_CAUSES
    name = "automatic" if automatic else "considered"
    clause = ACT["§90.part2"] if automatic else ACT["§89"]
    facts = {"route": law.fact(name, "E-Maket")}
    return Outcome(name, facts=facts, findings=[law.finding(clause, name, case, "causes")])
