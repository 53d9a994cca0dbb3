"""The certification centre's answers about revoked certificates: OCSP (RFC 6960) and the list (CRL)."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from qyzmet_twins.centre import Centre

#: How long an answer and the list count.
OCSP_TERM = timedelta(hours=1)
CRL_TERM = timedelta(days=1)


class RevocationTwin:
    """Tells of any certificate of the root whether it was revoked; it keeps no list of those it issued."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def ocsp(self, question: bytes) -> bytes:
        """An OCSPResponse in DER."""
        try:
            asked = ocsp.load_der_ocsp_request(question)
            number, algorithm = asked.serial_number, asked.hash_algorithm
        except ValueError:
            return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        root, responder = self._centre.root, self._centre.responder
        mine = ocsp.OCSPRequestBuilder().add_certificate(responder.certificate, root.certificate, algorithm)
        same = mine.build()
        if (asked.issuer_key_hash, asked.issuer_name_hash) != (same.issuer_key_hash, same.issuer_name_hash):
            return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        now, found = self._centre.clock.now(), self._centre.revoked(number)
        answer = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                issuer_name_hash=asked.issuer_name_hash,
                issuer_key_hash=asked.issuer_key_hash,
                serial_number=number,
                algorithm=algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED if found else ocsp.OCSPCertStatus.GOOD,
                this_update=now,
                next_update=now + OCSP_TERM,
                revocation_time=found.at if found else None,
                revocation_reason=x509.ReasonFlags(found.reason) if found else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
            .certificates([responder.certificate])
        )
        for extension in asked.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                answer = answer.add_extension(extension.value, critical=False)
        return answer.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def crl(self) -> bytes:
        """The list in DER."""
        root, now = self._centre.root, self._centre.clock.now()
        listed = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(root.certificate.subject)
            .last_update(now)
            .next_update(now + CRL_TERM)
        )
        for one in self._centre.all_revoked():
            entry = x509.RevokedCertificateBuilder().serial_number(int(one.serial, 16))
            entry = entry.revocation_date(one.at)
            if one.reason != "unspecified":  # which RFC 5280 says by leaving it out
                entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags(one.reason)), critical=False)
            listed = listed.add_revoked_certificate(entry.build())
        return listed.sign(root.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
