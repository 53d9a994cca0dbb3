"""One event and several benefits, one person and several questions, and what goes wrong in the middle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.acts.proactive.conftest import Pilot
from tests.acts.proactive.stories import (
    ALLOWANCE,
    BURIAL,
    BY_HAND,
    CAPACITY,
    CARER,
    CODES,
    DISABILITY,
    JOB,
    PAYMENT,
    chosen,
    consented,
    happens,
    officials,
)


def disability(pilot: Pilot, who: str, **more: Any) -> dict[str, int]:
    """MODB shows a disability; the cases by chapter, 0 where there is none."""
    pilot.clock.advance(timedelta(seconds=6))
    pilot.world.disability(who, at=pilot.clock.now(), **more)
    pilot.run()
    event = f"M{len(pilot.world.disabilities()):06d}"
    return {chapter: pilot.case_of(f"{event}/{chapter}") for chapter in "567"}


def waits_with_an_sms(pilot: Pilot, cases: list[int]) -> list[int]:
    """Those whose consent was asked for and not answered yet."""
    return [case for case in cases if pilot.step(case) == "consent" and pilot.templates(case) == ["annex1"]]


@pytest.mark.clause("proactive:§72", "proactive:§93", "proactive:§81", "proactive:§102")
def test_one_disability_starts_two_cases_whose_questions_queue(pilot: Pilot) -> None:
    """G-36: 7#1 names no service, so the second Annex 1 goes out when the first is answered."""
    who = pilot.world.contributions(pilot.mother("bank_a"), months=36)
    cases = disability(pilot, who, loss_degree=60)
    both = [cases["5"], cases["6"]]
    assert cases["7"] == 0
    (first,) = waits_with_an_sms(pilot, both)
    (second,) = set(both) - {first}
    assert len(pilot.texts(who)) == 1
    pilot.agree(who)
    pilot.after(hours=2)
    assert pilot.step(first) == "ask_bank"
    assert waits_with_an_sms(pilot, both) == [second]
    pilot.reply(who, "7#2")  # answers the second and leaves the first alone
    assert (pilot.ending(second), pilot.step(first)) == ("refused", "ask_bank")
    pilot.reply(who, "44#3#1" if first == cases["5"] else "45#3#1")
    assert pilot.facts(first)["bank"] == "bank_a"


@pytest.mark.clause("proactive:§72", "proactive:§93")
def test_the_second_question_has_its_own_three_days(pilot: Pilot) -> None:
    """Silence on the first: the time of the second runs from its own SMS, not from the event."""
    who = pilot.world.contributions(pilot.mother("bank_a"), months=36)
    cases = disability(pilot, who, loss_degree=60)
    both = [cases["5"], cases["6"]]
    (first,) = waits_with_an_sms(pilot, both)
    (second,) = set(both) - {first}
    assert pilot.deadline(second) is None
    pilot.after(days=7)
    assert pilot.ending(first) == "no_consent"
    pilot.after(hours=2)
    assert waits_with_an_sms(pilot, both) == [second]
    deadline = pilot.deadline(second)
    assert deadline is not None
    assert deadline > pilot.clock.now()


@pytest.mark.clause("proactive:§72", "proactive:§93", "proactive:§116")
def test_a_childs_disability_starts_chapters_5_and_7_for_the_same_mother(pilot: Pilot) -> None:
    """Chapter 6 not: a child has no contributions. Both are appointed, each once."""
    mother = pilot.mother("bank_a")
    child = pilot.world.person(birth_day=date(2015, 9, 1))
    pilot.world.relative(child, mother, "mother")
    cases = disability(pilot, child)
    assert cases["6"] == 0
    for _ in range(2):
        (case,) = waits_with_an_sms(pilot, [cases["5"], cases["7"]])
        pilot.agree(mother)
        pilot.after(hours=2)
        pilot.reply(mother, "44#3#1" if case == cases["5"] else "46#3#1")
        officials(pilot, case, "formed", "appoint")
    assert sorted(placed.service for placed in pilot.placed()) == sorted([DISABILITY, CARER])
    assert {placed.iin for placed in pilot.placed()} == {mother}


