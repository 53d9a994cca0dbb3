"""Replays a case from its ledger entries alone, and compares it with the case that the store has.

Headers are walked through the procedure's table, so that an entry which the table does not allow is
found; payloads give what was learnt. A case of an erased person cannot be replayed: its headers
still verify, but what it learnt is gone for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from qyzmet.cases import ledger
from qyzmet.cases.archive import must_be_here
from qyzmet.cases.case import Fact
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.ledger import Payload
from qyzmet.cases.placing import Keys
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.rows import Connection
from qyzmet.cases.store import CASE_COLUMNS, read_case
from qyzmet.runtime.errors import Refused, UnknownName


@dataclass(frozen=True)
class Entry:
    """One entry of a case, its payload opened."""

    header: dict[str, Any]
    payload: Payload


@dataclass(frozen=True)
class Replay:
    """What the entries make of a case; `differences` are sentences, empty where the store agrees."""

    state: Mapping[str, Any]
    entries: list[Entry]
    differences: list[str]


def replay(connection: Connection, keys: Keys, catalogue: Catalogue, case: int) -> Replay:
    """Raises UnknownName for a case that does not exist, Refused where it cannot be replayed."""
    with connection.transaction(), connection.cursor(binary=True) as cursor:
        cursor.execute(f"SELECT {CASE_COLUMNS} FROM cases WHERE id = %s", (case,))
        row = cursor.fetchone()
        must_be_here(cursor, case)
        cursor.execute(
            """SELECT e.run, e.header, p.person, p.sealed
               FROM ledger_entries e LEFT JOIN ledger_payloads p USING (case_id, run)
               WHERE e.case_id = %s ORDER BY e.run""",
            (case,),
        )
        found = cursor.fetchall()
    if row is None:
        raise UnknownName("case", str(case), "`qyzmet case list` shows those there are")
    stored = read_case(row)
    entries = list(_open(keys, case, found))
    state, faults = fold(entries, catalogue.procedure(stored.procedure))
    faults += [
        f"{name}: the entries come to {state[name]!r}, the store has {value!r}"
        if name != "facts"
        else f"facts: entries and store differ in {', '.join(_differing(state[name], value))}"
        for name, value in ledger.state_of(stored).items()
        if state[name] != value
    ]
    return Replay(state, entries, faults)


def _open(keys: Keys, case: int, found: list[tuple[Any, ...]]) -> Iterator[Entry]:
    key_of = keys.person_keys({person for _, _, person, _ in found if person is not None})
    for run, header, person, sealed in found:
        if person is None:
            raise Refused(f"Case {case} cannot be replayed: the payload of run {run} is gone from the store.")
        if person not in key_of or not sealed:
            raise Refused(
                f"Case {case} cannot be replayed: its person was erased, and with the key went what the case "
                "had learnt. Its entries still verify: `qyzmet audit verify`."
            )
        try:
            yield Entry(msgspec.json.decode(header), ledger.open_payload(key_of[person], sealed, case, run))
        except ValueError as error:
            raise Refused(
                f"Case {case} cannot be replayed: {error}. `qyzmet audit verify` tells more."
            ) from None


def fold(entries: list[Entry], procedure: Procedure) -> tuple[dict[str, Any], list[str]]:
    """The state after all entries, and where an entry breaks the order or the procedure's table."""
    faults: list[str] = []
    facts: dict[str, Fact] = {}
    state: dict[str, Any] = {"event": None, "subject": None, "as_of": None, "facts": facts}
    state |= dict.fromkeys(("status", "recipient", "region", "deadline", "trouble"))
    at, run = procedure.start, 0
    for run, (header, payload) in enumerate(((each.header, each.payload) for each in entries), 1):
        faults += [f"run {run}: {fault}" for fault in _walk(header, run, at, procedure)]
        at = header["to"]
        facts.update(payload.learnt)
        if payload.opening is not None:
            opening = payload.opening
            state |= {"event": opening.event, "subject": opening.subject, "as_of": opening.as_of}
        for name in ("status", "recipient", "region", "deadline", "trouble"):
            state[name] = getattr(payload, name)
    return state | {"step": at, "run": run}, faults


def _walk(header: Mapping[str, Any], run: int, at: str, procedure: Procedure) -> Iterator[str]:
    if header["run"] != run:
        yield f"is numbered {header['run']}"
    if header["procedure"] != procedure.hash:
        yield "was made under another procedure"
    if header["from"] != at:
        yield f"begins at {header['from']}, the case was at {at}"
    for name, outcome, clause, actor in header["steps"]:
        step = procedure.steps.get(name)
        if name != at or step is None or outcome not in step.outcomes:
            yield f"takes {outcome} at {name}, which the table does not allow at {at}"
            return
        if (clause, actor) != (step.clause.id, step.actor):
            yield f"{name} stands under another clause or actor than in the table"
        at = step.outcomes[outcome]
    if header["to"] != at:
        yield f"comes to {header['to']}, its steps lead to {at}"


def _differing(one: Mapping[str, Fact], other: Mapping[str, Fact]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
