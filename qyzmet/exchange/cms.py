"""Detached signatures: CMS in DER, RSA with SHA-256, the moment of signing among the signed attributes.

The CMS of one certificate and moment is always of one length and differs only in the document's
digest and the signature, so it is composed once and then filled in. GOST keys need an external signer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from asn1crypto import cms as asn1
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from qyzmet.exchange import certificates
from qyzmet.exchange.heads import HEADS, Head, Heads, office_named_in
from qyzmet.exchange.revocation import Revocation
from qyzmet.exchange.signing import Signed, SigningWaits, ToSign
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused

ROOT = "root.crt"
OFF = "signing-off"  #: while this file is there nothing is signed; it holds the reason

_DIGEST_PLACE = bytes(range(32))
_DER = serialization.Encoding.DER


class Key:
    """A head's key with its certificate; `chain` holds those of the centres above it, without the root."""

    def __init__(
        self,
        private: rsa.RSAPrivateKey,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate] = (),
    ) -> None:
        self.private, self.certificate, self.chain = private, certificate, chain
        self.holder = certificates.holder(certificate)
        self.signer = str(self.holder)
        self._filled_for: datetime | None = None
        self._attributes: tuple[bytes, bytes] = (b"", b"")
        self._before = self._between = b""

    @classmethod
    def read(cls, path: Path) -> Key:
        """Key, certificate and those above it from one PEM file.

        Raises SigningWaits where they are not what a head signs with.
        """
        try:
            pem = path.read_bytes()
            # The library's own check takes 40 to 80 ms; `_fits` proves by one signature what matters.
            private = serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
            certificate, *chain = x509.load_pem_x509_certificates(pem)
        except (OSError, ValueError, TypeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a PEM key with its certificate"
            raise SigningWaits(f"The signing key {path} cannot be used: {reason}. Restore it.") from None
        if not isinstance(private, rsa.RSAPrivateKey) or not _fits(private, certificate):
            raise SigningWaits(
                f"{path} does not hold an RSA key and the certificate of that key. Restore it."
            )
        try:
            certificates.must_be_head(certificate)
        except Refused as refused:
            raise SigningWaits(str(refused)) from None
        return cls(private, certificate, chain)

    def sign(self, document: bytes, now: datetime) -> bytes:
        """The detached CMS of a document, signed at this moment (kept to the second)."""
        second = now.replace(microsecond=0)
        if self._filled_for != second:
            self._compose(second)
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
        whole = _signed_data([self.certificate, *self.chain], attributes, bytes(size)).dump()
        place = whole.index(written[1:]) - 1
        first, _, last = written.partition(_DIGEST_PLACE)
        self._attributes = first, last
        self._before, self._between = whole[:place], whole[place + len(written) : -size]
        self._filled_for = now


def _fits(private: rsa.RSAPrivateKey, certificate: x509.Certificate) -> bool:
    """Whether what the key signs is what the certificate verifies: a damaged key shows here, not later."""
    public = certificate.public_key()
    if not isinstance(public, rsa.RSAPublicKey) or private.public_key() != public:
        return False
    try:
        signature = private.sign(_DIGEST_PLACE, padding.PKCS1v15(), hashes.SHA256())
        public.verify(signature, _DIGEST_PLACE, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed_data(
    chain: Sequence[x509.Certificate], attributes: asn1.CMSAttributes, signature: bytes
) -> asn1.ContentInfo:
    all_parsed = [asn1_x509.Certificate.load(one.public_bytes(_DER)) for one in chain]
    parsed = all_parsed[0]
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
        "certificates": all_parsed,
        "signer_infos": [signer],
    }
    return asn1.ContentInfo({"content_type": "signed_data", "content": asn1.SignedData(data)})


def _time(now: datetime) -> asn1.Time:
    moment = now.astimezone(UTC).replace(microsecond=0)
    return asn1.Time("utc_time" if moment.year < 2050 else "general_time", moment)


class LocalSigner:
    """Signs with keys in files: one per authority and region, that of the head of its office (G-25).

    `directory` holds `heads.json` (see `heads.py`) and the files that it names; each is PEM with the key
    and its certificate. `development_authority` makes such a directory to try things with.
    """

    def __init__(self, directory: Path, clock: Clock, revocation: Revocation | None = None) -> None:
        self._directory, self._clock, self._revocation = directory, clock, revocation
        self._keys: dict[Path, tuple[int, Key]] = {}
        self._heads: tuple[int, Heads] | None = None

    def sign(self, documents: Sequence[ToSign]) -> list[Signed]:
        """All of the documents or none.

        Raises SigningWaits: switched off, no key, no authority on this day, a certificate that is not
        valid, is revoked or is another office's, or a document that names another office.
        """
        off = self.switched_off()
        if off is not None:
            raise SigningWaits(f"Signing is switched off: {off}. Nothing was signed.")
        now = self._clock.now()
        offices = {(item.authority, item.region) for item in documents}
        keys = {office: self._key(office, now) for office in offices}
        for item in documents:
            if office_named_in(item.document) not in (None, (item.authority, item.region)):
                raise SigningWaits(
                    f"A document for {item.authority} in region {item.region} names another office. "
                    "Nothing was signed."
                )
        signed = []
        for item in documents:
            key = keys[item.authority, item.region]
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

    def _key(self, office: tuple[str, str], now: datetime) -> Key:
        """The key of the office's head, if it may sign at this moment. Raises SigningWaits."""
        row = self._known_heads().now(office, now)
        key = self._read(self._directory / row.file)
        if row.office and not row.is_of(key.holder):
            raise SigningWaits(_not_his(row, key))
        try:
            certificates.must_be_valid(key.certificate, now)
            if self._revocation is not None:
                self._revocation.must_not_be_revoked(key.certificate, self._issuer(key))
        except Refused as refused:
            raise refused if isinstance(refused, SigningWaits) else SigningWaits(str(refused)) from None
        return key

    def _issuer(self, key: Key) -> x509.Certificate:
        roots = x509.load_pem_x509_certificates((self._directory / ROOT).read_bytes())
        chain = certificates.must_lead_to_root(key.certificate, key.chain, roots, self._clock.now())
        return chain[min(1, len(chain) - 1)]

    def _read(self, path: Path) -> Key:
        """The key in a file, read again when the file has changed: a renewed one counts at once."""
        changed = _changed(path)
        known = self._keys.get(path)
        if known is None or known[0] != changed:
            known = self._keys[path] = (changed, Key.read(path))
        return known[1]

    def _known_heads(self) -> Heads:
        path = self._directory / HEADS
        changed = _changed(path)
        if self._heads is None or self._heads[0] != changed:
            self._heads = changed, Heads.read(path)
        return self._heads[1]


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _not_his(row: Head, key: Key) -> str:
    return (
        f"The key of the head of {row.authority} in region {row.region} is one of {key.holder.office} with "
        f"certificate {key.holder.serial}, not of {row.office} {row.certificate}".rstrip()
        + f". Correct {HEADS} or the key file."
    )
