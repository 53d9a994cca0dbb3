"""Connections to PostgreSQL with the settings all of Qyzmet relies on, and their failures in plain words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from qyzmet.runtime.errors import BadValue, DatabaseAway

_SESSION = {
    # A batch takes as long as it takes; a lost worker is found by keepalives, not by guessing times.
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    # The server gives up a session whose machine is gone, and with it the rows that it holds locked.
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "50000",
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "client_encoding": "UTF8",
}

#: SQLSTATE classes and codes that mean "not there": connection, shutdown, starting up, no free place.
_AWAY = ("08", "57P01", "57P02", "57P03", "53300")


def connect(
    url: str, *, application: str = "qyzmet", autocommit: bool = False
) -> psycopg.Connection[TupleRow]:
    """A connection: no statement timeout, UTC, keepalives that notice a dead peer within a minute.

    Raises DatabaseAway where the database does not answer or refuses the login, BadValue where the
    URL is not one.
    """
    try:
        options = str(conninfo_to_dict(url).get("options") or "")
    except psycopg.ProgrammingError:
        raise BadValue(
            "database url",
            "is not one that PostgreSQL understands",
            "Write postgresql://user:password@host:5432/database.",
        ) from None
    session = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    try:
        return psycopg.connect(
            url,
            autocommit=autocommit,
            application_name=application,
            options=f"{session} {options}".strip(),
            connect_timeout=10,
            keepalives=1,
            keepalives_idle=20,
            keepalives_interval=10,
            keepalives_count=3,
            tcp_user_timeout=50_000,
        )
    except psycopg.OperationalError as error:
        raise DatabaseAway(_cannot_reach(url, error)) from error


@contextlib.contextmanager
def database_errors() -> Iterator[None]:
    """Turns a connection lost inside the block into DatabaseAway; other errors pass unchanged.

    For work on a connection that is already open. The transaction was rolled back by the server;
    the caller opens a new connection and does the work again.
    """
    try:
        yield
    except psycopg.OperationalError as error:
        if error.sqlstate is None or error.sqlstate.startswith(_AWAY):
            raise DatabaseAway(
                "The database went away in the middle of the work. What was not committed was undone; "
                "the work is taken up again when the database is back."
            ) from error
        raise


def place_of(url: str) -> str:
    """Where a URL leads, for messages: host, port and database, never user or password."""
    parts = conninfo_to_dict(url)
    host = parts.get("host") or "the local socket"
    return f"{host}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"


def _cannot_reach(url: str, error: psycopg.OperationalError) -> str:
    said = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    # The server's own word where there is one; else the first of several tries.
    reason = next((line for line in said if "FATAL:" in line), said[0]).rpartition("failed: ")[2]
    password = conninfo_to_dict(url).get("password")
    if password:
        reason = reason.replace(str(password), "***")
    return (
        f"The database at {place_of(url)} cannot be reached: {reason.rstrip('. ')}. "
        "Start it or correct QYZMET_DATABASE_URL (QYZMET_VAULT_URL for the vault); "
        "`qyzmet admin doctor` tells more. Nothing is lost."
    )
