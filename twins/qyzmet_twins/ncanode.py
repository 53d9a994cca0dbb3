"""The external signer's twin: it speaks the contract of `qyzmet.exchange.ncanode`, but signs with RSA.

There is no GOST in it and its signatures have no legal force. It holds the keys of the development
centre's directory, one for each `authority/region`.
"""

from __future__ import annotations

from cryptography import x509

from qyzmet.exchange import certificates, ncanode
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.signing import ToSign
from qyzmet.exchange.verification import certificate_of, verify
from qyzmet.runtime.errors import Refused
from qyzmet_twins.centre import Centre


class NcaNodeTwin:
    """Answers the three questions."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def sign(self, asked: ncanode.SignRequest) -> ncanode.SignReply:
        if len(asked.signers) != 1 or not asked.detached or asked.with_tsp:
            return _refused(
                ncanode.SignReply, "the twin makes detached signatures of one signer, without TSP"
            )
        authority, _, region = asked.signers[0].key_alias.rpartition("/")
        signer = LocalSigner(self._centre.directory, self._centre.clock)
        try:
            (one,) = signer.sign([ToSign(document=asked.data, authority=authority, region=region)])
        except Refused as refused:
            return _refused(ncanode.SignReply, str(refused))
        return ncanode.SignReply(status=200, message="OK", cms=one.signature)

    def verify(self, asked: ncanode.VerifyRequest) -> ncanode.VerifyReply:
        roots, now = [self._centre.root.certificate], self._centre.clock.now()
        try:
            verify(asked.data, asked.cms, roots, now)
            info = self._info(certificate_of(asked.cms))
        except Refused as refused:
            return ncanode.VerifyReply(status=200, message=str(refused))
        message = "OK" if info.valid else "the certificate is not valid"
        signers = (ncanode.CmsSigner(certificates=[info]),)
        return ncanode.VerifyReply(status=200, message=message, valid=info.valid, signers=signers)

    def info(self, asked: ncanode.InfoRequest) -> ncanode.InfoReply:
        try:
            found = tuple(self._info(_read(one)) for one in asked.certs)
        except ValueError:
            return _refused(ncanode.InfoReply, "this is not a certificate")
        valid = all(one.valid for one in found)
        return ncanode.InfoReply(status=200, message="OK", valid=valid, signers=found)

    def _info(self, certificate: x509.Certificate) -> ncanode.CertificateInfo:
        holder, now = certificates.holder(certificate), self._centre.clock.now()
        roots = [self._centre.root.certificate]
        try:
            certificates.must_lead_to_root(certificate, [], roots, now)
            valid = self._centre.revoked(certificate.serial_number) is None
        except Refused:
            valid = False
        try:
            certificates.must_be_head(certificate)
            users, usage = ["ORGANIZATION", "CEO"], "SIGN"
        except Refused:
            users, usage = [], "UNKNOWN"
        return ncanode.CertificateInfo(
            valid=valid,
            serial_number=holder.serial.lower(),
            key_usage=usage,
            key_user=users,
            subject=ncanode.Subject(
                common_name=holder.name,
                organization=holder.organisation,
                bin=holder.office.removeprefix("BIN"),
            ),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )


def _read(raw: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(raw) if raw[:1] == b"-" else x509.load_der_x509_certificate(raw)


def _refused(reply: type[ncanode.R], message: str) -> ncanode.R:
    return reply(status=400, message=message)
