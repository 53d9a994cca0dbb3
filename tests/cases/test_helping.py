"""Replies written oddly find their question; one that cannot be read gets one help and moves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from qyzmet.cases.aside import release
from qyzmet.cases.file import read_file
from qyzmet.cases.package import ActPackage
from qyzmet.cases.telling import tell
from qyzmet.exchange.sms import Incoming
from qyzmet.law.calendar import working_calendar
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database
from tests.cases import toy
from tests.cases.conftest import Kernel, phone

SHARED = "+77015550000"


def helpful() -> ActPackage:
    """The toy act with a help, and with a way to find the prefix in `seven#1`."""
    plain = toy.package()
    return replace(
        plain,
        templates={**plain.templates, "help": lambda values, identity, language: "Only 7#1 or 7#2."},
        prefix_of=lambda text: "7" if text.startswith("seven#") else None,
    )


@pytest.fixture
def helper(database: Database, vault: Vault, clock: HandClock, home: Path) -> Iterator[Kernel]:
    toy.PARTNER = toy.Partner()
    worker = Kernel(database, vault, clock, home, package=helpful())
    yield worker
    worker.close()


def helps(kernel: Kernel) -> list[object]:
    return [state for (state,) in kernel.rows("SELECT state::text FROM messages WHERE template = 'help'")]


def notes(kernel: Kernel) -> list[object]:
    return [note for (note,) in kernel.rows("SELECT note FROM replies ORDER BY received_at, key")]


# --- which question is meant ------------------------------------------------------------------------


def test_an_act_can_find_the_prefix_in_a_reply_written_oddly(helper: Kernel) -> None:
    (case,) = helper.cases(1)
    helper.reply(phone(1), "7#2")
    helper.run()
    assert helper.step(case) == "refused"
    helper.reply(phone(1), "seven#2")
    helper.reply(phone(1), "eight#2")
    assert notes(helper) == ["answers", "no question", "after the question closed"]


def test_without_a_prefix_the_only_open_question_is_meant(helper: Kernel) -> None:
    helper.cases(1)
    helper.reply(phone(1), "what is this")
    assert notes(helper) == ["answers"]


def test_of_two_open_questions_neither_is_meant(helper: Kernel) -> None:
    helper.cases(1)
    with helper.connection.transaction():
        helper.connection.execute(
            """INSERT INTO messages SELECT 999999, case_id, run, step, person, clause, address, '41',
                   template, "values", language, state, question, ready_at, lease_until, sent_at
                   FROM messages"""
        )
    helper.reply(phone(1), "what is this")
    assert notes(helper) == ["no question"]
    helper.reply(phone(1), "7#1")
    assert notes(helper) == ["answers", "no question"]


def test_a_late_reply_without_a_prefix_does_not_answer_the_next_question(helper: Kernel) -> None:
    """Written while the first question was open, delivered when the second one is."""
    one, two = helper.open(helper.arrival(1, SHARED), helper.arrival(2, SHARED))
    helper.run()
    written_at = helper.clock.now() + timedelta(hours=1)
    helper.after(hours=2)
    helper.reply(SHARED, "7#2")
    helper.run()
    helper.after(minutes=30)
    helper.receiver.receive([Incoming(key="late", phone=SHARED, text="what", at=written_at)])
    assert helper.rows("SELECT case_id FROM replies WHERE key = 'late'") == [(one,)]
    helper.run()
    assert (helper.step(two), helps(helper)) == ("consent", [])


def test_before_the_question_went_out_it_is_not_meant(helper: Kernel) -> None:
    helper.cases(1)
    early = helper.clock.now() - timedelta(seconds=1)
    helper.receiver.receive([Incoming(key="early", phone=phone(1), text="what", at=early)])
    assert notes(helper) == ["no question"]


# --- the help ---------------------------------------------------------------------------------------


def test_one_help_and_nothing_else_changes(helper: Kernel) -> None:
    (case,) = helper.cases(1)
    before = helper.rows("SELECT * FROM cases")
    entries = helper.count("ledger_entries")
    helper.after(hours=1)
    for text in ("what", "7#3", "yes?"):
        helper.reply(phone(1), text)
        helper.run()
    assert helps(helper) == ["d"]
    assert [sent.text for sent in helper.link.sent][1:] == ["Only 7#1 or 7#2."]
    assert helper.rows("SELECT * FROM cases") == before
    assert (helper.count("ledger_entries"), helper.count("inbox")) == (entries, 0)
    helper.reply(phone(1), "7#1")
    helper.run()
    assert helper.step(case) == "watch"
    assert helper.verify().faults == []


def test_replies_that_come_together_get_one_help(helper: Kernel) -> None:
    helper.cases(1)
    helper.reply(phone(1), "what")
    helper.reply(phone(1), "who")
    helper.run()
    assert helps(helper) == ["d"]


def test_an_answer_that_comes_with_it_makes_the_help_needless(helper: Kernel) -> None:
    (case,) = helper.cases(1)
    helper.reply(phone(1), "what")
    helper.reply(phone(1), "7#1")
    helper.run()
    assert (helper.step(case), helps(helper)) == ("watch", [])


def test_after_the_time_for_an_answer_no_help_is_sent(helper: Kernel) -> None:
    (case,) = helper.cases(1)
    ((deadline,),) = helper.rows("SELECT deadline_at FROM cases")
    helper.clock.set(deadline)  # type: ignore[arg-type]
    helper.reply(phone(1), "what")
    helper.run()
    assert (helper.step(case), helps(helper)) == ("consent", [])


def test_the_time_for_an_answer_is_not_moved_by_a_help(helper: Kernel) -> None:
    (case,) = helper.cases(1)
    helper.after(days=2)
    helper.reply(phone(1), "what")
    helper.run()
    helper.after(days=2)
    assert helper.step(case) == "silent"


def test_a_help_that_cannot_be_sent_does_not_set_the_case_aside(helper: Kernel) -> None:
    (case,) = helper.cases(1)
    helper.link.state = "failed"
    helper.reply(phone(1), "what")
    helper.run()
    assert (helps(helper), helper.trouble(case), helper.step(case)) == (["f"], None, "consent")


def test_a_question_that_is_put_anew_may_have_a_help_of_its_own(helper: Kernel) -> None:
    helper.link.state, helper.link.reason = "failed", "no such subscriber"
    (case,) = helper.cases(1)
    helper.link.state = "sent"
    release(helper.connection, case, "Aigul", helper.clock)
    helper.run()
    helper.reply(phone(1), "what")
    helper.run()
    assert helps(helper) == ["d"]


def test_an_act_without_a_help_sends_none(kernel: Kernel) -> None:
    kernel.cases(1)
    kernel.reply(phone(1), "what")
    kernel.run()
    assert len(kernel.link.sent) == 1


def test_a_told_case_shows_the_reply_and_the_help(helper: Kernel) -> None:
    (case,) = helper.cases(1)
    helper.after(hours=1)
    helper.reply(phone(1), "what")
    helper.run()
    file = read_file(helper.connection, helper.vault, helper.catalogue, case, who="a test", purpose="to test")
    told = [line for line in tell(file, "en", working_calendar()) if line.kind in ("sms", "reply")]
    assert [line.kind for line in told] == ["sms", "reply", "sms"]
    assert told[2].said.endswith("Ask: the answer could not be read, a help")
    assert (told[2].details, told[2].clause) == (("Only 7#1 or 7#2.",), "toy:§3")
