"""The post office: hands messages to the gateway. What comes back is brought in by `receiving.py`.

A message is marked "being sent" before it is handed over. If the program dies in between, nobody
can know whether it went out: it is then marked as of unknown fate and, by default, not repeated.
Where the link says that it handed nothing over, the message stays ready.
Names and numbers are taken from the vault only to write the text, and each such look is logged.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any

import msgspec
import psycopg

from qyzmet.cases import failpoints as fail
from qyzmet.cases import inbox, ledger, rows
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.fairness import shares
from qyzmet.cases.pauses import Paused
from qyzmet.cases.placing import QUESTION_GAP
from qyzmet.cases.receiving import mark_delivered
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.exchange.sms import HandedOver, Outgoing, SmsLink
from qyzmet.people.vault import Identity, Vault
from qyzmet.runtime.clock import KZ, Clock
from qyzmet.runtime.connection import database_errors
from qyzmet.runtime.errors import QyzmetError

LEASE = timedelta(minutes=2)
#: The name under which the SMS gateway is paused as a partner.
GATEWAY = "sms"
#: So many messages are handed over at a time at first; twice as many each time while that is quick.
FIRST_BATCH, QUICK_SECONDS = 500, 1.0
#: How often held questions and messages of unknown fate are looked for.
LOOK_EVERY = timedelta(seconds=1)
#: What could not be handed over is tried again after this.
LINK_BACK_OFF = timedelta(minutes=1)
#: Over which time the messages to one phone are counted.
DAY = timedelta(days=1)
_NAMES = ("surname", "given", "patronymic", "phone", "language")
_STATE = {"sent": "d", "failed": "f", "unknown": "u", "unsent": "r"}


class Sender:
    """Sends what is ready. One per connection; several may work side by side."""

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        catalogue: Catalogue,
        link: SmsLink,
        clock: Clock,
        *,
        repeat_unknown: bool = False,
        quiet: tuple[time, time] | None = None,
        most_a_day: int = 0,
        batch: int = 2500,
        failpoints: fail.Failpoints = fail.none,
    ) -> None:
        self._connection, self._vault, self._catalogue, self._link = connection, vault, catalogue, link
        self._clock, self._repeat, self._batch, self._at = clock, repeat_unknown, batch, failpoints
        self._quiet, self._most = quiet, most_a_day
        self._at_once = min(FIRST_BATCH, batch)
        self._looked: datetime | None = None
        self._paused = Paused(connection)

    def turn(self) -> int:
        """Releases held questions, settles messages of unknown fate, sends what is ready.

        Raises DatabaseAway where the database went away.
        """
        with database_errors():
            return self._turn()

    def _turn(self) -> int:
        now = self._clock.now()
        if self._looked is None or now >= self._looked + LOOK_EVERY:
            self._release()
            self._settle_unknown()
            self._paused.refresh()
            self._looked = now
        messages = self._claim()
        self._at("post.claimed")
        if not messages:
            return 0
        texts, failed = self._write_texts(messages)
        now, began = self._clock.now(), monotonic()
        results = self._link.send(texts) + [
            HandedOver(id=number, state="failed", at=now, reason=reason) for number, reason in failed
        ]
        self._at("post.sent")
        # More at once only while it is quick: nobody's message waits long behind a crowd.
        quick = monotonic() - began < QUICK_SECONDS
        self._at_once = min(2 * self._at_once if quick else FIRST_BATCH, self._batch)
        self._record(messages, results, {outgoing.id: outgoing.text for outgoing in texts})
        self._at("post.recorded")
        return len(messages)

    def _release(self) -> None:
        """A question held back goes out when the one before it on that phone is over, plus the gap."""
        now = self._clock.now()
        with (
            # Another question may take the place at the same moment: then this one waits on.
            contextlib.suppress(psycopg.errors.UniqueViolation),
            self._connection.transaction(),
            self._connection.cursor() as cursor,
        ):
            cursor.execute(_RELEASE, {"now": now, "gap": now - QUESTION_GAP})

    def _settle_unknown(self) -> None:
        """What was being sent when a worker died: marked, and repeated only where policy says so."""
        now = self._clock.now()
        with self._connection.transaction(), self._connection.cursor() as cursor:
            if self._repeat:
                cursor.execute(f"UPDATE messages SET state = 'r' WHERE {_EXPIRED}", (now,))
                return
            cursor.execute(
                # Whoever answered it may have had it since the moment it was taken up.
                f"""UPDATE messages SET state = 'u', sent_at = lease_until - %s WHERE {_EXPIRED}
                    RETURNING id, case_id, step""",
                (LEASE, now),
            )
            _tell_cases(
                cursor,
                [(case, step, number, now, "unknown", "") for number, case, step in cursor.fetchall()],
            )

    def _claim(self) -> list[tuple[Any, ...]]:
        now = self._clock.now()
        if _quiet_now(self._quiet, now) or GATEWAY in self._paused.partners:
            return []  # they go out when the quiet, or the pause, is over
        stopped = self._paused.numbers
        values = {"now": now, "lease": now + LEASE, "cap": self._most, "since": now - DAY}
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_WAITING, values | {"most": self._at_once})
            waiting = {number: count for number, count in cursor.fetchall() if number not in stopped}
            turns = shares(waiting, self._at_once)
            if not turns:
                return []
            cursor.execute(
                _CLAIM,
                values
                | {
                    "turns": rows.numbers(turns),
                    "shares": rows.numbers(turns.values()),
                    "stopped": rows.numbers(stopped),
                },
            )
            return sorted(cursor.fetchall())

    def _write_texts(
        self, messages: Sequence[tuple[Any, ...]]
    ) -> tuple[list[Outgoing], list[tuple[int, str]]]:
        """The texts to send, and the messages that cannot be sent with the reason."""
        identities = self._identities(messages)
        outgoing, failed = [], []
        for number, _, _, person, _, address, template, values, language, procedure in messages:
            identity = identities.get(person)
            if identity is None or identity.phone is None:
                failed.append((number, "there is no number for this person any more"))
            elif self._vault.phone_index(identity.phone).hex() != address:
                failed.append((number, "the person's number has changed since the question was put"))
            else:
                try:
                    write = self._catalogue.template(procedure, template)
                    text = write(msgspec.json.decode(values), identity, language)
                except QyzmetError as error:
                    failed.append((number, str(error)))
                except Exception as error:  # what it says may hold personal data
                    failed.append((number, f"the text could not be written: {type(error).__name__}"))
                else:
                    outgoing.append(Outgoing(id=number, phone=identity.phone, text=text))
        return outgoing, failed

    def _identities(self, messages: Sequence[tuple[Any, ...]]) -> Mapping[int, Identity]:
        by_clause: dict[str, list[int]] = {}
        for row in messages:
            by_clause.setdefault(row[4], []).append(row[3])
        found: dict[int, Identity] = {}
        for clause, persons in by_clause.items():
            found |= self._vault.reveal(
                persons,
                who="SMS gateway",
                purpose="write and address the message",
                clause=clause,
                fields=_NAMES,
            )
        return found

    def _record(
        self, messages: Sequence[tuple[Any, ...]], results: Sequence[HandedOver], texts: Mapping[int, str]
    ) -> None:
        by_id = {row[0]: row for row in messages}
        keys = self._vault.person_keys({row[3] for row in messages})
        with self._connection.transaction(), self._connection.cursor() as cursor:
            moved, told = [], {}
            for result in sorted(results, key=lambda result: result.id):  # locked in one order everywhere
                number, case, step, person, *_ = by_id[result.id]
                again = result.state == "unsent" or (result.state == "unknown" and self._repeat)
                text = ledger.seal_payload(keys.get(person), texts.get(number, "").encode(), number, 0)
                state = "r" if again else _STATE[result.state]
                ready = rows.moment(self._clock.now() + LINK_BACK_OFF if again else None)
                moved.append(
                    f"{number}\t{state}\t{result.at.isoformat()}\t{result.parts}\t{rows.binary(text)}\t{ready}"
                )
                if not again:
                    told[number] = (case, step, number, result.at, result.state, result.reason)
            self._name_parts(cursor, results)
            cursor.execute(_RESULTS)
            rows.copy(cursor, "handed_over (id, state, sent_at, parts, text, ready_at)", moved)
            cursor.execute(_HAND_OVER)
            # Another sender may have settled some of them, if this one was thought dead.
            settled = [number for (number,) in cursor.fetchall()]
            _tell_cases(cursor, [told[number] for number in settled if number in told])
            mark_delivered(cursor, settled)  # receipts may have been faster than we

    def _name_parts(self, cursor: Cursor, results: Sequence[HandedOver]) -> None:
        """Whose the operator's names are, so that receipts find their message."""
        names = [(name, result.id, result.at) for result in results for name in result.ids]
        if names:
            cursor.execute(
                """INSERT INTO message_parts (operator_id, message_id, at)
                   SELECT * FROM unnest(%s::text[], %s::bigint[], %s::timestamptz[])
                   ON CONFLICT (operator_id) DO UPDATE SET message_id = excluded.message_id""",
                ([name for name, _, _ in names], [n for _, n, _ in names], [at for _, _, at in names]),
            )


