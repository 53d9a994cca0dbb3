"""An official's tasks of today, those whose time ends first first, with a traffic light."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from qyzmet.cases.rows import Connection
from qyzmet.runtime.clock import legal_date
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.site import Context, CurrentUser, Entry
from qyzmet.web.translations import _
from qyzmet.web.users import User

NAVIGATION = (Entry("/tasks", _("Tasks"), "tasks.see"),)
MOST = 50

#: Which roles of procedures a user's role does the tasks of; who only looks sees all.
_DOES = {"officer": "authorised_body", "head": "authorised_body", "clerk": "state_corporation"}


def worklist_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/tasks", opt=needs("tasks.see"), sync_to_thread=True)
    def tasks(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        now = context.clock.now()
        with context.desks.desk() as desk:
            rows = [
                {
                    "case": case, "clause": clause.partition(":")[2], "region": region, "deadline": deadline,
                    "title": _title(desk.catalogue.procedure(number), step, language_of(request)),
                    "light": light(deadline, now),
                }
                for case, number, step, clause, region, deadline in _open(desk.connection, user)
            ]  # fmt: skip
        return context.page(request, "tasks.html", rows=rows, most=MOST)

    return [tasks]


def light(deadline: datetime | None, now: datetime) -> str:
    """red: its time is over; amber: it ends today; green: it has time; none: the act sets no time."""
    if deadline is None:
        return "none"
    if deadline <= now:
        return "red"
    return "amber" if legal_date(deadline) <= legal_date(now) else "green"


def _open(connection: Connection, user: User) -> list[Any]:
    """The next open tasks of the user's roles and regions."""
    sees_all = user.is_a("auditor", "administrator")
    roles = None if sees_all else [does for role, does in _DOES.items() if role in user.roles]
    with connection.transaction():
        return connection.execute(
            """SELECT t.case_id, c.procedure, t.step, t.clause, t.region, t.deadline_at
               FROM tasks t JOIN cases c ON c.id = t.case_id
               WHERE t.state = 'o' AND t.region = ANY(%s) AND (%s::text[] IS NULL OR t.role = ANY(%s))
               ORDER BY t.deadline_at NULLS LAST, t.id LIMIT %s""",
            (user.seen_regions, roles, roles, MOST),
        ).fetchall()


def _title(procedure: Any, step: str, language: str) -> str:
    known = procedure.steps.get(step)
    return known.title.get(language, step) if known else step
