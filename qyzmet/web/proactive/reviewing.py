"""Pages on which a recipient appeals against a refusal, and an official has a decision reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.openings import REVIEWS, Kind, review_arrival
from qyzmet.cases import worklists
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from qyzmet.web.desks import Desk
from qyzmet.web.forms import Form
from qyzmet.web.permissions import needs
from qyzmet.web.problem import Failed, of_error
from qyzmet.web.rendering import language_of
from qyzmet.web.repeating import once
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context, CurrentUser, SentForm
from qyzmet.web.users import User
from qyzmet.web.worklist import viewer_of, worker_of


def handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/review/{case:int}", opt=needs("proactive.review"), sync_to_thread=True)
    def shown(request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            worker_of(context, desk, user).case(case)
            return _page(context, desk, request, user, case, own=False)

    @post("/review/{case:int}", opt=needs("proactive.review"), sync_to_thread=True)
    def asked(
        request: Request[Any, Any, Any], user: CurrentUser, form: SentForm, case: FromPath[int]
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            worker_of(context, desk, user).case(case)
            return _ask(context, desk, request, user, form, case, own=False)

    @get("/appeal/{case:int}", opt=needs("own.see"), sync_to_thread=True)
    def own(request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            _must_be_own(desk, user, case)
            return _page(context, desk, request, user, case, own=True)

    @post("/appeal/{case:int}", opt=needs("own.answer"), sync_to_thread=True)
    def appealed(
        request: Request[Any, Any, Any], user: CurrentUser, form: SentForm, case: FromPath[int]
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            _must_be_own(desk, user, case)
            return _ask(context, desk, request, user, form, case, own=True)

    return [shown, asked, own, appealed]


def ask_for_review(context: Context, desk: Desk, user: User, case: int, kind: Kind, because: str) -> int:
    """Opens the review; the number of its case. Raises as `review_arrival`."""
    now = context.clock.now()
    arrival = review_arrival(desk.connection, desk.vault, case, kind, because, user.id, now)
    verdicts, _ = desk.intake.receive(context.packages[ACT.code], REVIEWS, [arrival])
    if verdicts[0].case is None:
        raise Refused(f"The review of case {case} could not be opened: {verdicts[0].because}")
    return verdicts[0].case


def _must_be_own(desk: Desk, user: User, case: int) -> None:
    """Raises UnknownName where the case is another person's."""
    found = worklists.outline(desk.connection, case)
    if found is None or user.subject is None or user.subject != (found.recipient or found.subject):
        raise UnknownName("case", str(case), "see your services")


def _page(
    context: Context,
    desk: Desk,
    request: Request[Any, Any, Any],
    user: User,
    case: int,
    *,
    own: bool,
    failed: Failed | None = None,
    typed: str = "",
) -> Response[bytes]:
    outline = worklists.outline(desk.connection, case)
    if outline is None:
        raise UnknownName("case", str(case), "look for it by its number")
    about = viewer_of(context, desk, user, request).outline(outline)
    return context.page(
        request, "proactive/review.html", status=failed.problem.status if failed else 200, about=about,
        own=own, failed=failed.problem if failed else None, typed=typed,
    )  # fmt: skip


def _ask(
    context: Context,
    desk: Desk,
    request: Request[Any, Any, Any],
    user: User,
    form: Form,
    case: int,
    *,
    own: bool,
) -> Response[bytes]:
    typed = ""
    try:
        kind: Kind = "appeal"
        if not own and form.choice("kind", ("appeal", "correction")) == "correction":
            kind = "correction"
        typed = " ".join(form.text("reason", most=2000, required=True).split())

        def work() -> str:
            return str(ask_for_review(context, desk, user, case, kind, typed))

        number = once(context.once, desk.connection, context.clock.now(), request, form, work)
    except (BadValue, Refused) as error:
        return _page(context, desk, request, user, case, own=own, failed=of_error(error), typed=typed)
    return redirect(f"/{language_of(request)}/{'mine' if own else 'cases'}/{number}")
