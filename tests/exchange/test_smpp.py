"""The link to an operator, over real connections, with the operator of the twins and with another."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest
import smpp34

from qyzmet.exchange.smpp import SmppLink
from qyzmet.exchange.smppsession import Timing
from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.faults import Fault
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served

PHONE = "+77010000000"
LONG = "Құрметті Азамат! Сіздің жәрдемақы алуға құқығыңыз бар. " * 9
CONSENT = "Келісім үшін жіберіңіз - 7#1, бас тарту үшін - 7#2"


class Inbox:
    """Takes replies, or fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.got: list[Incoming] = []
        self.failures = failures

    def __call__(self, replies: Sequence[Incoming]) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError(replies[0].phone)
        self.got += replies

    @property
    def texts(self) -> list[str]:
        return [reply.text for reply in self.got]


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


@contextmanager
def linked(port: int, clock: HandClock, password: str = "password", **options: object) -> Iterator[SmppLink]:
    link = SmppLink("127.0.0.1", port, "qyzmet", password, clock, **options)  # type: ignore[arg-type]
    try:
        yield link
    finally:
        link.close()


@pytest.fixture
def link(served: Served, clock: HandClock) -> Iterator[SmppLink]:
    with linked(served.ports.smpp, clock) as link:
        yield link


def outgoing(*texts: str, phone: str = PHONE) -> list[Outgoing]:
    return [Outgoing(id=number, phone=phone, text=text) for number, text in enumerate(texts, 1)]


def states(results: Sequence[HandedOver]) -> list[str]:
    return [result.state for result in results]


def test_long_kazakh_texts_reach_the_phone_whole_and_in_order(
    link: SmppLink, outside: Outside, clock: HandClock
) -> None:
    texts = [f"{number}. {LONG}" for number in range(20)]
    results = link.send(outgoing(*texts))
    assert [(one.id, one.state, one.at, one.parts) for one in results] == [
        (number, "sent", clock.now(), 8) for number in range(1, 21)
    ]
    assert [line.text for line in outside.citizens.history(PHONE)] == texts


def test_replies_arrive_with_the_time_they_were_sent(
    link: SmppLink, outside: Outside, clock: HandClock
) -> None:
    inbox = Inbox()
    link.listen(inbox)
    link.send(outgoing(CONSENT))
    clock.advance(timedelta(days=2))
    until(lambda: bool(inbox.got))
    reply = inbox.got[0]
    sent = outside.citizens.history(PHONE)[-1]
    assert (reply.phone, reply.text) == (PHONE, "7#1")
    assert abs(reply.at - sent.at) < timedelta(milliseconds=1)
    assert reply.at < clock.now()
    until(outside.idle)


@pytest.mark.parametrize("text", ["7 # 1", "Иә, келісемін 🙂", "ұ" * 500, "x" * 161, ""])
def test_any_reply_arrives_as_it_was_written(link: SmppLink, outside: Outside, text: str) -> None:
    inbox = Inbox()
    link.listen(inbox)
    outside.citizens.reply(PHONE, text)
    until(lambda: bool(inbox.got))
    assert inbox.texts == [text]
    until(outside.idle)


def test_replies_wait_for_a_bind_and_for_a_listener(
    served: Served, outside: Outside, clock: HandClock
) -> None:
    outside.citizens.reply(PHONE, "7#1")
    until(lambda: outside.undelivered == 1)
    assert not outside.idle()
    inbox = Inbox()
    with linked(served.ports.smpp, clock) as link:
        assert link.bound.wait(5)
        time.sleep(0.05)
        assert not outside.idle()
        link.listen(inbox)
        until(outside.idle)
    assert inbox.texts == ["7#1"]


