"""What a citizen sees and does of their own cases, for the page and the API.

Answers given here go the way of an SMS: to the question that they answer, by its code, with its deadline,
and consent through PDAC. The act knows only SMS, so that the installation has to allow them (policy `web`).
"""

from __future__ import annotations

import re
from datetime import datetime
from uuid import uuid4

import msgspec

from qyzmet.cases import worklists
from qyzmet.cases.file import CaseFile
from qyzmet.cases.package import ActPackage, Dialogue
from qyzmet.cases.receiving import Receiver
from qyzmet.cases.worklists import Outline
from qyzmet.exchange.sms import Incoming
from qyzmet.people.identity import Look
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from qyzmet.web import documents
from qyzmet.web.desks import Desk
from qyzmet.web.site import Context
from qyzmet.web.users import User
from qyzmet.web.views import CaseView, OutlineView, Viewer

#: The policy of an act that lets questions be answered here too.
POLICY = "web"
PURPOSE = "a person sees their own case"
MOST_LOOKS = 500
_CODE = re.compile(r"\b\d{1,2}(?:#\d{1,2})+\b")


class OwnChoice(msgspec.Struct, frozen=True):
    """An answer that a question offers: the code to send, and the line of the SMS in which it stands."""

    code: str
    said: str


class OpenQuestion(msgspec.Struct, frozen=True):
    """A question that waits for the person, as its SMS asks it."""

    clause: str
    text: str
    until: datetime | None
    choices: list[OwnChoice]


class OwnCase(msgspec.Struct, frozen=True):
    """A person's own case. `answers`: questions may be answered here; `withdraw` is the code that takes
    consent back, empty where there is nothing to take back."""

    case: CaseView
    question: OpenQuestion | None
    answers: bool
    withdraw: str


class Own:
    """One citizen on one desk, in one language."""

    def __init__(self, context: Context, desk: Desk, user: User, viewer: Viewer) -> None:
        self._context, self._desk, self._user, self._viewer = context, desk, user, viewer

    def cases(self) -> list[OutlineView]:
        found = worklists.of_person(self._desk.connection, self._subject())
        return [self._viewer.outline(each) for each in found]

    def case(self, number: int) -> OwnCase:
        """Raises UnknownName for a case of somebody else. The look is logged, once."""
        outline = self._outline(number)
        file = self._viewer.read(outline, purpose=PURPOSE)
        return OwnCase(
            self._viewer.case(outline, file),
            _question(file, self._open(number)[0]),
            self._answers(outline),
            self._withdraw(outline),
        )

    def document(self, number: int, name: str) -> tuple[bytes, str]:
        """A document of one's own case with its media type. Raises UnknownName, Refused."""
        return documents.content_of(
            self._desk, self._context.papers, self._outline(number), name, who=self._user.id
        )

    def answer(self, number: int, code: str) -> None:
        """Takes a code such as `7#1` as if it came by SMS. Raises UnknownName, BadValue, Refused."""
        if not _CODE.fullmatch(code):
            raise BadValue("code", "is a code of the question, such as 7#1", "Choose one of the answers.")
        outline = self._outline(number)
        if not self._answers(outline):
            raise Refused("Questions are answered by SMS here. Send the code to the number it came from.")
        if code != self._withdraw(outline) and code.partition("#")[0] != self._open(number)[1]:
            raise Refused("This question is no longer open. Look at the case again.")
        self._receive(outline, code)

    def looks(self) -> list[Look]:
        """Who looked at the person's data, latest first."""
        return self._desk.vault.looks(self._subject(), limit=MOST_LOOKS)

    def _subject(self) -> int:
        if self._user.subject is None:
            raise UnknownName("person", "this sign-in", "sign in as a citizen")
        return self._user.subject

    def _outline(self, number: int) -> Outline:
        """A case whose recipient the person is."""
        found = worklists.outline(self._desk.connection, number)
        whose = found and (found.subject if found.recipient is None else found.recipient)
        if found is None or whose != self._subject():
            raise UnknownName("case", str(number), "see your services")
        return found

    def _package(self, outline: Outline) -> ActPackage:
        return self._desk.catalogue.act_of(outline.procedure)

    def _dialogue(self, outline: Outline) -> Dialogue | None:
        return self._package(outline).dialogue

    def _answers(self, outline: Outline) -> bool:
        """Whether the act's policy lets people answer here."""
        act = self._package(outline).act.code
        policies = self._desk.catalogue.law_of_act(act, self._context.clock.now()).policies
        return POLICY in policies.known and bool(policies[POLICY])

    def _withdraw(self, outline: Outline) -> str:
        """The code, where consent was given, nothing is decided yet and the case runs on."""
        dialogue = self._dialogue(outline)
        if dialogue is None or outline.status == "e":
            return ""
        with self._desk.connection.transaction():
            row = self._desk.connection.execute(
                """SELECT EXISTS (SELECT FROM messages WHERE case_id = %s AND prefix = %s AND reading = %s)
                      AND NOT EXISTS (SELECT FROM decisions WHERE case_id = %s)""",
                (outline.id, dialogue.prefix, dialogue.agreed, outline.id),
            ).fetchone()
        return dialogue.withdraw if row and row[0] else ""

    def _open(self, number: int) -> tuple[int, str]:
        """The message that waits for the person's answer and its prefix; (0, "") where none does."""
        with self._desk.connection.transaction():
            row = self._desk.connection.execute(
                """SELECT id, prefix FROM messages WHERE case_id = %s AND question = 'o'
                      AND state IN ('d', 'u') ORDER BY id DESC LIMIT 1""",
                (number,),
            ).fetchone()
        return (row[0], row[1] or "") if row else (0, "")

    def _receive(self, outline: Outline, code: str) -> None:
        """The answer as if the person had sent it; the number is looked up for this alone, and logged."""
        subject, desk, dialogue = self._subject(), self._desk, self._dialogue(outline)
        known = desk.vault.reveal(
            [subject], who=self._user.id, purpose="answer a question on one's own page",
            clause=dialogue.clause if dialogue else outline.step, fields=("phone",),
        ).get(subject)  # fmt: skip
        if known is None or not known.phone:
            raise Refused(
                "Your number is not known here, and answers belong to it. Ask the State Corporation."
            )
        finds = [package.prefix_of for package in self._context.packages.values() if package.prefix_of]
        now = self._context.clock.now()
        receiver = Receiver(desk.connection, desk.vault, self._context.clock, prefixes=finds)
        receiver.receive([Incoming(key=f"web-{uuid4()}", phone=known.phone, text=code, at=now)], read=True)


def _question(file: CaseFile, message: int) -> OpenQuestion | None:
    """The question of this message."""
    asked = next((sms for sms in file.messages if sms.id == message), None)
    if asked is None:
        return None
    return OpenQuestion(asked.clause, asked.text or "", file.case.deadline, choices_of(asked.text or ""))


def choices_of(text: str) -> list[OwnChoice]:
    """The codes that a question's SMS offers, each with the line in which it stands."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        codes = _CODE.findall(line)
        for code in codes:
            around = line if len(codes) == 1 else next(
                (part for part in re.split(r"[,;.]", line) if code in part), line
            )  # fmt: skip
            found.setdefault(code, around.replace(code, "").strip(" -–—:,.;").strip() or code)
    return [OwnChoice(code, said) for code, said in found.items()]
