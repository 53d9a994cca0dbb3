"""The API of the act `assessment`: published results, reports signed by their body."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.assessment.report import read_report
from qyzmet.acts.assessment.signed import checked_signature
from qyzmet.acts.assessment.store import Store
from qyzmet.exchange.opening import roots_of
from qyzmet.runtime.errors import Refused
from qyzmet.web.assessment import showing
from qyzmet.web.desks import Desk
from qyzmet.web.events import must_be_json
from qyzmet.web.idempotency import Answer, Key, key_of
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.problem import Failed, Problem
from qyzmet.web.site import Context


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`report` is the canonical JSON that the body signed, `signature` the detached CMS (both base64)."""

    report: bytes
    signature: bytes


class ReportTaken(msgspec.Struct, frozen=True):
    body: str
    digest: str
    records: int


_SIGNED = msgspec.json.Decoder(Signed)


def api_handlers(context: Context) -> list[HTTPRouteHandler]:
    @get("/results", opt=needs(PUBLIC), sync_to_thread=True)
    def results() -> Response[bytes]:
        with context.desks.desk() as desk:
            lives = showing.published_lives(Store(desk.connection))
        return _json({"periods": [{"code": life.code, "issued": showing.issued(life)} for life in lives]})

    @get("/results/{code:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def one(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[bytes]:
        with context.desks.desk() as desk:
            life = Store(desk.connection).period(code)
        number, scored = showing.version(life, request.query_params.get("version", ""))
        return _json({"code": life.code, "version": number, "scores": scored.scores})

    @post("/periods/{code:str}/reports", opt=needs(PUBLIC), status_code=200)  # the signature says who reports
    async def report(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[bytes]:
        must_be_json(request)
        body, key = await request.body(), key_of(request)
        try:
            sent = _SIGNED.decode(body)
        except msgspec.MsgspecError as error:
            raise Failed(
                422,
                "bad-value",
                "A value breaks its rule",
                str(error),
                "See /api/v1/openapi.json",
                field="body",
            ) from None
        asked = Key(f"report {read_report(sent.report).body}"[:200], key, request.url.path, body)

        def work() -> Answer:
            with context.desks.desk() as desk:
                take = partial(_take, context, desk, code, sent)
                return context.once.answer(
                    desk.connection,
                    asked,
                    context.clock.now(),
                    lambda: Answer(200, MediaType.JSON, msgspec.json.encode(take())),
                )

        found = await asyncio.to_thread(work)
        headers = {"Idempotency-Replayed": "true"} if found.repeated else {}
        return Response(found.content, status_code=found.status, media_type=found.media_type, headers=headers)

    return [results, one, report]


def _take(context: Context, desk: Desk, code: str, sent: Signed) -> ReportTaken:
    """All of a report or nothing; the same report under another key is refused as nothing new."""
    config, now = context.config, context.clock.now()
    roots = roots_of(config) if config is not None and config.signing_roots else []
    if not roots:
        raise Refused(
            "Reports are taken over the API once signing_roots are set: the signature says who sends."
        )
    found = read_report(sent.report)
    store = Store(desk.connection)
    life = store.period(code)
    life.body(found.body)
    kept = checked_signature(life, found, sent.signature, roots, now)
    store.must_have_documents(found)
    by = f"bin:{life.bin_of(found.body)}"
    life = store.do(code, lambda present: present.submit(found, now, by, kept))
    taken = life.reports[found.body][-1]
    return ReportTaken(found.body, taken.digest, sum(1 for _ in found.items()))


def _json(value: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type=MediaType.JSON)


def described() -> Mapping[str, Any]:
    """The paths for the API's OpenAPI document."""
    schemas, components = msgspec.json.schema_components(
        (Signed, ReportTaken, Problem), ref_template="#/components/schemas/{name}"
    )
    signed, taken, problem = schemas
    code = {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}
    version = {"name": "version", "in": "query", "required": False, "schema": {"type": "string"}}
    key = {
        "name": "Idempotency-Key", "in": "header", "required": True,
        "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]+$"},
    }  # fmt: skip

    def told(name: str, summary: str, answer: Any, *parameters: Any) -> dict[str, Any]:
        refused = {"description": "Refused", "content": {"application/problem+json": {"schema": problem}}}
        return {
            "operationId": f"assessment_{name}", "summary": summary, "parameters": list(parameters),
            "responses": {
                "200": {"description": "Done", "content": {"application/json": {"schema": answer}}},
                "4XX": refused,
            },
        }  # fmt: skip

    body = {"required": True, "content": {"application/json": {"schema": signed}}}
    anything = {"type": "object"}
    return {
        "paths": {
            "/api/v1/assessment/results": {"get": told("periods", "Published periods", anything)},
            "/api/v1/assessment/results/{code}": {
                "get": told("results", "Every point of a published version", anything, code, version)
            },
            "/api/v1/assessment/periods/{code}/reports": {
                "post": told("report", "A body's signed report", taken, code, key) | {"requestBody": body}
            },
        },
        "schemas": components,
    }
