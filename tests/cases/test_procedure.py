"""A procedure is a checked table with a content hash, and an old one is read back from its content."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from qyzmet.cases.procedure import Kind, Limit, Procedure, ProcedureError, Step
from qyzmet.law.act import Clause, LegalAct, Period
from tests.cases import toy

ACT = LegalAct("other", {"en": "Other act"}, "made up", Period(date(2024, 1, 1), date(2024, 12, 31)))
CLAUSE = ACT.clause("§1", "What is done")
NO_CODE = ACT.clause("§2", "Whom it concerns", no_code_because="addressed to the minister")
TITLE = {"en": "A step"}


def work(*_: object) -> str:
    return "done"


def step(name: str, kind: Kind = Kind.RULE, **columns: Any) -> Step:
    given: dict[str, Any] = {"clause": CLAUSE, "actor": "SDU", "title": TITLE, "act": work}
    if kind is Kind.END:
        given["act"] = None
    else:
        given["outcomes"] = {"done": "end"}
    return Step(name, kind, **(given | columns))


END = step("end", Kind.END)
LIMIT = Limit(3, CLAUSE)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ((), "there is no step"),
        ((step("a"), step("a"), END), "step a stands twice"),
        ((step("a"), step("b"), END), "step b is never reached"),
        ((step("a", outcomes={"done": "a"}), END), "no ending can be reached from a"),
        ((step("a", outcomes={"done": "b"}), END), "a: outcome done leads to b, which is no step"),
        ((step("a", outcomes={}), END), "a: a step needs at least one outcome"),
        ((step("a", act=None), END), "a: no function carries the step out"),
        ((step("a", clause=Clause("x:§1", "nowhere")), END), "a: clause x:§1 belongs to no act"),
        ((step("a", clause=NO_CODE), END), "a: clause other:§2 is entered as one without code"),
        ((step("a", Kind.TASK), END), "a: a step that waits has a limit, or says why it has none"),
        ((step("a", Kind.ASK), END), "a: a step that waits has a limit, or says why it has none"),
        (
            (step("a", Kind.WATCH, every=HOUR), END),
            "a: a step that waits has a limit, or says why it has none",
        ),
        (
            (step("a", limit=LIMIT), END),
            "a: a limit is at least one working day and stands on a step that waits",
        ),
        (
            (step("a", Kind.TASK, limit=Limit(0, CLAUSE)), END),
            "a: a limit is at least one working day and stands on a step that waits",
        ),
        (
            (step("a", Kind.TASK, limit=Limit(3, CLAUSE, then="late")), END),
            "a: when its time is over it leaves by late, which is no outcome of it",
        ),
        (
            (step("a", Kind.TASK, limit=Limit(3, CLAUSE, "sent")), END),
            "a: its time starts when a message is sent, but it sends none",
        ),
        (
            (step("a", Kind.TASK, limit=Limit(3, Clause("x:§1", "nowhere"))), END),
            "a: clause x:§1 of its limit belongs to no act",
        ),
        (
            (step("a", Kind.TASK, limit=Limit(3, NO_CODE)), END),
            "a: clause other:§2 of its limit is entered as one without code",
        ),
        (
            (step("a", Kind.WATCH, limit=LIMIT), END),
            "a: a watch says how often it looks, and nothing else does",
        ),
        ((step("a", every=HOUR), END), "a: a watch says how often it looks, and nothing else does"),
        (
            (step("a", Kind.WATCH, every=timedelta(0), limit=LIMIT), END),
            "a: a watch looks at most once a second",
        ),
        ((step("a", hear=work), END), "a: only a step that asks reads replies"),
        ((step("a", act=lambda case, law: "done"), END), "a: <lambda> cannot be found again by its name"),
        (
            (step("a"), step("end", Kind.END, act=work)),
            "end: an ending has no outcomes, no code and no limit",
        ),
        (
            (step("a"), step("end", Kind.END, outcomes={"on": "a"})),
            "end: an ending has no outcomes, no code and no limit",
        ),
        (
            (step("a"), step("end", Kind.END, limit=LIMIT)),
            "end: an ending has no outcomes, no code and no limit",
        ),
        (
            (step("a"), step("end", Kind.END, hear=work)),
            "end: an ending has no outcomes, no code and no limit",
        ),
        (
            (step("a"), step("end", Kind.END, every=HOUR)),
            "end: an ending has no outcomes, no code and no limit",
        ),
    ],
)
def test_a_table_with_a_fault_is_not_loaded(steps: tuple[Step, ...], fault: str) -> None:
    with pytest.raises(ProcedureError) as error:
        Procedure("X", TITLE, *steps)
    assert fault in error.value.faults
    assert str(error.value).startswith("procedure X: ")


@pytest.mark.parametrize(
    ("day", "sound"),
    [("2023-12-31", False), ("2024-01-01", True), ("2024-12-31", True), ("2025-01-01", False)],
)
def test_every_step_stands_under_a_clause_in_force(day: str, sound: bool) -> None:
    if sound:
        Procedure("X", TITLE, step("a"), END, on=date.fromisoformat(day))
        return
    with pytest.raises(ProcedureError, match=f"other:§1 is not in force on {day}"):
        Procedure("X", TITLE, step("a"), END, on=date.fromisoformat(day))


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ProcedureError) as error:
        Procedure("X", TITLE, step("a", act=None, outcomes={}), END)
    assert len(error.value.faults) >= 3


ASK = step("a", Kind.ASK, limit=Limit(3, CLAUSE, "sent", "done"), hear=work, receiver="person")
WATCH = step("a", Kind.WATCH, limit=LIMIT, every=HOUR)
OTHER_CLAUSE = ACT.clause("§3", "What else is done")


@pytest.mark.parametrize(
    ("before", "columns"),
    [
        (ASK, {"name": "b"}),
        (ASK, {"kind": Kind.TASK, "limit": None, "no_limit_because": "why", "hear": None}),
        (ASK, {"clause": OTHER_CLAUSE}),
        (ASK, {"actor": "EGP"}),
        (ASK, {"title": {"en": "Another step"}}),
        (ASK, {"outcomes": {"done": "end", "more": "end"}}),
        (ASK, {"act": step}),
        (ASK, {"hear": step}),
        (ASK, {"receiver": "bank"}),
        (ASK, {"limit": Limit(4, CLAUSE, "sent", "done")}),
        (ASK, {"limit": Limit(3, OTHER_CLAUSE, "sent", "done")}),
        (ASK, {"limit": Limit(3, CLAUSE, "entered", "done")}),
        (ASK, {"limit": Limit(3, CLAUSE, "sent")}),
        (ASK, {"no_limit_because": "why"}),
        (WATCH, {"every": 2 * HOUR}),
    ],
)
def test_the_hash_changes_with_every_column(before: Step, columns: dict[str, Any]) -> None:
    one, other = Procedure("X", TITLE, before, END), Procedure("X", TITLE, replace(before, **columns), END)
    assert one.hash != other.hash


def test_the_hash_covers_code_title_and_order() -> None:
    hashes = {
        Procedure("X", TITLE, step("a"), END).hash,
        Procedure("Y", TITLE, step("a"), END).hash,
        Procedure("X", {"en": "B"}, step("a"), END).hash,
        Procedure("X", TITLE, step("a", outcomes={"done": "b"}), step("b"), END).hash,
        Procedure("X", TITLE, step("a", outcomes={"done": "b"}), END, step("b")).hash,
    }
    assert len(hashes) == 5
    assert Procedure("X", TITLE, step("a"), END).hash in hashes


def stored(procedure: Procedure) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(procedure.canonical())
    return content


def test_a_procedure_is_read_back_from_its_content() -> None:
    again = Procedure.from_content(stored(toy.PROCEDURE), toy.ACT)
    assert again.hash == toy.PROCEDURE.hash
    assert [(s.act, s.hear, s.limit) for s in again.steps.values()] == [
        (s.act, s.hear, s.limit) for s in toy.PROCEDURE.steps.values()
    ]
    assert (again.start, again.endings) == ("register", ("small", "refused", "silent", "paid"))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("act", "tests.cases.toy:forgotten", "has no attribute 'forgotten'"),
        ("act", "tests.cases.gone:register", "No module named 'tests.cases.gone'"),
        ("clause", "toy:§99", "toy:§99"),
    ],
)
def test_an_old_table_whose_code_is_gone_says_so(column: str, value: str, said: str) -> None:
    content = stored(toy.PROCEDURE)
    content["steps"][0][column] = value
    with pytest.raises(ProcedureError, match="this program has no") as error:
        Procedure.from_content(content, toy.ACT)
    assert said in str(error.value)


def test_arrows_come_in_the_order_of_the_table() -> None:
    arrows = [(one.name, outcome, other.name) for one, outcome, other in toy.PROCEDURE.arrows()]
    assert arrows[:3] == [("register", "known", "big"), ("big", "yes", "consent"), ("big", "no", "small")]
    assert len(arrows) == 12
