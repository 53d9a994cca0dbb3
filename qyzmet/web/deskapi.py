"""The API of the operator's desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from qyzmet.cases.pauses import Pause
from qyzmet.web.operating import AsideView, LateView, Operator, Signing
from qyzmet.web.operations import Asked, Call, Line, Operation

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]


class AsideAsked(Asked, frozen=True, forbid_unknown_fields=True):
    """`after` is the cursor of the page before."""

    after: Line = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class PauseList(msgspec.Struct, frozen=True):
    """Those that hold come first."""

    pauses: list[Pause]
    partners: list[str]


class SigningList(msgspec.Struct, frozen=True):
    signing: list[Signing]


class LateList(msgspec.Struct, frozen=True):
    late: list[LateView]


class AsidePage(msgspec.Struct, frozen=True):
    """`after` is the cursor of the next page, empty on the last one."""

    cases: list[AsideView]
    after: str


class NewPause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Literal["procedure", "partner"]
    name: Line
    reason: Reason


class Because(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: Reason


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    act: Line
    on: bool
    reason: Reason


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object."""


class CaseReleased(msgspec.Struct, frozen=True):
    case: int


def _operator(call: Call) -> Operator:
    return Operator(call.context, call.desk, call.user, call.query.language)


def _pauses(call: Call) -> PauseList:
    operator = _operator(call)
    return PauseList(operator.pauses(), operator.partners())


def _pause(call: Call) -> Pause:
    body: NewPause = call.body
    return _operator(call).pause(body.kind, body.name, body.reason)


def _resume(call: Call) -> Pause:
    return _operator(call).resume(call.number("number"), call.body.reason)


def _signing(call: Call) -> SigningList:
    return SigningList(_operator(call).signing())


def _turn(call: Call) -> SigningList:
    body: Turn = call.body
    operator = _operator(call)
    operator.turn_signing(body.act, body.on, body.reason)
    return SigningList(operator.signing())


def _late(call: Call) -> LateList:
    return LateList(_operator(call).late())


def _aside(call: Call) -> AsidePage:
    cases, after = _operator(call).aside_page(call.query.after, call.query.limit)
    return AsidePage(cases, after)


def _release(call: Call) -> CaseReleased:
    _operator(call).release(call.number("case"))
    return CaseReleased(call.number("case"))


def operations() -> Sequence[Operation]:
    see, turn = "desk.see", "desk.turn"
    return (
        Operation("GET", "/desk/pauses", "list_pauses", "What is and was paused", see, _pauses, PauseList),
        Operation("POST", "/desk/pauses", "pause", "Stops a procedure or a partner", turn, _pause, Pause,
                  body=NewPause),
        Operation("POST", "/desk/pauses/{number:int}/end", "end_pause", "Ends a pause", turn, _resume, Pause,
                  body=Because),
        Operation("GET", "/desk/signing", "list_signing", "Automatic signing by act", see, _signing,
                  SigningList),
        Operation("POST", "/desk/signing", "turn_signing", "Turns automatic signing on or off", turn, _turn,
                  SigningList, body=Turn),
        Operation("GET", "/desk/late", "list_late", "What is late and why", see, _late, LateList),
        Operation("GET", "/desk/aside", "list_own_aside", "Cases set aside in one's regions", see, _aside,
                  AsidePage, AsideAsked),
        Operation("POST", "/desk/aside/{case:int}/release", "put_back", "Puts a case back to work", turn,
                  _release, CaseReleased, body=Nothing),
    )  # fmt: skip
