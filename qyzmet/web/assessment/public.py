"""For everybody: the published results, every point of each body, dynamics, files."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.assessment.publishing import dcat
from qyzmet.acts.assessment.resultpaper import result_paper
from qyzmet.acts.assessment.store import Store
from qyzmet.runtime.errors import UnknownName
from qyzmet.web.assessment import showing
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download
from qyzmet.web.site import Context

_TYPES = {
    "results.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "results.csv": "text/csv; charset=utf-8",
}


def handlers(context: Context) -> list[HTTPRouteHandler]:
    @get("/results", opt=needs(PUBLIC), sync_to_thread=True)
    def listed(request: Request[Any, Any, Any]) -> Response[bytes]:
        with context.desks.desk() as desk:
            lives = showing.published_lives(Store(desk.connection))
        return context.page(request, "assessment/listed.html", lives=lives)

    @get("/results/{code:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def results(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[bytes]:
        with context.desks.desk() as desk:
            life = Store(desk.connection).period(code)
        scored, language = showing.published(life), language_of(request)
        return context.page(
            request, "assessment/results.html", life=life, places=showing.ranking(life, scored, language),
            lost=showing.lost(scored), at=showing.issued(life), version=life.publications[-1].version,
        )  # fmt: skip

    @get("/results/{code:str}/{state_body:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def one_body(
        request: Request[Any, Any, Any], code: FromPath[str], state_body: FromPath[str]
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            store = Store(desk.connection)
            life, lives = store.period(code), showing.published_lives(store)
        scored, language = showing.one(showing.published(life), state_body), language_of(request)
        return context.page(
            request, "assessment/score.html", life=life, scored=scored,
            name=life.body(state_body).name(language),
            said=showing.explained(scored, language), dynamics=showing.dynamics(lives, state_body),
        )  # fmt: skip

    @get("/results/{code:str}/files/{name:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def file(request: Request[Any, Any, Any], code: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        with context.desks.desk() as desk:
            life = Store(desk.connection).period(code)
        scored = showing.published(life)
        made = showing.files(life, scored)
        if name in made:
            return download(made[name], _TYPES[name], f"{life.code}-{name}")
        if name == "dataset.jsonld":
            told = dcat(made, life.period, showing.issued(life))
            return download(msgspec.json.encode(told), "application/ld+json", f"{life.code}-{name}")
        if name == "report.pdf":
            content = result_paper(life, scored, language_of(request))
            return download(content, "application/pdf", f"{life.code}-{language_of(request)}-{name}")
        raise UnknownName("file", name, "there are results.xlsx, results.csv, dataset.jsonld and report.pdf")

    return [listed, results, one_body, file]
