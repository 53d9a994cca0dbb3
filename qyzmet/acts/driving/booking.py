"""Places for examinations: wish, draw, hold, confirm, move, give back, wait, withdraw.

A wish is gathered with those of the same window and drawn at its end; whoever is drawn has the place held
for some minutes and confirms it. Everything is one transaction each, so a crash at any moment leaves either
the state before or the state after. Holds are tied to the person: nothing can be passed on, and a place
given back goes to the waiting list in the order of the draw.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
import psycopg

from qyzmet.acts.driving import draw as drawing
from qyzmet.acts.driving.clauses import STEP
from qyzmet.cases.rows import Connection
from qyzmet.cases.tasks import send_event
from qyzmet.law.act import carries_out
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import Refused, UnknownName

KINDS = ("theory", "practice")
#: The step in which each examination is booked, and the one in which its result is awaited.
BOOKING = {kind: f"{kind}_booking" for kind in KINDS}
EXAM = {kind: f"{kind}_exam" for kind in KINDS}


class Place(msgspec.Struct, frozen=True):
    """A place of a case: held until a moment, confirmed, or done."""

    slot: int
    place: int
    kind: str
    state: str
    starts_at: datetime
    ends_at: datetime
    centre: str
    hall: str
    until: datetime | None


class Wish(msgspec.Struct, frozen=True):
    """`state`: q awaits the draw, w won, l lost, a waits for a place, x given up."""

    slot: int
    kind: str
    ticket: str
    state: str
    window_ends: datetime
    starts_at: datetime
    draw: int | None
    rank: int | None


@carries_out(STEP[13], STEP[14])
def wish(
    connection: Connection, policies: Policies, case: int, slot: int, now: datetime, *, waits: bool = False
) -> str:
    """Asks for a place in a slot; returns the ticket with which the draw can be checked.

    Raises Refused where the person may not ask now, UnknownName for a slot that is not offered.
    """
    seconds = int(policies["P-WINDOW"])
    with connection.transaction():
        found = connection.execute(
            "SELECT kind, starts_at FROM driving_slots WHERE id = %s AND state = 'o' AND opens_at <= %s",
            (slot, now),
        ).fetchone()
        if found is None:
            raise UnknownName("examination", str(slot), "the calendar shows those that are offered")
        kind, starts = found
        if starts <= now:
            raise Refused("This examination has begun already. Choose a later one.")
        subject = _must_be_at(connection, case, kind)
        _must_not_hoard(connection, subject, kind, now, int(policies["P-GIVEN-BACK"]))
        if place_of(connection, case, kind, "c"):
            waits = False  # whoever has a place does not queue for another
        ticket = secrets.token_hex(8)
        ends = datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, now.tzinfo)
        try:
            connection.execute(
                """INSERT INTO driving_wishes (slot, case_id, subject, kind, ticket, at, window_ends, waits)
                   VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
                (slot, case, subject, kind, ticket, now, ends, waits),
            )
        except psycopg.errors.UniqueViolation:
            raise Refused(
                "You have asked for a place already. Wait for the draw, or give the wish up."
            ) from None
    return ticket


def give_up(connection: Connection, case: int, kind: str) -> bool:
    """Takes back a wish that awaits the draw or stands on a waiting list."""
    with connection.transaction():
        return bool(
            connection.execute(
                "UPDATE driving_wishes SET state = 'x' WHERE case_id = %s AND kind = %s AND state IN ('q', 'a')",
                (case, kind),
            ).rowcount
        )


def draw_due(connection: Connection, policies: Policies, now: datetime) -> int:
    """Holds every draw whose window is over; returns how many."""
    with connection.transaction():
        due = connection.execute(
            """SELECT DISTINCT slot, window_ends FROM driving_wishes WHERE state = 'q' AND window_ends <= %s
               ORDER BY window_ends, slot""",
            (now,),
        ).fetchall()
    for slot, window_ends in due:
        _draw(connection, policies, slot, window_ends, now)
    return len(due)


