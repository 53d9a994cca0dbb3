"""Roles and databases, made where they are missing; each start may ask for them again.

- `qyzmet_owner` owns the store and its schema,
- `qyzmet_engine` reads and writes the store and sees all regions (BYPASSRLS),
- `qyzmet_web` sees only what migrations grant it, by region,
- `qyzmet_vault` owns the second database. It cannot enter the first, nor the others the second.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Callable

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from qyzmet.runtime.connection import connect
from qyzmet.runtime.errors import DatabaseAway

OWNER, ENGINE, WEB, VAULT = "qyzmet_owner", "qyzmet_engine", "qyzmet_web", "qyzmet_vault"

_LOCK = 7_149_036_529
_ATTRIBUTES = {OWNER: "", ENGINE: "BYPASSRLS", WEB: "", VAULT: ""}

Connection = psycopg.Connection[TupleRow]


def password_for(secret: str, role: str) -> str:
    """A role's password out of its owner's: the same on every machine that knows the owner's."""
    return hmac.digest(secret.encode(), role.encode(), hashlib.sha256).hex()


def with_user(url: str, role: str, secret: str | None, database: str | None = None) -> str:
    """The same address for another role (and database), with that role's password if there is a secret."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    parts["user"] = role
    parts.pop("password", None)
    if secret:
        parts["password"] = password_for(secret, role)
    if database:
        parts["dbname"] = database
    return make_conninfo("", **parts)


def ensure_roles(admin: Connection, roles: tuple[str, ...], password: Callable[[str], str | None]) -> None:
    """Makes the roles that are missing, with their passwords and attributes.

    `admin` is in autocommit mode. Raises psycopg.errors.InsufficientPrivilege where it may not.
    """
    with admin.transaction():
        admin.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        found = admin.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", (list(roles),)
        ).fetchall()
        for role in sorted(set(roles) - {name for (name,) in found}):
            words = sql.SQL("CREATE ROLE {} LOGIN " + _ATTRIBUTES[role]).format(sql.Identifier(role))
            if (word := password(role)) is not None:
                words += sql.SQL(" PASSWORD {}").format(sql.Literal(word))
            admin.execute(words)


def ensure_database(admin: Connection, name: str, owner: str, template: str = "template0") -> None:
    """Makes the database where it is missing. `admin` is in autocommit mode."""
    exists = sql.SQL("SELECT FROM pg_database WHERE datname = {}").format(sql.Literal(name))
    make = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(owner), sql.Identifier(template)
    )
    if template != "template0":
        make += sql.SQL(" STRATEGY file_copy")  # four times faster for a small pattern of our own
    if admin.execute(exists).fetchone() is None:
        with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            admin.execute(make)  # another process may be faster


def admit(admin: Connection, database: str, *roles: str, shut: bool) -> None:
    """Lets these roles connect to the database; with `shut`, nobody else but its owner."""
    name = sql.Identifier(database)
    with admin.transaction():
        admin.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if shut:
            admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        for role in roles:
            admin.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(role))
            )


def share_store(owner: Connection, *, engine: bool, web: bool) -> None:
    """What the roles get of tables still to be made in the store.

    The engine reads and writes everything that migrations do not revoke; the web role gets what
    they grant. `owner` is connected to the store and idle.
    """
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if engine:
            owner.execute(f"GRANT USAGE ON SCHEMA public TO {ENGINE}")
            owner.execute(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {ENGINE}"
            )
            owner.execute(
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {ENGINE}"
            )
        if web:
            owner.execute(f"GRANT USAGE ON SCHEMA public TO {WEB}")


def can_log_in(url: str) -> bool:
    try:
        connect(url).close()
    except DatabaseAway:
        return False
    return True
