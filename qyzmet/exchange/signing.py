"""Signatures as the rest of Qyzmet sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from qyzmet.runtime.errors import PartnerAway, Refused


class ToSign(msgspec.Struct, frozen=True, kw_only=True):
    """A document for the head of the authorised body of a region."""

    document: bytes
    authority: str
    region: str


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """`signature` is a detached CMS in DER; `signer` names the certificate's holder and number."""

    signature: bytes
    signer: str


class SigningWaits(Refused, PartnerAway):
    """Nothing can be signed for now, and why: the documents wait until people have mended it.

    Switched off, no key, no authority on this day, a certificate that is over or revoked, a timestamp
    that does not count. Refused because nothing was signed, PartnerAway because it is tried again.
    """


class Signer(Protocol):
    def sign(self, documents: Sequence[ToSign]) -> list[Signed]:
        """All of the documents or none. Raises SigningWaits or another PartnerAway (G-25)."""
        ...


def sign_by_office(signer: Signer, documents: Sequence[ToSign]) -> list[Signed | SigningWaits]:
    """For each document its signature, or why its office cannot sign now. One office holds up no other.

    All of them go to the signer together first, so that it may sign on several cores at once. Raises
    PartnerAway where the signer itself does not answer.
    """
    try:
        return list(signer.sign(documents))
    except SigningWaits as waits:
        offices: dict[tuple[str, str], list[int]] = {}
        for place, item in enumerate(documents):
            offices.setdefault((item.authority, item.region), []).append(place)
        if len(offices) == 1:
            return [waits] * len(documents)
    answers: dict[int, Signed | SigningWaits] = {}
    for places in offices.values():
        try:
            answers.update(zip(places, signer.sign([documents[place] for place in places]), strict=True))
        except SigningWaits as waits:
            answers.update(dict.fromkeys(places, waits))
    return [answers[place] for place in range(len(documents))]
