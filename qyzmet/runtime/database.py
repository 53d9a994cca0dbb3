"""Opens the two databases that the configuration names: the store of cases and the vault of identities.

Embedded or by URL makes no difference afterwards: the result is a set of addresses, one per role.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import entry_points

from qyzmet.runtime import embedded
from qyzmet.runtime.addresses import Database
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.config import Config
from qyzmet.runtime.connection import connect, database_errors
from qyzmet.runtime.embedded import Progress
from qyzmet.runtime.migrations import migrate, state_of
from qyzmet.runtime.outside import find_outside
from qyzmet.runtime.roles import (
    ENGINE,
    OWNER,
    VAULT,
    WEB,
    admit,
    ensure_database,
    ensure_roles,
    share_store,
)

__all__ = [
    "STORE_MIGRATIONS",
    "VAULT_MIGRATIONS",
    "Database",
    "apply_migrations",
    "connect",
    "database_errors",
    "migrate",
    "open_database",
    "prepare",
    "store_migrations",
]

STORE_MIGRATIONS = "qyzmet.cases.migrations"
VAULT_MIGRATIONS = "qyzmet.people.migrations"


def store_migrations() -> tuple[str, ...]:
    """The packages with migrations of the store: the kernel's, then those that installed acts bring.

    An act with tables of its own names their package by an entry point of the group `qyzmet.migrations`.
    """
    return (STORE_MIGRATIONS, *sorted({point.value for point in entry_points(group="qyzmet.migrations")}))


@contextlib.contextmanager
def open_database(
    config: Config, progress: Progress | None = None, *, clock: Clock | None = None, apply: bool = True
) -> Iterator[Database]:
    """Opens both databases for as long as the block lasts.

    The embedded server is started where no URL is set. Roles and databases are made where they are
    missing, and with `apply` the schemas are brought up to date. Raises DatabaseAway where a
    database does not answer, Refused where its schema was changed, BadValue where it is too old.
    """
    clock = clock or config.open_clock()
    if config.database_url:
        database = find_outside(config.database_url, config.vault_url)
        yield up_to_date(database, clock) if apply else database
        return
    with embedded.server(config.home, progress=progress) as server:
        database = prepare(server, vault_url=config.vault_url, clock=clock, apply=apply)
        yield database


def prepare(
    server: embedded.Server,
    *,
    store: str = "qyzmet",
    vault: str = "qyzmet_vault",
    templates: tuple[str, str] = ("template0", "template0"),
    vault_url: str = "",
    clock: Clock | None = None,
    apply: bool = True,
) -> Database:
    """Roles, databases and schemas on an embedded server; all of it may exist already."""
    with connect(server.url("postgres"), autocommit=True) as admin:
        ensure_roles(admin, (OWNER, ENGINE, WEB, VAULT), server.password)
        ensure_database(admin, store, OWNER, templates[0])
        admit(admin, store, ENGINE, WEB, shut=True)
        if not vault_url:
            ensure_database(admin, vault, VAULT, templates[1])
            admit(admin, vault, shut=True)
    database = Database(
        engine_url=server.url(store, ENGINE),
        vault_url=vault_url or server.url(vault, VAULT),
        owner_url=server.url(store, OWNER),
        web_url=server.url(store, WEB),
        embedded_in=server.directory,
    )
    return up_to_date(database, clock) if apply else database


def apply_migrations(database: Database, clock: Clock | None = None) -> list[str]:
    """Brings both schemas up to date; returns the names of the files applied.

    Raises Refused where an applied file was changed or the database is newer than this program.
    """
    with connect(database.owner_url) as owner:
        share_store(
            owner,
            engine=database.engine_url != database.owner_url,
            web=database.web_url != database.owner_url,
        )
        applied = [name for package in store_migrations() for name in migrate(owner, package, clock)]
    with connect(database.vault_url) as vault:
        return applied + migrate(vault, VAULT_MIGRATIONS, clock)


def up_to_date(database: Database, clock: Clock | None) -> Database:
    """Applies what is missing. A newer database is used as it is: releases overlap by one."""
    newer: list[str] = []
    packages = [(database.owner_url, package) for package in store_migrations()]
    for url, package in (*packages, (database.vault_url, VAULT_MIGRATIONS)):
        with connect(url) as connection:
            newer += state_of(connection, package).unknown
    if not newer:
        apply_migrations(database, clock)
        return database
    warning = (
        f"The database is newer than this program (it has {newer[-1]}): "
        "the release before still works with it unless the changelog says otherwise, older ones do not. "
        "Update this program soon."
    )
    return replace(database, warnings=(*database.warnings, warning))
