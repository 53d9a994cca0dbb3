"""What a case is, and what the functions of a procedure are given and give back.

A step's function is, by the kind of the step:

    rule            (case, law) -> Outcome | str
    query, effect   (cases, desk) -> {case id: Outcome | str}; a case that is missing is asked again
    watch           likewise; a case that is missing is looked at again after the step's interval
    ask             (case, law) -> Message, and the step's `hear` reads what comes in
    task            (case, law) -> TaskOrder; what the official decides comes back as an event

Everything here is plain data: no I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec

from qyzmet.cases.facts import Fact as Fact
from qyzmet.cases.facts import Facts
from qyzmet.law.act import Clause
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.figures import Figures, shipped_figures
from qyzmet.law.policies import Policies


class Finding(msgspec.Struct, frozen=True, array_like=True):
    """A clause applied to facts: the outcome, the names of the facts it rested on, the day's law."""

    clause: str
    outcome: str
    rests_on: tuple[str, ...]
    law_on: date
    note: str = ""


class Case(msgspec.Struct):
    """A case as its steps see it. Persons are random subject ids; `facts` by name.

    `as_of` is the day whose law applies (the event); `entered` when the present step was reached.
    """

    id: int
    procedure: int
    step: str
    subject: int
    region: str
    as_of: date
    opened: datetime
    entered: datetime
    facts: Facts
    recipient: int | None = None
    event: str = ""
    status: str = "r"
    deadline: datetime | None = None
    due: datetime | None = None
    fence: int = 0
    attempts: int = 0
    run: int = 0
    trouble: str = ""
    held: bool = False  #: leased to the worker that has this object in hand

    def value(self, name: str, default: Any = None) -> Any:
        """The value of a fact, or the default where it is not known."""
        fact = self.facts.get(name)
        return default if fact is None else fact.value

    @property
    def person(self) -> int:
        """Whose case it is: the recipient once known, until then the subject of the event."""
        return self.subject if self.recipient is None else self.recipient


class Event(msgspec.Struct, frozen=True):
    """Something that came in for a case: a reply, a finished task, documents, a withdrawal."""

    id: int
    case: int
    kind: str
    at: datetime
    body: dict[str, Any]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A short message to be sent. Names and numbers are put in only when it is sent.

    `address` is the keyed hash of the phone. A message that asks has a `prefix`: no second
    question with the same prefix is open on the same phone. `language` is what the template is given.
    """

    address: str
    template: str
    values: dict[str, Any] = {}
    prefix: str | None = None
    language: str = "kk"


class TaskOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Work for an official: which role, of which office, may take which outcome.

    `takes` names the facts that an outcome asks the official for, with their kind: `tiyn`, `text`. No
    other fact is taken. With two `eyes` a second official confirms what the first proposed.
    """

    role: str
    office: str
    outcomes: tuple[str, ...]
    takes: Mapping[str, Mapping[str, str]] = {}
    eyes: int = 1


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as kept: the document is canonical JSON; the signature is a detached CMS."""

    outcome: str
    amount_tiyn: int
    document: bytes
    signature: bytes
    signer: str


class PaymentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A decision placed for payment; the key makes a repeat recognisable on the other side.

    `message` is the order as it went out, pain.001, where it went out as such; it is kept sealed.
    """

    key: str
    amount_tiyn: int
    receipt: str
    message: bytes = b""


Record = Decision | PaymentOrder


class Outcome(msgspec.Struct, frozen=True):
    """What a step came to: the outcome's name in the table, what was learnt, what was found."""

    name: str
    facts: Mapping[str, Fact] = {}
    findings: Sequence[Finding] = ()
    records: Sequence[Record] = ()
    recipient: int | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """What a rule may know besides the case: the moment, the calendar, the readings of gaps, the figures."""

    now: datetime
    calendar: WorkingCalendar
    policies: Policies
    figures: Figures = field(default_factory=shipped_figures)

    def fact(self, value: Any, source: str, on: date | None = None) -> Fact:
        """A fact learnt at this moment."""
        return Fact(value, source, self.now, on)

    def finding(self, clause: Clause, outcome: str, case: Case, *rests_on: str, note: str = "") -> Finding:
        return Finding(clause.id, outcome, rests_on, case.as_of, note)


class Run(msgspec.Struct, eq=False):
    """One uninterrupted run of a case: the steps it took, and what has to be written of it."""

    case: Case
    opened: bool = False
    started_at: str = ""
    taken: list[tuple[str, str]] = []
    learnt: dict[str, Fact] = {}
    learnt_text: bytes = b""  #: its JSON, made where the run is written
    findings: list[Finding] = []
    records: list[Record] = []
    message: Message | None = None
    task: TaskOrder | None = None
    closes_question: str | None = None
    closes_task: bool = False
    aside: bool = False
    names_recipient: bool = False
    events: list[Event] = []
