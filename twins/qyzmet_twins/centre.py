"""The certification centre's twin: its keys for timestamps and revocation answers, and what it revoked.

It shares the directory of the development root, so that all its answers go back to the root that the
heads' certificates go back to. Without a directory it makes a root of its own. Nothing is made before
somebody asks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from qyzmet.exchange.development import ROOT_KEY, development_authority
from qyzmet.runtime.clock import Clock

_TERM = timedelta(days=3650)


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """A revoked certificate: its number (hexadecimal), when, and why by RFC 5280 (`keyCompromise` …)."""

    serial: str
    at: datetime
    reason: str = "unspecified"


class Pair(msgspec.Struct, frozen=True):
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


class Centre:
    """One centre on one clock."""

    def __init__(self, clock: Clock, directory: Path | None = None) -> None:
        self.clock = clock
        self._given = directory
        self._revoked: dict[str, Revoked] = {}

    @cached_property
    def directory(self) -> Path:
        """Where root and heads' keys lie."""
        if self._given is not None:
            return self._given
        self._own = TemporaryDirectory(prefix="qyzmet-centre-")
        return Path(self._own.name)

    @cached_property
    def root(self) -> Pair:
        development_authority(self.directory, self.clock, [])
        pem = (self.directory / ROOT_KEY).read_bytes()
        key = serialization.load_pem_private_key(pem, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return Pair(key, x509.load_pem_x509_certificate(pem))

    @cached_property
    def timestamps(self) -> Pair:
        """The authority for timestamps; RFC 3161 wants this one use, and critical."""
        return self._issue(
            "DEMO TIMESTAMPS, no legal force", ExtendedKeyUsageOID.TIME_STAMPING, critical=True
        )

    @cached_property
    def responder(self) -> Pair:
        return self._issue("DEMO OCSP, no legal force", ExtendedKeyUsageOID.OCSP_SIGNING, critical=False)

    def revoke(self, serial: str, reason: str = "unspecified") -> Revoked:
        """From this moment; a certificate revoked before stays revoked since then."""
        name = f"{int(serial, 16):X}"
        return self._revoked.setdefault(
            name, Revoked(serial=name, at=self.clock.now(), reason=x509.ReasonFlags(reason).value)
        )

    def forgive(self) -> None:
        """Nothing is revoked any more; real centres cannot do that."""
        self._revoked.clear()

    def revoked(self, serial: int) -> Revoked | None:
        return self._revoked.get(f"{serial:X}")

    def all_revoked(self) -> list[Revoked]:
        return list(self._revoked.values())

    def _issue(self, name: str, use: x509.ObjectIdentifier, *, critical: bool) -> Pair:
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, name),
                x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
            ]
        )
        now, root = self.clock.now(), self.root
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=True, key_encipherment=False, key_agreement=False,
            data_encipherment=False, key_cert_sign=False, crl_sign=False, encipher_only=False,
            decipher_only=False,
        )  # fmt: skip
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + _TERM)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=critical)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(authority, critical=False)
        )
        if use == ExtendedKeyUsageOID.OCSP_SIGNING:
            certificate = certificate.add_extension(x509.OCSPNoCheck(), critical=False)
        return Pair(key, certificate.sign(root.key, hashes.SHA256()))
