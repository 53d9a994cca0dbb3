"""The applicant's pages: the beginning, the list of steps, the calendar of examinations."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.driving import applications, booking, notices, progress
from qyzmet.acts.driving.steps import duty_tiyn
from qyzmet.people.identifiers import parse_iin
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import Refused
from qyzmet.web.driving import common
from qyzmet.web.forms import Form
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context, CurrentUser, SentForm
from qyzmet.web.users import User

_OWN = needs("driving.own")


def subject_of(user: User) -> int:
    """The person who is signed in. Raises Refused where the sign-in told no IIN."""
    if user.subject is None:
        raise Refused("You are signed in without an IIN. Sign in as the person who wants the licence.")
    return user.subject


def handlers(context: Context) -> list[HTTPRouteHandler]:
    def address(request: Request[Any, Any, Any], case: int) -> str:
        return f"/{language_of(request)}/driving/applications/{case}"

    @get("/", opt=needs(PUBLIC), sync_to_thread=True)
    def start(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        mine: list[Any] = []
        if user.subject is not None:
            with context.desks.desk() as desk:
                for each in applications.applications_of(desk.connection, user.subject):
                    case = applications.case_of(desk.connection, each.case)
                    mine.append((each, case, common.procedure_of(desk, case).steps[case.step].title))
        today = legal_date(context.clock.now())
        return context.page(request, "driving/start.html", mine=mine, duty=duty_tiyn(today))

    @post("/applications", opt=_OWN, sync_to_thread=True)
    def bring(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        """Step 1 in the "PSC" application: whoever is signed in there is authorised (step 3)."""
        service = form.choice("service", list(applications.SERVICES))
        subject = subject_of(user)
        with context.desks.desk() as desk:
            case, _ = applications.bring(
                desk.connection, common.receiver(context, desk), common.policies_of(context, desk),
                service=service, channel="PSC_APP", sender="", subject=subject,
                iin=common.iin_of(desk, subject, "bring an application"), authorised=True,
                now=context.clock.now(),
            )  # fmt: skip
        return redirect(address(request, case))

    @get("/link/{secret:str}", opt=_OWN, sync_to_thread=True)
    def link(request: Request[Any, Any, Any], user: CurrentUser, secret: FromPath[str]) -> Response[bytes]:
        subject = subject_of(user)
        with context.desks.desk() as desk:
            case = applications.followed(desk.connection, secret, subject, context.clock.now())
        return redirect(address(request, case))

    @get("/applications/{case:int}", opt=_OWN, sync_to_thread=True)
    def application(
        request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int]
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            values = _shown(context, desk, user, case, language_of(request))
        return context.page(request, "driving/application.html", **values)

    @get("/applications/{case:int}/calendar", opt=_OWN, sync_to_thread=True)
    def calendar(request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int]) -> Response[bytes]:
        now = context.clock.now()
        with context.desks.desk() as desk:
            common.own(desk, user, case)
            found = applications.case_of(desk.connection, case)
            kind = _kind(found.step)
            centre = request.query_params.get("centre") or found.value("centre", "")
            slots = common.offered(desk.connection, kind, centre, now)
            centres = common.all_centres(desk.connection)
        days = [(day, list(some)) for day, some in groupby(slots, lambda slot: legal_date(slot.starts_at))]
        return context.page(
            request, "driving/calendar.html", case=case, kind=kind, centre=centre, days=days, centres=centres
        )

    def on_own(name: str, act: Any) -> HTTPRouteHandler:
        @post(f"/applications/{{case:int}}/{name}", opt=_OWN, sync_to_thread=True, name=f"driving_{name}")
        def handler(
            request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int], form: SentForm
        ) -> Response[bytes]:
            with context.desks.desk() as desk:
                common.own(desk, user, case)
                act(desk, user, case, form)
            return redirect(address(request, case))

        return handler

    def fill_in(desk: Any, user: User, case: int, form: Form) -> None:
        lines = {name: form.text(name) for name in ("category", "exam_language", "centre")}
        born = parse_iin(
            common.iin_of(desk, subject_of(user), "the age beside the category's least age")
        ).birth_date
        applications.fill_in(desk.connection, case, lines, born, context.clock.now())

    def wish(desk: Any, user: User, case: int, form: Form) -> None:
        waits = form.text("waits") == "yes"
        policies = common.policies_of(context, desk)
        booking.wish(
            desk.connection, policies, case, form.number("slot", least=1), context.clock.now(), waits=waits
        )

    def kind_of(desk: Any, case: int) -> str:
        return _kind(applications.case_of(desk.connection, case).step)

    def confirm(desk: Any, user: User, case: int, form: Form) -> None:
        booking.confirm(desk.connection, case, kind_of(desk, case), context.clock.now())

    def cancel(desk: Any, user: User, case: int, form: Form) -> None:
        booking.cancel(
            desk.connection, common.policies_of(context, desk), case, kind_of(desk, case), context.clock.now()
        )

    def give_up(desk: Any, user: User, case: int, form: Form) -> None:
        booking.give_up(desk.connection, case, kind_of(desk, case))

    def pay(desk: Any, user: User, case: int, form: Form) -> None:
        applications.pay(desk.connection, case, context.clock.now())

    acts = (("form", fill_in), ("wish", wish), ("confirm", confirm), ("cancel", cancel), ("give-up", give_up),
            ("pay", pay))  # fmt: skip
    return [start, bring, link, application, calendar, *(on_own(name, act) for name, act in acts)]


def _kind(step: str) -> str:
    kind = step.partition("_")[0]
    if kind not in booking.KINDS:
        raise Refused("No examination is to be booked at this step. Open your application again.")
    return kind


def _shown(context: Context, desk: Any, user: User, case: int, language: str) -> dict[str, Any]:
    """Everything the page of an application shows."""
    own, now = common.own(desk, user, case), context.clock.now()
    found = applications.case_of(desk.connection, case)
    procedure = common.procedure_of(desk, found)
    kind = found.step.partition("_")[0]
    place = wish = None
    if kind in booking.KINDS:
        place = booking.place_of(desk.connection, case, kind)
        wish = booking.last_wish(desk.connection, case, kind)
    waits = progress.waits_for_us(found, procedure) or (wish is not None and wish.state in "qa")
    return {
        "own": own, "case": found, "lines": progress.lines(found, procedure, language),
        "silent": progress.silent(found, procedure, now), "waits": waits or _has_events(desk, case),
        "told": notices.told(found, language), "place": place, "wish": wish, "kind": kind,
        "centres": common.all_centres(desk.connection), "categories": applications.CATEGORIES,
        "duty": duty_tiyn(legal_date(now), desk.catalogue.figures), "title": procedure.title, "at": found.step,
    }  # fmt: skip


def _has_events(desk: Any, case: int) -> bool:
    """Whether something was just done that the engine has still to take up."""
    with desk.connection.transaction():
        row = desk.connection.execute(
            "SELECT EXISTS (SELECT FROM inbox WHERE case_id = %s)", (case,)
        ).fetchone()
    return bool(row and row[0])
