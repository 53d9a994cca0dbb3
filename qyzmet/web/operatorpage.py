"""The operator's desk: what is stopped, what was set aside, what is late; each change with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.runtime.errors import BadValue, Refused
from qyzmet.web.desks import Desk
from qyzmet.web.forms import Form
from qyzmet.web.operating import Operator
from qyzmet.web.permissions import needs
from qyzmet.web.problem import Failed, of_error
from qyzmet.web.rendering import language_of
from qyzmet.web.repeating import once
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context, CurrentUser, Entry, SentForm
from qyzmet.web.translations import _
from qyzmet.web.users import User

NAVIGATION = (Entry("/desk", _("Operator's desk"), "desk.see"),)


def desk_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/desk", opt=needs("desk.see"), sync_to_thread=True)
    def shown(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with context.desks.desk() as desk:
            return _page(context, desk, request, user)

    @post("/desk/pause", opt=needs("desk.turn"), sync_to_thread=True)
    def pause(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        def work(operator: Operator) -> str:
            kind, _, name = form.text("what", required=True).partition(":")
            operator.pause(kind, name, _reason(form))
            return "paused"

        return _do(context, request, user, form, work)

    @post("/desk/pauses/{number:int}/end", opt=needs("desk.turn"), sync_to_thread=True)
    def resume(
        request: Request[Any, Any, Any], user: CurrentUser, form: SentForm, number: FromPath[int]
    ) -> Response[bytes]:
        def work(operator: Operator) -> str:
            operator.resume(number, _reason(form))
            return "resumed"

        return _do(context, request, user, form, work)

    @post("/desk/signing", opt=needs("desk.turn"), sync_to_thread=True)
    def signing(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        def work(operator: Operator) -> str:
            on = form.choice("_turn", ("on", "off")) == "on"
            operator.turn_signing(form.text("_act"), on, _reason(form))
            return "signing_on" if on else "signing_off"

        return _do(context, request, user, form, work)

    @post("/desk/aside/{case:int}/release", opt=needs("desk.turn"), sync_to_thread=True)
    def release(
        request: Request[Any, Any, Any], user: CurrentUser, form: SentForm, case: FromPath[int]
    ) -> Response[bytes]:
        def work(operator: Operator) -> str:
            operator.release(case)
            return "released"

        return _do(context, request, user, form, work)

    return [shown, pause, resume, signing, release]


def _reason(form: Form) -> str:
    return " ".join(form.text("reason", most=500, required=True).split())


def _page(
    context: Context,
    desk: Desk,
    request: Request[Any, Any, Any],
    user: User,
    failed: Failed | None = None,
    typed: dict[str, str] | None = None,
) -> Response[bytes]:
    operator = Operator(context, desk, user, language_of(request))
    late = [(each, datetime.fromisoformat(each.since)) for each in operator.late()]
    return context.page(
        request, "desk.html", status=failed.problem.status if failed else 200,
        pauses=operator.pauses(), benefits=operator.benefits(), partners=operator.partners(),
        signing=operator.signing(), aside=operator.aside(), late=late,
        failed=failed.problem if failed else None, typed=typed or {},
        done=request.query_params.get("done", ""),
    )  # fmt: skip


def _do(
    context: Context,
    request: Request[Any, Any, Any],
    user: User,
    form: Form,
    work: Callable[[Operator], str],
) -> Response[bytes]:
    """Once, or the desk again with what went wrong and what was typed."""
    with context.desks.desk() as desk:
        operator = Operator(context, desk, user, language_of(request))
        try:
            done = once(
                context.once, desk.connection, context.clock.now(), request, form, lambda: work(operator)
            )
        except (BadValue, Refused, Failed) as error:
            typed = {name: value for name, value in form.typed() if not name.startswith("_")}
            return _page(context, desk, request, user, of_error(error), typed)
    return redirect(f"/{language_of(request)}/desk?done={done}")
