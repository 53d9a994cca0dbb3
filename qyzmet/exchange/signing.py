"""Signatures as the rest of Qyzmet sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class ToSign(msgspec.Struct, frozen=True, kw_only=True):
    """A document for the head of the authorised body of a region."""

    document: bytes
    authority: str
    region: str


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """`signature` is a detached CMS in DER; `signer` names the certificate's holder and number."""

    signature: bytes
    signer: str


class Signer(Protocol):
    def sign(self, documents: Sequence[ToSign]) -> list[Signed]:
        """Signs each document. Raises Refused where signing is switched off or no key fits (G-25)."""
        ...
