"""Says a procedure in the elements of BPMN 2.0: which there are and what leads where.

An engine that runs the drawing supplies two functions to its expressions: `carry_out(step)`
gives the outcome of a rule, `deadline(step)` the moment (ISO 8601) at which the time of a step is over
by the working calendar, which BPMN's durations cannot say. Every other step leaves its outcome in the
variable `outcome`. The outcome to which a limit leads belongs to its timer alone: no message and no
choice of an official leads there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from qyzmet.cases.drawing import words
from qyzmet.cases.procedure import Kind, Procedure, Step

START = "diagram.start"
TASKS = {
    Kind.QUERY: "serviceTask",
    Kind.RULE: "scriptTask",
    Kind.ASK: "sendTask",
    Kind.WATCH: "serviceTask",
    Kind.TASK: "userTask",
    Kind.EFFECT: "serviceTask",
    Kind.END: "endEvent",
}


@dataclass(frozen=True, slots=True)
class Element:
    """An event, task or gateway, with the step it comes from."""

    id: str
    tag: str
    step: Step
    name: str = ""
    script: str | None = None
    message: str | None = None
    moment: str | None = None  #: of a timer: an expression that gives a point in time
    duration: str | None = None  #: of a timer: an expression that gives a length of time
    attached_to: str | None = None  #: of an event on the border of a task


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow; with an outcome it is taken only then, `otherwise` where no other is."""

    id: str
    source: str
    target: str
    name: str = ""
    outcome: str | None = None
    otherwise: bool = False

    @property
    def condition(self) -> str | None:
        return None if self.outcome is None else f"outcome == {_quoted(self.outcome)}"


def id_of(name: str) -> str:
    """The name of a step as an XML id; ordinary names stay as they are, and no two become one."""
    spelt = "".join(c if c.isascii() and (c.isalnum() or c == "_") else f"-{ord(c):x}-" for c in name)
    if spelt == "_":  # would be the beginning of the ids that follow
        spelt = f"-{ord(name):x}-"
    return spelt if re.match("[A-Za-z_]", spelt) else f"_.{spelt}"


def message_name(step: str, outcome: str | None = None) -> str:
    """The message a step sends, or the reply to it that means an outcome."""
    return words.escaped(step if outcome is None else f"{step}:{outcome}")


def flow_of(procedure: Procedure, language: str) -> tuple[list[Element], list[Flow]]:
    """The elements, the start first, and the flows between them."""
    elements, flows = list[Element](), list[Flow]()
    begin = procedure.steps[procedure.start]
    elements.append(Element(START, "startEvent", begin, words.phrase(language, "begin")))
    flows.append(Flow("diagram.begin", START, _entry(procedure, begin.name)))
    for step in procedure.steps.values():
        for part in _Saying(procedure, step, language).parts():
            (elements if isinstance(part, Element) else flows).append(part)  # type: ignore[arg-type]
    return elements, flows


def _then(step: Step) -> str | None:
    return step.limit.then if step.limit is not None else None


def _chosen(step: Step) -> Mapping[str, str]:
    """The outcomes that someone chooses: at a task all but that of its timer, unless there is no other."""
    if step.kind is not Kind.TASK:
        return step.outcomes
    return {o: to for o, to in step.outcomes.items() if o != _then(step)} or step.outcomes


def _returns_at_once(procedure: Procedure, step: Step) -> bool:
    """Whether a task with a timer is led back to without a choice on the way.

    SpiffWorkflow 3.2 looks ahead along such a way without end, or loses the timer that leads to its own
    task, unless a gateway stands before the task.
    """
    then = _then(step)
    if step.kind is not Kind.TASK or then is None:
        return False
    if step.outcomes[then] == step.name:
        return True
    seen, at = set[str](), step
    while at.name not in seen:
        seen.add(at.name)
        if at.kind is Kind.WATCH or len(_chosen(at)) != 1:
            return False
        at = procedure.steps[next(iter(_chosen(at).values()))]
    return at is step


def _entry(procedure: Procedure, name: str) -> str:
    """The element at which the way to a step ends."""
    returns = _returns_at_once(procedure, procedure.steps[name])
    return f"{id_of(name)}.entry" if returns else id_of(name)


