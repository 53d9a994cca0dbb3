"""Tells a case in plain sentences, in the order in which things happened. Pure: from a file to lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import msgspec

from qyzmet.cases.case import Fact, Finding
from qyzmet.cases.drawing.words import outcome_words, title_of
from qyzmet.cases.file import CaseFile, Entry, Sms, SmsReply, TaskOf
from qyzmet.cases.procedure import Kind
from qyzmet.cases.telling_words import say
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.deadline import working_days
from qyzmet.law.money import format_tiyn
from qyzmet.runtime.clock import KZ

_PSEUDONYM = 64  #: hexadecimal digits of a keyed hash; it tells a reader nothing
_SILENT_EVENTS = frozenset({"sent", "reply"})  # told where the message and the reply are


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened. `details` are sentences that belong to it; `order` breaks ties of `at`."""

    at: datetime
    kind: str
    said: str
    clause: str = ""
    actor: str = ""
    details: tuple[str, ...] = ()
    order: float = 0.0

    @property
    def place(self) -> str:
        return self.clause.partition(":")[2] or self.clause


def local(moment: datetime) -> str:
    """The moment in Kazakhstan, to the minute."""
    return f"{moment.astimezone(KZ):%Y-%m-%d %H:%M}"


def end_of(deadline: datetime) -> str:
    """A deadline as people say it: midnight is 24:00 of the day that ends."""
    at = deadline.astimezone(KZ)
    return f"{at - timedelta(days=1):%Y-%m-%d} 24:00" if at.time() == time() else local(deadline)


def tell(file: CaseFile, language: str, calendar: WorkingCalendar) -> list[Told]:
    """Every step, message, reply, deadline, decision and payment of the case, oldest first."""
    teller = _Teller(file, language, calendar)
    return sorted(teller.all(), key=lambda told: (told.at, told.order))


