"""Who may push registry events: for each source the public keys with which its requests are checked.

A file holds one or more PEM blocks, public keys or certificates: several while a sender changes keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from qyzmet.runtime.errors import BadValue

Public = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

_SMALLEST_RSA = 2048
_BLOCK = re.compile(rb"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SenderKey:
    """A public key and, where it came in a certificate, when it holds."""

    public: Public = field(repr=False)
    first: datetime | None = None
    last: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.first is None or self.first <= at) and (self.last is None or at <= self.last)

    def algorithms(self) -> tuple[str, ...]:
        """Names of RFC 9421; the first is meant where a signature names none."""
        if isinstance(self.public, ed25519.Ed25519PublicKey):
            return ("ed25519",)
        if isinstance(self.public, ec.EllipticCurvePublicKey):
            return ("ecdsa-p256-sha256",)
        return ("rsa-v1_5-sha256", "rsa-pss-sha512")

    def verifies(self, signature: bytes, signed: bytes, algorithm: str) -> bool:
        if (algorithm or self.algorithms()[0]) not in self.algorithms():
            return False
        public = self.public
        try:
            if isinstance(public, ed25519.Ed25519PublicKey):
                public.verify(signature, signed)
            elif isinstance(public, ec.EllipticCurvePublicKey):
                if len(signature) != 64:
                    return False
                numbers = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
                public.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(hashes.SHA256()))
            elif algorithm == "rsa-pss-sha512":
                pss = padding.PSS(padding.MGF1(hashes.SHA512()), 64)
                public.verify(signature, signed, pss, hashes.SHA512())
            else:
                public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


Senders = Mapping[str, Sequence[SenderKey]]


def read_senders(files: Mapping[str, Path], sources: Sequence[str]) -> Senders:
    """The keys of every source. Raises BadValue for a source nobody takes events of, and for a bad file."""
    for source in files:
        if source not in sources:
            raise BadValue(
                f"senders.{source}",
                "names a source that no installed act takes events of",
                f"There are: {', '.join(sorted(sources))}.",
            )
    return {source: _read(f"senders.{source}", path) for source, path in files.items()}


def read_workplaces(files: Mapping[str, Path]) -> Senders:
    """The keys of every workplace that vouches for its officials. Raises BadValue for a bad file."""
    return {name: _read(f"workplaces.{name}", path) for name, path in files.items()}


def _read(name: str, path: Path) -> list[SenderKey]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadValue(
            name, f"cannot be read: {path}: {error.strerror}", "Correct the path or its rights."
        ) from None
    keys = keys_in(name, content)
    if not keys:
        raise BadValue(
            name, f"holds no public key: {path}", "Put PEM blocks of public keys or certificates there."
        )
    return keys


def keys_in(name: str, content: bytes) -> list[SenderKey]:
    """The public keys of PEM blocks. Raises BadValue under this name."""
    return [_key(name, match[1], match[0]) for match in _BLOCK.finditer(content)]


def _key(name: str, kind: bytes, block: bytes) -> SenderKey:
    first = last = None
    try:
        if kind == b"CERTIFICATE":
            certificate = x509.load_pem_x509_certificate(block)
            public: object = certificate.public_key()
            first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        elif kind == b"PUBLIC KEY":
            public = serialization.load_pem_public_key(block)
        else:
            raise BadValue(
                name, f"holds a block {kind.decode()}", "Only public keys and certificates belong there."
            )
    except BadValue:
        raise
    except Exception as error:
        raise BadValue(
            name, f"holds a block that does not read: {type(error).__name__}", "Write it anew."
        ) from None
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name != "secp256r1":
        raise BadValue(name, f"holds a key on the curve {public.curve.name}", "Use P-256, Ed25519 or RSA.")
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < _SMALLEST_RSA:
        raise BadValue(name, f"holds an RSA key of {public.key_size} bits", f"Use {_SMALLEST_RSA} or more.")
    if not isinstance(public, ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise BadValue(name, "holds a key of a kind that is not taken", "Use Ed25519, P-256 or RSA.")
    return SenderKey(public, first, last)
