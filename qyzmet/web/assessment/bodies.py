"""A body's own page: its report as a form, signed and submitted; its result; objections."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.assessment.bodies import DIGITAL_MINISTRY
from qyzmet.acts.assessment.life import OBJECTION_ROWS, FaultyReport, Life, canonical
from qyzmet.acts.assessment.report import (
    DOCUMENT,
    LANGUAGES,
    Report,
    duplicates,
    faults,
    link_faults,
    read_report,
)
from qyzmet.acts.assessment.signed import checked_signature, read_signature
from qyzmet.acts.assessment.store import Store
from qyzmet.acts.assessment.workbook import MOST_BYTES, form, read_form
from qyzmet.exchange.opening import roots_of
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, UnknownName
from qyzmet.web.assessment import showing
from qyzmet.web.forms import Form
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download, redirect
from qyzmet.web.site import Context, CurrentUser, SentForm
from qyzmet.web.users import User

MOST_DOCUMENT = 5 * 2**20
#: Documents are given back to be kept, never shown in the browser.
DOCUMENT_TYPE = "application/octet-stream"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def handlers(context: Context) -> list[HTTPRouteHandler]:
    @get("/mine", opt=needs("assessment.report"), sync_to_thread=True)
    def mine(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with context.desks.desk() as desk:
            store = Store(desk.connection)
            lives = [store.period(code) for code in store.periods()]
        own = [(life, body) for life in lives for body in life.bodies_of(user.bin)]
        today = legal_date(context.clock.now())
        return context.page(request, "assessment/mine.html", own=own, today=today)

    @get("/mine/{code:str}/{state_body:str}", opt=needs("assessment.report"), sync_to_thread=True)
    def one(
        request: Request[Any, Any, Any], user: CurrentUser, code: FromPath[str], state_body: FromPath[str]
    ) -> Response[bytes]:
        life = _own(context, user, code, state_body)
        return context.page(request, "assessment/body.html", **_shown(life, state_body, language_of(request)))

    @get("/mine/{code:str}/{state_body:str}/form.xlsx", opt=needs("assessment.report"), sync_to_thread=True)
    def blank(user: CurrentUser, code: FromPath[str], state_body: FromPath[str]) -> Response[bytes]:
        life = _own(context, user, code, state_body)
        return download(form(life.report(state_body)), XLSX, f"{code}-{state_body}.xlsx")

    @post(
        "/mine/{code:str}/{state_body:str}/check",
        opt=needs("assessment.report"),
        status_code=200,
        sync_to_thread=True,
    )
    def check(
        request: Request[Any, Any, Any],
        user: CurrentUser,
        form: SentForm,
        code: FromPath[str],
        state_body: FromPath[str],
    ) -> Response[bytes]:
        """All faults of a file, or the canonical report to be signed; nothing is submitted."""
        life = _own(context, user, code, state_body)
        report = _sent(form, state_body)
        found = faults(report, life.period, legal_date(context.clock.now()))
        return context.page(
            request, "assessment/checked.html", life=life, body=state_body, faults=found[:500], more=len(found) - 500,
            twice=duplicates(report), records=sum(1 for _ in report.items()),
            name=life.body(state_body).name(language_of(request)),
        )  # fmt: skip

    @post(
        "/mine/{code:str}/{state_body:str}/canonical",
        opt=needs("assessment.report"),
        status_code=200,
        sync_to_thread=True,
    )
    def to_sign(
        user: CurrentUser, form: SentForm, code: FromPath[str], state_body: FromPath[str]
    ) -> Response[bytes]:
        _own(context, user, code, state_body)
        return download(canonical(_sent(form, state_body)), "application/json", f"{code}-{state_body}.json")

    @post(
        "/mine/{code:str}/{state_body:str}/submit",
        opt=needs("assessment.report"),
        status_code=200,
        sync_to_thread=True,
    )
    def submit(
        request: Request[Any, Any, Any],
        user: CurrentUser,
        form: SentForm,
        code: FromPath[str],
        state_body: FromPath[str],
    ) -> Response[bytes]:
        life, now = _own(context, user, code, state_body), context.clock.now()
        report, signature = _sent(form, state_body), form.file("signature")
        config = context.config
        roots = roots_of(config) if config is not None and config.signing_roots else []
        sent = read_signature(signature.file.read(100_000)) if signature else b""
        kept = checked_signature(life, report, sent, roots, now)
        try:
            with context.desks.desk() as desk:
                store = Store(desk.connection)
                store.must_have_documents(report)
                store.do(code, lambda present: present.submit(report, now, user.id, kept))
        except FaultyReport as faulty:
            return context.page(
                request, "assessment/checked.html", status=422, life=life, body=state_body, faults=faulty.faults[:500],
                more=len(faulty.faults) - 500, twice=[], records=sum(1 for _ in report.items()),
                name=life.body(state_body).name(language_of(request)),
            )  # fmt: skip
        return redirect(f"/{language_of(request)}/assessment/mine/{code}/{state_body}")

    @post("/mine/{code:str}/{state_body:str}/object", opt=needs("assessment.report"), sync_to_thread=True)
    def object_(
        request: Request[Any, Any, Any],
        user: CurrentUser,
        form: SentForm,
        code: FromPath[str],
        state_body: FromPath[str],
    ) -> Response[bytes]:
        _own(context, user, code, state_body)
        row, language = form.choice("row", OBJECTION_ROWS), form.choice("language", LANGUAGES)
        text, now = form.text("text", most=4000, required=True), context.clock.now()
        with context.desks.desk() as desk:
            Store(desk.connection).do(
                code,
                lambda life: life.object(state_body, row, language, text, now, user.id),  # type: ignore[arg-type]
            )
        return redirect(f"/{language_of(request)}/assessment/mine/{code}/{state_body}")

    @post(
        "/mine/{code:str}/{state_body:str}/documents",
        opt=needs("assessment.report"),
        status_code=200,
        sync_to_thread=True,
    )
    def document(
        request: Request[Any, Any, Any],
        user: CurrentUser,
        form: SentForm,
        code: FromPath[str],
        state_body: FromPath[str],
    ) -> Response[bytes]:
        """A document as evidence: kept by its hash; the report names it by the address that is shown."""
        life, sent = _own(context, user, code, state_body), form.file("document")
        content = sent.file.read(MOST_DOCUMENT + 1) if sent else b""
        if not 0 < len(content) <= MOST_DOCUMENT:
            raise BadValue("document", f"has 1 byte to {MOST_DOCUMENT // 2**20} MB", "Choose another file.")
        with context.desks.desk() as desk:
            digest = Store(desk.connection).keep_document(content, DOCUMENT_TYPE, context.clock.now())
        shown = _shown(life, state_body, language_of(request))
        return context.page(request, "assessment/body.html", **{**shown, "address": f"{DOCUMENT}{digest}"})

    @post("/mine/{code:str}/{state_body:str}/automated", opt=needs("assessment.report"), sync_to_thread=True)
    def automated(
        request: Request[Any, Any, Any],
        user: CurrentUser,
        form: SentForm,
        code: FromPath[str],
        state_body: FromPath[str],
    ) -> Response[bytes]:
        """Row 4 of Table 1: the Ministry of Digital Development lists a body's automated data sets."""
        _own(context, user, code, state_body)
        other, now = form.text("for", required=True), context.clock.now()
        links = tuple(form.text("links", most=4000).split())
        if wrong := link_faults("annex9.table1.row4", "links", links):
            raise BadValue("links", wrong[0].rule, wrong[0].remedy)
        with context.desks.desk() as desk:
            Store(desk.connection).do(
                code, lambda life: life.supply_automated(state_body, other, links, now, user.id)
            )
        return redirect(f"/{language_of(request)}/assessment/mine/{code}/{state_body}")

    return [mine, one, blank, check, to_sign, submit, object_, document, automated]