def test_a_reply_that_could_not_be_stored_comes_again_with_the_same_key(
    link: SmppLink, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox(failures=2)
    link.listen(inbox)
    reply = outside.citizens.reply(PHONE, "7#1")
    until(lambda: bool(inbox.got))
    assert [one.key for one in inbox.got] == [reply.id]
    assert "replies were not taken: RuntimeError" in caplog.text
    assert PHONE not in caplog.text
    until(outside.idle)


def test_an_acknowledgement_that_does_not_come_makes_the_operator_repeat(
    outside: Outside, served: Served, clock: HandClock
) -> None:
    served.smsc._redeliver_after = 0.1
    stuck, inbox = Event(), Inbox()

    def slow(replies: Sequence[Incoming]) -> None:
        inbox(replies)
        stuck.wait(0.3)
        stuck.set()

    with linked(served.ports.smpp, clock) as link:
        link.listen(slow)
        outside.citizens.reply(PHONE, "7#1")
        until(lambda: len(inbox.got) >= 2)
        until(outside.idle)
    assert len({one.key for one in inbox.got}) == 1


def test_a_link_cut_in_the_middle_leaves_unknown_what_was_not_answered(
    link: SmppLink, outside: Outside, served: Served
) -> None:
    outside.faults.add(Fault(system="smsc", kind="slow"))
    served.smsc.slow = 30.0
    results: list[HandedOver] = []
    sending = Thread(target=lambda: results.extend(link.send(outgoing("бір", "екі", LONG))))
    sending.start()
    until(lambda: len(outside.citizens.history(PHONE)) == 3)
    served.cut_links()
    sending.join(5)
    assert states(results) == ["unknown"] * 3
    assert all("broke" in result.reason for result in results)
    outside.faults.clear()
    assert link.bound.wait(5)
    assert states(link.send(outgoing("тағы"))) == ["sent"]


def test_a_link_that_takes_a_part_and_dies_is_found_and_built_again(link: SmppLink, outside: Outside) -> None:
    outside.faults.add(Fault(system="smsc", kind="silence"))
    assert states(link.send(outgoing("бір"))) == ["unknown"]
    outside.faults.clear()
    outside.faults.add(Fault(system="smsc", kind="nonsense"))
    assert states(link.send(outgoing("екі"))) == ["unknown"]
    outside.faults.clear()
    assert states(link.send(outgoing("үш"))) == ["sent"]


def test_an_operator_that_never_answers_counts_as_gone(
    outside: Outside, served: Served, clock: HandClock
) -> None:
    outside.faults.add(Fault(system="smsc", kind="slow"))
    served.smsc.slow = 30.0
    with linked(served.ports.smpp, clock, timing=Timing(answer_within=0.2)) as link:
        assert states(link.send(outgoing("бір"))) == ["unknown"]


def test_replies_given_before_a_cut_and_not_acknowledged_come_again_after_the_next_bind(
    link: SmppLink, outside: Outside, served: Served
) -> None:
    for number in range(5):
        outside.citizens.reply(PHONE, f"{number}")
    assert link.bound.wait(5)
    until(lambda: outside.undelivered == 5)
    served.cut_links()
    inbox = Inbox()
    link.listen(inbox)
    until(outside.idle)
    assert list(dict.fromkeys(inbox.texts)) == ["0", "1", "2", "3", "4"]
    assert len({reply.key for reply in inbox.got}) == 5


def test_a_doubled_delivery_has_one_key(link: SmppLink, outside: Outside) -> None:
    inbox = Inbox()
    outside.faults.add(Fault(system="smsc", kind="duplicate"))
    link.listen(inbox)
    outside.citizens.reply(PHONE, "7#1")
    until(lambda: len(inbox.got) == 2)
    assert inbox.got[0] == inbox.got[1]


def test_a_throttling_operator_gets_everything_in_the_end(link: SmppLink, outside: Outside) -> None:
    outside.faults.add(Fault(system="smsc", kind="error", share=0.5))
    results = link.send(outgoing(*[f"{number}. {LONG}" for number in range(3)]))
    assert states(results) == ["sent"] * 3
    texts = {line.text for line in outside.citizens.history(PHONE)}
    assert texts == {f"{number}. {LONG}" for number in range(3)}


def test_without_an_operator_or_with_a_wrong_password_messages_fail_in_time(
    served: Served, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for port, password in ((9, "password"), (served.ports.smpp, "wrong")):
        with linked(port, clock, password, patience=0.2) as link:
            failed = link.send(outgoing(CONSENT))
        assert states(failed) == ["unsent"]
        assert failed[0].reason == "there is no link to the operator"
    for secret in (PHONE, PHONE[1:], "wrong", "7#1"):
        assert secret not in caplog.text


def test_a_quiet_link_is_kept_alive(served: Served, clock: HandClock) -> None:
    with linked(served.ports.smpp, clock, timing=Timing(answer_within=0.1, enquire_every=0.05)) as link:
        assert link.bound.wait(5)
        time.sleep(0.4)
        assert link.bound.is_set()


def test_several_links_and_several_threads_share_one_operator(
    served: Served, outside: Outside, clock: HandClock
) -> None:
    inbox, results = Inbox(), list[str]()
    with linked(served.ports.smpp, clock) as one, linked(served.ports.smpp, clock) as two:
        for link in (one, two):
            link.listen(inbox)
        threads = [
            Thread(target=lambda link=link: results.extend(states(link.send(outgoing(*[LONG] * 10)))))
            for link in (one, two, one, two)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number in range(20):
            outside.citizens.reply(PHONE, f"{number}")
        until(lambda: len(inbox.got) == 20)
    assert results == ["sent"] * 40
    assert sorted(inbox.texts, key=int) == [str(number) for number in range(20)]


def test_a_closed_link_sends_nothing_and_says_so(served: Served, clock: HandClock) -> None:
    with linked(served.ports.smpp, clock) as link:
        pass
    results = link.send(outgoing("кеш"))
    assert (states(results), results[0].reason) == (["unsent"], "the link was closed")
    link.close()
    assert link.send([]) == []


# --- with the operator of another maker -----------------------------------------------------------


class OtherOperator:
    """The SMSC of the package smpp34: joins nothing, knows no citizens."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.answers: list[int] = []
        self._replying: list[asyncio.Task[None]] = []
        self.port = 0
        self._ready, self._done = Event(), Event()
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> OtherOperator:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join(5)

    async def _serve(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        server = smpp34.Server("127.0.0.1", self.port)
        await server.start()
        self._ready.set()
        answering = asyncio.create_task(self._answer(server))
        while not self._done.is_set():
            await asyncio.sleep(0.01)
        answering.cancel()
        await server.stop()

    async def _answer(self, server: smpp34.Server) -> None:
        while True:
            event = await server.next()
            if isinstance(event, smpp34.SubmitSmEvent):
                self.parts.append(event.short_message)
                event.accept(f"{len(self.parts)}")
            elif isinstance(event, smpp34.Esme):
                # Beside the submits: this operator handles one thing of a client at a time.
                self._replying.append(asyncio.create_task(self._reply(event)))

    async def _reply(self, client: smpp34.Esme) -> None:
        answer = await client.deliver_sm("1414", b"7#1", source_addr=PHONE[1:], source_addr_ton=1)
        self.answers.append(answer.command_status)


def test_the_link_works_with_an_operator_of_another_maker(clock: HandClock) -> None:
    inbox = Inbox()
    with OtherOperator() as operator, linked(operator.port, clock) as link:
        link.listen(inbox)
        assert states(link.send(outgoing(LONG))) == ["sent"]
        until(lambda: bool(inbox.got) and bool(operator.answers))
    in_order = sorted(operator.parts, key=lambda part: part[5])
    assert b"".join(part[6:] for part in in_order).decode("utf-16-be") == LONG
    assert (inbox.got[0].phone, inbox.got[0].text, inbox.got[0].at) == (PHONE, "7#1", clock.now())
    assert operator.answers == [0]
