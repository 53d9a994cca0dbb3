"""The routes of the certification centre's twin and of the external signer, beside the other systems.

`POST /tsa`, `POST /ocsp`, `GET /crl`, `GET /root.crt`; `POST /cms/sign`, `/cms/verify`, `/x509/info`;
under `/control/certificates` what is revoked. Faults are set for the systems `tsa`, `ocsp`, `crl`,
`ncanode`; of their kinds `error` and `nonsense` strike, and the waiting ones as everywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding
from litestar import Request, Response, delete, get, post
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from qyzmet.exchange import ncanode, timestamps
from qyzmet_twins.centre import Centre, Revoked
from qyzmet_twins.faults import Faults
from qyzmet_twins.ncanode import NcaNodeTwin
from qyzmet_twins.revocations import RevocationTwin
from qyzmet_twins.tsa import TimestampTwin

_OCSP = "application/ocsp-response"
_JSON = "application/json"


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: str = "unspecified"


def trust_handlers(centre: Centre, faults: Faults, delays: dict[str, float]) -> Sequence[HTTPRouteHandler]:
    """The handlers of one centre."""
    stamps, revocations, node = TimestampTwin(centre), RevocationTwin(centre), NcaNodeTwin(centre)

    async def answered(system: str, media: str, answer: Callable[[], bytes]) -> Response[bytes]:
        fault = faults.strike(system)
        if fault == "error":
            raise HTTPException("a fault on request", status_code=503)
        content = b"nonsense" if fault == "nonsense" else answer()
        if fault in delays:
            await asyncio.sleep(delays[fault])
        return Response(content, media_type=media)

    @post("/tsa", status_code=200, include_in_schema=False)
    async def tsa(request: Request[Any, Any, Any]) -> Response[bytes]:
        query = await request.body()
        return await answered("tsa", timestamps.ANSWER, lambda: stamps.answer(query))

    @post("/ocsp", status_code=200, include_in_schema=False)
    async def ocsp(request: Request[Any, Any, Any]) -> Response[bytes]:
        question = await request.body()
        return await answered("ocsp", _OCSP, lambda: revocations.ocsp(question))

    @get("/crl", include_in_schema=False)
    async def crl() -> Response[bytes]:
        return await answered("crl", "application/pkix-crl", revocations.crl)

    @get("/root.crt", sync_to_thread=False, include_in_schema=False)
    def root() -> Response[bytes]:
        pem = centre.root.certificate.public_bytes(Encoding.PEM)
        return Response(pem, media_type="application/x-pem-file")

    def signer(path: str, asked: type[Any], answer: Callable[[Any], Any]) -> HTTPRouteHandler:
        async def handler(request: Request[Any, Any, Any]) -> Response[bytes]:
            try:
                question = msgspec.json.decode(await request.body(), type=asked)
            except msgspec.MsgspecError as error:
                raise HTTPException(str(error), status_code=400) from None
            reply = answer(question)
            response = await answered("ncanode", _JSON, lambda: msgspec.json.encode(reply))
            response.status_code = reply.status
            return response

        return post(path, status_code=200, include_in_schema=False)(handler)

    @get("/control/certificates/revoked", sync_to_thread=False)
    def revoked() -> list[Revoked]:
        return centre.all_revoked()

    @post("/control/certificates/{serial:str}/revoke", sync_to_thread=False)
    def revoke(serial: FromPath[str], data: JSONBody[Reason]) -> Revoked:
        """Revokes the certificate with this number (hexadecimal), now."""
        try:
            return centre.revoke(serial, data.reason)
        except ValueError as error:
            raise HTTPException(str(error), status_code=400) from None

    @delete("/control/certificates/revoked", sync_to_thread=False)
    def forgive() -> None:
        centre.forgive()

    return [
        tsa, ocsp, crl, root, revoked, revoke, forgive,
        signer("/cms/sign", ncanode.SignRequest, node.sign),
        signer("/cms/verify", ncanode.VerifyRequest, node.verify),
        signer("/x509/info", ncanode.InfoRequest, node.info),
    ]  # fmt: skip
