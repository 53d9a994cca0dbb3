"""The systems behind the act `mining`: www.Qoldau.kz, the register of licences, the daily list of prices.

The act names Qoldau's API and defines nothing of it (G-16). Pools file there (`reports`); the revenue side
fetches what waits piece by piece, gives its signed receipts back, and may send a courtesy notice.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from qyzmet.exchange.contract import Item, Operation

#: A file is fetched in pieces of at most so many bytes.
PIECE = 4 << 20


class Filed(Item, frozen=True, kw_only=True):
    """A pool's report as its program sends it: a piece of the file, the last one with `last`."""

    key: str
    number: str
    month: str
    nil: bool = False
    test: bool = False
    file_name: str = ""
    mends: str = ""
    content: bytes = b""


class Taken(Item, frozen=True, kw_only=True):
    report: str
    repeated: bool = False


class After(Item, frozen=True, kw_only=True):
    """`cursor` is what the last answer said; "" for the beginning."""

    cursor: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A report that Qoldau took from a pool at `sent`. `report` is a UUID."""

    report: str
    number: str
    month: str
    nil: bool
    test: bool
    file_name: str
    mends: str
    bytes: int
    sent: datetime


class WaitingPage(Item, frozen=True, kw_only=True):
    reports: list[Waiting]
    cursor: str


class PieceOf(Item, frozen=True, kw_only=True):
    """Pieces are numbered from 1."""

    report: str
    piece: int


class Piece(Item, frozen=True, kw_only=True):
    known: bool
    content: bytes = b""


class Receipt(Item, frozen=True, kw_only=True):
    """A receipt for the pool: `kind` is received, accepted or refused, `content` a JWS or the reason."""

    key: str
    report: str
    kind: str
    content: str


class ReceiptTaken(Item, frozen=True, kw_only=True):
    receipt: str
    repeated: bool = False


class Notice(Item, frozen=True, kw_only=True):
    """A courtesy reminder; no duty depends on it."""

    key: str
    number: str
    month: str
    due: date
    text: str


class ByLicence(Item, frozen=True, kw_only=True):
    number: str


class LicenceState(Item, frozen=True, kw_only=True):
    """`last` is the last day of its term as text, as that may lie ahead; "" where it has none."""

    known: bool
    holder: str = ""
    first: date | None = None
    last: str = ""
    suspended: date | None = None


class PriceOf(Item, frozen=True, kw_only=True):
    coin: str
    day: date


class Price(Item, frozen=True, kw_only=True):
    """Tenge for one unit, exact; "" where the list has none."""

    tenge: str
    source: str = ""


REPORTS = Operation("qoldau", "reports", Filed, Taken, effect=True)
WAITING = Operation("qoldau", "waiting", After, WaitingPage)
PIECES = Operation("qoldau", "pieces", PieceOf, Piece)
RECEIPTS = Operation("qoldau", "receipts", Receipt, ReceiptTaken, effect=True)
NOTICES = Operation("qoldau", "notices", Notice, ReceiptTaken, effect=True)
LICENCES = Operation("mining_licences", "licences", ByLicence, LicenceState)
PRICES = Operation("asset_prices", "prices", PriceOf, Price)
OPERATIONS = (REPORTS, WAITING, PIECES, RECEIPTS, NOTICES, LICENCES, PRICES)
