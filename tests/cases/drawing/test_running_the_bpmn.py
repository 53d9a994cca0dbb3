"""SpiffWorkflow, given the exported BPMN, ends where the table says."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qyzmet.cases.drawing.bpmn import to_bpmn
from qyzmet.cases.procedure import Procedure
from tests.cases.drawing.generated import procedures
from tests.cases.drawing.spiff import run_bpmn
from tests.cases.drawing.tables import END, RULE, TASK, large, row, small

Choose = Callable[[str], str]
Ways = set[tuple[tuple[str, str], ...]]  #: each a way through a procedure: steps with their outcomes


def by_chance(procedure: Procedure, seed: int) -> Choose:
    """Outcomes by chance; after many steps the first, which in made-up procedures leads to an ending."""
    chance, left = random.Random(seed), 60

    def choose(step: str) -> str:
        nonlocal left
        left -= 1
        outcomes = list(procedure.steps[step].outcomes)
        return chance.choice(outcomes) if left > 0 else outcomes[0]

    return choose


def towards(procedure: Procedure, wanted: tuple[str, str]) -> Choose:
    """The shortest way to one arrow of the table, through it, and on to the nearest ending."""
    to_step, to_ending = _distances(procedure, {wanted[0]}), _distances(procedure, set(procedure.endings))
    taken = False

    def choose(step: str) -> str:
        nonlocal taken
        far = to_ending if taken or step == wanted[0] else to_step
        if step == wanted[0] and not taken:
            taken = True
            return wanted[1]
        outcomes = procedure.steps[step].outcomes
        return min(outcomes, key=lambda outcome: far.get(outcomes[outcome], 10**6))

    return choose


def _distances(procedure: Procedure, goals: set[str]) -> dict[str, int]:
    far = dict.fromkeys(goals, 0)
    for _ in procedure.steps:
        for step, _outcome, target in procedure.arrows():
            if target.name in far:
                far[step.name] = min(far.get(step.name, 10**6), far[target.name] + 1)
    return far


def followed(procedure: Procedure, choose: Choose) -> tuple[str, list[tuple[str, str]]]:
    """The ending at which a plain walk through the table arrives, and each step it took with its outcome."""
    at, walked = procedure.start, list[tuple[str, str]]()
    while procedure.steps[at].outcomes:
        walked.append((at, choose(at)))
        at = procedure.steps[at].outcomes[walked[-1][1]]
    return at, walked


def both(procedure: Procedure, bpmn: bytes, make: Callable[[], Choose], gone: Ways | None = None) -> None:
    """Walks the table and runs the BPMN with the same choices: the same steps, the same ending.

    With `gone`, a way that was gone before to its last outcome is not gone again: it would end the same.
    """
    ending, walked = followed(procedure, make())
    if gone is not None:
        if tuple(walked) in gone:
            return
        gone.add(tuple(walked))
    choose, asked = make(), list[tuple[str, str]]()

    def choose_and_note(step: str) -> str:
        asked.append((step, choose(step)))
        return asked[-1][1]

    assert run_bpmn(bpmn, choose_and_note) == ending
    assert asked == walked


@pytest.mark.parametrize("make", [small, large])
def test_500_random_cases_end_where_the_table_says(make: Callable[[], Procedure]) -> None:
    procedure = make()
    bpmn, gone = to_bpmn(procedure), Ways()
    for seed in range(500):
        both(procedure, bpmn, partial(by_chance, procedure, seed), gone)


@pytest.mark.parametrize("make", [small, large])
def test_every_arrow_of_the_table_is_an_arrow_of_the_engine(make: Callable[[], Procedure]) -> None:
    procedure = make()
    bpmn = to_bpmn(procedure)
    for step, outcome, _ in procedure.arrows():
        both(procedure, bpmn, partial(towards, procedure, (step.name, outcome)))


@given(procedures(), st.integers(0, 2**32))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_sound_procedure_runs_as_its_table_says(procedure: Procedure, seed: int) -> None:
    bpmn = to_bpmn(procedure)
    for number in range(4):
        both(procedure, bpmn, partial(by_chance, procedure, seed + number))


def test_a_typed_way_through_the_procedure_with_a_loop_a_timer_and_messages() -> None:
    ways = {
        "ask": iter(["yes"]),
        "account": iter(["found"]),
        "decide": iter(["papers", "papers", "grant"]),
        "complete": iter(["brought", "brought"]),
        "check": iter(["met"]),
        "pay": iter(["done"]),
    }
    assert run_bpmn(to_bpmn(small()), lambda step: next(ways[step])) == "paid"


@pytest.mark.parametrize(("step", "outcome"), [("ask", "none"), ("account", "none"), ("complete", "late")])
def test_when_the_time_is_over_the_case_leaves_by_the_timer(step: str, outcome: str) -> None:
    on_the_way = {"check": "met", "ask": "yes", "account": "found", "decide": "papers", "complete": "brought"}
    ending = run_bpmn(to_bpmn(small()), lambda name: outcome if name == step else on_the_way[name])
    assert ending == small().steps[step].outcomes[outcome]


@pytest.mark.parametrize("then", ["x", "y"])
@pytest.mark.parametrize("by", ["a", "rule", "task"])
def test_a_task_with_a_timer_may_be_led_back_to_at_once(then: str, by: str) -> None:
    """Here SpiffWorkflow 3.2 needs a gateway before the task (see `flow.py`)."""
    procedure = Procedure(
        "back",
        {"en": "Back"},
        row("a", TASK, "Office", "§1", "A", {"x": "e", "y": by}, days=1, then=then),
        *([row("rule", RULE, "Office", "§2", "B", {"y": "a"})] if by == "rule" else []),
        *([row("task", TASK, "Office", "§2", "B", {"y": "a", "z": "e"}, days=1, then="z")] * (by == "task")),
        row("e", END, "Office", "§3", "E"),
    )
    bpmn = to_bpmn(procedure)
    for seed in range(30):
        both(procedure, bpmn, partial(by_chance, procedure, seed))


def test_a_message_nobody_waits_for_is_not_taken_for_another() -> None:
    with pytest.raises(Exception, match="not waiting for ask:maybe"):
        run_bpmn(to_bpmn(small()), {"check": "met", "ask": "maybe"}.__getitem__)