def _draw(
    connection: Connection, policies: Policies, slot: int, window_ends: datetime, now: datetime
) -> None:
    with connection.transaction():
        (tip, draws, open_) = _one(
            connection, "SELECT tip, draws, state = 'o' FROM driving_slots WHERE id = %s FOR UPDATE", slot
        )
        wishes = {
            ticket: (case, subject, waits, kind)
            for ticket, case, subject, waits, kind in connection.execute(
                """SELECT ticket, case_id, subject, waits, kind FROM driving_wishes
                   WHERE slot = %s AND window_ends = %s AND state = 'q' ORDER BY id FOR UPDATE""",
                (slot, window_ends),
            ).fetchall()
        }
        if not wishes:
            return  # another worker was faster
        free = [
            place
            for (place,) in connection.execute(
                "SELECT place FROM driving_places WHERE slot = %s AND state = 'f' ORDER BY place FOR UPDATE",
                (slot,),
            ).fetchall()
        ]
        if (
            not open_
            or _one(connection, "SELECT count(*) FROM driving_wishes WHERE slot = %s AND state = 'a'", slot)[
                0
            ]
        ):
            free = []  # whoever waits already comes first
        secret = drawing.seed(tip, draws + 1)
        order = drawing.ranked(secret, wishes)
        won = order[: len(free)]
        number = _enter_draw(
            connection, slot, draws + 1, window_ends, now, secret, len(free), list(wishes), order
        )
        until = now + timedelta(minutes=int(policies["P-HOLD"]))
        for ticket, place in zip(won, free, strict=False):
            case, subject, _, _ = wishes[ticket]
            _hold(connection, slot, place, case, subject, until, now)
        states = [
            "w" if ticket in set(won) else "a" if wishes[ticket][2] and open_ else "l" for ticket in order
        ]
        connection.execute(
            """UPDATE driving_wishes w SET state = n.state::"char", draw = %s, rank = n.rank
               FROM unnest(%s::text[], %s::text[], %s::int[]) n (ticket, state, rank) WHERE w.ticket = n.ticket""",
            (number, order, states, list(range(1, len(order) + 1))),
        )
        connection.execute("UPDATE driving_slots SET draws = draws + 1 WHERE id = %s", (slot,))


def _enter_draw(
    connection: Connection,
    slot: int,
    number: int,
    window_ends: datetime,
    now: datetime,
    secret: bytes,
    free: int,
    tickets: list[str],
    order: list[str],
) -> int:
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('driving_draws'))")
    last = connection.execute("SELECT id, digest FROM driving_draws ORDER BY id DESC LIMIT 1").fetchone()
    before = b"" if last is None else bytes(last[1])
    entry = drawing.Entry(
        slot=slot, number=number, window_ends=window_ends.isoformat(), drawn_at=now.isoformat(),
        before=before.hex(), seed=secret.hex(), free=free, tickets=tickets, order=order,
    )  # fmt: skip
    text, digest = drawing.entered(entry, before)
    new = 1 if last is None else int(last[0]) + 1
    connection.execute(
        "INSERT INTO driving_draws VALUES (%s, %s, %s, %s, %s, %s)",
        (new, slot, number, now, text.decode(), digest),
    )
    return new


def _hold(
    connection: Connection, slot: int, place: int, case: int, subject: int, until: datetime, now: datetime
) -> None:
    connection.execute(
        """WITH held AS (UPDATE driving_places SET state = 'h', case_id = %(case)s, subject = %(subject)s, until = %(until)s
               WHERE slot = %(slot)s AND place = %(place)s AND state = 'f' RETURNING kind)
           INSERT INTO driving_place_log (slot, place, case_id, subject, kind, what, at)
           SELECT %(slot)s, %(place)s, %(case)s, %(subject)s, kind, 'held', %(now)s FROM held""",
        {"case": case, "subject": subject, "until": until, "slot": slot, "place": place, "now": now},
    )


def confirm(connection: Connection, case: int, kind: str, now: datetime) -> Place:
    """Confirms the held place; a confirmed one of the same kind is given back: that is a move.

    Confirming again changes nothing. Raises Refused where nothing is held any more.
    """
    with connection.transaction():
        held = connection.execute(_CONFIRM, {"case": case, "kind": kind, "now": now}).fetchone()
        if held is None:
            held = _move(connection, case, kind, now)
    found = place_of(connection, case, kind, "c")
    if found is None:
        raise Refused("No place is held for you: the time of the hold is over. Ask for a place again.")
    return found


def _move(connection: Connection, case: int, kind: str, now: datetime) -> Any:
    """The slow way of `confirm`: there is a confirmed place already."""
    held = connection.execute(
        """SELECT slot FROM driving_places WHERE case_id = %s AND kind = %s AND state = 'h' AND until > %s
           FOR UPDATE""",
        (case, kind, now),
    ).fetchone()
    if held is None:
        return None
    freed = _free(connection, case, kind, "c", "moved", now)
    done = connection.execute(_CONFIRM, {"case": case, "kind": kind, "now": now}).fetchone()
    for slot in freed:
        _offer_waiting(connection, slot, now, timedelta(minutes=15))
    return done


