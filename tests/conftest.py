"""Fixtures for all tests: one throw-away PostgreSQL per run, a fresh pair of databases per test."""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from psycopg import sql

from qyzmet.people.vault import Vault, VaultKeys
from qyzmet.runtime import embedded
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.database import Database, connect, prepare

TEMPLATES = ("qyzmet_pattern", "qyzmet_vault_pattern")

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[embedded.Server]:
    """The PostgreSQL of this run, shared by all workers; its data are deleted when the last one ends."""
    base = tmp_path_factory.getbasetemp()
    home = base if worker_name == "alone" else base.parent
    with embedded.server(home, throwaway=True) as running:
        yield running


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def patterns(server: embedded.Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Names of two databases with all migrations applied, from which tests copy theirs."""
    lock = tmp_path_factory.getbasetemp().parent / "patterns.lock"
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        prepare(server, store=TEMPLATES[0], vault=TEMPLATES[1])
    return TEMPLATES


@pytest.fixture
def database(server: embedded.Server, patterns: tuple[str, str], worker_name: str) -> Iterator[Database]:
    """Fresh databases with all migrations applied, and nobody else in them."""
    number = next(_numbers)
    names = f"store_{worker_name}_{number}", f"vault_{worker_name}_{number}"
    yield prepare(server, store=names[0], vault=names[1], templates=patterns, apply=False)
    with connect(server.url("postgres"), autocommit=True) as admin:
        for name in names:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def clock() -> HandClock:
    """A Monday inside the term of the act, before the change of the time zone."""
    return HandClock(datetime(2024, 2, 12, 9, 0, tzinfo=KZ))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def vault_keys(tmp_path: Path) -> VaultKeys:
    return VaultKeys.load_or_create(tmp_path / "keys" / "vault-keys.json")


@pytest.fixture
def vault(database: Database, vault_keys: VaultKeys, clock: HandClock) -> Iterator[Vault]:
    """An empty vault with keys of its own."""
    with connect(database.vault_url) as connection:
        yield Vault(connection, vault_keys, clock)
