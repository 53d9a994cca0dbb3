"""Ended cases go into files; the ledger verifies without them, and beside them; any comes back as it was."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from qyzmet.cases import archive, chain
from qyzmet.cases.replay import replay
from qyzmet.runtime.database import Database, connect
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from tests.cases.conftest import Kernel, phone

TABLES = ("cases", "ledger_entries", "decisions", "payment_orders", "registry_events", *archive.MOVED)


@pytest.fixture
def ended(kernel: Kernel) -> list[int]:
    """Two cases that ended, one that waits; all is sealed."""
    cases = kernel.cases(3)
    for number in (1, 2):
        kernel.reply(phone(number), "7#2")
    kernel.run()
    chain.seal(kernel.connection, kernel.heads, kernel.clock)
    assert kernel.rows("SELECT count(*) FROM cases WHERE status = 'e'") == [(2,)]
    return cases


def everything(kernel: Kernel) -> dict[str, list[str]]:
    return {
        table: sorted(str(row) for (row,) in kernel.rows(f"SELECT to_jsonb(t)::text FROM {table} t"))
        for table in TABLES
    }


def moved(kernel: Kernel, folder: Path) -> archive.Moved:
    kernel.clock.advance(timedelta(days=400))
    return archive.archive(
        kernel.connection, kernel.clock.now() - timedelta(days=365), folder, kernel.clock, "a test"
    )


def test_an_archived_case_is_proved_without_its_file_and_comes_back_as_it_was(
    kernel: Kernel, ended: list[int], tmp_path: Path
) -> None:
    first, second, waiting = ended
    before = everything(kernel)
    done = moved(kernel, tmp_path)
    assert done.cases == 2
    assert [json.loads(line)["case"] for line in Path(done.file).read_text().splitlines()] == [first, second]
    assert kernel.rows("SELECT DISTINCT case_id FROM ledger_payloads") == [(waiting,)]
    report = chain.verify(kernel.connection, kernel.heads)
    assert report.faults == []
    assert report.archived > 0
    assert list(archive.check(kernel.connection)) == []
    with pytest.raises(Refused, match=f"qyzmet case restore {first}"):
        replay(kernel.connection, kernel.vault, kernel.catalogue, first)

    assert moved(kernel, tmp_path).cases == 0  # what is archived is archived once
    for case in (first, second):
        archive.restore(kernel.connection, case)
    assert everything(kernel) == before
    assert replay(kernel.connection, kernel.vault, kernel.catalogue, first).differences == []
    with pytest.raises(UnknownName):
        archive.restore(kernel.connection, first)
    assert moved(kernel, tmp_path).cases == 2  # and may go again


def test_a_file_changed_or_lost_is_found_and_not_put_back(
    kernel: Kernel, ended: list[int], tmp_path: Path
) -> None:
    file = Path(moved(kernel, tmp_path).file)
    kept = file.read_bytes()
    altered = bytearray(kept)
    altered[len(kept) // 4] ^= 1
    file.write_bytes(altered)
    (fault,) = archive.check(kernel.connection)
    assert "is not what was archived" in fault
    with pytest.raises(Refused, match="another copy"):
        archive.restore(kernel.connection, ended[0])
    file.unlink()
    assert len(list(archive.check(kernel.connection))) == 2
    with pytest.raises(Refused, match="Bring the file back"):
        archive.restore(kernel.connection, ended[0])
    file.write_bytes(kept)
    assert list(archive.check(kernel.connection)) == []


def test_a_payload_removed_without_the_archive_is_a_fault(
    kernel: Kernel, ended: list[int], tmp_path: Path
) -> None:
    moved(kernel, tmp_path)
    with kernel.connection.transaction():
        kernel.connection.execute("DELETE FROM archived_cases WHERE case_id = %s", (ended[0],))
    faults = chain.verify(kernel.connection, kernel.heads).faults
    assert faults
    assert all(f"case {ended[0]}," in fault and "the payload is gone" in fault for fault in faults)


def test_what_is_not_sealed_or_not_past_stays(kernel: Kernel, tmp_path: Path) -> None:
    kernel.cases(1)
    kernel.reply(phone(1), "7#2")
    kernel.run()
    assert moved(kernel, tmp_path).cases == 0  # its last entries have no place in the chain yet
    with pytest.raises(BadValue, match="not in the past"):
        archive.archive(kernel.connection, kernel.clock.now(), tmp_path, kernel.clock, "a test")
    with pytest.raises(BadValue, match="cannot be written"):
        archive.archive(
            kernel.connection, kernel.clock.now() - timedelta(1), tmp_path / "none", kernel.clock, "a test"
        )


def test_the_ledger_lies_in_parts_and_an_empty_one_gives_its_disk_back(
    kernel: Kernel, ended: list[int], tmp_path: Path, database: Database
) -> None:
    def parts() -> dict[str, int]:
        rows = kernel.rows(
            "SELECT relid::text, pg_relation_size(relid) FROM pg_partition_tree('ledger_payloads') "
            "WHERE isleaf"
        )
        return {str(name): int(str(size)) for name, size in rows}

    assert len(parts()) == 5
    assert parts()["ledger_payloads_first"] > 0
    with connect(database.owner_url) as owner, owner.transaction():
        owner.execute("SELECT setval('case_ids', 2500000)")
    with kernel.connection.transaction():
        kernel.connection.execute("SELECT ledger_ahead()")
        assert kernel.connection.execute("SELECT ledger_ahead()").fetchone() == (0,)
    assert list(parts())[-1] == "ledger_payloads_6"
    waiting = ended[2]
    kernel.reply(phone(3), "7#2")
    kernel.run()
    chain.seal(kernel.connection, kernel.heads, kernel.clock)
    done = moved(kernel, tmp_path)
    assert (done.cases, done.given_back) == (3, 1)
    assert parts()["ledger_payloads_first"] == 0
    archive.restore(kernel.connection, waiting)
    assert chain.verify(kernel.connection, kernel.heads).faults == []
