"""What a batch of runs leaves beside its cases: messages, tasks, decisions, payment orders.

Part of the one transaction of `store.py`; questions and tasks that a run answered are closed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol
from zlib import compress

import msgspec

from qyzmet.cases import ledger, rows
from qyzmet.cases.case import Decision, PaymentOrder, Run
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.rows import Cursor

#: The next question with the same prefix goes to a phone only this long after the last was closed.
QUESTION_GAP = timedelta(minutes=30)

_encode = msgspec.json.Encoder().encode


class Keys(Protocol):
    """Where the keys of persons come from: the vault."""

    def person_keys(self, subjects: Iterable[int]) -> Mapping[int, bytes]: ...


def close(cursor: Cursor, runs: Sequence[Run], now: datetime) -> None:
    """Closes the questions that were answered and withdraws the tasks whose step was left."""
    # LATERAL and OFFSET: what is open is found case by case. Otherwise PostgreSQL takes up all that
    # is open anywhere as soon as its statistics say that this is little.
    answered: dict[str, list[int]] = {}
    for run in runs:
        if run.closes_question:
            answered.setdefault(run.closes_question, []).append(run.case.id)
    for reading, cases in answered.items():
        cursor.execute(
            """UPDATE messages m SET
                   question = CASE WHEN question = 'o' THEN 'c'::"char" ELSE question END,
                   closed_at = %s, reading = %s,
                   state = CASE WHEN state IN ('h', 'r') THEN 'x'::"char" ELSE state END
               FROM unnest(%s::bigint[]) u (case_id), LATERAL (
                   SELECT id, closed_at FROM messages WHERE case_id = u.case_id OFFSET 0) o
               WHERE m.id = o.id AND o.closed_at IS NULL""",
            (now, reading, rows.numbers(sorted(cases))),
        )
    tasks = [run.case.id for run in runs if run.closes_task]
    if tasks:
        cursor.execute(
            """UPDATE tasks t SET state = CASE WHEN t.state = 'o' THEN 'x'::"char" ELSE t.state END
               FROM unnest(%s::bigint[]) u (case_id), LATERAL (
                   SELECT id, state FROM tasks WHERE case_id = u.case_id OFFSET 0) o
               WHERE t.id = o.id AND o.state = 'o'""",
            (rows.numbers(tasks),),
        )


def write_messages(
    cursor: Cursor, runs: Sequence[Run], procedures: Mapping[int, Procedure], now: datetime
) -> None:
    """The messages of runs that rest at a step that asks or tells; a question waits for its phone."""
    if not runs:
        return
    lines, asks = [], False
    at = now.isoformat()
    for number, run in zip(rows.new_ids(cursor, "message_ids", len(runs)), runs, strict=True):
        case, message = run.case, run.message
        assert message is not None
        asks = asks or message.prefix is not None
        clause = procedures[case.procedure].steps[case.step].clause.id
        prefix = "\\N" if message.prefix is None else rows.text(message.prefix)
        lines.append(
            f"{number}\t{case.id}\t{case.run}\t{case.step}\t{case.person}\t{clause}\t{message.address}\t"
            f"{prefix}\t{message.template}\t{rows.json_text(_encode(message.values))}\t"
            f"{message.language}\t{at}\t{case.procedure}"
        )
    if not asks:
        rows.copy(cursor, f"messages ({_MESSAGE}, state)", (f"{line}\tr" for line in lines))
        return
    rows.copy(cursor, f"new_messages ({_MESSAGE})", lines)
    cursor.execute(_PLACE_QUESTIONS, {"gap": now - QUESTION_GAP})
    if cursor.rowcount < len(lines):
        cursor.execute(_PLACE_THE_REST)


def write_tasks(
    cursor: Cursor, runs: Sequence[Run], procedures: Mapping[int, Procedure], now: datetime
) -> None:
    """The tasks of runs that rest at a step where an official acts."""
    lines = []
    for run in runs:
        case, task = run.case, run.task
        assert task is not None
        clause = procedures[case.procedure].steps[case.step].clause.id
        outcomes = "{" + ",".join(task.outcomes) + "}"
        lines.append(
            f"{case.id}\t{case.run}\t{case.step}\t{clause}\t{task.role}\t{rows.text(task.office)}\t"
            f"{rows.text(case.region)}\t{outcomes}\t{rows.moment(now)}\t{rows.moment(case.deadline)}\t"
            f"{rows.json_text(_encode(task.takes))}\t{task.eyes}"
        )
    rows.copy(
        cursor,
        "tasks (case_id, run, step, clause, role, office, region, outcomes, opened_at, deadline_at, takes, "
        "eyes)",
        lines,
    )


def write_records(cursor: Cursor, runs: Sequence[Run], keys: Keys, now: datetime) -> None:
    """Decisions, their documents sealed under the person's key, and payment orders."""
    decisions, orders = [], []
    runs = [run for run in runs if run.records]
    key_of = keys.person_keys({run.case.person for run in runs}) if runs else {}
    for run in runs:
        case = run.case
        for record in run.records:
            if isinstance(record, Decision):
                sealed = ledger.seal_payload(key_of.get(case.person), record.document, case.id, case.run)
                digest = sha256(record.document).digest()
                decisions.append(
                    f"{case.id}\t{case.run}\t{record.outcome}\t{record.amount_tiyn}\t"
                    f"{rows.binary(sealed)}\t{rows.binary(digest)}\t{rows.binary(record.signature)}\t"
                    f"{rows.text(record.signer)}\t{now.isoformat()}"
                )
            elif isinstance(record, PaymentOrder):
                order, digest = b"", b""
                if record.message:
                    packed = compress(record.message)
                    order = ledger.seal_payload(key_of.get(case.person), packed, case.id, case.run)
                    digest = sha256(record.message).digest()
                orders.append(
                    f"{rows.text(record.key)}\t{case.id}\t{record.amount_tiyn}\t"
                    f"{rows.text(record.receipt)}\t{now.isoformat()}\t{case.run}\t{rows.binary(order)}\t"
                    f"{rows.binary(digest)}"
                )
    rows.copy(
        cursor,
        "decisions (case_id, run, outcome, amount_tiyn, document, document_hash, signature, signer, "
        "decided_at)",
        decisions,
    )
    rows.copy(cursor, _ORDER, orders)


