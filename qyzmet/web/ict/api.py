"""The API of the act `ict` under /api/v1/ict: the list, suggestions, determination, a file of income.

What these answer is worked out from what is sent and kept nowhere; the register is entered on the pages by
people who sign in for their company.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from qyzmet.acts.ict.catalogue import PARTS, activities, directions
from qyzmet.acts.ict.classifying import classified, share_in_words
from qyzmet.acts.ict.determination import determine
from qyzmet.acts.ict.income import Judge
from qyzmet.acts.ict.incomefile import read_lines
from qyzmet.acts.ict.words import asked, reason_in_words, result_in_words
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue
from qyzmet.web.events import must_be_json
from qyzmet.web.ict.determinations import policies_of
from qyzmet.web.ict.search import must_be_text
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.problem import Failed, Problem
from qyzmet.web.site import Context
from qyzmet.web.translations import LANGUAGES


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A description in Kazakh, Russian or English; reasons come in `language`."""

    text: str
    language: str = "en"
    most: int = 5


class Item(msgspec.Struct, frozen=True):
    item: int
    code: str
    clause: str
    name: str
    excluded: bool
    reasons: list[str]
    words: list[str]
    actions: list[str]
    score: float


class Items(msgspec.Struct, frozen=True):
    items: list[Item]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answers so far; the day of the activity is today where it is left out."""

    item: int
    answers: dict[str, Any]
    on: date | None = None
    language: str = "en"


class Question(msgspec.Struct, frozen=True):
    name: str
    kind: str
    text: str
    choices: dict[str, str]


class Determined(msgspec.Struct, frozen=True):
    """`result` is MATCH, NO_MATCH or MANUAL_REVIEW, or null with the question that is still open."""

    item: int
    result: str | None
    text: str
    reasons: list[str]
    on: date
    ask: Question | None


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of income lines: CSV or XLSX in base64."""

    name: str
    content: bytes
    year: int | None = None
    language: str = "en"


#: As for every POST; these keep nothing, so that any key will do.
_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]+$"},
}  # fmt: skip
_DESCRIBED, _ASKED, _FILE = (msgspec.json.Decoder(each) for each in (Described, Asked, File))


def api_handlers(context: Context) -> list[HTTPRouteHandler]:
    @get("/items", opt=needs(PUBLIC), sync_to_thread=False)
    def items() -> Response[bytes]:
        return _json({"items": _listed()})

    @post("/classify", opt=needs(PUBLIC), status_code=200)
    async def classify(request: Request[Any, Any, Any]) -> Response[bytes]:
        sent: Described = await _read(request, _DESCRIBED)
        _must_be_language(sent.language)
        must_be_text(sent.text)
        if not 1 <= sent.most <= 19:
            raise BadValue("most", "is a number from 1 to 19", "Correct it.")
        return _json({"items": classified(sent.text, sent.language, sent.most)})

    @post("/determine", opt=needs(PUBLIC), status_code=200)
    async def determination(request: Request[Any, Any, Any]) -> Response[bytes]:
        sent: Asked = await _read(request, _ASKED)
        _must_be_language(sent.language)
        on = sent.on or legal_date(context.clock.now())
        found = determine(sent.item, sent.answers, policies_of(context), on)
        return _json(
            {
                "item": found.item, "result": found.result, "text": result_in_words(found, sent.language),
                "reasons": [reason_in_words(reason, sent.language) for reason in found.reasons], "on": on,
                "ask": asked(found, sent.language) if found.result is None else None,
            }
        )  # fmt: skip

    @post("/income/check", opt=needs(PUBLIC), status_code=200)
    async def check(request: Request[Any, Any, Any]) -> Response[bytes]:
        sent: File = await _read(request, _FILE)
        _must_be_language(sent.language)
        lines, bad = read_lines(sent.name[:200], sent.content)
        judged = Judge(policies_of(context)).judge(lines)
        return _json(share_in_words(judged, bad, sent.year, sent.language))

    return [items, classify, determination, check]


def _listed() -> list[dict[str, Any]]:
    return [
        {
            "item": each.number, "code": each.code, "clause": each.clause.id, "names": each.names,
            "texts": each.texts, "actions": each.actions, "stages": each.stages,
            **{part: each.parts[part] for part in PARTS},
            "directions": directions() if each.number == 17 else {},
        }
        for each in activities()
    ]  # fmt: skip


async def _read(request: Request[Any, Any, Any], decoder: msgspec.json.Decoder[Any]) -> Any:
    must_be_json(request)
    try:
        return decoder.decode(await request.body())
    except msgspec.MsgspecError as error:
        raise Failed(
            422, "bad-value", "A value breaks its rule", str(error), "See /api/v1/openapi.json", field="body"
        ) from None


def _must_be_language(language: str) -> None:
    if language not in LANGUAGES:
        raise BadValue("language", f"is one of {', '.join(LANGUAGES)}", "Correct it.")


def _json(value: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type=MediaType.JSON)


def described() -> Mapping[str, Any]:
    """The paths for the API's OpenAPI document."""
    types = (Described, Items, Asked, Determined, File, Problem)
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    text, items, answers, determined, file, problem = schemas
    anything = {"type": "object"}

    def path(name: str, summary: str, answer: Any, body: Any = None) -> dict[str, Any]:
        told: dict[str, Any] = {
            "operationId": f"ict_{name}", "summary": summary,
            "responses": {
                "200": {"description": "Done", "content": {"application/json": {"schema": answer}}},
                "4XX": {
                    "description": "Refused",
                    "content": {"application/problem+json": {"schema": problem}},
                },
            },
        }  # fmt: skip
        if body is None:
            return {"get": told}
        told["parameters"] = [_KEY]
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        return {"post": told}

    return {
        "paths": {
            "/api/v1/ict/items": path("items", "The list with its parts", anything),
            "/api/v1/ict/classify": path("classify", "Likely items for a description", items, text),
            "/api/v1/ict/determine": path("determine", "A result, or the next question", determined, answers),
            "/api/v1/ict/income/check": path("income", "The share of a file of income", anything, file),
        },
        "schemas": components,
    }
