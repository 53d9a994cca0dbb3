"""A citizen's own page: what was offered and why, consent, decision, who looked at their data.

Answers given here go the way of an SMS: to the question that they answer, by its code, with its deadline,
and consent through PDAC. The act knows only SMS, so that the installation has to allow them (policy `web`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.cases import file as casefile
from qyzmet.cases import worklists
from qyzmet.cases.receiving import Receiver
from qyzmet.cases.worklists import Outline
from qyzmet.exchange.sms import Incoming
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from qyzmet.web import documents
from qyzmet.web.desks import Desk
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download, redirect
from qyzmet.web.site import Context, CurrentUser, Entry, SentForm
from qyzmet.web.translations import _
from qyzmet.web.users import User
from qyzmet.web.views import Viewer
from qyzmet.web.worklist import viewer_of

NAVIGATION = (Entry("/mine", _("My services"), "own.see"), Entry("/looks", _("Who saw my data"), "own.see"))
#: The policy of an act that lets questions be answered here too.
POLICY = "web"
PURPOSE = "a person sees their own case"
_CODE = re.compile(r"\b\d{1,2}(?:#\d{1,2})+\b")


def citizen_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/mine", opt=needs("own.see"), sync_to_thread=True)
    def mine(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with context.desks.desk() as desk:
            viewer = viewer_of(context, desk, user, request)
            rows = [viewer.outline(each) for each in worklists.of_person(desk.connection, _subject(user))]
        return context.page(request, "mine.html", rows=rows)

    @get("/mine/{case:int}", opt=needs("own.see"), sync_to_thread=True)
    def one(request: Request[Any, Any, Any], user: CurrentUser, case: FromPath[int]) -> Response[bytes]:
        with context.desks.desk() as desk:
            outline = _own(desk, user, case)
            viewer = Viewer(desk, user, language_of(request), context.clock.now(), desk.catalogue.calendar)
            view = viewer.case(outline, personal=True, purpose=PURPOSE)
            question = _question(desk, case)
            file = casefile.read_file(
                desk.connection, desk.vault, desk.catalogue, case, who=user.id, purpose=PURPOSE
            )
        text = next((sms.text for sms in file.messages if question and sms.id == question["id"]), None)
        return context.page(
            request, "mine_case.html", case=view, question=question, choices=choices_of(text or ""),
            text=text or "", answers=answers_here(context, desk, outline),
            withdraws=can_withdraw(desk, outline, case), done=request.query_params.get("done", "") == "1",
        )  # fmt: skip

    @get("/mine/{case:int}/{document:str}", opt=needs("own.see"), sync_to_thread=True)
    def paper(user: CurrentUser, case: FromPath[int], document: FromPath[str]) -> Response[bytes]:
        with context.desks.desk() as desk:
            outline = _own(desk, user, case)
            content, kind = documents.content_of(desk, outline, document, who=user.id)
        return download(content, kind, f"case-{case}-{document}")

    @post("/mine/{case:int}/answer", opt=needs("own.answer"), sync_to_thread=True)
    def answer(
        request: Request[Any, Any, Any], user: CurrentUser, form: SentForm, case: FromPath[int]
    ) -> Response[bytes]:
        code = form.text("code", most=20, required=True)
        if not _CODE.fullmatch(code):
            raise BadValue("code", "is a code of the question, such as 7#1", "Choose one of the answers.")
        with context.desks.desk() as desk:
            outline = _own(desk, user, case)
            if not answers_here(context, desk, outline):
                raise Refused("Questions are answered by SMS here. Send the code to the number it came from.")
            question = _question(desk, case)
            withdraws = code == WITHDRAW and can_withdraw(desk, outline, case)
            if not withdraws and (question is None or question["prefix"] != code.partition("#")[0]):
                raise Refused("This question is no longer open. Look at the case again.")
            _receive(context, desk, user, code)
        return redirect(f"/{language_of(request)}/mine/{case}?done=1")

    @get("/looks", opt=needs("own.see"), sync_to_thread=True)
    def looks(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        with context.desks.desk() as desk:
            found = desk.vault.looks(_subject(user), limit=500)
        return context.page(request, "looks.html", looks=found)

    return [mine, one, paper, answer, looks]


#: A reply that takes consent back before the decision (G-46).
WITHDRAW = "7#2"


def choices_of(text: str) -> list[tuple[str, str]]:
    """The codes that a question's SMS offers, each with the line in which it stands."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        codes = _CODE.findall(line)
        for code in codes:
            around = line if len(codes) == 1 else next(
                (part for part in re.split(r"[,;.]", line) if code in part), line
            )  # fmt: skip
            found.setdefault(code, around.replace(code, "").strip(" -–—:,.;").strip() or code)
    return list(found.items())


def answers_here(context: Context, desk: Desk, outline: Outline) -> bool:
    """Whether the act's policy lets people answer on this page."""
    package = desk.catalogue.act_of(outline.procedure)
    policies = desk.catalogue.law_of_act(package.act.code, context.clock.now()).policies
    return POLICY in policies.known and bool(policies[POLICY])


def can_withdraw(desk: Desk, outline: Outline, case: int) -> bool:
    """Consent was given, nothing is decided yet and the case runs on."""
    if outline.status == "e":
        return False
    with desk.connection.transaction():
        row = desk.connection.execute(
            """SELECT EXISTS (SELECT FROM messages WHERE case_id = %s AND prefix = '7' AND reading = 'agree')
                  AND NOT EXISTS (SELECT FROM decisions WHERE case_id = %s)""",
            (case, case),
        ).fetchone()
    return bool(row and row[0])


def _receive(context: Context, desk: Desk, user: User, code: str) -> None:
    """The answer as if the person had sent it; the number is looked up for this alone, and logged."""
    subject = _subject(user)
    known = desk.vault.reveal(
        [subject], who=user.id, purpose="answer a question on one's own page", clause="proactive:§16",
        fields=("phone",),
    ).get(subject)  # fmt: skip
    if known is None or not known.phone:
        raise Refused("Your number is not known here, and answers belong to it. Ask the State Corporation.")
    finds = [package.prefix_of for package in context.packages.values() if package.prefix_of]
    receiver = Receiver(desk.connection, desk.vault, context.clock, prefixes=finds)
    receiver.receive([Incoming(key=f"web-{uuid4()}", phone=known.phone, text=code, at=context.clock.now())])


def _question(desk: Desk, case: int) -> dict[str, Any] | None:
    """The question that waits for this person's answer."""
    with desk.connection.transaction():
        row = desk.connection.execute(
            """SELECT m.id, m.prefix, m.clause, c.deadline_at FROM messages m JOIN cases c ON c.id = m.case_id
               WHERE m.case_id = %s AND m.question = 'o' AND m.state IN ('d', 'u')
               ORDER BY m.id DESC LIMIT 1""",
            (case,),
        ).fetchone()
    return dict(zip(("id", "prefix", "clause", "deadline"), row, strict=True)) if row else None


def _subject(user: User) -> int:
    if user.subject is None:
        raise UnknownName("person", "this sign-in", "sign in as a citizen")
    return user.subject


def _own(desk: Desk, user: User, case: int) -> Outline:
    """A case whose recipient the person is. Raises UnknownName for all others."""
    found = worklists.outline(desk.connection, case)
    if found is None or _subject(user) not in (found.recipient, found.subject):
        raise UnknownName("case", str(case), "see your services")
    if found.recipient is not None and found.recipient != _subject(user):
        raise UnknownName("case", str(case), "see your services")
    return found
