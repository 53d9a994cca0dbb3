"""The contract over HTTP: every operation as `POST /{system}/v1/{name}`, described at `/openapi.json`."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from qyzmet.exchange import driving, ict, mining
from qyzmet.exchange.contract import Operation, Question
from qyzmet.exchange.openapi import PROBLEM, Problem, openapi
from qyzmet.exchange.social import ALL_OPERATIONS
from qyzmet_twins.control import control_handlers
from qyzmet_twins.openid import openid_handlers
from qyzmet_twins.outside import Outside
from qyzmet_twins.spoiling import spoiled
from qyzmet_twins.state import BadQuestion
from qyzmet_twins.trust import trust_handlers

#: How long a silent or slow system takes; a client gives up on silence much sooner.
SILENCE_SECONDS = 60.0
SLOW_SECONDS = 1.0

_MOST_BYTES = 64 << 20

#: Everything that the systems answer, of all acts.
SERVED = (*ALL_OPERATIONS, *ict.OPERATIONS, *driving.OPERATIONS, *mining.OPERATIONS)


def app(outside: Outside, *, silence: float = SILENCE_SECONDS, slow: float = SLOW_SECONDS) -> Litestar:
    """The application; `silence` and `slow` are the seconds that those faults take."""
    document = msgspec.json.encode(openapi(SERVED, "The systems that Qyzmet asks"))

    @get("/openapi.json", sync_to_thread=False, include_in_schema=False)
    def described() -> Response[bytes]:
        return Response(document, media_type=MediaType.JSON)

    delays = {"silence": silence, "slow": slow}
    return Litestar(
        route_handlers=[
            described,
            *(_serve(operation, outside, delays) for operation in SERVED),
            *control_handlers(outside),
            *openid_handlers(outside),
            *trust_handlers(outside.centre, outside.faults, delays),
        ],
        exception_handlers={BadQuestion: _bad_question, Exception: _error},
        openapi_config=OpenAPIConfig(
            title="Controls of the twins",
            version="1",
            path="/control/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        request_max_body_size=_MOST_BYTES,
        logging_config=None,
    )


def _serve(operation: Operation[Any, Any], outside: Outside, delays: dict[str, float]) -> HTTPRouteHandler:
    decoder: msgspec.json.Decoder[Question[Any]] = msgspec.json.Decoder(
        Question[operation.asked]  # type: ignore[name-defined]
    )

    async def handler(request: Request[Any, Any, Any]) -> Response[bytes]:
        fault = outside.faults.strike(operation.system)
        if fault == "error":
            raise HTTPException("a fault on request", status_code=503)
        try:
            question = decoder.decode(await request.body())
        except msgspec.MsgspecError as error:
            raise BadQuestion(f"{operation.path}: {error}") from None
        answers = outside.services.answer(operation, question.items)
        if fault in delays:
            await asyncio.sleep(delays[fault])
        return Response(spoiled(fault, question.correlation, answers), media_type=MediaType.JSON)

    return post(operation.path, status_code=200, include_in_schema=False)(handler)


def _json(value: object) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type=MediaType.JSON)


def _bad_question(_: Request[Any, Any, Any], error: BadQuestion) -> Response[bytes]:
    return _problem(error.status, "The question was refused", str(error))


def _error(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """What the asker did wrong is said in words; of our own mistakes only the kind."""
    if not isinstance(error, HTTPException):
        return _problem(500, "The system failed", type(error).__name__)
    return _problem(error.status_code, "The request was not carried out", error.detail)


def _problem(status: int, title: str, detail: str) -> Response[bytes]:
    problem = Problem(title=title, status=status, detail=detail)
    return Response(msgspec.json.encode(problem), status_code=status, media_type=PROBLEM)
