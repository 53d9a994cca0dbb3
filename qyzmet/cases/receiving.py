"""Brings replies to the question that they answer, by the operator's time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from qyzmet.cases import failpoints as fail
from qyzmet.cases import ledger, rows
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.exchange.sms import Incoming, Receipt
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.connection import database_errors
from qyzmet.runtime.errors import BadValue


class Receiver:
    """Brings replies in; `receive` returns when they are durable. Has its own connection.

    `prefixes` are what the acts bring to find a question's prefix in a reply that is written oddly.
    """

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        clock: Clock,
        failpoints: fail.Failpoints = fail.none,
        *,
        prefixes: Sequence[Callable[[str], str | None]] = (),
    ) -> None:
        self._connection, self._vault, self._clock, self._at = connection, vault, clock, failpoints
        self._prefixes = prefixes

    def receive(self, replies: Sequence[Incoming]) -> None:
        """Each reply once, however often it is delivered; by the operator's time it finds the question."""
        with database_errors(), self._connection.transaction(), self._connection.cursor() as cursor:
            for reply in replies:
                self._take(cursor, reply)
        self._at("reply.stored")

    def receipts(self, receipts: Sequence[Receipt]) -> None:
        """What the operator says of parts of messages; a message is delivered with its last part.

        Nothing of the act hangs on it: deadlines run from the moment a message is handed over.
        """
        with database_errors(), self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(
                _RECEIPTS,
                {
                    "ids": [receipt.id for receipt in receipts],
                    "states": [receipt.state for receipt in receipts],
                    "at": self._clock.now(),
                },
            )
            mark_delivered(cursor, [number for (number,) in cursor.fetchall() if number is not None])

    def _take(self, cursor: Cursor, reply: Incoming) -> None:
        try:
            address = self._vault.phone_index(reply.phone).hex()
        except BadValue:  # a short number or a name: nobody of ours
            address = ""
        question = self._question(cursor, address, reply) if address else None
        message, case, step, person, state, asked = question or (None, None, None, None, None, None)
        note = (
            "no question" if question is None else "answers" if state == "o" else "after the question closed"
        )
        if person is not None and self._vault.has_another_number(person, reply.phone):
            # Whoever wrote this is not the person who was asked: it is nobody's answer.
            message, case, person, note = None, None, None, "the number has changed hands"
        if person is None and address:
            person = next(iter(self._vault.by_phone(reply.phone)), None)
        text = b""  # of a phone that belongs to nobody here nothing is kept
        if person is not None:
            key = self._vault.person_keys([person]).get(person)
            text = ledger.seal_payload(key, reply.text.encode(), message or 0, 1)
        cursor.execute(
            """INSERT INTO replies (key, address, at, received_at, message_id, case_id, note, text)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING""",
            (reply.key, address, reply.at, self._clock.now(), message, case, note, text),
        )
        if cursor.rowcount and case is not None:
            body = {"step": step, "message": message, "prefix": asked, "text": reply.text}
            rows.copy(
                cursor,
                "inbox (case_id, kind, at, body)",
                [f"{case}\treply\t{reply.at.isoformat()}\t{rows.json_text(msgspec.json.encode(body))}"],
            )

    def _question(self, cursor: Cursor, address: str, reply: Incoming) -> tuple[Any, ...] | None:
        """The last question with the reply's prefix that had gone out to this phone at that moment.

        Without one, the question that was open then, if it was the only one: it can only have been meant.
        """
        prefix = self._prefix(reply.text)
        if prefix is not None:
            cursor.execute(_ASKED_WITH, {"address": address, "prefix": prefix, "at": reply.at})
            found = cursor.fetchone()
            if found is not None:
                return found
        cursor.execute(_OPEN_THEN, {"address": address, "at": reply.at})
        open_then = cursor.fetchall()
        return open_then[0] if len(open_then) == 1 else None

    def _prefix(self, text: str) -> str | None:
        plain = prefix_of(text)
        if plain is not None:
            return plain
        found = {prefix for find in self._prefixes if (prefix := find(text)) is not None}
        return found.pop() if len(found) == 1 else None


def prefix_of(text: str) -> str | None:
    """What stands before the first `#`, its digits only: the part that tells dialogues apart (G-10)."""
    before, mark, _ = text.partition("#")
    digits = "".join(before.split())
    return digits if mark and digits.isdecimal() and digits.isascii() else None


def mark_delivered(cursor: Cursor, messages: Sequence[int]) -> None:
    """Messages of which every part has been delivered."""
    cursor.execute(_DELIVERED, (rows.numbers(messages),))


# A part is told of once for good; a later word replaces an earlier one, but delivered stays delivered.
_RECEIPTS = """
INSERT INTO message_parts (operator_id, at, state, state_at)
SELECT DISTINCT ON (id) id, %(at)s, state, %(at)s
FROM unnest(%(ids)s::text[], %(states)s::text[]) WITH ORDINALITY r (id, state, place) ORDER BY id, place DESC
ON CONFLICT (operator_id) DO UPDATE SET state = excluded.state, state_at = excluded.state_at
    WHERE message_parts.state IS DISTINCT FROM 'DELIVRD'
RETURNING message_id
"""
_DELIVERED = """
UPDATE messages m SET delivered_at = p.at FROM unnest(%s::bigint[]) u (id), LATERAL (
    SELECT max(state_at) AS at, count(*) AS parts, count(*) FILTER (WHERE state = 'DELIVRD') AS delivered
    FROM message_parts WHERE message_id = u.id) p
WHERE m.id = u.id AND m.delivered_at IS NULL AND p.delivered = p.parts AND p.parts >= m.parts
"""
_ASKED_WITH = """
SELECT id, case_id, step, person, question::text, prefix FROM messages
WHERE address = %(address)s AND prefix = %(prefix)s AND question IS NOT NULL
    AND coalesce(sent_at, ready_at) <= %(at)s ORDER BY id DESC LIMIT 1
"""
_OPEN_THEN = """
SELECT id, case_id, step, person, question::text, prefix FROM messages
WHERE address = %(address)s AND question = 'o' AND coalesce(sent_at, ready_at) <= %(at)s
UNION ALL SELECT id, case_id, step, person, question::text, prefix FROM messages
WHERE address = %(address)s AND question = 'c' AND closed_at > %(at)s
    AND coalesce(sent_at, ready_at) <= %(at)s
LIMIT 2
"""
