"""A certification centre of our own, for demos and tests. Its signatures have no legal force.

Names, IIN and BIN in its certificates belong to nobody: the numbers name a month 00, which no
person or organisation has, and every subject says that it is a demonstration.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from qyzmet.exchange.certificates import HEAD, ORGANISATION, SIGNING, must_lead_to_root
from qyzmet.exchange.cms import ROOT
from qyzmet.exchange.heads import HEADS
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused

ROOT_KEY = "root.pem"
_ROOT_TERM = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
_HEAD_TERM = timedelta(days=3 * 365)
_PEM = serialization.Encoding.PEM


class Office(msgspec.Struct, frozen=True):
    """An authorised body of a region, whose head signs. `title` is its name in the certificate."""

    authority: str
    region: str
    title: str = ""


def development_authority(directory: Path, clock: Clock, offices: Iterable[Office]) -> Path:
    """Makes what is missing in `directory`: a root, and a key and certificate per office's head.

    A certificate that is not valid by the clock is made anew. Returns the file of the root's
    certificate. Several processes may call it at once.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".making").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        root_key, root = _root(directory)
        rows = []
        for office in dict.fromkeys(offices):
            name = _file_name(office)
            if not _good(directory / name, root, clock.now()):
                _write(directory / name, _head(office, root_key, root, clock.now()), secret=True)
            rows.append(
                {"authority": office.authority, "region": office.region, "office": _bin(office), "file": name}
            )
        known = {(row["authority"], row["region"]) for row in rows}
        rows = [row for row in _listed(directory) if (row["authority"], row["region"]) not in known] + rows
        _write(directory / HEADS, json.dumps(rows, ensure_ascii=False, indent=1).encode(), secret=False)
    return directory / ROOT


def roots_in(directory: Path) -> list[x509.Certificate]:
    """The root certificates that are trusted for signatures made with this directory's keys."""
    return x509.load_pem_x509_certificates((directory / ROOT).read_bytes())


def _root(directory: Path) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    path = directory / ROOT_KEY
    if not path.exists():
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, "Qyzmet DEVELOPMENT ROOT, no legal force"),
                x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
            ]
        )
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_ROOT_TERM[0])
            .not_valid_after(_ROOT_TERM[1])
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        _write(path, _pem(key, certificate), secret=True)
    pem = path.read_bytes()
    loaded = serialization.load_pem_private_key(pem, None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    root = x509.load_pem_x509_certificate(pem)
    _write(directory / ROOT, root.public_bytes(_PEM), secret=False)
    return loaded, root


def _head(office: Office, root_key: rsa.RSAPrivateKey, root: x509.Certificate, now: datetime) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    number = _number(office)
    title = office.title or f"{office.authority}, {office.region}"
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"ДЕМО БАСШЫ {number:05d}"),
            x509.NameAttribute(NameOID.SURNAME, "ДЕМО"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, f"IIN0000000{number:05d}"),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
            x509.NameAttribute(NameOID.GIVEN_NAME, "ДЕМОҰЛЫ"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"ДЕМО: {title}"[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _bin(office)),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _HEAD_TERM)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([SIGNING, ORGANISATION, HEAD]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )
    return _pem(key, certificate)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + certificate.public_bytes(_PEM)


def _good(path: Path, root: x509.Certificate, now: datetime) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    try:
        must_lead_to_root(certificate, [], [root], now)
    except Refused:
        return False
    return True


def _listed(directory: Path) -> list[dict[str, str]]:
    path = directory / HEADS
    if not path.exists():
        return []
    listed: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return listed


def _file_name(office: Office) -> str:
    return f"head-{sha256(_identity(office)).hexdigest()[:16]}.pem"


def _number(office: Office) -> int:
    return int.from_bytes(sha256(_identity(office)).digest()[:4]) % 100_000


def _bin(office: Office) -> str:
    return f"BIN000040{_number(office):05d}0"


def _identity(office: Office) -> bytes:
    return f"{office.authority}\n{office.region}".encode()


def _write(path: Path, written: bytes, *, secret: bool) -> None:
    """Whole or not at all; secrets can be read by their owner only."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    mode = 0o600 if secret else 0o644
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(written)
    fresh.replace(path)
