"""Sessions: a random token in a cookie, the rest in the store. They end by idling and after a working day."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from litestar.datastructures import Cookie

from qyzmet.cases.rows import Connection
from qyzmet.web.csrf import BYTES
from qyzmet.web.users import User

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection

IDLE = timedelta(minutes=30)
WHOLE = timedelta(hours=10)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """One that has ended is remembered for a while, so that what was typed in it can be kept."""

    user: User
    csrf: bytes = field(repr=False)
    lasts: bool


def begin(connection: Connection, user: User, now: datetime) -> str:
    """Signs somebody in; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    with connection.transaction():
        connection.execute(
            "INSERT INTO web_sessions (id, csrf, person, began_at, seen_at) VALUES (%s, %s, %s, %s, %s)",
            (id_of(token), secrets.token_bytes(BYTES), json.dumps(user.kept()), now, now),
        )
    return token


def find(connection: Connection, token: str, now: datetime) -> Session | None:
    """The session of a token, also where it has ended by time."""
    with connection.transaction():
        row = connection.execute(
            "SELECT csrf, person, began_at, seen_at FROM web_sessions WHERE id = %s", (id_of(token),)
        ).fetchone()
        if row is None:
            return None
        csrf, person, began, seen = row
        lasts = now - seen < IDLE and now - began < WHOLE
        if lasts and now - seen >= _SEEN_EVERY:
            connection.execute("UPDATE web_sessions SET seen_at = %s WHERE id = %s", (now, id_of(token)))
    return Session(User.of_kept(person), bytes(csrf), lasts)


def end(connection: Connection, token: str) -> None:
    with connection.transaction():
        connection.execute("DELETE FROM web_sessions WHERE id = %s", (id_of(token),))


def tidy(connection: Connection, now: datetime) -> None:
    """Takes away what has ended."""
    with connection.transaction():
        connection.execute("DELETE FROM web_sessions WHERE began_at <= %s", (now - 2 * WHOLE,))
        connection.execute("DELETE FROM web_signins WHERE at <= %s", (now - timedelta(hours=1),))
        connection.execute("DELETE FROM web_kept_forms WHERE at <= %s", (now - timedelta(hours=12),))


def id_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names of cookies; over TLS they are bound to this very host (`__Host-`)."""

    secure: bool

    @property
    def session(self) -> str:
        return "__Host-qyzmet" if self.secure else "qyzmet"

    @property
    def kept(self) -> str:
        return f"{self.session}-kept"

    @property
    def state(self) -> str:
        return f"{self.session}-state"

    def set(self, name: str, value: str, seconds: int | None = None) -> Cookie:
        """A cookie; without a value it is taken away, without `seconds` it ends with the browser."""
        return Cookie(
            key=name, value=value, max_age=seconds if value else 0,
            path="/", secure=self.secure, httponly=True, samesite="lax",
        )  # fmt: skip

    def read(self, connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str:
        value = connection.cookies.get(name, "")
        return value if len(value) < 200 and value.isascii() else ""