@pytest.mark.clause("proactive:§89", "proactive:§90.part1", "proactive:§110.2")
@pytest.mark.parametrize("causes", [[], ["general_illness", "occupational_disease"]])
def test_a_missing_or_a_second_cause_stops_neither_chapter(causes: list[str], pilot: Pilot) -> None:
    """Chapter 5 goes to the authorised body, chapter 6 does not ask for the cause (G-55)."""
    who = pilot.world.contributions(pilot.mother("bank_a"), months=36)
    cases = disability(pilot, who, causes=causes, loss_degree=60)
    for _ in range(2):
        pilot.agree(who)
        pilot.after(hours=2)
    for code in ("44", "45"):
        pilot.reply(who, f"{code}#3#1")
    assert (pilot.step(cases["5"]), pilot.step(cases["6"])) == ("form_file", "decide")


@pytest.mark.clause("proactive:§48", "proactive:§137")
def test_one_death_starts_chapters_4_and_8(pilot: Pilot) -> None:
    """The widow buried the pensioner and raises his child: three services, two dialogues, three decisions."""
    world, who = pilot.world, pilot.mother("bank_a")
    dead = world.contributions(world.pension(world.person(birth_day=date(1960, 3, 1)), "age_pension"))
    world.survivor(dead, representatives={who: "mother"})
    world.death(dead, at=pilot.clock.now(), applicant=who, relation="spouse")
    pilot.run()
    pilot.after(minutes=2)
    burial, allowance, payment = (pilot.case_of(f"D000001/{n}") for n in ("4", "1/8a", "1/8p"))
    assert len(pilot.texts(who)) == 1
    for _ in range(2):
        pilot.agree(who)
        pilot.after(hours=2)
    pilot.reply(who, "43#3#1")
    pilot.reply(who, "47#3#1")
    pilot.after(minutes=2)
    officials(pilot, allowance, "formed", "appoint")
    pilot.decide(payment, "appoint", **BY_HAND)
    assert [pilot.ending(case) for case in (burial, allowance, payment)] == ["appointed"] * 3
    assert sorted(placed.service for placed in pilot.placed()) == sorted([BURIAL, ALLOWANCE, PAYMENT])


@pytest.mark.clause("proactive:§48", "proactive:§53", "proactive:§137", "proactive:§138")
@pytest.mark.parametrize("same_day", [True, False])
def test_two_deaths_reported_for_one_person_pay_once(same_day: bool, pilot: Pilot) -> None:
    """Registered twice, the second is an existing case of the same matter, in chapters 4 and 8."""
    world, who = pilot.world, pilot.mother("bank_a")
    dead = world.pension(world.person(birth_day=date(1960, 3, 1)), "age_pension")
    world.survivor(dead, representatives={who: "mother"})
    world.death(dead, at=pilot.clock.now(), applicant=who, relation="spouse")
    if not same_day:
        pilot.run()
        pilot.after(days=1)
    world.death(dead, at=pilot.clock.now(), applicant=who, relation="spouse")
    pilot.run()
    pilot.after(minutes=2)
    endings = [
        sorted(str(pilot.ending(pilot.case_of(f"D00000{event}/{n}"))) for event in (1, 2))
        for n in ("4", "1/8a")
    ]
    assert endings == [["None", "left_out"]] * 2
    for _ in range(2):
        pilot.agree(who)
        pilot.after(hours=2)
    pilot.reply(who, "43#3#1")
    assert [placed.service for placed in pilot.placed()] == [BURIAL]


