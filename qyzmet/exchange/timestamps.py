"""Timestamps (RFC 3161): an authority's word that a signature was there at a moment.

Each signature gets a token of its own, kept inside it as the unsigned attribute of CAdES-T. One token
over the Merkle root of a batch would cost less, but a decision could then be proven only together with
its path in that batch, which no common tool reads; a decision has to stand alone before a court.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar

import msgspec
from asn1crypto import algos, core, parser, tsp
from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from qyzmet.exchange import certificates
from qyzmet.runtime.errors import Refused

CLOCK_SKEW = timedelta(minutes=5)
ATTRIBUTE = "signature_time_stamp_token"
QUERY, ANSWER = "application/timestamp-query", "application/timestamp-reply"

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_MALFORMED = (ValueError, TypeError, KeyError, UnsupportedAlgorithm, x509.InvalidVersion)


class Reply(core.Sequence):  # type: ignore[misc]
    """TimeStampResp, where a rejection holds no token; asn1crypto's own wants one always."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", asn1.ContentInfo, {"optional": True}),
    ]


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says: the moment, the authority's name, the token's number there."""

    at: datetime
    authority: str
    number: str


def query(stamped: bytes) -> tuple[bytes, int]:
    """The request for a token over these bytes, in DER, and its nonce."""
    nonce = int.from_bytes(os.urandom(8)) >> 1
    asked = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "hashed_message": sha256(stamped).digest(),
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    return asked.dump(), nonce


def token_in(reply: bytes) -> bytes:
    """The token that an authority granted. Raises Refused where it granted none."""
    try:
        answer = Reply.load(reply, strict=True)
        status = answer["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise Refused(f"The timestamp was not granted: {status}.")
        token: bytes = answer["time_stamp_token"].dump()
    except _MALFORMED:
        raise Refused("The timestamp cannot be read: it is not an answer of RFC 3161.") from None
    return token


def check(token: bytes, stamped: bytes, roots: list[x509.Certificate], *, nonce: int | None = None) -> Stamp:
    """What the token says of these bytes.

    Raises Refused where it is of other bytes or another question, was changed, or is not by an authority
    for timestamps, valid at that moment, that goes back to one of the roots.
    """
    try:
        return _checked(token, stamped, roots, nonce)
    except _MALFORMED:
        raise Refused("The timestamp cannot be read: it is not a token of RFC 3161.") from None


def _checked(token: bytes, stamped: bytes, roots: list[x509.Certificate], nonce: int | None) -> Stamp:
    content = asn1.ContentInfo.load(token, strict=True)
    if content["content_type"].native != "signed_data":
        raise ValueError("another kind of CMS")
    data = content["content"]
    if data["encap_content_info"]["content_type"].native != "tst_info":
        raise ValueError("not a timestamp")
    written = bytes(data["encap_content_info"]["content"])
    info = tsp.TSTInfo.load(written, strict=True)
    imprint = info["message_imprint"]
    digest = hashes.Hash(_HASHES[imprint["hash_algorithm"]["algorithm"].native])
    digest.update(stamped)
    if imprint["hashed_message"].native != digest.finalize():
        raise Refused("The timestamp is of something else: its digest is another.")
    if nonce is not None and info["nonce"].native != nonce:
        raise Refused("The timestamp answers another question: its nonce is another.")
    found = [x509.load_der_x509_certificate(one.chosen.dump()) for one in data["certificates"]]
    (signer,) = data["signer_infos"]
    certificate = _signed_by(signer, written, found)
    at: datetime = info["gen_time"].native
    _must_be_authority(certificate)
    try:
        certificates.must_lead_to_root(certificate, found, roots, at)
    except Refused as refused:
        raise Refused(f"The timestamp is not by an authority that is trusted here: {refused}") from None
    name = certificates.common_name(certificate)
    return Stamp(at=at, authority=name, number=f"{info['serial_number'].native:X}")


def _signed_by(signer: asn1.SignerInfo, written: bytes, found: list[x509.Certificate]) -> x509.Certificate:
    """The certificate that signed. The signed attributes name it, so that no other can stand in its place."""
    # Signed is the SET OF the attributes; in the message it stands under the tag [0]. Taken before
    # they are looked into, since asn1crypto writes anew what it has looked into.
    signed = b"\x31" + signer["signed_attrs"].dump()[1:]
    attributes = {item["type"].native: item["values"] for item in signer["signed_attrs"]}
    algorithm = _HASHES[signer["digest_algorithm"]["algorithm"].native]
    digest = hashes.Hash(algorithm)
    digest.update(written)
    (kind,), (said,) = attributes["content_type"].native, attributes["message_digest"].native
    if kind != "tst_info" or said != digest.finalize():
        raise Refused("The timestamp was changed.")
    certificate = next((one for one in found if _is_named(one, attributes)), None)
    if certificate is None:
        raise Refused("The timestamp does not hold the certificate of its authority.")
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signer["signature"].native, signed, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signer["signature"].native, signed, ec.ECDSA(algorithm))
        else:
            raise Refused("The timestamp is by a key of a kind that is not read here.")
    except InvalidSignature:
        raise Refused("The timestamp was changed or is not by its authority.") from None
    return certificate


def _is_named(certificate: x509.Certificate, attributes: dict[str, asn1.SetOfAny]) -> bool:
    """Whether the signed attributes (ESSCertID of RFC 2634, ESSCertIDv2 of RFC 5816) name this one first."""
    der = certificate.public_bytes(Encoding.DER)
    if "signing_certificate_v2" in attributes:
        first = attributes["signing_certificate_v2"][0]["certs"][0]
        digest = hashes.Hash(_HASHES[first["hash_algorithm"]["algorithm"].native])
    else:
        first = attributes["signing_certificate"][0]["certs"][0]
        digest = hashes.Hash(hashes.SHA1())  # what the older standard has
    digest.update(der)
    named: bytes = first["cert_hash"].native
    return named == digest.finalize()


def _must_be_authority(certificate: x509.Certificate) -> None:
    """RFC 3161, 2.3: one use, for timestamps, and marked critical."""
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        uses = None
    if uses is None or not uses.critical or list(uses.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Refused("The timestamp is not by an authority for timestamps: its key is for other uses.")


# --- inside a signature (CAdES-T) ------------------------------------------------------------------


def value_of(signature: bytes) -> bytes:
    """The signature value of a CMS, which is what a timestamp is over."""
    value: bytes = _signer(asn1.ContentInfo.load(signature))["signature"].native
    return value


def attach(signature: bytes, token: bytes) -> bytes:
    """The CMS with the token among its unsigned attributes. The signature itself stays as it is.

    Put in byte by byte: asn1crypto writes a message anew as a whole, and over some certificates that takes
    it seconds, for each level of nesting doubles its work.
    """
    name: bytes = asn1.CMSAttributeType(ATTRIBUTE).dump()
    stamped = _element(0, 16, name + _element(0, 17, token))
    return _in_the_last(signature, _LEVELS, _element(2, 1, stamped))


#: From a ContentInfo to its signer: the last part of its content, of the SignedData, of the set of signers.
_LEVELS = 4


def _element(kind: int, tag: int, content: bytes) -> bytes:
    written: bytes = parser.emit(kind, 1, tag, content)
    return written


def _in_the_last(element: bytes, levels: int, more: bytes) -> bytes:
    """The element with `more` as the last part of its last part, so many levels down."""
    kind, _, tag, _, content, _ = parser.parse(element, strict=True)
    start = end = 0
    while end < len(content):
        start = end
        last, _, number, header, inner, trailer = parser.parse(content[start:])
        end = start + len(header) + len(inner) + len(trailer)
    if levels:
        return _element(kind, tag, content[:start] + _in_the_last(content[start:], levels - 1, more))
    if (last, number) == (2, 1):  # unsigned attributes of before make way
        content = content[:start]
    return _element(kind, tag, content + more)


def tokens_of(signer: asn1.SignerInfo) -> list[bytes]:
    """The tokens that a signature holds."""
    if signer["unsigned_attrs"].native is None:
        return []
    return [
        value.dump()
        for item in signer["unsigned_attrs"]
        if item["type"].native == ATTRIBUTE
        for value in item["values"]
    ]


def _signer(content: asn1.ContentInfo) -> asn1.SignerInfo:
    (signer,) = content["content"]["signer_infos"]
    return signer
