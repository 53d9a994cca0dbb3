"""The page of a case, the search for cases, and what an official does with a task on that page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast, get_args

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.cases.drawing.svg import to_svg
from qyzmet.cases.tasks import LONGEST_TEXT, Task
from qyzmet.people.identifiers import is_iin
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from qyzmet.web import documents
from qyzmet.web.desks import Desk
from qyzmet.web.forms import Form
from qyzmet.web.permissions import needs
from qyzmet.web.problem import Failed, of_error
from qyzmet.web.rendering import language_of
from qyzmet.web.repeating import once
from qyzmet.web.responses import download, redirect
from qyzmet.web.site import Context, CurrentUser, SentForm
from qyzmet.web.users import User
from qyzmet.web.views import see, table_of
from qyzmet.web.work import Deed
from qyzmet.web.worklist import viewer_of, worker_of

DONE = ("claim", "give-back", "take-back", "ended", "proposed", "reject")
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def case_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/cases", opt=needs("cases.see"), sync_to_thread=False)
    def find(request: Request[Any, Any, Any]) -> Response[bytes]:
        return context.page(request, "find.html", sought="", found=None)

    @post("/cases", opt=needs("cases.see"), sync_to_thread=True)
    def found(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        sought = form.text("sought", most=60, required=True)
        number = number_sought(sought)
        with context.desks.desk() as desk:
            cases = worker_of(context, desk, user).search(number)
            if len(cases) == 1:
                return redirect(f"/{language_of(request)}/cases/{cases[0].id}")
            viewer = viewer_of(context, desk, user, request)
            rows = [viewer.outline(each) for each in cases]
        return context.page(request, "find.html", sought=sought, found=rows)

    @get("/cases/{case:int}", opt=needs("cases.see"), sync_to_thread=True)
    def shown(request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            return case_page(context, desk, request, user, case)

    @get("/cases/{case:int}/procedure.svg", opt=needs("cases.see"), sync_to_thread=True)
    def drawn(request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            outline = worker_of(context, desk, user).case(case)
            table = table_of(desk.catalogue, outline.procedure)
            names = viewer_of(context, desk, user, request).names(outline.procedure)
        if not table.steps:
            raise NotFoundException
        here = outline.step if outline.step in table.steps else None
        picture = to_svg(table, language_of(request), at=here, names=names)
        headers = {"Content-Security-Policy": PICTURE_POLICY}
        return Response(picture.encode(), media_type="image/svg+xml", headers=headers)

    @get("/cases/{case:int}/{document:str}", opt=needs("cases.documents"), sync_to_thread=True)
    def paper(user: CurrentUser, case: FromPath[int], document: FromPath[str]) -> Response[bytes]:
        with context.desks.desk() as desk:
            outline = worker_of(context, desk, user).case(case)
            content, kind = documents.content_of(desk, context.papers, outline, document, who=user.id)
        return download(content, kind, f"case-{case}-{document}")

    @post("/tasks/{task:int}/{deed:str}", opt=needs("tasks.work"), sync_to_thread=True)
    def done(
        request: Request[Any, Any, Any],
        user: CurrentUser,
        form: SentForm,
        task: FromPath[int],
        deed: FromPath[str],
    ) -> Response[bytes]:
        if deed not in get_args(Deed):
            raise NotFoundException
        with context.desks.desk() as desk:
            return _done(context, desk, request, user, form, task, cast(Deed, deed))

    return [find, found, shown, drawn, paper, done]


def case_page(
    context: Context,
    desk: Desk,
    request: Request[Any, Any, Any],
    user: User,
    case: int,
    *,
    failed: Failed | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """The page of a case; with what went wrong and what was typed, where something did."""
    permissions, worker = context.renderer.permissions, worker_of(context, desk, user)
    viewer = viewer_of(context, desk, user, request)
    view = see(worker, viewer, case, personal=permissions.may(user, "cases.personal"))
    said = request.query_params.get("done", "")
    return context.page(
        request, "case.html", status=failed.problem.status if failed else 200, case=view,
        mine={task.id for task in view.tasks if worker.does_role(task.role, task.region)},
        failed=failed.problem if failed else None, typed=typed or {}, done=said if said in DONE else "",
    )  # fmt: skip


def _done(
    context: Context,
    desk: Desk,
    request: Request[Any, Any, Any],
    user: User,
    form: Form,
    task: int,
    deed: Deed,
) -> Response[bytes]:
    """Carries a form out once; where it cannot, the page comes again with what was typed."""
    may_sign = context.renderer.permissions.may(user, "tasks.sign")
    if deed in ("sign", "reject", "take-back") and not may_sign:
        raise Failed(
            403, "not-allowed", "This is not yours to do", "a head signs, and takes back what others have",
            "Leave it to the head of the body",
        )  # fmt: skip
    worker, case = worker_of(context, desk, user), form.number("_case")
    try:
        version = form.number("_version", most=2**31 - 1)

        def work() -> str:
            open_ = worker.must_do(task, from_another=deed == "take-back")
            outcome = form.text("outcome", most=100) if deed == "end" else ""
            facts = _facts(open_, outcome, form) if deed == "end" else None
            state = worker.do(deed, task, version, outcome, facts)
            return state if deed in ("end", "sign") else deed

        done = once(context.once, desk.connection, context.clock.now(), request, form, work)
    except (BadValue, Refused, UnknownName, Failed) as error:
        failed = of_error(error)
        if failed.problem.status in (403, 404):
            raise
        typed = {name: value for name, value in form.typed() if not name.startswith("_")}
        return case_page(context, desk, request, user, case, failed=failed, typed=typed)
    return redirect(f"/{language_of(request)}/cases/{case}?done={done}")


def _facts(task: Task, outcome: str, form: Form) -> dict[str, Any]:
    """What the outcome asks the official for. Raises BadValue."""
    if outcome not in task.outcomes:
        raise BadValue("outcome", "is one of the choices", "Choose one.")
    found: dict[str, Any] = {}
    for name, kind in (task.takes or {}).get(outcome, {}).items():
        field = f"fact.{outcome}.{name}"
        if kind == "tiyn":
            found[name] = tiyn_of(field, form.text(field, most=40))
        else:
            found[name] = " ".join(form.text(field, most=LONGEST_TEXT, required=True).split())
    return found


def tiyn_of(field: str, text: str) -> int:
    """A sum in tenge as people type it (`81 200`, `1234,50`), in tiyn. Raises BadValue."""
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    try:
        sum_ = Decimal(plain) * 100
    except InvalidOperation:
        raise BadValue(field, "is a sum in tenge", "Type it as 81 200 or 81 200,50.") from None
    if (
        not (plain.isascii() and plain.replace(".", "").isdigit())
        or sum_ != int(sum_)
        or not 0 < sum_ < 10**13
    ):
        raise BadValue(field, "is a sum in tenge", "Type it as 81 200 or 81 200,50.")
    return int(sum_)


def number_sought(text: str) -> int:
    """The number of a case, of an application (`2024-000000012`) or a pseudonym. Raises BadValue."""
    plain = text.replace(" ", "").replace("\u00a0", "")
    year, dash, number = plain.partition("-")
    digits = number if dash and len(year) == 4 and len(number) >= 9 else plain
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
        raise BadValue("sought", "is the number of a case or a pseudonym", "Type figures alone.")
    if is_iin(digits):
        raise BadValue(
            "sought", "is no IIN: people are found by pseudonym alone",
            "Take the pseudonym from a case of the person.",
        )  # fmt: skip
    return int(digits)
