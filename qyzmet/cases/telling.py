"""Tells a case in plain sentences, in the order in which things happened. Pure: from a file to lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from qyzmet.cases.drawing.words import outcome_words
from qyzmet.cases.file import CaseFile, Entry, Sms, SmsReply, TaskOf
from qyzmet.cases.ledger import Payload
from qyzmet.cases.procedure import Kind
from qyzmet.cases.telling_facts import FactsInWords, end_of, sentence
from qyzmet.cases.telling_words import SENTENCES, say
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.money import format_tiyn

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


def _with(told: Told, details: Sequence[str]) -> Told:
    return msgspec.structs.replace(told, details=(*told.details, *details))


def tell(file: CaseFile, language: str, calendar: WorkingCalendar) -> list[Told]:
    """Every step, message, reply, deadline, decision and payment of the case, oldest first."""
    teller = _Teller(file, language, calendar)
    return sorted(teller.all(), key=lambda told: (told.at, told.order))


class _Teller:
    def __init__(self, file: CaseFile, language: str, calendar: WorkingCalendar) -> None:
        self._file, self._language = file, language
        self._facts = FactsInWords(file, language, calendar)

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
        for event_in in payload.events if payload else ():
            if event_in["kind"] not in _SILENT_EVENTS:
                lines.append(self._line(entry, 0.01, "event", self._event(event_in)))
        steps = [
            self._step(entry, 0.02 + number / 1000, *row) for number, row in enumerate(entry.header["steps"])
        ]
        lines += steps
        if payload is None:
            if lines:
                lines[-1] = _with(lines[-1], [say("erased", self._language)])
            yield from lines
            return
        said = self._facts.learnt(entry.header["steps"], payload)
        for place, details in said.items():
            if steps and place is not None:
                lines[len(lines) - len(steps) + place] = _with(
                    lines[len(lines) - len(steps) + place], details
                )
            elif lines:
                lines[-1] = _with(lines[-1], details)
            else:
                learnt = self._line(entry, 0.03, "learnt", self._facts.title(entry.header["to"]))
                lines.append(_with(learnt, details))
        yield from lines
        yield from self._deadlines(entry, payload)
        if payload.status == "a":
            why = sentence(payload.trouble or self._file.case.trouble, self._language, SENTENCES)
            trouble = say("aside", self._language, trouble=why)
            yield self._line(entry, 0.3, "aside", trouble)

    def _deadlines(self, entry: Entry, payload: Payload) -> Iterator[Told]:
        for name, fact in payload.learnt.items():
            step, _, what = name.rpartition(".")
            if what == "deadline" and isinstance(fact.value, dict):
                known = self._file.procedure.steps.get(step)
                yield Told(
                    at=entry.at,
                    kind="deadline",
                    said=say("deadline", self._language, title=self._facts.title(step)),
                    clause=str(fact.value["clause"]),
                    actor=known.actor if known else "",
                    details=tuple(self._facts.count(fact.value)),
                    order=entry.run + 0.65,
                )

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
            title=self._facts.title(step),
            outcome=self._facts.outcome(outcome),
            next=self._facts.title(target) if target else self._facts.outcome(outcome),
        )
        return Told(at=entry.at, kind="step", said=said, clause=clause, actor=actor, order=entry.run + order)

    def _event(self, event: Mapping[str, Any]) -> str:
        body = event["body"]
        outcome = say(str(body.get("outcome", "")), self._language)
        official = body.get("official", "")
        if event["kind"] in ("done", "released"):
            return say(event["kind"], self._language, official=official, outcome=self._facts.outcome(outcome))
        if event["kind"] == "handed_over":
            to = body["to"] or say("all of the office", self._language)
            return say("handed_over", self._language, official=official, holder=body["from"], to=to)
        return outcome_words(f"{event['kind']} {body.get('reason', '')}").strip()

    # --- messages, tasks --------------------------------------------------------------------------

    def _message(self, message: Sms) -> Told:
        said = say(f"sms.{message.state}", self._language, parts=message.parts)
        text = message.text
        if message.state == "d" and text is None:
            text = say("unreadable", self._language)
        name, _, helps = message.step.partition(".")
        step = self._file.procedure.steps.get(name)
        what = (
            f"{self._facts.title(name)}: {say('helps', self._language)}" if helps else self._facts.title(name)
        )
        return Told(
            at=message.sent_at or message.ready_at,
            kind="sms",
            said=f"{said}: {what}",
            clause=message.clause,
            actor=step.actor if step else "",
            details=tuple(text.splitlines()) if text else (),
            order=message.run + (0.8 if helps else 0.5),
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
        role = self._facts.word(task.role)
        step = self._file.procedure.steps.get(task.step)
        return Told(
            at=task.opened_at,
            kind="task",
            said=say("task", self._language, role=role, office=self._facts.office(task.office)),
            clause=task.clause,
            actor=step.actor if step else role,
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
                signer=sentence(decision.signer, self._language, SENTENCES),
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
            said = say("ended", self._language, title=self._facts.title(case.step))
            yield self._line(entries[-1], 0.9, "ended", said)
            return
        until = say("until", self._language, until=end_of(case.deadline)) if case.deadline else ""
        waits = self._line(
            entries[-1], 0.9, "waits", say("waits", self._language, title=self._facts.title(case.step))
        )
        yield msgspec.structs.replace(waits, details=(until,) if until else ())
