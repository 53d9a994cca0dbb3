"""A procedure is a table of steps; from it come the running system, the diagrams and the tests.

Each step names its clause, the system that acts, and for every outcome the next step. The table
is checked when it is built, and its content hash is what a case pins: a case started under one
table is carried to its end under that table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from importlib import import_module
from operator import attrgetter
from typing import Any

from qyzmet.law.act import Clause, LegalAct
from qyzmet.runtime.errors import QyzmetError


class Kind(StrEnum):
    """What a step does; the engine knows these seven and nothing else."""

    QUERY = "query"  #: ask another system about a batch; repeating it does no harm
    RULE = "rule"  #: a pure function of the case
    ASK = "ask"  #: a message out; a reply or the deadline in
    WATCH = "watch"  #: look again and again until found or until the deadline
    TASK = "task"  #: an official acts
    EFFECT = "effect"  #: do something outside, once, under a key
    END = "end"  #: a named legal ending


#: Steps at which a case rests until something comes in or its time is up.
WAITS = frozenset({Kind.ASK, Kind.WATCH, Kind.TASK})
#: Steps that speak with another system, outside any transaction.
OUTSIDE = frozenset({Kind.QUERY, Kind.EFFECT, Kind.WATCH})


@dataclass(frozen=True, slots=True)
class Limit:
    """The time a step may take.

    `working_days` are counted from `starts`: "entered" (the case came to the step), "sent" (its
    message was handed to the gateway), or the name of a fact that holds a moment. When they are
    over, the case leaves by the outcome `then`; without `then` the step is only shown as overdue.
    `literal` is the mark of a policy: where it is true, the starting day counts ("from the day").
    """

    working_days: int
    clause: Clause
    starts: str = "entered"
    then: str | None = None
    literal: str | None = None

    def content(self) -> list[object]:
        """As the hash covers it; what was added later stands there only where it is set."""
        said: list[object] = [self.working_days, self.clause.id, self.starts, self.then]
        return said if self.literal is None else [*said, self.literal]


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table. `act` is the function that carries the step out (see `case.py`);
    at a step that asks, `hear` reads the replies.
    """

    name: str
    kind: Kind
    clause: Clause
    actor: str
    title: Mapping[str, str]
    outcomes: Mapping[str, str] = field(default_factory=dict)
    act: Callable[..., Any] | None = None
    hear: Callable[..., Any] | None = None
    receiver: str | None = None
    limit: Limit | None = None
    no_limit_because: str | None = None
    every: timedelta | None = None  #: how often a watch looks

    def content(self) -> dict[str, object]:
        """What the step is, without its code: the part that the hash covers."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "clause": self.clause.id,
            "actor": self.actor,
            "receiver": self.receiver,
            "title": dict(self.title),
            "outcomes": dict(self.outcomes),
            "act": _name(self.act),
            "hear": _name(self.hear),
            "limit": None if self.limit is None else self.limit.content(),
            "no_limit_because": self.no_limit_because,
            "every": None if self.every is None else int(self.every.total_seconds()),
        }


class ProcedureError(QyzmetError):
    """A procedure's table is not sound; it is not loaded."""

    def __init__(self, procedure: str, faults: list[str]) -> None:
        super().__init__(f"procedure {procedure}: " + "; ".join(faults) + ". Mend its table.")
        self.faults = faults


