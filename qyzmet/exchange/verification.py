"""Whether a signature counts: each question on its own, with yes or no and the reason.

Who signed and whether the certificate was good are judged at the moment of signing. That moment is the
signer's own statement until a timestamp proves that the signature was there; without that proof a
revoked certificate counts as revoked at any moment, since its thief could write any moment he likes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

import msgspec
from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from qyzmet.exchange import certificates, timestamps
from qyzmet.exchange.certificates import Holder
from qyzmet.exchange.heads import Heads
from qyzmet.exchange.revocation import Revocation
from qyzmet.runtime.errors import QyzmetError, Refused

_CLOCK_SKEW = timedelta(minutes=5)
_MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    UnsupportedAlgorithm,
)


@dataclass(frozen=True)
class Trust:
    """What a signature is held against; what is left out cannot be checked.

    `roots` are the trusted root certificates, `stamp_roots` those for timestamps (else the same).
    """

    roots: Sequence[x509.Certificate]
    stamp_roots: Sequence[x509.Certificate] = ()
    heads: Heads | None = None
    revocation: Revocation | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `unknown`: it could not be asked, and `reason` says what is missing."""

    name: str
    answer: Literal["yes", "no", "unknown"]
    reason: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All questions about one signature. `proven_at` is the moment of its timestamp."""

    holder: Holder | None
    signed_at: datetime | None
    proven_at: datetime | None
    checks: list[Check]

    @property
    def refusal(self) -> str:
        """The first reason why the signature does not count; empty where there is none."""
        return next((check.reason for check in self.checks if check.answer == "no"), "")

    @property
    def unknown(self) -> list[str]:
        """What could not be checked."""
        return [check.name for check in self.checks if check.answer == "unknown"]


class SignerInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed, and when by their own statement."""

    holder: Holder
    signed_at: datetime


def verify(
    document: bytes,
    signature: bytes,
    trust: Trust | Sequence[x509.Certificate],
    at: datetime,
    office: tuple[str, str] | None = None,
) -> SignerInfo:
    """Who signed the document. `at` is a moment by which the signature is known to have been there.

    `trust` may be the roots alone. Raises Refused with the first reason why the signature does not count.
    """
    trust = trust if isinstance(trust, Trust) else Trust(trust)
    report = examine(document, signature, trust, at, office)
    if report.refusal or report.holder is None or report.signed_at is None:
        raise Refused(report.refusal)
    return SignerInfo(holder=report.holder, signed_at=report.signed_at)


def examine(
    document: bytes,
    signature: bytes,
    trust: Trust,
    at: datetime,
    office: tuple[str, str] | None = None,
) -> Report:
    """The report on a signature. `office` is the authority and region that the document is one of."""
    found = _Examination(trust, at)
    try:
        found.all(document, signature, office)
    except _MALFORMED:
        found.checks.append(_no("form", "The signature does not hold: it is not a CMS with one signer."))
    except Refused as refused:
        found.checks.append(_no("form", str(refused)))
    return Report(
        holder=found.holder, signed_at=found.signed_at, proven_at=found.proven_at, checks=found.checks
    )


