"""The synthetic country answers what chapters 4 to 9 ask."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from qyzmet.exchange import social as o
from qyzmet.exchange import systems as s
from qyzmet.exchange.client import HttpPartners
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.country import SOCIAL_CASES
from qyzmet_twins.country.pensions import SHOWN_BY_E_MAKET, case_bit
from qyzmet_twins.countryworld import CountryWorld
from qyzmet_twins.outside import Outside
from qyzmet_twins.partners import InProcessPartners
from qyzmet_twins.serving import Served

START = datetime(2024, 2, 12, 3, tzinfo=UTC)
LATER = START + timedelta(days=31)
WHY = {"purpose": "test", "clause": "proactive:§48"}
PAGE = s.FeedPage(ref="1", after="", limit=10_000)


@pytest.fixture(scope="module")
def world() -> CountryWorld:
    return CountryWorld.generate(20_000, 3, date(2024, 2, 12), 30, event_rate=10)


@pytest.fixture(scope="module")
def partners(world: CountryWorld) -> InProcessPartners:
    return InProcessPartners(world, HandClock(LATER))


def test_feeds_are_in_order_and_in_utc(world: CountryWorld) -> None:
    for events in (world.deaths(), world.disabilities(), world.registered_unemployed()):
        moments = [event.at for event in events]
        assert len(events) > 10
        assert moments == sorted(moments)
        assert all(moment.utcoffset() == timedelta() for moment in moments)
        assert len({event.event for event in events}) == len(events)


def test_a_death_can_be_followed_to_who_buried_and_who_depended(partners: InProcessPartners) -> None:
    deaths = partners.ask(o.DEATHS, [PAGE], **WHY)["1"].events
    dead = [s.ByIin(ref=death.iin, iin=death.iin) for death in deaths]
    assert not any(person.alive for person in partners.ask(s.PERSONS, dead, **WHY).values())
    applicants = partners.ask(o.DEATH_APPLICANT, dead, **WHY)
    takers = partners.ask(o.BODY_TAKER, dead, **WHY)
    pairs = [o.Pair(ref=ref, iin=ref, other=found.iin) for ref, found in applicants.items() if found.iin]
    assert 0.8 < len(pairs) / len(deaths) < 1
    assert any(takers[ref].iin for ref, found in applicants.items() if not found.iin)
    kin = partners.ask(o.KINSHIP, pairs, **WHY)
    assert 0.8 < np.mean([one.kin for one in kin.values()]) < 1
    pensions = partners.ask(o.ODK_PENSIONS, dead, **WHY)
    assert 0.5 < np.mean([bool(one.kinds) for one in pensions.values()]) < 0.9
    survivors = partners.ask(o.SURVIVORS, dead, **WHY)
    minors = [one for found in survivors.values() for one in found.survivors if one.birth_day.year > 2007]
    assert minors
    for one in minors[:20]:
        relatives = partners.ask(s.PARENTS, [s.ByIin(ref="1", iin=one.iin)], **WHY)["1"].relatives
        assert all(who in relatives for who in one.representatives)


def test_nothing_is_known_of_a_death_before_its_information_arrives(world: CountryWorld) -> None:
    death = next(death for death in world.deaths() if world.death_applicant(death.iin, death.at))
    before = death.at - timedelta(minutes=1)
    assert world.death_applicant(death.iin, before) is world.body_taker(death.iin, before) is None


def test_a_disability_says_what_the_contract_says(partners: InProcessPartners) -> None:
    events = partners.ask(o.DISABILITIES, [PAGE], **WHY)["1"].events
    for event in events:
        assert event.established <= event.at.date()
        assert event.group in (None, 1, 2, 3)
        assert event.loss_degree is None or 30 <= event.loss_degree <= 100
    young = [event for event in events if event.group is None]
    assert young
    assert all(event.causes in (["child"], []) and event.loss_degree is None for event in young)


def test_the_unemployed_have_contributions_or_too_few(
    world: CountryWorld, partners: InProcessPartners
) -> None:
    events = partners.ask(o.UNEMPLOYED, [PAGE], **WHY)["1"].events
    asked = [o.BeforeMonth(ref=one.event, iin=one.iin, before=date(2024, 2, 1)) for one in events]
    found = partners.ask(o.CONTRIBUTIONS, asked, **WHY).values()
    enough = [one for one in found if one.months >= 6]
    assert 0.6 < len(enough) / len(events) < 0.9
    assert all(one.income_24_months_tiyn > 0 for one in enough)
    assert all(one.income_24_months_tiyn <= 24 * 595_000_00 for one in found)
    hired = world.country.iin_of(int(np.flatnonzero(world.country.hired)[0]))
    now, later = (world.contributions_before(hired, day) for day in (date(2024, 2, 1), date(2025, 2, 1)))
    assert later[0] == now[0] + 12


def test_a_pension_may_be_shown_by_one_system_only(world: CountryWorld) -> None:
    country = world.country
    there = np.flatnonzero((country.pensions_shown == SHOWN_BY_E_MAKET) & (country.pensions > 0))
    iin = country.iin_of(int(there[0]))
    assert world.pensions(iin, "e_maket")
    assert not world.pensions(iin, "odk")


@pytest.mark.parametrize("service", SOCIAL_CASES)
def test_some_have_each_of_the_seven_benefits_already(world: CountryWorld, service: str) -> None:
    cases = np.flatnonzero(world.country.social_cases & case_bit(service))
    assert len(cases)
    assert world.existing(world.country.iin_of(int(cases[0])), service) == (True, True)


def test_nobody_is_known_by_a_wrong_iin(world: CountryWorld) -> None:
    some = world.deaths()[0].iin
    for iin in ("", "x", "000000000000"):
        assert world.kin(iin, some) is world.kin(some, iin) is None
        assert world.death_applicant(iin, LATER) is world.body_taker(iin, LATER) is None
        assert world.contributions_before(iin, date(2024, 2, 1)) == (0, 0)
        assert not [*world.pensions(iin, "odk"), *world.survivors(iin, LATER)]
        assert not world.lives_in_orphanage(iin)
        assert world.existing(iin, "BURIAL_PAYMENT") == (False, False)


def test_feeds_come_the_same_over_http(world: CountryWorld, partners: InProcessPartners) -> None:
    outside = Outside(world, HandClock(LATER))
    with Served(outside) as served, HttpPartners(served.ports.url) as http:
        for operation in (o.DEATHS, o.DISABILITIES, o.UNEMPLOYED):
            assert http.ask(operation, [PAGE], **WHY) == partners.ask(operation, [PAGE], **WHY)
        dead = [s.ByIin(ref=death.iin, iin=death.iin) for death in world.deaths()]
        assert http.ask(o.SURVIVORS, dead, **WHY) == partners.ask(o.SURVIVORS, dead, **WHY)
