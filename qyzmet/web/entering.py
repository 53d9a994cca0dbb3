"""Before each request: who sends it, whether they may, and whether its form is of this session."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.connection import ASGIConnection

from qyzmet.cases.rows import Connection
from qyzmet.runtime.clock import Clock
from qyzmet.web import csrf, forms, idempotency, kept, sessions, tokens
from qyzmet.web.desks import Desks
from qyzmet.web.permissions import Permissions
from qyzmet.web.problem import Failed
from qyzmet.web.rendering import must_be_language
from qyzmet.web.sessions import Cookies, Session
from qyzmet.web.translations import LANGUAGES
from qyzmet.web.users import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar.handlers import BaseRouteHandler
    from litestar.types import ASGIApp, Receive, Scope, Send

_WITHOUT_SESSION = ("static", "health")


class Entrance:
    """What stands around all handlers of the application."""

    def __init__(self, desks: Desks, wall: Clock, cookies: Cookies, permissions: Permissions) -> None:
        self._desks, self._wall, self.cookies, self.permissions = desks, wall, cookies, permissions

    def __deepcopy__(self, _: object) -> Entrance:
        """The framework copies the handlers it is given; there is one entrance."""
        return self

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Finds the session of the request's cookie."""

        async def recognised(scope: Scope, receive: Receive, send: Send) -> None:
            if str(scope["type"]) == "http" and scope["path"].split("/")[1] not in _WITHOUT_SESSION:
                request = ASGIConnection[Any, Any, Any, Any](scope, receive, send)
                if bearer := _bearer(request):
                    user = await asyncio.to_thread(self._bearer, bearer)
                    scope["state"] |= {"user": user} if user else {}
                    await app(scope, receive, send)
                    return
                token = self.cookies.read(request, self.cookies.session)
                session = await asyncio.to_thread(self._session, token) if token else None
                if session is not None and session.lasts:
                    scope["state"] |= {"user": session.user, "csrf": session.csrf}
                elif session is not None:
                    scope["state"] |= {"before": session}
            await app(scope, receive, send)

        return recognised

    def _session(self, token: str) -> Session | None:
        with self._desks.desk() as desk:
            return sessions.find(desk.connection, token, self._wall.now())

    def _bearer(self, token: str) -> User | None:
        with self._desks.desk() as desk:
            return tokens.find(desk.connection, token, self._wall.now())

    async def guard(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Raises Failed where the permission is missing; what was typed is kept for after the sign-in."""
        try:
            self.permissions.guard(connection, handler)
        except Failed as failed:
            if failed.problem.status == 401 and isinstance(connection, Request):
                await self._keep(connection)
            raise

    async def _keep(self, request: Request[Any, Any, Any]) -> None:
        before: Session | None = request.scope["state"].get("before")
        if request.method != "POST" or before is None or request.url.path.split("/")[1] not in LANGUAGES:
            return
        form = await forms.typed_form(request)
        request.scope["state"]["csrf"] = before.csrf
        ours = csrf.matches(request, form.text(csrf.FIELD))
        request.scope["state"].pop("csrf")
        if not ours:
            return
        token = await asyncio.to_thread(
            self._with_connection,
            lambda connection: kept.keep(
                connection,
                kept.Kept(before.user.id, request.url.path, list(form.typed())),
                self._wall.now(),
            ),
        )
        if token:
            request.scope["state"]["cookies"] = [self.cookies.set(self.cookies.kept, token, 12 * 3600)]

    def _with_connection(self, work: Callable[[Connection], Any]) -> Any:
        with self._desks.desk() as desk:
            return work(desk.connection)

    async def before_page(self, request: Request[Any, Any, Any]) -> None:
        must_be_language(request)
        if request.method != "POST":
            return
        form = await forms.read_form(request)
        token = self.cookies.read(request, self.cookies.kept)
        if token and "_kept" in dict(form.pairs):
            await asyncio.to_thread(self._with_connection, lambda connection: kept.forget(connection, token))

    async def before_api(self, request: Request[Any, Any, Any]) -> None:
        """Programs send no cookie; a page that calls the API sends its token in a header."""
        await idempotency.required(request)
        state = request.scope["state"]
        by_cookie = request.method not in ("GET", "HEAD") and state.get("csrf")
        if by_cookie and not csrf.matches(request, request.headers.get(csrf.HEADER, "")):
            raise Failed(
                403, "form-outdated", "The page's token is missing", f"the header {csrf.HEADER} bears it",
                "Send the token of the page",
            )  # fmt: skip


def _bearer(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The token that a program bears, at addresses of the API alone."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip()[:200] if scheme.lower() == "bearer" and request.url.path.startswith("/api/") else ""