class _Examination:
    """The questions in their order; each notes its answer and the next one is asked all the same."""

    def __init__(self, trust: Trust, at: datetime) -> None:
        self._trust, self._at = trust, at
        self.checks: list[Check] = []
        self.holder: Holder | None = None
        self.signed_at: datetime | None = None
        self.proven_at: datetime | None = None
        self._chain: list[x509.Certificate] = []

    def all(self, document: bytes, signature: bytes, office: tuple[str, str] | None) -> None:
        signer, found = _parts(signature)
        # Signed is the SET OF the attributes; in the message it stands under the tag [0].
        signed = b"\x31" + signer["signed_attrs"].dump()[1:]
        attributes = {item["type"].native: item["values"].native for item in signer["signed_attrs"]}
        (kind,), (digest,), (signed_at,) = (
            attributes[name] for name in ("content_type", "message_digest", "signing_time")
        )
        certificate = _certificate_of(signer, found)
        signed_at = self.signed_at = _moment(signed_at)
        holder = self.holder = certificates.holder(certificate)
        tokens = timestamps.tokens_of(signer)
        self._ask("document", "it is the one that was signed", lambda: _same(document, kind, digest))
        self._ask(
            "signature", "it was made with this certificate", lambda: _signed(signed, signer, certificate)
        )
        self._ask("time", f"signed at {signed_at:%Y-%m-%d %H:%M:%S} UTC", lambda: self._in_time(signed_at))
        self._timestamp(tokens, signer["signature"].native, signed_at)
        self._ask("role", "a signing certificate of a head", lambda: certificates.must_be_head(certificate))
        self._ask("chain", "it goes back to a trusted root", lambda: self._lead(certificate, found))
        if self._chain:
            self._revocation()
        self._office(holder, office, signed_at)

    def _ask(self, name: str, yes: str, question: Callable[[], Any]) -> None:
        try:
            question()
        except Refused as refused:
            self.checks.append(_no(name, str(refused)))
        except QyzmetError as error:  # nobody answered: not known, and never assumed
            self.checks.append(Check(name=name, answer="unknown", reason=str(error)))
        else:
            self.checks.append(Check(name=name, answer="yes", reason=f"{yes[0].upper()}{yes[1:]}."))

    def _in_time(self, signed_at: datetime) -> None:
        if signed_at > self._at + _CLOCK_SKEW:
            raise Refused(f"The signature says it was made at {signed_at}, which is later than {self._at}.")

    def _timestamp(self, tokens: list[bytes], value: bytes, signed_at: datetime) -> None:
        if not tokens:
            reason = "There is no timestamp: when it was signed is the signer's own statement."
            self.checks.append(Check(name="timestamp", answer="unknown", reason=reason))
            return

        def stamped() -> None:
            roots = list(self._trust.stamp_roots or self._trust.roots)
            stamps = [timestamps.check(token, value, roots) for token in tokens]
            first = min(stamps, key=lambda stamp: stamp.at)
            if not signed_at - _CLOCK_SKEW <= first.at <= self._at + _CLOCK_SKEW:
                raise Refused(f"The timestamp of {first.at} does not fit a signature made at {signed_at}.")
            self.proven_at = first.at

        self._ask("timestamp", "a trusted authority saw the signature", stamped)

    def _lead(self, certificate: x509.Certificate, found: Sequence[x509.Certificate]) -> None:
        assert self.signed_at is not None
        chain = certificates.must_lead_to_root(certificate, found, self._trust.roots, self.signed_at)
        if self.proven_at is not None:
            certificates.must_lead_to_root(certificate, found, self._trust.roots, self.proven_at)
        self._chain = chain

    def _revocation(self) -> None:
        revocation = self._trust.revocation
        if revocation is None:
            reason = "Nobody was asked whether the certificate was revoked: name a responder or a list."
            self.checks.append(Check(name="revocation", answer="unknown", reason=reason))
            return

        def asked() -> None:
            # The root is trusted by hand; it cannot revoke itself.
            for place, one in enumerate(self._chain[:-1]):
                revocation.status(one, self._chain[place + 1]).must_be_good(one, self.proven_at)

        self._ask("revocation", "not revoked when it signed", asked)

    def _office(self, holder: Holder, office: tuple[str, str] | None, signed_at: datetime) -> None:
        heads = self._trust.heads
        if office is None or heads is None:
            missing = "which office it is for" if office is None else "who heads which office"
            reason = f"It is not known {missing}, so nor whether the signer had the authority."
            self.checks.append(Check(name="office", answer="unknown", reason=reason))
            return
        self._ask(
            "office",
            f"the signer was the head of {office[0]} in region {office[1]}",
            lambda: heads.must_have_signed(holder, office, signed_at),
        )


def _no(name: str, reason: str) -> Check:
    return Check(name=name, answer="no", reason=reason)


def _moment(found: Any) -> datetime:
    if not isinstance(found, datetime):
        raise TypeError("not a moment")
    return found


def _same(document: bytes, kind: Any, digest: Any) -> None:
    if kind != "data" or digest != sha256(document).digest():
        raise Refused("The signature does not hold: the document is not the one that was signed.")


def _signed(signed: bytes, signer: asn1.SignerInfo, certificate: x509.Certificate) -> None:
    public = certificate.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise Refused("The signature is not by an RSA key. Check it with the certification centre's service.")
    try:
        public.verify(signer["signature"].native, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise Refused("The signature does not hold: it was changed or is not by this certificate.") from None


def certificate_of(signature: bytes) -> x509.Certificate:
    """The certificate of a signature's signer. Raises Refused."""
    try:
        return _certificate_of(*_parts(signature))
    except _MALFORMED:
        raise Refused("This is not a CMS with one signer.") from None


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
        raise Refused(
            "The signature does not hold: it is not a detached one by RSA with SHA-256. "
            "GOST signatures are checked by the external service (--ncanode)."
        )
    return signer, [x509.load_der_x509_certificate(item.chosen.dump()) for item in data["certificates"]]


def _certificate_of(signer: asn1.SignerInfo, found: Sequence[x509.Certificate]) -> x509.Certificate:
    name = signer["sid"].chosen
    if isinstance(name, asn1.IssuerAndSerialNumber):
        issuer, number = name["issuer"].dump(), name["serial_number"].native
        for certificate in found:
            if certificate.issuer.public_bytes() == issuer and certificate.serial_number == number:
                return certificate
    raise Refused("The signature does not hold: the certificate of its signer is not in it.")
