"""Detached signatures: CMS in DER, RSA with SHA-256, the moment of signing among the signed attributes.

The CMS of one certificate and moment is always of one length and differs only in the document's
digest and the signature, so it is composed once and then filled in. GOST keys need an external signer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
from asn1crypto import cms as asn1
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from qyzmet.exchange import certificates
from qyzmet.exchange.certificates import Holder
from qyzmet.exchange.signing import Signed, ToSign
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused

HEADS = "heads.json"  #: which file holds the key and certificate of which office's head
ROOT = "root.crt"
OFF = "signing-off"  #: while this file is there nothing is signed; it holds the reason

_DIGEST_PLACE = bytes(range(32))
_DER = serialization.Encoding.DER
_CLOCK_SKEW = timedelta(minutes=5)


class Key:
    """A head's key with its certificate."""

    def __init__(self, private: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self.private, self.certificate = private, certificate
        self.signer = str(certificates.holder(certificate))
        self._filled_for: datetime | None = None
        self._attributes: tuple[bytes, bytes] = (b"", b"")
        self._before = self._between = b""

    @classmethod
    def read(cls, path: Path) -> Key:
        """Key and certificate from one PEM file. Raises Refused where they are not what a head signs with."""
        try:
            pem = path.read_bytes()
            private = serialization.load_pem_private_key(pem, None)
            certificate = x509.load_pem_x509_certificate(pem)
        except (OSError, ValueError, TypeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a PEM key with its certificate"
            raise Refused(f"The signing key {path} cannot be used: {reason}. Restore it.") from None
        if not isinstance(private, rsa.RSAPrivateKey) or private.public_key() != certificate.public_key():
            raise Refused(f"{path} does not hold an RSA key and the certificate of that key. Restore it.")
        certificates.must_be_head(certificate)
        return cls(private, certificate)

    def sign(self, document: bytes, now: datetime) -> bytes:
        """The detached CMS of a document, signed at this moment (kept to the second)."""
        if self._filled_for != now:
            self._compose(now)
        first, last = self._attributes
        attributes = first + sha256(document).digest() + last
        signature = self.private.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
        # Signed is the SET OF the attributes; in the message it stands under the tag [0].
        return self._before + b"\xa0" + attributes[1:] + self._between + signature

    def _compose(self, now: datetime) -> None:
        """Everything but the digest and the signature."""
        attributes = asn1.CMSAttributes(
            [
                asn1.CMSAttribute({"type": "content_type", "values": ["data"]}),
                asn1.CMSAttribute({"type": "signing_time", "values": [_time(now)]}),
                asn1.CMSAttribute({"type": "message_digest", "values": [_DIGEST_PLACE]}),
            ]
        )
        written = attributes.dump()
        size = (self.private.key_size + 7) // 8
        whole = _signed_data(self.certificate, attributes, bytes(size)).dump()
        place = whole.index(written[1:]) - 1
        first, _, last = written.partition(_DIGEST_PLACE)
        self._attributes = first, last
        self._before, self._between = whole[:place], whole[place + len(written) : -size]
        self._filled_for = now


def _signed_data(
    certificate: x509.Certificate, attributes: asn1.CMSAttributes, signature: bytes
) -> asn1.ContentInfo:
    parsed = asn1_x509.Certificate.load(certificate.public_bytes(_DER))
    signer = asn1.SignerInfo(
        {
            "version": "v1",
            "sid": asn1.SignerIdentifier(
                "issuer_and_serial_number",
                asn1.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number}),
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signature": signature,
        }
    )
    data = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [parsed],
        "signer_infos": [signer],
    }
    return asn1.ContentInfo({"content_type": "signed_data", "content": asn1.SignedData(data)})


def _time(now: datetime) -> asn1.Time:
    moment = now.astimezone(UTC).replace(microsecond=0)
    return asn1.Time("utc_time" if moment.year < 2050 else "general_time", moment)


