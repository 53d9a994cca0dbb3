"""The decision receipt: one file with the signed decision, checked offline by `receipt_verifier.py`."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from asn1crypto import cms as asn1
from cryptography import x509

from qyzmet.exchange.receipt_verifier import Forged, canonical, fingerprint, name_of, verify
from qyzmet.runtime.errors import Refused


def receipt(document: bytes, signature: bytes, roots: Sequence[x509.Certificate]) -> bytes:
    """The receipt of a decision as it was signed, verified before it is given out.

    Raises Refused where it would not verify under one of the roots: such a receipt is of no use.
    """
    trouble = "there is no root certificate"
    for root in roots:
        content = {
            "receipt": 1,
            "installation": fingerprint(root),
            "document": document.decode(),
            "signer": name_of(_signer(signature)),
            "signature": base64.b64encode(signature).decode(),
        }
        written = canonical(content).encode()
        try:
            verify(written, [root])
        except Forged as forged:
            trouble = str(forged)
        else:
            return written
    raise Refused(f"No receipt can be given for this decision: {trouble}. Check the root certificates.")


def _signer(signature: bytes) -> x509.Certificate:
    data = asn1.ContentInfo.load(signature)["content"]
    number = data["signer_infos"][0]["sid"].chosen["serial_number"].native
    found = [x509.load_der_x509_certificate(one.chosen.dump()) for one in data["certificates"]]
    return next(one for one in found if one.serial_number == number)
