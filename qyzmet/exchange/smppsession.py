"""One connection to an operator, from bind to its end. Belongs to one thread, except `acknowledge`."""

from __future__ import annotations

import re
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from uuid import uuid4

from qyzmet.exchange.outbox import Outbox
from qyzmet.exchange.pdu import RESPONSE, Bind, Command, Pdu, ShortMessage, Status, Tag, message_id, split_off
from qyzmet.exchange.sms import Incoming, Receipt
from qyzmet.exchange.smstext import Joiner, joined_by, read_part
from qyzmet.runtime.clock import Clock

#: esm_class: what the operator sends is a delivery receipt.
IS_RECEIPT = 0x04

_RECEIPT_WORD = re.compile(r"\b(id|stat):(\S+)")
#: message_state, section 5.2.28.
_STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}

_READ_BYTES = 1 << 16
_WRITE_BYTES = 1 << 16
_PARTS_AT_ONCE = 100
_BIND_SECONDS = 10.0


class LinkBroke(Exception):
    """The connection is of no more use."""


@dataclass(frozen=True)
class Timing:
    """Seconds. `hold_parts` is how long parts of a reply wait unacknowledged for the others."""

    answer_within: float = 30.0
    enquire_every: float = 30.0
    hold_parts: float = 3.0


@dataclass(frozen=True, eq=False)
class Arrived:
    """A whole reply or a receipt, and how the PDUs that brought it are acknowledged."""

    said: Incoming | Receipt
    sequences: tuple[int, ...]
    session: Session

    def acknowledge(self, status: int) -> None:
        self.session.acknowledge(self.sequences, status)


