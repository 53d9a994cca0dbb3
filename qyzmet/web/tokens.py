"""Bearer tokens: a person's own programs use the API as that person, with the roles held when it was made.

A token is shown once; the store has its SHA-256. It ends by itself after at most `LONGEST`, or when its
owner takes it back.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from qyzmet.cases.rows import Connection
from qyzmet.runtime.errors import Refused, UnknownName
from qyzmet.web.sessions import id_of
from qyzmet.web.users import User

LONGEST = timedelta(days=30)
MOST = 20
PREFIX = "qyzmet_"


@dataclass(frozen=True, slots=True)
class Token:
    """One of somebody's tokens, without the token itself."""

    number: int
    title: str
    made_at: datetime
    ends_at: datetime


def make(connection: Connection, user: User, title: str, days: int, now: datetime) -> str:
    """A new token. Raises Refused where its owner has too many."""
    token = PREFIX + secrets.token_urlsafe(32)
    ends = now + min(timedelta(days=days), LONGEST)
    with connection.transaction():
        connection.execute("DELETE FROM web_tokens WHERE owner = %s AND ends_at <= %s", (user.id, now))
        if len(of(connection, user.id, now)) >= MOST:
            raise Refused(f"You have {MOST} tokens already. Take one back first.")
        connection.execute(
            "INSERT INTO web_tokens (id, owner, person, title, made_at, ends_at) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            (id_of(token), user.id, json.dumps(user.kept()), title, now, ends),
        )
    return token


def find(connection: Connection, token: str, now: datetime) -> User | None:
    """Whose token this is, while it holds."""
    with connection.transaction():
        row = connection.execute(
            "SELECT person FROM web_tokens WHERE id = %s AND ends_at > %s", (id_of(token), now)
        ).fetchone()
    return None if row is None else User.of_kept(row[0])


def of(connection: Connection, owner: str, now: datetime) -> list[Token]:
    """Somebody's tokens that hold, the newest first."""
    with connection.transaction():
        rows = connection.execute(
            "SELECT number, title, made_at, ends_at FROM web_tokens WHERE owner = %s AND ends_at > %s "
            "ORDER BY number DESC",
            (owner, now),
        ).fetchall()
    return [Token(*row) for row in rows]


def take_back(connection: Connection, owner: str, number: int) -> None:
    """Raises UnknownName where the owner has no such token."""
    with connection.transaction():
        gone = connection.execute(
            "DELETE FROM web_tokens WHERE owner = %s AND number = %s", (owner, number)
        ).rowcount
    if not gone:
        raise UnknownName("token", str(number), "it may have been taken back before")
