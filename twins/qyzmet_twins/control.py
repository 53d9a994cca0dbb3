"""What a test, a demo or a person may see and turn in the twins, under `/control`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec
from litestar import Response, delete, get, post
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from qyzmet_twins.citizens import LastOnPhone, OnPhone
from qyzmet_twins.citizens import Reply as CitizenReply
from qyzmet_twins.faults import Fault
from qyzmet_twins.outside import Outside
from qyzmet_twins.payments import PaymentKnobs


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How much has happened so far."""

    now: datetime
    placed: int
    placed_tiyn: int
    consents_requested: int
    consents: dict[str, int]
    accounts_opened: int
    sms_received: int
    sms_undelivered: int
    phones: int


class Next(msgspec.Struct, frozen=True, kw_only=True):
    moment: datetime | None


class Idle(msgspec.Struct, frozen=True, kw_only=True):
    idle: bool


class PlacedDecision(msgspec.Struct, frozen=True, kw_only=True):
    receipt: str
    key: str
    service: str
    iin: str
    iban: str
    amount_tiyn: int
    at: datetime


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: str


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    phone: str
    text: str


class DrivingAnswers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names as in USUAL of drivingsystems.py: {"medical": false}, {"parts": ["608.6"]}."""

    iin: str
    answers: dict[str, bool | int | str | list[str]]


def control_handlers(outside: Outside) -> Sequence[HTTPRouteHandler]:
    """The handlers of one outside."""

    @get("/control/state", sync_to_thread=False)
    def state() -> State:
        placed = outside.services.placements.all()
        return State(
            now=outside.clock.now(),
            placed=len(placed),
            placed_tiyn=sum(done.item.amount_tiyn for done in placed),
            consents_requested=len(outside.services.requests),
            consents=dict(Counter(done.item.answer for done in outside.services.consents.all())),
            accounts_opened=len(outside.services.opened),
            sms_received=outside.citizens.received_count,
            sms_undelivered=outside.undelivered,
            phones=len(outside.citizens.phones()),
        )

    @get("/control/next", sync_to_thread=False)
    def next_moment() -> Next:
        """When something happens next by itself; null: nothing more is planned."""
        return Next(moment=outside.next_moment())

    @get("/control/idle", sync_to_thread=False)
    def idle() -> Idle:
        """Whether all that is due has been delivered and acknowledged."""
        return Idle(idle=outside.idle())

    @get("/control/placed", sync_to_thread=False)
    def placed(after: FromQuery[int] = 0, limit: FromQuery[int] = 1000) -> list[PlacedDecision]:
        """Placed decisions in their order, without the documents."""
        found = outside.services.placements.all()[max(after, 0) : max(after, 0) + max(limit, 0)]
        return [
            PlacedDecision(
                receipt=done.receipt,
                key=done.item.key,
                service=done.item.service,
                iin=done.item.iin,
                iban=done.item.iban,
                amount_tiyn=done.item.amount_tiyn,
                at=done.at,
            )
            for done in found
        ]

    @get("/control/faults", sync_to_thread=False)
    def faults() -> list[Fault]:
        return outside.faults.all()

    @post("/control/faults", sync_to_thread=False)
    def add_fault(data: JSONBody[Fault]) -> Fault:
        outside.faults.add(data)
        return data

    @delete("/control/faults", sync_to_thread=False)
    def clear_faults() -> None:
        outside.faults.clear()

    @get("/control/phones", sync_to_thread=False)
    def phones(limit: FromQuery[int] = 1000) -> list[str]:
        """The numbers that have received or sent something."""
        return outside.citizens.phones()[: max(limit, 0)]

    @get("/control/latest", sync_to_thread=False)
    def latest(limit: FromQuery[int] = 1000) -> list[LastOnPhone]:
        """What came to or went from each phone last, latest first."""
        return outside.citizens.latest(limit)

    @get("/control/phones/{phone:str}", sync_to_thread=False)
    def phone_history(phone: FromPath[str]) -> list[OnPhone]:
        history = outside.citizens.history(phone)
        if not history and not outside.world.owners(phone):
            raise NotFoundException("nobody has this number")
        return list(history)

    @post("/control/phones/{phone:str}/reply", sync_to_thread=False)
    def reply(phone: FromPath[str], data: JSONBody[Text]) -> Response[CitizenReply]:
        """The owner answers by hand, now."""
        return Response(outside.citizens.reply(phone, data.text), status_code=201)

    @post("/control/messages", sync_to_thread=False)
    def messages(data: JSONBody[list[Message]]) -> None:
        """Short messages in a batch, past the operator: for measuring without SMPP."""
        outside.past_operator = True
        for message in data:
            outside.citizens.receive(message.phone, message.text)

    @post("/control/replies", sync_to_thread=False)
    def replies() -> list[CitizenReply]:
        """What the citizens answer by now; each once, past the operator."""
        return list(outside.citizens.due())

    @post("/control/driving", sync_to_thread=False)
    def put_driving(data: JSONBody[DrivingAnswers]) -> DrivingAnswers:
        """What the systems behind the driving licence say of a person from now on."""
        try:
            outside.services.driving.put(data.iin, **data.answers)
        except KeyError as error:
            raise HTTPException(f"there is no answer {error}; see USUAL", status_code=400) from None
        return data

    @get("/control/payments", sync_to_thread=False)
    def payment_knobs() -> PaymentKnobs:
        return outside.services.payments.knobs

    @post("/control/payments", sync_to_thread=False)
    def turn_payments(data: JSONBody[PaymentKnobs]) -> PaymentKnobs:
        """How often money goes astray from now on: {"returned": 0.02}; what is not named does not happen."""
        outside.services.payments.knobs = data
        return data

    return [
        put_driving, payment_knobs, turn_payments, state, next_moment, idle, placed, faults, add_fault,
        clear_faults, phones, latest, phone_history, reply, messages, replies,
    ]  # fmt: skip
