"""What people write back: how a reply is read, and what it does and does not do to a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from qyzmet.acts.proactive.replies import read_reply
from qyzmet.exchange.sms import Incoming
from tests.acts.proactive.conftest import AWARDED, CODE, LARGE, MakePilot, Pilot

CONSENT = [
    ("7#1", "consent"),
    ("7#2", "refuse"),
    (" 7 # 1 ", "consent"),  # spaces do not count, G-19
    ("7#\n2", "refuse"),
    ("7\u00a0#\u00a01", "consent"),
    ("7#3", "unclear"),
    ("7#0", "unclear"),
    ("7#11", "unclear"),
    ("7#1.", "consent"),
    ("7", "unclear"),
    ("7#", "unclear"),
    ("#1", "unclear"),
    ("71", "unclear"),
    ("17#1", "unclear"),
    ("07#1", "unclear"),
    ("7#3#1", "unclear"),
    ("41#3#1", "unclear"),
    ("7#1 7#2", "unclear"),
    ("ия", "unclear"),
    ("７#１", "consent"),  # the digits of another keyboard
    ("", "unclear"),
    ("7#1" * 500, "unclear"),
]
ONE_BANK = [
    ("41#3#1", "bank:1"),
    ("41#3#0", "other_bank"),
    ("41 # 3 # 1", "bank:1"),
    ("41#3 #0", "other_bank"),  # as the code is broken over a line in the act's copy, T-16
    ("41#3#2", "unclear"),
    ("41#3#01", "unclear"),
    ("41#3#00", "unclear"),
    ("42#3#1", "unclear"),
    ("041#3#1", "unclear"),
    ("41#1", "unclear"),
    ("41#3", "unclear"),
    ("41#3#", "unclear"),
    ("41#3#1#1", "unclear"),
    ("41#4#1", "unclear"),
    ("7#1", "unclear"),
    ("Бірлік", "unclear"),
    ("41#3#бір", "unclear"),
    ("", "unclear"),
    ("4" * 2000, "unclear"),
]
THREE_BANKS = [
    ("41#3#1", "bank:1"),
    ("41#3#2", "bank:2"),
    ("41#3#3", "bank:3"),
    ("41#3#4", "unclear"),
    ("41#3#10", "unclear"),
    ("41#3#0", "other_bank"),
    ("41#3#1,2", "unclear"),
]


@pytest.mark.clause(
    "proactive:annex1", "proactive:annex2", "proactive:annex3", "proactive:§16", "proactive:§17",
    "proactive:§19", "proactive:§39", "proactive:§40", "proactive:§42",
)  # fmt: skip
@pytest.mark.parametrize(
    ("expect", "banks", "table"),
    [("consent", 0, CONSENT), ("bank_one", 1, ONE_BANK), ("bank_many", 3, THREE_BANKS)],
)
def test_a_reply_is_read(expect: str, banks: int, table: list[tuple[str, str]]) -> None:
    read = {text: read_reply(text, expect, banks, "7" if expect == "consent" else "41") for text, _ in table}
    assert read == dict(table)


@pytest.mark.clause("proactive:annex3")
def test_a_service_code_may_look_like_the_middle_of_a_reply() -> None:
    assert read_reply("3#3#1", "bank_one", 1, "3") == "bank:1"
    assert read_reply("3#1", "bank_one", 1, "3") == "unclear"
    assert read_reply("123#3#12", "bank_many", 12, "123") == "bank:12"


@pytest.mark.clause("proactive:§15", "proactive:§38", "proactive:annex1")
def test_two_benefits_on_one_phone_ask_one_after_the_other(pilot: Pilot) -> None:
    """7#1 names no service (G-09): the second question waits for the first answer and half an hour more."""
    mother = pilot.mother("bank_a")
    large, awarded = pilot.birth(mother), pilot.award(mother)
    assert (pilot.templates(large), pilot.templates(awarded)) == (["annex1"], [])
    assert (pilot.step(awarded), pilot.deadline(awarded)) == ("consent", None)
    pilot.after(hours=5)
    pilot.agree(mother)
    pilot.after(minutes=29)
    assert pilot.templates(awarded) == []
    pilot.after(minutes=2)
    assert pilot.templates(awarded) == ["annex1"]
    pilot.reply(mother, "7#2")  # now it answers the second
    assert (pilot.step(large), pilot.ending(awarded)) == ("ask_bank", "refused")


@pytest.mark.clause("proactive:§15", "proactive:annex1")
def test_the_second_question_waits_also_where_the_first_is_never_answered(make_pilot: MakePilot) -> None:
    """Its own three working days begin when it goes out."""
    pilot = make_pilot()
    mother = pilot.mother("bank_a")
    large, awarded = pilot.birth(mother), pilot.award(mother)
    first_ends = pilot.deadline(large)
    assert first_ends is not None
    pilot.until(first_ends + timedelta(minutes=11))
    assert pilot.ending(large) == "no_consent"
    pilot.after(minutes=31)
    assert pilot.templates(awarded) == ["annex1"]
    second_ends = pilot.deadline(awarded)
    assert second_ends is not None
    assert second_ends > first_ends + timedelta(days=3)


