"""Carries a case along its table to the next wait. Pure: what has to be written is in the `Run`.

A run begins with an outcome (an answer from outside, an event, time that is up) or with a new
case; from there rules are applied one after another until the case rests at a step that asks,
waits, or ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from qyzmet.cases.case import Event, Fact, Law, Outcome, Run
from qyzmet.cases.procedure import Kind, Limit, Procedure, Step
from qyzmet.law.deadline import working_days
from qyzmet.runtime.errors import QyzmetError

#: Replies count by the operator's time, so one sent in time may arrive a little late: the silence
#: of a person is established only after this much more.
REPLY_GRACE = timedelta(minutes=10)

_LONGEST_RUN = 1000


class StepFailed(QyzmetError):
    """A step's function broke its contract; the case is set aside for people."""


def begin(run: Run, procedure: Procedure, law: Law) -> None:
    """Starts a new case at the first step of its procedure."""
    run.opened = True
    run.case.step = run.started_at = procedure.start
    run.case.entered = law.now
    run_on(run, procedure, law)


def take(run: Run, outcome: Outcome | str, procedure: Procedure, law: Law) -> None:
    """Leaves the present step by an outcome, keeping what was learnt and found."""
    case = run.case
    step = procedure.steps[case.step]
    name = outcome if isinstance(outcome, str) else outcome.name
    if name not in step.outcomes:
        raise StepFailed(
            f"step {step.name} came to {name!r}, which its table does not have: "
            f"one of {', '.join(step.outcomes)}"
        )
    if not isinstance(outcome, str):
        if outcome.facts:
            run.learnt.update(outcome.facts)
            case.facts.update(outcome.facts)
        if outcome.findings:
            run.findings.extend(outcome.findings)
        if outcome.records:
            run.records.extend(outcome.records)
        if outcome.recipient is not None:
            case.recipient = outcome.recipient
        if outcome.region is not None:
            case.region = outcome.region
    if step.kind is Kind.ASK:
        run.closes_question = name
    elif step.kind is Kind.TASK:
        run.closes_task = True
    run.taken.append((step.name, name))
    case.step = step.outcomes[name]
    case.entered = law.now
    case.deadline = case.due = None
    case.attempts = 0


def run_on(run: Run, procedure: Procedure, law: Law) -> None:
    """Applies rules until the case rests."""
    case = run.case
    for _ in range(_LONGEST_RUN):
        step = procedure.steps[case.step]
        if step.kind is not Kind.RULE:
            return _rest(run, step, law)
        assert step.act is not None
        take(run, step.act(case, law), procedure, law)
    raise StepFailed(f"the rules of {procedure.code} go round in circles at {case.step}")


def _rest(run: Run, step: Step, law: Law) -> None:
    case, limit, kind = run.case, step.limit, step.kind
    case.status = "w"
    if kind is Kind.END:
        case.status = "e"
    elif kind is Kind.QUERY or kind is Kind.EFFECT:
        case.status, case.due = "r", law.now
    else:
        assert step.act is not None
        if kind is Kind.ASK:
            run.message = step.act(case, law)
        elif kind is Kind.TASK:
            run.task = step.act(case, law)
        if limit is not None and limit.starts != "sent":
            start = law.now if limit.starts == "entered" else moment(case.facts[limit.starts])
            set_deadline(run, step, limit, start, law)
        if kind is Kind.WATCH:
            case.status, case.due = "p", law.now


def set_deadline(run: Run, step: Step, limit: Limit, start: datetime, law: Law) -> None:
    """Starts the step's legal deadline and keeps its proof as a fact of the case."""
    case = run.case
    deadline = working_days(start, limit.working_days, calendar=law.calendar)
    case.deadline = deadline.ends
    case.due = deadline.ends + REPLY_GRACE if step.kind is Kind.ASK else deadline.ends
    proof = {
        "clause": limit.clause.id,
        "start": start.isoformat(),
        "working_days": limit.working_days,
        "last_day": deadline.last_day.isoformat(),
        "proof": deadline.proof_id,
        "calendar": deadline.calendar_version,
    }
    run.learnt[f"{step.name}.deadline"] = case.facts[f"{step.name}.deadline"] = law.fact(proof, "Qyzmet")


def hear(run: Run, event: Event, procedure: Procedure, law: Law) -> bool:
    """Takes an event in. False where it concerns nothing: the case stays exactly as it was."""
    case = run.case
    step = procedure.steps[case.step]
    if event.body.get("step", step.name) != step.name:
        return False
    if event.kind == "sent" and step.kind is Kind.ASK:
        return _sent(run, step, event, procedure, law)
    outcome: Outcome | str | None = None
    if event.kind in step.outcomes:
        outcome = Outcome(event.kind, _facts_of(event))
    elif event.kind == "done" and step.kind is Kind.TASK:
        outcome = Outcome(event.body["outcome"], _facts_of(event))
    elif event.kind == "reply" and step.hear is not None and not _too_late(run, event):
        outcome = step.hear(case, event, law)
    if outcome is None:
        return False
    take(run, outcome, procedure, law)
    run_on(run, procedure, law)
    return True


def _sent(run: Run, step: Step, event: Event, procedure: Procedure, law: Law) -> bool:
    name = f"{step.name}.sent"
    run.learnt[name] = run.case.facts[name] = Fact(event.at.isoformat(), "SMS gateway", law.now)
    if "sent" in step.outcomes:
        take(run, "sent", procedure, law)
        run_on(run, procedure, law)
    elif step.limit is not None and step.limit.starts == "sent" and run.case.deadline is None:
        set_deadline(run, step, step.limit, event.at, law)
    return True


def _too_late(run: Run, event: Event) -> bool:
    return run.case.deadline is not None and event.at >= run.case.deadline


def time_up(run: Run, procedure: Procedure, law: Law) -> None:
    """The step's deadline has passed: leaves by the limit's outcome, or marks the step overdue."""
    case = run.case
    step = procedure.steps[case.step]
    limit = step.limit
    if limit is None or case.deadline is None or law.now < case.deadline:
        raise StepFailed(f"step {step.name} has no deadline that passed")
    if limit.then is None:
        case.due = None
        run.learnt[f"{step.name}.overdue"] = case.facts[f"{step.name}.overdue"] = law.fact(True, "Qyzmet")
        return
    finding = law.finding(limit.clause, limit.then, case, f"{step.name}.deadline")
    take(run, Outcome(limit.then, findings=[finding]), procedure, law)
    run_on(run, procedure, law)


def moment(fact: Fact) -> datetime:
    """The moment that a fact holds as ISO text."""
    return datetime.fromisoformat(fact.value)


def _facts_of(event: Event) -> dict[str, Fact]:
    source = event.body.get("source", "Qyzmet")
    return {name: Fact(value, source, event.at) for name, value in event.body.get("facts", {}).items()}
