"""The registers behind the act `ict`: participants of Astana Hub, goods producers. Contracts in bulk."""

from __future__ import annotations

from datetime import date

from qyzmet.exchange.contract import Item, Operation


class ByBin(Item, frozen=True, kw_only=True):
    bin: str


class Membership(Item, frozen=True, kw_only=True):
    """A company as the register of participants knows it; `activity` is how it described itself there."""

    known: bool
    name: str = ""
    oked: str = ""
    activity: str = ""
    member_from: date | None = None
    member_to: date | None = None


class ByExtract(Item, frozen=True, kw_only=True):
    bin: str
    number: str


class ExtractState(Item, frozen=True, kw_only=True):
    """Whether the register has given such an extract to the company, and on which day."""

    known: bool
    day: date | None = None


PARTICIPANTS = Operation("astana_hub", "participants", ByBin, Membership)
EXTRACTS = Operation("producers_register", "extracts", ByExtract, ExtractState)
OPERATIONS = (PARTICIPANTS, EXTRACTS)