@pytest.mark.clause("proactive:§15", "proactive:§16", "proactive:annex1", "proactive:annex2")
def test_two_people_on_one_phone(pilot: Pilot) -> None:
    """The SMS names the person; each question is answered by the reply after it."""
    phone = "+77019990000"
    one = pilot.mother("bank_a", phone=phone, given="Айгүл")
    two = pilot.mother("bank_b", phone=phone, given="Гүлнар")
    first, second = pilot.birth(one), pilot.birth(two)
    assert len(pilot.texts(phone)) == 1
    pilot.reply(phone, "7#1")
    assert (pilot.step(first), pilot.step(second)) == ("ask_bank", "consent")
    assert "Айгүл" in pilot.texts(phone)[-1]
    pilot.after(minutes=31)
    pilot.reply(phone, "7#1")
    # Both have the same service code, so the second account question waits as well.
    assert (pilot.step(second), pilot.templates(second)) == ("ask_bank", ["annex1"])
    pilot.reply(phone, "41#3#1")
    assert pilot.step(first) == "decide"
    pilot.after(minutes=31)
    assert "Гүлнар" in pilot.texts(phone)[-1]
    pilot.reply(phone, "41#3#0")
    assert (pilot.step(first), pilot.step(second)) == ("decide", "monitor")
    pilot.decide(first, "appoint")
    assert [placement.iin for placement in pilot.placed()] == [one]


@pytest.mark.clause("proactive:§16", "proactive:§19", "proactive:§22")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_replies_without_effect_leave_everything_as_it_was(benefit: str, pilot: Pilot) -> None:
    """The same step, facts and deadline: the clock is fixed by sending (G-19). One SMS helps per question."""
    mother, case = pilot.start(benefit, "bank_a", "bank_b")
    code = CODE[benefit]

    def nothing(*replies: str) -> None:
        before = pilot.deadline(case), pilot.path(case), pilot.facts(case)
        for reply in replies:
            pilot.after(hours=1)
            pilot.reply(mother, reply)
        assert (pilot.deadline(case), pilot.path(case), pilot.facts(case)) == before

    nothing("Рахмет", "7", "7#", "", f"{code}#3#1", "42#3#1", "1" * 1000, "🙏")
    nothing("7#3", "7#1 немесе 7#2", "7#3")
    pilot.reply(mother, "7#1")
    nothing("7#1", "7#3", "43#3#1", "мен")
    nothing(f"{code}#3#3", f"{code}#3")
    pilot.reply(mother, f"{code}#3#2")
    assert pilot.facts(case)["bank"] == "bank_b"
    nothing(f"{code}#3#1", f"{code}#3#0", "7#1")  # the first valid reply won
    assert (pilot.step(case) == "decide") is (benefit == LARGE)
    assert pilot.templates(case)[:4] == ["annex1", "help", "annex3", "help"]


@pytest.mark.clause("proactive:§17", "proactive:§19")
def test_a_reply_that_is_delivered_twice_counts_once(pilot: Pilot) -> None:
    mother, case = pilot.start(LARGE, "bank_a")
    phone = pilot.world.phone(mother)
    assert phone is not None
    reply = Incoming(key="the same", phone=phone, text="7#1", at=pilot.clock.now())
    pilot.worker.receiver.receive([reply, reply])
    pilot.run()
    pilot.after(minutes=5)
    pilot.worker.receiver.receive([reply])
    pilot.run()
    assert pilot.step(case) == "ask_bank"
    assert pilot.rows("SELECT count(*) FROM replies") == [(1,)]
    assert len(pilot.services.consents) == 1


@pytest.mark.clause("proactive:§16", "proactive:§39")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_a_reply_after_the_end_has_no_effect(benefit: str, pilot: Pilot) -> None:
    mother, case = pilot.start(benefit, "bank_a")
    pilot.reply(mother, "7#2")
    before = pilot.path(case)
    for reply in ("7#1", "7#2", f"{CODE[benefit]}#3#1"):
        pilot.after(minutes=40)
        pilot.reply(mother, reply)
    assert (pilot.path(case), pilot.ending(case)) == (before, "refused")
    assert len(pilot.services.consents) == 1


@pytest.mark.clause("proactive:§16")
def test_a_refusal_between_two_questions_belongs_to_the_one_that_was_asked(pilot: Pilot) -> None:
    mother = pilot.mother("bank_a")
    large, awarded = pilot.birth(mother), pilot.award(mother)
    pilot.agree(mother)
    pilot.after(minutes=10)  # the second question has not gone out
    pilot.reply(mother, "7#2")
    assert (pilot.ending(large), pilot.step(awarded)) == ("refused", "consent")