# One statement: the place, its log, and the case is told; nothing of it is ever there without the rest.
_CONFIRM = """
WITH mine AS (
    UPDATE driving_places p SET state = 'c', until = NULL
    WHERE case_id = %(case)s AND kind = %(kind)s AND state = 'h' AND until > %(now)s
        AND NOT EXISTS (SELECT FROM driving_places o WHERE o.subject = p.subject AND o.kind = p.kind AND o.state = 'c')
    RETURNING slot, place, subject
), logged AS (
    INSERT INTO driving_place_log (slot, place, case_id, subject, kind, what, at)
    SELECT slot, place, %(case)s, subject, %(kind)s, 'confirmed', %(now)s FROM mine
), told AS (
    INSERT INTO inbox (case_id, kind, at, body)
    SELECT %(case)s, 'booked', %(now)s, json_build_object('step', %(kind)s || '_booking', 'source', 'Qyzmet',
        'facts', json_build_object(%(kind)s || '.booking', json_build_object(
            'slot', s.id, 'place', mine.place, 'starts_at', s.starts_at, 'centre', s.centre)))
    FROM mine JOIN driving_slots s ON s.id = mine.slot
)
SELECT slot, place FROM mine
"""


def cancel(connection: Connection, policies: Policies, case: int, kind: str, now: datetime) -> bool:
    """Gives the held or confirmed place back; the next on the waiting list gets it held."""
    with connection.transaction():
        held = _free(connection, case, kind, "h", "given back", now)
        confirmed = [] if held else _free(connection, case, kind, "c", "given back", now)
        if confirmed:
            _tell(connection, case, kind, "cancelled", now, {f"{kind}.booking": None})
        for slot in held + confirmed:
            _offer_waiting(connection, slot, now, timedelta(minutes=int(policies["P-HOLD"])))
    return bool(held or confirmed)


def expire(connection: Connection, policies: Policies, now: datetime) -> int:
    """Frees places whose hold is over; returns how many."""
    with connection.transaction():
        over = connection.execute(
            """UPDATE driving_places p SET state = 'f', case_id = NULL, subject = NULL, until = NULL
               FROM (SELECT slot, place, case_id, subject, kind FROM driving_places
                     WHERE state = 'h' AND until <= %s FOR UPDATE SKIP LOCKED) o
               WHERE p.slot = o.slot AND p.place = o.place
               RETURNING o.slot, o.place, o.case_id, o.subject, o.kind""",
            (now,),
        ).fetchall()
        for row in over:
            _log(connection, row, "expired", now)
        for slot in sorted({row[0] for row in over}):
            _offer_waiting(connection, slot, now, timedelta(minutes=int(policies["P-HOLD"])))
    return len(over)


def withdraw(connection: Connection, slot: int, why: str, now: datetime) -> int:
    """The centre cannot hold the examination: everyone in it is told and books anew; returns how many.

    Raises Refused where it was withdrawn before or has a result already.
    """
    with connection.transaction():
        changed = connection.execute(
            "UPDATE driving_slots SET state = 'w', why = %s WHERE id = %s AND state = 'o'", (why, slot)
        ).rowcount
        if not changed:
            raise Refused("This examination is not there or was withdrawn before. Nothing was changed.")
        if _one(connection, "SELECT count(*) FROM driving_places WHERE slot = %s AND state = 'd'", slot)[0]:
            raise Refused("This examination has results already; it cannot be withdrawn.")
        rows = connection.execute(
            """SELECT slot, place, case_id, subject, kind, state FROM driving_places
               WHERE slot = %s AND state IN ('h', 'c') FOR UPDATE""",
            (slot,),
        ).fetchall()
        connection.execute(
            """UPDATE driving_places SET state = 'f', case_id = NULL, subject = NULL, until = NULL WHERE slot = %s""",
            (slot,),
        )
        connection.execute(
            "UPDATE driving_wishes SET state = 'l' WHERE slot = %s AND state IN ('q', 'a')", (slot,)
        )
        for *row, state in rows:
            _log(connection, row, "withdrawn", now)
            if state == b"c" or state == "c":
                facts = {f"{row[4]}.booking": None, f"{row[4]}.withdrawn": why}
                _tell(connection, row[2], row[4], "withdrawn", now, facts)
    return len(rows)


def place_of(connection: Connection, case: int, kind: str, states: str = "hc") -> Place | None:
    """The case's place of this kind, a held one first."""
    with connection.transaction():
        row = connection.execute(
            """SELECT p.slot, p.place, p.kind, p.state::text, s.starts_at, s.ends_at, s.centre, s.hall, p.until
               FROM driving_places p JOIN driving_slots s ON s.id = p.slot
               WHERE p.case_id = %s AND p.kind = %s AND p.state::text = ANY(%s) ORDER BY p.state DESC LIMIT 1""",
            (case, kind, list(states)),
        ).fetchone()
    return None if row is None else Place(*row)


