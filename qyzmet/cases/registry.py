"""What is known of each registry event: whether it was taken, under which content, and which case it began.

An event that comes again with another content is a correction. Where its case has begun, the case is
put before people; where no case came of it before, the corrected event may open one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

import msgspec

from qyzmet.cases import rows
from qyzmet.cases.case import Fact
from qyzmet.cases.package import Arrival
from qyzmet.cases.rows import Cursor
from qyzmet.cases.tasks import send_event

#: `nothing`: no case and no correction came of it, `seen`: it came before.
Result = Literal["opened", "seen", "nothing", "corrected", "refused"]

LAST_REVISION = 1_000_000_000

WITHDRAWN = "withdrawn before a case began"
NOT_CONCERNED = "concerns no procedure of the act"


class Verdict(msgspec.Struct, frozen=True):
    """What became of an arrival, and why where that is not plain."""

    arrival: Arrival
    result: Result
    because: str = ""
    case: int | None = None
    learnt: Mapping[str, Fact] = {}  #: what a correction says anew of a case that had ended


@dataclass(frozen=True, slots=True)
class Candidate:
    """An arrival that was looked at: why it opens no case, and if it may, whose and as which number."""

    arrival: Arrival
    because: str
    subject: int | None = None
    case: int | None = None

    def content(self) -> bytes:
        """A digest of what the event says. Whoever it concerns is in it only as a random number."""
        a = self.arrival
        facts = sorted((name, fact.value, fact.source, fact.on) for name, fact in a.facts.items())
        said = (a.procedure, a.as_of, a.region, a.withdrawn, a.concerned, self.because, self.subject, facts)
        return sha256(msgspec.json.encode(said, enc_hook=repr)).digest()

    def revision(self) -> int:
        return min(max(self.arrival.revision, 0), LAST_REVISION)

    def outcome(self) -> str:
        return "opened" if self.case is not None else self.because


@dataclass(frozen=True, slots=True)
class Known:
    """An event as it was last taken; events of older releases have no content."""

    revision: int
    content: bytes | None
    outcome: str
    case: int | None


def record(cursor: Cursor, source: str, candidates: Sequence[Candidate], now: datetime) -> list[Verdict]:
    """Enters the events inside the caller's transaction; says of each, in order, what becomes of it."""
    firsts: dict[str, Candidate] = {}
    for each in candidates:
        if each.arrival.concerned:
            firsts.setdefault(each.arrival.event, each)
    contents = {event: each.content() for event, each in firsts.items()}
    entered = _enter(cursor, source, firsts, contents, now)
    known = _read(cursor, source, {each.arrival.event for each in candidates} - entered)
    begun: dict[int, Candidate] = {}  # not yet written
    verdicts = []
    for each in candidates:
        event = each.arrival.event
        if event in known:
            verdict, known[event] = _again(cursor, source, each, known[event], begun, now)
        elif firsts.get(event) is each:
            known[event] = Known(each.revision(), contents[event], each.outcome(), each.case)
            verdict = _first(each)
        else:
            verdict = Verdict(each.arrival, "nothing", NOT_CONCERNED)
        if verdict.result == "opened" and verdict.case is not None:
            begun[verdict.case] = each
        verdicts.append(verdict)
    return verdicts


def _first(each: Candidate) -> Verdict:
    if each.case is not None:
        return Verdict(each.arrival, "opened", case=each.case)
    result: Result = "nothing" if each.because in (WITHDRAWN, NOT_CONCERNED) else "refused"
    return Verdict(each.arrival, result, each.because)


def _again(
    cursor: Cursor,
    source: str,
    each: Candidate,
    known: Known,
    begun: Mapping[int, Candidate],
    now: datetime,
) -> tuple[Verdict, Known]:
    """An event whose number is known: the same again, older than what is known, or a correction."""
    arrival, content = each.arrival, each.content()
    older = each.revision() < known.revision
    ended = known.outcome == WITHDRAWN and each.revision() == known.revision
    if older or ended or content == known.content or known.content is None:
        same = _first(each) if each.because and known.case is None and not older else None
        return same or Verdict(arrival, "seen", case=known.case), known
    if known.case is None:
        verdict, outcome = _first(each), each.outcome()
    else:
        reason, outcome, learnt = _put_before_people(cursor, source, each, known.case, begun, now)
        verdict = Verdict(arrival, "corrected", reason, known.case, learnt)
    changed = Known(each.revision(), content, outcome, verdict.case)
    cursor.execute(
        """UPDATE registry_events SET revision = %s, content = %s, outcome = %s, case_id = %s, at = %s
           WHERE source = %s AND event = %s""",
        (changed.revision, content, outcome, changed.case, now, source, arrival.event),
    )
    return verdict, changed


