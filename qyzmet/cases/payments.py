"""Payments after they were ordered: what ODK says of them, and where each order's money is.

Every message counts once by its number, every line of a statement by the bank's own: whatever comes twice,
late or in another order leads to the same standings. A message that cannot be read is kept by its number and
hash, with the reason; nothing of it counts. Money is whole tiyn, references are `EndToEndId`s.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zlib import decompress

import msgspec

from qyzmet.cases import ledger, rows
from qyzmet.cases.cursors import turn_page
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.exchange.iso20022 import Answer, Booking, read_camt_053, read_pain_002
from qyzmet.exchange.reconciling import EXPLAINED, Standing, reconcile
from qyzmet.exchange.systems import PaymentMessage
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

#: The feed under whose name the place in ODK's messages is kept.
FEED = "odk.payments"
#: An order of which no statement told within so long is in question: statements come every day.
SILENT_AFTER = timedelta(days=5)

TIYN = ("ordered_tiyn", "paid_tiyn", "returned_tiyn")


class PaymentQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A reference that people have to look into; `opened` is the case in which they do.

    `case` is the case it was ordered in, None where no order has it.
    """

    reference: str
    case: int | None
    state: str
    ordered_tiyn: int
    paid_tiyn: int
    returned_tiyn: int
    explained: str
    since: datetime
    opened: int | None = None
    settled_by: str | None = None
    settled_note: str | None = None


def take(
    connection: Connection, messages: Sequence[PaymentMessage], page: tuple[str, str], now: datetime
) -> int:
    """Reads the messages of a page, the cursor before and after it, in one transaction.

    Returns how many were new; 0 where another worker took the page.
    """
    with connection.transaction(), connection.cursor() as cursor:
        if not turn_page(cursor, FEED, page, now):
            return 0
        touched: set[str] = set()
        new = 0
        for message in messages:
            found = _take(cursor, message, now)
            new += found is not None
            touched |= found or set()
        judge(cursor, touched, now)
    return new


def _take(cursor: Cursor, message: PaymentMessage, now: datetime) -> set[str] | None:
    """The references that a message names; None where it was read before."""
    digest = sha256(message.content).digest()
    cursor.execute(
        """INSERT INTO payment_messages (number, kind, at, read_at, content_hash) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (number) DO NOTHING""",
        (message.number, message.kind, message.at, now, digest),
    )
    if not cursor.rowcount:
        _same_again(cursor, message.number, digest)
        return None
    try:
        if message.kind == "pain.002":
            return _answers(cursor, message.number, read_pain_002(message.content))
        return _bookings(cursor, message.number, read_camt_053(message.content))
    except BadValue as error:
        _trouble(cursor, message.number, str(error))
        return set()


def _same_again(cursor: Cursor, number: str, digest: bytes) -> None:
    cursor.execute("SELECT content_hash = %s FROM payment_messages WHERE number = %s", (digest, number))
    row = cursor.fetchone()
    if row is not None and not row[0]:
        _trouble(cursor, number, "The same number came again with another content: ask ODK which holds.")


def _answers(cursor: Cursor, message: str, answers: Sequence[Answer]) -> set[str]:
    said = [(each.end_to_end, each.status, each.reason, message) for each in answers]
    cursor.execute(
        """INSERT INTO payment_answers (end_to_end, status, reason, message)
           SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING""",
        _columns(said, 4),
    )
    return {each.end_to_end for each in answers}


def _bookings(cursor: Cursor, message: str, bookings: Sequence[Booking]) -> set[str]:
    columns = "end_to_end, amount_tiyn, returned, day, reason"
    cursor.execute(
        f"SELECT number, {columns} FROM payment_bookings WHERE number = ANY(%s)",
        ([each.number for each in bookings],),
    )
    known = {number: tuple(row) for number, *row in cursor.fetchall()}
    new = {}
    for each in bookings:
        # A line without a reference stands alone under the bank's number.
        line = (each.end_to_end or f"?{each.number}", each.amount_tiyn, each.returned, each.day, each.reason)
        if known.setdefault(each.number, line) != line:
            _trouble(cursor, message, f"Line {each.number} came before with another content: ask ODK.")
        elif each.number not in new:
            new[each.number] = line
    cursor.execute(
        f"""INSERT INTO payment_bookings (number, {columns}, message)
            SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::boolean[], %s::date[], %s::text[],
                %s::text[]) ON CONFLICT (number) DO NOTHING""",
        _columns([(number, *line, message) for number, line in new.items()], 7),
    )
    return {line[0] for line in new.values()}


