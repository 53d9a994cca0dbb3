"""The API of citizens: their own cases, answers and who looked at their data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec

from qyzmet.people.identity import Look
from qyzmet.web import papersapi
from qyzmet.web.operations import Call, File, Operation
from qyzmet.web.own import Own, OwnCase
from qyzmet.web.views import OutlineView


class OwnCases(msgspec.Struct, frozen=True):
    cases: list[OutlineView]


class OwnAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code of an answer that the open question offers, or the one that takes consent back."""

    code: Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[0-9]{1,2}(#[0-9]{1,2})+$")]


class Answered(msgspec.Struct, frozen=True):
    """It is read as an SMS is, within a minute."""

    case: int


class Looks(msgspec.Struct, frozen=True):
    """Latest first."""

    looks: list[Look]


def _own(call: Call) -> Own:
    return Own(call.context, call.desk, call.user, call.viewer)


def _cases(call: Call) -> OwnCases:
    return OwnCases(_own(call).cases())


def _case(call: Call) -> OwnCase:
    return _own(call).case(call.number("case"))


def _answer(call: Call) -> Answered:
    body: OwnAnswer = call.body
    _own(call).answer(call.number("case"), body.code)
    return Answered(call.number("case"))


def _looks(call: Call) -> Looks:
    return Looks(_own(call).looks())


def _document(name: str) -> Callable[[Call], File]:
    def work(call: Call) -> File:
        content, kind = _own(call).document(call.number("case"), name)
        return File(content, kind, f"case-{call.number('case')}-{name}")

    return work


def operations() -> Sequence[Operation]:
    see = "own.see"
    return (
        Operation("GET", "/own/cases", "list_own_cases", "What the state offered the caller, newest first",
                  see, _cases, OwnCases),
        Operation("GET", "/own/cases/{case:int}", "read_own_case", "One's own case whole, with its question",
                  see, _case, OwnCase),
        Operation("POST", "/own/cases/{case:int}/answer", "answer_own_question",
                  "Answers the open question, or takes consent back before the decision", "own.answer",
                  _answer, Answered, body=OwnAnswer),
        Operation("GET", "/own/cases/{case:int}/decision.json", "read_own_decision",
                  "The decision as it was signed", see, _document("decision.json"), "application/json"),
        Operation("GET", "/own/cases/{case:int}/decision.p7s", "read_own_signature",
                  "The signature of the decision", see, _document("decision.p7s"),
                  "application/pkcs7-signature"),
        *papersapi.operations("/own/cases/{case:int}", "own", see, _document),
        Operation("GET", "/own/looks", "list_own_looks", "Who looked at the caller's data, what for", see,
                  _looks, Looks),
    )  # fmt: skip
