"""Chapter 8, allowance and payment for loss of breadwinner: §137 to §161. Two services, one dialogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from tests.acts.proactive.conftest import MakePilot, Pilot
from tests.acts.proactive.stories import ALLOWANCE, BY_HAND, PAYMENT, chosen, officials

TO_LIST = [
    ("identify_self", "identified", "§137"),
    ("contributions", "known", "§137"),
    ("participation", "met", "§137"),
    ("existing", "nothing", "§137"),
    ("confirm", "confirmed", "§139"),
    ("list", "handed_over", "§138"),
    ("mlsp_data", "received", "§140"),
    ("flc", "passed", "§140"),
    ("eligible", "told", "§141"),
]
DIALOGUE = [
    ("number", "found", "§143"),
    ("consent_request", "registered", "§146"),
    ("consent", "agree", "§146"),
    ("consent_record", "recorded", "§148"),
    ("consented", "handed_over", "§148"),
    ("accounts", "one_bank", "§149"),
    ("ask_bank", "chosen", "§150.1"),
]
ALLOWANCE_APPOINTED = [
    ("application_considered", "formed", "§154"),
    ("form_file", "formed", "§154"),
    ("draft_considered", "drafted", "§155"),
    ("decide", "appoint", "§155"),
    ("sign_considered", "signed", "§155"),
    ("place_considered", "placed", "§160"),
    ("tell_appointed", "sent", "§161"),
    ("inform_appointed", "informed", "§161"),
]
PAYMENT_DRAFTED = [
    ("application", "formed", "§154"),
    ("register", "registered", "§156"),
    ("draft", "no_amount", "§156"),
]
PAYMENT_APPOINTED = [
    ("decide", "appoint", "§157"),
    ("sign", "signed", "§157"),
    ("place", "placed", "§160"),
    ("tell_appointed", "sent", "§161"),
    ("inform_appointed", "informed", "§161"),
]


@dataclass
class Loss:
    """A death with both services open: who was asked, and each one's two cases."""

    deceased: str
    people: list[str]
    allowances: list[int]
    payments: list[int]


def loss(
    pilot: Pilot, *children: int, months: int = 36, grown_up: int = 0, full_orphan: bool = False
) -> Loss:
    """A breadwinner dies; each mother has so many children of the deceased, and grown-up ones stand alone."""
    world = pilot.world
    deceased = world.person(birth_day=date(1980, 3, 1), female=False)
    if months:
        world.contributions(deceased, months=months)
    people = []
    for number in children:
        people.append(pilot.mother("bank_a"))
        for _ in range(number):
            day = date(2010, 9, 1) + timedelta(days=400 * len(world.survivors(deceased, pilot.clock.now())))
            world.survivor(
                deceased, birth_day=day, representatives={people[-1]: "mother"}, full_orphan=full_orphan
            )
    for _ in range(grown_up):
        people.insert(0, pilot.mother("bank_a", birth_day=date(2003, 1, 1)))
        world.survivor(deceased, iin=people[0], full_time_student=True)
    pilot.clock.advance(timedelta(seconds=6))
    world.death(deceased, at=pilot.clock.now())
    pilot.run()
    pilot.after(minutes=2)
    root = f"D{len(world.deaths()):06d}"
    cases = {
        letter: [pilot.case_of(f"{root}/{number}/8{letter}") for number in range(1, len(people) + 1)]
        for letter in "ap"
    }
    return Loss(deceased, people, cases["a"], cases["p"])


def choose(pilot: Pilot, who: str) -> None:
    pilot.agree(who)
    pilot.reply(who, "47#3#1")
    pilot.after(minutes=2)


