"""An application as its applicant sees it: a list of steps, each passed, present, to come, or the one that ended it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from qyzmet.acts.driving.clauses import ACT
from qyzmet.acts.driving.passport import STEPS
from qyzmet.acts.driving.titles import TITLES
from qyzmet.cases.case import Case
from qyzmet.cases.procedure import Kind, Procedure

#: A system that has not answered for so long is said to be silent.
SILENT = timedelta(seconds=4)
REPLACEMENT_STEPS = ("present", "replacement_number", "formalities", "review", "printing", "issue")
_LINK = 2


class Line(msgspec.Struct, frozen=True):
    """`state`: done, now, ahead, failed, or none where the channel has no such step."""

    number: int
    clause: str
    title: str
    state: str
    system: str = ""


def number_of(step: str, procedure: Procedure) -> int:
    """The place of a step in the list shown."""
    if "choose" not in procedure.steps:
        order = list(procedure.steps)
        shown = [order.index(name) for name in REPLACEMENT_STEPS]
        at = order.index(step) if step in order else 0
        return max(1, sum(place <= at for place in shown))
    return int(procedure.steps[step].clause.place.rpartition(".")[2])


def lines(case: Case, procedure: Procedure, language: str) -> list[Line]:
    first = "choose" in procedure.steps
    names = STEPS if first else REPLACEMENT_STEPS
    at, ended = number_of(case.step, procedure), procedure.steps[case.step].kind is Kind.END
    if not first and ended:
        at = {"ended_no_licence": 1, "refused": 4, "issued": len(names)}[case.step]
    found = []
    for number, name in enumerate(names, start=1):
        step = procedure.steps[name]
        if first and number == _LINK and case.value("channel") not in ("EGOV_PORTAL", "EGOV_MOBILE"):
            state = "none"
        elif number < at or (ended and case.step == "issued"):
            state = "done"
        elif number == at:
            state = "failed" if ended else "now"
        else:
            state = "ahead"
        clause = (ACT[f"§3.{number}"] if first else step.clause).place
        found.append(Line(number, clause, TITLES[name][language], state, step.receiver or ""))
    return found


def silent(case: Case, procedure: Procedure, now: datetime) -> str:
    """The system whose answer is awaited for too long; "" where none is."""
    step = procedure.steps[case.step]
    if step.receiver and step.kind in (Kind.WATCH, Kind.QUERY, Kind.EFFECT) and step.name != "printing":
        return step.receiver if now - case.entered > SILENT else ""
    return ""


def waits_for_us(case: Case, procedure: Procedure) -> bool:
    """Whether the case moves on by itself, so that the page looks again."""
    return procedure.steps[case.step].kind not in (Kind.TASK, Kind.END)
