"""One question to an OCSP responder (RFC 6960), and whether its answer counts."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from qyzmet.exchange import certificates
from qyzmet.runtime.errors import Refused

_SKEW = timedelta(minutes=5)
#: How old an answer may be that names no end of its own.
_ENDLESS = timedelta(hours=24)


def question(certificate: x509.Certificate, issuer: x509.Certificate) -> tuple[bytes, bytes]:
    """The request in DER, and its nonce."""
    nonce = os.urandom(16)
    asked = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate, issuer, hashes.SHA1())  # names the issuer; protects nothing
        .add_extension(x509.OCSPNonce(nonce), critical=False)
        .build()
    )
    return asked.public_bytes(serialization.Encoding.DER), nonce


def check(
    raw: bytes, certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes, now: datetime
) -> ocsp.OCSPSingleResponse:
    """The answer about this certificate.

    Raises Refused where it is an error, about another certificate, not by the issuer or a responder that
    the issuer named, an answer to another question, or not valid now.
    """
    try:
        answer = ocsp.load_der_ocsp_response(raw)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Refused(f"it says {answer.response_status.name.lower()}")
        _must_be_signed(answer, issuer, now)
        _must_answer(answer, nonce)
        found = [one for one in answer.responses if _is_about(one, certificate, issuer)]
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Refused("it cannot be read") from None
    if len(found) != 1:
        raise Refused("it is about another certificate")
    (one,) = found
    until = one.next_update_utc or one.this_update_utc + _ENDLESS
    if one.this_update_utc > now + _SKEW or until < now - _SKEW:
        raise Refused(f"it is valid from {one.this_update_utc} to {until}, not at {now}")
    return one


def _must_be_signed(answer: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> None:
    signers = [issuer, *(one for one in answer.certificates if _may_answer_for(issuer, one, now))]
    algorithm = answer.signature_hash_algorithm
    for signer in signers:
        key = signer.public_key()
        try:
            if algorithm is None or isinstance(algorithm, hashes.SHA1 | hashes.MD5):
                break
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
                return
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
                return
        except InvalidSignature:
            continue
    raise Refused("it is not signed by the centre or by a responder that the centre named")


def _may_answer_for(issuer: x509.Certificate, responder: x509.Certificate, now: datetime) -> bool:
    uses = certificates.extension(responder, x509.ExtendedKeyUsage)
    if uses is None or ExtendedKeyUsageOID.OCSP_SIGNING not in uses:
        return False
    try:
        responder.verify_directly_issued_by(issuer)
        certificates.must_be_valid(responder, now)
    except (ValueError, TypeError, InvalidSignature, Refused):
        return False
    return True


def _must_answer(answer: ocsp.OCSPResponse, nonce: bytes) -> None:
    """A responder may leave the nonce out (its answers are then made in advance), never change it."""
    try:
        returned = answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return
    if returned != nonce:
        raise Refused("it answers another question (another nonce)")


def _is_about(one: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Compares what the answer names, made the same way from our certificates."""
    same = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, one.hash_algorithm).build()
    return (one.serial_number, one.issuer_key_hash, one.issuer_name_hash) == (
        same.serial_number,
        same.issuer_key_hash,
        same.issuer_name_hash,
    )
