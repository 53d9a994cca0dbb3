"""The acts to read: paragraphs with what carries them out, procedures as table and picture, policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.web.casepage import PICTURE_POLICY
from qyzmet.web.lawviews import LawReader
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.rendering import language_of
from qyzmet.web.site import Context, Entry
from qyzmet.web.translations import _

NAVIGATION = (Entry("/law", _("The law"), PUBLIC),)


def law_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    def reader(request: Request[Any, Any, Any]) -> LawReader:
        return LawReader(context.packages, language_of(request))

    @get("/law", opt=needs(PUBLIC), sync_to_thread=False)
    def acts(request: Request[Any, Any, Any]) -> Response[bytes]:
        return context.page(request, "law.html", acts=reader(request).acts())

    @get("/law/{code:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def act(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[bytes]:
        with context.desks.desk() as desk:
            found = reader(request).act(code, desk, context.clock.now())
        return context.page(request, "act.html", whole=found, act=found.act)

    @get("/law/{code:str}/procedures/{name:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def procedure(
        request: Request[Any, Any, Any], code: FromPath[str], name: FromPath[str]
    ) -> Response[bytes]:
        law = reader(request)
        found = law.procedure(code, name)
        titles = {step.name: step.title for step in found.steps}
        outcomes = law.outcomes(found)
        return context.page(
            request, "procedure.html", procedure=found, titles=titles, outcomes=outcomes, act=code
        )

    @get("/law/{code:str}/procedures/{name:str}/picture.svg", opt=needs(PUBLIC), sync_to_thread=True)
    def picture(request: Request[Any, Any, Any], code: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        drawn = reader(request).picture(code, name)
        headers = {"Content-Security-Policy": PICTURE_POLICY}
        return Response(drawn, media_type="image/svg+xml", headers=headers)

    @get("/law/{code:str}/policies/{mark:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def policy(request: Request[Any, Any, Any], code: FromPath[str], mark: FromPath[str]) -> Response[bytes]:
        with context.desks.desk() as desk:
            found = reader(request).policy(code, mark, desk, context.clock.now())
        return context.page(request, "policy.html", whole=found, policy=found.policy, act=code)

    return [acts, act, procedure, picture, policy]
