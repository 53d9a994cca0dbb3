"""The registry events that start cases: births (§6) and state awards (§29)."""

from __future__ import annotations

from collections.abc import Sequence

from qyzmet.acts.proactive.benefits import AWARDED_MOTHER_ALLOWANCE, LARGE_FAMILY_ALLOWANCE
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.cases.case import Fact
from qyzmet.cases.package import Arrival, Desk, Feed
from qyzmet.exchange.systems import AWARDS, BIRTHS, Award, Birth, FeedPage
from qyzmet.law.act import carries_out
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import PartnerAway


FOURTH = 4  # "a fourth or later child", §6


@carries_out(ACT["§6"])
def births(desk: Desk, cursor: str) -> tuple[Sequence[Arrival], str]:
    """Births of a fourth or later child; others start nothing."""
    answers = desk.partners.ask(
        BIRTHS,
        [FeedPage(ref="page", after=cursor)],
        purpose="births of a fourth or later child",
        clause="proactive:§6",
    )
    if "page" not in answers:
        raise PartnerAway("the births feed gave no page")
    page = answers["page"]
    return [_of_birth(desk, birth) for birth in page.events if birth.order >= FOURTH], page.cursor


def _of_birth(desk: Desk, birth: Birth) -> Arrival:
    def fact(value: object) -> Fact:
        return desk.law.fact(value, "State Database Individuals", birth.birth_day)

    return Arrival(
        event=birth.event,
        at=birth.at,
        iin=birth.child_iin,
        region=birth.region,
        as_of=legal_date(birth.at),
        procedure=LARGE_FAMILY_ALLOWANCE.code,
        facts={
            "benefit": desk.law.fact(LARGE_FAMILY_ALLOWANCE.code, "SDU"),
            "birth_order": fact(birth.order),
            "birth_day": fact(birth.birth_day.isoformat()),
        },
    )


@carries_out(ACT["§29"])
def awards(desk: Desk, cursor: str) -> tuple[Sequence[Arrival], str]:
    """State awards, from the state bodies' systems."""
    answers = desk.partners.ask(
        AWARDS,
        [FeedPage(ref="page", after=cursor)],
        purpose="state awards of mothers",
        clause="proactive:§29",
    )
    if "page" not in answers:
        raise PartnerAway("the awards feed gave no page")
    page = answers["page"]
    return [_of_award(desk, award) for award in page.events], page.cursor


def _of_award(desk: Desk, award: Award) -> Arrival:
    def fact(value: object) -> Fact:
        return desk.law.fact(value, "state bodies", award.award_day)

    return Arrival(
        event=award.event,
        at=award.at,
        iin=award.iin,
        region=award.region,
        as_of=legal_date(award.at),
        procedure=AWARDED_MOTHER_ALLOWANCE.code,
        facts={
            "benefit": desk.law.fact(AWARDED_MOTHER_ALLOWANCE.code, "SDU"),
            "award": fact(award.award),
            "award_day": fact(award.award_day.isoformat()),
        },
    )


FEEDS = (Feed("individuals_db/births", births), Feed("state_bodies/awards", awards))
