"""Everything that is known of one case, opened for a person to read. The look is logged in the vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from qyzmet.cases import ledger
from qyzmet.cases.archive import must_be_here
from qyzmet.cases.case import Case
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.ledger import Payload
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.cases.store import CASE_COLUMNS, read_case
from qyzmet.people.vault import Identity, Vault
from qyzmet.runtime.errors import QyzmetError, UnknownName

_NAMES = ("surname", "given", "patronymic")


class Entry(msgspec.Struct, frozen=True):
    """One run of the case; without a payload where it cannot be opened any more."""

    run: int
    header: dict[str, Any]
    payload: Payload | None

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.header["at"])


class Sms(msgspec.Struct, frozen=True):
    """A message of the case; the text only once it was handed over."""

    text: str | None
    id: int
    run: int
    step: str
    clause: str
    template: str
    state: str
    ready_at: datetime
    sent_at: datetime | None
    parts: int | None
    reading: str | None


class SmsReply(msgspec.Struct, frozen=True):
    text: str | None
    at: datetime
    received_at: datetime
    message: int | None
    note: str


class TaskOf(msgspec.Struct, frozen=True):
    run: int
    step: str
    clause: str
    role: str
    office: str
    opened_at: datetime
    deadline_at: datetime | None
    claimed_by: str | None
    state: str


class Decided(msgspec.Struct, frozen=True):
    """The decision without its document."""

    run: int
    outcome: str
    amount_tiyn: int
    digest: str
    signer: str
    at: datetime


class Ordered(msgspec.Struct, frozen=True):
    key: str
    amount_tiyn: int
    receipt: str
    at: datetime


@dataclass(frozen=True)
class CaseFile:
    """`procedure` has no steps where this program cannot read its table; `name` is the person's."""

    case: Case
    act: str
    procedure: Procedure
    entries: list[Entry]
    messages: list[Sms]
    replies: list[SmsReply]
    tasks: list[TaskOf]
    decision: Decided | None
    orders: list[Ordered]
    name: str = ""
    fact_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sentences: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_file(
    connection: Connection, vault: Vault, catalogue: Catalogue, number: int, *, who: str, purpose: str
) -> CaseFile:
    """Reads all of a case. Raises UnknownName for one that does not exist, Refused for an archived one."""
    with connection.transaction(), connection.cursor(binary=True) as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(f"SELECT {CASE_COLUMNS} FROM cases WHERE id = %s", (number,))
        row = cursor.fetchone()
        if row is None:
            raise UnknownName("case", str(number), "`qyzmet case list` shows those there are")
        must_be_here(cursor, number)
        case = read_case(row)
        cursor.execute("SELECT act FROM procedures WHERE id = %s", (case.procedure,))
        act = str((cursor.fetchone() or ("",))[0])
        sealed = _Sealed.read(cursor, number)
        cursor.execute(_TASKS, (number,))
        tasks = [TaskOf(*found) for found in cursor.fetchall()]
        cursor.execute(_DECISION, (number,))
        decided = cursor.fetchone()
        cursor.execute(_ORDERS, (number,))
        orders = [Ordered(*found) for found in cursor.fetchall()]
    procedure = _procedure(catalogue, case.procedure)
    step = procedure.steps.get(case.step)
    clause = step.clause.id if step else act or "unknown"
    persons = sealed.persons() | {case.subject, case.person}
    names = vault.reveal(persons, who=who, purpose=purpose, clause=clause, fields=_NAMES)
    keys = vault.person_keys(persons)
    package = catalogue.packages.get(act)
    return CaseFile(
        case,
        act,
        procedure,
        sealed.entries(keys),
        sealed.messages(keys),
        sealed.replies(keys),
        tasks,
        Decided(*decided) if decided else None,
        orders,
        _name(names.get(case.person)),
        package.fact_titles if package else {},
        package.names if package else {},
        package.sentences if package else {},
    )


@dataclass(frozen=True)
class _Sealed:
    """Rows whose texts are still to be opened, each with the person whose key opens it."""

    entry_rows: list[tuple[Any, ...]]
    message_rows: list[tuple[Any, ...]]
    reply_rows: list[tuple[Any, ...]]
    case: int

    @classmethod
    def read(cls, cursor: Cursor, case: int) -> _Sealed:
        entries, messages, replies = (
            cursor.execute(query, (case,)).fetchall() for query in (_ENTRIES, _MESSAGES, _REPLIES)
        )
        return cls(entries, messages, replies, case)

    def persons(self) -> set[int]:
        rows = (self.entry_rows, self.message_rows, self.reply_rows)
        return {row[0] for some in rows for row in some if row[0] is not None}

    def entries(self, keys: Mapping[int, bytes]) -> list[Entry]:
        entries = []
        for person, run, header, sealed in self.entry_rows:
            key, payload = keys.get(person), None
            if key is not None and sealed:
                payload = ledger.open_payload(key, sealed, self.case, run)
            entries.append(Entry(run, msgspec.json.decode(header), payload))
        return entries

    def messages(self, keys: Mapping[int, bytes]) -> list[Sms]:
        return [Sms(_text(keys.get(row[0]), row[1], row[2], 0), *row[2:]) for row in self.message_rows]

    def replies(self, keys: Mapping[int, bytes]) -> list[SmsReply]:
        return [
            SmsReply(_text(keys.get(row[0]), row[1], row[4] or 0, 1), *row[2:]) for row in self.reply_rows
        ]


def _text(key: bytes | None, sealed: bytes | None, message: int, kind: int) -> str | None:
    """The text of a message (kind 0) or of a reply to it (kind 1); None where it cannot be opened."""
    if key is None or not sealed:
        return None
    return ledger.open_sealed(key, sealed, message, kind).decode()


def _procedure(catalogue: Catalogue, number: int) -> Procedure:
    try:
        return catalogue.procedure(number)
    except QyzmetError:
        return catalogue.by_number[number]


def _name(identity: Identity | None) -> str:
    if identity is None:
        return ""
    return " ".join(part for part in (identity.surname, identity.given, identity.patronymic) if part)


_ENTRIES = """
SELECT p.person, e.run, e.header, p.sealed FROM ledger_entries e
LEFT JOIN ledger_payloads p USING (case_id, run) WHERE e.case_id = %s ORDER BY e.run
"""
_MESSAGES = """
SELECT person, text, id, run, step, clause, template, state::text, ready_at, sent_at, parts, reading
FROM messages WHERE case_id = %s ORDER BY id
"""
_REPLIES = """
SELECT m.person, r.text, r.at, r.received_at, r.message_id, r.note
FROM replies r LEFT JOIN messages m ON m.id = r.message_id WHERE r.case_id = %s ORDER BY r.at, r.key
"""
_TASKS = """
SELECT run, step, clause, role, office, opened_at, deadline_at, claimed_by, state::text
FROM tasks WHERE case_id = %s ORDER BY id
"""
_DECISION = """
SELECT run, outcome, amount_tiyn, encode(document_hash, 'hex'), signer, decided_at
FROM decisions WHERE case_id = %s
"""
_ORDERS = "SELECT key, amount_tiyn, receipt, placed_at FROM payment_orders WHERE case_id = %s ORDER BY key"
