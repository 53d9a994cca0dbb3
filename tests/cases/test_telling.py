"""A case in words, from a file made by hand: what is odd or gone is told too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from qyzmet.cases.case import Case, Fact
from qyzmet.cases.facts import Facts
from qyzmet.cases.file import CaseFile, Entry, Sms, SmsReply
from qyzmet.cases.ledger import Payload
from qyzmet.cases.telling import Told, tell
from qyzmet.cases.telling_facts import end_of, local
from qyzmet.cases.telling_words import WORDS
from qyzmet.law.act import LANGUAGES
from qyzmet.law.calendar import working_calendar
from qyzmet.law.deadline import working_days
from tests.cases import toy

START = datetime(2024, 2, 12, 4, tzinfo=UTC)


def entry(run: int, to: str, *steps: tuple[str, str, str, str], **learnt: Any) -> Entry:
    facts = {
        name.replace("__", "."): value if isinstance(value, Fact) else Fact(value, "test", START)
        for name, value in learnt.items()
    }
    header = {"at": START.isoformat(), "steps": [list(step) for step in steps], "to": to}
    return Entry(run, header, Payload(facts, [], None, "75", "w", None, []))


def file(*entries: Entry, status: str = "w", step: str = "consent", **more: Any) -> CaseFile:
    case = Case(
        id=1,
        procedure=1,
        step=step,
        subject=7,
        region="75",
        as_of=date(2024, 2, 12),
        opened=START,
        entered=START,
        facts=Facts(),
        event="E1",
        status=status,
        deadline=datetime(2024, 2, 15, 18, tzinfo=UTC),
    )
    given: dict[str, Any] = {"messages": [], "replies": [], "tasks": [], "decision": None, "orders": []}
    return CaseFile(case, "toy", toy.PROCEDURE, list(entries), **(given | more))


def told(case_file: CaseFile, language: str = "en") -> list[Told]:
    return tell(case_file, language, working_calendar())


def details(case_file: CaseFile) -> list[str]:
    return [detail for line in told(case_file) for detail in line.details]


def test_values_are_said_as_people_say_them() -> None:
    given = {
        "yes": True,
        "unknown": None,
        "when": "2024-02-12T04:00:00+00:00",
        "text": "T-shirt",
        "nothing": [],
        "banks": ["a", "b"],
        "pair": {"answer_to": "x"},
        "family": [1 << 61, 1 << 62],
        "address": "ab" * 32,
    }
    said = details(file(entry(1, "consent", **given)))
    assert said[:8] == [
        "yes: yes (source: test)",
        "unknown: not known (source: test)",
        "when: 2024-02-12 10:00 (source: test)",
        "text: T-shirt (source: test)",
        "nothing: – (source: test)",
        "banks: a; b (source: test)",
        "pair: answer to: x (source: test)",
        "family: 2 (source: test)",
    ]
    assert "ab" * 32 not in str(said)


def test_a_deadline_that_would_be_counted_otherwise_today_is_told_so() -> None:
    counted = working_days(START, 3, calendar=working_calendar())
    proof = {
        "clause": "toy:§3",
        "start": START.isoformat(),
        "working_days": 3,
        "last_day": counted.last_day.isoformat(),
        "proof": counted.proof_id,
        "calendar": counted.calendar_version,
    }
    lines = told(file(entry(1, "consent", consent__deadline=proof)))
    (limit,) = [line for line in lines if line.kind == "deadline"]
    assert (limit.clause, limit.said, limit.details) == ("toy:§3", "A time limit: Ask", counted.explain("en"))
    changed = proof | {"proof": "0" * 16, "calendar": "older"}
    assert (
        "the calendar changed since then (older)"
        in details(file(entry(1, "consent", consent__deadline=changed)))[-2]
    )


def test_a_case_that_waits_says_where_and_until_when() -> None:
    waits = told(file(entry(1, "consent")))[-1]
    assert (waits.kind, waits.said, waits.details) == (
        "waits",
        "The case is at: Ask.",
        ("Until 2024-02-15 24:00",),
    )
    assert end_of(START) == local(START) == "2024-02-12 10:00"


@pytest.mark.parametrize("state", ["h", "r", "s", "f", "u", "x"])
def test_messages_that_did_not_go_out_are_told(state: str) -> None:
    sms = Sms(None, 5, 1, "consent", "toy:§3", "question", state, START, None, None, None)
    (line,) = [line for line in told(file(entry(1, "consent"), messages=[sms])) if line.kind == "sms"]
    assert line.said.startswith(WORDS[f"sms.{state}"]["en"])
    assert line.details == ()


def test_replies_stand_after_their_question_and_late_ones_say_so() -> None:
    sms = Sms("7#1?", 5, 1, "consent", "toy:§3", "question", "d", START, START, 2, None)
    replies = [
        SmsReply("7#1", START, START, 5, "answers"),
        SmsReply(None, START + timedelta(days=9), START, 5, "after the question closed"),
    ]
    lines = told(file(entry(1, "consent"), entry(2, "watch"), messages=[sms], replies=replies))
    assert [line.kind for line in lines] == ["opened", "sms", "reply", "waits", "reply"]
    assert lines[-1].said == "SMS reply: the text is destroyed (after the question was closed)"


def test_a_procedure_that_this_program_cannot_read_is_told_by_its_names() -> None:
    step = ("gone_step", "done_so", "toy:§9", "Somebody")
    (line,) = [
        line for line in told(file(entry(1, "gone_too", step), step="gone_too")) if line.kind == "step"
    ]
    assert line.said == "gone step: done so → done so"
    assert (line.clause, line.place, line.actor) == ("toy:§9", "§9", "Somebody")


def test_every_sentence_is_there_in_every_language() -> None:
    for name, words in WORDS.items():
        assert tuple(words) == LANGUAGES, name
        fields = {frozenset(_fields(text)) for language, text in words.items() if name != "step"}
        assert len(fields) <= 1, name


def _fields(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]