def _own(context: Context, user: User, code: str, body: str) -> Life:
    """The period, where the user acts for the body. Raises UnknownName: others' bodies are not there."""
    with context.desks.desk() as desk:
        life = Store(desk.connection).period(code)
    if body not in life.bodies_of(user.bin):
        raise UnknownName("body", body, "see your body's page")
    return life


def _sent(form: Form, body: str) -> Report:
    """The report in the file `report`: the XLSX form or JSON. Raises BadValue."""
    sent = form.file("report")
    if sent is None:
        raise BadValue("report", "is chosen", "Choose the file of the report.")
    content = sent.file.read(MOST_BYTES + 1)
    if not 0 < len(content) <= MOST_BYTES:
        raise BadValue("report", f"has 1 byte to {MOST_BYTES // 2**20} MB", "Choose another file.")
    report = read_form(body, content) if content[:2] == b"PK" else read_report(content)
    if report.body != body:
        raise BadValue("body", f"is {body} in this report", "Send the report of your own body.")
    return report


def _shown(life: Life, body: str, language: str) -> dict[str, Any]:
    scored = showing.one(life.results[-1], body) if life.results else None
    return {
        "address": "", "life": life, "body": body, "name": life.body(body).name(language), "scored": scored,
        "sent": life.reports.get(body, []), "late": life.late(body),
        "objections": [each for each in life.objections if each.made.body == body],
        "rows": OBJECTION_ROWS, "languages_of_rows": LANGUAGES,
        "said": showing.explained(scored, language) if scored else None,
        "row_labels": {row: showing.row_label(row, language) for row in OBJECTION_ROWS},
        "supplies": body == DIGITAL_MINISTRY.id,
        "others": [(each.id, each.name(language)) for each in life.bodies.values()],
        "automated": life.automated,
    }  # fmt: skip