_ORDER = "payment_orders (key, case_id, amount_tiyn, receipt, placed_at, run, message, message_hash)"
_MESSAGE = (
    'id, case_id, run, step, person, clause, address, prefix, template, "values", language, ready_at, '
    "procedure"
)
STAGING = """
CREATE TEMPORARY TABLE new_messages (
    id bigint, case_id bigint, run integer, step text, person bigint, clause text, address text,
    prefix text, template text, "values" json, language text, ready_at timestamptz, procedure smallint
) ON COMMIT DELETE ROWS;
"""
# A question gets its place at once where none with its prefix is open, waiting or just closed.
_PLACE_QUESTIONS = f"""
INSERT INTO messages ({_MESSAGE}, state, question)
SELECT {_MESSAGE}, 'r', CASE WHEN prefix IS NULL THEN NULL ELSE 'o'::"char" END FROM new_messages n
WHERE prefix IS NULL OR NOT EXISTS (
    SELECT FROM messages m WHERE m.address = n.address AND m.prefix = n.prefix AND m.state = 'h'
    UNION ALL
    SELECT FROM messages m WHERE m.address = n.address AND m.prefix = n.prefix AND m.question = 'c'
        AND m.closed_at > %(gap)s)
ORDER BY address, prefix, id  -- the same order everywhere, so that two workers never block each other
ON CONFLICT (address, prefix) WHERE question = 'o' DO NOTHING
"""
_PLACE_THE_REST = f"""
INSERT INTO messages ({_MESSAGE}, state)
SELECT {_MESSAGE}, 'h' FROM new_messages n WHERE NOT EXISTS (SELECT FROM messages m WHERE m.id = n.id)
"""