@pytest.mark.clause(
    "proactive:§137", "proactive:§138", "proactive:§139", "proactive:§140", "proactive:§141",
    "proactive:§143", "proactive:§146", "proactive:§148", "proactive:§149", "proactive:§150.1",
    "proactive:§150.2", "proactive:§154", "proactive:§155", "proactive:§156", "proactive:§157",
    "proactive:§160", "proactive:§161",
)  # fmt: skip
def test_one_dialogue_for_both_and_separate_decisions(pilot: Pilot) -> None:
    """One Annex 1 and one Annex 2 that name both; the Committee decides on the one, the Fund on the other."""
    found = loss(pilot, 1)
    (who,), (allowance,), (payment,) = found.people, found.allowances, found.payments
    choose(pilot, who)
    first, second = pilot.texts(who)
    for text in (first, second):
        assert "мемлекеттік әлеуметтік жәрдемақы және асыраушысынан айырылу" in text
    assert pilot.templates(payment) == []
    assert pilot.facts(payment)["bank"] == "bank_a"
    assert pilot.open_task(payment).office == "fund/75"
    officials(pilot, allowance, "formed", "appoint")
    assert pilot.path(allowance) == [
        *TO_LIST, ("joint", "both", "§150.2"), *DIALOGUE, *ALLOWANCE_APPOINTED,
    ]  # fmt: skip
    assert pilot.step(payment) == "decide"  # each for itself
    pilot.decide(payment, "appoint", **BY_HAND)
    assert pilot.path(payment) == [
        *TO_LIST, ("joint", "chosen", "§150.2"), *PAYMENT_DRAFTED, *PAYMENT_APPOINTED,
    ]  # fmt: skip
    paid = {placed.service: (placed.iin, placed.amount_tiyn) for placed in pilot.placed()}
    assert paid == {ALLOWANCE: (who, 39_935_00), PAYMENT: (who, 5_000_000)}  # 0.92 x 43,407
    assert len(pilot.texts(who)) == 4


@pytest.mark.clause("proactive:§155", "proactive:§157", "proactive:§161")
def test_one_may_be_appointed_and_the_other_refused(pilot: Pilot) -> None:
    found = loss(pilot, 1)
    choose(pilot, found.people[0])
    officials(pilot, found.allowances[0], "formed", "appoint")
    officials(pilot, found.payments[0], "refuse")
    assert pilot.ending(found.allowances[0]) == "appointed"
    assert pilot.ending(found.payments[0]) == "decision_refused"
    assert [placed.service for placed in pilot.placed()] == [ALLOWANCE]
    assert pilot.path(found.payments[0])[-2][2] == "§161"


@pytest.mark.clause("proactive:§137", "proactive:§138", "proactive:§150.2")
def test_137_without_contributions_only_the_allowance_remains(pilot: Pilot) -> None:
    """Contributions of the deceased gate the payment alone (G-37); the dialogue names what remains."""
    found = loss(pilot, 1, months=0)
    assert pilot.ending(found.payments[0]) == "left_out"
    assert ("joint", "alone", "§150.2") in pilot.path(found.allowances[0])
    (text,) = pilot.texts(found.people[0])
    assert "мемлекеттік әлеуметтік жәрдемақы алуға" in text
    assert " және " not in text.splitlines()[1]


@pytest.mark.clause("proactive:§137", "proactive:§138")
def test_137_the_literal_reading_gates_both(make_pilot: MakePilot) -> None:
    """The switch of G-37: nobody is asked without contributions, both are asked for with them."""
    pilot = make_pilot(G_37="both")
    without, having = loss(pilot, 1, months=0), loss(pilot, 1, months=1)
    assert [pilot.ending(case) for case in (*without.allowances, *without.payments)] == ["left_out"] * 2
    assert pilot.texts(without.people[0]) == []
    assert pilot.step(having.allowances[0]) == "consent"


@pytest.mark.clause("proactive:§137", "proactive:§138", "proactive:§150.2", "proactive:§157")
def test_138_where_the_allowance_exists_only_the_payment_remains(pilot: Pilot) -> None:
    """The payment has a dialogue of its own, under its own code 48."""
    _, case = chosen(pilot, PAYMENT)
    assert pilot.ending(pilot.case_of("D000001/1/8a")) == "left_out"
    pilot.decide(case, "appoint", **BY_HAND)
    assert pilot.path(case) == [
        *TO_LIST, ("joint", "alone", "§150.2"), *DIALOGUE, *PAYMENT_DRAFTED, *PAYMENT_APPOINTED,
    ]  # fmt: skip
    assert [placed.service for placed in pilot.placed()] == [PAYMENT]


# How the joint dialogue ends, and where both cases then stand.
ENDS = [
    ("7#2", "refused"),
    ("silence", "no_consent"),
    ("7#1 silence", "no_account_answer"),
    ("7#1 7#2", "refused"),
]


