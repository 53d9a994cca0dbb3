"""What somebody typed into a form whose session had ended: kept until they are signed in again.

It lies in the store sealed under a key that only the browser's cookie has, for half a day, once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qyzmet.cases.rows import Connection
from qyzmet.web.sessions import id_of

MOST_BYTES = 256 << 10
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was typed: whose, where it was going, its fields."""

    owner: str
    action: str
    pairs: Pairs


def keep(connection: Connection, kept: Kept, now: datetime) -> str:
    """Keeps a form; returns the token for the cookie, empty where the form is too large to be kept."""
    content = json.dumps({"owner": kept.owner, "action": kept.action, "pairs": list(kept.pairs)}).encode()
    if len(content) > MOST_BYTES:
        return ""
    token, nonce = secrets.token_urlsafe(32), secrets.token_bytes(12)
    sealed = nonce + AESGCM(_key(token)).encrypt(nonce, content, None)
    with connection.transaction():
        connection.execute("INSERT INTO web_kept_forms VALUES (%s, %s, %s)", (id_of(token), sealed, now))
    return token


def look(connection: Connection, token: str, owner: str) -> Kept | None:
    """The form of a token, for the one who typed it."""
    with connection.transaction():
        row = connection.execute(
            "SELECT sealed FROM web_kept_forms WHERE id = %s", (id_of(token),)
        ).fetchone()
    if row is None:
        return None
    sealed = bytes(row[0])
    try:
        found = json.loads(AESGCM(_key(token)).decrypt(sealed[:12], sealed[12:], None))
    except InvalidTag:
        return None
    if found["owner"] != owner:
        return None
    return Kept(owner, found["action"], [(key, value) for key, value in found["pairs"]])


def forget(connection: Connection, token: str) -> None:
    """Once it was sent, or is not wanted any more."""
    with connection.transaction():
        connection.execute("DELETE FROM web_kept_forms WHERE id = %s", (id_of(token),))


def _key(token: str) -> bytes:
    return hashlib.sha256(b"kept form " + token.encode()).digest()
