"""What becomes of each message on its way to the operator."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qyzmet.exchange.outbox import Batch, Outbox, Waiting
from qyzmet.exchange.pdu import Pdu, ShortMessage, Status
from qyzmet.exchange.sms import HandedOver, Outgoing
from qyzmet.exchange.smstext import read_part
from qyzmet.runtime.clock import HandClock

THREE_PARTS = "Қ" * 190


class Sending:
    """An outbox with some messages of three parts each."""

    def __init__(self, messages: int = 1, window: int = 10, patience: float = 30.0) -> None:
        clock = HandClock(datetime(2024, 2, 12, tzinfo=UTC))
        self.outbox = Outbox("1414", clock, window=window, patience=patience)
        self.batch = Batch(messages)
        self.waiting = [
            Waiting(Outgoing(id=n, phone="+77010000001", text=THREE_PARTS), self.batch, 0.0)
            for n in range(messages)
        ]
        self.outbox.put(self.waiting)

    def out(self, now: float = 0.0, most: int = 100) -> list[Pdu]:
        return list(self.outbox.due(now, most))

    def answer(self, pdus: list[Pdu], status: int = Status.OK, now: float = 0.0) -> None:
        for pdu in pdus:
            self.outbox.answered(pdu.sequence, status, now)

    @property
    def states(self) -> list[str]:
        return [one.result.state if one.result else "waiting" for one in self.waiting]

    @property
    def result(self) -> HandedOver:
        assert self.waiting[0].result is not None
        return self.waiting[0].result


def places(pdus: list[Pdu]) -> list[tuple[int, int, int]]:
    return [tuple(read_part(ShortMessage.decode(pdu.body))[0]) for pdu in pdus]  # type: ignore[misc]


def test_a_message_is_sent_when_all_its_parts_are_answered() -> None:
    sending = Sending()
    parts = sending.out()
    assert places(parts) == [(1, 3, 1), (1, 3, 2), (1, 3, 3)]
    sending.answer(parts[:2])
    assert sending.states == ["waiting"]
    sending.answer(parts[2:])
    assert sending.states == ["sent"]
    assert sending.result.parts == 3
    assert sending.batch.done.is_set()


def test_no_more_parts_are_under_way_than_the_window_holds() -> None:
    sending = Sending(messages=2, window=4)
    first = sending.out()
    assert len(first) == 4
    assert sending.out() == []
    sending.answer(first[:3])
    assert places(sending.out()) == [(2, 3, 2), (2, 3, 3)]
    assert sending.states == ["sent", "waiting"]


def test_a_link_that_breaks_before_the_answer_leaves_the_message_unknown() -> None:
    sending = Sending()
    parts = sending.out()
    sending.answer(parts[:2])
    sending.outbox.broke(0.0)
    assert sending.states == ["unknown"]
    assert sending.out() == []


def test_a_message_whose_last_part_never_went_out_is_sent_again_whole() -> None:
    sending = Sending(messages=2, window=4)
    sent = sending.out()
    sending.answer(sent[3:])  # the first part of the second message is answered, two are unsent
    sending.outbox.broke(0.0)
    assert sending.states == ["unknown", "waiting"]
    assert places(sending.out()) == [(3, 3, 1), (3, 3, 2), (3, 3, 3)]


@pytest.mark.parametrize("status", [Status.THROTTLED, Status.QUEUE_FULL])
def test_a_throttled_part_is_sent_again_after_a_pause(status: Status) -> None:
    sending = Sending()
    parts = sending.out()
    sending.answer(parts[:1], status)
    sending.answer(parts[1:])
    assert sending.out(now=0.01) == []
    again = sending.out(now=1.0)
    assert places(again) == [(1, 3, 1)]
    sending.answer(again, now=1.0)
    assert sending.states == ["sent"]


def test_a_message_throttled_for_too_long_goes_back() -> None:
    sending = Sending(patience=5.0)
    now = 0.0
    while sending.states == ["waiting"]:
        sending.answer(sending.out(now), Status.THROTTLED, now)
        now += 1.0
    assert 5.0 < now < 9.0
    assert (sending.result.state, sending.result.reason) == ("unsent", "the operator took no more messages")


def test_a_refused_part_fails_its_message_and_the_rest_is_not_sent() -> None:
    sending = Sending(messages=2, window=2)
    sending.answer(sending.out(), Status.SUBMIT_FAILED)
    assert sending.states == ["failed", "waiting"]
    assert sending.result.reason == "refused by the operator (status 0x00000045)"
    assert places(sending.out()) == [(2, 3, 1), (2, 3, 2)]


def test_without_a_link_messages_wait_for_a_while_and_then_go_back() -> None:
    sending = Sending(patience=5.0)
    sending.outbox.broke(4.0)
    assert sending.states == ["waiting"]
    sending.outbox.broke(5.1)
    assert (sending.result.state, sending.result.reason) == ("unsent", "there is no link to the operator")


def test_closing_gives_back_what_was_not_sent() -> None:
    sending = Sending(messages=2, window=3)
    sending.out()
    sending.outbox.close(0.0)
    assert sending.states == ["unknown", "unsent"]


def test_a_text_too_long_for_sms_fails_alone() -> None:
    sending = Sending(messages=2)
    sending.waiting[0].outgoing = Outgoing(id=0, phone="+77010000001", text="Қ" * 20_000)
    sending.answer(sending.out())
    assert sending.states == ["failed", "sent"]


def test_answers_to_nothing_and_late_answers_change_nothing() -> None:
    sending = Sending()
    sending.outbox.answered(99, Status.OK, 0.0)
    parts = sending.out()
    sending.outbox.broke(0.0)
    sending.answer(parts)
    assert sending.states == ["unknown"]