@pytest.mark.clause("proactive:§58", "proactive:§59", "proactive:§60")
def test_the_phone_number_changes_hands(pilot: Pilot) -> None:
    """The act knows the number of the MCB at the time of the question and no other sign of the person: the
    text names the person, a reply from that number counts for the case whose question it answers, and the
    number's new owner has questions of their own, put one after the other. Nothing is paid to the new owner:
    accounts are found by the person's IIN.
    """
    phone = "+77015550000"
    before = pilot.mother("bank_a", phone=phone, given="Айгүл")
    burial = happens(pilot, BURIAL, before)
    after = pilot.mother("bank_b", phone=phone, given="Гүлнар")
    pilot.world._phones.pop(before)
    pilot.world._owners[phone].remove(before)
    job = happens(pilot, JOB, after)
    assert "жерлеуге" in pilot.texts(phone)[-1]
    pilot.reply(phone, "7#1")
    assert pilot.step(job) == "consent", "the reply to the first question answers no other"
    pilot.reply(phone, "43#3#1")
    pilot.after(days=1)
    assert [placed.iin for placed in pilot.placed()] == [before]
    assert pilot.ending(burial) == "appointed"


@pytest.mark.clause("proactive:§66", "proactive:§70", "proactive:§110", "proactive:§111")
def test_the_recipient_dies_in_the_middle(pilot: Pilot) -> None:
    """Before the choice nobody can answer: the three days end it (§67). After it the case file is with the
    authorised body, which alone decides (§111); the act orders no second control, and the system neither
    pays nor ends of itself.
    """
    asked, burial = consented(pilot, BURIAL, "bank_a")
    who, case = chosen(pilot, CAPACITY)
    pilot.world.died(asked)
    pilot.world.died(who)
    pilot.silence()
    assert pilot.ending(burial) == "no_account_answer"
    assert (pilot.step(case), pilot.facts(case)["decide.overdue"]) == ("decide", True)
    pilot.decide(case, "refuse")
    assert (pilot.ending(case), pilot.placed()) == ("decision_refused", [])


@pytest.mark.clause("proactive:§56", "proactive:§58", "proactive:§96", "proactive:§98")
def test_who_died_before_the_control_is_not_eligible_or_left_out(pilot: Pilot) -> None:
    """Known to the State Database the recipient is not found at all; nothing is sent."""
    for benefit in (BURIAL, CAPACITY, JOB):
        who = pilot.mother("bank_a")
        pilot.world.died(who)
        assert pilot.ending(happens(pilot, benefit, who)) == "left_out", benefit
        assert pilot.texts(who) == []


@pytest.mark.clause("proactive:§106", "proactive:§110", "proactive:§114")
def test_the_bank_closes_the_account_after_the_choice(pilot: Pilot) -> None:
    """The act looks at accounts once (§105) and watches only after Annex 4 (§108): the decision is placed
    with the account that was chosen, once, and ODK answers for what its bank sends back (2(8)).
    """
    who, case = chosen(pilot, CAPACITY)
    iban = pilot.world.accounts(who, "bank_a")[0]
    pilot.world._accounts[who, "bank_a"].clear()
    pilot.decide(case, "appoint")
    assert pilot.ending(case) == "appointed"
    assert [placed.iban for placed in pilot.placed()] == [iban]


@pytest.mark.clause("proactive:§106", "proactive:§110")
def test_an_account_opened_after_the_choice_changes_nothing(pilot: Pilot) -> None:
    who, case = chosen(pilot, CAPACITY)
    pilot.world.account(who, "bank_b")
    pilot.after(days=1)
    pilot.decide(case, "appoint")
    assert pilot.facts(case)["bank"] == "bank_a"
    assert len(pilot.placed()) == 1


@pytest.mark.clause("proactive:§106", "proactive:§175")
def test_two_account_questions_are_told_apart_by_their_codes(pilot: Pilot) -> None:
    """One person, unemployed and disabled: each reply reaches its own case, in either order."""
    who = pilot.mother("bank_a", "bank_b")
    capacity = happens(pilot, CAPACITY, who)
    job = happens(pilot, JOB, who)
    for _ in range(2):
        pilot.agree(who)
        pilot.after(hours=2)
    pilot.reply(who, f"{CODES[JOB]}#3#2")
    pilot.reply(who, f"{CODES[CAPACITY]}#3#1")
    assert pilot.facts(job)["bank"] == "bank_b"
    assert pilot.facts(capacity)["bank"] == "bank_a"
