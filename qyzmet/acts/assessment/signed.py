"""A body's report is signed by its head: a detached CMS over the canonical JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from qyzmet.acts.assessment.life import Life, canonical
from qyzmet.acts.assessment.report import Report
from qyzmet.exchange.verification import verify
from qyzmet.runtime.errors import BadValue, Refused


def checked_signature(
    life: Life, report: Report, signature: bytes, roots: Sequence[x509.Certificate], at: datetime
) -> str:
    """The signature as the register keeps it (base64).

    Without roots nothing can be checked: then nothing signed is taken, and what comes unsigned is kept as
    unsigned. Raises Refused where the signature is missing, does not hold, or names another organisation.
    """
    if not roots:
        if signature:
            raise Refused("No trusted roots are set (signing_roots), so no signature can be checked.")
        return ""
    if not signature:
        raise Refused("The report is not signed. Sign the canonical report and send the signature with it.")
    signer = verify(canonical(report), signature, roots, at)
    bin = life.bin_of(report.body)
    if signer.holder.office != f"BIN{bin}":
        raise Refused(f"The signature is of {signer.holder.office}, the report of BIN{bin}.")
    return base64.b64encode(signature).decode()


def read_signature(content: bytes) -> bytes:
    """A CMS in DER, or in base64 or PEM as signing programs write it. Raises BadValue."""
    if content[:1] == b"\x30" or not content:
        return content
    lines = [line for line in content.split(b"\n") if not line.startswith(b"-----")]
    try:
        return base64.b64decode(b"".join(line.strip() for line in lines), validate=True)
    except binascii.Error:
        raise BadValue(
            "signature", "is a CMS in DER, PEM or base64", "Send the file as it was made."
        ) from None
