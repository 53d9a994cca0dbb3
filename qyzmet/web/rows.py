"""Rows of a pushed batch: each is read by itself, so that a bad one never stops the others.

What is said of a bad row names the field, the rule and the remedy, and never repeats what stood there.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

import msgspec

from qyzmet.cases.case import Law
from qyzmet.cases.intake import OUTSIDE_TERM
from qyzmet.cases.package import ActPackage, Arrival, Feed
from qyzmet.cases.registry import Verdict
from qyzmet.people.identifiers import is_iin
from qyzmet.runtime.errors import BadValue

T = TypeVar("T")

AGAIN = "Correct the row and send the event again under its number"

_SKEW = timedelta(minutes=5)
_NAME = re.compile(r"[A-Za-z0-9._/:-]{1,200}\Z")
_FIELD = re.compile(r"[a-z_]{1,40}\Z")
#: What msgspec says without repeating a value.
_SAFE = ("Expected", "Object missing", "Invalid RFC3339", "Invalid base64")


class Batch(msgspec.Struct, Generic[T], frozen=True, forbid_unknown_fields=True):
    """Registry events, at most 2000 at a time."""

    events: list[T]


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one row, by its place in the batch; `event` is its number where it can be read."""

    row: int
    event: str = ""
    result: Literal["accepted", "seen_before", "starts_nothing", "corrected", "outside_term", "refused"]
    field: str = ""
    rule: str = ""
    remedy: str = ""
    note: str = ""


class Unreadable(Exception):
    """A row that is no event of its source, or not one that can be taken."""

    def __init__(self, event: str, field: str, rule: str, remedy: str = AGAIN) -> None:
        super().__init__(rule)
        self.event, self.field, self.rule, self.remedy = event, field, rule, remedy

    def as_row(self, place: int) -> Row:
        return Row(
            row=place, event=self.event, result="refused",
            field=self.field, rule=self.rule, remedy=self.remedy,
        )  # fmt: skip


def read(raw: msgspec.Raw, feed: Feed, law: Law) -> Arrival:
    """The arrival that a row makes. Raises Unreadable."""
    assert feed.event is not None
    assert feed.arrival is not None
    name, strange = _looked_at(raw, feed.event)
    try:
        event: Any = _decoder(feed.event).decode(raw)
    except msgspec.MsgspecError as error:
        raise _of_msgspec(name, error) from None
    if strange is not None:
        raise Unreadable(name, strange, "is a field that events of this source do not have", "Leave it out")
    try:
        arrival = feed.arrival(law, event)
    except BadValue as error:
        raise Unreadable(name, error.field, error.rule, error.remedy.rstrip(".")) from None
    except Exception as error:  # whatever a row does to the act's code, the other rows go on
        raise Unreadable(name, "", f"cannot be understood ({type(error).__name__})") from None
    if arrival.iin and arrival.iin in arrival.event:
        raise Unreadable("", "event", "holds the number of the person", "Number events without it")
    if _after(arrival.at, law.now + _SKEW):
        raise Unreadable(name, "at", "lies in the future", "Send an event when it has happened")
    return arrival


def told(place: int, verdict: Verdict, package: ActPackage) -> Row:
    """What became of an arrival, in the words of the API."""
    event = verdict.arrival.event
    if verdict.because == OUTSIDE_TERM:
        term = package.act.in_force
        rule = f"the act {package.act.code} is for events of {term.first} to {term.last}"
        return Row(row=place, event=event, result="outside_term", field="at", rule=rule)
    if verdict.result == "refused":
        field, colon, rule = verdict.because.partition(": ")
        if not colon:
            field, rule = "", verdict.because
        return Row(row=place, event=event, result="refused", field=field, rule=rule, remedy=AGAIN)
    names: dict[str, Literal["accepted", "seen_before", "starts_nothing", "corrected"]] = {
        "opened": "accepted", "seen": "seen_before", "nothing": "starts_nothing", "corrected": "corrected",
    }  # fmt: skip
    return Row(row=place, event=event, result=names[verdict.result], note=verdict.because)


def _looked_at(raw: msgspec.Raw, event: type[msgspec.Struct]) -> tuple[str, str | None]:
    """The event's number, "" where it cannot be told, and the name of a field that does not belong."""
    try:
        fields = msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        return "", None
    number = fields.get("event")
    name = number if isinstance(number, str) and _NAME.match(number) and not is_iin(number) else ""
    known = {field.encode_name for field in msgspec.structs.fields(event)}
    strange = next((field for field in fields if field not in known), None)
    if strange is None:
        return name, None
    return name, strange if _FIELD.match(strange) else "(unreadable)"


def _of_msgspec(name: str, error: msgspec.MsgspecError) -> Unreadable:
    said, _, path = str(error).partition(" - at `")
    field = path.rstrip("`").removeprefix("$").removeprefix(".")
    if missing := re.match(r"Object missing required field `([a-z_]+)`", said):
        return Unreadable(name, missing[1], "is required")
    if not said.startswith(_SAFE):
        said = "is none of the values allowed" if "enum" in said else "is not what the contract has here"
    return Unreadable(name, field if _FIELD.match(field) else "", said[:1].lower() + said[1:])


def _after(one: datetime, other: datetime) -> bool:
    return one.tzinfo is not None and one > other


@lru_cache
def _decoder(event: type[msgspec.Struct]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(event)
