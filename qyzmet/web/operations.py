"""Operations of the API for people's programs: values from which routes and their document are made.

So what is documented is what is checked: parameters and bodies are read by the types that stand in the
document, and every answer is of the type named there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from qyzmet.web.desks import Desk
from qyzmet.web.events import JSON, must_be_json
from qyzmet.web.idempotency import Answer, Key, key_of
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.problem import MEDIA_TYPE, Failed, Problem
from qyzmet.web.site import Context
from qyzmet.web.users import User, user_of
from qyzmet.web.views import Viewer
from qyzmet.web.work import Worker

#: A text of one line without control characters.
Line = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Language = Literal["kk", "ru", "en"]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The language of titles and sentences in the answer."""

    language: Language = "en"


@dataclass(frozen=True)
class File:
    """An answer that is no JSON."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True)
class Call:
    """One request, read: `path` by the names in it, `query` and `body` as their types say."""

    context: Context
    desk: Desk
    user: User
    path: Mapping[str, Any]
    query: Any
    body: Any

    def number(self, name: str) -> int:
        return int(self.path[name])

    @property
    def worker(self) -> Worker:
        return Worker(self.desk.connection, self.user, self.context.clock, self.context.works_as)

    @property
    def viewer(self) -> Viewer:
        now = self.context.clock.now()
        return Viewer(self.desk, self.user, self.query.language, now, self.desk.catalogue.calendar)

    def may(self, permission: str) -> bool:
        return self.context.renderer.permissions.may(self.user, permission)


@dataclass(frozen=True)
class Operation:
    """`path` lies under /api/v1; `{case:int}` in it is a number. `answer` is a type, or a media type.

    A POST has a `body`; it is carried out once under its Idempotency-Key, in one transaction.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    summary: str
    permission: str
    work: Callable[[Call], msgspec.Struct | File]
    answer: Any
    query: type[Asked] = Asked
    body: type[msgspec.Struct] | None = None


def handlers(context: Context, operations: Iterable[Operation]) -> list[HTTPRouteHandler]:
    return [_handler(context, each) for each in operations]


def _handler(context: Context, operation: Operation) -> HTTPRouteHandler:
    async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = b""
        if operation.body is not None:
            must_be_json(request)
            body = await request.body()
        query = _read(dict(request.query_params), operation.query, strict=False)
        sent = None if operation.body is None else _decoded(body, operation.body)
        return await asyncio.to_thread(_answered, context, operation, request, query, sent, body)

    make: Any = get if operation.method == "GET" else post
    route: HTTPRouteHandler = make(
        operation.path, opt=needs(operation.permission), name=f"api_{operation.name}", status_code=200
    )(handle)
    return route


def _answered(
    context: Context,
    operation: Operation,
    request: Request[Any, Any, Any],
    query: Any,
    sent: Any,
    body: bytes,
) -> Response[bytes]:
    user = user_of(request)
    with context.desks.desk() as desk:
        call = Call(context, desk, user, request.path_params, query, sent)
        if operation.method == "GET":
            found = operation.work(call)
            if isinstance(found, File):
                headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
                return Response(found.content, media_type=found.media_type, headers=headers)
            return Response(msgspec.json.encode(found), media_type=JSON)
        target = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        key = Key(f"api {user.id}", key_of(request), target, body)
        answer = context.once.answer(
            desk.connection, key, context.clock.now(),
            lambda: Answer(200, JSON, msgspec.json.encode(operation.work(call))),
        )  # fmt: skip
    headers = {"Idempotency-Replayed": "true"} if answer.repeated else {}
    return Response(answer.content, status_code=200, media_type=JSON, headers=headers)


def _decoded(body: bytes, kind: type[msgspec.Struct]) -> Any:
    try:
        raw = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        raise Failed(
            400, "bad-request", "The request cannot be read", "the body is not well-formed JSON",
            "Correct it", field="body",
        ) from None  # fmt: skip
    return _read(raw, kind, strict=True)


