"""The registry events that start cases: births (§6) and state awards (§29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from msgspec import structs

from qyzmet.acts.proactive.benefits import AWARDED_MOTHER_ALLOWANCE, LARGE_FAMILY_ALLOWANCE, Benefit
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.cases.case import Law
from qyzmet.cases.package import Arrival, Desk, Feed
from qyzmet.exchange.contract import MOST_ITEMS, Item, Operation
from qyzmet.exchange.systems import AWARDS, BIRTHS, Award, Birth, FeedPage
from qyzmet.law.act import Clause, carries_out
from qyzmet.people.identifiers import parse_iin
from qyzmet.people.regions import REGIONS
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, PartnerAway

Page = TypeVar("Page", bound=Item)

FOURTH = 4  # "a fourth or later child", §6

_LONGEST_NAME = 200
_FIRST_YEAR, _LAST_YEAR = 1900, 9999


def page_of(
    desk: Desk, operation: Operation[FeedPage, Page], cursor: str, purpose: str, clause: Clause
) -> Page:
    """The page of a feed after the cursor. Raises PartnerAway."""
    answers = desk.partners.ask(
        operation, [FeedPage(ref="page", after=cursor, limit=MOST_ITEMS)], purpose=purpose, clause=clause.id
    )
    if "page" not in answers:
        raise PartnerAway(f"the feed {operation.path} gave no page")
    return answers["page"]


@carries_out(ACT["§6"])
def births(desk: Desk, cursor: str) -> tuple[Sequence[Arrival], str]:
    """Births of a fourth or later child; others start nothing."""
    page = page_of(desk, BIRTHS, cursor, "births of a fourth or later child", ACT["§6"])
    return [_of_birth(desk.law, birth) for birth in page.events], page.cursor


def _of_birth(law: Law, birth: Birth) -> Arrival:
    facts = {"birth_order": birth.order, "birth_day": birth.birth_day.isoformat()}
    source = "State Database Individuals"
    arrival = arrival_of(law, birth, birth.child_iin, birth.birth_day, LARGE_FAMILY_ALLOWANCE, source, facts)
    return structs.replace(arrival, concerned=birth.order >= FOURTH)


@carries_out(ACT["§29"])
def awards(desk: Desk, cursor: str) -> tuple[Sequence[Arrival], str]:
    """State awards, from the state bodies' systems."""
    page = page_of(desk, AWARDS, cursor, "state awards of mothers", ACT["§29"])
    return [_of_award(desk.law, award) for award in page.events], page.cursor


def _of_award(law: Law, award: Award) -> Arrival:
    facts = {"award": award.award, "award_day": award.award_day.isoformat()}
    return arrival_of(law, award, award.iin, award.award_day, AWARDED_MOTHER_ALLOWANCE, "state bodies", facts)


class RegistryRow(Protocol):
    """What rows of all feeds have."""

    @property
    def event(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def region(self) -> str: ...


@carries_out(ACT["order.6"])
def arrival_of(
    law: Law,
    row: RegistryRow,
    iin: str,
    day: date,
    benefit: Benefit,
    source: str,
    facts: Mapping[str, object],
    suffix: str = "",
) -> Arrival:
    """The arrival of a row for a benefit; `suffix` tells apart the cases that one event starts.

    It is judged by the law of the day on which the news came (order cl. 6, G-42).
    """
    fault = _fault(row, iin, day)
    found = {name: law.fact(value, source, day) for name, value in facts.items()}
    name = row.event if _is_name(row.event) else ascii(row.event)[:_LONGEST_NAME]
    return Arrival(
        event=f"{name}/{suffix}" if suffix else name,
        at=row.at,
        iin=iin,
        region=row.region,
        as_of=day if fault else legal_date(row.at),
        procedure=benefit.code,
        facts={"benefit": law.fact(benefit.code, "SDU"), **found},
        refused=fault,
        revision=getattr(row, "revision", 1),
        withdrawn=getattr(row, "withdrawn", False),
    )


@carries_out(ACT["§5"])
def _fault(row: RegistryRow, iin: str, day: date) -> str:
    """Why a row cannot be taken; "" where it can. The others of its page are taken, this one is set aside.

    The owner of the data answers for it (§5), so nothing is guessed or mended here.
    """
    if not _is_name(row.event):
        return "without a readable name of the event"
    try:
        parse_iin(iin)
    except BadValue as error:
        return f"{error.field}: {error.rule}"
    if row.region not in REGIONS:
        return "region: is not one of the classifier"
    if row.at.tzinfo is None or not _FIRST_YEAR <= row.at.year < _LAST_YEAR:
        return "moment: has no time zone, or lies outside the years that are possible"
    if day > legal_date(row.at):
        return "day: lies after the moment of the event"
    return ""


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_NAME and text.isprintable()


FEEDS = (
    Feed("individuals_db/births", births, Birth, _of_birth),
    Feed("state_bodies/awards", awards, Award, _of_award),
)
