"""SDU's part before the list goes out: who is concerned, the family, what exists already (§6, §29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from qyzmet.acts.proactive.benefits import benefit_of
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.cases.case import Case, Law, Outcome
from qyzmet.cases.package import Desk
from qyzmet.exchange.systems import (
    CONFIRM,
    E_MAKET_SEARCH,
    FAMILY,
    ODK_SEARCH,
    PARENTS,
    PERSONS,
    ByIin,
    Child,
    Confirmation,
    Existing,
    ForService,
    Person,
    Relative,
)
from qyzmet.law.act import Clause, carries_out
from qyzmet.law.deadline import months_years
from qyzmet.people.vault import Identity
from qyzmet.runtime.errors import PartnerNonsense

LISTED_AWARDS = ("ALTYN_ALQA", "KUMIS_ALQA", "BATYR_ANA", "ANA_DANQY_1", "ANA_DANQY_2")


@carries_out(ACT["order.3"], ACT["§4"])
def iins(cases: Sequence[Case], desk: Desk, who: str, purpose: str, clause: Clause) -> dict[int, str]:
    """The IIN of each case's person, by case id, for one question; each look is logged (G-41).

    Cases carry pseudonyms; the next check gets the identifier it needs and nothing more. An erased
    person is missing.
    """
    found = desk.vault.reveal(
        [case.person for case in cases], who=who, purpose=purpose, clause=clause.id, fields=("iin",)
    )
    return {
        case.id: iin
        for case in cases
        if (identity := found.get(case.person)) is not None and (iin := identity.iin) is not None
    }


def subject_iins(cases: Sequence[Case], desk: Desk, who: str, purpose: str, clause: Clause) -> dict[int, str]:
    """The IIN of whom each case is about: the child, the person with disability, the deceased."""
    about = {case.id: case.value("deceased", case.subject) for case in cases}
    found = desk.vault.reveal(about.values(), who=who, purpose=purpose, clause=clause.id, fields=("iin",))
    return {
        number: iin
        for number, subject in about.items()
        if (identity := found.get(subject)) is not None and (iin := identity.iin) is not None
    }


def enter_person(iin_of: Mapping[int, str], desk: Desk, clause: Clause) -> dict[int, tuple[int, str] | None]:
    """Subject and region of each case's person; None for one who is unknown or dead. Enters the vault."""
    persons = _persons(iin_of, desk, clause)
    alive = {
        number: (iin_of[number], person)
        for number, person in persons.items()
        if person.known and person.alive
    }
    subjects = _learn(alive, desk)
    return {
        number: (subjects[number], person.region) if number in alive else None
        for number, person in persons.items()
    }


def first_relatives(
    cases: Sequence[Case], desk: Desk, clause: Clause, purpose: str
) -> tuple[dict[int, tuple[str, int, str]], set[int]]:
    """Relation, subject and region of the first living relative in the order of G-33, and all answered.

    Asked for whom the case came in for: the child, the minor with disability, the minor survivor.
    """
    asked = [
        ByIin(ref=str(number), iin=iin) for number, iin in iins(cases, desk, "SDU", purpose, clause).items()
    ]
    answers = desk.partners.ask(PARENTS, asked, purpose=purpose, clause=clause.id)
    ranked = {int(ref): _ranked(answer.relatives, desk.law) for ref, answer in answers.items()}
    chosen, unanswered = _first_alive(ranked, desk, clause)
    subjects = _learn({number: (relative.iin, person) for number, (relative, person) in chosen.items()}, desk)
    found: dict[int, tuple[str, int, str]] = {
        number: (relative.relation, subjects[number], person.region)
        for number, (relative, person) in chosen.items()
    }
    return found, ranked.keys() - unanswered


