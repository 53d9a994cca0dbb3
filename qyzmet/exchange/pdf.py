"""A PDF signed as it leaves the system: the detached CMS of any signer, put into the file itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from qyzmet.runtime.errors import Refused

#: Room for a CMS with the certificates above the signer's and a timestamp.
ROOM = 16_384
FIELD = "Signature1"


def signed_pdf(content: bytes, sign: Callable[[bytes], bytes], at: datetime, reason: str) -> bytes:
    """The PDF with a signature over everything but the signature itself.

    `sign` gives the detached CMS (DER) of a document; it is called once and its errors pass through. Raises
    Refused where the CMS has no room.
    """
    writer = IncrementalPdfFileWriter(BytesIO(content))
    steps = PdfCMSEmbedder().write_cms(field_name=FIELD, writer=writer)
    next(steps)
    steps.send(
        SigObjSetup(
            SignatureObject(
                timestamp=at,
                reason=reason,
                bytes_reserved=2 * ROOM,
                subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
            )
        )
    )
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    whole = output.getvalue()
    signature = sign(whole[: prepared.reserved_region_start] + whole[prepared.reserved_region_end :])
    if len(signature) > ROOM:
        raise Refused(f"The signature has {len(signature)} bytes; a PDF has room for {ROOM}.")
    steps.send(signature)
    return bytes(output.getvalue())
