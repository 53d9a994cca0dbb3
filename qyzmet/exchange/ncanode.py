"""Signing by an external service that holds the keys: GOST, or keys in hardware.

The contract is that of NCANode 3 (https://github.com/malikzh/NCANode, port 14579) with one difference:
keys are named by `keyAlias` (`committee/75`) and stay with the service, where NCANode is handed the key
and its password with each request. Before NCANode itself stands a small gate that puts them in.
Python cannot check GOST, so the service checks each signature it made, its certificate and revocation.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Literal, TypeVar

import httpx
import msgspec

from qyzmet.exchange.certificates import Holder
from qyzmet.exchange.heads import Heads
from qyzmet.exchange.signing import Signed, SigningWaits, ToSign
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import PartnerAway, PartnerNonsense, Refused

PORT = 14579
_TIMEOUT_SECONDS = 30.0


class KeyName(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    key_alias: str


class SignRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """POST /cms/sign."""

    data: bytes
    signers: list[KeyName]
    with_tsp: bool = False
    detached: bool = True


class SignReply(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    status: int
    message: str
    cms: bytes = b""


class VerifyRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """POST /cms/verify."""

    cms: bytes
    data: bytes
    revocation_check: tuple[Literal["OCSP", "CRL"], ...] = ("OCSP",)


class InfoRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """POST /x509/info; `certs` in Base64 of PEM or DER."""

    certs: list[bytes]
    revocation_check: tuple[Literal["OCSP", "CRL"], ...] = ("OCSP",)


class Subject(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    common_name: str = ""
    organization: str = ""
    bin: str = ""


class CertificateInfo(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    valid: bool
    serial_number: str
    key_usage: str
    key_user: list[str]
    subject: Subject
    not_before: datetime
    not_after: datetime

    def holder(self) -> Holder:
        return Holder(
            name=self.subject.common_name,
            organisation=self.subject.organization,
            office=f"BIN{self.subject.bin}" if self.subject.bin else "",
            serial=self.serial_number.upper().lstrip("0"),
        )


class TspInfo(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    gen_time: datetime


class CmsSigner(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    certificates: list[CertificateInfo]
    tsp: TspInfo | None = None


class VerifyReply(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    status: int
    message: str
    valid: bool = False
    signers: tuple[CmsSigner, ...] = ()


class InfoReply(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    status: int
    message: str
    valid: bool = False
    signers: tuple[CertificateInfo, ...] = ()


R = TypeVar("R", SignReply, VerifyReply, InfoReply)


class NcaNode:
    """The service as it is asked. Raises PartnerAway, PartnerNonsense, or Refused where it says no."""

    def __init__(self, url: str, *, at_once: int = 4, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            base_url=url,
            timeout=_TIMEOUT_SECONDS,
            limits=httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once),
            trust_env=False,
            transport=transport,
        )

    def sign(self, document: bytes, alias: str) -> bytes:
        """The detached CMS of a document by the key of this name."""
        asked = SignRequest(data=document, signers=[KeyName(key_alias=alias)])
        return self._ask("/cms/sign", asked, SignReply).cms

    def verify(self, document: bytes, signature: bytes) -> CertificateInfo:
        """The certificate that signed. Raises Refused where signature or certificate do not hold."""
        reply = self._ask("/cms/verify", VerifyRequest(cms=signature, data=document), VerifyReply)
        if not reply.valid or len(reply.signers) != 1 or not reply.signers[0].certificates:
            raise Refused(f"The external service says that the signature does not hold: {reply.message}.")
        return reply.signers[0].certificates[0]

    def certificate(self, der: bytes) -> CertificateInfo:
        """What the service says of a certificate, revocation included."""
        reply = self._ask("/x509/info", InfoRequest(certs=[der]), InfoReply)
        if len(reply.signers) != 1:
            raise PartnerNonsense("/x509/info of the external signer did not speak of one certificate.")
        return reply.signers[0]

    def close(self) -> None:
        self._http.close()

    def _ask(self, path: str, asked: Any, reply: type[R]) -> R:
        try:
            answer = self._http.post(
                path, content=msgspec.json.encode(asked), headers={"content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            raise PartnerAway(f"The external signer did not answer ({type(error).__name__}).") from None
        if answer.status_code >= 500:
            raise PartnerAway(f"The external signer answered {path} with the fault {answer.status_code}.")
        try:
            found = msgspec.json.decode(answer.content, type=reply)
        except msgspec.MsgspecError:
            raise PartnerNonsense(f"The external signer broke the contract of {path}.") from None
        if answer.status_code != httpx.codes.OK or found.status != httpx.codes.OK:
            raise Refused(f"The external signer refused {path}: {found.message[:200]}.")
        return found


class NcaNodeSigner:
    """`signing.Signer` over the service. The key of an office is named `authority/region`."""

    def __init__(self, node: NcaNode, heads: Heads, clock: Clock, *, at_once: int = 4) -> None:
        self._node, self._heads, self._clock = node, heads, clock
        self._asking = ThreadPoolExecutor(at_once, thread_name_prefix="ncanode")

    def sign(self, documents: Sequence[ToSign]) -> list[Signed]:
        """All of the documents or none. Raises SigningWaits or another PartnerAway."""
        now = self._clock.now()
        for office in {(item.authority, item.region) for item in documents}:
            self._heads.now(office, now)
        return list(self._asking.map(self._one, documents))

    def close(self) -> None:
        self._asking.shutdown(cancel_futures=True)
        self._node.close()

    def _one(self, item: ToSign) -> Signed:
        try:
            signature = self._node.sign(item.document, f"{item.authority}/{item.region}")
            info = self._node.verify(item.document, signature)
            holder = info.holder()
            if info.key_usage != "SIGN" or "CEO" not in info.key_user:
                raise Refused(f"Certificate {holder.serial} is not a signing certificate of a head.")
            now = self._clock.now()
            if not info.valid or not info.not_before <= now <= info.not_after:
                raise Refused(f"Certificate {holder.serial} is not valid at {now:%Y-%m-%d %H:%M} UTC.")
            self._heads.must_have_signed(holder, (item.authority, item.region), now)
        except (Refused, PartnerNonsense) as error:
            raise SigningWaits(str(error)) from None
        return Signed(signature=signature, signer=str(holder))
