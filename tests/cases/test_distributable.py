"""The case store can be spread over machines by case id: each of its statements says by what it finds rows.

docs/beyond-one-machine.md tells what each kind of statement costs there. A new statement that fits no kind
fails here; a reason that no statement needs any more does too.
"""

from __future__ import annotations

import re
from collections import Counter

from tests.cases.statements import Statement, statements

#: Tables that lie with their case, and the column that says which case.
BY_CASE = {
    "cases": "id",
    "case_persons": "case_id",
    "inbox": "case_id",
    "tasks": "case_id",
    "decisions": "case_id",
    "payment_orders": "case_id",
    "payment_standings": "case_id",
    "ledger_entries": "case_id",
    "ledger_payloads": "case_id",
    "archived_cases": "case_id",
    "fact_corrections": "case_id",
}
#: Messages and replies lie with the phone: one question at a time is a promise to a person, not to a case.
BY_PHONE = {"messages": "address", "replies": "address", "message_parts": "message_id"}
#: Small, or written once per batch: the same on every machine, or on one.
ANYWHERE = {
    "procedures", "feeds", "registry_events", "claims", "ledger_batches", "ledger_seals", "refused_rows",
    "answers", "posts", "substitutions", "policy_changes", "calendar_orders", "ledger_batch_ids", "pauses",
    "figure_corrections",
    "existing_services", "payment_messages", "payment_answers", "payment_bookings", "payment_days",
}  # fmt: skip
#: What every machine finds among its own rows, by an index that holds only what is to be done.
DUE = {"due_at", "state", "status", "lease_until", "deadline_at"}
#: Statements over everything, for people who check or search, never on a case's way.
OVER_ALL = {
    "archive": "the files of the archive are checked as a whole, machine by machine",
    "chain": "a check of the whole ledger reads all of it, machine by machine",
    "export": "an export of the ledger reads all of it, machine by machine",
    "payments": "what ODK says names orders by their reference, and the reconciliation sums up all of them",
    "readings": "which cases a changed reading touched is asked by people",
}


_TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+([a-z_]+)")
_CONDITIONS = re.compile(
    r"\b(?:WHERE|ON|USING \()(.*?)(?=\bWHERE\b|\bORDER BY\b|\bRETURNING\b|\Z)", re.DOTALL
)


def tables_of(sql: str) -> set[str]:
    return set(_TABLE.findall(sql))


def kind_of(statement: Statement) -> str:
    """By what the statement finds its rows; "" where it cannot be said."""
    sql = statement.sql
    kept, spoken = tables_of(sql) & BY_CASE.keys(), tables_of(sql) & BY_PHONE.keys()
    if not kept and not spoken:
        return "anywhere"
    conditions = set(re.findall(r"[a-z_]+", " ".join(_CONDITIONS.findall(sql))))
    new = re.match(r"\s*INSERT INTO ([a-z_]+)", sql)
    if new and new[1] in kept:
        return "by case"
    if "case_id" in conditions or ("cases" in kept and "id" in conditions and not DUE & conditions):
        return "by case"
    if (new and new[1] in spoken) or (spoken and "address" in conditions):
        return "by phone"
    if DUE & conditions:
        return "by what is due"
    if "id" in conditions:
        return "by number"
    return "over all" if statement.module in OVER_ALL else ""


KINDS = {each: kind_of(each) for each in statements()}


def test_every_statement_of_the_case_store_can_be_spread() -> None:
    strange = [f"{each.module}:{each.line} {each.sql}" for each, kind in KINDS.items() if not kind]
    assert strange == []


def test_every_table_has_a_place() -> None:
    known = BY_CASE.keys() | BY_PHONE.keys() | ANYWHERE
    named = {table for each in KINDS for table in tables_of(each.sql)}
    of_a_session = {"moves", "postponed", "new_messages", "handed_over", "unnest", "generate_series"}
    of_a_session |= {"some_role", "found", "imported", "json_populate_recordset"}  # named in a statement
    assert named - known - of_a_session == set()


def test_what_goes_over_everything_is_not_on_a_cases_way() -> None:
    over_all = {each.module for each, kind in KINDS.items() if kind == "over all"}
    assert over_all <= OVER_ALL.keys()


def test_the_cases_way_goes_by_case_or_by_what_is_due() -> None:
    way = [kind for each, kind in KINDS.items() if each.module in ("store", "placing", "inbox", "claims")]
    assert Counter(way)["by case"] >= 10
    assert set(way) <= {"by case", "by phone", "by what is due", "by number", "anywhere"}
