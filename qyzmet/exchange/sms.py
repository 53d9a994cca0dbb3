"""Short messages as the rest of Qyzmet sees them; SMPP itself is in `smpp.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, Protocol

import msgspec


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A message to be handed to the gateway; `id` is our own and unique."""

    id: int
    phone: str
    text: str


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message: `unknown` where the link broke after sending, before the answer.

    `failed` is the operator's last word; `unsent` was not handed over and may be tried again. `ids` are
    the operator's names of the parts it took, by which receipts speak of them.
    """

    id: int
    state: Literal["sent", "failed", "unknown", "unsent"]
    at: datetime
    parts: int = 0
    reason: str = ""
    ids: tuple[str, ...] = ()


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator says of a part: `state` in its own word (DELIVRD, EXPIRED, UNDELIV, REJECTD …)."""

    id: str
    state: str
    at: datetime

    @property
    def delivered(self) -> bool:
        return self.state == "DELIVRD"


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A reply; `at` is the operator's time, `key` tells a repeated delivery from a new message."""

    key: str
    phone: str
    text: str
    at: datetime


class SmsLink(Protocol):
    """A link to an operator."""

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        """Hands the messages to the gateway, in order; one result per message."""
        ...

    def listen(
        self,
        receive: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None] | None = None,
    ) -> None:
        """From now on replies go to `receive`, which returns only when they are durable.

        Delivery receipts go to `receipts` likewise, where the link asks the operator for them.
        """
        ...

    def close(self) -> None: ...
