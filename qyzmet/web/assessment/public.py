"""For everybody: the published results, every point of each body, dynamics, files."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.assessment import bodies as b
from qyzmet.acts.assessment.publishing import dcat
from qyzmet.acts.assessment.resultpaper import result_paper
from qyzmet.acts.assessment.store import Store
from qyzmet.runtime.clock import legal_date
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
        language = language_of(request)
        number, scored = showing.version(life, request.query_params.get("version", ""))
        told = next(each for each in life.publications if each.version == number)
        sent = [each for each in life.conclusions if each.version == number]
        return context.page(
            request, "assessment/results.html", life=life, places=showing.ranking(life, scored, language),
            lost=showing.lost(scored, language), at=told.at.date(), version=number, reason=scored.reason,
            versions=[each.version for each in life.publications], sent=sent[-1] if sent else None,
            submitter=showing.named(sent[-1].submitter, language) if sent else "",
        )  # fmt: skip

    @get("/results/{code:str}/{state_body:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def one_body(
        request: Request[Any, Any, Any], code: FromPath[str], state_body: FromPath[str]
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            store = Store(desk.connection)
            life, lives = store.period(code), showing.published_lives(store)
        number, scores = showing.version(life, request.query_params.get("version", ""))
        scored, language = showing.one(scores, state_body), language_of(request)
        return context.page(
            request, "assessment/score.html", life=life, scored=scored, version=number,
            name=life.body(state_body).name(language),
            said=showing.explained(scored, language), dynamics=showing.dynamics(lives, state_body),
            not_scored=showing.not_scored(life, state_body, language),
        )  # fmt: skip

    @get("/results/{code:str}/files/{name:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def file(request: Request[Any, Any, Any], code: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        with context.desks.desk() as desk:
            life = Store(desk.connection).period(code)
        number, scored = showing.version(life, request.query_params.get("version", ""))
        made = showing.files(life, scored)
        if name in made:
            return download(made[name], _TYPES[name], f"{life.code}-{name}")
        if name == "dataset.jsonld":
            at = next(each.at for each in life.publications if each.version == number)
            told = dcat(made, life.period, at.date(), f"{_base(context, request)}/{life.code}/files/")
            return download(msgspec.json.encode(told), "application/ld+json", f"{life.code}-{name}")
        if name == "report.pdf":
            content = result_paper(life, scored, language_of(request))
            return download(content, "application/pdf", f"{life.code}-{language_of(request)}-{name}")
        raise UnknownName("file", name, "there are results.xlsx, results.csv, dataset.jsonld and report.pdf")

    @get("/who", opt=needs(PUBLIC), sync_to_thread=True)
    def who(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Who assesses whom and what flows to whom: paragraphs 5, 6, 9 and 26, as they are in force today."""
        language, today = language_of(request), legal_date(context.clock.now())
        return context.page(
            request, "assessment/who.html", tasks=[_task(each, language) for each in b.tasks(b.NAMED, today)],
            general=_general(language, today), flows=[_flow(each, language) for each in b.flows()],
            sources=[(each.clause.place, each.names[language]) for each in b.complaint_sources()],
            today=today, direction=b.DIRECTION_NAMES[b.Direction.COMPLAINTS][language],
        )  # fmt: skip

    return [listed, results, one_body, file, who]


def _base(context: Context, request: Request[Any, Any, Any]) -> str:
    """Where the results of the language lie, whole."""
    site = context.config.public_url if context.config else ""
    return f"{site or str(request.base_url).rstrip('/')}/{language_of(request)}/assessment/results"


def _task(each: b.Task, language: str) -> dict[str, str]:
    return {
        "assessor": showing.named(each.assessor, language), "body": showing.named(each.body, language),
        "direction": b.DIRECTION_NAMES[each.direction][language], "clause": each.clause.place,
    }  # fmt: skip


def _general(language: str, today: date) -> list[dict[str, str]]:
    """The general lines, which hold for every body that no special line names."""
    other = b.Body("ANY_OTHER", {"kk": "-"}, b.Kind.LOCAL)
    found = [task for direction in b.Direction if (task := b.task(other, direction, today))]
    return [_task(each, language) | {"body": ""} for each in found]


def _flow(each: b.Flow, language: str) -> dict[str, str]:
    return {
        "from": showing.named(each.supplied_by, language), "to": showing.named(each.supplied_to, language),
        "about": b.DIRECTION_NAMES[each.about][language], "clause": each.clause.place,
    }  # fmt: skip
