"""What `qyzmet admin doctor` looks at: each finding says what is so and, where it is wrong, what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.config import Config
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import VAULT_MIGRATIONS, Database, open_database, store_migrations
from qyzmet.runtime.embedded import Progress
from qyzmet.runtime.errors import QyzmetError
from qyzmet.runtime.migrations import state_of

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000

# Nobody works before the acts did; a clock there was never set.
_SOONEST = datetime(2020, 1, 1, tzinfo=UTC)


class Finding(NamedTuple):
    """`remedy` is empty where all is well."""

    name: str
    ok: bool
    what: str
    remedy: str = ""


def examine(config: Config, progress: Progress | None = None) -> Iterator[Finding]:
    """The findings one after another; changes nothing but starts the embedded database for the time."""
    yield _python()
    yield _disk(config.home)
    yield _clock(config)
    try:
        with open_database(config, progress, apply=False) as database:
            yield Finding("database", True, _where(config, database))
            for warning in database.warnings:
                yield Finding("roles", False, warning.partition(". ")[0], warning.partition(". ")[2])
            yield _schema("store schema", database.owner_url, store_migrations())
            yield _schema("vault schema", database.vault_url, (VAULT_MIGRATIONS,))
            yield _vault(config, database)
    except QyzmetError as error:
        yield _bad("database", error)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("python", True, version)
    return Finding("python", False, version, "Use Python 3.11 or newer: make setup PYTHON=python3.11")


def _disk(home: Path) -> Finding:
    existing = next(directory for directory in (home, *home.parents) if directory.exists())
    free = shutil.disk_usage(existing).free
    what = f"{free / 1e9:.1f} GB free at {existing}"
    if not os.access(existing, os.W_OK):
        return Finding(
            "disk", False, f"{existing} cannot be written", "Set QYZMET_HOME to a directory of yours."
        )
    if free < LEAST_FREE_BYTES:
        return Finding("disk", False, what, "Free at least 1 GB, or set QYZMET_HOME to a larger disk.")
    return Finding("disk", True, what)


def _clock(config: Config) -> Finding:
    try:
        now = config.open_clock().now()
    except QyzmetError as error:
        return _bad("clock", error)
    what = f"{config.clock}: {now:%Y-%m-%d %H:%M} UTC, legal date {legal_date(now)}"
    if now < _SOONEST:
        return Finding("clock", False, what, "Set the machine's clock (ntp) or QYZMET_CLOCK.")
    return Finding("clock", True, what)


def _where(config: Config, database: Database) -> str:
    return f"embedded, in {database.embedded_in}" if not config.database_url else "reached by its URL"


def _schema(name: str, url: str, packages: tuple[str, ...]) -> Finding:
    if missing := [package for package in packages if find_spec(package) is None]:
        return Finding(
            name, False, f"{missing[0]} is missing from this installation", "Install Qyzmet again."
        )

    def look() -> Finding:
        with connect(url) as connection:
            states = [state_of(connection, package) for package in packages]
        unknown = [file for state in states for file in state.unknown]
        pending = [file for state in states for file in state.pending]
        if unknown:
            return Finding(name, False, f"newer than this program: {unknown[-1]}", "Update Qyzmet.")
        if pending:
            return Finding(name, False, f"to be applied: {', '.join(pending)}", "Run: qyzmet admin migrate")
        applied = sum(len(state.applied) for state in states)
        return Finding(name, True, f"up to date ({applied} applied)")

    return _looked(name, look)


def _vault(config: Config, database: Database) -> Finding:
    def look() -> Finding:
        from qyzmet.people.vault import Vault, VaultKeys

        with connect(database.vault_url) as connection:
            table = connection.execute("SELECT to_regclass('vault_key')").fetchone()
            used = (
                connection.execute("SELECT count(*) FROM vault_key").fetchone() if table != (None,) else (0,)
            )
            if used == (0,):
                return Finding("vault keys", True, f"a new vault; its keys: {config.vault_keys}")
            if not config.vault_keys.exists():
                return Finding(
                    "vault keys",
                    False,
                    f"{config.vault_keys} is missing, and the vault cannot be read without it",
                    "Restore the file from the backup, or name it in QYZMET_VAULT_KEYS.",
                )
            Vault(connection, VaultKeys.load_or_create(config.vault_keys), config.open_clock())
        return Finding("vault keys", True, f"fit the vault: {config.vault_keys}")

    return _looked("vault keys", look)


def _looked(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except QyzmetError as error:
        return _bad(name, error)


def _bad(name: str, error: QyzmetError) -> Finding:
    what, _, remedy = str(error).partition(". ")
    return Finding(name, False, what, remedy or "See the message.")
