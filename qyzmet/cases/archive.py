"""Ended cases that nobody asks for any more lie in files; what proves them stays in the store.

A file has one JSON line a case: the rows of `MOVED`, payloads and texts sealed as they were, so that a person
erased here is erased there too. In the store stay the case, its claims, decision and orders, and the ledger's
headers with the hash of each payload: the whole chain verifies without the file, and the file against it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from psycopg import sql

from qyzmet.cases.rows import Connection, Cursor
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

#: What goes into the file, in the order in which it is put back.
MOVED = ("ledger_payloads", "messages", "message_parts", "replies", "tasks")
_BATCH = 500


@dataclass
class Moved:
    """What an archiving did; `given_back` are parts of the ledger whose disk is free again."""

    file: str = ""
    cases: int = 0
    bytes: int = 0
    given_back: int = 0


def archive(
    connection: Connection, before: datetime, folder: Path, clock: Clock, who: str, most: int = 1_000_000
) -> Moved:
    """Moves cases that ended before the moment, and whose entries are sealed, into a new file of the folder.

    Lines are on the disk before anything leaves the store: a crash between leaves lines that nobody needs.
    Raises BadValue for a folder that cannot be written.
    """
    if before >= clock.now():
        raise BadValue("--ended-before", "lies not in the past", "Name an earlier day.")
    path = folder.resolve() / f"cases-{clock.now():%Y%m%dT%H%M%S%f}.jsonl"
    moved = Moved(str(path))
    try:
        with path.open("xb") as file:
            while moved.cases < most and (lines := _move(connection, before, file, moved.bytes, clock, who)):
                moved.cases += len(lines)
                moved.bytes += sum(lines)
    except OSError as error:
        raise BadValue("--to", f"cannot be written: {error.strerror}", "Name a folder that can be.") from None
    if not moved.cases:
        path.unlink()
        return Moved()
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_give_back()")
        (moved.given_back,) = cursor.fetchone() or (0,)
    return moved


def _move(
    connection: Connection, before: datetime, file: Any, place: int, clock: Clock, who: str
) -> list[int]:
    """One transaction; the lengths of the lines."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_ENDED, (before, _BATCH))
        cases = sorted(number for (number,) in cursor.fetchall())
        if not cases:
            return []
        cursor.execute(_LINES, {"cases": cases})
        lines = [(number, line.encode() + b"\n") for number, line in cursor.fetchall()]
        rows = []
        for number, line in lines:
            file.write(line)
            rows.append((number, file.name, place, len(line), sha256(line).digest(), clock.now(), who))
            place += len(line)
        file.flush()
        os.fsync(file.fileno())
        cursor.executemany("INSERT INTO archived_cases VALUES (%s, %s, %s, %s, %s, %s, %s)", rows)
        for statement in _TAKE_AWAY:
            cursor.execute(statement, {"cases": cases})
        return [len(line) for _, line in lines]


def restore(connection: Connection, case: int) -> None:
    """Puts a case back as it was, for pages, commands and corrections. Raises UnknownName, Refused."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM archived_cases WHERE case_id = %s FOR UPDATE", (case,))
        row = cursor.fetchone()
        if row is None:
            raise UnknownName("archived case", str(case), "`qyzmet case list` shows those in the store")
        content = json.loads(_line(*row[:5]))
        for table in MOVED:
            if rows := content[table]:
                names = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
                cursor.execute(
                    sql.SQL(_PUT_BACK).format(t=sql.Identifier(table), n=names), (json.dumps(rows),)
                )  # fmt: skip
        cursor.execute("DELETE FROM archived_cases WHERE case_id = %s", (case,))


def _line(case: int, file: str, place: int, size: int, digest: bytes) -> bytes:
    try:
        with open(file, "rb") as opened:
            opened.seek(place)
            line = opened.read(size)
    except OSError:
        raise Refused(
            f"Case {case} lies in {file}, which is not there. Bring the file back to that place."
        ) from None
    if sha256(line).digest() != digest:
        raise Refused(f"Case {case} in {file} is not what was archived. Bring back another copy of the file.")
    return line


def check(connection: Connection) -> Iterator[str]:
    """What is wrong with the files: each line, and each payload beside the hash that the ledger kept."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT case_id, file, place, bytes, digest FROM archived_cases ORDER BY file, place")
        for row in cursor.fetchall():
            try:
                content = json.loads(_line(*row))
            except Refused as refused:
                yield str(refused)
                continue
            cursor.execute("SELECT run, payload_hash FROM ledger_entries WHERE case_id = %s", (row[0],))
            kept = {run: digest.hex() for run, digest in cursor.fetchall()}
            there = {
                each["run"]: sha256(bytes.fromhex(each["sealed"][2:])).hexdigest()
                for each in content["ledger_payloads"]
            }
            if there != kept:
                yield f"case {row[0]}: payloads in {row[1]} are not those whose hashes the ledger has"


