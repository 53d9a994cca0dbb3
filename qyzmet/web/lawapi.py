"""The API of the law: acts, paragraphs and where they are carried out, procedures, policies. For anyone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from qyzmet.web.lawviews import LawAct, LawReader, WholeAct, WholePolicy, WholeProcedure
from qyzmet.web.operations import Call, File, Operation
from qyzmet.web.permissions import PUBLIC


class LawActs(msgspec.Struct, frozen=True):
    acts: list[LawAct]


def _reader(call: Call) -> LawReader:
    language = call.query.language
    return LawReader(call.context.packages, language, call.context.renderer.text(language))


def _acts(call: Call) -> LawActs:
    return LawActs(_reader(call).acts())


def _act(call: Call) -> WholeAct:
    return _reader(call).act(call.path["act"], call.desk, call.context.clock.now())


def _procedure(call: Call) -> WholeProcedure:
    return _reader(call).procedure(call.path["act"], call.path["procedure"])


def _picture(call: Call) -> File:
    name = call.path["procedure"]
    return File(_reader(call).picture(call.path["act"], name), "image/svg+xml", f"{name}.svg")


def _policy(call: Call) -> WholePolicy:
    return _reader(call).policy(call.path["act"], call.path["mark"], call.desk, call.context.clock.now())


def operations() -> Sequence[Operation]:
    act = "/law/{act:str}"
    return (
        Operation("GET", "/law", "list_acts", "The acts that are carried out here", PUBLIC,
                  _acts, LawActs),
        Operation("GET", act, "read_act", "An act: its paragraphs, what carries them out, its policies",
                  PUBLIC, _act, WholeAct),
        Operation("GET", f"{act}/procedures/{{procedure:str}}", "read_procedure", "A procedure as a table",
                  PUBLIC, _procedure, WholeProcedure),
        Operation("GET", f"{act}/procedures/{{procedure:str}}/picture.svg", "draw_procedure",
                  "A procedure as a picture", PUBLIC, _picture, "image/svg+xml"),
        Operation("GET", f"{act}/policies/{{mark:str}}", "read_policy",
                  "How a gap of the act is read, its changes, and the open cases it touches", PUBLIC, _policy,
                  WholePolicy),
    )  # fmt: skip
