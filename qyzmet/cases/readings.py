"""What an installation reads and knows at this moment: changed policies and late calendar orders.

A change is an event of the ledger: an entry of its own, under the number of the change with a minus, in a
batch of its own. It touches no decided case; what was done under it can be listed and it can be undone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from qyzmet.cases import ledger, rows
from qyzmet.cases.package import ActPackage
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.overrides import Override
from qyzmet.law.policies import Policies
from qyzmet.runtime.clock import Clock, legal_date
from qyzmet.runtime.errors import BadValue, Refused, UnknownName


class Change(msgspec.Struct, frozen=True):
    """A policy's change: from which value to which, when, by whom and why; `undoes` an earlier one."""

    id: int
    act: str
    mark: str
    before: Any
    after: Any
    at: datetime
    by: str
    reason: str
    undoes: int | None
    batch: int


class Touched(msgspec.Struct, frozen=True):
    """A case that went through a step of one of the policy's clauses while the reading held."""

    case: int
    run: int
    at: str
    clauses: list[str]


#: One change at a time.
_CHANGING = 7_149_036_531


class Reading(msgspec.Struct, frozen=True):
    """A reading in use: where its value comes from (`default`, `configuration`, `changed`) and since when."""

    mark: str
    title: str
    clauses: list[str]
    default: Any
    value: Any
    rule: str
    origin: str
    since: datetime | None = None
    by: str | None = None
    reason: str | None = None
    change: int | None = None


def in_use(
    package: ActPackage, configured: Mapping[str, Any], changed: Iterable[Change]
) -> tuple[list[Reading], str]:
    """Every reading of an act, in its order, and the version of them all. Raises BadValue, UnknownName."""
    last = {each.mark: each for each in changed if each.act == package.act.code}
    values = Policies(package.policies, dict(configured) | {mark: c.after for mark, c in last.items()})
    found = []
    for policy in package.policies:
        mark, given = policy.mark, last.get(policy.mark)
        found.append(
            Reading(
                mark, policy.title, [clause.id for clause in policy.clauses], policy.default, values[mark],
                policy.rule, "changed" if given else "configuration" if mark in configured else "default",
                *((given.at, given.by, given.reason, given.id) if given else ()),
            )
        )  # fmt: skip
    return found, values.version


_CHANGES = (
    "SELECT id, act, mark, before::text, after::text, at, by_whom, reason, undoes, batch FROM policy_changes"
)


def changes(connection: Connection, act: str | None = None) -> list[Change]:
    """All changes, oldest first."""
    with connection.transaction():
        found = connection.execute(
            f"{_CHANGES} WHERE %s::text IS NULL OR act = %s ORDER BY id", (act, act)
        ).fetchall()
    return [
        Change(number, code, mark, json.loads(before), json.loads(after), *rest)
        for number, code, mark, before, after, *rest in found
    ]


