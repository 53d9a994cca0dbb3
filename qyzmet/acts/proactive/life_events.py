"""Deaths, disability and unemployment: the registry events of chapters 4 to 9.

One event may start several cases (G-36), each under its own number: the event's, a slash, the chapter.
Chapters 7 and 8 run in real time (§116, §137): a feed is asked at every turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from qyzmet.acts.proactive.benefits import (
    BURIAL_PAYMENT,
    DISABILITY_ALLOWANCE,
    DISABLED_CHILD_CARER_ALLOWANCE,
    JOB_LOSS_PAYMENT,
    SURVIVOR_ALLOWANCE,
    SURVIVOR_PAYMENT,
    WORK_CAPACITY_LOSS_PAYMENT,
    Benefit,
)
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.disability import ADULT
from qyzmet.acts.proactive.events import arrival_of, page_of
from qyzmet.cases.case import Law
from qyzmet.cases.package import Arrival, Desk, Feed
from qyzmet.exchange.social import (
    DEATHS,
    DISABILITIES,
    SURVIVORS,
    UNEMPLOYED,
    Death,
    Disability,
    Survivor,
    Unemployed,
)
from qyzmet.exchange.systems import ByIin
from qyzmet.law.act import carries_out
from qyzmet.law.deadline import months_years
from qyzmet.runtime.errors import PartnerAway

_INDIVIDUALS = "State Database Individuals"


def _arrival(
    law: Law, row: Any, benefit: Benefit, suffix: str, iin: str, day: date, source: str,
    facts: Mapping[str, object],
) -> Arrival:  # fmt: skip
    return arrival_of(law, row, iin, day, benefit, source, facts, suffix)


# --- deaths: chapters 4 and 8 ---------------------------------------------------------------------


@carries_out(ACT["§48"], ACT["§137"])
def deaths(desk: Desk, cursor: str) -> tuple[Sequence[Arrival], str]:
    """§48: each death may give a burial payment; §137: its survivors two services each."""
    page = page_of(desk, DEATHS, cursor, "deaths", ACT["§48"])
    arrivals = [
        _arrival(desk.law, row, BURIAL_PAYMENT, "4", row.iin, row.death_day, _INDIVIDUALS,
                 {"death_day": row.death_day.isoformat()})
        for row in page.events
    ]  # fmt: skip
    purpose, clause = "potential recipients and dependants of the deceased", ACT["§137"]
    asked = [ByIin(ref=str(place), iin=row.iin) for place, row in enumerate(page.events)]
    answers = desk.partners.ask(SURVIVORS, asked, purpose=purpose, clause=clause.id) if asked else {}
    if len(answers) < len(asked):
        raise PartnerAway("the kinship service left a death unanswered")
    subjects = desk.vault.subjects_for([row.iin for row in page.events])
    for place, row in enumerate(page.events):
        arrivals += _survivors(desk.law, row, subjects[place], answers[str(place)].survivors)
    return arrivals, page.cursor


def _survivors(law: Law, row: Death, deceased: int, survivors: Sequence[Survivor]) -> Iterator[Arrival]:
    """Two cases per recipient; a minor's recipient is the legal representative (G-33, G-37)."""
    groups: dict[str, list[Survivor]] = {}
    for survivor in sorted(survivors, key=lambda each: each.birth_day):
        groups.setdefault(_recipient(law, survivor, row), []).append(survivor)
    total, before = len(survivors), 0
    for number, (iin, own) in enumerate(groups.items(), start=1):
        facts = {
            "death_day": row.death_day.isoformat(),
            "deceased": deceased,
            "dependants": total,
            "dependants_own": len(own),
            "dependants_before": before,
            "full_orphan": all(each.full_orphan for each in own),
        }
        if iin == own[0].iin:  # without a representative; a minor's case then goes to people
            facts["age"] = _age(own[0].birth_day, row.death_day)
        before += len(own)
        for benefit, letter in ((SURVIVOR_ALLOWANCE, "a"), (SURVIVOR_PAYMENT, "p")):
            suffix = f"{number}/8{letter}"
            yield _arrival(law, row, benefit, suffix, iin, row.death_day, _INDIVIDUALS, facts)


def _recipient(law: Law, survivor: Survivor, death: Death) -> str:
    """The survivor, or for a minor the first legal representative in the order of G-33, not the deceased."""
    if death.death_day >= months_years(survivor.birth_day, years=ADULT):
        return survivor.iin
    order: list[str] = law.policies["G-33"]
    known = [
        relative
        for relative in survivor.representatives
        if relative.relation in order and relative.iin != death.iin
    ]
    ranked = sorted(known, key=lambda relative: order.index(relative.relation))
    return ranked[0].iin if ranked else survivor.iin


# --- disability: chapters 5, 6 and, for a child, 7 ------------------------------------------------


@carries_out(ACT["§72"], ACT["§93"], ACT["§116"])
def disabilities(desk: Desk, cursor: str) -> tuple[Sequence[Arrival], str]:
    """§72: every person; §93: adults, who alone can have contributions; §116: who raises a child."""
    page = page_of(desk, DISABILITIES, cursor, "disability established", ACT["§72"])
    return [arrival for row in page.events for arrival in _of_disability(desk.law, row)], page.cursor


def _of_disability(law: Law, row: Disability) -> Iterator[Arrival]:
    age = _age(row.birth_day, row.established)
    facts: dict[str, object] = {
        "age": age,
        "causes": row.causes,
        "established": row.established.isoformat(),
    }
    if row.group is not None:
        facts["group"] = row.group
    if len(row.causes) == 1:
        facts["cause"] = row.causes[0]
    if row.loss_degree is not None:
        facts["loss_degree"] = row.loss_degree
    child = age < ADULT
    for benefit, suffix, concerned in (
        (DISABILITY_ALLOWANCE, "5", True),
        (WORK_CAPACITY_LOSS_PAYMENT, "6", not child),
        (DISABLED_CHILD_CARER_ALLOWANCE, "7", child),
    ):
        if concerned:
            yield _arrival(law, row, benefit, suffix, row.iin, row.established, "MODB", facts)


def _age(birth_day: date, on: date) -> int:
    years = on.year - birth_day.year
    return years - (on < months_years(birth_day, years=years))


# --- unemployment: chapter 9 ----------------------------------------------------------------------


@carries_out(ACT["§162"])
def unemployed(desk: Desk, cursor: str) -> tuple[Sequence[Arrival], str]:
    """§162: registered as unemployed in the "Labour Market" AIS under order No 385/НҚ (G-02)."""
    page = page_of(desk, UNEMPLOYED, cursor, "registered as unemployed", ACT["§162"])
    return [_of_unemployed(desk.law, row) for row in page.events], page.cursor


def _of_unemployed(law: Law, row: Unemployed) -> Arrival:
    facts = {"registered": row.registered.isoformat()}
    return _arrival(law, row, JOB_LOSS_PAYMENT, "9", row.iin, row.registered, "Labour Market AIS", facts)


LIFE_FEEDS = (
    Feed("individuals_db/deaths", deaths),
    Feed("modb/disabilities", disabilities),
    Feed("labour_market/unemployed", unemployed),
)