# --- 7#2 after 7#1 ----------------------------------------------------------------------------------


def opened(pilot: Pilot, mother: str, case: int) -> None:
    pilot.world.account(mother, "bank_e")
    pilot.watch()


def officials(*outcomes: str) -> Callable[[Pilot, str, int], None]:
    def act(pilot: Pilot, mother: str, case: int) -> None:
        for outcome in outcomes:
            if outcome == "time passes":
                pilot.after(days=60 if pilot.step(case) == "documents" else 8)
            else:
                pilot.decide(case, outcome)

    return act


def nothing_more(pilot: Pilot, mother: str, case: int) -> None: ...


WAITS = [
    ("ask_bank", ["bank_a"], None, nothing_more, (LARGE, AWARDED)),
    ("ask_banks", ["bank_a", "bank_b"], None, nothing_more, (LARGE, AWARDED)),
    ("monitor", [], None, nothing_more, (LARGE, AWARDED)),
    ("ask_new_account", [], None, opened, (LARGE, AWARDED)),
    ("decide", ["bank_a"], "41#3#1", nothing_more, (LARGE,)),
    ("documents", ["bank_a"], "41#3#1", officials("return"), (LARGE,)),
    ("supplement", ["bank_a"], "41#3#1", officials("return", "brought"), (LARGE,)),
    ("supplement_late", ["bank_a"], "41#3#1", officials("return", "brought", "time passes"), (LARGE,)),
    ("refuse_without_documents", ["bank_a"], "41#3#1", officials("return", "time passes"), (LARGE,)),
    ("decide", ["bank_a"], "41#3#1", officials("return", "brought", "supplemented"), (LARGE,)),
]


@pytest.mark.clause("proactive:§16", "proactive:§17", "proactive:§39", "proactive:§40")
@pytest.mark.parametrize(
    ("step", "banks", "choice", "on", "benefit"),
    [
        pytest.param(step, banks, choice, on, benefit, id=f"{number} {step} {benefit[:5]}")
        for number, (step, banks, choice, on, benefits) in enumerate(WAITS)
        for benefit in benefits
    ],
)
def test_7_2_before_the_decision_ends_the_process(
    step: str,
    banks: list[str],
    choice: str | None,
    on: Callable[[Pilot, str, int], None],
    benefit: str,
    pilot: Pilot,
) -> None:
    """§16 sets it no limit in time (G-19, G-46): PDAC keeps it, what was open is closed, nothing follows."""
    mother, case = pilot.consented(benefit, *banks)
    if choice:
        pilot.reply(mother, choice)
    on(pilot, mother, case)
    assert pilot.step(case) == step
    texts = pilot.texts(mother)
    pilot.reply(mother, "7#2")
    assert pilot.ending(case) == "refused"
    assert pilot.facts(case)["consent"]["answer"] == "refuse"
    assert [done.item.answer for done in pilot.services.consents.all()] == ["agree", "refuse"]
    open_now = "SELECT (SELECT count(*) FROM tasks WHERE state = 'o'), "
    open_now += "(SELECT count(*) FROM messages WHERE question = 'o' OR state IN ('h', 'r'))"
    assert pilot.rows(open_now) == [(0, 0)]
    pilot.silence()
    assert pilot.texts(mother) == texts
    assert pilot.placed() == []


@pytest.mark.clause("proactive:§16", "proactive:§28", "proactive:§39", "proactive:§47")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_7_2_after_the_decision_changes_nothing(benefit: str, pilot: Pilot) -> None:
    mother, case = pilot.consented(benefit, "bank_a")
    pilot.link.down = True  # the SMS on the decision still waits to be sent
    pilot.reply(mother, f"{CODE[benefit]}#3#1")
    if benefit == LARGE:
        pilot.decide(case, "appoint")
    assert pilot.step(case) == "tell_appointed"
    pilot.reply(mother, "7#2")
    assert pilot.step(case) == "tell_appointed"
    pilot.link.down = False
    pilot.after(minutes=2)
    assert pilot.ending(case) == "appointed"
    assert len(pilot.placed()) == 1
    assert [done.item.answer for done in pilot.services.consents.all()] == ["agree"]


@pytest.mark.clause("proactive:§28")
def test_7_2_after_a_refusal_was_decided_changes_nothing(pilot: Pilot) -> None:
    mother, case = pilot.chosen(LARGE)
    pilot.link.down = True
    pilot.decide(case, "refuse")
    pilot.reply(mother, "7#2")
    pilot.link.down = False
    pilot.after(minutes=2)
    assert pilot.ending(case) == "decision_refused"