def _trouble(cursor: Cursor, message: str, words: str) -> None:
    cursor.execute("UPDATE payment_messages SET trouble = %s WHERE number = %s", (words, message))


def judge(cursor: Cursor, references: Collection[str], now: datetime) -> None:
    """Tells anew where the money of these references is, from everything that was said of them."""
    wanted = list(references)
    if not wanted:
        return
    cursor.execute("SELECT key, case_id, amount_tiyn FROM payment_orders WHERE key = ANY(%s)", (wanted,))
    orders = {key: (case, tiyn) for key, case, tiyn in cursor.fetchall()}
    cursor.execute(
        "SELECT end_to_end, status, reason FROM payment_answers WHERE end_to_end = ANY(%s)", (wanted,)
    )
    answers = [Answer(end_to_end=one, status=said, reason=why) for one, said, why in cursor.fetchall()]
    cursor.execute(
        """SELECT number, end_to_end, amount_tiyn, returned, day, reason FROM payment_bookings
           WHERE end_to_end = ANY(%s)""",
        (wanted,),
    )
    bookings = [
        Booking(number=number, end_to_end=one, amount_tiyn=tiyn, returned=back, day=day, reason=why)
        for number, one, tiyn, back, day, why in cursor.fetchall()
    ]
    standings = reconcile({key: tiyn for key, (_, tiyn) in orders.items()}, answers, bookings)
    found = [_row(each, orders.get(each.end_to_end, (None, 0))[0], now) for each in standings]
    cursor.execute(_STAND, _columns(found, 9))


