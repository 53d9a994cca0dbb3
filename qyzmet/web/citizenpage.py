"""A citizen's own page: what was offered and why, consent, decision, who looked at their data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.web.desks import Desk
from qyzmet.web.own import Own
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download, redirect
from qyzmet.web.site import Context, CurrentUser, Entry, SentForm
from qyzmet.web.translations import _
from qyzmet.web.users import User
from qyzmet.web.worklist import viewer_of

NAVIGATION = (Entry("/mine", _("My services"), "own.see"), Entry("/looks", _("Who saw my data"), "own.see"))


def citizen_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    def own(desk: Desk, user: User, request: Request[Any, Any, Any]) -> Own:
        return Own(context, desk, user, viewer_of(context, desk, user, request))

    @get("/mine", opt=needs("own.see"), sync_to_thread=True)
    def mine(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with context.desks.desk() as desk:
            rows = own(desk, user, request).cases()
        return context.page(request, "mine.html", rows=rows)

    @get("/mine/{case:int}", opt=needs("own.see"), sync_to_thread=True)
    def one(request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            found = own(desk, user, request).case(case)
        done = request.query_params.get("done", "") == "1"
        return context.page(request, "mine_case.html", own=found, case=found.case, done=done)

    @get("/mine/{case:int}/{document:str}", opt=needs("own.see"), sync_to_thread=True)
    def paper(
        request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int], document: FromPath[str]
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            content, kind = own(desk, user, request).document(case, document)
        return download(content, kind, f"case-{case}-{document}")

    @post("/mine/{case:int}/answer", opt=needs("own.answer"), sync_to_thread=True)
    def answer(
        request: Request[Any, Any, Any], user: CurrentUser, form: SentForm, case: FromPath[int]
    ) -> Response[bytes]:
        code = form.text("code", most=20, required=True)
        with context.desks.desk() as desk:
            own(desk, user, request).answer(case, code)
        return redirect(f"/{language_of(request)}/mine/{case}?done=1")

    @get("/looks", opt=needs("own.see"), sync_to_thread=True)
    def looks(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with context.desks.desk() as desk:
            found = own(desk, user, request).looks()
        return context.page(request, "looks.html", looks=found)

    return [mine, one, paper, answer, looks]
