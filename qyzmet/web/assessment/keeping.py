"""Those who run an assessment: the keeper opens, scores, closes, concludes, publishes; assessors decide
records; the board answers objections.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment import forms
from qyzmet.acts.assessment.evidence import rhythm
from qyzmet.acts.assessment.life import Life, open_period
from qyzmet.acts.assessment.report import Item
from qyzmet.acts.assessment.store import Store
from qyzmet.acts.assessment.words import finding_said, record_said
from qyzmet.law.act import Period
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, UnknownName
from qyzmet.web.assessment import showing
from qyzmet.web.forms import Form
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download, redirect
from qyzmet.web.site import Context, CurrentUser, SentForm

#: What the keeper does with a period, one after the other.
STEPS = ("score", "close", "conclude", "publish")
MOST_SHOWN = 500


def handlers(context: Context) -> list[HTTPRouteHandler]:
    def back(request: Request[Any, Any, Any], path: str) -> Response[bytes]:
        return redirect(f"/{language_of(request)}/assessment/{path}")

    @get("/periods", opt=needs("assessment.see"), sync_to_thread=True)
    def periods(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with context.desks.desk() as desk:
            store = Store(desk.connection)
            lives = [store.period(code) for code in store.periods()]
        return context.page(
            request, "assessment/periods.html", lives=lives, keeps=user.is_a("assessment.keeper")
        )

    @post("/periods", opt=needs("assessment.keep"), sync_to_thread=True)
    def open_(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        code, now = form.text("code", most=20, required=True), context.clock.now()
        event = open_period(
            code, Period(_day(form, "first"), _day(form, "last")), _day(form, "report_due"),
            _day(form, "appeal_due"), _entries(form), showing.policies_of(context), now, user.id,
        )  # fmt: skip
        with context.desks.desk() as desk:
            Store(desk.connection).open(code, event)
        return back(request, f"periods/{code}")

    @get("/periods/{code:str}", opt=needs("assessment.see"), sync_to_thread=True)
    def one(request: Request[Any, Any, Any], user: CurrentUser, code: FromPath[str]) -> Response[bytes]:
        language, today = language_of(request), legal_date(context.clock.now())
        with context.desks.desk() as desk:
            life = Store(desk.connection).period(code)
        return context.page(
            request, "assessment/period.html", life=life, today=today, overdue=life.overdue(today),
            rows=[_state(life, body, language) for body in sorted(life.bodies)],
            places=showing.ranking(life, life.results[-1], language) if life.results else [],
            objections=[_objection(life, each, language) for each in life.objections],
            happened=showing.happened(life),
            keeps=user.is_a("assessment.keeper"), answers=user.is_a("assessment.board"),
        )  # fmt: skip

    @post("/periods/{code:str}/{step:str}", opt=needs("assessment.keep"), sync_to_thread=True)
    def step(
        request: Request[Any, Any, Any],
        user: CurrentUser,
        form: SentForm,
        code: FromPath[str],
        step: FromPath[str],
    ) -> Response[bytes]:
        now, policies = context.clock.now(), showing.policies_of(context)
        commands = {
            "score": lambda life: life.score(policies, now, user.id, form.text("reason", most=2000)),
            "close": lambda life: life.close_appeals(now, user.id),
            "conclude": lambda life: life.conclude(policies, str(policies["G-04"]), now, user.id),
            "publish": lambda life: life.publish(now, user.id),
        }
        if step not in commands:
            raise BadValue("step", f"is one of {', '.join(STEPS)}", "Choose one.")
        with context.desks.desk() as desk:
            Store(desk.connection).do(code, commands[step])
        return back(request, f"periods/{code}")

    @get("/periods/{code:str}/bodies/{state_body:str}", opt=needs("assessment.see"), sync_to_thread=True)
    def records(
        request: Request[Any, Any, Any], user: CurrentUser, code: FromPath[str], state_body: FromPath[str]
    ) -> Response[bytes]:
        with context.desks.desk() as desk:
            life = Store(desk.connection).period(code)
        language = language_of(request)
        name = life.body(state_body).name(language)
        return context.page(
            request, "assessment/records.html", life=life, body=state_body, name=name,
            records=_records(life, state_body, language)[:MOST_SHOWN],
            undecided=len(set(life.undecided(state_body))), rhythm=_rhythm(life, state_body, language),
            assessor=showing.named(life.assessor_of(state_body), language),
            read_at=_read_at(life, state_body),
            decides=user.is_a("assessment.assessor") and not life.results, most=MOST_SHOWN,
            automated=life.automated.get(state_body, ()),
        )  # fmt: skip

    @post(
        "/periods/{code:str}/bodies/{state_body:str}/decide",
        opt=needs("assessment.decide"),
        sync_to_thread=True,
    )
    def decide(
        request: Request[Any, Any, Any],
        user: CurrentUser,
        form: SentForm,
        code: FromPath[str],
        state_body: FromPath[str],
    ) -> Response[bytes]:
        """Records marked are counted or, with a reason, not; `good` counts all with good advice alone."""
        now = context.clock.now()
        with context.desks.desk() as desk:
            store = Store(desk.connection)
            store.period(code).must_assess(state_body, user.bin)
            if form.text("good"):
                store.do(code, lambda life: life.confirm_good(state_body, now, user.id))
            else:
                counted = form.choice("counted", ("yes", "no")) == "yes"
                reason = form.text("reason", most=2000)
                verdicts = [e.Verdict(item, counted, reason) for item in form.many("item")]
                if not verdicts:
                    raise BadValue("records", "are marked", "Mark those that you decide.")
                store.do(code, lambda life: life.decide(state_body, verdicts, now, user.id))
        return back(request, f"periods/{code}/bodies/{state_body}")

    @post("/periods/{code:str}/objections/{number:int}", opt=needs("assessment.answer"), sync_to_thread=True)
    def answer(
        request: Request[Any, Any, Any],
        user: CurrentUser,
        form: SentForm,
        code: FromPath[str],
        number: FromPath[int],
    ) -> Response[bytes]:
        granted = form.choice("granted", ("yes", "no")) == "yes"
        reason, now = form.text("reason", most=4000, required=True), context.clock.now()
        counted = form.choice("counted", ("yes", "no")) == "yes" if form.many("item") else True
        verdicts = [e.Verdict(item, counted, reason) for item in form.many("item")]
        with context.desks.desk() as desk:
            Store(desk.connection).do(
                code, lambda life: life.answer(number, granted, reason, verdicts, now, user.id)
            )
        return back(request, f"periods/{code}")

    @get("/documents/{digest:str}", opt=needs("assessment.see"), sync_to_thread=True)
    def document(digest: FromPath[str]) -> Response[bytes]:
        """What was kept under a hash: a body's document, or what a link served."""
        with context.desks.desk() as desk:
            found = Store(desk.connection).copy(digest)
        if found is None:
            raise UnknownName("document", digest[:12], "it was never kept")
        return download(found[1], "application/octet-stream", f"{digest[:16]}.bin")

    return [periods, open_, one, step, records, decide, answer, document]


