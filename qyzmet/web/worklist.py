"""An official's tasks: those whose time ends first first, with a traffic light, filters and bulk actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from qyzmet.cases.package import ActPackage
from qyzmet.runtime.errors import BadValue
from qyzmet.web.desks import Desk
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.repeating import once
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context, CurrentUser, Entry, SentForm
from qyzmet.web.translations import _
from qyzmet.web.users import User
from qyzmet.web.views import Viewer, benefits_of, numbers_of
from qyzmet.web.work import STATES, WHOSE, Filters, Together, Worker

NAVIGATION = (
    Entry("/tasks", _("Tasks"), "tasks.see"),
    Entry("/cases", _("Find a case"), "cases.see"),
)
MOST = 50
MOST_TOGETHER = 200


def worklist_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/tasks", opt=needs("tasks.see"), sync_to_thread=True)
    def tasks(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        filters = filters_of(request.query_params)
        with context.desks.desk() as desk:
            worker, viewer = worker_of(context, desk, user), viewer_of(context, desk, user, request)
            benefits = benefits_of(desk.catalogue, language_of(request))
            shown = worker.tasks(filters, chosen_procedures(desk, filters))
            rows = viewer.tasks(shown.rows)
            doable = [each.task.id for each in shown.rows if worker.does(each.task)]
            offered = sorted({name for row in rows if row.id in doable for name in row.together})
            together = {name: viewer.deed(_act_of(context, name), name) for name in offered}
        address = _address(request, filters, shown.after) if shown.after else ""
        return context.page(
            request, "tasks.html", rows=rows, filters=filters, benefits=benefits, doable=doable,
            together=together, next=address, done=request.query_params.get("done", ""),
        )  # fmt: skip

    @post("/tasks/together", opt=needs("tasks.work"), sync_to_thread=True)
    def together(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        deed, _, outcome = form.text("deed", required=True).partition(":")
        if deed not in get_args(Together):
            raise BadValue("deed", "is one of the choices", "Choose one.")
        chosen = chosen_tasks(form.many("task"))
        with context.desks.desk() as desk:
            worker = worker_of(context, desk, user)

            def work() -> str:
                return str(worker.do_together(cast(Together, deed), chosen, outcome, together_of(context)))

            done = once(context.once, desk.connection, context.clock.now(), request, form, work)
        return redirect(f"/{language_of(request)}/tasks?{urlencode({'done': done})}")

    return [tasks, together]


def worker_of(context: Context, desk: Desk, user: User) -> Worker:
    return Worker(desk.connection, user, context.clock, context.works_as)


def viewer_of(context: Context, desk: Desk, user: User, request: Request[Any, Any, Any]) -> Viewer:
    return Viewer(desk, user, language_of(request), context.clock.now(), desk.catalogue.calendar)


def filters_of(query: Mapping[str, str], most: int = MOST) -> Filters:
    """The filters of an address. Raises BadValue."""
    state, whose = query.get("state", ""), query.get("whose", "")
    if state not in ("", *STATES):
        raise BadValue("state", f"is one of {', '.join(STATES)}", "Choose one of them.")
    if whose not in ("", *WHOSE):
        raise BadValue("whose", f"is one of {', '.join(WHOSE)}", "Choose one of them.")
    texts = {name: query.get(name, "") for name in ("benefit", "step", "after")}
    for name, value in texts.items():
        if len(value) > 200 or not value.isprintable():
            raise BadValue(name, "is a text of at most 200 printable characters", "Shorten it.")
    return Filters(state, whose, **texts, limit=most)


def chosen_procedures(desk: Desk, filters: Filters) -> list[int] | None:
    return numbers_of(desk.catalogue, filters.benefit) if filters.benefit else None


def chosen_tasks(sent: Sequence[str]) -> list[tuple[int, int]]:
    """Tasks with the versions that were seen, as `number.version`. Raises BadValue."""
    chosen = []
    for each in sent[: MOST_TOGETHER + 1]:
        number, _, version = each.partition(".")
        if not (number.isascii() and number.isdigit() and version.isascii() and version.isdigit()):
            raise BadValue("task", "is chosen in the list", "Open the list again.")
        if len(number) > 18 or len(version) > 9:
            raise BadValue("task", "is chosen in the list", "Open the list again.")
        chosen.append((int(number), int(version)))
    if len(chosen) > MOST_TOGETHER:
        raise BadValue("task", f"names at most {MOST_TOGETHER} tasks", "Choose fewer.")
    return chosen


def together_of(context: Context) -> dict[str, list[str]]:
    """By step, the outcomes that acts let officials choose for many cases at once."""
    found: dict[str, list[str]] = {}
    for package in context.packages.values():
        for step, outcomes in package.together.items():
            found.setdefault(step, []).extend(outcomes)
    return found


def _act_of(context: Context, outcome: str) -> ActPackage | None:
    """The act that names this outcome."""
    return next((each for each in context.packages.values() if outcome in each.deeds), None)


def _address(request: Request[Any, Any, Any], filters: Filters, after: str) -> str:
    kept = {"state": filters.state, "whose": filters.whose, "benefit": filters.benefit, "step": filters.step}
    query = urlencode({name: value for name, value in {**kept, "after": after}.items() if value})
    return f"/{language_of(request)}/tasks?{query}"
