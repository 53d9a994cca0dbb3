"""Invariants about consent, deadlines and sums: what the act itself orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from qyzmet.acts.proactive.amounts import amount, keys_of
from qyzmet.acts.proactive.survivors import share
from qyzmet.cases.case import Case
from qyzmet.exchange.systems import Birth, Child
from qyzmet.runtime.errors import BadValue, Refused
from qyzmet.simulation.evidence import Evidence
from qyzmet.simulation.expected import age
from qyzmet.simulation.officials import ENTERED_TIYN
from qyzmet.simulation.workingdays import deadline, last_day

Found = Iterator[tuple[int | None, str]]

#: Working days by step, typed from the act: Annex 1, §19 to §22 (and §42 to §45), §24, §26, §26 part 2.
DAYS = {
    "consent": 3, "ask_bank": 3, "ask_banks": 3, "ask_new_account": 3, "monitor": 3,
    "decide": 3, "documents": 25, "supplement": 2, "supplement_late": 30,
}  # fmt: skip
#: Outcomes by which a step is left because its time is over.
RUN_OUT = {
    "consent": "silence", "ask_bank": "silence", "ask_banks": "silence", "ask_new_account": "silence",
    "monitor": "none", "documents": "nothing", "supplement": "late", "supplement_late": "period_over",
}  # fmt: skip
#: Steps whose days differ from chapter to chapter.
BY_CHAPTER = ("decide", "documents", "supplement", "supplement_late")
#: Replies that were sent in time may arrive so much later.
GRACE = timedelta(minutes=10)
_AGE = 18
_STUDENT_AGE = 23


def no_decision_without_consent(evidence: Evidence) -> Found:
    """§15 to §17, §38 to §40: nothing is decided before PDAC keeps the person's consent."""
    for decision in evidence.decisions:
        consents = [
            evidence.consents.get(f"agree/{case}") for case in _in_one_dialogue(evidence, decision.case)
        ]
        if not any(consent is not None and consent.at <= decision.at for consent in consents):
            yield decision.case, "was decided, and PDAC kept no consent by then"


def _in_one_dialogue(evidence: Evidence, number: int) -> list[int]:
    """The case, and of the two services of chapter 8 the other one, whose consent names both (§137)."""
    event = evidence.cases[number].event
    joint = event[:-1] if event.endswith(("/8a", "/8p")) else event
    return [
        other for other, case in evidence.cases.items() if case.event in (event, f"{joint}a", f"{joint}p")
    ]


def no_decision_after_a_refusal(evidence: Evidence) -> Found:
    """§16, §39 (G-46): where PDAC keeps a refusal, the process has ended and nothing is decided."""
    for decision in evidence.decisions:
        if f"refuse/{decision.case}" in evidence.consents:
            yield decision.case, "was decided, and PDAC keeps a refusal"


def every_deadline_is_counted_right(evidence: Evidence) -> Found:
    """§19 to §26, Annex 1 (G-12): so many working days, the day of the event not counted, until midnight."""
    for number, entries in evidence.entries.items():
        for entry in entries:
            for name, fact in entry.payload.learnt.items():
                step, _, what = name.rpartition(".")
                if what != "deadline":
                    continue
                start = datetime.fromisoformat(fact.value["start"])
                days = _days(evidence, number, step) or fact.value["working_days"]
                said = fact.value["last_day"], fact.value["working_days"]
                if said != (last_day(start, days).isoformat(), days):
                    yield number, f"{step}: {said}, counted again {last_day(start, days)}, {days}"
                here = entry.header["to"] == step
                if here and entry.payload.deadline != deadline(start, days):
                    yield number, f"{step} ends {entry.payload.deadline}, counted {deadline(start, days)}"
                if start > datetime.fromisoformat(entry.header["at"]):
                    yield number, f"{step}: the time starts in the future, at {start}"


def _days(evidence: Evidence, number: int, step: str) -> int | None:
    """Of the steps that differ by chapter only those of chapters 2 and 3 are typed here."""
    chapters = ("LARGE_FAMILY_ALLOWANCE", "AWARDED_MOTHER_ALLOWANCE")
    common = step in DAYS and step not in BY_CHAPTER
    return DAYS[step] if common or evidence.benefit_of[number] in chapters else None


def nothing_runs_out_before_its_time(evidence: Evidence) -> Found:
    """§19 to §26, Annex 1: a person's or an official's time is not cut short."""
    for number, entries in evidence.entries.items():
        ends: datetime | None = None
        for entry in entries:
            at = datetime.fromisoformat(entry.header["at"])
            for step, outcome, _, _ in entry.header["steps"][:1]:
                if outcome == RUN_OUT.get(step) and (ends is None or at < ends):
                    yield number, f"left {step} by {outcome} at {at}, its time ends at {ends}"
            ends = entry.payload.deadline


def every_deadline_is_acted_on(evidence: Evidence) -> Found:
    """§19 to §26, Annex 1: when a time is over the case leaves its step, or the task is marked overdue."""
    for number, case in evidence.cases.items():
        if case.status not in "wp" or case.deadline is None:
            continue
        if evidence.now >= case.deadline + GRACE and not case.value(f"{case.step}.overdue"):
            yield number, f"still waits at {case.step}, its time ended at {case.deadline}"


def sums_are_what_the_law_says(evidence: Evidence) -> Found:
    """Rules No 169: the sum is that of the family's children, or of the award, on the day of the event."""
    awards = {award.event: award.award for award in evidence.world.awards()}
    births = {birth.event: birth for birth in evidence.world.births()}
    for decision in evidence.decisions:
        case = evidence.cases[decision.case]
        if decision.outcome != "appoint":
            if decision.amount_tiyn:
                yield decision.case, "a refusal bears a sum"
            continue
        lawful = _lawful(evidence, case, awards, births)
        if lawful != decision.amount_tiyn:
            yield decision.case, f"was given {decision.amount_tiyn} tiyn, by the law {lawful}"


def _lawful(evidence: Evidence, case: Case, awards: Mapping[str, str], births: Mapping[str, Birth]) -> int:
    """From the world for chapters 2 and 3, from the case's facts for the others."""
    benefit = evidence.benefit_of[case.id]
    if case.event in awards:
        given: dict[str, object] = {"award": awards[case.event]}
    elif case.event in births:
        fact = case.facts["children"]
        who = _recipient(evidence, births[case.event].child_iin, fact.learnt)
        given = {"children": _children(evidence.world.family(who, fact.learnt), case.as_of)}
    else:
        given = {name: case.value(name) for name in keys_of(benefit) if name in case.facts}
    try:
        whole = amount(benefit, case.as_of, given).amount_tiyn
    except (BadValue, Refused):
        return ENTERED_TIYN
    if "dependants_own" not in case.facts:
        return whole
    own, before = case.value("dependants_own"), case.value("dependants_before")
    part: int = share(whole, own, before, case.value("dependants"))
    return part


def _recipient(evidence: Evidence, child: str, at: datetime) -> str:
    order = ("mother", "father", "adoptive_parent", "guardian")
    relatives = sorted(evidence.world.relatives(child, at), key=lambda r: order.index(r.relation))
    return relatives[0].iin


def _children(children: object, on: date) -> int:
    """Those living with the family who are under 18, or students under 23."""
    assert isinstance(children, list | tuple)
    return sum(_counts(child, on) for child in children)


def _counts(child: Child, on: date) -> bool:
    born = child.birth_day
    years = age(born, on)
    young = years < _AGE or (child.full_time_student and years < _STUDENT_AGE)
    return child.lives_together and born <= on and young
