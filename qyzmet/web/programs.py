"""For people's own programs: tokens for the API, and its document as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.runtime.errors import UnknownName
from qyzmet.web import tokens
from qyzmet.web.permissions import PUBLIC, SIGNED_IN, needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context, CurrentUser, SentForm
from qyzmet.web.users import User

DAYS = (1, 7, 30)


def program_handlers(context: Context, document: Mapping[str, Any]) -> Sequence[HTTPRouteHandler]:
    operations = _operations(document)

    @get("/api", opt=needs(PUBLIC), sync_to_thread=False)
    def described(request: Request[Any, Any, Any]) -> Response[bytes]:
        return context.page(
            request, "api.html", operations=operations, schemas=document["components"]["schemas"]
        )

    @get("/tokens", opt=needs(SIGNED_IN), sync_to_thread=True)
    def listed(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        return _page(context, request, user, "")

    @post("/tokens", opt=needs(SIGNED_IN), sync_to_thread=True, status_code=200)
    def made(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        title = form.text("title", most=80, required=True)
        days = int(form.choice("days", [str(days) for days in DAYS]))
        with context.desks.desk() as desk:
            token = tokens.make(desk.connection, user, title, days, context.wall.now())
        return _page(context, request, user, token)

    @post("/tokens/{number:int}/end", opt=needs(SIGNED_IN), sync_to_thread=True)
    def ended(request: Request[Any, Any, Any], user: CurrentUser, number: FromPath[int]) -> Response[bytes]:
        if not 0 <= number < 2**63:
            raise UnknownName("token", str(number), "it may have been taken back before")
        with context.desks.desk() as desk:
            tokens.take_back(desk.connection, user.id, number)
        return redirect(f"/{language_of(request)}/tokens")

    return [described, listed, made, ended]


def _page(context: Context, request: Request[Any, Any, Any], user: User, token: str) -> Response[bytes]:
    with context.desks.desk() as desk:
        mine = tokens.of(desk.connection, user.id, context.wall.now())
    return context.page(request, "tokens.html", tokens=mine, token=token, choices=DAYS)


def _operations(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What the page says of each operation, by address."""
    found = []
    for path, methods in sorted(document["paths"].items()):
        for method, told in methods.items():
            found.append(
                {
                    "method": method.upper(), "path": path, "id": told["operationId"],
                    "summary": told["summary"], "parameters": told.get("parameters", []),
                    "body": _schema_name(told.get("requestBody", {}).get("content", {})),
                    "answer": _schema_name(told["responses"].get("200", {}).get("content", {})),
                    "statuses": sorted(told["responses"]), "signed": told.get("security") or [],
                }
            )  # fmt: skip
    return found


def _schema_name(content: Mapping[str, Any]) -> str:
    for media_type, told in content.items():
        schema = told.get("schema", {})
        return str(schema["$ref"]).rpartition("/")[2] if "$ref" in schema else str(media_type)
    return ""