def _enter(
    cursor: Cursor,
    source: str,
    firsts: Mapping[str, Candidate],
    contents: Mapping[str, bytes],
    now: datetime,
) -> set[str]:
    """Enters events that are not known yet; one that another transaction enters is waited for."""
    # In the same order everywhere, so that two transactions never block each other.
    entering = [firsts[event] for event in sorted(firsts)]
    cursor.execute(
        """INSERT INTO registry_events (source, event, at, outcome, revision, content, case_id)
           SELECT %s, event, %s, outcome, revision, content, case_id
           FROM unnest(%s::text[], %s::text[], %s::integer[], %s::bytea[], %s::bigint[])
               n (event, outcome, revision, content, case_id)
           ON CONFLICT DO NOTHING RETURNING event""",
        (
            source,
            now,
            rows.texts(each.arrival.event for each in entering),
            rows.texts(each.outcome() for each in entering),
            rows.numbers(each.revision() for each in entering),
            rows.texts("\\x" + contents[each.arrival.event].hex() for each in entering),
            rows.numbers(each.case for each in entering),
        ),
    )
    return {event for (event,) in cursor.fetchall()}


def _read(cursor: Cursor, source: str, events: Collection[str]) -> dict[str, Known]:
    if not events:
        return {}
    cursor.execute(
        """SELECT event, revision, content, outcome, case_id FROM registry_events
           WHERE source = %s AND event = ANY(%s) ORDER BY event FOR UPDATE""",
        (source, sorted(events)),
    )
    return {event: Known(*row) for event, *row in cursor.fetchall()}


def _put_before_people(
    cursor: Cursor, source: str, each: Candidate, case: int, begun: Mapping[int, Candidate], now: datetime
) -> tuple[str, str, Mapping[str, Fact]]:
    """Tells the case of the correction; why, what is noted, and what an ended case learns late."""
    if case in begun:
        first = begun[case]
        status, subject, as_of, before = "r", first.subject, first.arrival.as_of, first.arrival.facts
    else:
        cursor.execute(
            "SELECT status::text, subject, as_of, cases.facts::text FROM cases WHERE id = %s", (case,)
        )
        status, subject, as_of, text = cursor.fetchone() or ()
        before = msgspec.json.decode(text, type=dict[str, Fact])
    arrival = each.arrival
    changed = {
        name: fact
        for name, fact in arrival.facts.items()
        if name not in before or before[name].value != fact.value
    }
    what = sorted(changed)
    if each.subject not in (None, subject):
        what.append("the person")
    if arrival.as_of != as_of:
        what.append("the day of the event")
    about = f"event {arrival.event} of {source}"
    if arrival.withdrawn:
        reason = f"The registry withdrew {about}"
    elif each.because:
        reason = f"The registry corrected {about}, which now opens no case: {each.because}"
    else:
        reason = f"The registry corrected {about}: {', '.join(what) or 'other data'}"
    if status == "e":
        cursor.execute("SELECT DISTINCT name FROM fact_corrections WHERE case_id = %s", (case,))
        again = {name for (name,) in cursor.fetchall()}
        changed |= {name: fact for name, fact in arrival.facts.items() if name in again}
        return (
            f"{reason}. The case has ended; the correction is only noted.",
            "corrected after the end",
            changed,
        )
    body = {
        "reason": reason,
        "revision": arrival.revision,
        "withdrawn": arrival.withdrawn,
        "new": {name: fact.value for name, fact in changed.items()},
    }
    send_event(cursor.connection, case, "corrected", now, body)
    return f"{reason}. The case is put before people.", "corrected", {}
