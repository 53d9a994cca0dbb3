"""Invariants about short messages: seen from the operator and the phones, not from our own tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from qyzmet.simulation.evidence import Evidence, Glance, Sms
from qyzmet.simulation.gateway import Attempt

Found = Iterator[tuple[int | None, str]]

#: Between two questions with one prefix to one phone.
GAP = timedelta(minutes=30)
_NOT_OF_AN_ANSWER = re.compile("[^0-9#]")
_ASKING = ("consent", "ask_bank", "ask_banks", "ask_new_account")


def no_message_goes_out_twice(glance: Glance) -> Found:
    """Promise of the dialogue: a message is handed over again only where the operator said that it had not
    taken it. One of unknown fate is not repeated (the standing policy).
    """
    over = set[int]()
    for attempt in glance.attempts:
        if attempt.message in over:
            yield None, f"message {attempt.message} was handed over again"
        if attempt.delivered or attempt.told != "unsent":
            over.add(attempt.message)


def no_two_open_questions(glance: Glance) -> Found:
    """Annex 1's reply names no service: one open question per phone and prefix."""
    for cases in glance.open_twice:
        yield cases[0], f"cases {cases} have an open question with one prefix on one phone"


def questions_keep_their_distance(evidence: Evidence) -> Found:
    """The same, seen from the phones: a question reaches a phone only some time after the one before it with
    the same prefix was closed, so that a reply in between is never taken for an answer to the other.
    """
    for asked in _by_phone(evidence).values():
        for (_, before), (attempt, after) in pairwise(asked):
            if before.closed_at is None or attempt.at < before.closed_at + GAP:
                yield after.case, f"message {after.id} was asked too soon after message {before.id}"


def no_reply_counts_after_the_deadline(evidence: Evidence) -> Found:
    """§19 to §22, Annex 1 (G-19): by the operator's time a reply after the last day moves nothing."""
    for number, entries in evidence.entries.items():
        deadline: datetime | None = None
        for entry in entries:
            first = entry.header["steps"][0][0] if entry.header["steps"] else ""
            for event in entry.payload.events:
                answers = event["kind"] == "reply" and event["body"]["step"] == first
                if answers and deadline is not None and _moment(event["at"]) >= deadline:
                    yield number, f"a reply of {event['at']} counted at {first}, too late since {deadline}"
            deadline = entry.payload.deadline


def no_silence_against_a_reply(evidence: Evidence) -> Found:
    """§19 to §22, Annex 1: silence is not established where a valid answer in time had come in before.

    Read here a second time, by plain comparison: what was asked of which phone is known from the operator.
    """
    asked_on = _by_phone(evidence)
    for number, entries in evidence.entries.items():
        deadline: datetime | None = None
        for entry in entries:
            at = _moment(entry.header["at"])
            for step, outcome, _, _ in entry.header["steps"][:1]:
                if outcome != "silence" or step not in _ASKING:
                    continue
                found = _valid_reply(evidence, asked_on, number, step, entry.header["run"], at, deadline)
                if found is not None:
                    yield number, f"silence at {step}, although an answer of {found} had come in time"
            deadline = entry.payload.deadline


def _valid_reply(
    evidence: Evidence,
    asked_on: dict[tuple[str, str], list[tuple[Attempt, Sms]]],
    case: int,
    step: str,
    run: int,
    silence: datetime,
    deadline: datetime | None,
) -> datetime | None:
    """When the person answered this question validly, in time and received before the silence."""
    for (phone, prefix), asked in asked_on.items():
        for place, (attempt, message) in enumerate(asked):
            if (message.case, message.step) != (case, step) or message.run >= run or deadline is None:
                continue
            if message.closed_at is not None and message.closed_at < silence:
                continue  # an earlier round of the same question
            if message.state == "u" and _unanswered_before(evidence, phone, prefix, message.id):
                continue  # which of them the person answers nobody can know
            following = asked[place + 1][0].at if place + 1 < len(asked) else None
            for delivery in evidence.deliveries:
                reply = delivery.reply
                in_time = attempt.at <= reply.at < deadline and delivery.at < silence
                to_this = reply.phone == phone and (following is None or reply.at < following)
                if in_time and to_this and "".join(reply.text.split()) in _valid(message, prefix):
                    return reply.at
    return None


def _unanswered_before(evidence: Evidence, phone: str, prefix: str, message: int) -> bool:
    """Whether a question with this prefix went to this phone before, delivered or not, and no reply with its
    prefix had come when the next one went out.
    """
    prefixes = {each.id: each.prefix for each in evidence.messages}
    asked = {
        each.message: each
        for each in evidence.attempts
        if each.phone == phone and each.message <= message and prefixes.get(each.message) == prefix
    }
    replied = [
        each
        for each in evidence.deliveries
        if each.reply.phone == phone and "".join(each.reply.text.split()).startswith(f"{prefix}#")
    ]
    return any(
        not any(this.at <= each.reply.at and each.at < following.at for each in replied)
        for this, following in pairwise(sorted(asked.values(), key=lambda each: each.at))
    )


def _valid(message: Sms, prefix: str) -> tuple[str, ...]:
    if message.step == "consent":
        return ("7#1", "7#2")
    return tuple(f"{prefix}#3#{number}" for number in range(len(message.values["banks"]) + 1))


def consent_was_written_by_the_person(evidence: Evidence) -> Found:
    """§16, §17: what PDAC keeps as an answer is an answer that came from the phone that was asked.

    However it is spelt: of what was written only the digits and `#` are compared.
    """
    phones = defaultdict(set)
    case_of = {message.id: message.case for message in evidence.messages if message.step == "consent"}
    for attempt in evidence.attempts:
        if attempt.message in case_of:
            phones[case_of[attempt.message]].add(attempt.phone)
    written = {(reply.phone, reply.at, _NOT_OF_AN_ANSWER.sub("", reply.text)) for reply in evidence.written}
    for key, done in evidence.consents.items():
        case, text = int(key.rpartition("/")[2]), "7#1" if done.item.answer == "agree" else "7#2"
        if not any((phone, done.item.at, text) in written for phone in phones[case]):
            yield case, f"PDAC keeps {done.item.answer} of {done.item.at}, which no such phone sent"


def _by_phone(evidence: Evidence) -> dict[tuple[str, str], list[tuple[Attempt, Sms]]]:
    """Questions that reached each phone, by prefix, in their order."""
    by_id = {message.id: message for message in evidence.messages}
    found = defaultdict(list)
    for attempt in evidence.attempts:
        message = by_id.get(attempt.message)
        if attempt.delivered and message is not None and message.prefix is not None:
            found[attempt.phone, message.prefix].append((attempt, message))
    return found


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
