"""The API of the phones of the synthetic country; without the twins there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from qyzmet.web.operations import Call, Operation
from qyzmet.web.phones import Phone, Phones, Sms


class PhoneList(msgspec.Struct, frozen=True):
    """Latest first; `place` is what a phone is called."""

    phones: list[Phone]


class PhoneMessages(msgspec.Struct, frozen=True):
    """Oldest first."""

    number: str
    messages: list[Sms]


class PhoneReply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=600, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]


class PhoneReplied(msgspec.Struct, frozen=True):
    number: str


def _phones(call: Call) -> PhoneList:
    return PhoneList(Phones(call.context.config).latest())


def _phone(call: Call) -> PhoneMessages:
    phones = Phones(call.context.config)
    number = phones.number(call.number("place"))
    return PhoneMessages(number, phones.messages(number))


def _reply(call: Call) -> PhoneReplied:
    phones, body = Phones(call.context.config), call.body
    number = phones.number(call.number("place"))
    phones.reply(number, body.text)
    return PhoneReplied(number)


def operations() -> Sequence[Operation]:
    play = "phone.play"
    return (
        Operation("GET", "/phones", "list_phones", "Phones of the synthetic country", play,
                  _phones, PhoneList),
        Operation("GET", "/phones/{place:int}", "read_phone", "What a phone received and sent", play, _phone,
                  PhoneMessages),
        Operation("POST", "/phones/{place:int}", "reply_by_phone", "Sends an SMS from a phone", play, _reply,
                  PhoneReplied, body=PhoneReply),
    )  # fmt: skip
