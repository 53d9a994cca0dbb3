"""Forms come from our own pages: each bears a token of its session, written differently every time."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import Any

from litestar import Request
from markupsafe import Markup

FIELD, HEADER = "_csrf", "x-csrf-token"
BYTES = 32


def masked(request: Request[Any, Any, Any]) -> str:
    """The token for a page, masked so that packing does not give it away; empty where nobody is signed in."""
    secret: bytes = request.scope["state"].get("csrf", b"")
    if not secret:
        return ""
    mask = secrets.token_bytes(BYTES)
    return base64.urlsafe_b64encode(mask + _xor(mask, secret)).decode()


def field(request: Request[Any, Any, Any]) -> Markup:
    """What every form of a page begins with."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, masked(request))


def matches(request: Request[Any, Any, Any], sent: str) -> bool:
    secret: bytes = request.scope["state"].get("csrf", b"")
    try:
        raw = base64.urlsafe_b64decode(sent.encode())
    except (binascii.Error, ValueError):
        return False
    return (
        bool(secret) and len(raw) == 2 * BYTES and hmac.compare_digest(_xor(raw[:BYTES], raw[BYTES:]), secret)
    )


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
