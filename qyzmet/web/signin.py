"""Signing in and out, and the form that was kept meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from qyzmet.web import kept, sessions
from qyzmet.web.openid import Provider, user_from
from qyzmet.web.permissions import PUBLIC, SIGNED_IN, Permissions, needs
from qyzmet.web.problem import Failed
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import redirect
from qyzmet.web.sessions import Cookies
from qyzmet.web.site import Context
from qyzmet.web.translations import LANGUAGES
from qyzmet.web.users import user_of

RETURN = "/signed-in"
_STATE_SECONDS = 3600


def local(path: str, language: str) -> str:
    """An address of a page of ours, or the first page: nobody is sent elsewhere."""
    first = path.split("/")[1] if path.startswith("/") else ""
    ours = first in LANGUAGES and "\\" not in path and path.isprintable() and len(path) <= 1000
    return path if ours else f"/{language}"


def sign_in_handlers(
    context: Context, provider: Provider | None, cookies: Cookies, permissions: Permissions, public_url: str
) -> tuple[Sequence[HTTPRouteHandler], HTTPRouteHandler]:
    """The pages, and the address to which the provider sends the browser back."""

    @get("/sign-in", opt=needs(PUBLIC), sync_to_thread=False)
    def sign_in(request: Request[Any, Any, Any]) -> Response[bytes]:
        then = local(request.query_params.get("then", ""), language_of(request))
        return context.page(
            request, "sign_in.html", then=quote(then), provider=provider is not None,
            kept=bool(cookies.read(request, cookies.kept)),
        )  # fmt: skip

    @get("/sign-in/begin", opt=needs(PUBLIC), sync_to_thread=True)
    def begin(request: Request[Any, Any, Any]) -> Response[bytes]:
        then = local(request.query_params.get("then", ""), language_of(request))
        back = (public_url or str(request.base_url).rstrip("/")) + RETURN
        with context.desks.desk() as desk:
            address, state = _must(provider).authorise(desk.connection, back, then, context.wall.now())
        return redirect(address, cookies.set(cookies.state, state, _STATE_SECONDS))

    @get(RETURN, opt=needs(PUBLIC), sync_to_thread=True)
    def signed_in(request: Request[Any, Any, Any]) -> Response[bytes]:
        now, state = context.wall.now(), request.query_params.get("state", "")
        if not state or cookies.read(request, cookies.state) != state:
            raise Failed(
                400, "sign-in", "Signing in did not work", "a sign-in ends in the browser in which it began",
                "Begin again",
            )  # fmt: skip
        with context.desks.desk() as desk:
            code = request.query_params.get("code", "")
            claims, then = _must(provider).claims(desk.connection, state, code, now)
            user = user_from(claims, permissions.roles, desk.vault)
            sessions.end(desk.connection, cookies.read(request, cookies.session))
            sessions.tidy(desk.connection, now)
            token = sessions.begin(desk.connection, user, now)
            typed = cookies.read(request, cookies.kept)
            if typed and kept.look(desk.connection, typed, user.id):
                then = f"/{then.split('/')[1]}/kept"
        return redirect(then, cookies.set(cookies.session, token), cookies.set(cookies.state, ""))

    @post("/sign-out", opt=needs(SIGNED_IN), sync_to_thread=True)
    def sign_out(request: Request[Any, Any, Any]) -> Response[bytes]:
        with context.desks.desk() as desk:
            sessions.end(desk.connection, cookies.read(request, cookies.session))
        gone = [cookies.set(name, "") for name in (cookies.session, cookies.kept)]
        return redirect(f"/{language_of(request)}", *gone)

    @get("/kept", opt=needs(SIGNED_IN), sync_to_thread=True)
    def what_was_kept(request: Request[Any, Any, Any]) -> Response[bytes]:
        token = cookies.read(request, cookies.kept)
        with context.desks.desk() as desk:
            found = kept.look(desk.connection, token, user_of(request).id) if token else None
        if found is None:
            return redirect(f"/{language_of(request)}")
        return context.page(request, "kept.html", kept=found)

    return [sign_in, begin, sign_out, what_was_kept], signed_in


def _must(provider: Provider | None) -> Provider:
    if provider is None:
        raise Failed(
            503, "no-provider", "Nobody can sign in yet", "no sign-in provider is set",
            "Set QYZMET_OIDC_ISSUER, or try things with `qyzmet serve --twins`",
        )  # fmt: skip
    return provider
