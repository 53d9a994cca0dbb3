"""Opens the two databases that the configuration names: the store of cases and the vault of identities.

Embedded or by URL makes no difference afterwards: the result is a set of addresses, one per role.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from qyzmet.runtime import embedded
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.config import Config
from qyzmet.runtime.connection import connect, database_errors, place_of
from qyzmet.runtime.embedded import Progress
from qyzmet.runtime.errors import BadValue
from qyzmet.runtime.migrations import migrate, state_of
from qyzmet.runtime.roles import (
    ENGINE,
    OWNER,
    VAULT,
    WEB,
    Connection,
    admit_only,
    can_log_in,
    ensure_database,
    ensure_roles,
    password_for,
    share_store,
    with_user,
)

__all__ = [
    "STORE_MIGRATIONS",
    "VAULT_MIGRATIONS",
    "Database",
    "connect",
    "database_errors",
    "migrate",
    "open_database",
    "prepare",
]

STORE_MIGRATIONS = "qyzmet.cases.migrations"
VAULT_MIGRATIONS = "qyzmet.people.migrations"
OLDEST_POSTGRESQL = 15


@dataclass(frozen=True)
class Database:
    """Addresses with passwords, hence out of the repr; `warnings` are sentences for the operator."""

    engine_url: str = field(repr=False)
    vault_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    web_url: str = field(repr=False)
    warnings: tuple[str, ...] = ()
    embedded_in: Path | None = None


@contextlib.contextmanager
def open_database(
    config: Config, progress: Progress | None = None, *, clock: Clock | None = None, apply: bool = True
) -> Iterator[Database]:
    """Opens both databases for as long as the block lasts.

    The embedded server is started where no URL is set. Roles and databases are made where they are
    missing, and with `apply` the schemas are brought up to date. Raises DatabaseAway where a
    database does not answer, Refused where its schema was changed, BadValue where it is too old.
    """
    if config.database_url:
        yield prepare_outside(config.database_url, config.vault_url, clock=clock, apply=apply)
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
        admit_only(admin, store, ENGINE, WEB)
        if not vault_url:
            ensure_database(admin, vault, VAULT, templates[1])
            admit_only(admin, vault)
    database = Database(
        engine_url=server.url(store, ENGINE),
        vault_url=vault_url or server.url(vault, VAULT),
        owner_url=server.url(store, OWNER),
        web_url=server.url(store, WEB),
        embedded_in=server.directory,
    )
    return _with_schemas(database, engine=True, web=True, clock=clock, apply=apply)


def prepare_outside(
    url: str, vault_url: str = "", *, clock: Clock | None = None, apply: bool = True
) -> Database:
    """The same on a PostgreSQL of the operator. The user in `url` owns the store.

    Where this user may not create roles or databases, Qyzmet runs with what there is and says so in
    `warnings`. Passwords of new roles are derived from the owner's, so all machines agree on them.
    """
    secret = conninfo_to_dict(url).get("password")
    password = str(secret) if secret else None
    store = str(conninfo_to_dict(url).get("dbname") or "")
    warnings: list[str] = []
    urls = {role: with_user(url, role, password) for role in (ENGINE, WEB)}
    with connect(url, autocommit=True) as admin:
        _new_enough(admin, url)
        for role, loss in (
            (ENGINE, "the engine works as the owner of the database"),
            (WEB, "pages are not kept to their region by the database"),
        ):
            if not _role_works(admin, role, urls[role], password, store):
                urls[role] = url
                warnings.append(_warning(role, loss))
        if not vault_url:
            vault_url = with_user(url, VAULT, password, f"{store}_vault")
            if not _vault_works(admin, vault_url, password, f"{store}_vault"):
                raise BadValue(
                    "QYZMET_VAULT_URL",
                    f"is needed: the user of QYZMET_DATABASE_URL may not create the database {store}_vault",
                    "Create a second database with a role of its own for the vault and name it there, "
                    "or give this user CREATEDB and CREATEROLE.",
                )
    database = Database(urls[ENGINE], vault_url, url, urls[WEB], tuple(warnings))
    return _with_schemas(database, engine=urls[ENGINE] != url, web=urls[WEB] != url, clock=clock, apply=apply)


def _role_works(admin: Connection, role: str, url: str, password: str | None, store: str) -> bool:
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        ensure_roles(admin, (role,), lambda name: _derived(password, name))
        admit_only(admin, store, role)
    bypasses = admin.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    return bypasses is not None and bypasses[0] == (role == ENGINE) and can_log_in(url)


def _vault_works(admin: Connection, url: str, password: str | None, name: str) -> bool:
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        ensure_roles(admin, (VAULT,), lambda role: _derived(password, role))
        # To hand a database to another role, its maker has to be a member of that role.
        admin.execute(f"GRANT {VAULT} TO CURRENT_USER")
        ensure_database(admin, name, VAULT)
        admit_only(admin, name)
        admin.execute(f"REVOKE {VAULT} FROM CURRENT_USER")
    return can_log_in(url)


def _derived(secret: str | None, role: str) -> str | None:
    return password_for(secret, role) if secret else None


def _with_schemas(
    database: Database, *, engine: bool, web: bool, clock: Clock | None, apply: bool
) -> Database:
    newer: list[str] = []
    with connect(database.owner_url) as owner:
        if apply:
            share_store(owner, engine=engine, web=web)
        newer += _bring_up(owner, STORE_MIGRATIONS, clock, apply)
    with connect(database.vault_url) as vault:
        newer += _bring_up(vault, VAULT_MIGRATIONS, clock, apply)
    return replace(database, warnings=(*database.warnings, *newer))


def _bring_up(connection: Connection, package: str, clock: Clock | None, apply: bool) -> list[str]:
    if find_spec(package) is None:
        return []
    state = state_of(connection, package)
    if state.unknown:
        return [
            f"The database is newer than this program (it has {state.unknown[-1]}): "
            "the release before still works with it, older ones do not. Update this program soon."
        ]
    if apply and state.pending:
        migrate(connection, package, clock)
    return []


def _new_enough(admin: Connection, url: str) -> None:
    if admin.info.server_version < OLDEST_POSTGRESQL * 10_000:
        raise BadValue(
            "QYZMET_DATABASE_URL",
            f"leads to PostgreSQL {admin.info.server_version // 10_000} at {place_of(url)}",
            f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer.",
        )


def _warning(role: str, loss: str) -> str:
    return (
        f"The role {role} could not be made or used, so {loss}. "
        f"Let an administrator give the user of QYZMET_DATABASE_URL CREATEROLE and BYPASSRLS."
    )
