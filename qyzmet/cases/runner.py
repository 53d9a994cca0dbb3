"""Carries a case along its table to the next wait. Pure: what has to be written is in the `Run`.

A run begins with an outcome (an answer from outside, an event, time that is up) or with a new
case; from there rules are applied one after another until the case rests at a step that asks,
waits, or ends.
"""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec import structs

from qyzmet.cases.case import Case, Event, Fact, Law, Outcome, Run
from qyzmet.cases.procedure import Kind, Limit, Procedure, Step
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.deadline import working_days
from qyzmet.runtime.errors import QyzmetError

#: Replies count by the operator's time, so one sent in time may arrive a little late: the silence
#: of a person is established only after this much more.
REPLY_GRACE = timedelta(minutes=10)

_LONGEST_RUN = 1000


class StepFailed(QyzmetError):
    """A step's function broke its contract; the case is set aside for people."""


class EventCorrected(QyzmetError):
    """The registry corrected or withdrew the event that began the case; people decide what follows."""


def begin(run: Run, procedure: Procedure, law: Law) -> None:
    """Starts a new case at the first step of its procedure."""
    run.opened = True
    run.case.step = run.started_at = procedure.start
    run.case.entered = law.now
    run_on(run, procedure, law)


def take(run: Run, outcome: Outcome | str, procedure: Procedure, law: Law) -> None:
    """Leaves the present step by an outcome, keeping what was learnt and found."""
    step = procedure.steps[run.case.step]
    _leave(run, step, outcome, law)
    if step.kind is Kind.ASK:
        run.closes_question = run.taken[-1][1]
    elif step.kind is Kind.TASK:
        run.closes_task = True


def _leave(run: Run, step: Step, outcome: Outcome | str, law: Law) -> None:
    case, outcomes = run.case, step.outcomes
    name = outcome if isinstance(outcome, str) else outcome.name
    if name not in outcomes:
        raise StepFailed(
            f"step {step.name} came to {name!r}, which its table does not have: "
            f"one of {', '.join(step.outcomes)}"
        )
    if not isinstance(outcome, str):
        if outcome.facts:
            run.learnt.update(outcome.facts)
            case.facts.learn(outcome.facts)
        if outcome.findings:
            run.findings.extend(outcome.findings)
        if outcome.records:
            run.records.extend(outcome.records)
        if outcome.recipient is not None:
            case.recipient = outcome.recipient
            run.names_recipient = True
        if outcome.region is not None:
            case.region = outcome.region
    run.taken.append((step.name, name))
    case.step = outcomes[name]
    case.entered = law.now
    case.deadline = case.due = None
    case.attempts = 0


def run_on(run: Run, procedure: Procedure, law: Law) -> None:
    """Applies rules until the case rests."""
    case, steps, rule = run.case, procedure.steps, Kind.RULE
    for _ in range(_LONGEST_RUN):
        step = steps[case.step]
        if step.kind is not rule:
            return _rest(run, step, law)
        assert step.act is not None
        _leave(run, step, step.act(case, law), law)
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
            if not step.outcomes.keys() >= set(run.task.outcomes):
                strange = sorted(set(run.task.outcomes) - set(step.outcomes))
                raise StepFailed(
                    f"the task of step {step.name} offers {strange}, which its table does not have"
                )
        if limit is not None and limit.starts != "sent":
            start = case.entered if limit.starts == "entered" else _start(case, step, limit)
            set_deadline(run, step, limit, start, law)
        if kind is Kind.WATCH:
            case.status, case.due = "p", law.now


def set_deadline(run: Run, step: Step, limit: Limit, start: datetime, law: Law) -> None:
    """Starts the step's legal deadline and keeps its proof as a fact of the case."""
    case = run.case
    literal = limit.literal is not None and bool(law.policies[limit.literal])
    case.deadline, proof = _counted(limit.clause.id, start, limit.working_days, law.calendar, literal)
    case.due = _due(case, step)
    run.learnt[f"{step.name}.deadline"] = case.facts[f"{step.name}.deadline"] = law.fact(proof, "Qyzmet")


@lru_cache(maxsize=1024)
def _counted(
    clause: str, start: datetime, days: int, calendar: WorkingCalendar, literal: bool
) -> tuple[datetime, Any]:
    """The end of a deadline and its proof; the cases of a batch mostly share both."""
    deadline = working_days(start, days, calendar=calendar, counts_start_day=literal)
    proof = {
        "clause": clause,
        "start": start.astimezone(UTC).isoformat(),
        "working_days": days,
        "last_day": deadline.last_day.isoformat(),
        "proof": deadline.proof_id,
        "calendar": deadline.calendar_version,
    }
    if literal:
        proof["start_counted"] = True
    return deadline.ends, proof


def _start(case: Case, step: Step, limit: Limit) -> datetime:
    if limit.starts not in case.facts:
        raise StepFailed(
            f"the time of step {step.name} starts at {limit.starts}, which the case does not know"
        )
    return moment(case.facts[limit.starts])


