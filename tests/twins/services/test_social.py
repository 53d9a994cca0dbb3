"""What chapters 4 to 9 ask of the twins, in one process and over HTTP, over a world made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from qyzmet.exchange import social as o
from qyzmet.exchange import systems as s
from qyzmet.exchange.client import HttpPartners
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.errors import PartnerNonsense
from qyzmet_twins.outside import Outside
from qyzmet_twins.partners import InProcessPartners
from qyzmet_twins.serving import Served
from qyzmet_twins.tiny import TinyWorld
from qyzmet_twins.world import SocialWorld

START = datetime(2024, 2, 12, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHY = {"purpose": "test", "clause": "proactive:§48"}
PAGE = s.FeedPage(ref="1", after="")


class Town:
    """A pensioner who dies, her daughter, a neighbour, a widow with an orphaned boy, one out of work."""

    def __init__(self) -> None:
        self.world, self.clock = TinyWorld(), HandClock(START)
        world = self.world
        self.pensioner = world.person(birth_day=date(1950, 3, 1))
        self.daughter, self.neighbour = world.person(phone="+77010000001"), world.person()
        world.pension(self.pensioner, "age_pension", "basic_pension")
        world.pension(self.pensioner, "fund_payment", systems=["odk"])
        world.death(self.pensioner, at=START + HOUR, applicant=self.daughter)
        self.worker, self.widow = world.person(female=False), world.person()
        world.death(
            self.worker,
            at=START + 2 * HOUR,
            death_day=date(2020, 12, 31),
            body_taker=self.neighbour,
            relation=None,
        )
        world.contributions(self.worker, months=40, monthly_income_tiyn=300_000_00)
        world.related(self.worker, self.widow, "spouse")
        self.boy = world.survivor(
            self.worker, birth_day=date(2015, 9, 1), representatives={self.widow: "mother"}
        )
        self.student = world.survivor(self.worker, birth_day=date(2004, 9, 1), full_time_student=True)
        world.disability(self.daughter, at=START + HOUR, causes=["work_injury"], loss_degree=60)
        world.disability(self.boy, at=START + 2 * HOUR, group=3)
        self.baby = world.orphanage(world.person(birth_day=date(2022, 1, 1)))
        world.disability(self.baby, at=START + 3 * HOUR)
        world.unemployed(self.neighbour, at=START + HOUR)
        self.outside = Outside(world, self.clock)
        self.partners = InProcessPartners(world, self.clock, services=self.outside.services)

    def ask(self, operation, iin: str):  # type: ignore[no-untyped-def]
        return self.partners.ask(operation, [s.ByIin(ref="1", iin=iin)], **WHY)["1"]


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_death_is_known_from_the_moment_its_information_arrives(town: Town) -> None:
    assert town.partners.ask(o.DEATHS, [PAGE], **WHY)["1"].events == []
    assert town.ask(s.PERSONS, town.pensioner).alive
    assert town.ask(o.DEATH_APPLICANT, town.pensioner).iin is None
    assert town.outside.next_moment() == START + HOUR
    town.clock.advance(HOUR)
    (death,) = town.partners.ask(o.DEATHS, [PAGE], **WHY)["1"].events
    assert (death.iin, death.death_day, death.at) == (town.pensioner, date(2024, 2, 10), START + HOUR)
    assert not town.ask(s.PERSONS, town.pensioner).alive
    assert town.ask(o.DEATH_APPLICANT, town.pensioner).iin == town.daughter
    assert town.ask(o.BODY_TAKER, town.pensioner).iin is None


def test_the_systems_that_pay_show_what_was_appointed_and_what_was_placed(town: Town) -> None:
    assert town.ask(o.E_MAKET_PENSIONS, town.pensioner).kinds == ["age_pension", "basic_pension"]
    assert town.ask(o.ODK_PENSIONS, town.pensioner).kinds[-1] == "fund_payment"
    assert town.ask(o.ODK_PENSIONS, town.daughter).kinds == []
    placement = s.Placement(
        ref="1", key="k", service="DISABILITY_ALLOWANCE", iin=town.daughter, iban="KZ1", amount_tiyn=1,
        document=b"", signature=b"",
    )  # fmt: skip
    town.partners.ask(s.ODK_PLACE, [placement], **WHY)
    assert town.ask(o.ODK_PENSIONS, town.daughter).kinds == ["disability_allowance"]
    with pytest.raises(ValueError, match="is one of"):
        town.world.pension(town.daughter, "tip")  # type: ignore[arg-type]


def test_kinship_is_told_from_both_sides_and_follows_from_births(town: Town) -> None:
    def kin(iin: str, other: str) -> str:
        pair = o.Pair(ref="1", iin=iin, other=other)
        found = town.partners.ask(o.KINSHIP, [pair], **WHY)["1"]
        assert found.kin == bool(found.relation)
        return found.relation

    assert kin(town.pensioner, town.daughter) == "child"
    assert kin(town.daughter, town.pensioner) == "parent"
    assert kin(town.worker, town.neighbour) == ""
    assert kin(town.boy, town.widow) == "parent"
    assert kin(town.widow, town.boy) == "child"
    guarded = town.world.survivor(town.pensioner, representatives={town.neighbour: "guardian"})
    assert kin(guarded, town.neighbour) == ""


def test_survivors_come_with_who_represents_them(town: Town) -> None:
    town.clock.advance(2 * HOUR)
    student, boy = town.ask(o.SURVIVORS, town.worker).survivors
    assert (student.iin, student.full_time_student, student.representatives) == (town.student, True, [])
    assert (boy.iin, boy.relation, boy.full_orphan) == (town.boy, "child", False)
    assert boy.representatives == [s.Relative(iin=town.widow, relation="mother")]
    assert town.ask(s.PARENTS, town.boy).relatives == boy.representatives
    town.world.death(town.boy, at=START + 3 * HOUR)
    assert len(town.ask(o.SURVIVORS, town.worker).survivors) == 2
    town.clock.advance(HOUR)
    assert [one.iin for one in town.ask(o.SURVIVORS, town.worker).survivors] == [town.student]


def test_a_disability_comes_with_its_causes_and_has_no_group_under_seven(town: Town) -> None:
    town.clock.advance(3 * HOUR)
    daughter, boy, baby = town.partners.ask(o.DISABILITIES, [PAGE], **WHY)["1"].events
    assert (daughter.group, daughter.causes, daughter.loss_degree) == (2, ["work_injury"], 60)
    assert (boy.group, boy.causes, boy.loss_degree) == (3, ["child"], None)
    assert (baby.group, baby.birth_day) == (None, date(2022, 1, 1))
    assert town.ask(o.ORPHANAGE, town.baby).lives_there
    assert not town.ask(o.ORPHANAGE, town.boy).lives_there


def test_contributions_are_months_in_all_and_the_income_of_24_months(town: Town) -> None:
    def before(day: date) -> o.Contributions:
        return town.partners.ask(
            o.CONTRIBUTIONS, [o.BeforeMonth(ref="1", iin=town.worker, before=day)], **WHY
        )["1"]

    found = before(date(2024, 2, 1))
    assert (found.months, found.income_24_months_tiyn) == (40, 24 * 300_000_00)
    with pytest.raises(PartnerNonsense, match="first day of a month"):
        before(date(2024, 2, 2))
    town.world.contributions(town.worker, months=5, monthly_income_tiyn=100_00)
    assert before(date(2024, 2, 1)).income_24_months_tiyn == 5 * 100_00


def test_who_registers_as_unemployed_is_told(town: Town) -> None:
    town.clock.advance(HOUR)
    (event,) = town.partners.ask(o.UNEMPLOYED, [PAGE], **WHY)["1"].events
    assert (event.iin, event.registered) == (town.neighbour, date(2024, 2, 12))


def asked(operation: object, iins: list[str]) -> list[s.Item]:
    match operation.asked:  # type: ignore[attr-defined]
        case s.FeedPage:
            return [PAGE]
        case o.Pair:
            return [o.Pair(ref=iin, iin=iin, other=iins[0]) for iin in iins]
        case o.BeforeMonth:
            return [o.BeforeMonth(ref=iin, iin=iin, before=date(2024, 2, 1)) for iin in iins]
    return [s.ByIin(ref=iin, iin=iin) for iin in iins]


def test_every_operation_answers_the_same_over_http(town: Town) -> None:
    town.clock.advance(3 * HOUR)
    iins = [town.pensioner, town.daughter, town.worker, town.boy, town.baby, "000000000000"]
    with Served(town.outside) as served, HttpPartners(served.ports.url) as http:
        for operation in o.SOCIAL_OPERATIONS:
            question = asked(operation, iins)
            over_http = http.ask(operation, question, **WHY)
            assert over_http == town.partners.ask(operation, question, **WHY), operation.path
            assert set(over_http) == {item.ref for item in question}, operation.path


def test_a_world_that_says_nothing_of_these_has_none() -> None:
    class Quiet(SocialWorld):
        pass

    world = Quiet()
    assert not [*world.deaths(), *world.disabilities(), *world.registered_unemployed()]
    assert world.kin("1", "2") is world.death_applicant("1", START) is world.body_taker("1", START) is None
    assert world.contributions_before("1", date(2024, 2, 1)) == (0, 0)
    assert not [*world.pensions("1", "odk"), *world.survivors("1", START)]
    assert not world.lives_in_orphanage("1")
