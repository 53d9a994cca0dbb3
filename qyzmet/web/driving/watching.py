"""Oversight for the directorates, the public log of draws, the passport of the service."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.handlers import HTTPRouteHandler

from qyzmet.acts.driving import draw, oversight
from qyzmet.acts.driving.passport import passport
from qyzmet.acts.driving.titles import TITLES
from qyzmet.web.driving import common
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.rendering import language_of
from qyzmet.web.site import Context, CurrentUser


def handlers(context: Context) -> list[HTTPRouteHandler]:
    @get("/oversight", opt=needs("driving.oversee"), sync_to_thread=True)
    def watch(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with context.desks.desk() as desk:
            policies = common.policies_of(context, desk)
            found = oversight.running(
                desk.connection, policies, context.calendar, user.seen_regions, context.clock.now()
            )
            printing = oversight.printing_times(desk.connection, user.seen_regions)
        periods = {step: policies[mark] for step, mark in oversight.WATCHED.items() if step != "print_order"}
        return context.page(
            request, "driving/oversight.html", running=found[:200], summaries=oversight.summaries(found),
            printing=printing, titles=TITLES, periods=periods,
        )  # fmt: skip

    @get("/draws", opt=needs(PUBLIC), sync_to_thread=True)
    def draws(request: Request[Any, Any, Any]) -> Response[bytes]:
        with context.desks.desk() as desk:
            log = draw.published(desk.connection)
        entries = [msgspec.json.decode(each.entry, type=draw.Entry) for each in log.draws[-100:]]
        ticket = request.query_params.get("ticket", "").strip()[:40]
        mine = next((entry for entry in entries if ticket in entry.order), None) if ticket else None
        return context.page(request, "driving/draws.html", entries=entries[::-1], ticket=ticket, mine=mine)

    @get("/draws.json", opt=needs(PUBLIC), sync_to_thread=True)
    def published() -> Response[bytes]:
        with context.desks.desk() as desk:
            content = msgspec.json.encode(draw.published(desk.connection))
        return Response(content, media_type=MediaType.JSON)

    @get("/passport", opt=needs(PUBLIC), sync_to_thread=True)
    def shown(request: Request[Any, Any, Any]) -> Response[bytes]:
        language = language_of(request)
        found = passport(language, context.clock, f"/{language}/driving")
        return context.page(request, "driving/passport.html", passport=found)

    return [watch, draws, published, shown]
