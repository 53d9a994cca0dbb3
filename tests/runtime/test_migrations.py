"""Migrations: applied once, in order, by whoever comes first; never twice and never changed."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import VAULT_MIGRATIONS, Database, migrate, store_migrations
from qyzmet.runtime.errors import Refused
from qyzmet.runtime.migrations import migrations_in, state_of

PACKAGE = "trial_migrations"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two migrations."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "0001_stones.sql").write_text("CREATE TABLE stone (id int); CREATE TABLE hill (id int);")
    (folder / "0002_weight.sql").write_text("ALTER TABLE stone ADD weight int; -- 100 % plain")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    return folder


def test_they_are_applied_in_order_and_once(database: Database, folder: Path, clock: HandClock) -> None:
    with connect(database.owner_url) as connection:
        assert migrate(connection, PACKAGE, clock) == ["0001_stones.sql", "0002_weight.sql"]
        assert migrate(connection, PACKAGE, clock) == []
        (folder / "0003_more.sql").write_text("INSERT INTO stone VALUES (1, 2)")
        assert state_of(connection, PACKAGE).pending == ("0003_more.sql",)
        assert migrate(connection, PACKAGE, clock) == ["0003_more.sql"]
        at = connection.execute("SELECT DISTINCT applied_at FROM migration WHERE package = %s", (PACKAGE,))
        assert at.fetchall() == [(clock.now(),)]


def test_a_changed_file_is_refused(database: Database, folder: Path, clock: HandClock) -> None:
    with connect(database.owner_url) as connection:
        migrate(connection, PACKAGE, clock)
        (folder / "0001_stones.sql").write_text("CREATE TABLE stone (id bigint);")
        (folder / "0003_more.sql").write_text("CREATE TABLE more ()")
        with pytest.raises(Refused, match=r"0001_stones\.sql .* was changed .* Put the file back"):
            migrate(connection, PACKAGE, clock)
        assert connection.execute("SELECT to_regclass('more')").fetchone() == (None,)


def test_a_newer_database_is_refused(database: Database, folder: Path, clock: HandClock) -> None:
    with connect(database.owner_url) as connection:
        migrate(connection, PACKAGE, clock)
        (folder / "0002_weight.sql").unlink()
        with pytest.raises(Refused, match=r"newer than this program: it has 0002_weight\.sql"):
            migrate(connection, PACKAGE, clock)


def test_a_file_that_fails_leaves_nothing_of_itself(
    database: Database, folder: Path, clock: HandClock
) -> None:
    (folder / "0002_weight.sql").write_text("CREATE TABLE half (); SELECT 1 / 0;")
    with connect(database.owner_url) as connection:
        with pytest.raises(Exception, match="division by zero"):
            migrate(connection, PACKAGE, clock)
        assert state_of(connection, PACKAGE).applied == ("0001_stones.sql",)
        assert connection.execute("SELECT to_regclass('half')").fetchone() == (None,)


def test_two_programs_at_once_apply_each_file_once(
    database: Database, folder: Path, clock: HandClock
) -> None:
    assert folder.exists()

    def run(_turn: int) -> list[str]:
        with connect(database.owner_url) as connection:
            return migrate(connection, PACKAGE, clock)

    with ThreadPoolExecutor(4) as threads:
        done = [name for names in threads.map(run, range(4)) for name in names]
    assert sorted(done) == ["0001_stones.sql", "0002_weight.sql"]


def test_a_gap_in_the_numbers_is_our_mistake(folder: Path) -> None:
    (folder / "0004_late.sql").touch()
    with pytest.raises(ValueError, match="not numbered"):
        migrations_in(PACKAGE)


@pytest.mark.parametrize("package", [*store_migrations(), VAULT_MIGRATIONS])
def test_ours_ask_nobody_for_the_time(package: str) -> None:
    for migration in migrations_in(package):
        code = "\n".join(line.partition("--")[0] for line in migration.sql.lower().splitlines())
        assert not any(word in code for word in ("now()", "current_timestamp", "current_date")), (
            migration.file
        )