def payloads_of(connection: Connection, case: int) -> dict[int, tuple[int, bytes]]:
    """By run whose payload it is and the payload as it was sealed; nothing where the case is not archived.

    Raises Refused where the file is not there or was changed.
    """
    row = connection.execute(
        "SELECT case_id, file, place, bytes, digest FROM archived_cases WHERE case_id = %s", (case,)
    ).fetchone()
    content = json.loads(_line(*row)) if row else {"ledger_payloads": []}
    return {
        each["run"]: (each["person"], bytes.fromhex(each["sealed"][2:]))
        for each in content["ledger_payloads"]
    }


def must_be_here(cursor: Cursor, case: int) -> None:
    """Raises Refused for a case that lies in the archive, saying how to bring it back."""
    cursor.execute("SELECT file FROM archived_cases WHERE case_id = %s", (case,))
    if row := cursor.fetchone():
        raise Refused(f"Case {case} is archived in {row[0]}. `qyzmet case restore {case}` brings it back.")


_PUT_BACK = (
    "INSERT INTO {t} ({n}) OVERRIDING SYSTEM VALUE SELECT {n} FROM json_populate_recordset(NULL::{t}, %s)"
)
_ENDED = """
SELECT id FROM cases c WHERE status = 'e' AND entered_at < %s
  AND NOT EXISTS (SELECT FROM archived_cases a WHERE a.case_id = c.id)
  AND NOT EXISTS (SELECT FROM inbox i WHERE i.case_id = c.id)
  AND NOT EXISTS (SELECT FROM tasks t WHERE t.case_id = c.id AND t.state = 'o')
  AND NOT EXISTS (SELECT FROM messages m WHERE m.case_id = c.id
                  AND (m.state IN ('r', 's', 'h') OR m.question = 'o'))
  AND NOT EXISTS (SELECT FROM ledger_entries e WHERE e.case_id = c.id
                  AND NOT EXISTS (SELECT FROM ledger_seals s WHERE s.batch = e.batch))
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_LINES = """
SELECT id, json_build_object('case', id,
  'ledger_payloads', (SELECT coalesce(json_agg(p), '[]') FROM ledger_payloads p WHERE p.case_id = c.id),
  'messages', (SELECT coalesce(json_agg(m), '[]') FROM messages m WHERE m.case_id = c.id),
  'message_parts', (SELECT coalesce(json_agg(q), '[]') FROM message_parts q WHERE q.message_id IN
                    (SELECT id FROM messages WHERE case_id = c.id)),
  'replies', (SELECT coalesce(json_agg(r), '[]') FROM replies r WHERE r.case_id = c.id),
  'tasks', (SELECT coalesce(json_agg(t), '[]') FROM tasks t WHERE t.case_id = c.id))::jsonb::text
FROM cases c WHERE id = ANY(%(cases)s::bigint[]) ORDER BY id
"""
_TAKE_AWAY = (
    "DELETE FROM ledger_payloads WHERE case_id = ANY(%(cases)s::bigint[])",
    "DELETE FROM message_parts USING messages m WHERE message_id = m.id "
    "AND m.case_id = ANY(%(cases)s::bigint[])",
    "DELETE FROM messages WHERE case_id = ANY(%(cases)s::bigint[])",
    "DELETE FROM replies WHERE case_id = ANY(%(cases)s::bigint[])",
    "DELETE FROM tasks WHERE case_id = ANY(%(cases)s::bigint[])",
)
