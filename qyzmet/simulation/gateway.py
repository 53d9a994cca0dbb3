"""The mobile operator between Qyzmet and the citizens: it loses, doubles, delays and reorders, and it
keeps a log of what truly happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing, Receipt
from qyzmet.runtime.clock import Clock
from qyzmet.simulation.chances import dice
from qyzmet.simulation.plan import Plan
from qyzmet.simulation.workingdays import deadline
from qyzmet_twins.citizens import Citizens
from qyzmet_twins.link import incoming

CONSENT_QUESTION = "7#1"
ANSWER_DAYS = 3

Told = Literal["sent", "failed", "unknown", "unsent"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One handing over of a message: whether the phone got it, and what Qyzmet was told."""

    message: int
    phone: str
    text: str
    at: datetime
    delivered: bool
    told: Told


@dataclass(frozen=True, slots=True)
class Delivery:
    """A reply that reached Qyzmet at `at`."""

    reply: Incoming
    at: datetime


class Gateway:
    """The operator. `brink` are phones whose owners answer consent at the very last moment or after it."""

    def __init__(self, citizens: Citizens, clock: Clock, plan: Plan, brink: Mapping[str, timedelta]) -> None:
        self._citizens, self._clock, self._plan, self._brink = citizens, clock, plan, brink
        self._die = dice(plan.seed, "gateway")
        self._waiting: list[tuple[datetime, int, Incoming]] = []
        self._count = 0
        self.attempts: list[Attempt] = []
        self.deliveries: list[Delivery] = []
        self.written: list[Incoming] = []  #: everything that citizens sent, delivered or not

    # --- out --------------------------------------------------------------------------------------

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        return [self._send(message) for message in messages]

    def _send(self, message: Outgoing) -> HandedOver:
        now = self._clock.now()
        delivered, told = self._fate(now)
        self.attempts.append(Attempt(message.id, message.phone, message.text, now, delivered, told))
        if delivered:
            self._citizens.receive(message.phone, message.text)
            if message.phone in self._brink and CONSENT_QUESTION in message.text:
                at = deadline(now, ANSWER_DAYS) + self._brink[message.phone]
                reply = Incoming(key=f"brink-{message.id}", phone=message.phone, text="7#1", at=at)
                self._push(at + timedelta(seconds=self._die.choice((0, 30, 500, 900))), reply)
        return HandedOver(id=message.id, state=told, at=now, parts=1 if delivered else 0, reason="simulated")

    def _fate(self, now: datetime) -> tuple[bool, Told]:
        if now >= self._plan.calm:
            return True, "sent"
        for outage in self._plan.outages:
            if outage.system == "gateway" and outage.first <= now < outage.until:
                return False, "failed" if outage.blind else "unsent"
        if self._die.random() >= self._plan.share:
            return True, "sent"
        fates: tuple[tuple[bool, Told], ...] = (
            (True, "unknown"), (False, "unknown"), (False, "failed"), (False, "unsent"),
        )  # fmt: skip
        return self._die.choices(fates, (3, 2, 1, 3))[0]

    # --- in ---------------------------------------------------------------------------------------

    def due(self) -> list[Incoming]:
        """The replies that are handed over now, in any order. Who takes them confirms, or gives them back."""
        now = self._clock.now()
        for reply in self._citizens.due():
            self._push(self._when(now), incoming(reply))
            if self._goes_wrong():
                self._push(now + timedelta(hours=self._die.uniform(0, 5)), incoming(reply))
        found = [reply for at, _, reply in self._waiting if at <= now]
        self._waiting = [waiting for waiting in self._waiting if waiting[0] > now]
        if self._plan.share:
            self._die.shuffle(found)
        return found

    def confirmed(self, replies: Sequence[Incoming]) -> None:
        now = self._clock.now()
        self.deliveries += [Delivery(reply, now) for reply in replies]
        if self._goes_wrong():  # the receipt was lost: all of it comes again
            for reply in replies:
                self._push(now + timedelta(minutes=self._die.uniform(0, 90)), reply)

    def give_back(self, replies: Sequence[Incoming]) -> None:
        for reply in replies:
            self._push(self._clock.now(), reply)

    def next_moment(self) -> datetime | None:
        return min((at for at, _, _ in self._waiting), default=None)

    def _goes_wrong(self) -> bool:
        return self._clock.now() < self._plan.calm and self._die.random() < self._plan.share

    def _when(self, now: datetime) -> datetime:
        return now + timedelta(hours=self._die.uniform(0.1, 30)) if self._goes_wrong() else now

    def _push(self, at: datetime, reply: Incoming) -> None:
        self._count += 1
        self._waiting.append((at, self._count, reply))
        self.written.append(reply)


class Link:
    """One worker's link to the operator (`sms.SmsLink`)."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.receive: Callable[[Sequence[Incoming]], None] | None = None

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        return self._gateway.send(messages)

    def listen(
        self,
        receive: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None] | None = None,  # noqa: ARG002  nobody here gives any
    ) -> None:
        self.receive = receive

    def close(self) -> None:
        self.receive = None