class LocalSigner:
    """Signs with keys in files: one per authority and region, that of the head of its office (G-25).

    `directory` holds `heads.json`, a list of `{"authority", "region", "file"}`; each file is PEM with
    the key and its certificate. `development_authority` makes such a directory to try things with.
    """

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory, self._clock = directory, clock
        self._keys: dict[tuple[str, str], Key] = {}

    def sign(self, documents: Sequence[ToSign]) -> list[Signed]:
        """All of the documents or none. Raises Refused: switched off, no key, or a certificate not valid."""
        off = self.switched_off()
        if off is not None:
            raise Refused(f"Signing is switched off: {off}. Nothing was signed.")
        now = self._clock.now()
        for office in {(item.authority, item.region) for item in documents}:
            certificates.must_be_valid(self._key(office).certificate, now)
        signed = []
        for item in documents:
            key = self._keys[item.authority, item.region]
            signed.append(Signed(signature=key.sign(item.document, now), signer=key.signer))
        return signed

    def switch_off(self, reason: str) -> None:
        """From now on nobody signs with these keys, in any process."""
        (self._directory / OFF).write_text(reason, encoding="utf-8")

    def switch_on(self) -> None:
        (self._directory / OFF).unlink(missing_ok=True)

    def switched_off(self) -> str | None:
        """Why signing is switched off; None where it is not."""
        try:
            text = (self._directory / OFF).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return text.strip().rstrip(".") or f"the file {OFF} is there without a reason"

    def _key(self, office: tuple[str, str]) -> Key:
        if office not in self._keys:
            self._keys[office] = Key.read(self._file(office))
        return self._keys[office]

    def _file(self, office: tuple[str, str]) -> Path:
        path = self._directory / HEADS
        try:
            listed = json.loads(path.read_text(encoding="utf-8"))
            files = {(row["authority"], row["region"]): row["file"] for row in listed}
        except FileNotFoundError:
            files = {}
        except (ValueError, KeyError, TypeError):
            raise Refused(f"{path} is not a list of authority, region and file. Correct it.") from None
        if office not in files:
            authority, region = office
            raise Refused(
                f"There is no key of the head of {authority} in region {region}. Enter it in {path}."
            )
        return self._directory / str(files[office])


class SignerInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed, and when by their own statement."""

    holder: Holder
    signed_at: datetime


def verify(document: bytes, signature: bytes, roots: Sequence[x509.Certificate], at: datetime) -> SignerInfo:
    """Who signed the document. `at` is a moment by which the signature is known to have been there.

    Raises Refused, with the reason, where the document or the signature was changed, the certificate is
    not that of a head, was not valid when it signed, or does not go back to one of the roots.
    """
    try:
        return _verified(document, signature, roots, at)
    except _MALFORMED:
        raise Refused("The signature does not hold: it is not a CMS with one signer.") from None


_MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    UnsupportedAlgorithm,
)


def _verified(
    document: bytes, signature: bytes, roots: Sequence[x509.Certificate], at: datetime
) -> SignerInfo:
    signer, found = _parts(signature)
    attributes = {item["type"].native: item["values"].native for item in signer["signed_attrs"]}
    (kind,), (digest,), (signed_at,) = (
        attributes[name] for name in ("content_type", "message_digest", "signing_time")
    )
    if kind != "data" or digest != sha256(document).digest():
        raise Refused("The signature does not hold: the document is not the one that was signed.")
    certificate = _certificate_of(signer, found)
    public = certificate.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise Refused("The signature is not by an RSA key. Check it with the certification centre's service.")
    try:
        signed = signer["signed_attrs"].untag().dump()
        public.verify(signer["signature"].native, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise Refused("The signature does not hold: it was changed or is not by this certificate.") from None
    if signed_at > at + _CLOCK_SKEW:
        raise Refused(f"The signature says it was made at {signed_at}, which is later than {at}.")
    certificates.must_be_head(certificate)
    certificates.must_lead_to_root(certificate, found, roots, signed_at)
    return SignerInfo(holder=certificates.holder(certificate), signed_at=signed_at)


def _parts(signature: bytes) -> tuple[asn1.SignerInfo, list[x509.Certificate]]:
    """The one signer and all certificates. Raises Refused for algorithms that are not ours."""
    content = asn1.ContentInfo.load(signature, strict=True)
    if content["content_type"].native != "signed_data":
        raise ValueError("another kind of CMS")
    data = content["content"]
    (signer,) = data["signer_infos"]
    used = (
        data["version"].native,
        [item["algorithm"].native for item in data["digest_algorithms"]],
        signer["version"].native,
        data["encap_content_info"]["content_type"].native,
        data["encap_content_info"]["content"].native,
        signer["digest_algorithm"]["algorithm"].native,
        signer["signature_algorithm"].signature_algo,
    )
    if used != ("v1", ["sha256"], "v1", "data", None, "sha256", "rsassa_pkcs1v15"):
        raise Refused("The signature does not hold: it is not a detached one by RSA with SHA-256.")
    return signer, [x509.load_der_x509_certificate(item.chosen.dump()) for item in data["certificates"]]


def _certificate_of(signer: asn1.SignerInfo, found: Sequence[x509.Certificate]) -> x509.Certificate:
    name = signer["sid"].chosen
    if isinstance(name, asn1.IssuerAndSerialNumber):
        issuer, number = name["issuer"].dump(), name["serial_number"].native
        for certificate in found:
            if certificate.issuer.public_bytes() == issuer and certificate.serial_number == number:
                return certificate
    raise Refused("The signature does not hold: the certificate of its signer is not in it.")
