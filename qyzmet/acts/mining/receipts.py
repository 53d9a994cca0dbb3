"""Receipts: what was received, and what was decided, as JWS (RFC 7515) signed with Ed25519.

The key is drawn from the installation's keys, so that it needs no file of its own; `kid` is its version.
A receipt names the pool by its code, never by its number.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from qyzmet.people.vault import VaultKeys


class Receipts:
    """Signs receipts, and checks them."""

    def __init__(self, keys: VaultKeys) -> None:
        self._keys = keys

    def sign(self, content: dict[str, Any]) -> str:
        version = self._keys.latest("index")
        header = {"alg": "EdDSA", "kid": f"mining-{version}", "typ": "JWT"}
        signed = f"{_packed(msgspec.json.encode(header))}.{_packed(msgspec.json.encode(content))}"
        return f"{signed}.{_packed(self._key(version).sign(signed.encode()))}"

    def read(self, receipt: str) -> dict[str, Any] | None:
        """The content of one of our receipts; None where it is not ours or was changed."""
        try:
            head, body, signature = receipt.split(".")
            kid = str(msgspec.json.decode(_unpacked(head))["kid"])
            key = self._key(int(kid.removeprefix("mining-"))).public_key()
            key.verify(_unpacked(signature), f"{head}.{body}".encode())
            content: dict[str, Any] = msgspec.json.decode(_unpacked(body), type=dict[str, Any])
        except (ValueError, KeyError, TypeError, InvalidSignature, msgspec.MsgspecError, LookupError):
            return None
        return content

    def public(self) -> dict[str, Any]:
        """The public key as a JWK set (RFC 7517, RFC 8037)."""
        version = self._keys.latest("index")
        x = _raw(self._key(version).public_key())
        key = {"kty": "OKP", "crv": "Ed25519", "x": _packed(x), "kid": f"mining-{version}", "use": "sig"}
        return {"keys": [{**key, "alg": "EdDSA"}]}

    def _key(self, version: int) -> Ed25519PrivateKey:
        secret = hmac.digest(self._keys.key("index", version), b"mining receipts", hashlib.sha256)
        return Ed25519PrivateKey.from_private_bytes(secret)


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