class Session:
    """`run` returns when `closing` is set and raises LinkBroke, BadPdu or OSError when the link ends."""

    def __init__(
        self,
        connection: socket.socket,
        wake: socket.socket,
        outbox: Outbox,
        arrived: Callable[[Arrived], None],
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._connection, self._wake, self._outbox = connection, wake, outbox
        self._arrived, self._clock, self._timing = arrived, clock, timing
        self._in, self._out = bytearray(), bytearray()
        self._acknowledged: deque[tuple[int, int]] = deque()
        self._joiner = Joiner()
        self._held: dict[Hashable, dict[int, float]] = {}
        self._heard = self._enquired = time.monotonic()

    def acknowledge(self, sequences: tuple[int, ...], status: int) -> None:
        """From any thread; without effect once the link is gone."""
        self._acknowledged.extend((sequence, status) for sequence in sequences)

    # --- its course ------------------------------------------------------------------------------

    def bind(self, bind: Bind) -> None:
        self._connection.settimeout(_BIND_SECONDS)
        pdu = Pdu(Command.BIND_TRANSCEIVER, Status.OK, self._outbox.next_sequence(), bind.encode())
        self._connection.sendall(pdu.encode())
        answer = None
        while answer is None:
            self._read()
            # What came behind the answer stays for `run`.
            answer = next(split_off(self._in), None)
        if answer.command != Command.BIND_TRANSCEIVER_RESP or answer.status != Status.OK:
            raise LinkBroke(f"the bind was refused (status 0x{answer.status:08X})")
        self._connection.setblocking(False)

    def run(self, closing: Event) -> None:
        while not closing.is_set():
            for pdu in split_off(self._in):
                self._handle(pdu)
            self._fill()
            wait_to_write = [self._connection] if self._out else []
            ready, writable, _ = select.select([self._connection, self._wake], wait_to_write, [], 0.02)
            if self._wake in ready:
                self._wake.recv(4096)
            if self._connection in ready:
                self._read()
            if writable:
                del self._out[: self._connection.send(self._out)]
            self._watch(time.monotonic())
        self._unbind()

    def _fill(self) -> None:
        self._fill_acknowledgements()
        if len(self._out) < _WRITE_BYTES:
            for pdu in self._outbox.due(time.monotonic(), _PARTS_AT_ONCE):
                self._put(pdu)

    def _fill_acknowledgements(self) -> None:
        while self._acknowledged:
            sequence, status = self._acknowledged.popleft()
            self._put(Pdu(Command.DELIVER_SM_RESP, status, sequence, b"\0"))

    def _put(self, pdu: Pdu) -> None:
        self._out += pdu.encode()

    def _read(self) -> None:
        data = self._connection.recv(_READ_BYTES)
        if not data:
            raise LinkBroke("the operator closed the connection")
        self._in += data
        self._heard = time.monotonic()

    def _watch(self, now: float) -> None:
        """Silence for too long means that the link is gone, whatever the socket says."""
        oldest = self._outbox.oldest_sent()
        if oldest is not None and now - oldest > self._timing.answer_within:
            raise LinkBroke("the operator does not answer")
        quiet = now - max(self._heard, self._enquired)
        if self._enquired > self._heard and quiet > self._timing.answer_within:
            raise LinkBroke("the operator does not answer an enquiry")
        if self._enquired <= self._heard and quiet > self._timing.enquire_every:
            self._enquired = now
            self._put(Pdu(Command.ENQUIRE_LINK, Status.OK, self._outbox.next_sequence()))
        self._let_go(now)

    def _unbind(self) -> None:
        self._fill_acknowledgements()
        self._put(Pdu(Command.UNBIND, Status.OK, self._outbox.next_sequence()))
        self._connection.settimeout(1.0)
        self._connection.sendall(self._out)
        try:
            while self._connection.recv(_READ_BYTES):
                pass
        except TimeoutError:
            pass

    # --- what comes in ---------------------------------------------------------------------------

    def _handle(self, pdu: Pdu) -> None:
        match pdu.command:
            case Command.SUBMIT_SM_RESP:
                given = message_id(pdu.body)
                self._outbox.answered(pdu.sequence, pdu.status, time.monotonic(), given)
            case Command.GENERIC_NACK:
                self._outbox.answered(pdu.sequence, pdu.status or Status.SYSTEM_ERROR, time.monotonic())
            case Command.DELIVER_SM:
                self._delivered(pdu)
            case Command.ENQUIRE_LINK:
                self._put(pdu.answer())
            case Command.UNBIND:
                self._put(pdu.answer())
                self._connection.settimeout(1.0)
                self._connection.sendall(self._out)
                raise LinkBroke("the operator unbound the link")
            case command if not command & RESPONSE:
                self._put(Pdu(Command.GENERIC_NACK, Status.WRONG_COMMAND, pdu.sequence))

    def _delivered(self, pdu: Pdu) -> None:
        message = ShortMessage.decode(pdu.body)
        if message.esm_class & IS_RECEIPT:
            receipt = self._receipt(message)
            if receipt is None:  # it cannot be read, and would not be the second time
                self.acknowledge((pdu.sequence,), Status.OK)
            else:
                self._arrived(Arrived(receipt, (pdu.sequence,), self))
            return
        place, _ = read_part(message)
        key = joined_by(message, place)
        held = self._held.setdefault(key, {})
        held[pdu.sequence] = time.monotonic()
        text = self._joiner.add(message)
        if text is None:
            return
        del self._held[key]
        self._arrived(Arrived(self._incoming(message, text), tuple(held), self))

    def _receipt(self, message: ShortMessage) -> Receipt | None:
        """By the optional parameters, else by the text that appendix B of SMPP 3.4 suggests."""
        words = dict(_RECEIPT_WORD.findall(message.payload.decode("latin-1")))
        given = message.tlvs.get(Tag.MESSAGE_ID, b"").rstrip(b"\0").decode("latin-1") or words.get("id", "")
        state = message.tlvs.get(Tag.MESSAGE_STATE, b"")
        word = _STATES.get(state[0], "UNKNOWN") if state else words.get("stat", "")
        if not given or not word or len(given) > 64:
            return None
        return Receipt(id=given, state=word[:16], at=self._clock.now())

    def _incoming(self, message: ShortMessage, text: str) -> Incoming:
        given = message.tlvs.get(Tag.MESSAGE_ID)
        key = given.rstrip(b"\0").decode("latin-1") if given else uuid4().hex
        return Incoming(key=key, phone=message.source, text=text, at=self._sent_at(message))

    def _sent_at(self, message: ShortMessage) -> datetime:
        try:
            moment = datetime.fromisoformat(message.tlvs.get(Tag.SENT_AT, b"").decode("ascii"))
        except ValueError:
            return self._clock.now()
        return moment.astimezone(UTC) if moment.tzinfo else self._clock.now()

    def _let_go(self, now: float) -> None:
        """An operator that sends one part at a time waits for each to be acknowledged."""
        for key, held in list(self._held.items()):
            for sequence in [one for one, since in held.items() if now - since > self._timing.hold_parts]:
                del held[sequence]
                self.acknowledge((sequence,), Status.OK)
            if not held:
                del self._held[key]
