"""The ledger: its format stands still, payloads open only where they belong, every change is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.cases import chain, ledger
from qyzmet.cases.case import Case, Event, Fact, Finding, Run
from qyzmet.cases.facts import Facts
from qyzmet.cases.procedure import Procedure
from tests.cases import toy
from tests.cases.conftest import Kernel, phone

# --- the format -------------------------------------------------------------------------------------

NOON = datetime(2024, 2, 12, 6, tzinfo=UTC)
LINES = {
    ("look", "known"): '["look","known","toy:§1","Toy"]',
    ("big", "no"): '["big","no","toy:§2","АО \\"Той\\""]',
}


def fixed_run() -> Run:
    case = Case(
        id=42,
        procedure=1,
        step="small",
        subject=7,
        region="75",
        as_of=date(2024, 2, 11),
        opened=NOON,
        entered=NOON,
        facts=Facts(),
        event="E1",
        status="e",
    )
    return Run(
        case,
        opened=True,
        started_at="look",
        taken=[("look", "known"), ("big", "no")],
        learnt={"size": Fact(3, "registry", NOON, date(2024, 2, 11))},
        findings=[Finding("toy:§2", "no", ("size",), date(2024, 2, 11))],
        events=[Event(5, 42, "reply", NOON, {"text": "7#2"})],
    )


def test_the_format_of_an_entry_does_not_drift() -> None:
    """Whoever changes these bytes makes every ledger written before unreadable: raise FORMAT instead."""
    run = fixed_run()
    way = ledger.way(run, Procedure.unreadable("X", "ab" * 32), LINES)
    header = ledger.header(run, 3, NOON.isoformat(), way)
    assert header == (
        '{"ledger":1,"case":42,"run":3,"at":"2024-02-12T06:00:00+00:00","procedure":"' + "ab" * 32 + '",'
        '"from":"look","steps":[["look","known","toy:§1","Toy"],["big","no","toy:§2","АО \\"Той\\""]],'
        '"to":"small"}'
    )
    assert json.loads(header)["steps"][1][3] == 'АО "Той"'
    assert ledger.payload(run).decode() == (
        '[{"size":[3,"registry","2024-02-12T06:00:00Z","2024-02-11"]},'
        '[["toy:§2","no",["size"],"2024-02-11",""]],null,"75","e",null,'
        '[{"kind":"reply","at":"2024-02-12T06:00:00Z","body":{"text":"7#2"}}],"",["E1",7,"2024-02-11"]]'
    )
    leaf = ledger.leaf(bytes(range(32)), header)
    assert leaf.hex() == "66af8c21e27eb28adf49aaf59c3cf7a2eac250350e3fb889a0e2a3f0377399b5"
    root = ledger.merkle_root([leaf, bytes(32), b"\x01" * 32])
    assert root.hex() == "4d7c7693215518f49e5e20ac5218cc064ddf04cd7a97fb3dd9792065c5b6d552"
    assert (
        ledger.next_head(ledger.FIRST_HEAD, 1, 3, root).hex()
        == "b1800919cda54966ea1dfe47f6b7e9912122aea994b0e5de2b8d8fd474eff61e"
    )


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True), st.data())
def test_a_root_changes_with_every_leaf_its_place_and_their_number(
    leaves: list[bytes], data: st.DataObject
) -> None:
    root = ledger.merkle_root(leaves)
    at = data.draw(st.integers(0, len(leaves) - 1))
    assert ledger.merkle_root([*leaves[:at], bytes(31) + b"\x07", *leaves[at + 1 :]]) != root
    assert ledger.merkle_root([*leaves, leaves[at]]) != root
    if len(leaves) > 1:
        assert ledger.merkle_root(leaves[:at] + leaves[at + 1 :]) != root
        assert ledger.merkle_root(leaves[::-1]) != root


KEY, OTHER_KEY = b"k" * 32, b"o" * 32


@pytest.mark.parametrize(
    ("key", "case", "run"), [(OTHER_KEY, 1, 2), (KEY, 2, 2), (KEY, 1, 3), (KEY, 12, 2), (KEY, 2, 1)]
)
def test_a_payload_opens_only_with_its_key_for_its_case_and_run(key: bytes, case: int, run: int) -> None:
    sealed = ledger.seal_payload(KEY, ledger.payload(fixed_run()), 1, 2)
    assert ledger.open_payload(KEY, sealed, 1, 2).status == "e"
    with pytest.raises(ValueError, match=f"for case {case}, run {run} does not open"):
        ledger.open_payload(key, sealed, case, run)


def test_of_an_erased_person_nothing_is_sealed() -> None:
    assert ledger.seal_payload(None, b"secret", 1, 1) == b""
    with pytest.raises(ValueError, match="had been erased"):
        ledger.open_payload(KEY, b"", 1, 1)


def test_a_cut_payload_does_not_open() -> None:
    sealed = ledger.seal_payload(KEY, b"[]", 1, 1)
    for length in (1, 12, 20, len(sealed) - 1):
        with pytest.raises((ValueError, InvalidTag)):
            ledger.open_sealed(KEY, sealed[:length], 1, 1)


# --- what a check finds -----------------------------------------------------------------------------


def sql(*statements: str) -> Callable[[Kernel], None]:
    """Somebody with all rights in the database."""

    def change(kernel: Kernel) -> None:
        with kernel.connection.transaction():
            for statement in statements:
                kernel.connection.execute(statement)

    return change


def forged_head(kernel: Kernel) -> None:
    lines = kernel.heads.path.read_text().splitlines()
    row = json.loads(lines[-1])
    lines[-1] = json.dumps(row | {"position": row["position"] + 1})
    kernel.heads.path.write_text("\n".join(lines) + "\n")


def head_of_another_key(kernel: Kernel) -> None:
    other = chain.Heads.open(kernel.heads.path.parent / "other")
    other.append(1, bytes(32))
    with kernel.heads.path.open("a") as file:
        file.write(other.path.read_text())


def lost_line(kernel: Kernel) -> None:
    with kernel.heads.path.open("a") as file:
        file.write("what is this?\n")


OTHER_BATCH = "its entries are not those its root was made of"
OTHER_PAYLOAD = "case 1, run 2: the payload is not the one recorded"
CUT_OFF = "the chain was cut off or rewritten"
FALSE = "bears a false signature"
ONE = "WHERE case_id = 1 AND run = 2"
LAST = "WHERE id = (SELECT max(id) FROM ledger_batches)"
FIRST_TWO = "batch = (SELECT batch FROM ledger_entries WHERE case_id = 1 AND run = 1) AND place < 2"
TWO_ENTRIES = "o.case_id = 2 AND o.run = 2 AND p.case_id = 1 AND p.run = 2"
LAST_RUN = "case_id = 1 AND run = (SELECT run FROM cases WHERE id = 1)"
EVERYTHING = ("cases", "ledger_payloads", "ledger_entries", "ledger_batches", "ledger_seals")

CHANGES = {
    "a header": (
        sql(f"UPDATE ledger_entries SET header = replace(header, 'known', 'other') {ONE}"),
        OTHER_BATCH,
    ),
    "a space": (sql(f"UPDATE ledger_entries SET header = header || ' ' {ONE}"), OTHER_BATCH),
    "a payload": (sql(f"UPDATE ledger_payloads SET sealed = sealed || '\\x00' {ONE}"), OTHER_PAYLOAD),
    "another's payload": (
        sql(f"UPDATE ledger_payloads p SET sealed = o.sealed FROM ledger_payloads o WHERE {TWO_ENTRIES}"),
        OTHER_PAYLOAD,
    ),
    "no payload": (sql(f"DELETE FROM ledger_payloads {ONE}"), "case 1, run 2: the payload is gone"),
    "a payload's hash": (sql(f"UPDATE ledger_entries SET payload_hash = sha256('x') {ONE}"), OTHER_BATCH),
    "an entry less": (sql(f"DELETE FROM ledger_entries {ONE}"), "case 1 has had"),
    "the last entry less": (
        sql(f"DELETE FROM ledger_entries WHERE {LAST_RUN}", "UPDATE cases SET run = run - 1 WHERE id = 1"),
        OTHER_BATCH,
    ),
    "entries swapped": (sql(f"UPDATE ledger_entries SET place = 1 - place WHERE {FIRST_TWO}"), OTHER_BATCH),
    "a run renumbered": (
        sql(f"UPDATE ledger_entries SET run = 100 {ONE}"),
        "case 1, run 100: the entry stands under another number",
    ),
    "an entry of no case": (
        sql(f"UPDATE ledger_entries SET case_id = 99 {ONE}"),
        "case 99 is in the ledger but not in the store",
    ),
    "a case less": (sql("DELETE FROM cases WHERE id = 1"), "case 1 is in the ledger but not in the store"),
    "a case that ran more": (sql("UPDATE cases SET run = run + 1 WHERE id = 1"), "case 1 has had"),
    "a batch less": (sql(f"DELETE FROM ledger_batches {LAST}"), "is gone or is not what was sealed"),
    "a batch's root": (
        sql(f"UPDATE ledger_batches SET root = sha256('x') {LAST}"),
        "is gone or is not what was sealed",
    ),
    "a batch's size": (
        sql(f"UPDATE ledger_batches SET entries = entries + 1 {LAST}"),
        "is gone or is not what was sealed",
    ),
    "a seal less": (sql("DELETE FROM ledger_seals WHERE position = 2"), "place 2 of the chain is missing"),
    "a seal's root": (
        sql("UPDATE ledger_seals SET root = sha256('x') WHERE position = 2"),
        "the head at place 2 does not follow",
    ),
    "a seal's head": (
        sql("UPDATE ledger_seals SET head = sha256('x') WHERE position = 2"),
        "the head at place 3 does not follow",
    ),
    "the last seals less": (sql("DELETE FROM ledger_seals WHERE position > 2"), CUT_OFF),
    "everything": (sql(*(f"DELETE FROM {table}" for table in EVERYTHING)), CUT_OFF),
    "a forged head": (forged_head, FALSE),
    "a head under another key": (head_of_another_key, FALSE),
    "a line of something else": (lost_line, FALSE),
}


@pytest.fixture
def written(kernel: Kernel) -> Kernel:
    """Three cases with a history, sealed more than once."""
    kernel.cases(3)
    kernel.reply(phone(1), "7#1")
    kernel.reply(phone(2), "7#2")
    kernel.run()
    assert kernel.verify().faults == []
    kernel.after(days=4)
    report = kernel.verify()
    assert report.faults == []
    assert min(report.sealed, report.batches, report.entries) > 3
    assert report.heads == 2
    return kernel


def test_every_change_is_found(written: Kernel) -> None:
    heads = written.heads.path.read_bytes()
    sql(*(f"CREATE TEMPORARY TABLE old_{table} AS TABLE {table}" for table in EVERYTHING))(written)
    for name, (change, fault) in CHANGES.items():
        change(written)
        faults = chain.verify(written.connection, written.heads).faults
        assert any(fault in said for said in faults), f"{name}: {faults}"
        sql(*(f"DELETE FROM {table}" for table in EVERYTHING))(written)
        sql(*(f"INSERT INTO {table} SELECT * FROM old_{table}" for table in EVERYTHING))(written)
        written.heads.path.write_bytes(heads)
        assert chain.verify(written.connection, written.heads).faults == []


def test_a_chain_cut_off_and_grown_again_is_found(written: Kernel) -> None:
    sql(*(f"DELETE FROM {table}" for table in EVERYTHING))(written)
    written.cases(8)
    assert any("cut off or rewritten" in said for said in written.verify().faults)


def test_the_ledger_of_an_erased_person_still_verifies(written: Kernel) -> None:
    ((subject, case),) = written.rows("SELECT subject, id FROM cases WHERE id = 1")
    written.vault.erase(int(str(subject)), "a test")
    report = written.verify()
    assert report.faults == []
    ((sealed, run),) = written.rows(
        "SELECT sealed, run FROM ledger_payloads WHERE case_id = %s AND run = 1", case
    )
    assert written.vault.person_keys([int(str(subject))]) == {}
    assert bytes(sealed)  # type: ignore[call-overload]
    assert run == 1


def test_a_case_of_an_erased_person_goes_on_and_keeps_nothing_more(kernel: Kernel) -> None:
    (case,) = kernel.cases(1)
    ((subject,),) = kernel.rows("SELECT subject FROM cases")
    kernel.vault.erase(int(str(subject)), "a test")
    kernel.after(days=4)
    assert kernel.step(case) == "silent"
    report = kernel.verify()
    assert (report.faults, report.erased) == ([], 1)


# --- sealing ----------------------------------------------------------------------------------------


class Died(BaseException):
    """The sealer is no more."""


def die(_: str) -> None:
    raise Died


def test_a_head_that_a_dying_sealer_did_not_write_down_is_written_by_the_next(kernel: Kernel) -> None:
    kernel.cases(1)
    with pytest.raises(Died):
        chain.seal(kernel.connection, kernel.heads, kernel.clock, die)
    ((position,),) = kernel.rows("SELECT max(position) FROM ledger_seals")
    assert list(kernel.heads.read()) == []
    again = chain.Heads.open(kernel.heads.path.parent)
    assert chain.seal(kernel.connection, again, kernel.clock) == 0
    assert [(place, good) for place, _, good in again.read()] == [(position, True)]


def test_a_line_that_a_power_cut_left_unfinished_is_written_anew(written: Kernel) -> None:
    whole = written.heads.path.read_bytes()
    written.heads.path.write_bytes(whole[:-40])
    again = chain.Heads.open(written.heads.path.parent)
    chain.seal(written.connection, again, written.clock)
    assert [good for _, _, good in again.read()] == [True, True]
    assert chain.verify(written.connection, again).faults == []


def test_only_one_sealer_works_at_a_time(kernel: Kernel, second: Kernel) -> None:
    kernel.cases(1)
    with kernel.connection.transaction():
        kernel.connection.execute("SELECT pg_advisory_xact_lock(%s)", (chain._SEALER,))
        assert chain.seal(second.connection, second.heads, second.clock) == 0
    assert chain.seal(second.connection, second.heads, second.clock) > 0


def test_the_seal_key_is_readable_by_its_owner_only(kernel: Kernel) -> None:
    assert (kernel.heads.path.parent / "ledger-seal.pem").stat().st_mode & 0o077 == 0


def test_headers_hold_nothing_personal(written: Kernel) -> None:
    said = str(written.rows("SELECT header FROM ledger_entries"))
    for secret in ("Омаров", phone(1), "7#1", toy.SECRET):
        assert secret not in said


def test_what_was_sealed_is_not_looked_at_again(written: Kernel) -> None:
    assert written.rows("SELECT count(*) FROM ledger_batches WHERE NOT sealed") == [(0,)]
    assert chain.seal(written.connection, written.heads, written.clock) == 0


def test_a_batch_sealed_but_not_marked_by_the_release_before_gets_no_second_place(written: Kernel) -> None:
    sql("UPDATE ledger_batches SET sealed = false")(written)
    assert chain.seal(written.connection, written.heads, written.clock) == 0
    assert chain.verify(written.connection, written.heads).faults == []


def test_the_last_head_is_found_at_the_end_of_a_long_file(written: Kernel) -> None:
    for position in range(1001, 1121):
        written.heads.append(position, bytes(32))
    assert chain.Heads.open(written.heads.path.parent).last() == 1120
    with written.heads.path.open("a") as file:
        file.write("not a head " * 3000 + "\n")
    assert chain.Heads.open(written.heads.path.parent).last() == 1120
