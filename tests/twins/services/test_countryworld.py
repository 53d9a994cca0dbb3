"""The synthetic country answers as a world."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from qyzmet.exchange import systems as s
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.countryworld import CountryWorld
from qyzmet_twins.partners import InProcessPartners
from qyzmet_twins.temperament import Temperament

START = datetime(2024, 2, 12, 3, tzinfo=UTC)
WHY = {"purpose": "test", "clause": "proactive:§6"}


@pytest.fixture(scope="module")
def world() -> CountryWorld:
    return CountryWorld.generate(20_000, 3, date(2024, 2, 12), 10, event_rate=5)


def test_events_are_in_order_and_in_utc(world: CountryWorld) -> None:
    for events in (world.births(), world.awards()):
        assert events
        moments = [event.at for event in events]
        assert moments == sorted(moments)
        assert all(moment.utcoffset() == timedelta() for moment in moments)
        assert len({event.event for event in events}) == len(events)


def test_a_fourth_child_has_a_mother_with_four_children_who_can_be_followed(world: CountryWorld) -> None:
    clock = HandClock(START + timedelta(days=11))
    partners = InProcessPartners(world, clock)
    page = s.FeedPage(ref="1", after="", limit=10_000)
    fourth = [b for b in partners.ask(s.BIRTHS, [page], **WHY)["1"].events if b.order >= 4]
    assert fourth
    children = [s.ByIin(ref=birth.event, iin=birth.child_iin) for birth in fourth]
    parents = partners.ask(s.PARENTS, children, **WHY)
    mothers = [
        s.ByIin(ref=ref, iin=relative.iin)
        for ref, found in parents.items()
        for relative in found.relatives
        if relative.relation == "mother"
    ]
    assert len(mothers) == len(fourth)
    families = partners.ask(s.FAMILY, mothers, **WHY)
    persons = partners.ask(s.PERSONS, mothers, **WHY)
    numbers = partners.ask(s.NUMBERS, mothers, **WHY)
    for birth in fourth:
        assert len(families[birth.event].children) >= birth.order
        assert birth.birth_day in [child.birth_day for child in families[birth.event].children]
        assert persons[birth.event].known
        assert persons[birth.event].surname
    with_phone = [one for one in mothers if numbers[one.ref].phone]
    assert 0.6 < len(with_phone) / len(mothers) <= 1
    for one in with_phone:
        assert one.iin in world.owners(numbers[one.ref].phone or "")
        assert isinstance(world.temperament(one.iin), Temperament)
    accounts = [partners.ask(operation, mothers, **WHY) for operation in s.BANK_ACCOUNTS.values()]
    ibans = [iban for bank in accounts for answer in bank.values() for iban in answer.ibans]
    assert len(ibans) > len(mothers)
    assert all(int(iban[4:] + "2035" + iban[2:4]) % 97 == 1 for iban in ibans)


def test_a_child_is_not_there_before_its_registration(world: CountryWorld) -> None:
    birth = world.births()[-1]
    before, after = birth.at - timedelta(days=1), birth.at
    assert world.person_at(birth.child_iin, before) is None
    assert world.relatives(birth.child_iin, before) == ()
    assert world.person_at(birth.child_iin, after) is not None


def test_nobody_is_known_by_a_wrong_iin(world: CountryWorld) -> None:
    for iin in ("", "x", "000000000000", "٣" * 12):
        assert world.person_at(iin, START) is None
        assert not world.relatives(iin, START)
        assert not world.family(iin, START)
        assert not world.accounts(iin, "bank_a")
        assert world.phone(iin) is None
        assert world.temperament(iin) is None
        assert world.existing(iin, "LARGE_FAMILY_ALLOWANCE") == (False, False)


def test_some_have_their_allowance_already(world: CountryWorld) -> None:
    column = world.country.existing_large_family_case
    person = int(column.nonzero()[0][0])
    iin = world.country.iin_of(person)
    assert world.existing(iin, "LARGE_FAMILY_ALLOWANCE") == (True, True)
    assert world.existing(iin, "BURIAL_PAYMENT") == (False, False)
