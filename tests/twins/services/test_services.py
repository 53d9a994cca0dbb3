"""The twins' answers, asked in one process."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from qyzmet.exchange import systems as s
from qyzmet.exchange.social import ALL_OPERATIONS
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.errors import PartnerNonsense
from qyzmet_twins.partners import InProcessPartners
from qyzmet_twins.services import Knobs, Services
from qyzmet_twins.tiny import TinyWorld

START = datetime(2024, 2, 12, 3, tzinfo=UTC)
BENEFIT = "LARGE_FAMILY_ALLOWANCE"
WHY = {"purpose": "test", "clause": "proactive:§6"}


class Country:
    def __init__(self) -> None:
        self.world, self.clock = TinyWorld(), HandClock(START)
        self.mother = self.world.person(phone="+77010000001", accounts={"bank_b": 2})
        self.child = self.world.birth(self.mother, at=START + timedelta(hours=1), order=4)
        self.world.award(self.mother, at=START + timedelta(hours=2))
        self.services = Services(self.world, self.clock, knobs=Knobs(0, 0, 0, 0))
        self.partners = InProcessPartners(self.world, self.clock, services=self.services)

    def placement(self, **other: object) -> s.Placement:
        fields = {
            "ref": "1",
            "key": "case-1",
            "service": BENEFIT,
            "iin": self.mother,
            "iban": self.world.accounts(self.mother, "bank_b")[0],
            "amount_tiyn": 5_900_000,
            "document": b"decision",
            "signature": b"cms",
        }
        return s.Placement(**(fields | other))


@pytest.fixture
def country() -> Country:
    return Country()


def test_an_event_is_seen_only_when_its_moment_has_come_and_the_cursor_is_stable(country: Country) -> None:
    page = s.FeedPage(ref="1", after="")
    assert country.partners.ask(s.BIRTHS, [page], **WHY)["1"].events == []
    assert country.services.next_event() == START + timedelta(hours=1)
    country.clock.advance(timedelta(hours=1))
    found = country.partners.ask(s.BIRTHS, [page], **WHY)["1"]
    assert [birth.child_iin for birth in found.events] == [country.child]
    again = country.partners.ask(s.BIRTHS, [page], **WHY)["1"]
    assert again == found
    after = s.FeedPage(ref="1", after=found.cursor)
    assert country.partners.ask(s.BIRTHS, [after], **WHY)["1"] == s.Births(ref="1", events=[], cursor="1")
    country.clock.advance(timedelta(hours=1))
    assert len(country.partners.ask(s.AWARDS, [page], **WHY)["1"].events) == 1
    assert country.services.next_event() is None


@pytest.mark.parametrize("cursor", ["-1", "x", "٣", "1" * 40])
def test_a_cursor_the_feed_never_gave_is_refused(country: Country, cursor: str) -> None:
    with pytest.raises(PartnerNonsense, match="cursor"):
        country.partners.ask(s.BIRTHS, [s.FeedPage(ref="1", after=cursor)], **WHY)


def test_a_child_is_unknown_before_birth_and_then_belongs_to_the_family(country: Country) -> None:
    child, mother = s.ByIin(ref="c", iin=country.child), s.ByIin(ref="m", iin=country.mother)
    assert not country.partners.ask(s.PERSONS, [child], **WHY)["c"].known
    assert len(country.partners.ask(s.FAMILY, [mother], **WHY)["m"].children) == 3
    country.clock.advance(timedelta(hours=1))
    assert country.partners.ask(s.PERSONS, [child], **WHY)["c"].known
    relatives = country.partners.ask(s.PARENTS, [child], **WHY)["c"].relatives
    assert relatives == [s.Relative(iin=country.mother, relation="mother")]
    children = country.partners.ask(s.FAMILY, [mother], **WHY)["m"].children
    assert len(children) == 4
    assert children[-1].birth_day == date(2024, 2, 9)


def test_a_placement_counts_once_and_is_then_existing(country: Country) -> None:
    search = s.ForService(ref="1", iin=country.mother, service=BENEFIT)
    assert not country.partners.ask(s.ODK_SEARCH, [search], **WHY)["1"].case_file
    first = country.partners.ask(s.ODK_PLACE, [country.placement()], **WHY)["1"]
    repeat = country.partners.ask(s.ODK_PLACE, [country.placement(ref="other")], **WHY)["other"]
    assert (first.repeated, repeat.repeated) == (False, True)
    assert first.receipt == repeat.receipt
    assert len(country.services.placements) == 1
    assert country.partners.ask(s.ODK_SEARCH, [search], **WHY)["1"].case_file
    assert country.partners.ask(s.E_MAKET_SEARCH, [search], **WHY)["1"].application


def test_a_key_with_another_content_is_refused_and_nothing_of_the_question_is_done(country: Country) -> None:
    country.partners.ask(s.ODK_PLACE, [country.placement()], **WHY)
    fresh, clash = country.placement(ref="2", key="case-2"), country.placement(ref="3", amount_tiyn=1)
    with pytest.raises(PartnerNonsense, match="'3' came before with another content") as refused:
        country.partners.ask(s.ODK_PLACE, [fresh, clash], **WHY)
    assert country.mother not in str(refused.value)
    assert len(country.services.placements) == 1


def test_consent_is_requested_and_recorded_once(country: Country) -> None:
    request = s.ConsentRequest(ref="1", key="k", iin=country.mother, service=BENEFIT)
    made = country.partners.ask(s.CONSENT_REQUEST, [request], **WHY)["1"]
    assert country.partners.ask(s.CONSENT_REQUEST, [request], **WHY)["1"].request == made.request
    answer = s.ConsentAnswer(ref="1", key="k", request=made.request, answer="agree", at=START)
    recorded = country.partners.ask(s.CONSENT_ANSWER, [answer], **WHY)["1"]
    repeat = country.partners.ask(s.CONSENT_ANSWER, [answer], **WHY)["1"]
    assert (recorded.repeated, repeat.repeated) == (False, True)
    unasked = s.ConsentAnswer(ref="1", key="z", request="PDAC-9", answer="agree", at=START)
    with pytest.raises(PartnerNonsense, match="never made"):
        country.partners.ask(s.CONSENT_ANSWER, [unasked], **WHY)


def test_accounts_are_those_from_before_and_those_opened_by_now(country: Country) -> None:
    who = s.ByIin(ref="1", iin=country.mother)
    opened_at = START + timedelta(days=1)
    country.services.opened.add(country.mother, "bank_a", "KZ1", opened_at)
    bank_a, bank_b = s.BANK_ACCOUNTS["bank_a"], s.BANK_ACCOUNTS["bank_b"]
    assert country.partners.ask(bank_a, [who], **WHY)["1"].ibans == []
    assert len(country.partners.ask(bank_b, [who], **WHY)["1"].ibans) == 2
    country.clock.set(opened_at)
    assert country.partners.ask(bank_a, [who], **WHY)["1"].ibans == ["KZ1"]


def test_unwelcome_answers_come_in_the_share_that_was_set_and_always_for_the_same_persons() -> None:
    world, clock = TinyWorld(), HandClock(START)
    asked = [s.ForService(ref=str(n), iin=world.person(), service=BENEFIT) for n in range(400)]
    knobs = Knobs(unconfirmed=0.3, unidentified=0.2, pending=0.1, appointed=0)
    one, two, other = (Services(world, clock, seed=seed, knobs=knobs) for seed in (1, 1, 2))
    confirmed = one.answer(s.CONFIRM, asked)
    assert 80 < sum(not answer.confirmed for answer in confirmed) < 160
    assert all(bool(answer.reason) != answer.confirmed for answer in confirmed)
    assert confirmed == two.answer(s.CONFIRM, asked)
    assert confirmed != other.answer(s.CONFIRM, asked)
    data = one.answer(s.MLSP_DATA, asked)
    assert 50 < sum(not answer.identified for answer in data) < 110
    assert 15 < sum(answer.pending for answer in data) < 70


def test_a_question_of_too_many_items_or_with_a_ref_twice_is_refused(country: Country) -> None:
    who = s.ByIin(ref="1", iin=country.mother)
    with pytest.raises(PartnerNonsense, match="ref of its own"):
        country.partners.ask(s.PERSONS, [who, who], **WHY)


def test_every_operation_of_the_contract_is_served(country: Country) -> None:
    assert all(country.services.answer(operation, []) == [] for operation in ALL_OPERATIONS)