def identify_birth(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§6(a): the recipient through the kinship service; which relative is a reading (G-33).

    Who is dead or unknown is passed over for the next in the order. The other relatives are kept as
    pseudonyms: for one family only one case goes on (see `existing`).
    """
    purpose, clause = "find the recipient", ACT["§6"]
    asked = [
        ByIin(ref=str(number), iin=iin) for number, iin in iins(cases, desk, "SDU", purpose, clause).items()
    ]
    answers = desk.partners.ask(PARENTS, asked, purpose=purpose, clause=clause.id)
    ranked = {int(ref): _ranked(answer.relatives, desk.law) for ref, answer in answers.items()}
    chosen, unanswered = _first_alive(ranked, desk, clause)
    subjects = _learn({number: (relative.iin, person) for number, (relative, person) in chosen.items()}, desk)
    families = _families({number: ranked[number] for number in chosen}, desk)
    outcomes = dict[int, Outcome | str]()
    for case in cases:
        if case.id in chosen:
            relative, person = chosen[case.id]
            outcomes[case.id] = Outcome(
                "identified",
                facts={
                    "relation": desk.law.fact(relative.relation, "kinship service"),
                    "family": desk.law.fact(families[case.id], "kinship service"),
                },
                recipient=subjects[case.id],
                region=person.region,
                findings=[desk.law.finding(clause, "identified", case, "relation")],
            )
        elif case.id in ranked and case.id not in unanswered:
            outcomes[case.id] = "nobody"
    return outcomes


def _ranked(relatives: Sequence[Relative], law: Law) -> list[Relative]:
    """In the order of G-33. Raises PartnerNonsense for a relation that the act does not know."""
    order: list[str] = law.policies["G-33"]
    strange = {relative.relation for relative in relatives} - set(order)
    if strange:
        raise PartnerNonsense(f"the kinship service names a relation that is none of {', '.join(order)}")
    return sorted(relatives, key=lambda relative: order.index(relative.relation))


def _first_alive(
    ranked: Mapping[int, Sequence[Relative]], desk: Desk, clause: Clause
) -> tuple[dict[int, tuple[Relative, Person]], set[int]]:
    """The first relative of each case who is known and alive, and the cases left without an answer."""
    chosen, unanswered = dict[int, tuple[Relative, Person]](), set[int]()
    for place in range(max(map(len, ranked.values()), default=0)):
        wanted = {
            number: relatives[place]
            for number, relatives in ranked.items()
            if len(relatives) > place and number not in chosen and number not in unanswered
        }
        persons = _persons({number: relative.iin for number, relative in wanted.items()}, desk, clause)
        for number, relative in wanted.items():
            if number not in persons:
                unanswered.add(number)
            elif persons[number].known and persons[number].alive:
                chosen[number] = relative, persons[number]
    return chosen, unanswered


def _families(ranked: Mapping[int, Sequence[Relative]], desk: Desk) -> dict[int, list[int]]:
    """All relatives of each case as subjects."""
    numbers = list(dict.fromkeys(relative.iin for relatives in ranked.values() for relative in relatives))
    subject_of = dict(zip(numbers, desk.vault.subjects_for(numbers), strict=True))
    return {
        number: sorted({subject_of[relative.iin] for relative in relatives})
        for number, relatives in ranked.items()
    }


def identify_award(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§29: the awarded mother is herself the recipient; only the awards named in the act count."""
    clause = ACT["§29"]
    outcomes = dict[int, Outcome | str](
        (case.id, "nobody") for case in cases if case.value("award") not in LISTED_AWARDS
    )
    listed = [case for case in cases if case.id not in outcomes]
    known = iins(listed, desk, "SDU", "identify the awarded mother", clause)
    persons = _persons(known, desk, clause)
    alive = {
        number: (known[number], person) for number, person in persons.items() if person.known and person.alive
    }
    subjects = _learn(alive, desk)
    for case in listed:
        if case.id in alive:
            outcomes[case.id] = Outcome(
                "identified",
                recipient=subjects[case.id],
                region=alive[case.id][1].region,
                findings=[desk.law.finding(clause, "identified", case, "award", "award_day")],
            )
        elif case.id in persons:
            outcomes[case.id] = "nobody"
    return outcomes


def _persons(iin_of: Mapping[int, str], desk: Desk, clause: Clause) -> dict[int, Person]:
    asked = [ByIin(ref=str(number), iin=iin) for number, iin in iin_of.items()]
    answers = desk.partners.ask(PERSONS, asked, purpose="identify the recipient", clause=clause.id)
    return {int(ref): answer for ref, answer in answers.items()}


def _learn(found: Mapping[int, tuple[str, Person]], desk: Desk) -> dict[int, int]:
    """Enters the persons into the vault; returns the subject of each case."""
    numbers = list(found)
    subjects = desk.vault.subjects_for([found[number][0] for number in numbers])
    desk.vault.learn(
        {
            subject: Identity(
                surname=found[number][1].surname,
                given=found[number][1].given,
                patronymic=found[number][1].patronymic or None,
                birth_day=found[number][1].birth_day,
                region=found[number][1].region,
                language=found[number][1].language,
            )
            for number, subject in zip(numbers, subjects, strict=True)
        }
    )
    return dict(zip(numbers, subjects, strict=True))


def composition(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§6(b): the family composition; who counts is a reading of Rules No 169 (G-34)."""
    purpose, clause = "assemble the family composition", ACT["§6"]
    known = iins(cases, desk, "SDU", purpose, clause)
    asked = [ByIin(ref=str(number), iin=iin) for number, iin in known.items()]
    answers = desk.partners.ask(FAMILY, asked, purpose=purpose, clause=clause.id)
    outcomes = dict[int, Outcome | str]()
    for case in cases:
        answer = answers.get(str(case.id))
        if answer is None:
            continue
        children = counted_children(answer.children, case.as_of, desk.law)
        name = "large" if children >= desk.law.policies["G-34.children"] else "not_large"
        outcomes[case.id] = Outcome(
            name,
            facts={"children": desk.law.fact(children, "kinship service", case.as_of)},
            findings=[desk.law.finding(clause, name, case, "children")],
        )
    return outcomes


def counted_children(children: Sequence[Child], on: date, law: Law) -> int:
    """Children living together who are under 18 on the day, or full-time students up to the age of G-34."""
    student_age: int = law.policies["G-34.student"]
    return sum(
        child.lives_together
        and child.birth_day <= on
        and (
            on < months_years(child.birth_day, years=18)
            or (child.full_time_student and on < months_years(child.birth_day, years=student_age))
        )
        for child in children
    )


def existing(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§6(c), §29 and parallels: an application or a case file in E-Maket or in ODK."""
    benefit = benefit_of(cases[0].value("benefit"))
    clause, purpose = benefit.clause("existing"), "look for an existing application or case file"
    of = subject_iins if benefit.about_subject else iins
    persons = {
        case.id: {case.subject} if benefit.about_subject else {case.person, *case.value("family", ())}
        for case in cases
    }
    matters = dict.fromkeys(persons, benefit.code)
    return search_existing(cases, desk, of(cases, desk, "SDU", purpose, clause), persons, matters, clause)


def search_existing(
    cases: Sequence[Case],
    desk: Desk,
    iin_of: Mapping[int, str],
    persons: Mapping[int, set[int]],
    matters: Mapping[int, str],
    clause: Clause,
) -> Mapping[int, Outcome | str]:
    """A hit in either system is a hit, as is what was imported of one of the `persons`. So is another case
    about the same persons and matter that is open or came to an appointment: of two events registered
    together neither registry knows yet.
    """
    purpose = "look for an existing application or case file"
    asked = [
        ForService(ref=str(case.id), iin=iin_of[case.id], service=case.value("benefit"))
        for case in cases
        if case.id in iin_of
    ]
    in_e_maket = desk.partners.ask(E_MAKET_SEARCH, asked, purpose=purpose, clause=clause.id)
    in_odk = desk.partners.ask(ODK_SEARCH, asked, purpose=purpose, clause=clause.id)
    hits_of = {
        case.id: _hits(in_e_maket[ref], in_odk[ref])
        for case in cases
        if (ref := str(case.id)) in in_e_maket and ref in in_odk
    }
    had = _imported(cases, desk, persons)
    hits_of = {number: [*hits, *had[number]] for number, hits in hits_of.items()}
    wanted = {case.id: (matters[case.id], persons[case.id]) for case in cases if hits_of.get(case.id) == []}
    alone = desk.claim(wanted, ["appointed"])
    outcomes = dict[int, Outcome | str]()
    for case in cases:
        if case.id not in hits_of:
            continue
        hits = hits_of[case.id]
        if not hits and case.id not in alone:
            hits = ["another proactive case about the same persons"]
        name = "found" if hits else "nothing"
        outcomes[case.id] = Outcome(
            name,
            facts={"existing": desk.law.fact(hits, "E-Maket and ODK")},
            findings=[desk.law.finding(clause, name, case, "existing")],
        )
    return outcomes


def _imported(cases: Sequence[Case], desk: Desk, persons: Mapping[int, set[int]]) -> dict[int, list[str]]:
    """What was imported of each case's persons and stands on its day."""
    everybody = {person for case in cases for person in persons[case.id]}
    found = desk.existing(everybody, benefit_of(cases[0].value("benefit")).code)
    return {
        case.id: sorted(
            {
                f"{each.kind} imported"
                for person in persons[case.id]
                for each in found.get(person, ())
                if each.on(case.as_of)
            }
        )
        for case in cases
    }


def _hits(in_e_maket: Existing, in_odk: Existing) -> list[str]:
    return [
        f"{what} in {system}"
        for system, answer in (("E-Maket", in_e_maket), ("ODK", in_odk))
        for what, hit in (("application", answer.application), ("case file", answer.case_file))
        if hit
    ]


@carries_out(ACT["§5"])
def confirm(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§8, §31: the state bodies' systems confirm the data; each owner answers for its own (§5)."""
    clause = benefit_of(cases[0].value("benefit")).clause("confirm")
    purpose = "confirm the data of the potential recipient"
    asked = _for_service(cases, desk, "SDU", purpose, clause)
    answers = desk.partners.ask(CONFIRM, asked, purpose=purpose, clause=clause.id)
    return {
        case.id: _confirmed(case, answers[str(case.id)], desk.law, clause)
        for case in cases
        if str(case.id) in answers
    }


def _confirmed(case: Case, answer: Confirmation, law: Law, clause: Clause) -> Outcome:
    name = "confirmed" if answer.confirmed else "not_confirmed"
    facts = {"confirmed": law.fact(answer.confirmed, "state bodies")}
    if answer.reason:
        facts["confirmed.reason"] = law.fact(answer.reason, "state bodies")
    return Outcome(name, facts=facts, findings=[law.finding(clause, name, case, "confirmed")])


def _for_service(
    cases: Sequence[Case], desk: Desk, who: str, purpose: str, clause: Clause
) -> list[ForService]:
    known = iins(cases, desk, who, purpose, clause)
    return [
        ForService(ref=str(case.id), iin=known[case.id], service=case.value("benefit"))
        for case in cases
        if case.id in known
    ]


def list_to_e_maket(case: Case, law: Law) -> str:
    """§7 with §8, §30 with §31: one transfer, as both conditions hold (G-03)."""
    return "handed_over"
