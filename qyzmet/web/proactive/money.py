"""The page of payments: what was ordered, paid, returned, and what people have to look into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from qyzmet.cases import payments
from qyzmet.exchange.reconciling import EXPLAINED
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from qyzmet.web.permissions import needs
from qyzmet.web.problem import Failed, of_error
from qyzmet.web.rendering import language_of
from qyzmet.web.repeating import once
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context, CurrentUser, SentForm

#: The order in which states are shown; those people look into come last.
STATES = tuple(EXPLAINED)


def handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/payments", opt=needs("proactive.payments"), sync_to_thread=True)
    def shown(request: Request[Any, Any, Any]) -> Response[bytes]:
        return _page(context, request)

    @post("/payments/settle", opt=needs("proactive.settle"), sync_to_thread=True)
    def settled(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        try:
            reference = form.text("_reference", most=200, required=True)
            note = " ".join(form.text("note", most=2000, required=True).split())
            now = context.clock.now()

            def work() -> str:
                payments.settle(desk.connection, reference, user.id, note, now)
                return "settled"

            with context.desks.desk() as desk:
                once(context.once, desk.connection, now, request, form, work)
        except (BadValue, Refused, UnknownName) as error:
            return _page(context, request, of_error(error))
        return redirect(f"/{language_of(request)}/proactive/payments?done=settled")

    return [shown, settled]


def _page(context: Context, request: Request[Any, Any, Any], failed: Failed | None = None) -> Response[bytes]:
    now = context.clock.now()
    with context.desks.desk() as desk:
        report = payments.report(desk.connection, now)
        questions = payments.questions(desk.connection, now, limit=200)
        days = payments.days(desk.connection, 14)
    return context.page(
        request, "proactive/payments.html", status=failed.problem.status if failed else 200, report=report,
        states=[name for name in STATES if name in report["states"]], questions=questions, days=days,
        failed=failed.problem if failed else None, done=request.query_params.get("done", ""),
    )  # fmt: skip