@dataclass(frozen=True)
class Procedure:
    """A checked table. The first step is where a case begins. Raises ProcedureError."""

    code: str
    title: Mapping[str, str]
    steps: Mapping[str, Step]
    hash: str = field(init=False)

    def __init__(self, code: str, title: Mapping[str, str], *steps: Step, on: date | None = None) -> None:
        faults = [f"step {name} stands twice" for name in _twice(step.name for step in steps)]
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "steps", {step.name: step for step in steps})
        faults += _faults(self.steps, on)
        if faults:
            raise ProcedureError(code, faults)
        object.__setattr__(self, "hash", hashlib.sha256(self.canonical()).hexdigest())

    @property
    def start(self) -> str:
        return next(iter(self.steps))

    @property
    def endings(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps.values() if step.kind is Kind.END)

    def content(self) -> dict[str, object]:
        return {
            "code": self.code,
            "title": dict(self.title),
            "steps": [step.content() for step in self.steps.values()],
        }

    def canonical(self) -> bytes:
        """The table as bytes that are the same on every machine; their SHA-256 is the hash."""
        return json.dumps(self.content(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_content(cls, content: Mapping[str, Any], act: LegalAct) -> Procedure:
        """The procedure that `content()` described, with the functions of today's program.

        Raises ProcedureError where a function it names is gone: its cases then need the program
        that knew it, or people.
        """
        clause = {clause.id: clause for clause in act.clauses.values()}
        try:
            steps = [
                Step(
                    name=row["name"],
                    kind=Kind(row["kind"]),
                    clause=clause[row["clause"]],
                    actor=row["actor"],
                    title=row["title"],
                    outcomes=row["outcomes"],
                    act=_function(row["act"]),
                    hear=_function(row["hear"]),
                    receiver=row["receiver"],
                    limit=row["limit"] and Limit(row["limit"][0], clause[row["limit"][1]], *row["limit"][2:]),
                    no_limit_because=row["no_limit_because"],
                    every=None if row["every"] is None else timedelta(seconds=row["every"]),
                )
                for row in content["steps"]
            ]
        except (AttributeError, ImportError, KeyError) as error:
            raise ProcedureError(str(content["code"]), [f"this program has no {error} any more"]) from error
        return cls(content["code"], content["title"], *steps)

    @classmethod
    def unreadable(cls, code: str, hash: str) -> Procedure:
        """Stands for a table that this program cannot carry out: its cases can only be set aside."""
        lost = object.__new__(cls)
        for name, value in (("code", code), ("title", {}), ("steps", {}), ("hash", hash)):
            object.__setattr__(lost, name, value)
        return lost

    def arrows(self) -> Iterator[tuple[Step, str, Step]]:
        """Every (step, outcome, next step) of the table, in its order."""
        for step in self.steps.values():
            for outcome, target in step.outcomes.items():
                yield step, outcome, self.steps[target]


def _name(function: Callable[..., Any] | None) -> str | None:
    return None if function is None else f"{function.__module__}:{function.__qualname__}"


def _function(name: str | None) -> Callable[..., Any] | None:
    if name is None:
        return None
    module, _, path = name.partition(":")
    found: Callable[..., Any] = attrgetter(path)(import_module(module))
    return found


def _twice(names: Iterator[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def _faults(steps: Mapping[str, Step], on: date | None) -> list[str]:
    faults = [fault for step in steps.values() for fault in _step_faults(step, steps, on)]
    if not steps:
        return ["there is no step"]
    reached, todo = set[str](), [next(iter(steps))]
    while todo:
        name = todo.pop()
        if name in steps and name not in reached:
            reached.add(name)
            todo.extend(steps[name].outcomes.values())
    faults += [f"step {name} is never reached" for name in steps if name not in reached]
    faults += [f"no ending can be reached from {name}" for name in _without_ending(steps)]
    return faults


def _without_ending(steps: Mapping[str, Step]) -> list[str]:
    leads_on = {name for name, step in steps.items() if step.kind is Kind.END}
    grew = True
    while grew:
        more = {name for name, step in steps.items() if leads_on.intersection(step.outcomes.values())}
        grew = not more <= leads_on
        leads_on |= more
    return [name for name in steps if name not in leads_on]


def _step_faults(step: Step, steps: Mapping[str, Step], on: date | None) -> Iterator[str]:
    name, limit = step.name, step.limit
    yield from _clause_faults(f"{name}: clause {step.clause}", step.clause, on)
    if limit is not None:
        yield from _clause_faults(f"{name}: clause {limit.clause} of its limit", limit.clause, on)
    for function in (step.act, step.hear):
        if function is not None and "<" in function.__qualname__:
            yield f"{name}: {function.__qualname__} cannot be found again by its name"
    for outcome, target in step.outcomes.items():
        if target not in steps:
            yield f"{name}: outcome {outcome} leads to {target}, which is no step"
    if step.kind is Kind.END:
        if step.outcomes or step.act or limit or step.hear or step.every:
            yield f"{name}: an ending has no outcomes, no code and no limit"
        return
    if not step.outcomes:
        yield f"{name}: a step needs at least one outcome"
    if step.act is None:
        yield f"{name}: no function carries the step out"
    if step.kind in WAITS and limit is None and not step.no_limit_because:
        yield f"{name}: a step that waits has a limit, or says why it has none"
    if limit is not None and (limit.working_days < 1 or step.kind not in WAITS):
        yield f"{name}: a limit is at least one working day and stands on a step that waits"
    if limit is not None and limit.then is not None and limit.then not in step.outcomes:
        yield f"{name}: when its time is over it leaves by {limit.then}, which is no outcome of it"
    if (step.kind is Kind.WATCH) != (step.every is not None):
        yield f"{name}: a watch says how often it looks, and nothing else does"
    if step.every is not None and step.every < timedelta(seconds=1):
        yield f"{name}: a watch looks at most once a second"
    if step.hear is not None and step.kind is not Kind.ASK:
        yield f"{name}: only a step that asks reads replies"
    if limit is not None and limit.starts == "sent" and step.kind is not Kind.ASK:
        yield f"{name}: its time starts when a message is sent, but it sends none"


def _clause_faults(said: str, clause: Clause, on: date | None) -> Iterator[str]:
    if clause.in_force is None:
        yield f"{said} belongs to no act"
    elif on is not None and on not in clause.in_force:
        yield f"{said} is not in force on {on}"
    if clause.no_code_because:
        yield f"{said} is entered as one without code"
