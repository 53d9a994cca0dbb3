"""How a person's data are encrypted: each person has a key, and a master key wraps these keys.

All values are AES-256-GCM with a random nonce in front, bound to the subject's number and to what
they are, so that values cannot be exchanged between persons or columns.
"""

from __future__ import annotations

import hashlib
import hmac
import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qyzmet.people.identity import Identity
from qyzmet.people.vault_keys import VaultKeys
from qyzmet.runtime.errors import BadValue, Refused

_NONCE_BYTES = 12
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Identity).decode


class Sealing:
    """Seals and opens with the keys of one vault."""

    def __init__(self, keys: VaultKeys) -> None:
        self.keys = keys
        self._masters: dict[int, AESGCM] = {}

    def wrap(self, subject: int, key: bytes, version: int) -> bytes:
        return _seal(self._master(version), key, _bound_to(b"key", subject))

    def unwrap(self, subject: int, wrapped: bytes, version: int) -> bytes:
        """The person's key. Raises Refused where it was wrapped for somebody else or by another key."""
        return _open(self._master(version), wrapped, _bound_to(b"key", subject), subject)

    def seal(self, subject: int, key: bytes, identity: Identity) -> bytes:
        return _seal(AESGCM(key), _encode(identity), _bound_to(b"identity", subject))

    def open(self, subject: int, key: bytes, sealed: bytes) -> Identity:
        return _decode(_open(AESGCM(key), sealed, _bound_to(b"identity", subject), subject))

    def iin_index(self, iin: str, version: int) -> bytes:
        """Keyed hash of an IIN. Raises BadValue, which never holds the number."""
        if len(iin) != 12 or not (iin.isascii() and iin.isdigit()):
            raise BadValue("IIN", "must be twelve digits", "Compare it with the identity document.")
        return hmac.digest(self.keys.key("index", version), iin.encode(), hashlib.sha256)

    def phone_index(self, phone: str, version: int) -> bytes:
        """Keyed hash of a phone number; `+7…`, `7…` and `8…` of one number give the same hash."""
        digits = "".join(sign for sign in phone if sign.isascii() and sign.isdigit())
        if not 10 <= len(digits) <= 15:
            raise BadValue("phone", "must be a number of 10 to 15 digits", "Write it as +7 and ten digits.")
        if len(digits) == 11 and digits[0] == "8":
            digits = "7" + digits[1:]
        return hmac.digest(self.keys.key("phone", version), digits.encode(), hashlib.sha256)

    def _master(self, version: int) -> AESGCM:
        if version not in self._masters:
            self._masters[version] = AESGCM(self.keys.key("master", version))
        return self._masters[version]


def payload_key(key: bytes) -> bytes:
    """The key for a person's records outside the vault; it does not open the vault."""
    return hmac.digest(key, b"records outside the vault", hashlib.sha256)


def _bound_to(what: bytes, subject: int) -> bytes:
    return what + subject.to_bytes(8)


def _seal(cipher: AESGCM, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, bound)


def _open(cipher: AESGCM, sealed: bytes, bound: bytes, subject: int) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
    except InvalidTag:
        raise Refused(
            f"The vault's record of subject {subject} does not open: it was changed outside Qyzmet, "
            "or the key file is another vault's. Restore the record or the key file from the backup."
        ) from None