def _state(life: Life, body: str, language: str) -> dict[str, Any]:
    return {
        "body": body, "name": life.body(body).name(language), "sent": len(life.reports.get(body, ())),
        "late": life.late(body), "undecided": len(set(life.undecided(body))),
        "signed": bool(life.reports.get(body) and life.reports[body][-1].signature),
    }  # fmt: skip


def _rhythm(life: Life, body: str, language: str) -> list[str]:
    """How many posts there are and how regular."""
    report = life.report(body)
    found = rhythm(report, life.period) if report and report.posts else []
    return [finding_said(each.code, each.values, language) for each in found]


def _read_at(life: Life, body: str) -> datetime | None:
    return life.checks[body].at if body in life.checks else None


def _records(life: Life, body: str, language: str) -> list[dict[str, Any]]:
    """Every record with what the machine saw and what was decided; those that wait for it first."""
    report = life.report(body)
    if report is None:
        return []
    advice = {each.item: each for each in life.checks[body].advice} if body in life.checks else {}
    decided = life.verdicts.get(body, {})
    found = []
    for place, item in report.items():
        advised = advice.get(item.id)
        levels = [finding.level for finding in advised.findings] if advised else []
        level = next((level for level in ("bad", "doubt", "good") if level in levels), "none")
        found.append(
            {
                "id": item.id, "place": place, "level": level, "label": forms.row(place).label(language),
                "told": record_said(item, language),
                "findings": [
                    finding_said(f.code, f.values, language) for f in advised.findings if f.level != "good"
                ] if advised else [],
                "verdict": decided[item.id][0] if item.id in decided else None,
            }
        )  # fmt: skip
    return sorted(found, key=lambda each: (each["verdict"] is not None, each["place"]))


def _objection(life: Life, each: Any, language: str) -> dict[str, Any]:
    """An objection with the records of its row, which the board may count or not."""
    scored = next((s for s in life.results[-1].scores if s.body == each.made.body), None)
    items: list[str] = []
    if scored is not None:
        items = [i for line in scored.lines if line.row == each.made.row for i in line.items]
        items += [i for one in scored.penalties if one.row == each.made.row for i in one.items]
    report = life.report(each.made.body)
    texts = {item.id: _in_a_line(item, language) for _, item in report.items()} if report else {}
    rejected = [i for i, (v, _) in life.verdicts.get(each.made.body, {}).items() if not v.counted]
    shown = dict.fromkeys([*items, *rejected])
    return {
        "number": each.number, "made": each.made, "answer": each.answer,
        "label": showing.row_label(each.made.row, language),
        "items": [(item, texts.get(item, item)) for item in shown][:100],
    }  # fmt: skip


def _in_a_line(item: Item, language: str) -> str:
    return "; ".join(f"{name}: {', '.join(values)}" for name, values in record_said(item, language))[:300]


def _day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(form.text(name))
    except ValueError:
        raise BadValue(name, "is a day such as 2026-03-01", "Enter it so.") from None


def _entries(form: Form) -> list[e.BodyEntry]:
    """The list of bodies from the JSON file `bodies`. Raises BadValue."""
    sent = form.file("bodies")
    if sent is None:
        raise BadValue("bodies", "is a JSON file", "Choose the list of bodies.")
    try:
        return msgspec.json.decode(sent.file.read(2_000_000), type=list[e.BodyEntry])
    except msgspec.MsgspecError as error:
        raise BadValue(
            "bodies", str(error), "A JSON list of id, names, kind, flag, bin; assessors have the kind OTHER."
        ) from None
