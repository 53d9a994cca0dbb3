"""Idempotency keys: the same request, sent again, gets the same answer and does nothing twice.

The key is entered in the transaction that does the work, so both are there or neither; a second
request with the same key waits for the first one. Only what was carried out is remembered: a refused
request changed nothing and may be corrected under its key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import Request

from qyzmet.cases.rows import Connection
from qyzmet.people.vault import VaultKeys
from qyzmet.web.problem import Failed

HEADER = "Idempotency-Key"
#: An answer is remembered so long, much longer than a signature is taken.
KEEP = timedelta(days=7)

_KEY = re.compile(r"[!-~]{8,200}\Z")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    content: bytes
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A request by its key: who sent it, to which address, with which body."""

    principal: str
    key: str
    target: str
    body: bytes


def key_of(request: Request[Any, Any, Any]) -> str:
    """The key that a POST bears. Raises Failed."""
    found = request.headers.getall(HEADER.lower(), [])
    if len(found) == 1 and _KEY.match(found[0]):
        return found[0]
    if not found:
        rule, kind = f"every POST bears {HEADER}", "idempotency-key-missing"
    else:
        rule, kind = f"{HEADER} stands once and has 8 to 200 visible characters", "idempotency-key-malformed"
    raise Failed(
        400, kind, "The idempotency key is missing or malformed", rule,
        "Make a new random key, a UUID for example, for each new request, and repeat it when you send again",
        field=HEADER,
    )  # fmt: skip


async def required(request: Request[Any, Any, Any]) -> None:
    """Before every request of the API."""
    if request.method == "POST":
        key_of(request)


class Once:
    """Does work once per key. `keys` keep the digests of bodies from being guessed."""

    def __init__(self, keys: VaultKeys) -> None:
        self._keys = keys

    def answer(self, connection: Connection, key: Key, now: datetime, work: Callable[[], Answer]) -> Answer:
        """The answer of the work, or the one of before. Raises Failed where the key had another request."""
        with connection.transaction():
            entered = connection.execute(
                """INSERT INTO answers (principal, key, target, body_digest, at) VALUES (%s, %s, %s, %s, %s)
                   ON CONFLICT DO NOTHING RETURNING true""",
                (key.principal, key.key, key.target, self._digest(key.body, self._keys.latest("index")), now),
            ).fetchone()
            if not entered:
                return self._before(connection, key)
            answer = work()
            connection.execute(
                """UPDATE answers SET status = %s, media_type = %s, content = %s
                   WHERE principal = %s AND key = %s""",
                (answer.status, answer.media_type, answer.content, key.principal, key.key),
            )
        return answer

    def _before(self, connection: Connection, key: Key) -> Answer:
        row = connection.execute(
            """SELECT target, body_digest, status, media_type, content FROM answers
               WHERE principal = %s AND key = %s""",
            (key.principal, key.key),
        ).fetchone()
        assert row is not None
        target, digest, status, media_type, content = row
        version = int.from_bytes(digest[:4])
        if target != key.target or not hmac.compare_digest(digest, self._digest(key.body, version)):
            raise Failed(
                422, "idempotency-key-reused", "The idempotency key belongs to another request",
                "one key stands for one address and one body; nothing was changed",
                "Send a new request under a new key, and a repeated one exactly as it was",
                field=HEADER,
            )  # fmt: skip
        return Answer(status, media_type, content, repeated=True)

    def _digest(self, body: bytes, version: int) -> bytes:
        secret = hmac.digest(self._keys.key("index", version), b"bodies of requests", hashlib.sha256)
        return version.to_bytes(4) + hmac.digest(secret, body, hashlib.sha256)


def forget(connection: Connection, now: datetime) -> int:
    """Takes old answers away; returns how many."""
    with connection.transaction():
        return connection.execute("DELETE FROM answers WHERE at < %s", (now - KEEP,)).rowcount
