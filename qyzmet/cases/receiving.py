"""Brings replies to the question that they answer, by the operator's time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from qyzmet.cases import failpoints as fail
from qyzmet.cases import inbox, ledger, rows
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

    def receive(self, replies: Sequence[Incoming], *, read: bool = False) -> None:
        """Each reply once, however often it is delivered; by the operator's time it finds the question.

        `read`: whoever writes has the question before their eyes, as on a page.
        """
        with database_errors(), self._connection.transaction(), self._connection.cursor() as cursor:
            self._take(cursor, replies, read)
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

    def _take(self, cursor: Cursor, replies: Sequence[Incoming], read: bool) -> None:
        addresses = [self._address(reply.phone) for reply in replies]
        questions = self._questions(cursor, addresses, replies, read)
        asked = [
            (question.person, reply.phone) if question else None
            for question, reply in zip(questions, replies, strict=True)
        ]
        # Whoever writes from another number than the person's is not the one who was asked.
        changed = self._vault.with_another_number({pair for pair in asked if pair is not None})
        unasked = {
            reply.phone
            for reply, address, question, pair in zip(replies, addresses, questions, asked, strict=True)
            if address and (question is None or question.unsure or pair in changed)
        }
        owners = self._vault.by_phones(unasked)
        taken = [
            _Taken(
                reply,
                address,
                question,
                changed=pair in changed,
                owner=next(iter(owners.get(reply.phone, ())), None),
            )
            for reply, address, question, pair in zip(replies, addresses, questions, asked, strict=True)
        ]
        self._store(cursor, taken)

    def _store(self, cursor: Cursor, taken: Sequence[_Taken]) -> None:
        keys = self._vault.person_keys({each.person for each in taken if each.person is not None})
        cursor.execute(
            _KEEP,
            {
                "keys": [each.reply.key for each in taken],
                "addresses": [each.address for each in taken],
                "at": [each.reply.at for each in taken],
                "now": self._clock.now(),
                "messages": rows.numbers(each.answers.id if each.answers else None for each in taken),
                "cases": rows.numbers(each.answers.case if each.answers else None for each in taken),
                "notes": [each.note for each in taken],
                "texts": [each.sealed(keys) for each in taken],
            },
        )
        new = {key for (key,) in cursor.fetchall()}
        heard = dict[str, _Taken]()  # delivered twice at once, it is heard once
        for each in taken:
            if each.reply.key in new:
                heard.setdefault(each.reply.key, each)
        inbox.put(cursor, (news for each in heard.values() if (news := each.news()) is not None))

    def _address(self, phone: str) -> str:
        """Empty for a short number or a name: nobody of ours."""
        try:
            return self._vault.phone_index(phone).hex()
        except BadValue:
            return ""

    def _questions(
        self, cursor: Cursor, addresses: Sequence[str], replies: Sequence[Incoming], read: bool
    ) -> list[_Question | None]:
        """For each reply the last question with its prefix that had gone out to this phone at that moment.

        Without one, the question that was open then, if it was the only one: it can only have been meant.
        Where nobody knows whether the last one reached the phone and one before it was never answered, nobody
        knows which of them is answered now: consent is never presumed.
        """
        found: list[_Question | None] = [None] * len(replies)
        prefixes = [
            self._prefix(reply.text) if address else None
            for reply, address in zip(replies, addresses, strict=True)
        ]
        cursor.execute(
            _ASKED_WITH,
            {"addresses": addresses, "prefixes": prefixes, "at": [reply.at for reply in replies]},
        )
        waiting: set[int] = set()  # places of replies before whose question one was never answered
        for place, *told, answered in sorted(cursor.fetchall()):  # of one reply the latest last
            question = _Question(*told)
            if question.unsure and (read or place not in waiting):
                question = replace(question, unsure=False)
            found[place - 1] = question
            if not answered:
                waiting.add(place)
        left = [
            n
            for n, (address, known) in enumerate(zip(addresses, found, strict=True))
            if address and not known
        ]
        if left:
            cursor.execute(
                _OPEN_THEN, {"addresses": [addresses[n] for n in left], "at": [replies[n].at for n in left]}
            )
            open_then: dict[int, list[_Question]] = {}
            for place, *told in cursor.fetchall():
                open_then.setdefault(left[place - 1], []).append(_Question(*told))
            for n, several in open_then.items():
                found[n] = several[0] if len(several) == 1 else None
        return found

    def _prefix(self, text: str) -> str | None:
        plain = prefix_of(text)
        if plain is not None:
            return plain
        found = {prefix for find in self._prefixes if (prefix := find(text)) is not None}
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked of a phone. `state` is o for open, c for closed; `unsure`: it may never have come."""

    id: int
    case: int
    step: str
    person: int
    state: str
    prefix: str
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class _Taken:
    """A reply with what is known of it. `changed`: its phone is not the number of whom the question asked."""

    reply: Incoming
    address: str
    question: _Question | None
    changed: bool
    owner: int | None

    @property
    def answers(self) -> _Question | None:
        return None if self.changed or (self.question and self.question.unsure) else self.question

    @property
    def person(self) -> int | None:
        return self.owner if self.answers is None else self.answers.person

    @property
    def note(self) -> str:
        if self.question is None:
            return "no question"
        if self.changed:
            return "the number has changed hands"
        if self.question.unsure:
            return "an earlier question may have been meant"
        return "answers" if self.question.state == "o" else "after the question closed"

    def sealed(self, keys: Mapping[int, bytes]) -> bytes:
        """The text under its writer's key; of a phone that belongs to nobody here nothing is kept."""
        if self.person is None:
            return b""
        message = 0 if self.answers is None else self.answers.id
        return ledger.seal_payload(keys.get(self.person), self.reply.text.encode(), message, 1)

    def news(self) -> inbox.News | None:
        """What the case that it answers hears; nothing where it answers none."""
        asked = self.answers
        if asked is None:
            return None
        body = {"step": asked.step, "message": asked.id, "prefix": asked.prefix, "text": self.reply.text}
        return asked.case, "reply", self.reply.at, body


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
_KEEP = """
INSERT INTO replies (key, address, at, received_at, message_id, case_id, note, text)
SELECT key, address, at, %(now)s, message, case_id, note, text FROM unnest(
    %(keys)s::text[], %(addresses)s::text[], %(at)s::timestamptz[], %(messages)s::bigint[],
    %(cases)s::bigint[], %(notes)s::text[], %(texts)s::bytea[])
    u (key, address, at, message, case_id, note, text)
ON CONFLICT (key) DO NOTHING RETURNING key
"""
# Each state of a question has its index by address and prefix; the latest is chosen afterwards, for a
# phone has few of one prefix.
_ASKED_WITH = """
SELECT u.place, m.id, m.case_id, m.step, m.person, m.question, m.prefix,
    m.state = 'u' AND m.delivered_at IS NULL,
    EXISTS (SELECT FROM replies r WHERE r.case_id = m.case_id AND r.message_id = m.id)
FROM unnest(%(addresses)s::text[], %(prefixes)s::text[], %(at)s::timestamptz[])
    WITH ORDINALITY u (address, prefix, at, place),
LATERAL (SELECT * FROM messages WHERE address = u.address AND prefix = u.prefix AND question = 'o'
    UNION ALL SELECT * FROM messages WHERE address = u.address AND prefix = u.prefix AND question = 'c') m
WHERE coalesce(m.sent_at, m.ready_at) <= u.at
"""
_OPEN_THEN = """
SELECT u.place, m.id, m.case_id, m.step, m.person, m.question, m.prefix
FROM unnest(%(addresses)s::text[], %(at)s::timestamptz[]) WITH ORDINALITY u (address, at, place),
LATERAL (SELECT * FROM messages WHERE address = u.address AND question = 'o'
    UNION ALL SELECT * FROM messages WHERE address = u.address AND question = 'c' AND closed_at > u.at) m
WHERE coalesce(m.sent_at, m.ready_at) <= u.at
"""
