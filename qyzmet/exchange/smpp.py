"""A link to an operator over SMPP 3.4: one thread for the socket, one for what comes in.

A reply is acknowledged only when `receive` has returned, so a crash before that makes the operator
deliver it again. Replies bear the operator's id and time where the operator gives them
(`Tag.MESSAGE_ID`, `Tag.SENT_AT`); else an id is made up and the time is ours. Nothing of what the
messages say and no number goes to the log.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any
from zlib import crc32

from qyzmet.exchange.outbox import Batch, Outbox, Waiting
from qyzmet.exchange.pdu import Bind, Status
from qyzmet.exchange.smppsession import Arrived, Session, Timing
from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing, Receipt
from qyzmet.runtime.clock import Clock

log = logging.getLogger(__name__)

_REPLIES_AT_ONCE = 200
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 10.0


class SmppLink:
    """`sms.SmsLink` over SMPP. Connects by itself, now and whenever the link breaks.

    `window` is how many parts may be under way, `patience` how many seconds a message waits for a
    link before it goes back unsent.
    """

    def __init__(
        self,
        host: str,
        port: int,
        system_id: str,
        password: str,
        clock: Clock,
        *,
        source: str = "1414",
        window: int = 200,
        patience: float = 30.0,
        timing: Timing | None = None,
        receipts: bool = True,
    ) -> None:
        self._address, self._bind = (host, port), Bind(system_id, password)
        self._clock, self._timing = clock, timing or Timing()
        self._outbox = Outbox(source, clock, window=window, patience=patience, receipts=receipts)
        self._arrived: SimpleQueue[Arrived | None] = SimpleQueue()
        self._early: dict[str, Arrived] = {}
        self._lock = Lock()
        self._receive: Callable[[Sequence[Incoming]], None] | None = None
        self._receipts: Callable[[Sequence[Receipt]], None] | None = None
        self._listening, self._closing = Event(), Event()
        self.bound = Event()  #: set while the link stands
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_write.setblocking(False)
        self._link = Thread(target=self._keep_up, name="smpp-link", daemon=True)
        self._replies = Thread(target=self._hand_over, name="smpp-replies", daemon=True)
        self._link.start()
        self._replies.start()

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        if not messages:
            return []
        batch, since = Batch(len(messages)), time.monotonic()
        waiting = [Waiting(message, batch, since) for message in messages]
        self._outbox.put(waiting)
        self._wake()
        while not batch.done.wait(0.5 if self._link.is_alive() else 0.0):
            if not self._link.is_alive():
                self._outbox.close(time.monotonic())
        return [message.result for message in waiting if message.result is not None]

    def listen(
        self,
        receive: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None] | None = None,
    ) -> None:
        with self._lock:
            self._receive, self._receipts = receive, receipts
            for arrived in self._early.values():
                self._arrived.put(arrived)
            self._early.clear()
            self._listening.set()

    def close(self) -> None:
        """Unbinds. What is under way ends as unknown or unsent."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._listening.set()
        self._wake()
        self._arrived.put(None)
        self._link.join()
        self._replies.join()
        self._wake_read.close()
        self._wake_write.close()

    # --- the link's thread -----------------------------------------------------------------------

    def _keep_up(self) -> None:
        pause = _FIRST_PAUSE
        while not self._closing.is_set():
            try:
                self._connect_and_run()
            except Exception as error:  # whatever it was, a new link is the remedy
                log.warning("the SMPP link is down: %s", type(error).__name__)
            pause = _FIRST_PAUSE if self.bound.is_set() else min(pause * 2, _LONGEST_PAUSE)
            self.bound.clear()
            self._outbox.broke(time.monotonic())
            self._closing.wait(pause)
        self._outbox.close(time.monotonic())

    def _connect_and_run(self) -> None:
        with socket.create_connection(self._address, timeout=5.0) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session = Session(
                connection, self._wake_read, self._outbox, self._take, self._clock, self._timing
            )
            session.bind(self._bind)
            self.bound.set()
            session.run(self._closing)

    def _take(self, arrived: Arrived) -> None:
        """Replies that come before anybody listens wait, each once however often it is delivered."""
        with self._lock:
            if self._listening.is_set():
                self._arrived.put(arrived)
            elif isinstance(arrived.said, Receipt):
                self._arrived.put(arrived)  # kept in order until somebody listens
            else:
                self._early[arrived.said.key] = arrived

    def _wake(self) -> None:
        with suppress(OSError):  # full: it is awake already; closed: it needs no waking
            self._wake_write.send(b"\0")

    # --- the replies' thread ---------------------------------------------------------------------

    def _hand_over(self) -> None:
        self._listening.wait()
        while (first := self._arrived.get()) is not None:
            batch = [first]
            while len(batch) < _REPLIES_AT_ONCE and not self._arrived.empty():
                more = self._arrived.get()
                if more is None:
                    self._arrived.put(None)
                    break
                batch.append(more)
            replies = [arrived for arrived in batch if isinstance(arrived.said, Incoming)]
            receipts = [arrived for arrived in batch if isinstance(arrived.said, Receipt)]
            for some, take in ((replies, self._receive), (receipts, self._receipts or _nobody)):
                if some:
                    status = self._received([arrived.said for arrived in some], take)
                    for arrived in some:
                        arrived.acknowledge(status)
            self._wake()

    def _received(self, said: Sequence[Any], take: Callable[[Sequence[Any]], None] | None) -> int:
        """What the operator is told; after a failure it delivers the replies again."""
        if take is None or self._closing.is_set():
            return Status.TEMPORARY_ERROR
        try:
            take(said)
        except Exception as error:
            log.warning("replies were not taken: %s", type(error).__name__)
            return Status.TEMPORARY_ERROR
        return Status.OK


def _nobody(_: Sequence[Receipt]) -> None:
    """Nobody asked for receipts: the operator is told that they arrived."""


class SmppLinks:
    """Several links to one operator as one: a phone keeps its link, so that its messages keep their order."""

    def __init__(self, links: Sequence[SmppLink]) -> None:
        assert links
        self._links = links
        self._threads = ThreadPoolExecutor(len(links), thread_name_prefix="smpp-send")

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        """By order of the messages; each link sends its share at the same time as the others."""
        shares: list[list[Outgoing]] = [[] for _ in self._links]
        for message in messages:
            shares[crc32(message.phone.encode()) % len(shares)].append(message)
        sent = self._threads.map(lambda pair: pair[0].send(pair[1]), zip(self._links, shares, strict=True))
        found = {result.id: result for results in sent for result in results}
        return [found[message.id] for message in messages if message.id in found]

    def listen(
        self,
        receive: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None] | None = None,
    ) -> None:
        """One reply or receipt at a time reaches the listener, whichever link brought it."""
        lock = Lock()

        def one_at_a_time(said: Sequence[Incoming]) -> None:
            with lock:
                receive(said)

        def receipt(said: Sequence[Receipt]) -> None:
            with lock:
                (receipts or _nobody)(said)

        for link in self._links:
            link.listen(one_at_a_time, receipt)

    def close(self) -> None:
        for link in self._links:
            link.close()
        self._threads.shutdown()
