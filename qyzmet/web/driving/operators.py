"""Workplaces: the administrative police, the exam centre, the PSC operator, the printing centre."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.driving import applications, booking, results
from qyzmet.acts.driving.steps import PSC
from qyzmet.cases import tasks
from qyzmet.cases.case import Case
from qyzmet.runtime.clock import KZ, legal_date
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from qyzmet.web.driving import common
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context, CurrentUser, SentForm
from qyzmet.web.users import User

REVIEW = "driving.review"


def handlers(context: Context) -> list[HTTPRouteHandler]:
    def seen(desk: Any, user: User, case: int) -> Case:
        """A case of the user's regions; of another one it is not told that there is one."""
        applications.application(desk.connection, case)
        found = applications.case_of(desk.connection, case)
        if not user.sees(found.region):
            raise UnknownName("application", str(case), "the list shows yours")
        return found

    def back(request: Request[Any, Any, Any], to: str) -> Response[bytes]:
        return redirect(f"/{language_of(request)}/driving/{to}")

    def listed(
        request: Request[Any, Any, Any], user: User, steps: tuple[str, ...], page: str
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            cases = applications.cases_at(desk.connection, steps, user.seen_regions)
        return context.page(request, f"driving/{page}.html", cases=cases, now=context.clock.now())

    # --- police -----------------------------------------------------------------------------------

    @get("/police", opt=needs(REVIEW), sync_to_thread=True)
    def police(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        return listed(request, user, ("review",), "police")

    @get("/police/{case:int}", opt=needs(REVIEW), sync_to_thread=True)
    def review(request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            found = seen(desk, user, case)
            task = _task(desk, case, "driving.police") if found.step == "review" else None
            person = desk.vault.reveal(
                [found.person], who=user.id, purpose="review the application", clause="driving:§3.16",
                fields=("iin", "surname", "given", "patronymic"),
            ).get(found.person)  # fmt: skip
            titles = context.packages[common.ACT].fact_titles
        return context.page(
            request, "driving/review.html", case=found, task=task, person=person, titles=titles
        )

    @post("/police/{case:int}", opt=needs(REVIEW), sync_to_thread=True)
    def decide(
        request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int], form: SentForm
    ) -> Response[bytes]:
        outcome = form.choice("outcome", ("approve", "refuse"))
        facts = (
            {"reason": form.text("reason", most=tasks.LONGEST_TEXT, required=True)}
            if outcome == "refuse"
            else {}
        )
        with context.desks.desk() as desk:
            seen(desk, user, case)
            task = _task(desk, case, "driving.police")
            version = form.number("version")
            tasks.complete(desk.connection, task.id, version, user.id, outcome, context.clock, facts)
        return back(request, "police")

    # --- exam centre ------------------------------------------------------------------------------

    @get("/exams", opt=needs("driving.examine"), sync_to_thread=True)
    def exams(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        day = _day(request.query_params.get("day", ""), legal_date(context.clock.now()))
        first = datetime.combine(day, time(0), KZ)
        with context.desks.desk() as desk:
            rows = common.held_between(desk.connection, user.seen_regions, first, first + timedelta(days=1))
            odd = results.oddities(desk.connection, limit=20)
        return context.page(
            request, "driving/exams.html", rows=rows, day=day, odd=odd, before=day - timedelta(days=1),
            after=day + timedelta(days=1), now=context.clock.now(),
        )  # fmt: skip

    @get("/exams/{slot:int}", opt=needs("driving.examine"), sync_to_thread=True)
    def exam(request: Request[Any, Any, Any], user: CurrentUser, slot: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            found = _slot(desk, user, slot)
            people = _people(desk, user, slot)
        return context.page(request, "driving/exam.html", slot=found, people=people, now=context.clock.now())

    @post("/exams/{slot:int}/results", opt=needs("driving.examine"), sync_to_thread=True)
    def result(
        request: Request[Any, Any, Any], user: CurrentUser, slot: FromPath[int], form: SentForm
    ) -> Response[bytes]:
        """The IIN of whoever was identified is typed in, so that a result never goes to somebody else."""
        case, given = form.number("case", least=1), form.choice("result", results.RESULTS)
        iin = form.text("iin", most=12)
        with context.desks.desk() as desk:
            (_, kind, *_) = _slot(desk, user, slot)
            found = applications.case_of(desk.connection, case)
            if given != "missed" and iin != common.iin_of(desk, found.person, "compare who was identified"):
                raise Refused("This is not the person who booked the place. No result was entered.")
            results.record(
                desk.connection, common.policies_of(context, desk), case, kind, given, user.id,
                context.clock.now(), slot=slot,
            )  # fmt: skip
        return back(request, f"exams/{slot}")

    @post("/exams/{slot:int}/withdraw", opt=needs("driving.examine"), sync_to_thread=True)
    def withdraw(
        request: Request[Any, Any, Any], user: CurrentUser, slot: FromPath[int], form: SentForm
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            _slot(desk, user, slot)
            booking.withdraw(desk.connection, slot, form.text("why", required=True), context.clock.now())
        return back(request, f"exams/{slot}")

    # --- PSC operator, printing centre ------------------------------------------------------------

    @get("/psc", opt=needs("driving.serve"), sync_to_thread=True)
    def psc(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        return listed(request, user, ("formalities", "issue"), "psc")

    @post("/psc/{case:int}", opt=needs("driving.serve"), sync_to_thread=True)
    def serve(
        request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int], form: SentForm
    ) -> Response[bytes]:
        what, now = (
            form.choice("what", ("photograph", "formalise", "hand_over", "refund")),
            context.clock.now(),
        )
        with context.desks.desk() as desk:
            found = seen(desk, user, case)
            connection = desk.connection
            if what == "photograph":
                applications.photograph(connection, case, user.id, now)
            elif what == "formalise":
                applications.formalise(connection, case, user.id, now)
            elif what == "refund":
                applications.refund(connection, case, user.id, now)
            else:
                applications.hand_over(connection, case, user.id, str(found.value("centre", "")), now)
        return back(request, "psc")

    @get("/printing", opt=needs("driving.print"), sync_to_thread=True)
    def printing(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        return listed(request, user, ("printing",), "printing")

    @post("/printing/{case:int}", opt=needs("driving.print"), sync_to_thread=True)
    def printed(
        request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int], form: SentForm
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            seen(desk, user, case)
            licence = form.text("licence", most=20, required=True)
            applications.was_printed(desk.connection, case, licence, user.id, context.clock.now())
        return back(request, "printing")

    return [police, review, decide, exams, exam, result, withdraw, psc, serve, printing, printed]


def _task(desk: Any, case: int, role: str) -> tasks.Task:
    with desk.connection.transaction():
        row = desk.connection.execute(
            "SELECT id FROM tasks WHERE case_id = %s AND role = %s AND state = 'o'", (case, role)
        ).fetchone()
    if row is None:
        raise UnknownName("open task", f"of application {case}", "somebody else has decided it")
    return tasks.open_task(desk.connection, row[0])


def _slot(desk: Any, user: User, slot: int) -> Any:
    with desk.connection.transaction():
        row = desk.connection.execute(
            """SELECT s.id, s.kind, s.centre, s.hall, s.starts_at, s.examiner, s.state::text, s.why, c.region
               FROM driving_slots s JOIN driving_centres c ON c.code = s.centre WHERE s.id = %s""",
            (slot,),
        ).fetchone()
    if row is None or not user.sees(row[-1]):
        raise UnknownName("examination", str(slot), "the list of the day shows yours")
    return row


def _people(desk: Any, user: User, slot: int) -> list[Any]:
    """(place, case, state, result, name) of those who booked."""
    with desk.connection.transaction():
        rows = desk.connection.execute(
            """SELECT p.place, p.case_id, p.state::text, r.result, p.subject FROM driving_places p
               LEFT JOIN driving_results r ON r.case_id = p.case_id AND r.kind = p.kind AND r.slot = p.slot
               WHERE p.slot = %s AND p.state IN ('c', 'd') ORDER BY p.place""",
            (slot,),
        ).fetchall()
    known = desk.vault.reveal(
        {row[4] for row in rows}, who=user.id, purpose="hold the examination", clause="driving:§3.13",
        fields=("surname", "given"),
    )  # fmt: skip
    return [
        (place, case, state, result, f"{known[subject].surname or ''} {known[subject].given or ''}".strip())
        for place, case, state, result, subject in rows
        if subject in known
    ]


def _day(text: str, today: date) -> date:
    if not text:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue("day", "is a day such as 2026-03-02", "Correct the address.") from None


__all__ = ["PSC", "handlers"]