class _Saying:
    def __init__(self, procedure: Procedure, step: Step, language: str) -> None:
        self.step, self.language, self.id = step, language, id_of(step.name)
        self.then = _then(step)
        self.entry = _entry(procedure, step.name)
        self.next = {outcome: _entry(procedure, target) for outcome, target in step.outcomes.items()}

    def parts(self) -> Iterator[Element | Flow]:
        step = self.step
        yield Element(
            self.id,
            TASKS[step.kind],
            step,
            self._name(),
            script=f"outcome = carry_out({_quoted(step.name)})" if step.kind is Kind.RULE else None,
            message=message_name(step.name) if step.kind is Kind.ASK else None,
        )
        if step.kind is Kind.ASK:
            yield from self._reply_or_time()
        elif step.kind is Kind.WATCH:
            yield from self._look_again()
        elif step.kind is Kind.TASK:
            yield from self._official()
        else:
            yield from self._branch(step.outcomes)

    def _name(self) -> str:
        """Title and clause, and the limit unless a timer beside the task says it."""
        lines = [words.title_of(self.step, self.language), words.clean(self.step.clause.place)]
        timer = self.step.kind in (Kind.ASK, Kind.TASK) and self.then is not None
        if self.step.limit is not None and not timer:
            lines.append(words.limit_words(self.step.limit, self.language))
        return "\n".join(lines)

    def _limit(self) -> str:
        return words.limit_words(self.step.limit, self.language) if self.step.limit is not None else ""

    def _timer(self, outcome: str, tag: str, attached_to: str | None = None) -> Element:
        moment = f"deadline({_quoted(self.step.name)})"
        id = f"{self.id}.time.{id_of(outcome)}"
        return Element(id, tag, self.step, self._limit(), moment=moment, attached_to=attached_to)

    def _reply_or_time(self) -> Iterator[Element | Flow]:
        events: list[tuple[str, Element]] = []
        for outcome in self.step.outcomes:
            if outcome == self.then:
                event = self._timer(outcome, "intermediateCatchEvent")
            else:
                event = Element(
                    f"{self.id}.reply.{id_of(outcome)}",
                    "intermediateCatchEvent",
                    self.step,
                    words.outcome_words(outcome),
                    message=message_name(self.step.name, outcome),
                )
            events.append((outcome, event))
        before = self.id
        if len(events) > 1:
            before = f"{self.id}.first"
            yield Element(before, "eventBasedGateway", self.step)
            yield self._flow(self.id, before)
        for outcome, event in events:
            yield event
            yield self._flow(before, event.id)
            yield self._flow(event.id, self.next[outcome])

    def _look_again(self) -> Iterator[Element | Flow]:
        choice, again = f"{self.id}.choice", f"{self.id}.again"
        yield Element(choice, "exclusiveGateway", self.step)
        yield self._flow(self.id, choice)
        yield from self._conditional(choice, self.step.outcomes)
        every = self.step.every or timedelta()
        name = words.phrase(self.language, "again", time=words.length(every, self.language))
        duration = _quoted(f"PT{int(every.total_seconds())}S")
        yield Element(again, "intermediateCatchEvent", self.step, name, duration=duration)
        not_yet = words.phrase(self.language, "not_yet")
        yield Flow(f"{choice}.to.{again}", choice, again, not_yet, otherwise=True)
        yield self._flow(again, self.id)

    def _official(self) -> Iterator[Element | Flow]:
        if self.entry != self.id:
            yield Element(self.entry, "exclusiveGateway", self.step)
            yield self._flow(self.entry, self.id)
        yield from self._branch(_chosen(self.step))
        if self.then is not None:
            timer = self._timer(self.then, "boundaryEvent", attached_to=self.id)
            yield timer
            yield self._flow(timer.id, self.next[self.then])

    def _branch(self, outcomes: Collection[str]) -> Iterator[Element | Flow]:
        if len(outcomes) == 1:
            yield from (self._flow(self.id, self.next[outcome]) for outcome in outcomes)
        elif outcomes:
            choice = f"{self.id}.choice"
            yield Element(choice, "exclusiveGateway", self.step)
            yield self._flow(self.id, choice)
            yield from self._conditional(choice, outcomes)

    def _conditional(self, choice: str, outcomes: Iterable[str]) -> Iterator[Flow]:
        for outcome in outcomes:
            id = f"{choice}.{id_of(outcome)}"
            yield Flow(id, choice, self.next[outcome], words.outcome_words(outcome), outcome=outcome)

    def _flow(self, source: str, target: str) -> Flow:
        return Flow(f"{source}.to.{target}", source, target)


def _quoted(text: str) -> str:
    return words.escaped(json.dumps(text, ensure_ascii=False))
