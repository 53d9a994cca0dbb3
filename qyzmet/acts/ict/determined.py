"""The life of a determination in the register: made, objected to, reviewed; each result a version.

Commands are pure: they look at what has happened, and return the event or raise Refused with the remedy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from qyzmet.acts.ict.catalogue import list_on
from qyzmet.acts.ict.determination import Answer, Reason, Result, determine
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue, Refused

State = Literal["standing", "waits_for_a_person", "objected"]
LONGEST = 20_000


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a company says of one activity in a period: its own words, the item, the answers."""

    description: str
    item: int
    answers: dict[str, Any]
    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if not self.description.strip() or len(self.description) > LONGEST:
            raise BadValue("description", f"has 1 to {LONGEST:,} characters", "Say what is made or done.")
        if self.last is not None and self.last < self.first:
            raise BadValue("last day", "is not before the first day", "Correct it.")


class Grounds(msgspec.Struct, frozen=True):
    """A reason as it is kept: clause, code, the answer it rests on."""

    clause: str
    code: str
    rests_on: str


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="what"):
    at: datetime
    by: str


class Determined(Event, frozen=True, kw_only=True, tag="determined"):
    """The result of the rules, under the list of the first day."""

    claim: Claim
    order: str
    result: Result
    grounds: list[Grounds]
    policies: dict[str, str]


class Objected(Event, frozen=True, kw_only=True, tag="objected"):
    text: str


class Reviewed(Event, frozen=True, kw_only=True, tag="reviewed"):
    """What a person decided where the rules leave it to one, or on an objection."""

    result: Literal["MATCH", "NO_MATCH"]
    text: str


AnyEvent = Determined | Objected | Reviewed


@dataclass(slots=True)
class Determination:
    """A determination, folded from its events."""

    number: int
    bin: str
    events: list[AnyEvent] = field(default_factory=list)

    @property
    def made(self) -> Determined:
        """The last time the rules were asked."""
        return next(event for event in reversed(self.events) if isinstance(event, Determined))

    @property
    def version(self) -> int:
        """How many results there were."""
        return sum(1 for event in self.events if not isinstance(event, Objected))

    @property
    def result(self) -> Result:
        """The result that stands, whether of the rules or of a person."""
        standing = next(event for event in reversed(self.events) if not isinstance(event, Objected))
        return standing.result

    @property
    def state(self) -> State:
        if isinstance(self.events[-1], Objected):
            return "objected"
        return "waits_for_a_person" if self.result == "MANUAL_REVIEW" else "standing"

    @property
    def answer(self) -> Answer:
        """What the rules answered, with reasons as values."""
        from qyzmet.acts.ict.clauses import ACT

        made = self.made
        reasons = (Reason(ACT[each.clause], each.code, each.rests_on) for each in made.grounds)
        return Answer(made.claim.item, made.result, tuple(reasons))

    # --- commands -------------------------------------------------------------------------------------------

    def objection(self, text: str, by: str, at: datetime) -> Objected:
        if isinstance(self.events[-1], Objected):
            raise Refused("An objection is already being looked at. Wait for its review.")
        return Objected(at=at, by=by, text=_said(text, "objection"))

    def review(self, result: str, text: str, by: str, at: datetime) -> Reviewed:
        """Raises Refused where nothing waits for a person, or where the claimant would decide."""
        if self.state == "standing":
            raise Refused("This determination stands and nobody objected. There is nothing to review.")
        if by == self.made.by:
            raise Refused("Who made the claim does not review it. Let somebody else do it.")
        if result not in ("MATCH", "NO_MATCH"):
            raise BadValue("result", "is MATCH or NO_MATCH", "Choose one.")
        return Reviewed(at=at, by=by, result=result, text=_said(text, "reason"))  # type: ignore[arg-type]


def determined(claim: Claim, policies: Policies, by: str, at: datetime) -> Determined:
    """Raises Refused where a question is still open: it names the question."""
    found = determine(claim.item, claim.answers, policies, claim.first)
    if found.result is None:
        raise Refused(f"The question {found.ask} is still open. Answer it first.")
    return Determined(
        at=at, by=by, claim=claim, order=list_on(claim.first).order, result=found.result,
        grounds=[Grounds(each.clause.place, each.code, each.rests_on) for each in found.reasons],
        policies={mark: str(policies[mark]) for mark in policies.known},
    )  # fmt: skip


def folded(number: int, bin: str, events: Iterable[AnyEvent]) -> Determination:
    return Determination(number, bin, list(events))


def _said(text: str, field: str) -> str:
    text = text.strip()
    if not text or len(text) > 4000:
        raise BadValue(field, "has 1 to 4,000 characters", "Say why.")
    return text


def as_data(each: Determination) -> Mapping[str, Any]:
    """For programs: what stands, since when, and everything that happened."""
    return {
        "number": each.number, "bin": each.bin, "version": each.version, "state": each.state,
        "result": each.result, "item": each.made.claim.item, "order": each.made.order,
        "first": each.made.claim.first, "last": each.made.claim.last,
        "description": each.made.claim.description, "events": [msgspec.to_builtins(e) for e in each.events],
    }  # fmt: skip