def _due(case: Case, step: Step) -> datetime | None:
    """When a waiting case is looked at for its deadline."""
    return case.deadline and (case.deadline + REPLY_GRACE if step.kind is Kind.ASK else case.deadline)


def hear(run: Run, event: Event, procedure: Procedure, law: Law) -> bool:
    """Takes an event in. False where it concerns nothing: the case stays exactly as it was."""
    case = run.case
    step = procedure.steps[case.step]
    if event.body.get("step", step.name) != step.name:
        return _hear_again(run, event, procedure, law)
    if (event.kind == "released") is not (case.status == "a"):
        return False
    if event.kind == "handed_over":  # kept in the ledger; the case waits on
        return step.kind is Kind.TASK
    if event.kind == "recounted":
        return _recounted(run, step, event, law)
    if event.kind == "released":
        return _released(run, step, event, procedure, law)
    if event.kind == "sent" and step.kind is Kind.ASK:
        return _sent(run, step, event, procedure, law)
    if event.kind == "failed" and step.kind is Kind.ASK and "failed" not in step.outcomes:
        reason = event.body.get("reason") or "no reason was given"
        set_aside(run, StepFailed(f"the message of step {step.name} could not be sent: {reason}"))
        return True
    outcome: Outcome | str | None = None
    if event.kind == "done" and step.kind is Kind.TASK:
        who = {f"{step.name}.by": event.body.get("official", "")}
        if "confirmed_by" in event.body:
            who[f"{step.name}.confirmed_by"] = event.body["confirmed_by"]
        by = {name: Fact(value, "Qyzmet", law.now) for name, value in who.items()}
        outcome = Outcome(event.body["outcome"], _facts_of(event) | by)
    elif event.kind == "reply" and step.hear is not None:
        outcome = None if _too_late(run, event) else step.hear(case, event, law)
        if outcome is not None:
            _was_sent(run, step, event, law)
    elif event.kind in step.outcomes:
        outcome = Outcome(event.kind, _facts_of(event))
    elif event.kind == "corrected":
        set_aside(run, EventCorrected(event.body["reason"]))
        return True
    if outcome is None:
        return False
    take(run, outcome, procedure, law)
    run_on(run, procedure, law)
    return True


def _released(run: Run, step: Step, event: Event, procedure: Procedure, law: Law) -> bool:
    """People put the case back: it waits on where its question or task is open, else the step begins anew."""
    case = run.case
    case.trouble, case.attempts = "", 0
    if event.body["waits"]:
        case.status, case.due = "w", _due(case, step)
    else:
        case.deadline = None
        run_on(run, procedure, law)
    return True


def _recounted(run: Run, step: Step, event: Event, law: Law) -> bool:
    """A late order moved a working day: the deadline is counted anew, unless it has expired meanwhile."""
    case, name = run.case, f"{step.name}.deadline"
    if step.limit is None or case.deadline is None or case.deadline <= event.at or name not in case.facts:
        return False
    set_deadline(run, step, step.limit, datetime.fromisoformat(case.facts[name].value["start"]), law)
    # Never shorter than until the end of the day on which the order became known here.
    case.deadline = max(case.deadline, datetime.fromisoformat(event.body["deadline"]))
    case.due = _due(case, step)
    return True


def _was_sent(run: Run, step: Step, event: Event, law: Law) -> None:
    """An answer shows that the question went out, also where the gateway's word is still to come."""
    name = f"{step.name}.sent"
    known = run.case.facts.get(name)
    if known is None or moment(known) < run.case.entered:
        run.learnt[name] = run.case.facts[name] = Fact(event.at.isoformat(), "the reply", law.now)


def _hear_again(run: Run, event: Event, procedure: Procedure, law: Law) -> bool:
    """A late answer to an earlier question moves the case only where the present step provides for it,
    by an outcome named `question.answer`.
    """
    case = run.case
    question = procedure.steps.get(event.body["step"])
    if event.kind != "reply" or question is None or question.hear is None:
        return False
    answer = question.hear(case, event, law)
    if answer is None:
        return False
    name = f"{question.name}.{answer if isinstance(answer, str) else answer.name}"
    if name not in procedure.steps[case.step].outcomes:
        return False
    take(run, name if isinstance(answer, str) else structs.replace(answer, name=name), procedure, law)
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


def set_aside(run: Run, error: Exception) -> None:
    """For people to look at; the legal deadline runs on.

    Only our own errors are told whole: others may hold personal data.
    """
    if isinstance(error, QyzmetError):
        said = str(error)
    else:
        place = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__} in {place.name}, line {place.lineno}"
    run.aside = True
    run.case.status, run.case.trouble, run.case.due = "a", said, None
    run.message = run.task = None


def moment(fact: Fact) -> datetime:
    """The moment that a fact holds as ISO text."""
    return datetime.fromisoformat(fact.value)


def _facts_of(event: Event) -> dict[str, Fact]:
    source = event.body.get("source", "Qyzmet")
    return {name: Fact(value, source, event.at) for name, value in event.body.get("facts", {}).items()}