def _quiet_now(quiet: tuple[time, time] | None, now: datetime) -> bool:
    """Whether it is quiet in Kazakhstan at this moment; the hours may go over midnight."""
    if quiet is None:
        return False
    begins, ends = quiet
    at = now.astimezone(KZ).time()
    return begins <= at < ends if begins < ends else at >= begins or at < ends


def _tell_cases(cursor: Cursor, told: Sequence[tuple[int, str, int, datetime, str, str]]) -> None:
    """Events for the cases: handed over (its clock starts), or refused by the gateway."""
    inbox.put(
        cursor,
        (
            (
                case,
                "failed" if state == "failed" else "sent",
                at,
                {"step": step, "message": message, "fate": state, "reason": reason},
            )
            for case, step, message, at, state, reason in told
        ),
    )


# Passes over what another sender is just now recording, settling or sending.
_EXPIRED = """id IN (
    SELECT id FROM messages WHERE state = 's' AND lease_until <= %s FOR UPDATE SKIP LOCKED)"""
# Procedures take fair turns, so that the crowd of one keeps no question of another waiting. Those of
# number 0 were placed by the release before.
_WAITING = """
SELECT p.id, w.waiting FROM (SELECT id FROM procedures UNION ALL SELECT 0) p, LATERAL (
    SELECT count(*) AS waiting FROM (
        SELECT FROM messages r WHERE state = 'r' AND r.procedure = p.id AND ready_at <= %(now)s
        LIMIT %(most)s) r) w
WHERE w.waiting > 0
"""
# As an array they are chosen once. In an IN, PostgreSQL may choose again for each message it comes to, and
# passes over those that it has just changed: shares would not hold.
_CLAIM = """
UPDATE messages SET state = 's', lease_until = %(lease)s WHERE id = ANY(ARRAY(
    SELECT d.id FROM unnest(%(turns)s::smallint[], %(shares)s::bigint[]) t (procedure, share), LATERAL (
        SELECT id FROM messages r WHERE state = 'r' AND r.procedure = t.procedure AND ready_at <= %(now)s
            AND (%(cap)s = 0 OR (SELECT count(*) FROM messages b WHERE b.address = r.address
                AND b.sent_at > %(since)s) < %(cap)s)
            AND (t.procedure <> 0 OR NOT EXISTS (
                SELECT FROM cases c WHERE c.id = r.case_id AND c.procedure = ANY(%(stopped)s::smallint[])))
        ORDER BY id LIMIT t.share FOR UPDATE SKIP LOCKED) d))
RETURNING id, case_id, step, person, clause, address, template, "values"::text, language,
    (SELECT procedure FROM cases c WHERE c.id = case_id)
"""
_RELEASE = """
UPDATE messages SET state = 'r', question = 'o', ready_at = %(now)s WHERE id IN (
    SELECT DISTINCT ON (address, prefix) id FROM messages h WHERE state = 'h'
        AND NOT EXISTS (SELECT FROM messages m WHERE m.address = h.address AND m.prefix = h.prefix
            AND m.question = 'o')
        AND NOT EXISTS (SELECT FROM messages m WHERE m.address = h.address AND m.prefix = h.prefix
            AND m.question = 'c' AND m.closed_at > %(gap)s)
    ORDER BY address, prefix, id) AND state = 'h'
"""
_RESULTS = """
CREATE TEMPORARY TABLE IF NOT EXISTS handed_over (
    id bigint, state "char", sent_at timestamptz, parts smallint, text bytea, ready_at timestamptz
) ON COMMIT DELETE ROWS
"""
# A question that never reached the phone makes way for the next one. One whose case went on in the
# meantime is not tried again. The state as text leads PostgreSQL to the messages by number, not by the
# index of all that are being sent.
_HAND_OVER = """
UPDATE messages m SET parts = h.parts, text = h.text, lease_until = NULL,
    state = CASE WHEN h.state = 'r' AND m.closed_at IS NOT NULL THEN 'x'::"char" ELSE h.state END,
    sent_at = CASE WHEN h.state IN ('d', 'u') THEN h.sent_at END,
    question = CASE WHEN h.state = 'f' THEN NULL ELSE m.question END,
    ready_at = coalesce(h.ready_at, m.ready_at)
FROM handed_over h WHERE m.id = h.id AND m.state::text = 's' RETURNING m.id
"""
