"""The mobile operator: an SMSC that speaks SMPP 3.4 and hands whole texts to the citizens.

A reply goes out as deliver_sm from the phone to 1414, in the GSM alphabet where it fits, else in
UCS-2, with the operator's message id (receipted_message_id) and the moment it was sent
(`pdu.Tag.SENT_AT`, an optional parameter of its own: ISO 8601 in ASCII). It is held while nobody is bound
and delivered again until it is acknowledged. How long an acknowledgement may take is real time;
everything else follows the injected clock.

Faults of the system `smsc`: error = throttled, silence = the link is cut after a part was taken,
nonsense = bytes that are no SMPP, duplicate = a reply is delivered twice, slow = answers come late.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from itertools import count

from qyzmet.exchange.pdu import ShortMessage, Tag, message_id_body
from qyzmet.exchange.smstext import GSM7, HAS_HEADER, UCS2, Joiner, in_gsm7, in_parts
from qyzmet_twins.citizens import Reply
from qyzmet_twins.outside import Outside
from qyzmet_twins.smscsession import SmscSession

SHORT_NUMBER = "1414"
SYSTEM_ID = "qyzmet"
PASSWORD = "password"

_LONGEST_GSM7 = 160


@dataclass(eq=False)
class Delivery:
    """Something on its way to a client: a reply or a receipt."""

    parts: list[ShortMessage]
    unanswered: int = 0


class Smsc:
    """The operator of one outside. Belongs to one event loop."""

    def __init__(
        self,
        outside: Outside,
        *,
        system_id: str = SYSTEM_ID,
        password: str = PASSWORD,
        window: int = 100,
        redeliver_after: float = 5.0,
        look_every: float = 0.005,
        slow: float = 1.0,
    ) -> None:
        self.outside, self.window, self.slow = outside, window, slow
        self._system_id, self._password = system_id.encode(), password.encode()
        self._redeliver_after, self._look_every = redeliver_after, look_every
        self._waiting: deque[Delivery] = deque()
        self._later: list[tuple[float, Delivery]] = []
        self.sessions: list[SmscSession] = []
        self._joiner = Joiner()
        self._ids = count(1)
        self._references = count(1)
        self._server: asyncio.Server | None = None
        self._task: asyncio.Task[None] | None = None

    # --- serving ---------------------------------------------------------------------------------

    async def start(self, port: int = 0) -> int:
        """Listens on this machine only; returns the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SmscSession(self), "127.0.0.1", port)
        self._task = asyncio.create_task(self._deliver_for_ever())
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._server is not None:
            self._server.close()
        self.cut_links()

    def cut_links(self) -> None:
        """Closes every connection without a word, as a broken line does."""
        for session in list(self.sessions):
            session.cut()

    def knows(self, system_id: str, password: str) -> bool:
        return compare_digest(system_id.encode(), self._system_id) and compare_digest(
            password.encode(), self._password
        )

    # --- messages to citizens --------------------------------------------------------------------

    def take(self, message: ShortMessage) -> str:
        """A part is taken; the last one brings the text to the phone. Returns the message id."""
        identifier = f"{next(self._ids):010X}"
        text = self._joiner.add(message)
        if message.receipt & 0x03 == 1:
            self._waiting.append(Delivery([_receipt(message, identifier, self.outside.clock.now())]))
        if text is not None:
            self.outside.citizens.receive(message.destination, text)
        self._count()
        return identifier

    # --- replies from citizens -------------------------------------------------------------------

    async def _deliver_for_ever(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.deliver(loop.time())
            await asyncio.sleep(self._look_every)

    def deliver(self, now: float) -> None:
        """Sends what is due as far as the clients' windows allow."""
        for reply in () if self.outside.past_operator else self.outside.citizens.due():
            self._waiting.append(self._as_delivery(reply))
            if self.outside.faults.strike("smsc") == "duplicate":
                self._waiting.append(self._as_delivery(reply))
        self._waiting.extend(delivery for at, delivery in self._later if at <= now)
        self._later = [(at, delivery) for at, delivery in self._later if at > now]
        for session in self.sessions:
            self._waiting.extend(session.unanswered_since(now - self._redeliver_after))
        while self._waiting:
            free = min(
                (one for one in self.sessions if one.can_receive()), key=SmscSession.load, default=None
            )
            if free is None:
                break
            free.deliver(self._waiting.popleft(), now)
        self._count()

    def put_back(self, deliveries: list[Delivery]) -> None:
        """The link broke: first of all to whoever binds next."""
        self._waiting.extendleft(reversed(deliveries))
        self._count()

    def try_later(self, delivery: Delivery, now: float) -> None:
        """The client could not take it just now."""
        self._later.append((now + 0.2, delivery))
        self._count()

    def _count(self) -> None:
        under_way = sum(session.load() for session in self.sessions)
        self.outside.undelivered = len(self._waiting) + len(self._later) + under_way

    def acknowledged(self) -> None:
        self._count()

    def _as_delivery(self, reply: Reply) -> Delivery:
        tlvs: dict[int, bytes] = {
            Tag.MESSAGE_ID: message_id_body(reply.id),
            Tag.SENT_AT: reply.at.astimezone(UTC).isoformat(timespec="milliseconds").encode("ascii"),
        }
        gsm7 = in_gsm7(reply.text)
        if gsm7 is not None and len(gsm7) <= _LONGEST_GSM7:
            return Delivery([ShortMessage(reply.phone, SHORT_NUMBER, gsm7, coding=GSM7, tlvs=tlvs)])
        parts = in_parts(reply.text, next(self._references))
        esm_class = HAS_HEADER if len(parts) > 1 else 0
        return Delivery(
            [
                ShortMessage(reply.phone, SHORT_NUMBER, part, esm_class=esm_class, coding=UCS2, tlvs=tlvs)
                for part in parts
            ]
        )


def _receipt(message: ShortMessage, identifier: str, now: datetime) -> ShortMessage:
    """A delivery receipt in the form of appendix B of SMPP 3.4."""
    day = f"{now:%y%m%d%H%M}"
    text = f"id:{identifier} sub:001 dlvrd:001 submit date:{day} done date:{day} stat:DELIVRD err:000 text:"
    tlvs: dict[int, bytes] = {Tag.MESSAGE_ID: message_id_body(identifier), Tag.MESSAGE_STATE: b"\x02"}
    return ShortMessage(message.destination, message.source, text.encode(), esm_class=0x04, tlvs=tlvs)
