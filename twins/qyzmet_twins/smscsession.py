"""One client's connection to the operator."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from qyzmet.exchange.pdu import (
    RESPONSE,
    BadPdu,
    Bind,
    Command,
    Pdu,
    ShortMessage,
    Status,
    message_id_body,
    split_off,
)

if TYPE_CHECKING:
    from qyzmet_twins.smsc import Delivery, Smsc

_BINDS = frozenset({Command.BIND_TRANSCEIVER, Command.BIND_RECEIVER, Command.BIND_TRANSMITTER})


class SmscSession(asyncio.Protocol):
    """Speaks SMPP with one client until one of them closes."""

    def __init__(self, smsc: Smsc) -> None:
        self._smsc = smsc
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._bound_as: int | None = None
        self._sequence = 0
        self._under_way: dict[int, tuple[Delivery, float]] = {}

    # --- the connection --------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._smsc.sessions.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._bound_as = None
        if self in self._smsc.sessions:
            self._smsc.sessions.remove(self)
            self._smsc.put_back(self._take_back())

    def cut(self) -> None:
        if self._transport is not None:
            self._transport.abort()
        self.connection_lost(None)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            for pdu in split_off(self._buffer):
                self._handle(pdu)
        except BadPdu:
            self.cut()

    def _send(self, *pdus: Pdu) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join([pdu.encode() for pdu in pdus]))

    # --- what the client says --------------------------------------------------------------------

    def _handle(self, pdu: Pdu) -> None:
        match pdu.command:
            case Command.SUBMIT_SM:
                self._submitted(pdu)
            case Command.DELIVER_SM_RESP:
                self._answered(pdu)
            case Command.ENQUIRE_LINK:
                self._send(pdu.answer())
            case command if command in _BINDS:
                self._bind(pdu)
            case Command.UNBIND:
                self._bound_as = None
                self._send(pdu.answer())
                if self._transport is not None:
                    self._transport.close()
            case command if not command & RESPONSE:
                self._send(Pdu(Command.GENERIC_NACK, Status.WRONG_COMMAND, pdu.sequence))

    def _bind(self, pdu: Pdu) -> None:
        bind = Bind.decode(pdu.body)
        if self._bound_as is not None:
            self._send(pdu.answer(Status.ALREADY_BOUND))
        elif self._smsc.knows(bind.system_id, bind.password):
            self._bound_as = pdu.command
            self._send(pdu.answer(body=message_id_body("twin")))
        else:
            self._send(pdu.answer(Status.WRONG_PASSWORD))
            if self._transport is not None:
                self._transport.close()

    def _submitted(self, pdu: Pdu) -> None:
        if self._bound_as not in (Command.BIND_TRANSCEIVER, Command.BIND_TRANSMITTER):
            self._send(pdu.answer(Status.NOT_BOUND))
            return
        fault = self._smsc.outside.faults.strike("smsc")
        if fault == "error":
            self._send(pdu.answer(Status.THROTTLED))
            return
        answer = pdu.answer(body=message_id_body(self._smsc.take(ShortMessage.decode(pdu.body))))
        if fault == "silence":
            self.cut()
        elif fault == "nonsense" and self._transport is not None:
            self._transport.write(b"\xff" * 64)
        elif fault == "slow":
            asyncio.get_running_loop().call_later(self._smsc.slow, self._send, answer)
        else:
            self._send(answer)

    def _answered(self, pdu: Pdu) -> None:
        delivery, _ = self._under_way.pop(pdu.sequence, (None, 0.0))
        if delivery is None:
            return
        if pdu.status != Status.OK:
            self._forget(delivery)
            self._smsc.try_later(delivery, asyncio.get_running_loop().time())
        else:
            delivery.unanswered -= 1
            self._smsc.acknowledged()

    # --- what it is sent -------------------------------------------------------------------------

    def load(self) -> int:
        """How many PDUs wait for the client's answer."""
        return len(self._under_way)

    def can_receive(self) -> bool:
        receives = self._bound_as in (Command.BIND_TRANSCEIVER, Command.BIND_RECEIVER)
        return receives and self.load() < self._smsc.window

    def deliver(self, delivery: Delivery, now: float) -> None:
        pdus = []
        delivery.unanswered = len(delivery.parts)
        for part in delivery.parts:
            self._sequence = self._sequence % 0x7FFFFFFF + 1
            self._under_way[self._sequence] = (delivery, now)
            pdus.append(Pdu(Command.DELIVER_SM, Status.OK, self._sequence, part.encode()))
        self._send(*pdus)

    def unanswered_since(self, moment: float) -> list[Delivery]:
        """Takes back what was sent before this moment and not answered."""
        if not self._under_way or next(iter(self._under_way.values()))[1] > moment:
            return []
        late = dict.fromkeys(delivery for delivery, sent in self._under_way.values() if sent <= moment)
        for delivery in late:
            self._forget(delivery)
        return list(late)

    def _take_back(self) -> list[Delivery]:
        back = list(dict.fromkeys(delivery for delivery, _ in self._under_way.values()))
        self._under_way.clear()
        return back

    def _forget(self, delivery: Delivery) -> None:
        for sequence in [one for one, (found, _) in self._under_way.items() if found is delivery]:
            del self._under_way[sequence]
