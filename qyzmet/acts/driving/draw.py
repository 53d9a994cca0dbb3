"""The draw among those who wished for the same examination within the same window: pure, recomputable.

Each slot has a chain of digests s0 = H(s1), s1 = H(s2), …; s0, the commitment, is published with the slot.
The n-th draw reveals s_n, so anybody can check that it was fixed before the first wish came. A ticket's rank
is the digest of s_n with the digest of all tickets of the draw and the ticket itself. Whoever has the log
recomputes who won (`qyzmet driving verify FILE`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import msgspec

from qyzmet.cases.rows import Connection
from qyzmet.runtime.errors import BadValue, Refused

#: Draws that a slot can hold; windows without wishes need none.
LONGEST_CHAIN = 1024


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One draw as it is published. Tickets name nobody; their holders have them as a receipt.

    `order` is all tickets by rank; the first `free` of them won.
    """

    slot: int
    number: int
    window_ends: str
    drawn_at: str
    before: str
    seed: str
    free: int
    tickets: list[str]
    order: list[str]


def new_chain() -> tuple[bytes, bytes]:
    """(tip, commitment) of a new slot."""
    tip = secrets.token_bytes(32)
    return tip, seed(tip, 0)


def seed(tip: bytes, number: int) -> bytes:
    """s_number. Raises Refused where the chain is used up."""
    if not 0 <= number <= LONGEST_CHAIN:
        raise Refused("This slot has had all its draws. Withdraw it and offer a new one.")
    value = tip
    for _ in range(LONGEST_CHAIN - number):
        value = sha256(value).digest()
    return value


def ranked(secret: bytes, tickets: Iterable[str]) -> list[str]:
    """The tickets in the order of the draw."""
    known = sorted(tickets)
    everybody = sha256("\n".join(known).encode()).digest()
    return sorted(known, key=lambda ticket: (sha256(secret + everybody + ticket.encode()).digest(), ticket))


def entered(entry: Entry, before: bytes) -> tuple[bytes, bytes]:
    """The entry as text and its digest, which binds it to the one before."""
    text = msgspec.json.encode(entry, order="deterministic")
    return text, sha256(before + text).digest()


def faults(log: Sequence[tuple[str, bytes]], commitments: Mapping[int, bytes]) -> list[str]:
    """What does not hold in a log of (entry as text, digest), oldest first; empty where all can be recomputed."""
    found, before = [], b""
    latest = dict(commitments)
    for text, digest in log:
        entry = msgspec.json.decode(text, type=Entry)
        said = f"draw {entry.number} of slot {entry.slot}"
        if sha256(before + text.encode()).digest() != digest:
            found.append(f"{said}: its digest does not follow from the entry before")
        before = digest
        secret = bytes.fromhex(entry.seed)
        if entry.slot not in latest:
            found.append(f"{said}: no commitment is known")
        elif sha256(secret).digest() != latest[entry.slot]:
            found.append(f"{said}: its seed was not fixed before")
        latest[entry.slot] = secret
        if len(set(entry.tickets)) != len(entry.tickets):
            found.append(f"{said}: a ticket stands twice")
        if ranked(secret, entry.tickets) != entry.order:
            found.append(f"{said}: the order does not follow from the seed and the tickets")
    return found


class Logged(msgspec.Struct, frozen=True):
    entry: str
    digest: str


class Log(msgspec.Struct, frozen=True):
    """All draws as they are published, with the commitments of their slots (hexadecimal)."""

    commitments: dict[str, str]
    draws: list[Logged]

    def faults(self) -> list[str]:
        known = {int(slot): bytes.fromhex(value) for slot, value in self.commitments.items()}
        return faults([(each.entry, bytes.fromhex(each.digest)) for each in self.draws], known)


def published(connection: Connection) -> Log:
    """The log as it is now."""
    with connection.transaction():
        draws = connection.execute("SELECT entry, digest FROM driving_draws ORDER BY id").fetchall()
        slots = connection.execute(
            "SELECT id, commitment FROM driving_slots WHERE draws > 0 OR state = 'o' ORDER BY id"
        ).fetchall()
    return Log(
        {str(slot): bytes(value).hex() for slot, value in slots},
        [Logged(entry, bytes(digest).hex()) for entry, digest in draws],
    )


def read_log(text: bytes) -> Log:
    """Raises BadValue where the file is no log."""
    try:
        return msgspec.json.decode(text, type=Log)
    except msgspec.MsgspecError as error:
        raise BadValue(
            "the log", f"is the JSON of `qyzmet driving draws --json`: {error}", "Fetch it anew."
        ) from None
