"""The runner alone: whatever comes in, a run ends at a rest, and time is counted as the table says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.cases import runner
from qyzmet.cases.case import Case, Event, Fact, Law, Message, Run, TaskOrder
from qyzmet.cases.facts import Facts
from qyzmet.cases.procedure import WAITS, Kind, Limit, Procedure, Step
from qyzmet.law.act import LegalAct, Period
from qyzmet.law.calendar import working_calendar
from qyzmet.law.policies import Policies
from tests.cases import toy

ACT = LegalAct("made", {"en": "Made"}, "made up", Period(datetime(2024, 1, 1, tzinfo=UTC).date()))
CLAUSE = ACT.clause("§1", "What is done")
TITLE = {"en": "A step"}
MONDAY = datetime(2024, 2, 12, 4, tzinfo=UTC)
#: Three working days after that Monday end with the Thursday, 24:00 in Almaty (+06).
THURSDAY = datetime(2024, 2, 15, 18, tzinfo=UTC)


def law(at: datetime = MONDAY) -> Law:
    return Law(at, working_calendar(), Policies(()))


def case_at(step: str, **facts: object) -> Case:
    return Case(
        id=1,
        procedure=1,
        step=step,
        subject=7,
        region="75",
        as_of=MONDAY.date(),
        opened=MONDAY,
        entered=MONDAY,
        facts=Facts({name.replace("__", "."): Fact(value, "test", MONDAY) for name, value in facts.items()}),
    )


def entered(step: str, at: datetime = MONDAY, **facts: object) -> Run:
    """A run that has just come to a step of the toy act."""
    run = Run(case_at(step, **facts), started_at=step)
    run.case.entered = at
    runner.run_on(run, toy.PROCEDURE, law(at))
    return run


def told(run: Run, kind: str, at: datetime, now: datetime | None = None, **body: Any) -> bool:
    return runner.hear(run, Event(1, 1, kind, at, body), toy.PROCEDURE, law(now or at))


# --- any procedure, any course ----------------------------------------------------------------------


def rule(case: Case, law: Law) -> str:
    names: list[str] = case.value("ways")
    return names[case.value("choices", [0])[0] % len(names)]


def act_of(case: Case, law: Law) -> Any:
    return Message(address="aa", template="t", prefix="7")


def task_of(case: Case, law: Law) -> TaskOrder:
    return TaskOrder(role="r", office="o", outcomes=())


_FUNCTION = {Kind.RULE: rule, Kind.TASK: task_of}


@st.composite
def procedures(draw: st.DrawFn) -> Procedure:
    """Sound tables of all kinds. A first outcome leads on; rules only lead on, so they make no circle."""
    size = draw(st.integers(2, 9))
    steps = []
    for at in range(size):
        kind = draw(st.sampled_from([kind for kind in Kind if kind is not Kind.END]))
        lowest = at + 1 if kind is Kind.RULE else 0
        outcomes = {"o0": f"s{at + 1}"}
        outcomes |= {
            f"o{n}": f"s{draw(st.integers(lowest, size))}" for n in range(1, draw(st.integers(1, 4)))
        }
        limited = kind in WAITS and draw(st.booleans())
        starts = draw(st.sampled_from(["entered", "moment"] + ["sent"] * (kind is Kind.ASK)))
        then = draw(st.none() | st.sampled_from(sorted(outcomes)))
        steps.append(
            Step(
                f"s{at}",
                kind,
                CLAUSE,
                "SDU",
                TITLE,
                outcomes,
                _FUNCTION.get(kind, act_of),
                limit=Limit(draw(st.integers(1, 9)), CLAUSE, starts, then) if limited else None,
                no_limit_because=None if limited else "so it is made",
                every=timedelta(hours=1) if kind is Kind.WATCH else None,
            )
        )
    return Procedure("MADE", TITLE, *steps, Step(f"s{size}", Kind.END, CLAUSE, "SDU", TITLE))


def is_at_rest(case: Case, procedure: Procedure) -> bool:
    kind = procedure.steps[case.step].kind
    status = {Kind.END: "e", Kind.ASK: "w", Kind.TASK: "w", Kind.WATCH: "p"}.get(kind, "r")
    return kind is not Kind.RULE and case.status == status and (kind in WAITS or case.deadline is None)


@given(procedures(), st.lists(st.integers(0, 5), max_size=40))
def test_whatever_comes_a_run_ends_at_a_rest(procedure: Procedure, choices: list[int]) -> None:
    run = Run(case_at("", ways=["o0"], moment=MONDAY.isoformat()))
    runner.begin(run, procedure, law())
    now = MONDAY
    for choice in choices:
        assert is_at_rest(run.case, procedure)
        step = procedure.steps[run.case.step]
        if step.kind is Kind.END:
            break
        now += timedelta(hours=7 * choice)
        before = run.case.step
        run = Run(run.case, started_at=before)
        if choice == 5 and run.case.deadline is not None:
            now = max(now, run.case.deadline)
            runner.time_up(run, procedure, law(now))
        elif choice == 4 and step.kind is Kind.ASK:
            runner.hear(run, Event(1, 1, "sent", now, {"step": before}), procedure, law(now))
        else:
            runner.take(run, sorted(step.outcomes)[choice % len(step.outcomes)], procedure, law(now))
            runner.run_on(run, procedure, law(now))
        walked = before
        for name, outcome in run.taken:
            assert name == walked
            walked = procedure.steps[name].outcomes[outcome]
        assert walked == run.case.step
        assert set(run.learnt) <= set(run.case.facts)
    assert is_at_rest(run.case, procedure)


def circle(case: Case, law: Law) -> str:
    return "again"


def test_rules_that_go_round_in_circles_are_stopped() -> None:
    procedure = Procedure(
        "ROUND",
        TITLE,
        Step("turn", Kind.RULE, CLAUSE, "SDU", TITLE, {"again": "turn", "out": "end"}, circle),
        Step("end", Kind.END, CLAUSE, "SDU", TITLE),
    )
    with pytest.raises(runner.StepFailed, match="ROUND go round in circles at turn"):
        runner.begin(Run(case_at("")), procedure, law())


# --- deadlines --------------------------------------------------------------------------------------


def test_time_from_sent_starts_when_the_gateway_has_the_message() -> None:
    run = entered("consent", MONDAY - timedelta(days=5))
    assert run.case.deadline is None
    told(run, "sent", MONDAY, step="consent")
    assert (run.case.deadline, run.case.due) == (THURSDAY, THURSDAY + runner.REPLY_GRACE)
    assert run.case.facts["consent.sent"].value == MONDAY.isoformat()
    assert run.case.facts["consent.deadline"].value["last_day"] == "2024-02-15"


def test_a_second_word_of_the_gateway_does_not_prolong_the_time() -> None:
    run = entered("consent")
    told(run, "sent", MONDAY, step="consent")
    told(run, "sent", MONDAY + timedelta(days=3), step="consent")
    assert run.case.deadline == THURSDAY


def test_time_from_entered_starts_when_the_case_came_to_the_step() -> None:
    run = entered("decide")
    assert (run.case.deadline, run.case.due) == (THURSDAY, THURSDAY)


def test_time_from_a_fact_starts_at_the_moment_it_holds() -> None:
    run = entered("watch", MONDAY + timedelta(days=2), consent__sent=MONDAY.isoformat())
    assert run.case.deadline == THURSDAY
    with pytest.raises(runner.StepFailed, match=r"starts at consent\.sent, which the case does not know"):
        entered("watch")


def test_a_step_without_an_outcome_for_it_is_marked_overdue() -> None:
    run = entered("decide")
    runner.time_up(run, toy.PROCEDURE, law(THURSDAY))
    assert run.case.step == "decide"
    assert run.case.due is None
    assert run.learnt["decide.overdue"].value is True
    told(run, "done", THURSDAY + timedelta(1), step="decide", outcome="appoint")
    assert run.case.step == "pay"


def test_a_step_with_an_outcome_for_it_leaves_by_it_and_says_why() -> None:
    run = entered("consent")
    told(run, "sent", MONDAY, step="consent")
    runner.time_up(run, toy.PROCEDURE, law(THURSDAY + runner.REPLY_GRACE))
    assert run.taken == [("consent", "silence")]
    (finding,) = run.findings
    assert (finding.clause, finding.rests_on) == ("toy:§3", ("consent.deadline",))


def test_time_is_not_up_before_the_deadline() -> None:
    run = entered("decide")
    with pytest.raises(runner.StepFailed, match="no deadline that passed"):
        runner.time_up(run, toy.PROCEDURE, law(THURSDAY - timedelta(microseconds=1)))


# --- what comes in ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent_at", "read_at", "step"),
    [
        (THURSDAY - timedelta(microseconds=1), THURSDAY - timedelta(microseconds=1), "watch"),
        (THURSDAY - timedelta(microseconds=1), THURSDAY + timedelta(minutes=9), "watch"),
        (THURSDAY - timedelta(microseconds=1), THURSDAY + timedelta(days=9), "watch"),
        (THURSDAY, THURSDAY, "consent"),
        (THURSDAY + timedelta(minutes=5), THURSDAY + timedelta(minutes=5), "consent"),
    ],
)
def test_the_operators_time_decides_whether_a_reply_is_late(
    sent_at: datetime, read_at: datetime, step: str
) -> None:
    run = entered("consent")
    told(run, "sent", MONDAY, step="consent")
    assert told(run, "reply", sent_at, read_at, step="consent", text="7#1") is (step == "watch")
    assert run.case.step == step


def test_a_reply_shows_that_the_question_was_sent() -> None:
    run = entered("consent")
    at = MONDAY + timedelta(hours=1)
    told(run, "reply", at, step="consent", text="7#1")
    assert run.case.facts["consent.sent"] == Fact(at.isoformat(), "the reply", at)
    assert (run.case.step, run.case.deadline) == ("watch", THURSDAY)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("reply", {"step": "consent", "text": "7#1"}),
        ("sent", {"step": "consent"}),
        ("failed", {"step": "consent", "reason": "no"}),
        ("done", {"step": "review", "outcome": "appoint"}),
        ("reply", {"step": "no such step", "text": "7#1"}),
        ("withdrawn", {}),
        ("released", {"waits": False}),
    ],
)
def test_an_event_for_another_step_changes_nothing(kind: str, body: dict[str, Any]) -> None:
    run = entered("decide")
    before, facts = repr(run.case), dict(run.case.facts)
    fresh = Run(run.case, started_at="decide")
    assert told(fresh, kind, MONDAY + timedelta(hours=1), **body) is False
    assert (repr(fresh.case), fresh.case.facts) == (before, facts)
    assert (fresh.taken, fresh.learnt, fresh.aside) == ([], {}, False)


def test_a_reply_that_means_nothing_changes_nothing() -> None:
    run = entered("consent")
    assert told(run, "reply", MONDAY, step="consent", text="who are you?") is False
    assert run.case.step == "consent"


def test_a_message_that_cannot_be_sent_sets_the_case_aside() -> None:
    run = entered("consent")
    assert told(run, "failed", MONDAY, step="consent", reason="no such subscriber") is True
    assert run.case.status == "a"
    assert run.case.trouble == "the message of step consent could not be sent: no such subscriber"


def test_what_an_official_adds_becomes_a_fact_with_its_source() -> None:
    run = entered("decide")
    told(run, "done", MONDAY, step="decide", outcome="refuse", source="Aigul", facts={"why": "no"})
    assert run.case.facts["why"] == Fact("no", "Aigul", MONDAY)
    assert (run.case.step, run.closes_task) == ("refused", True)
