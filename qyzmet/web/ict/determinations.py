"""The interview of a company, its determinations with objections, and an officer's review."""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.ict.catalogue import activities, activity
from qyzmet.acts.ict.determination import ANSWERS, determine
from qyzmet.acts.ict.determined import Claim, Determination, Objected, Reviewed, determined
from qyzmet.acts.ict.policies import POLICIES
from qyzmet.acts.ict.register import Register
from qyzmet.acts.ict.words import asked, reason_in_words, result_in_words
from qyzmet.law.policies import Policies
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, Refused
from qyzmet.web.forms import Form
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download, redirect
from qyzmet.web.site import Context, CurrentUser, SentForm
from qyzmet.web.users import User


def policies_of(context: Context) -> Policies:
    return Policies(POLICIES, context.policies.get("ict"))


def own_bin(user: User) -> str:
    """The company for which the user acts. Raises BadValue where the sign-in names none."""
    if not user.bin:
        raise BadValue("BIN", "is told by the sign-in", "Sign in as the representative of a company.")
    return user.bin


def seen_bin(user: User) -> str | None:
    """Officers and auditors see all companies, others their own."""
    return None if user.is_a("ict.officer", "auditor") else own_bin(user)


def handlers(context: Context) -> list[HTTPRouteHandler]:
    @get("/interview", opt=needs("ict.claim"), sync_to_thread=True)
    def begin(request: Request[Any, Any, Any]) -> Response[bytes]:
        item = request.query_params.get("item", "")
        return context.page(
            request, "ict/begin.html", items=activities(), today=legal_date(context.clock.now()),
            chosen=int(item) if item.isdecimal() and len(item) < 3 else 0,
            text=request.query_params.get("text", "")[:2000],
        )  # fmt: skip

    @post("/interview", opt=needs("ict.claim"), status_code=200, sync_to_thread=True)
    def ask(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        claim, language = _claim(form), language_of(request)
        found = determine(claim.item, claim.answers, policies_of(context), claim.first)
        if found.result is not None and form.text("enter"):
            event = determined(claim, policies_of(context), user.id, context.clock.now())
            with context.desks.desk() as desk:
                number = Register(desk.connection).add(own_bin(user), event).number
            return redirect(f"/{language}/ict/determinations/{number}")
        return context.page(
            request, "ict/interview.html", claim=claim, item=activity(claim.item),
            question=asked(found, language) if found.result is None else None,
            result=result_in_words(found, language), outcome=found.result,
            reasons=[reason_in_words(reason, language) for reason in found.reasons],
            told=list(_told(claim)),
        )  # fmt: skip

    @get("/determinations/{number:int}", opt=needs("ict.determinations"), sync_to_thread=True)
    def one(request: Request[Any, Any, Any], user: CurrentUser, number: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            found = Register(desk.connection).one(number, seen_bin(user))
        return context.page(request, "ict/determination.html", **_shown(found, language_of(request), user))

    @get("/determinations/{number:int}/paper.pdf", opt=needs("ict.determinations"), sync_to_thread=True)
    def paper(request: Request[Any, Any, Any], user: CurrentUser, number: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            register = Register(desk.connection)
            register.one(number, seen_bin(user))
            content = register.paper(number, language_of(request))
        if content is None:
            raise Refused("The paper is being signed. Come again in a minute.")
        return download(content, "application/pdf", f"determination-{number}-{language_of(request)}.pdf")

    @post("/determinations/{number:int}/object", opt=needs("ict.claim"), sync_to_thread=True)
    def object_(
        request: Request[Any, Any, Any], user: CurrentUser, form: SentForm, number: FromPath[int]
    ) -> Response[bytes]:
        text, now = form.text("text", most=4000, required=True), context.clock.now()
        with context.desks.desk() as desk:
            Register(desk.connection).do(number, lambda d: d.objection(text, user.id, now), own_bin(user))
        return redirect(f"/{language_of(request)}/ict/determinations/{number}")

    @post("/determinations/{number:int}/review", opt=needs("ict.review"), sync_to_thread=True)
    def review(
        request: Request[Any, Any, Any], user: CurrentUser, form: SentForm, number: FromPath[int]
    ) -> Response[bytes]:
        result = form.choice("result", ("MATCH", "NO_MATCH"))
        text, now = form.text("text", most=4000, required=True), context.clock.now()
        with context.desks.desk() as desk:
            Register(desk.connection).do(number, lambda d: d.review(result, text, user.id, now))
        return redirect(f"/{language_of(request)}/ict/determinations/{number}")

    return [begin, ask, one, paper, object_, review]


def _claim(form: Form) -> Claim:
    """What was told so far; answers are the fields named `a.` and the question, lists say so in `l.`."""
    answers: dict[str, Any] = {}
    for name, kind in ANSWERS.items():
        if kind is bool:
            if form.text(f"a.{name}"):
                answers[name] = form.choice(f"a.{name}", ("yes", "no")) == "yes"
        elif form.text(f"l.{name}"):
            answers[name] = [value for value in form.many(f"a.{name}") if value]
    return Claim(
        description=form.text("description", most=4000, required=True),
        item=form.number("item", least=1, most=19),
        answers=answers,
        first=_day(form, "first"),
        last=_day(form, "last") if form.text("last") else None,
    )


def _day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(form.text(name))
    except ValueError:
        raise BadValue(name, "is a day such as 2026-03-01", "Enter it so.") from None


def _told(claim: Claim) -> list[tuple[str, str]]:
    """The answers as hidden fields of the next form."""
    fields: list[tuple[str, str]] = []
    for name, value in claim.answers.items():
        if isinstance(value, bool):
            fields.append((f"a.{name}", "yes" if value else "no"))
        else:
            fields.append((f"l.{name}", "1"))
            fields.extend((f"a.{name}", each) for each in value)
    return fields


def _shown(found: Determination, language: str, user: User) -> dict[str, Any]:
    answer = found.answer
    return {
        "found": found,
        "item": activity(found.made.claim.item),
        "result": result_in_words(answer, language),
        "reasons": [reason_in_words(reason, language) for reason in answer.reasons],
        "later": [
            {
                "at": event.at,
                "text": event.text,
                "result": event.result if isinstance(event, Reviewed) else "",
            }
            for event in found.events
            if isinstance(event, Objected | Reviewed)
        ],
        "may_object": user.is_a("ict.company") and found.state != "objected",
        "may_review": user.is_a("ict.officer") and found.state != "standing",
    }
