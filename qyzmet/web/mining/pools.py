"""A pool's pages: what is due, its reports with their findings, files mended and sent back, its profile."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.mining import filing as life
from qyzmet.acts.mining.deadlines import deadline, parse_month
from qyzmet.acts.mining.form import workbook
from qyzmet.acts.mining.found import findings_told
from qyzmet.acts.mining.header import Person, Profile, parse_profile
from qyzmet.acts.mining.mending import returned
from qyzmet.runtime.errors import BadValue
from qyzmet.web.forms import Form
from qyzmet.web.mining.api import CSV, XLSX
from qyzmet.web.mining.desk import mining_desk, own_pool, policies_of
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download, redirect
from qyzmet.web.site import Context, CurrentUser, SentForm

_SHOWN = 100


def handlers(context: Context) -> list[HTTPRouteHandler]:
    @get("/reports", opt=needs("mining.file"), sync_to_thread=True)
    def listed(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with mining_desk(context) as desk:
            pool = own_pool(desk, user)
            reports = [each for each in desk.filing.of_pool(pool) if each.state != "draft"]
            owed = desk.obligations.of_pool(pool)
        return context.page(request, "mining/reports.html", pool=pool, reports=reports, owed=owed)

    @post("/reports", opt=needs("mining.file"), sync_to_thread=True)
    def send(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        nil, mends = bool(form.text("nil")), form.text("mends")
        name, content = ("", b"") if nil else _file(form)
        month = parse_month(form.text("month", required=True))
        with mining_desk(context) as desk:
            draft = desk.filing.open(
                own_pool(desk, user), month, channel="page", nil=nil, mends=mends, file_name=name
            )
            if not nil:
                desk.filing.put(draft, 1, content)
            received = desk.filing.submit(draft)
            if received.bytes <= life.AT_ONCE:
                received = desk.filing.decide(received)
        return redirect(f"/{language_of(request)}/mining/reports/{received.key}")

    @get("/reports/{report:str}", opt=needs("mining.file"), sync_to_thread=True)
    def one(request: Request[Any, Any, Any], user: CurrentUser, report: FromPath[str]) -> Response[bytes]:
        after = request.query_params.get("after", "0")
        with mining_desk(context) as desk:
            found = desk.filing.one(report, own_pool(desk, user))
            page = list(
                findings_told(
                    desk.connection, found.id, language_of(request), desk.policies,
                    after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0, most=_SHOWN,
                )
            )  # fmt: skip
            done = desk.filing.done(found)
        return context.page(
            request, "mining/report.html", report=found, findings=page, done=done, due=deadline(found.month),
            more=page[-1]["id"] if len(page) == _SHOWN else None,
        )  # fmt: skip

    @get("/reports/{report:str}/returned.csv", opt=needs("mining.file"), sync_to_thread=True)
    def back(request: Request[Any, Any, Any], user: CurrentUser, report: FromPath[str]) -> Response[bytes]:
        with mining_desk(context) as desk:
            found = desk.filing.one(report, own_pool(desk, user))
            content = b"".join(returned(desk.connection, found.id, language_of(request)))
        return download(content, CSV, f"returned-{found.month:%Y-%m}.csv")

    @get("/form.xlsx", opt=needs("mining.file"), sync_to_thread=True)
    def form() -> Response[bytes]:
        return download(workbook(policies_of(context)), XLSX, "cmpm-1.xlsx")

    @get("/profile", opt=needs("mining.file"), sync_to_thread=True)
    def profile(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with mining_desk(context) as desk:
            pool = own_pool(desk, user)
        return context.page(
            request,
            "mining/profile.html",
            pool=pool,
            values=msgspec.to_builtins(pool.profile),
            people=_PEOPLE,
        )

    @post("/profile", opt=needs("mining.file"), sync_to_thread=True)
    def change(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        known = _profile(form)
        with mining_desk(context) as desk:
            desk.pools.change(own_pool(desk, user).code, known)
        return redirect(f"/{language_of(request)}/mining/profile")

    return [listed, send, one, back, form, profile, change]


_PEOPLE = ("executor", "head")


def _profile(form: Form) -> Profile:
    def person(who: str) -> Person:
        names = ("surname", "given_name", "patronymic", "phone", "signature")
        return Person(**{name: form.text(f"{who}.{name}", most=300) for name in names})

    plain = {name: form.text(name, most=300) for name in ("name", "address", "phone", "email")}
    built = msgspec.to_builtins(Profile(**plain, executor=person("executor"), head=person("head")))
    return parse_profile(built)


def _file(form: Form) -> tuple[str, bytes]:
    sent = form.file("file")
    if sent is None:
        raise BadValue("file", "is chosen", "Choose the file.")
    content = sent.file.read(life.MOST_PIECE + 1)
    if not 0 < len(content) <= life.MOST_PIECE:
        raise BadValue(
            "file", "has at most 8 MiB on this page", "Send larger files by the API: qyzmet mining submit."
        )
    return sent.filename or "file", content
