"""The post office: one open question per phone and prefix, each reply to its own, nothing sent twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from qyzmet.cases import post
from qyzmet.cases.aside import release
from qyzmet.cases.placing import QUESTION_GAP
from qyzmet.cases.post import Sender
from qyzmet.cases.receiving import prefix_of
from qyzmet.exchange.sms import Incoming, Receipt
from qyzmet.people.vault import Identity
from qyzmet.runtime.clock import KZ
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from tests.cases import toy
from tests.cases.conftest import LOOPS, Kernel, phone

SHARED = "+77015550000"


def neighbours(kernel: Kernel) -> tuple[int, int]:
    """Two people with one phone, a question to each."""
    one, two = kernel.open(kernel.arrival(1, SHARED), kernel.arrival(2, SHARED))
    kernel.run()
    return one, two


def states(kernel: Kernel) -> list[str]:
    return [str(state) for (state,) in kernel.rows("SELECT state::text FROM messages ORDER BY id")]


def test_a_question_waits_while_another_is_open_on_its_phone(kernel: Kernel) -> None:
    neighbours(kernel)
    assert states(kernel) == ["d", "h"]
    assert len(kernel.link.sent) == 1


def test_the_next_question_follows_an_answer_after_a_gap(kernel: Kernel) -> None:
    one, two = neighbours(kernel)
    kernel.reply(SHARED, "7#2")
    kernel.run()
    assert (kernel.step(one), kernel.step(two)) == ("refused", "consent")
    kernel.clock.advance(QUESTION_GAP - timedelta(seconds=1))
    kernel.run()
    assert states(kernel) == ["d", "h"]
    kernel.after(seconds=1)
    assert states(kernel) == ["d", "d"]
    kernel.reply(SHARED, "7#1")
    kernel.run()
    assert kernel.step(two) == "watch"


def test_the_next_question_follows_when_the_time_for_an_answer_is_over(kernel: Kernel) -> None:
    one, two = neighbours(kernel)
    kernel.after(days=4)
    assert (kernel.step(one), states(kernel)) == ("silent", ["d", "h"])
    assert kernel.rows("SELECT deadline_at FROM cases WHERE id = %s", two) == [(None,)], (
        "its time has not begun"
    )
    kernel.after(minutes=30)
    assert states(kernel) == ["d", "d"]


def test_a_later_question_also_waits_for_the_gap(kernel: Kernel) -> None:
    kernel.open(kernel.arrival(1, SHARED))
    kernel.run()
    kernel.reply(SHARED, "7#2")
    kernel.run()
    kernel.open(kernel.arrival(2, SHARED))
    kernel.run()
    assert states(kernel) == ["d", "h"]


def test_three_people_on_one_phone_are_asked_one_after_the_other(kernel: Kernel) -> None:
    cases = kernel.open(*(kernel.arrival(number, SHARED) for number in (1, 2, 3)))
    kernel.run()
    for case in cases:
        kernel.reply(SHARED, "7#2")
        kernel.run()
        assert kernel.step(case) == "refused"
        kernel.after(minutes=30)
    assert states(kernel) == ["d", "d", "d"]


def test_a_question_that_is_no_longer_wanted_is_not_sent(kernel: Kernel) -> None:
    _, two = neighbours(kernel)
    with kernel.connection.transaction():
        kernel.connection.execute(
            """INSERT INTO inbox (case_id, kind, at, body) VALUES (%s, 'refuse', %s, '{}')""",
            (two, kernel.clock.now()),
        )
    kernel.run()
    assert (kernel.step(two), states(kernel)) == ("refused", ["d", "x"])


def test_a_reply_goes_to_the_question_that_was_open_at_the_operators_time(kernel: Kernel) -> None:
    one, two = neighbours(kernel)
    written_at = kernel.clock.now() + timedelta(hours=1)
    kernel.after(hours=2)
    kernel.reply(SHARED, "7#2", key="first")
    kernel.run()
    kernel.after(minutes=30)
    assert states(kernel) == ["d", "d"]
    late = Incoming(key="late", phone=SHARED, text="7#1", at=written_at)
    kernel.receiver.receive([late])
    kernel.run()
    assert (kernel.step(one), kernel.step(two)) == ("refused", "consent")
    assert kernel.rows("SELECT case_id, note FROM replies WHERE key = 'late'") == [
        (one, "after the question closed")
    ]


def test_a_reply_delivered_twice_counts_once(kernel: Kernel) -> None:
    kernel.cases(1)
    reply = Incoming(key="k", phone=phone(1), text="7#1", at=kernel.clock.now())
    kernel.receiver.receive([reply, reply])
    kernel.receiver.receive([reply])
    assert kernel.count("replies") == kernel.count("inbox") == 1


@pytest.mark.parametrize(
    ("sender", "text", "note"),
    [
        ("+77019999999", "7#1", "no question"),
        ("1414", "7#1", "no question"),
        ("Bank", "7#1", "no question"),
        (phone(1), "yes", "answers"),
        (phone(1), "41#3#1", "answers"),
        (phone(1), "7#\x00", "answers"),
    ],
)
def test_what_answers_nothing_is_kept_and_changes_nothing(
    kernel: Kernel, sender: str, text: str, note: str
) -> None:
    (case,) = kernel.cases(1)
    kernel.reply(sender, text)
    kernel.run()
    assert kernel.step(case) == "consent"
    assert kernel.trouble(case) is None
    assert kernel.rows("SELECT note FROM replies") == [(note,)]


def test_of_a_phone_that_belongs_to_nobody_no_text_is_kept(kernel: Kernel) -> None:
    kernel.cases(1)
    kernel.reply("+77019999999", "my name is Omarov")
    kernel.reply(phone(1), "my name is Omarov")
    sizes = kernel.rows("SELECT length(text) > 0 FROM replies ORDER BY length(text)")
    assert sizes == [(False,), (True,)]
    assert b"Omarov" not in b"".join(bytes(text) for (text,) in kernel.rows("SELECT text FROM replies"))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("7#1", "7"),
        (" 7 # 1", "7"),
        ("41#3#2", "41"),
        ("#1", None),
        ("7", None),
        ("да#1", None),
        ("٧#1", None),
    ],
)
def test_the_prefix_is_the_digits_before_the_first_mark(text: str, prefix: str | None) -> None:
    assert prefix_of(text) == prefix


# --- what cannot be sent ----------------------------------------------------------------------------


def test_a_message_that_the_operator_refuses_sets_its_case_aside_and_frees_the_phone(kernel: Kernel) -> None:
    kernel.link.state, kernel.link.reason = "failed", "no such subscriber"
    one, _ = neighbours(kernel)
    assert kernel.trouble(one) == "the message of step consent could not be sent: no such subscriber"
    kernel.link.state = "sent"
    kernel.run()
    assert kernel.trouble(one) is not None
    release(kernel.connection, one, "Aigul", kernel.clock)
    kernel.run()
    assert kernel.trouble(one) is None
    assert kernel.step(one) == "consent"


def test_a_number_that_has_changed_since_gets_no_question(kernel: Kernel) -> None:
    (case,) = kernel.open(kernel.arrival(1))
    kernel.engine.turn()
    kernel.person(1, "+77017777777")
    kernel.run()
    assert "number has changed since" in str(kernel.trouble(case))
    assert kernel.link.sent == []


def test_a_person_who_was_erased_gets_no_question(kernel: Kernel) -> None:
    (case,) = kernel.open(kernel.arrival(1))
    kernel.engine.turn()
    ((subject,),) = kernel.rows("SELECT subject FROM cases")
    kernel.vault.erase(int(str(subject)), "a test")
    kernel.run()
    assert "no number for this person any more" in str(kernel.trouble(case))
    assert kernel.verify().faults == []


@pytest.mark.parametrize(("template", "said"), [("none", "no message template 'none'"), ("bad", "KeyError")])
def test_a_text_that_cannot_be_written_stops_one_message_and_not_its_batch(
    kernel: Kernel, template: str, said: str
) -> None:
    cases = kernel.open(kernel.arrival(1), kernel.arrival(2, template=template), kernel.arrival(3))
    kernel.run()
    assert [kernel.trouble(case) is None for case in cases] == [True, False, True]
    assert said in str(kernel.trouble(cases[1]))
    assert toy.SECRET not in str(kernel.trouble(cases[1]))
    assert states(kernel) == ["d", "f", "d"]


def test_what_was_not_handed_over_is_tried_again(kernel: Kernel) -> None:
    kernel.link.state = "unsent"
    (case,) = kernel.cases(1)
    for _ in range(10):
        kernel.after(minutes=1)
    assert len(kernel.link.sent) == 11
    assert (kernel.trouble(case), states(kernel)) == (None, ["r"])
    kernel.link.state = "sent"
    kernel.after(minutes=1)
    assert states(kernel) == ["d"]
    assert kernel.fact(case, "consent.sent") == kernel.clock.now().isoformat()


# --- what became of it is unknown -------------------------------------------------------------------


class Died(BaseException):
    """The worker is no more."""


def dying(kernel: Kernel, point: str) -> Sender:
    def die(name: str) -> None:
        if name == point:
            raise Died

    return Sender(
        kernel.post_connection, kernel.vault, kernel.catalogue, kernel.link, kernel.clock, failpoints=die
    )


def sent_and_not_recorded(kernel: Kernel) -> int:
    (case,) = kernel.open(kernel.arrival(1))
    kernel.engine.turn()
    with pytest.raises(Died):
        dying(kernel, "post.sent").turn()
    return case


def test_a_message_of_unknown_fate_is_marked_and_not_repeated(kernel: Kernel) -> None:
    case = sent_and_not_recorded(kernel)
    kernel.run()
    assert states(kernel) == ["s"], "another worker may still be at it"
    kernel.clock.advance(post.LEASE)
    kernel.run()
    assert (states(kernel), len(kernel.link.sent)) == (["u"], 1)
    kernel.after(days=4)
    assert (kernel.step(case), len(kernel.link.sent)) == ("silent", 1)


def test_a_message_of_unknown_fate_is_repeated_where_policy_says_so(kernel: Kernel) -> None:
    sent_and_not_recorded(kernel)
    kernel.clock.advance(post.LEASE)
    kernel.sender = Sender(
        kernel.post_connection,
        kernel.vault,
        kernel.catalogue,
        kernel.link,
        kernel.clock,
        repeat_unknown=True,
    )
    kernel.run()
    assert (states(kernel), len(kernel.link.sent)) == (["d"], 2)


@pytest.mark.parametrize("settled", [False, True])
def test_an_answer_to_a_message_of_unknown_fate_finds_its_question(kernel: Kernel, settled: bool) -> None:
    """The person answered while nobody had written down that the question was sent."""
    case = sent_and_not_recorded(kernel)
    answer = Incoming(key="k", phone=phone(1), text="7#1", at=kernel.clock.now() + timedelta(seconds=30))
    kernel.clock.advance(post.LEASE)
    if settled:
        kernel.run()
    kernel.receiver.receive([answer])
    kernel.run()
    assert kernel.step(case) == "watch"


@pytest.mark.parametrize(
    ("read", "step", "note"),
    [(False, "consent", "an earlier question may have been meant"), (True, "watch", "answers")],
)
def test_an_answer_that_may_be_meant_for_an_earlier_question_is_nobodys_consent(
    kernel: Kernel, read: bool, step: str, note: str
) -> None:
    """Whether the second question reached the phone nobody knows; on a page it is seen."""
    one, two = neighbours(kernel)
    kernel.link.state = "unknown"
    kernel.after(days=4)
    kernel.after(minutes=30)
    assert (kernel.step(one), states(kernel)) == ("silent", ["d", "u"])
    answer = Incoming(key="k", phone=SHARED, text="7#1", at=kernel.clock.now() + timedelta(hours=1))
    kernel.clock.advance(timedelta(hours=1))
    kernel.receiver.receive([answer], read=read)
    kernel.run()
    assert kernel.step(two) == step
    assert kernel.rows("SELECT note, text <> '' FROM replies WHERE key = 'k'") == [(note, True)]


def test_a_link_that_does_not_know_says_so(kernel: Kernel) -> None:
    kernel.link.state = "unknown"
    (case,) = kernel.cases(1)
    assert states(kernel) == ["u"]
    assert kernel.fact(case, "consent.sent") is not None


def test_a_sender_thought_dead_tells_the_case_nothing_twice(
    kernel: Kernel, second: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    (case,) = kernel.open(kernel.arrival(1))
    kernel.engine.turn()
    send = kernel.link.send

    def slow(messages: list[object]) -> object:
        kernel.clock.advance(post.LEASE)
        second.sender.turn()
        return send(messages)

    monkeypatch.setattr(kernel.link, "send", slow)
    kernel.sender.turn()
    assert kernel.rows("SELECT count(*) FROM inbox WHERE case_id = %s", case) == [(1,)]
    assert states(kernel) == ["u"]


def test_each_look_for_a_number_is_logged_under_the_clause_of_the_step(kernel: Kernel) -> None:
    kernel.cases(1)
    ((subject,),) = kernel.rows("SELECT subject FROM cases")
    (look,) = kernel.vault.looks(int(str(subject)))
    assert (look.who, look.clause) == ("SMS gateway", "toy:§3")
    assert Identity(phone=phone(1)).known().keys() <= set(look.fields)


# --- receipts, quiet hours, caps --------------------------------------------------------------------------


def sender(kernel: Kernel, **manners: object) -> Sender:
    connection = kernel.post_connection
    return Sender(connection, kernel.vault, kernel.catalogue, kernel.link, kernel.clock, **manners)  # type: ignore[arg-type]


def receipt(*states: tuple[str, str]) -> list[Receipt]:
    at = datetime(2024, 2, 12, 4, tzinfo=UTC)
    return [Receipt(id=name, state=state, at=at) for name, state in states]


def delivered(kernel: Kernel) -> list[bool]:
    rows = kernel.rows("SELECT delivered_at IS NOT NULL FROM messages ORDER BY id")
    return [bool(value) for (value,) in rows]


def hand_over(kernel: Kernel, *names: str) -> None:
    """The operator takes the next message in these parts."""
    kernel.link.ids, kernel.link.parts = names, len(names)


@pytest.mark.parametrize(
    ("early", "late", "expected"),
    [
        ([], [("a", "DELIVRD"), ("b", "DELIVRD")], True),
        ([("a", "DELIVRD")], [("b", "DELIVRD")], True),  # one was faster than our own writing
        ([("a", "DELIVRD"), ("b", "DELIVRD")], [], True),
        ([], [("a", "DELIVRD")], False),
        ([], [("a", "DELIVRD"), ("b", "EXPIRED")], False),
        ([], [("a", "ENROUTE"), ("a", "DELIVRD"), ("b", "DELIVRD"), ("b", "EXPIRED")], False),
        ([], [("never sent", "DELIVRD")], False),
    ],
)
def test_a_message_is_delivered_with_its_last_part(
    kernel: Kernel, early: list[tuple[str, str]], late: list[tuple[str, str]], expected: bool
) -> None:
    hand_over(kernel, "a", "b")
    kernel.link.before = lambda: kernel.receiver.receipts(receipt(*early)) if early else None
    kernel.cases(1)
    if late:
        kernel.receiver.receipts(receipt(*late))
    assert delivered(kernel) == [expected]
    assert kernel.count("inbox") == 0  # nothing of the act hangs on it


def test_delivered_stays_delivered_and_a_receipt_counts_once(kernel: Kernel) -> None:
    hand_over(kernel, "a")
    kernel.cases(1)
    for state in ("DELIVRD", "DELIVRD", "EXPIRED"):
        kernel.receiver.receipts(receipt(("a", state)))
    assert kernel.rows("SELECT state FROM message_parts") == [("DELIVRD",)]
    assert delivered(kernel) == [True]


@pytest.mark.parametrize(
    ("quiet", "clock_says", "goes"),
    [
        ((time(22), time(8)), "09:00", True),
        ((time(22), time(8)), "21:59", True),
        ((time(22), time(8)), "22:00", False),
        ((time(22), time(8)), "03:00", False),
        ((time(22), time(8)), "08:00", True),
        ((time(12), time(13)), "12:30", False),
        ((time(12), time(13)), "13:00", True),
        (None, "03:00", True),
    ],
)
def test_nothing_is_sent_in_quiet_hours(
    kernel: Kernel, quiet: tuple[time, time] | None, clock_says: str, goes: bool
) -> None:
    kernel.clock.set(datetime.combine(date(2024, 2, 14), time.fromisoformat(clock_says), KZ))
    kernel.sender = sender(kernel, quiet=quiet)
    (case,) = kernel.cases(1)
    assert states(kernel) == (["d"] if goes else ["r"])
    kernel.after(hours=11)
    assert states(kernel) == ["d"], "it goes out when the quiet is over"
    assert kernel.step(case) == "consent"


def test_a_phone_gets_no_more_messages_a_day_than_the_cap(kernel: Kernel) -> None:
    kernel.sender = sender(kernel, most_a_day=1)
    one, two = kernel.open(kernel.arrival(1, SHARED), kernel.arrival(2, phone(2)))
    kernel.run()
    assert states(kernel) == ["d", "d"]
    kernel.reply(SHARED, "7#2")  # the case ends; the next person on this phone may be asked
    kernel.run()
    kernel.open(kernel.arrival(3, SHARED))
    kernel.after(hours=2)
    assert states(kernel) == ["d", "d", "r"]
    kernel.after(hours=22)
    assert states(kernel) == ["d", "d", "d"]
    assert (kernel.step(one), kernel.step(two)) == ("refused", "consent")


@pytest.mark.parametrize("planner", [b"", LOOPS], ids=["as it plans", "in loops"])
@pytest.mark.parametrize(("quick", "sizes"), [(60.0, [2, 4, 8, 6]), (0.0, [2] * 10)])
def test_more_is_handed_over_at_once_only_while_that_is_quick(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch, quick: float, sizes: list[int], planner: bytes
) -> None:
    monkeypatch.setattr(post, "FIRST_BATCH", 2)
    monkeypatch.setattr(post, "QUICK_SECONDS", quick)
    kernel.open(*(kernel.arrival(number) for number in range(1, 21)))
    kernel.engine.turn()
    if planner:
        kernel.post_connection.execute(planner)
        kernel.post_connection.commit()
    sender = Sender(
        kernel.post_connection, kernel.vault, kernel.catalogue, kernel.link, kernel.clock, batch=8
    )
    handed_over = []
    while done := sender.turn():
        handed_over.append(done)
    assert handed_over == sizes


def test_what_another_sender_holds_is_passed_over_and_settled_later(
    kernel: Kernel, database: Database
) -> None:
    sent_and_not_recorded(kernel)
    kernel.clock.advance(post.LEASE)
    with connect(database.engine_url) as other, other.transaction():
        other.execute("SELECT FROM messages FOR UPDATE")
        kernel.post_connection.execute("SET lock_timeout = '2s'")  # rather fails than waits for ever
        kernel.post_connection.commit()
        kernel.sender.turn()
        assert states(kernel) == ["s"]
    kernel.clock.advance(post.LOOK_EVERY)
    kernel.sender.turn()
    assert states(kernel) == ["u"]
