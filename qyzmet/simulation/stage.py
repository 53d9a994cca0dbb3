"""What all runs share: one throwaway PostgreSQL, patterns of empty databases, keys to sign with.

Each run gets a pair of databases copied from the patterns, and nobody else is in them.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from psycopg import sql

from qyzmet.exchange.development import Office, development_authority
from qyzmet.people.vault import VaultKeys
from qyzmet.people.vault_keys import KINDS
from qyzmet.runtime import embedded
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database, connect, prepare
from qyzmet.simulation.families import REGIONS

#: Certificates of the heads are valid from here for three years: longer than any run's calendar.
_SIGNED_FROM = datetime(2023, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Stage:
    """`signing` holds the heads' keys, `patterns` are the names of the databases to copy."""

    server: embedded.Server
    home: Path
    signing: Path
    patterns: tuple[str, str]
    keys: VaultKeys

    @contextlib.contextmanager
    def databases(self, name: str) -> Iterator[Database]:
        """A fresh pair of databases, dropped at the end."""
        names = f"{name}_store", f"{name}_vault"
        yield prepare(self.server, store=names[0], vault=names[1], templates=self.patterns, apply=False)
        with connect(self.server.url("postgres"), autocommit=True) as admin:
            for each in names:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(each)))


@contextlib.contextmanager
def stage(home: Path, server: embedded.Server | None = None) -> Iterator[Stage]:
    """Sets the stage in an empty directory; `server` where one runs already."""
    with contextlib.ExitStack() as stack:
        if server is None:
            server = stack.enter_context(embedded.server(home, throwaway=True))
        patterns = f"simulation_{os.getpid()}_pattern", f"simulation_{os.getpid()}_vault_pattern"
        pattern = prepare(server, store=patterns[0], vault=patterns[1])
        for url in (pattern.owner_url, pattern.vault_url):
            _without_autovacuum(url)
        offices = [Office(authority, region) for authority in ("committee", "fund") for region in REGIONS]
        signing = home / "signing"
        development_authority(signing, HandClock(_SIGNED_FROM), offices)
        yield Stage(server, home, signing, patterns, _keys(home))


_numbers = itertools.count(1)


def fresh_name() -> str:
    """Of a pair of databases; unique on this server while the process lives."""
    return f"simulation_{os.getpid()}_{next(_numbers)}"


def _without_autovacuum(url: str) -> None:
    """Where rows lie decides which of two that are due at one moment comes first."""
    with connect(url) as connection:
        tables = connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                                    "'public'::regnamespace").fetchall()  # fmt: skip
        for (table,) in tables:
            connection.execute(
                sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = false)").format(sql.Identifier(table))
            )


def _keys(home: Path) -> VaultKeys:
    """The same in every run, so that addresses are: what they protect is invented."""
    made = {kind: {1: sha256(f"simulation {kind}".encode()).digest()} for kind in KINDS}
    return VaultKeys(home / "vault-keys.json", made)