def _read(raw: Any, kind: type[msgspec.Struct], *, strict: bool) -> Any:
    """Raises Failed, naming the field and never repeating what stood there."""
    try:
        return msgspec.convert(raw, kind, strict=strict)
    except (msgspec.ValidationError, RecursionError) as error:
        said, _, path = str(error).partition(" - at `")
        field = path.rstrip("`").removeprefix("$").removeprefix(".")
        if said.startswith(("Object contains unknown", "Invalid enum")):
            said = "there is a field or value that this operation does not have"
        raise Failed(
            422, "bad-value", "A value breaks its rule", said[:1].lower() + said[1:],
            "GET /api/v1/openapi.json tells every field", field=field if field.isprintable() else "",
        ) from None  # fmt: skip


# --- the document --------------------------------------------------------------------------------------

_SAID = {
    "400": "The request cannot be read, or its Idempotency-Key is missing",
    "401": "Nobody is signed in, or the token does not hold any more",
    "403": "None of the caller's roles may do this",
    "404": "There is no such thing, or it is in a region that the caller does not see",
    "405": "Another method is meant",
    "409": "The answer is no; nothing was changed",
    "413": "The body is larger than 8 MiB",
    "415": "The body is not plain application/json in UTF-8",
    "422": "A value breaks its rule, or the key belongs to another request",
    "500": "A mistake of Qyzmet; nothing was kept",
    "503": "A database is away; nothing was taken",
}
_OF_GET, _OF_POST = ("400", "401", "403", "404", "409", "422", "500", "503"), tuple(_SAID)


def described(operations: Sequence[Operation]) -> dict[str, Any]:
    """The paths and schemas of these operations."""
    types: list[Any] = [Problem]
    for each in operations:
        types += [kind for kind in (each.body, each.answer) if kind is not None and not isinstance(kind, str)]
    unique = list(dict.fromkeys(types))
    made, components = msgspec.json.schema_components(unique, ref_template="#/components/schemas/{name}")
    schema = dict(zip(unique, made, strict=True))
    paths: dict[str, Any] = {}
    for each in operations:
        path = "/api/v1" + each.path.replace(":int", "").replace(":str", "")
        paths.setdefault(path, {})[each.method.lower()] = _described(each, schema)
    return {"paths": paths, "schemas": components}


def _described(operation: Operation, schema: Mapping[Any, Any]) -> dict[str, Any]:
    if isinstance(operation.answer, str):
        answer = {operation.answer: {"schema": {"type": "string", "format": "binary"}}}
    else:
        answer = {JSON: {"schema": schema[operation.answer]}}
    codes = _OF_GET if operation.method == "GET" else _OF_POST
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.path.split("/")[1]],
        "security": [] if operation.permission == PUBLIC else [{"bearer": []}, {"session": []}],
        "parameters": [*_in_path(operation.path), *_in_query(operation.query)],
        "responses": {
            "200": {"description": operation.summary, "content": answer},
            **{
                code: {"description": _SAID[code], "content": {MEDIA_TYPE: {"schema": schema[Problem]}}}
                for code in codes
            },
        },
    }
    if operation.body is not None:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": schema[operation.body]}}}
        found["parameters"].append(
            {
                "name": "Idempotency-Key", "in": "header", "required": True,
                "description": "A new random key per request, repeated when it is sent again",
                "schema": {"type": "string", "pattern": "^[!-~]{8,200}$"},
            }
        )  # fmt: skip
    return found


def _in_path(path: str) -> list[dict[str, Any]]:
    found = []
    for part in path.split("/"):
        if part.startswith("{"):
            name, _, kind = part.strip("{}").partition(":")
            schema = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"}
            found.append({"name": name, "in": "path", "required": True, "schema": schema})
    return found


def _in_query(query: type[Asked]) -> list[dict[str, Any]]:
    _, components = msgspec.json.schema_components([query])
    properties = components[query.__name__]["properties"]
    return [
        {"name": name, "in": "query", "required": False,
         "schema": {key: value for key, value in schema.items() if key != "default"}}
        for name, schema in properties.items()
    ]  # fmt: skip
