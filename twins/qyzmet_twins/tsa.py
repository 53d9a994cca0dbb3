"""The timestamp authority's twin (RFC 3161), on the clock of the twins."""

from __future__ import annotations

from datetime import UTC
from functools import cached_property
from hashlib import sha256
from itertools import count

from asn1crypto import cms as asn1
from asn1crypto import core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding

from qyzmet.exchange.timestamps import Reply
from qyzmet_twins.centre import Centre

#: A policy under which nobody relies on anything: the arc of examples.
POLICY = "2.999.1"

_DIGEST_PLACE = bytes(range(32))
_DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}


class TimestampTwin:
    """Answers queries with tokens of the centre's authority."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._numbers = count(1)

    def answer(self, query: bytes) -> bytes:
        """A TimeStampResp in DER: a token, or a rejection that says why."""
        try:
            asked = tsp.TimeStampReq.load(query, strict=True)
            imprint = asked["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            if len(imprint["hashed_message"].native) != _DIGEST_SIZES.get(algorithm):
                return _rejected({"bad_alg"})
        except (ValueError, TypeError, KeyError):
            return _rejected({"bad_data_format"})
        told = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": imprint,
            "serial_number": next(self._numbers),
            "gen_time": self._centre.clock.now().astimezone(UTC).replace(microsecond=0),
            "ordering": False,
        }
        if asked["nonce"].native is not None:
            told["nonce"] = asked["nonce"].native
        token = self._token(tsp.TSTInfo(told).dump(), with_certificate=bool(asked["cert_req"].native))
        answer = {"status": tsp.PKIStatusInfo({"status": "granted"}), "time_stamp_token": token}
        written: bytes = Reply(answer).dump()
        return written

    def _token(self, told: bytes, *, with_certificate: bool) -> asn1.ContentInfo:
        before, after, pair = *self._attributes, self._centre.timestamps
        attributes = before + sha256(told).digest() + after
        signer = asn1.SignerInfo(
            {
                "version": "v1",
                "sid": self._name,
                "digest_algorithm": {"algorithm": "sha256"},
                "signed_attrs": asn1.CMSAttributes.load(attributes),
                "signature_algorithm": {"algorithm": "sha256_rsa"},
                "signature": pair.key.sign(attributes, padding.PKCS1v15(), hashes.SHA256()),
            }
        )
        data = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(told)},
            "signer_infos": [signer],
        }
        if with_certificate:
            data["certificates"] = [self._certificate]
        return asn1.ContentInfo({"content_type": "signed_data", "content": asn1.SignedData(data)})

    @cached_property
    def _der(self) -> bytes:
        return self._centre.timestamps.certificate.public_bytes(Encoding.DER)

    @cached_property
    def _certificate(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self._der)

    @cached_property
    def _name(self) -> asn1.SignerIdentifier:
        of = {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number}
        return asn1.SignerIdentifier("issuer_and_serial_number", asn1.IssuerAndSerialNumber(of))

    @cached_property
    def _attributes(self) -> tuple[bytes, bytes]:
        """The signed attributes before and after the digest, which alone differs."""
        named = tsp.SigningCertificateV2({"certs": [{"cert_hash": sha256(self._der).digest()}]})
        attributes = asn1.CMSAttributes(
            [
                asn1.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                asn1.CMSAttribute({"type": "message_digest", "values": [_DIGEST_PLACE]}),
                asn1.CMSAttribute({"type": "signing_certificate_v2", "values": [named]}),
            ]
        )
        before, _, after = attributes.dump().partition(_DIGEST_PLACE)
        return before, after


def _rejected(why: set[str]) -> bytes:
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": why})
    written: bytes = Reply({"status": status}).dump()
    return written