def last_wish(connection: Connection, case: int, kind: str) -> Wish | None:
    with connection.transaction():
        row = connection.execute(
            """SELECT w.slot, w.kind, w.ticket, w.state::text, w.window_ends, s.starts_at, w.draw, w.rank
               FROM driving_wishes w JOIN driving_slots s ON s.id = w.slot
               WHERE w.case_id = %s AND w.kind = %s ORDER BY w.id DESC LIMIT 1""",
            (case, kind),
        ).fetchone()
    return None if row is None else Wish(*row)


def _must_be_at(connection: Connection, case: int, kind: str) -> int:
    """The person, where the case is at this examination. A result ends all booking (R-3)."""
    row = connection.execute(
        "SELECT step, coalesce(recipient, subject) FROM cases WHERE id = %s", (case,)
    ).fetchone()
    if row is None or row[0] not in (BOOKING[kind], EXAM[kind]):
        raise Refused(
            f"A place for the {kind} examination cannot be asked for at this step of the application. "
            "Theory is booked after the application has its number, practice after theory is passed."
        )
    return int(row[1])


def _must_not_hoard(connection: Connection, subject: int, kind: str, now: datetime, most: int) -> None:
    (held, back) = _one(
        connection,
        """SELECT (SELECT count(*) FROM driving_places WHERE subject = %s AND kind = %s AND state = 'h'),
                  (SELECT count(*) FROM driving_place_log WHERE subject = %s AND kind = %s
                   AND what IN ('given back', 'expired') AND at > %s)""",
        subject, kind, subject, kind, now - timedelta(days=1),
    )  # fmt: skip
    if held:
        raise Refused("A place is held for you already. Confirm it or give it back first.")
    if back >= most:
        raise Refused(f"You have given back {back} places within a day. Ask again tomorrow.")


def _free(connection: Connection, case: int, kind: str, state: str, what: str, now: datetime) -> list[int]:
    rows = connection.execute(
        """UPDATE driving_places p SET state = 'f', case_id = NULL, subject = NULL, until = NULL
           FROM (SELECT slot, place, case_id, subject, kind FROM driving_places
                 WHERE case_id = %s AND kind = %s AND state = %s::"char" FOR UPDATE) o
           WHERE p.slot = o.slot AND p.place = o.place
           RETURNING o.slot, o.place, o.case_id, o.subject, o.kind""",
        (case, kind, state),
    ).fetchall()
    for row in rows:
        _log(connection, row, what, now)
    return [row[0] for row in rows]


def _offer_waiting(connection: Connection, slot: int, now: datetime, hold: timedelta) -> None:
    """Free places go to those who wait, in the order of their draw. Whoever found another place is passed over."""
    row = connection.execute(
        "SELECT state = 'o' AND starts_at > %s FROM driving_slots WHERE id = %s FOR UPDATE", (now, slot)
    ).fetchone()
    if row is None or not row[0]:
        return
    while True:
        free = connection.execute(
            "SELECT place FROM driving_places WHERE slot = %s AND state = 'f' ORDER BY place LIMIT 1 FOR UPDATE",
            (slot,),
        ).fetchone()
        next_ = connection.execute(
            """SELECT id, case_id, subject, EXISTS (SELECT FROM driving_places p WHERE p.subject = w.subject
                   AND p.kind = w.kind AND p.state IN ('h', 'c'))
               FROM driving_wishes w WHERE slot = %s AND state = 'a' ORDER BY draw, rank LIMIT 1 FOR UPDATE""",
            (slot,),
        ).fetchone()
        if free is None or next_ is None:
            return
        number, case, subject, elsewhere = next_
        connection.execute(
            """UPDATE driving_wishes SET state = %s::"char" WHERE id = %s""",
            ("x" if elsewhere else "w", number),
        )
        if not elsewhere:
            _hold(connection, slot, free[0], case, subject, now + hold, now)


def _log(connection: Connection, row: Any, what: str, now: datetime) -> None:
    connection.execute(
        """INSERT INTO driving_place_log (slot, place, case_id, subject, kind, what, at)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (*row, what, now),
    )


def _tell(
    connection: Connection, case: int, kind: str, what: str, now: datetime, facts: dict[str, Any]
) -> None:
    send_event(connection, case, what, now, {"step": EXAM[kind], "source": "Qyzmet", "facts": facts})


def _one(connection: Connection, query: str, *values: Any) -> Any:
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise UnknownName("examination", str(values[0]), "the calendar shows those that are offered")
    return row