class _Teller:
    def __init__(self, file: CaseFile, language: str, calendar: WorkingCalendar) -> None:
        self._file, self._language, self._calendar = file, language, calendar

    def all(self) -> Iterator[Told]:
        file = self._file
        for number, entry in enumerate(file.entries):
            yield from self._entry(entry, first=number == 0)
        for message in file.messages:
            yield self._message(message)
        for reply in file.replies:
            yield self._reply(reply)
        for task in file.tasks:
            yield self._task(task)
        yield from self._decision()
        yield from self._rest()

    # --- runs -------------------------------------------------------------------------------------

    def _entry(self, entry: Entry, *, first: bool) -> Iterator[Told]:
        payload, lines = entry.payload, list[Told]()
        if first:
            event = say("opened", self._language, event=self._file.case.event, as_of=self._file.case.as_of)
            lines.append(self._line(entry, 0.0, "opened", event))
        if payload is not None:
            for event_in in payload.events:
                if event_in["kind"] not in _SILENT_EVENTS:
                    lines.append(self._line(entry, 0.01, "event", self._event(event_in)))
        for number, (step, outcome, clause, actor) in enumerate(entry.header["steps"]):
            lines.append(self._step(entry, 0.02 + number / 1000, step, outcome, clause, actor))
        details = self._details(entry)
        if details and not lines:
            lines.append(self._line(entry, 0.03, "learnt", self._title(entry.header["to"])))
        if details:
            lines[-1] = msgspec.structs.replace(lines[-1], details=tuple(details))
        yield from lines
        if payload is not None and payload.status == "a":
            trouble = say("aside", self._language, trouble=payload.trouble or self._file.case.trouble)
            yield self._line(entry, 0.3, "aside", trouble)

    def _line(self, entry: Entry, order: float, kind: str, said: str) -> Told:
        step = self._file.procedure.steps.get(entry.header["to"])
        clause, actor = (step.clause.id, step.actor) if step else ("", "")
        return Told(at=entry.at, kind=kind, said=said, clause=clause, actor=actor, order=entry.run + order)

    def _step(self, entry: Entry, order: float, step: str, outcome: str, clause: str, actor: str) -> Told:
        known = self._file.procedure.steps.get(step)
        target = known.outcomes.get(outcome, "") if known else ""
        said = say(
            "step",
            self._language,
            title=self._title(step),
            outcome=outcome_words(outcome),
            next=self._title(target) if target else outcome_words(outcome),
        )
        return Told(at=entry.at, kind="step", said=said, clause=clause, actor=actor, order=entry.run + order)

    def _event(self, event: Mapping[str, Any]) -> str:
        body = event["body"]
        outcome = say(str(body.get("outcome", "")), self._language)
        official = body.get("official", "")
        if event["kind"] in ("done", "released"):
            return say(event["kind"], self._language, official=official, outcome=outcome_words(outcome))
        return outcome_words(f"{event['kind']} {body.get('reason', '')}").strip()

    def _details(self, entry: Entry) -> list[str]:
        if entry.payload is None:
            return [say("erased", self._language)]
        said = list[str]()
        for name, fact in entry.payload.learnt.items():
            said += self._fact(name, fact)
        return said + [self._finding(finding) for finding in entry.payload.findings]

    def _fact(self, name: str, fact: Fact) -> Sequence[str]:
        step, _, what = name.rpartition(".")
        if what == "deadline" and isinstance(fact.value, dict):
            return self._deadline(fact.value)
        if what == "overdue" and step in self._file.procedure.steps:
            return [say("overdue", self._language, title=self._title(step))]
        if what in ("sent", "by") and step in self._file.procedure.steps:
            return []  # told with the message and with the official's deed
        if isinstance(fact.value, str) and len(fact.value) == _PSEUDONYM:
            return []
        value = self._value(fact.value)
        return [say("learnt", self._language, name=self._name(name), value=value, source=fact.source)]

    def _finding(self, finding: Finding) -> str:
        facts = ", ".join(self._name(name) for name in finding.rests_on) or "–"
        clause, outcome = finding.clause.partition(":")[2], outcome_words(finding.outcome)
        said = say("found", self._language, clause=clause, outcome=outcome, facts=facts)
        return f"{said} ({finding.note})" if finding.note else said

    def _deadline(self, proof: Mapping[str, Any]) -> list[str]:
        """The count again, from what the case kept of it; says where it comes out otherwise now."""
        counted = working_days(
            datetime.fromisoformat(proof["start"]), proof["working_days"], calendar=self._calendar
        )
        place = str(proof["clause"]).partition(":")[2]
        head = say("deadline", self._language, clause=place)
        lines = [f"{head}: {sentence}" for sentence in counted.explain(self._language)]
        if counted.proof_id != proof["proof"]:
            lines.append(say("recounted", self._language, version=proof["calendar"]))
        return lines

    # --- messages, tasks --------------------------------------------------------------------------

    def _message(self, message: Sms) -> Told:
        said = say(f"sms.{message.state}", self._language, parts=message.parts)
        text = message.text
        if message.state == "d" and text is None:
            text = say("unreadable", self._language)
        step = self._file.procedure.steps.get(message.step)
        return Told(
            at=message.sent_at or message.ready_at,
            kind="sms",
            said=f"{said}: {self._title(message.step)}",
            clause=message.clause,
            actor=step.actor if step else "",
            details=tuple(text.splitlines()) if text else (),
            order=message.run + 0.5,
        )

    def _reply(self, reply: SmsReply) -> Told:
        message = next((sms for sms in self._file.messages if sms.id == reply.message), None)
        text = say("unreadable", self._language) if reply.text is None else repr(reply.text)
        return Told(
            at=reply.at,
            kind="reply",
            said=say("reply", self._language, text=text, note=say(reply.note, self._language)),
            clause=message.clause if message else "",
            actor=say("recipient", self._language),
            order=(message.run if message else 0) + 0.7,
        )

    def _task(self, task: TaskOf) -> Told:
        until = say("until", self._language, until=end_of(task.deadline_at)) if task.deadline_at else ""
        role = outcome_words(task.role)
        return Told(
            at=task.opened_at,
            kind="task",
            said=say("task", self._language, role=role, office=task.office),
            clause=task.clause,
            actor=role,
            details=(until,) if until else (),
            order=task.run + 0.6,
        )

    # --- decision and end -------------------------------------------------------------------------

    def _decision(self) -> Iterator[Told]:
        file = self._file
        if file.decision is not None:
            decision = file.decision
            said = say(
                "decision",
                self._language,
                outcome=say(decision.outcome, self._language),
                amount=format_tiyn(decision.amount_tiyn, self._language),
                signer=decision.signer,
            )
            digest = say("document", self._language, digest=decision.digest)
            yield self._deed(decision.at, decision.run, "decision", said, (digest,))
        for order in file.orders:
            amount = format_tiyn(order.amount_tiyn, self._language)
            said = say("payment", self._language, amount=amount, key=order.key, receipt=order.receipt)
            yield self._deed(order.at, self._run_of(order.at), "payment", said)

    def _deed(self, at: datetime, run: int, kind: str, said: str, details: tuple[str, ...] = ()) -> Told:
        """What a step did outside, under the clause of the last such step of that run."""
        entry = next((entry for entry in self._file.entries if entry.run == run), None)
        effects = [row for row in (entry.header["steps"] if entry else ()) if self._is_effect(row[0])]
        clause, actor = (effects[-1][2], effects[-1][3]) if effects else ("", "")
        return Told(at=at, kind=kind, said=said, clause=clause, actor=actor, details=details, order=run + 0.4)

    def _run_of(self, at: datetime) -> int:
        runs = [
            entry.run
            for entry in self._file.entries
            if entry.at == at and any(self._is_effect(row[0]) for row in entry.header["steps"])
        ]
        return runs[-1] if runs else 0

    def _is_effect(self, name: str) -> bool:
        step = self._file.procedure.steps.get(name)
        return step is not None and step.kind is Kind.EFFECT

    def _rest(self) -> Iterator[Told]:
        case, entries = self._file.case, self._file.entries
        if not entries or case.status == "a":
            return
        if case.status == "e":
            said = say("ended", self._language, title=self._title(case.step))
            yield self._line(entries[-1], 0.9, "ended", said)
            return
        until = say("until", self._language, until=end_of(case.deadline)) if case.deadline else ""
        waits = self._line(
            entries[-1], 0.9, "waits", say("waits", self._language, title=self._title(case.step))
        )
        yield msgspec.structs.replace(waits, details=(until,) if until else ())

    # --- words ------------------------------------------------------------------------------------

    def _title(self, step: str) -> str:
        known = self._file.procedure.steps.get(step)
        return title_of(known, self._language) if known else outcome_words(step)

    def _name(self, fact: str) -> str:
        titles = self._file.fact_titles.get(fact, {})
        return titles.get(self._language) or outcome_words(fact)

    def _value(self, value: Any) -> str:
        if value is None or isinstance(value, bool):
            return say(str(value).lower(), self._language)
        if isinstance(value, Mapping):
            return ", ".join(f"{outcome_words(key)} {self._value(item)}" for key, item in value.items())
        if isinstance(value, list | tuple):
            return "; ".join(self._value(item) for item in value) or "–"
        if isinstance(value, str) and "T" in value:
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                return value
            return local(moment) if moment.tzinfo else value
        return str(value)
