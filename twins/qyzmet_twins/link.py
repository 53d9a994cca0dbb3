"""The twins' operator in the sending process itself, without SMPP."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing, Receipt
from qyzmet.runtime.clock import Clock
from qyzmet_twins.citizens import Citizens, Reply


class InProcessSms:
    """`sms.SmsLink` straight to the citizens; used by the simulator and by tests."""

    def __init__(self, citizens: Citizens, clock: Clock) -> None:
        self.citizens, self._clock = citizens, clock
        self._receive: Callable[[Sequence[Incoming]], None] | None = None
        self._held: list[Incoming] = []

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        now = self._clock.now()
        for message in messages:
            self.citizens.receive(message.phone, message.text)
        return [HandedOver(id=message.id, state="sent", at=now, parts=1) for message in messages]

    def listen(
        self,
        receive: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None] | None = None,  # noqa: ARG002  nobody here gives any
    ) -> None:
        self._receive = receive

    def deliver(self) -> int:
        """Hands over what is due now; what `receive` fails on is handed over again next time."""
        self._held += [incoming(reply) for reply in self.citizens.due()]
        if not self._held or self._receive is None:
            return 0
        self._receive(self._held)
        delivered, self._held = len(self._held), []
        return delivered

    def close(self) -> None:
        self._receive = None


def incoming(reply: Reply) -> Incoming:
    return Incoming(key=reply.id, phone=reply.phone, text=reply.text, at=reply.at)
