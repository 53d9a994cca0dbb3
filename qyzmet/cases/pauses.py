"""What the operator stops: a procedure (a benefit) or a partner, with a reason, until it is taken back.

In the cases of a paused procedure nothing is asked, sent, signed or paid; a paused partner is not asked.
Events are still taken in and cases opened, officials go on with tasks, and the law's time runs on. A pause
holds some seconds after it was entered, in every worker. Beginning and end are events of the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from qyzmet.cases.readings import enter
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.exchange.contract import Answer, Asked, Operation, Partners
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import BadValue, PartnerAway, Refused, UnknownName

Kind = Literal["procedure", "partner"]
MOST_REASON = 500
#: Entries of pauses stand below all others: changes of policies are numbered -1, -2, …
_BELOW = 1 << 40


class Pause(msgspec.Struct, frozen=True):
    """`name` is the code of a procedure or the name of a partner. `ended_at` is None while it holds."""

    id: int
    kind: Kind
    name: str
    reason: str
    begun_at: datetime
    begun_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str | None = None


def pause(connection: Connection, kind: Kind, name: str, *, by: str, reason: str, clock: Clock) -> Pause:
    """Stops a procedure or a partner. Raises BadValue without a reason, Refused where it is stopped."""
    _must_say_why(by, reason)
    now = clock.now()
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO pauses (kind, name, reason, begun_at, begun_by) VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (kind, name) WHERE ended_at IS NULL DO NOTHING RETURNING {_COLUMNS}""",
            (kind, name, reason.strip(), now, by),
        )
        row = cursor.fetchone()
        if row is None:
            raise Refused(f"{name} is paused already. Nothing was changed.")
        found = Pause(*row)
        _enter(cursor, found, 1, now)
    return found


def resume(connection: Connection, number: int, *, by: str, reason: str, clock: Clock) -> Pause:
    """Ends a pause. Raises UnknownName, BadValue without a reason, Refused where it has ended."""
    _must_say_why(by, reason)
    now = clock.now()
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE pauses SET ended_at = %s, ended_by = %s, end_reason = %s
                WHERE id = %s AND ended_at IS NULL RETURNING {_COLUMNS}""",
            (now, by, reason.strip(), number),
        )
        row = cursor.fetchone()
        if row is None:
            cursor.execute("SELECT id FROM pauses WHERE id = %s", (number,))
            if cursor.fetchone() is None:
                raise UnknownName("pause", str(number), "the operator's desk lists them")
            raise Refused(f"The pause {number} has ended already. Nothing was changed.")
        found = Pause(*row)
        _enter(cursor, found, 2, now)
    return found


def pauses(connection: Connection, *, limit: int = 100) -> list[Pause]:
    """Those that hold, then those that have ended, latest first."""
    with connection.transaction():
        found = connection.execute(
            f"SELECT {_COLUMNS} FROM pauses ORDER BY ended_at IS NOT NULL, id DESC LIMIT %s", (limit,)
        ).fetchall()
    return [Pause(*row) for row in found]


class Paused:
    """What is paused at this moment, as a worker knows it; `refresh` reads it anew."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.procedures: frozenset[str] = frozenset()
        self.partners: frozenset[str] = frozenset()
        self.numbers: list[int] = []  #: of the paused procedures, old versions too

    def refresh(self) -> None:
        with self._connection.transaction():
            found = self._connection.execute("SELECT kind, name FROM pauses WHERE ended_at IS NULL")
            rows = found.fetchall()
            codes = [name for kind, name in rows if kind == "procedure"]
            numbers = self._connection.execute("SELECT id FROM procedures WHERE code = ANY(%s)", (codes,))
            self.numbers = [number for (number,) in numbers.fetchall()] if codes else []
        self.procedures = frozenset(codes)
        self.partners = frozenset(name for kind, name in rows if kind == "partner")


class PausingPartners:
    """Partners, of which those that are paused count as away: what was to be asked waits."""

    def __init__(self, partners: Partners, paused: Paused) -> None:
        self._partners, self._paused = partners, paused

    def ask(
        self, operation: Operation[Asked, Answer], items: Sequence[Asked], *, purpose: str, clause: str
    ) -> dict[str, Answer]:
        if operation.system in self._paused.partners:
            raise PartnerAway(f"{operation.system} is paused by the operator")
        return self._partners.ask(operation, items, purpose=purpose, clause=clause)


def _must_say_why(by: str, reason: str) -> None:
    if not by.strip():
        raise BadValue("by", "names who does it", "Say who you are.")
    if not reason.strip() or len(reason.strip()) > MOST_REASON or not reason.strip().isprintable():
        raise BadValue("reason", f"is a text of 1 to {MOST_REASON} printable characters", "Say why.")


def _enter(cursor: Cursor, found: Pause, run: int, at: datetime) -> None:
    event = "paused" if run == 1 else "resumed"
    said = {"event": event, "kind": found.kind, "name": found.name}
    enter(cursor, -(_BELOW + found.id), run, at, said, msgspec.json.encode(found))


_COLUMNS = "id, kind, name, reason, begun_at, begun_by, ended_at, ended_by, end_reason"
