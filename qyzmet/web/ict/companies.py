"""A company's own page (extracts, income) and the officer's list of companies with its export."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.ict.classifying import share_in_words
from qyzmet.acts.ict.companies import Company, as_csv, company
from qyzmet.acts.ict.determination import Extract
from qyzmet.acts.ict.income import Judge
from qyzmet.acts.ict.incomefile import read_lines
from qyzmet.acts.ict.register import MOST_FILE, Register
from qyzmet.people.identifiers import parse_bin
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, UnknownName
from qyzmet.web.forms import Form
from qyzmet.web.ict.determinations import own_bin, policies_of
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download, redirect
from qyzmet.web.site import Context, CurrentUser, SentForm

_CSV = "text/csv; charset=utf-8"


def handlers(context: Context) -> list[HTTPRouteHandler]:
    def read(bin: str) -> Company:
        with context.desks.desk() as desk:
            return company(
                Register(desk.connection), bin, policies_of(context), legal_date(context.clock.now())
            )

    def read_all() -> list[Company]:
        with context.desks.desk() as desk:
            register, today = Register(desk.connection), legal_date(context.clock.now())
            return [company(register, bin, policies_of(context), today) for bin in register.bins()]

    @get("/company", opt=needs("ict.claim"), sync_to_thread=True)
    def mine(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        return context.page(request, "ict/company.html", company=read(own_bin(user)), own=True)

    @post("/company/extracts", opt=needs("ict.claim"), sync_to_thread=True)
    def extract(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        _, content = _file(form)
        given = Extract(form.text("number", most=100, required=True), _day(form), sha256(content).hexdigest())
        if given.day > legal_date(context.clock.now()):
            raise BadValue("day", "is not in the future", "Write the day on which the extract was given.")
        with context.desks.desk() as desk:
            Register(desk.connection).put_extract(own_bin(user), given, content, user.id, context.clock.now())
        return redirect(f"/{language_of(request)}/ict/company")

    @post("/company/income", opt=needs("ict.claim"), status_code=200, sync_to_thread=True)
    def income(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        """All of a file or nothing: with one bad line nothing is entered, and every bad line is shown."""
        name, content = _file(form)
        lines, bad = read_lines(name, content)
        years = {line.first.year for line in lines}
        judged = Judge(policies_of(context)).judge(lines)
        found = share_in_words(judged, bad, None, language_of(request))
        entered = not bad and len(years) == 1
        if entered:
            with context.desks.desk() as desk:
                Register(desk.connection).put_income(
                    own_bin(user), min(years), name, content, lines, user.id, context.clock.now()
                )
        return context.page(
            request, "ict/income.html", found=found, entered=entered, years=sorted(years),
            named={line.row: line.description for line in lines},
        )  # fmt: skip

    @get("/companies", opt=needs("ict.oversee"), sync_to_thread=True)
    def listed(request: Request[Any, Any, Any]) -> Response[bytes]:
        return context.page(request, "ict/companies.html", companies=read_all())

    @get("/companies.csv", opt=needs("ict.oversee"), sync_to_thread=True)
    def exported() -> Response[bytes]:
        return download(("\ufeff" + as_csv(read_all())).encode(), _CSV, "ict-companies.csv")

    @get("/companies/{bin:str}", opt=needs("ict.oversee"), sync_to_thread=True)
    def other(request: Request[Any, Any, Any], bin: FromPath[str]) -> Response[bytes]:
        found = read(parse_bin(bin).text)
        if not (found.determinations or found.extracts or found.shares or found.unjudged):
            raise UnknownName("company", "of this BIN", "see the list of companies")
        return context.page(request, "ict/company.html", company=found, own=False)

    return [mine, extract, income, listed, exported, other]


def _file(form: Form) -> tuple[str, bytes]:
    sent = form.file("file")
    if sent is None:
        raise BadValue("file", "is chosen", "Choose the file.")
    content = sent.file.read(MOST_FILE + 1)
    if not 0 < len(content) <= MOST_FILE:
        raise BadValue("file", f"has 1 byte to {MOST_FILE // 2**20} MB", "Choose another file.")
    return sent.filename or "file", content


def _day(form: Form) -> date:
    try:
        return date.fromisoformat(form.text("day"))
    except ValueError:
        raise BadValue("day", "is a day such as 2026-03-01", "Enter it so.") from None
