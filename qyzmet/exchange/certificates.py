"""Certificates in the national profile: whom they name, which role they give, which root they go back to.

A key that signs carries nonRepudiation and the key uses below. The IIN stands in serialNumber and the
organisation's BIN in OU. Source: the test certificates in https://github.com/malikzh/NCANode.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from qyzmet.runtime.errors import Refused

SIGNING = ExtendedKeyUsageOID.EMAIL_PROTECTION
PERSON = x509.ObjectIdentifier("1.2.398.3.3.4.1.1")
ORGANISATION = x509.ObjectIdentifier("1.2.398.3.3.4.1.2")
HEAD = x509.ObjectIdentifier("1.2.398.3.3.4.1.2.1")

_LONGEST_CHAIN = 5
_DER = Encoding.DER
_T = TypeVar("_T", bound=x509.ExtensionType)


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a certificate names in office. The IIN in it stays where it is."""

    name: str
    organisation: str
    office: str  #: "BIN" and twelve digits
    serial: str  #: the certificate's number, hexadecimal

    def __str__(self) -> str:
        return f"{self.name}, head of {self.organisation} ({self.office}), certificate {self.serial}"


def holder(certificate: x509.Certificate) -> Holder:
    return Holder(
        name=_first(certificate, NameOID.COMMON_NAME),
        organisation=_first(certificate, NameOID.ORGANIZATION_NAME),
        office=_office(certificate),
        serial=f"{certificate.serial_number:X}",
    )


def must_be_valid(certificate: x509.Certificate, at: datetime) -> None:
    """Raises Refused where the certificate is not valid at this moment."""
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= at <= last:
        raise Refused(
            f"Certificate {certificate.serial_number:X} is valid from {first:%Y-%m-%d %H:%M} to "
            f"{last:%Y-%m-%d %H:%M} UTC, not at {at:%Y-%m-%d %H:%M}. Let the holder get a new one."
        )


def must_be_head(certificate: x509.Certificate) -> None:
    """Raises Refused where this is not a signing certificate of the head of an organisation."""
    uses = extension(certificate, x509.ExtendedKeyUsage)
    usage = extension(certificate, x509.KeyUsage)
    lacks = [
        what
        for what, there in (
            ("the use for signing", uses is not None and SIGNING in uses),
            ("the role of a head of an organisation", uses is not None and HEAD in uses),
            ("nonRepudiation", usage is not None and usage.content_commitment),
            ("digitalSignature", usage is not None and usage.digital_signature),
        )
        if not there
    ]
    if lacks:
        raise Refused(
            f"Certificate {certificate.serial_number:X} lacks {', '.join(lacks)}. "
            "Sign with the signing key of the head."
        )


def must_lead_to_root(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> list[x509.Certificate]:
    """The chain from the certificate to its root, all valid at that moment.

    Raises Refused where there is none. Whether a certificate was revoked is not asked here: that takes
    the certification centre's answer (`revocation.py`).
    """
    pool = [*roots, *others]
    trusted = {root.public_bytes(_DER) for root in roots}
    current, chain = certificate, [certificate]
    for _ in range(_LONGEST_CHAIN):
        must_be_valid(current, at)
        _must_be_understood(current)
        if current.public_bytes(_DER) in trusted:
            return chain
        issuer = next((other for other in pool if _issued(other, current)), None)
        if issuer is None or issuer == current:
            break
        current = issuer
        chain.append(issuer)
    raise Refused(
        f"Certificate {certificate.serial_number:X} does not go back to a root that is trusted here. "
        "Compare its issuer with the roots that are installed."
    )


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    basic, usage = extension(issuer, x509.BasicConstraints), extension(issuer, x509.KeyUsage)
    if basic is None or not basic.ca or (usage is not None and not usage.key_cert_sign):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _must_be_understood(certificate: x509.Certificate) -> None:
    unknown = [
        extension.oid.dotted_string
        for extension in certificate.extensions
        if extension.critical and isinstance(extension.value, x509.UnrecognizedExtension)
    ]
    if unknown:
        raise Refused(
            f"Certificate {certificate.serial_number:X} has critical extensions that are not understood: "
            f"{', '.join(unknown)}. It cannot be relied on."
        )


def extension(certificate: x509.Certificate, kind: type[_T]) -> _T | None:
    """The certificate's extension of this kind, if it has one."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def common_name(certificate: x509.Certificate) -> str:
    return _first(certificate, NameOID.COMMON_NAME)


def _office(certificate: x509.Certificate) -> str:
    """Newer keys of organisations bear the BIN in serialNumber, where persons have their IIN."""
    number = _first(certificate, NameOID.SERIAL_NUMBER)
    return _first(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME) or (
        number if number.startswith("BIN") else ""
    )


def _first(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""
