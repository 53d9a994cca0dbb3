"""Runs an exported procedure in SpiffWorkflow, an engine that knows nothing of ours.

SpiffWorkflow decides where the case goes: it evaluates the conditions, catches the messages, fires the
timers. Here are only the world around it (who replies, what is decided) and a clock that can be turned.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.defaults import EndEvent, ServiceTask
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from qyzmet.cases.drawing.flow import id_of, message_name

_CLOCK = "SpiffWorkflow.bpmn.specs.event_definitions.timer.datetime"
_BEGIN = datetime.fromisoformat("2024-02-12T09:00:00+05:00")
_AFTER = timedelta(seconds=1)
_STEP = re.compile(r"(?:_\.)?[^.]*")


def run_bpmn(bpmn: bytes, choose: Callable[[str], str], most_steps: int = 10_000) -> str:
    """The name of the ending at which a case arrives; `choose` gives the outcome of a step by its name."""
    with _clock() as clock:
        return _Run(bpmn, choose, clock).ending(most_steps)


class _Service(ServiceTask):  # type: ignore[misc]
    """SpiffWorkflow leaves to its user how a service is called."""

    def _execute(self, task: Any) -> bool:
        task.workflow.script_engine.call_service(task, operation_name=task.task_spec.name)
        return True


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES = {full_tag("serviceTask"): (TaskParser, _Service)}  # noqa: RUF012


class _World(TaskDataEnvironment):  # type: ignore[misc]
    def __init__(self, run: _Run) -> None:
        super().__init__({"carry_out": run.choose, "deadline": run.deadline})
        self.run = run

    def call_service(self, context: dict[str, Any], operation_name: str, **_: Any) -> None:
        context["outcome"] = self.run.service(operation_name)


class _Run:
    def __init__(self, bpmn: bytes, choose: Callable[[str], str], clock: _Clock) -> None:
        self.spec, self.choose, self.clock = _parsed(bpmn), choose, clock
        self.looked: str | None = None
        self.workflow = BpmnWorkflow(self.spec, script_engine=PythonScriptEngine(_World(self)))

    def deadline(self, _step: str) -> str:
        return (self.clock.moment + timedelta(days=3)).isoformat()

    def service(self, id: str) -> str | None:
        """The outcome of a service; a watch finds nothing at first, then at the second look."""
        if f"{id}.again" in self.spec.task_specs and self.looked != id:
            self.looked = id
            return None
        self.looked = None
        return self.choose(_name(id))

    def ending(self, most_steps: int) -> str:
        for _ in range(most_steps):
            self.workflow.do_engine_steps()
            if self.workflow.completed:
                return self._reached()
            self._something_happens()
        raise AssertionError("the case does not end")

    def _reached(self) -> str:
        ended = [
            task.task_spec.name
            for task in self.workflow.get_tasks(state=TaskState.COMPLETED)
            if isinstance(task.task_spec, EndEvent)
        ]
        (ending,) = ended
        return _name(ending)

    def _something_happens(self) -> None:
        """What the case rests at comes to pass: an official acts, a message comes in, or time passes."""
        for task in self.workflow.get_tasks(state=TaskState.READY, manual=True):
            outcome = self.choose(_name(task.task_spec.name))
            if self._has_timer(task.task_spec.name, outcome):
                return self._time_passes()
            task.data["outcome"] = outcome
            return task.run()
        (waiting,) = self._waiting()
        if waiting.task_spec.name.endswith(".again"):
            return self._time_passes()
        step = _name(waiting.task_spec.name)
        outcome = self.choose(step)
        if self._has_timer(waiting.task_spec.name, outcome):
            return self._time_passes()
        message = MessageEventDefinition(message_name(step, outcome))
        return self.workflow.send_event(BpmnEvent(message, payload={}))

    def _waiting(self) -> list[Any]:
        waiting = self.workflow.get_tasks(state=TaskState.WAITING)
        return [task for task in waiting if isinstance(task.task_spec, CatchingEvent)]

    def _has_timer(self, id: str, outcome: str) -> bool:
        return f"{_STEP.match(id)[0]}.time.{id_of(outcome)}" in self.spec.task_specs  # type: ignore[index]

    def _time_passes(self) -> None:
        """Turns the clock to the one moment at which something is due, and lets the engine see it."""
        due = {task.internal_data.get("event_value") for task in self._waiting()} - {None}
        (moment,) = due
        self.clock.moment = datetime.fromisoformat(str(moment)) + _AFTER
        self.workflow.refresh_timers()


class _Clock:
    """Stands where SpiffWorkflow's timers look for the class `datetime`."""

    fromisoformat = staticmethod(datetime.fromisoformat)
    combine = staticmethod(datetime.combine)

    def __init__(self) -> None:
        self.moment = _BEGIN

    def now(self, zone: tzinfo) -> datetime:
        return self.moment.astimezone(zone)


@contextmanager
def _clock() -> Iterator[_Clock]:
    clock = _Clock()
    with patch(_CLOCK, clock):
        yield clock


@lru_cache(maxsize=8)
def _parsed(bpmn: bytes) -> Any:
    parser = _Parser(validator=BpmnValidator())
    parser.add_bpmn_io(io.BytesIO(bpmn), "procedure.bpmn")
    (process,) = parser.get_process_ids()
    return parser.get_spec(process)


def _name(id: str) -> str:
    """The name of the step that an element belongs to."""
    spelt = _STEP.match(id)[0].removeprefix("_.")  # type: ignore[index]
    return re.sub("-([0-9a-f]+)-", lambda found: chr(int(found[1], 16)), spelt)
