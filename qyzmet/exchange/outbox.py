"""Messages on their way to the operator: split, numbered, sent within a window, answered for.

What becomes of a message whose link breaks follows from how far it got. Parts missing: the phone
cannot have it, so it is sent again whole. All parts out and not all answered: nobody knows, so it
is `unknown` and never sent again by itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock

from qyzmet.exchange.pdu import Command, Pdu, ShortMessage, Status
from qyzmet.exchange.sms import HandedOver, Outgoing
from qyzmet.exchange.smstext import HAS_HEADER, UCS2, in_parts
from qyzmet.runtime.clock import Clock

_LAST_SEQUENCE = 0x7FFFFFFF
_TRY_LATER = frozenset({Status.THROTTLED, Status.QUEUE_FULL})


class Batch:
    """The messages of one call of `send`; the caller waits until each has its result."""

    def __init__(self, size: int) -> None:
        self._left, self._lock = size, Lock()
        self.done = Event()

    def one_done(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self.done.set()


@dataclass(eq=False)
class Waiting:
    """A message without a result yet."""

    outgoing: Outgoing
    batch: Batch
    since: float  #: on the monotonic clock of `time`
    parts: list[bytes] = field(default_factory=list)
    unsent: deque[int] = field(default_factory=deque)
    unanswered: int = 0
    ids: list[str] = field(default_factory=list)
    result: HandedOver | None = None


class Outbox:
    """Belongs to one thread, except `put`."""

    def __init__(
        self, source: str, clock: Clock, *, window: int, patience: float, receipts: bool = False
    ) -> None:
        self._receipt = 1 if receipts else 0
        self._source, self._clock, self._window, self._patience = source, clock, window, patience
        self._fresh: deque[Waiting] = deque()
        self._queue: deque[Waiting] = deque()
        self._sent: dict[int, tuple[Waiting, int, float]] = {}
        self._sequence = 0
        self._reference = 0
        self._paused_until = 0.0
        self._pause = 0.0

    def put(self, messages: Sequence[Waiting]) -> None:
        """From any thread."""
        self._fresh.extend(messages)

    def next_sequence(self) -> int:
        self._sequence = self._sequence % _LAST_SEQUENCE + 1
        return self._sequence

    # --- out -------------------------------------------------------------------------------------

    def due(self, now: float, most: int) -> Iterator[Pdu]:
        """Parts that may go out now, in order; what is taken counts as sent."""
        self._take_fresh()
        while self._queue and len(self._sent) < self._window and now >= self._paused_until and most > 0:
            message = self._queue[0]
            if message.result is not None or (not message.parts and not self._split(message)):
                self._queue.popleft()
                continue
            number = message.unsent.popleft()
            if not message.unsent:
                self._queue.popleft()
            most -= 1
            yield self._submit(message, number, now)

    def _take_fresh(self) -> None:
        while self._fresh:
            self._queue.append(self._fresh.popleft())

    def _split(self, message: Waiting) -> bool:
        self._reference = (self._reference + 1) % 256
        try:
            message.parts = in_parts(message.outgoing.text, self._reference)
        except ValueError:
            self._finish(message, "failed", "the text is too long for SMS")
            return False
        message.unsent = deque(range(len(message.parts)))
        message.unanswered = len(message.parts)
        return True

    def _submit(self, message: Waiting, number: int, now: float) -> Pdu:
        sequence = self.next_sequence()
        self._sent[sequence] = (message, number, now)
        esm_class = HAS_HEADER if len(message.parts) > 1 else 0
        body = ShortMessage(
            self._source,
            message.outgoing.phone,
            message.parts[number],
            esm_class=esm_class,
            coding=UCS2,
            receipt=self._receipt,
        )
        return Pdu(Command.SUBMIT_SM, Status.OK, sequence, body.encode())

    # --- in --------------------------------------------------------------------------------------

    def answered(self, sequence: int, status: int, now: float, given: str = "") -> None:
        """The operator's answer to a part."""
        message, number, _ = self._sent.pop(sequence, (None, 0, 0.0))
        if message is None or message.result is not None:
            return
        if status in _TRY_LATER:
            self._try_later(message, number, now)
        elif status != Status.OK:
            self._finish(message, "failed", f"refused by the operator (status 0x{status:08X})")
        else:
            self._pause = 0.0
            message.unanswered -= 1
            if given:
                message.ids.append(given)
            if message.unanswered == 0:
                self._finish(message, "sent")

    def _try_later(self, message: Waiting, number: int, now: float) -> None:
        if now - message.since > self._patience:
            self._finish(message, "unsent", "the operator took no more messages")
            return
        if now >= self._paused_until:  # one pause for a whole window of refusals
            self._pause = min(max(self._pause * 2, 0.05), 2.0)
            self._paused_until = now + self._pause
        if not message.unsent:
            self._queue.appendleft(message)
        message.unsent.append(number)

    # --- when it goes wrong ----------------------------------------------------------------------

    def oldest_sent(self) -> float | None:
        """Since when the operator owes an answer."""
        return next((since for _, _, since in self._sent.values()), None)

    def broke(self, now: float) -> None:
        """The link is gone, and with it the answers."""
        cut = dict.fromkeys(message for message, _, _ in self._sent.values())
        self._sent.clear()
        for message in cut:
            if not message.unsent:
                self._finish(message, "unknown", "the link broke before the operator answered")
        for message in self._queue:
            message.parts, message.ids = [], []  # from its beginning, under a new reference
        self._paused_until = self._pause = 0.0
        self.give_up(now)

    def give_up(self, now: float) -> None:
        """While there is no link: messages that have waited long enough go back unsent."""
        self._fail(self._patience, now, "there is no link to the operator")

    def close(self, now: float) -> None:
        """The link will not come back."""
        self.broke(now)
        self._fail(-1.0, now, "the link was closed")

    def _fail(self, patience: float, now: float, reason: str) -> None:
        self._take_fresh()
        waiting, self._queue = self._queue, deque()
        for message in waiting:
            if now - message.since > patience:
                self._finish(message, "unsent", reason)
            else:
                self._queue.append(message)

    def _finish(self, message: Waiting, state: str, reason: str = "") -> None:
        if message.result is not None:
            return
        message.result = HandedOver(
            id=message.outgoing.id,
            state=state,  # type: ignore[arg-type]
            at=self._clock.now(),
            parts=len(message.parts),
            reason=reason,
            ids=tuple(message.ids),
        )
        message.batch.one_done()