def chosen(connection: Connection, configured: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The readings in use that differ from the defaults: the configuration's, then what was changed since."""
    found = {act: dict(values) for act, values in configured.items()}
    for change in changes(connection):
        found.setdefault(change.act, {})[change.mark] = change.after
    return found


def change(
    connection: Connection,
    package: ActPackage,
    configured: Mapping[str, Any],
    mark: str,
    value: Any,
    *,
    by: str,
    reason: str,
    clock: Clock,
) -> Change:
    """Changes a reading from now on. Raises UnknownName, BadValue, Refused where nothing changes."""
    return _change(connection, package, configured, mark, value, by, reason, clock, None)


def undo(
    connection: Connection,
    package: ActPackage,
    configured: Mapping[str, Any],
    number: int,
    *,
    by: str,
    reason: str,
    clock: Clock,
) -> Change:
    """Takes a policy's last change back. Raises Refused where a later one stands over it."""
    of_act = changes(connection, package.act.code)
    first = next((each for each in of_act if each.id == number), None)
    if first is None:
        raise UnknownName("policy change", str(number), "`qyzmet acts ACT --changes` lists them")
    if any(each.mark == first.mark and each.id > number for each in of_act):
        raise Refused(f"Change {number} of {first.mark} was changed or undone since. Undo the last one.")
    return _change(connection, package, configured, first.mark, first.before, by, reason, clock, number)


def _change(
    connection: Connection,
    package: ActPackage,
    configured: Mapping[str, Any],
    mark: str,
    value: Any,
    by: str,
    reason: str,
    clock: Clock,
    undoes: int | None,
) -> Change:
    if not reason.strip() or not by.strip():
        raise BadValue("reason", "and who changes the policy are needed", "Say why, and who you are.")
    act = package.act.code
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_CHANGING,))
        now_chosen = chosen(connection, {act: configured}).get(act, {})
        policies = Policies(package.policies, now_chosen)
        if mark not in policies.known:
            raise UnknownName("policy", mark, f"see `qyzmet acts {act} --policies`")
        before, after = policies[mark], policies.known[mark].checked(value)
        if before == after:
            raise Refused(f"The policy {mark} is {after!r} already. Nothing was changed.")
        cursor.execute("SELECT last_value FROM ledger_batch_ids")
        batch = int((cursor.fetchone() or (0,))[0])
        values = (json.dumps(before, ensure_ascii=False), json.dumps(after, ensure_ascii=False))
        now = clock.now()
        cursor.execute(
            """INSERT INTO policy_changes (act, mark, before, after, at, by_whom, reason, undoes, batch)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
            (act, mark, *values, now, by, reason, undoes, batch),
        )
        (number,) = cursor.fetchone() or (0,)
        found = Change(number, act, mark, before, after, now, by, reason, undoes, batch)
        _enter(cursor, found)
    return found


def _enter(cursor: Cursor, change: Change) -> None:
    """The change as an entry of the ledger; nothing in it is personal, so its payload is open."""
    said = {"policy": change.mark, "act": change.act, "undoes": change.undoes}
    enter(cursor, -change.id, 1, change.at, said, msgspec.json.encode(change))


def enter(
    cursor: Cursor, number: int, run: int, at: datetime, said: Mapping[str, Any], payload: bytes
) -> None:
    """An event that belongs to no case as an entry of the ledger, in a batch of its own; `number` is below 0.

    `said` stands in the header beside the moment; neither it nor the payload holds anything personal.
    """
    (batch,) = rows.new_ids(cursor, "ledger_batch_ids", 1)
    digest = sha256(payload).digest()
    header = json.dumps(
        {"ledger": ledger.FORMAT, "case": number, "run": run, "at": at.isoformat(), **said},
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    cursor.execute(
        "INSERT INTO ledger_entries (case_id, run, batch, place, payload_hash, header) "
        "VALUES (%s, %s, %s, 0, %s, %s)",
        (number, run, batch, digest, header),
    )
    cursor.execute("INSERT INTO ledger_payloads VALUES (%s, %s, 0, %s)", (number, run, payload))
    root = ledger.merkle_root([ledger.leaf(digest, header)])
    cursor.execute("INSERT INTO ledger_batches VALUES (%s, %s, 1)", (batch, root))


def touched(connection: Connection, package: ActPackage, number: int) -> list[Touched]:
    """Cases that went through steps of the policy's clauses from its change until the next one.

    Raises UnknownName.
    """
    of_act = changes(connection, package.act.code)
    first = next((each for each in of_act if each.id == number), None)
    if first is None:
        raise UnknownName("policy change", str(number), "`qyzmet acts ACT --changes` lists them")
    after = next((each.batch for each in of_act if each.mark == first.mark and each.id > number), None)
    policy = Policies(package.policies).known[first.mark]
    clauses = {clause.id for clause in policy.clauses}
    with connection.transaction():
        entries = connection.execute(
            """SELECT case_id, run, header FROM ledger_entries
               WHERE case_id > 0 AND batch > %s AND (%s::bigint IS NULL OR batch <= %s)
               ORDER BY case_id, run""",
            (first.batch, after, after),
        ).fetchall()
    found = []
    for case, run, text in entries:
        header = json.loads(text)
        under = sorted({step[2] for step in header["steps"]} & clauses)
        if under:
            found.append(Touched(case, run, header["at"], under))
    return found


# --- late orders ------------------------------------------------------------------------------------------


def calendar_of(connection: Connection, calendar: WorkingCalendar) -> WorkingCalendar:
    """The calendar with the orders that were entered here."""
    with connection.transaction():
        found = connection.execute(
            "SELECT day, works, words::text, source, known_on FROM calendar_orders ORDER BY day"
        ).fetchall()
    return calendar.with_overrides(
        *(
            Override(day, works, json.loads(words), source, known)
            for day, works, words, source, known in found
        )
    )


def enter_orders(
    connection: Connection, calendar: WorkingCalendar, orders: Iterable[Override], by: str, clock: Clock
) -> list[Override]:
    """Enters moved days; those that say what is known already are left out. All of them or none.

    Raises Refused where another order about the day was entered before.
    """
    now, entered = clock.now(), []
    known = calendar_of(connection, calendar)
    with connection.transaction():
        for order in orders:
            if known.is_working(order.day) == order.works:
                continue
            done = connection.execute(
                "INSERT INTO calendar_orders VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING "
                "RETURNING day",
                (order.day, order.works, json.dumps(dict(order.words), ensure_ascii=False), order.source,
                 order.known_on or legal_date(now), now, by),
            ).fetchone()  # fmt: skip
            if done is None:
                raise Refused(f"An order about {order.day} was entered before. Nothing was changed.")
            entered.append(order)
    return entered


def state(connection: Connection) -> tuple[int, ...]:
    """What shows whether something changed: the last policy change and correction, how many orders."""
    with connection.transaction():
        row = connection.execute(
            "SELECT coalesce((SELECT max(id) FROM policy_changes), 0), "
            "(SELECT count(*) FROM calendar_orders), coalesce((SELECT max(id) FROM figure_corrections), 0)"
        ).fetchone()
    assert row is not None
    return tuple(int(each) for each in row)
