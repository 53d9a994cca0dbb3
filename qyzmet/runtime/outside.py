"""A PostgreSQL of the operator: roles and the vault's database are made as far as its user may.

The user in the URL owns the store. Passwords of new roles are derived from the owner's, so that all
machines which know the one agree on the others.
"""

from __future__ import annotations

import contextlib

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qyzmet.runtime.addresses import Database
from qyzmet.runtime.connection import connect, place_of
from qyzmet.runtime.errors import BadValue
from qyzmet.runtime.roles import (
    ENGINE,
    VAULT,
    WEB,
    Connection,
    admit,
    can_log_in,
    ensure_database,
    ensure_roles,
    password_for,
    with_user,
)

OLDEST_POSTGRESQL = 15

_LOSSES = {
    ENGINE: "the engine works as the owner of the database",
    WEB: "the database does not keep pages to their region",
    VAULT: "the vault belongs to the user that also owns the cases",
}


def find_outside(url: str, vault_url: str = "") -> Database:
    """Addresses on the operator's server; `vault_url` empty: the database beside, named …_vault.

    Where the user may not make a role, its work is done as the user itself, and `warnings` say so.
    Raises DatabaseAway where the server does not answer, BadValue where it is too old or the vault
    has no database and none may be made.
    """
    own = conninfo_to_dict(url)
    secret = str(own["password"]) if own.get("password") else None
    store = str(own.get("dbname") or "")
    warnings: list[str] = []
    with connect(url, autocommit=True) as admin:
        if admin.info.server_version < OLDEST_POSTGRESQL * 10_000:
            raise BadValue(
                "QYZMET_DATABASE_URL",
                f"leads to PostgreSQL {admin.info.server_version // 10_000} at {place_of(url)}",
                f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer.",
            )
        found = {}
        for role in (ENGINE, WEB):
            found[role] = with_user(url, role, secret)
            if not _role_works(admin, role, found[role], secret, store):
                found[role] = url
                warnings.append(_warning(role))
        if not vault_url:
            vault_url, separate = _vault_beside(admin, url, f"{store}_vault", secret)
            if not separate:
                warnings.append(_warning(VAULT))
    return Database(found[ENGINE], vault_url, url, found[WEB], tuple(warnings))


def _role_works(admin: Connection, role: str, url: str, secret: str | None, store: str) -> bool:
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        _make_role(admin, role, secret)
        # The operator decides who else may enter this database.
        admit(admin, store, role, shut=False)
    found = admin.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    return found is not None and found[0] == (role == ENGINE) and can_log_in(url)


def _vault_beside(admin: Connection, url: str, name: str, secret: str | None) -> tuple[str, bool]:
    """The vault's address, and whether it has a role of its own."""
    own_role = with_user(url, VAULT, secret, name)
    if can_log_in(own_role):
        return own_role, True
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        _make_role(admin, VAULT, secret)
        # To hand a database to another role, its maker has to be a member of that role.
        role = sql.Identifier(VAULT)
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        ensure_database(admin, name, VAULT)
        admit(admin, name, shut=True)
        admin.execute(sql.SQL("REVOKE {} FROM CURRENT_USER").format(role))
        if can_log_in(own_role):
            return own_role, True
    same_user = make_conninfo(url, dbname=name)
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        ensure_database(admin, name, admin.info.user)
        admit(admin, name, shut=True)
    if can_log_in(same_user):
        return same_user, False
    raise BadValue(
        "QYZMET_VAULT_URL",
        f"is needed: the user of QYZMET_DATABASE_URL may not create the database {name}",
        "Create a second database with a role of its own for the vault and name it there, "
        "or give this user CREATEDB and CREATEROLE.",
    )


def _make_role(admin: Connection, role: str, secret: str | None) -> None:
    ensure_roles(admin, (role,), lambda name: password_for(secret, name) if secret else None)


def _warning(role: str) -> str:
    return (
        f"The role {role} could not be made or used, so {_LOSSES[role]}. "
        "Let an administrator give the user of QYZMET_DATABASE_URL CREATEROLE and BYPASSRLS."
    )