def _columns(found: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    """The rows as so many columns, for `unnest`."""
    return [list(column) for column in zip(*found, strict=True)] if found else [[] for _ in range(count)]


def _row(each: Standing, case: int | None, now: datetime) -> tuple[Any, ...]:
    return (
        each.end_to_end, case, each.ordered_tiyn, each.paid_tiyn, each.returned_tiyn, each.state,
        each.explained, each.for_people, now,
    )  # fmt: skip


# What was opened or settled holds for what was known then: other sums or another state ask again.
_STAND = """
INSERT INTO payment_standings AS s (end_to_end, case_id, ordered_tiyn, paid_tiyn, returned_tiyn, state,
    explained, for_people, since)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[],
    %s::text[], %s::boolean[], %s::timestamptz[])
ON CONFLICT (end_to_end) DO UPDATE SET case_id = excluded.case_id, ordered_tiyn = excluded.ordered_tiyn,
    paid_tiyn = excluded.paid_tiyn, returned_tiyn = excluded.returned_tiyn, state = excluded.state,
    explained = excluded.explained, for_people = excluded.for_people, since = excluded.since, opened = NULL,
    settled_at = NULL, settled_by = NULL, settled_note = NULL
WHERE (s.case_id, s.ordered_tiyn, s.paid_tiyn, s.returned_tiyn, s.state, s.explained) IS DISTINCT FROM
    (excluded.case_id, excluded.ordered_tiyn, excluded.paid_tiyn, excluded.returned_tiyn, excluded.state,
     excluded.explained)
"""


# --- the reconciliation --------------------------------------------------------------------------------


def report(connection: Connection, now: datetime) -> dict[str, Any]:
    """Where all money is: sums in tiyn by state, each explained, and what people have to look into.

    `agrees` says that every tiyn ordered stands in exactly one state and no message is in trouble.
    """
    silent = now - SILENT_AFTER
    with connection.transaction(), connection.cursor() as cursor:
        rows.plan_for_tables(cursor)  # a worker keeps the day's, on the connection for its batches
        cursor.execute(_SUMS, {"silent": silent})
        states = {
            state: {
                "explained": EXPLAINED[state],
                "references": count,
                **dict(zip(TIYN, map(int, sums), strict=True)),
            }
            for state, count, *sums in cursor.fetchall()
        }
        cursor.execute("SELECT count(*), coalesce(sum(amount_tiyn), 0) FROM payment_orders")
        orders, ordered = cursor.fetchone() or (0, 0)
        cursor.execute(
            "SELECT coalesce(sum(amount_tiyn) FILTER (WHERE NOT returned), 0), "
            "coalesce(sum(amount_tiyn) FILTER (WHERE returned), 0) FROM payment_bookings"
        )
        paid, returned = cursor.fetchone() or (0, 0)
        cursor.execute("SELECT number, kind, trouble FROM payment_messages WHERE trouble <> '' ORDER BY at")
        troubles = [dict(zip(("number", "kind", "trouble"), row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(f"SELECT count(*) FROM payment_standings WHERE {_OPEN}")
        (asked,) = cursor.fetchone() or (0,)
    totals = dict(zip(TIYN, map(int, (ordered, paid, returned)), strict=True))
    return {
        "day": legal_date(now).isoformat(),
        "at": now.isoformat(),
        "orders": orders,
        **totals,
        "states": states,
        "for_people": asked + states.get("silent", {}).get("references", 0),
        "troubled_messages": troubles,
        "agrees": not troubles
        and all(sum(each[name] for each in states.values()) == totals[name] for name in TIYN),
    }


_SUMS = """
SELECT CASE WHEN coalesce(s.state, 'open') = 'open' AND o.placed_at < %(silent)s THEN 'silent'
            ELSE coalesce(s.state, 'open') END AS state, count(*), sum(o.amount_tiyn),
       coalesce(sum(s.paid_tiyn), 0), coalesce(sum(s.returned_tiyn), 0)
FROM payment_orders o LEFT JOIN payment_standings s ON s.end_to_end = o.key GROUP BY 1
UNION ALL
SELECT 'unknown', count(*), 0, sum(paid_tiyn), sum(returned_tiyn) FROM payment_standings s
WHERE NOT EXISTS (SELECT FROM payment_orders WHERE key = s.end_to_end) HAVING count(*) > 0
"""


def keep_day(connection: Connection, now: datetime) -> bool:
    """Keeps the reconciliation of the legal day, once; False where that was done."""
    day = legal_date(now)
    with connection.transaction():
        if connection.execute("SELECT FROM payment_days WHERE day = %s", (day,)).fetchone() is not None:
            return False
    found = report(connection, now)
    with connection.transaction():
        connection.execute(
            "INSERT INTO payment_days (day, at, report) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (day, now, msgspec.json.encode(found).decode()),
        )
    return True


def days(connection: Connection, limit: int = 31) -> list[dict[str, Any]]:
    """The reconciliations that were kept, latest first."""
    with connection.transaction():
        found = connection.execute(
            "SELECT report::text FROM payment_days ORDER BY day DESC LIMIT %s", (limit,)
        ).fetchall()
    return [msgspec.json.decode(row[0]) for row in found]


def questions(
    connection: Connection, now: datetime, *, limit: int = 1000, all_: bool = False
) -> list[PaymentQuestion]:
    """What people have to look into, longest open first; with `all_` what was settled too."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_QUESTIONS, {"silent": now - SILENT_AFTER, "limit": limit, "all": all_})
        return _questions(cursor)


_QUESTION = """
SELECT end_to_end AS reference, case_id AS "case", state, ordered_tiyn, paid_tiyn, returned_tiyn, explained,
       since, opened, settled_by, settled_note FROM payment_standings
"""
# A question is open until it is settled, or the case in which people looked into it has ended.
_OPEN = """for_people AND settled_at IS NULL
    AND NOT EXISTS (SELECT FROM cases c WHERE c.id = opened AND c.status = 'e')"""
_QUESTIONS = f"""
{_QUESTION} WHERE for_people AND (%(all)s OR ({_OPEN}))
UNION ALL
SELECT o.key, o.case_id, 'silent', o.amount_tiyn, coalesce(s.paid_tiyn, 0), 0, '{EXPLAINED["silent"]}',
       o.placed_at, NULL, NULL, NULL
FROM payment_orders o LEFT JOIN payment_standings s ON s.end_to_end = o.key
WHERE o.placed_at < %(silent)s AND coalesce(s.state, 'open') = 'open'
ORDER BY since, reference LIMIT %(limit)s
"""


def to_open(connection: Connection, act: str, limit: int = 500) -> list[PaymentQuestion]:
    """Questions about orders of the act for which no case was opened yet."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            f"""{_QUESTION} WHERE for_people AND opened IS NULL AND settled_at IS NULL AND case_id IS NOT NULL
                AND starts_with(end_to_end, %s) ORDER BY since, end_to_end LIMIT %s""",
            (f"{act}/", limit),
        )
        return _questions(cursor)


def standings(connection: Connection, references: Sequence[str]) -> dict[str, PaymentQuestion]:
    """Where the money of these references is as far as ODK has told; others are missing."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(f"{_QUESTION} WHERE end_to_end = ANY(%s)", (list(references),))
        return {each.reference: each for each in _questions(cursor)}


def _questions(cursor: Cursor) -> list[PaymentQuestion]:
    names = [column.name for column in cursor.description or ()]
    return [PaymentQuestion(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def mark_opened(connection: Connection, source: str, questions: Sequence[PaymentQuestion]) -> int:
    """Notes beside each question the case that was opened for it; returns how many."""
    with connection.transaction():
        return connection.execute(
            """UPDATE payment_standings s SET opened = r.case_id
               FROM unnest(%s::text[], %s::text[]) q (reference, event)
               JOIN registry_events r ON r.source = %s AND r.event = q.event
               WHERE s.end_to_end = q.reference AND s.opened IS NULL AND r.case_id IS NOT NULL""",
            ([each.reference for each in questions], [event_of(each) for each in questions], source),
        ).rowcount


def event_of(question: PaymentQuestion) -> str:
    """The name under which a question opens one case, however often it is asked."""
    return f"{question.reference} {question.state} {question.paid_tiyn} {question.returned_tiyn}"


def settle(connection: Connection, reference: str, by: str, note: str, now: datetime) -> None:
    """An official says what became of a reference.

    Raises UnknownName, BadValue, or Refused where an open case deals with it.
    """
    if not note.strip() or not note.isprintable() or len(note) > 2000:
        raise BadValue("note", "is a text of 1 to 2000 printable characters", "Say how it was explained.")
    with connection.transaction():
        row = connection.execute(
            """SELECT c.id FROM payment_standings s LEFT JOIN cases c ON c.id = s.opened AND c.status <> 'e'
               WHERE s.end_to_end = %s AND s.for_people AND s.settled_at IS NULL FOR UPDATE OF s""",
            (reference,),
        ).fetchone()
        if row is None:
            raise UnknownName("open question", reference, "`qyzmet payments questions` lists them")
        if row[0] is not None:
            raise Refused(f"Case {row[0]} deals with it. End its task: qyzmet case show {row[0]}")
        connection.execute(
            """UPDATE payment_standings SET settled_at = %s, settled_by = %s, settled_note = %s
               WHERE end_to_end = %s""",
            (now, by, note, reference),
        )


def order_message(connection: Connection, key: str, person_key: bytes | None) -> bytes:
    """The order as it went out, pain.001. Raises UnknownName, Refused where the person was erased."""
    with connection.transaction(), connection.cursor(binary=True) as cursor:
        cursor.execute("SELECT case_id, run, message FROM payment_orders WHERE key = %s", (key,))
        row = cursor.fetchone()
    if row is None or not row[2]:
        raise UnknownName("order with a message", key, "keys of orders look like proactive/17")
    if person_key is None:
        raise Refused(f"The person of order {key} was erased; its SHA-256 stays.")
    return decompress(ledger.open_sealed(person_key, row[2], row[0], row[1]))


def case_of_order(connection: Connection, key: str) -> tuple[int, date]:
    """The person (as pseudonym) and the day of an order. Raises UnknownName."""
    with connection.transaction():
        row = connection.execute(
            """SELECT coalesce(c.recipient, c.subject), o.placed_at FROM payment_orders o
               JOIN cases c ON c.id = o.case_id WHERE o.key = %s""",
            (key,),
        ).fetchone()
    if row is None:
        raise UnknownName("order", key, "keys of orders look like proactive/17")
    return row[0], legal_date(row[1])
