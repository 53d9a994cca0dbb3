"""Fixtures for all tests: one throw-away PostgreSQL per run, an empty pair of databases per test."""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from qyzmet.people.vault import Vault, VaultKeys
from qyzmet.runtime import embedded
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.database import Database, connect, prepare
from tests import haste
from tests.databases import Emptied

TEMPLATES = ("qyzmet_pattern", "qyzmet_vault_pattern")

_numbers = itertools.count(1)


def pytest_collection_finish() -> None:
    haste.leave_modules_alone()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Path:
    """Of this run, shared by all workers."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_name == "alone" else base.parent


@pytest.fixture(scope="session")
def server(run_folder: Path) -> Iterator[embedded.Server]:
    """The PostgreSQL of this run, shared by all workers; its data are deleted when the last one ends."""
    with embedded.server(run_folder, throwaway=True) as running:
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


class Pairs:
    """The store and the vault that tests of one worker use, one test after another."""

    def __init__(self, server: embedded.Server, patterns: tuple[str, str], worker_name: str) -> None:
        self._server, self._patterns, self._worker = server, patterns, worker_name
        self._ready: Database | None = None
        self._emptied: list[Emptied] = []
        self._open = ExitStack()

    def take(self) -> Database:
        if self._ready is None:
            number = next(_numbers)
            names = f"store_{self._worker}_{number}", f"vault_{self._worker}_{number}"
            self._ready = prepare(
                self._server, store=names[0], vault=names[1], templates=self._patterns, apply=False
            )
            urls = [self._server.url(name) for name in names]
            self._emptied = [Emptied(self._open.enter_context(connect(u, autocommit=True))) for u in urls]
        return self._ready

    def give_back(self) -> None:
        try:
            clean = all(each.empty() for each in self._emptied)
        except psycopg.Error:  # the test took the database away
            clean = False
        if not clean:
            self.close()

    def close(self) -> None:
        """Forgets them; they go with the server."""
        self._open.close()
        self._ready, self._emptied = None, []


@pytest.fixture(scope="session")
def pairs(server: embedded.Server, patterns: tuple[str, str], worker_name: str) -> Iterator[Pairs]:
    pairs = Pairs(server, patterns, worker_name)
    yield pairs
    pairs.close()


@pytest.fixture
def database(pairs: Pairs) -> Iterator[Database]:
    """Databases with all migrations applied, and nobody else in them."""
    yield pairs.take()
    pairs.give_back()


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