@pytest.mark.clause("proactive:§147", "proactive:§151", "proactive:§146")
@pytest.mark.parametrize(("said", "ending"), ENDS)
def test_the_end_of_the_dialogue_ends_both(said: str, ending: str, pilot: Pilot) -> None:
    found = loss(pilot, 1)
    for part in said.split():
        if part == "silence":
            pilot.silence()
        else:
            pilot.reply(found.people[0], part)
    pilot.after(minutes=2)
    assert [pilot.ending(case) for case in (*found.allowances, *found.payments)] == [ending] * 2
    assert pilot.templates(found.payments[0]) == []


@pytest.mark.clause("proactive:§147", "proactive:§155", "proactive:§157")
def test_a_refusal_after_the_choice_and_before_the_decisions_ends_both(pilot: Pilot) -> None:
    """The allowance's case hears it; the payment is not signed though an official appointed it (G-46)."""
    found = loss(pilot, 1)
    choose(pilot, found.people[0])
    pilot.reply(found.people[0], "7#2")
    assert pilot.ending(found.allowances[0]) == "refused"
    pilot.decide(found.payments[0], "appoint", **BY_HAND)
    assert pilot.ending(found.payments[0]) == "refused"
    assert pilot.placed() == []


@pytest.mark.clause("proactive:§137", "proactive:§155")
@pytest.mark.parametrize("children", [(1, 1, 1), (2, 1), (1, 2, 4), (3,)])
def test_several_recipients_share_one_sum_to_the_tiyn(children: tuple[int, ...], pilot: Pilot) -> None:
    """Computed once for all dependants; each recipient's own dialogue and decision (G-37 (c))."""
    found = loss(pilot, *children)
    for who, case in zip(found.people, found.allowances, strict=True):
        choose(pilot, who)
        officials(pilot, case, "formed", "appoint")
    total = {3: 97_666_00, 7: 130_221_00}[sum(children)]  # 2.25 and 3.00 subsistence minimums
    paid = [placed.amount_tiyn for placed in pilot.placed()]
    assert sum(paid) == total
    assert all(
        abs(own - total * number / sum(children)) < 1 for own, number in zip(paid, children, strict=True)
    )


@pytest.mark.clause("proactive:§137")
def test_137_a_grown_up_student_and_a_minors_mother_are_asked_each(pilot: Pilot) -> None:
    found = loss(pilot, 1, grown_up=1)
    assert [len(pilot.texts(who)) for who in found.people] == [1, 1]
    assert len(pilot.cases()) == 5  # two services each, and the burial payment


@pytest.mark.clause("proactive:§137", "proactive:§146")
def test_137_a_minor_without_representative_is_not_asked(pilot: Pilot) -> None:
    """Nobody is asked for the minor, the case goes to people (G-33); the deceased represents nobody."""
    deceased = pilot.world.person(birth_day=date(1980, 3, 1))
    child = pilot.world.person(birth_day=date(2015, 9, 1), phone="+77019999999", accounts={"bank_a": 1})
    pilot.world.survivor(deceased, iin=child, representatives={deceased: "mother"})
    pilot.world.death(deceased, at=pilot.clock.now())
    pilot.run()
    pilot.after(minutes=2)
    case = pilot.case_of("D000001/1/8a")
    assert (pilot.status(case), pilot.step(case)) == ("a", "identify_self")
    assert "no legal representative" in pilot.trouble(case)
    assert pilot.texts("+77019999999") == []


@pytest.mark.clause("proactive:§158", "proactive:§159", "proactive:§159.part2")
def test_158_159_only_the_payment_is_returned(pilot: Pilot) -> None:
    """30 working days, no refusal in between; the allowance's file cannot be returned (G-28)."""
    found = loss(pilot, 1)
    choose(pilot, found.people[0])
    (allowance,), (payment,) = found.allowances, found.payments
    officials(pilot, allowance, "formed")
    assert pilot.open_task(allowance).outcomes == ["appoint", "refuse"]
    officials(pilot, payment, "return")
    assert pilot.messages(payment) == [("completion", "§158")]
    assert "30 жұмыс күні ішінде" in pilot.texts(found.people[0])[-1]
    assert pilot.facts(payment)["documents.deadline"]["clause"] == "proactive:§159.part2"
    officials(pilot, payment, "brought", "supplemented", "return", "days 60")
    assert pilot.path(payment)[-6:] == [
        ("documents", "brought", "§159"),
        ("supplement", "supplemented", "§159"),
        ("decide", "return", "§157"),
        ("return_file", "returned", "§158"),
        ("tell_return", "sent", "§158"),
        ("documents", "nothing", "§159"),
    ]
    assert pilot.step(payment) == "decide"
