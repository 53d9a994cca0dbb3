"""Each invariant finds what it is there for: a sound run's evidence is damaged in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from qyzmet.cases.replay import Entry
from qyzmet.simulation.evidence import Evidence, Inbox, Order
from qyzmet.simulation.invariants import AT_THE_END, check
from qyzmet.simulation.plan import Level
from qyzmet.simulation.run import Result

HOUR = timedelta(hours=1)
_changed = msgspec.structs.replace


@pytest.fixture(scope="module")
def sound(run: Callable[[int, Level], Result]) -> Evidence:
    result = run(11, "none")
    assert result.evidence is not None
    assert not result.broken
    return result.evidence


def _without_a_case(sound: Evidence) -> dict[str, Any]:
    return {"cases": {number: case for number, case in sound.cases.items() if number != 1}}


def _forgotten(sound: Evidence) -> dict[str, Any]:
    return {"cases": {**sound.cases, 1: _changed(sound.cases[1], status="w", due=None, step="consent")}}


def _set_aside(sound: Evidence) -> dict[str, Any]:
    return {"cases": {**sound.cases, 1: _changed(sound.cases[1], status="a", trouble="KeyError in take")}}


def _waiting_too_long(sound: Evidence) -> dict[str, Any]:
    past = sound.now - HOUR
    case = _changed(sound.cases[1], status="w", step="consent", deadline=past, due=sound.now + HOUR)
    return {"cases": {**sound.cases, 1: case}}


def _another_ending(sound: Evidence) -> dict[str, Any]:
    number = next(number for number, case in sound.cases.items() if case.step == "appointed")
    return {"cases": {**sound.cases, number: _changed(sound.cases[number], step="left_out")}}


def _entries(sound: Evidence, change: Callable[[Entry], Entry | None]) -> dict[str, Any]:
    """Changes the first entry that the function changes."""
    for number, entries in sound.entries.items():
        for place, entry in enumerate(entries):
            other = change(entry)
            if other is not None:
                made = [*entries[:place], other, *entries[place + 1 :]]
                return {"entries": {**sound.entries, number: made}}
    raise AssertionError("no entry of this run is fit for the damage")


def _deadline_a_day_early(sound: Evidence) -> dict[str, Any]:
    def change(entry: Entry) -> Entry | None:
        if "consent.deadline" not in entry.payload.learnt or entry.payload.deadline is None:
            return None
        early = entry.payload.deadline - timedelta(days=1)
        return replace(entry, payload=_changed(entry.payload, deadline=early))

    return _entries(sound, change)


def _silence_at_once(sound: Evidence) -> dict[str, Any]:
    def change(entry: Entry) -> Entry | None:
        if not any(outcome == "silence" for _, outcome, _, _ in entry.header["steps"][:1]):
            return None
        return replace(entry, header={**entry.header, "at": "2023-10-04T00:00:00+00:00"})

    return _entries(sound, change)


def _reply_after_the_deadline(sound: Evidence) -> dict[str, Any]:
    def change(entry: Entry) -> Entry | None:
        replies = [event for event in entry.payload.events if event["kind"] == "reply"]
        if not replies or entry.header["steps"][0][0] != "consent":
            return None
        late = [{**event, "at": "2025-01-01T00:00:00+00:00"} for event in replies]
        return replace(entry, payload=_changed(entry.payload, events=late))

    return _entries(sound, change)


def _silence_instead_of_the_answer(sound: Evidence) -> dict[str, Any]:
    def change(entry: Entry) -> Entry | None:
        steps = entry.header["steps"]
        if not steps or steps[0][:2] != ["consent", "agree"]:
            return None
        at = sound.now.isoformat()
        return replace(entry, header={**entry.header, "at": at, "steps": [["consent", "silence", "", ""]]})

    found = _entries(sound, change)
    return found | {"messages": [_changed(message, closed_at=None) for message in sound.messages]}


DAMAGES: dict[str, Callable[[Evidence], dict[str, Any]]] = {
    "every_event_has_its_case": _without_a_case,
    "every_case_ended_or_can_go_on": _forgotten,
    "nothing_is_left_in_the_inbox": lambda _: {"inbox": [Inbox(10**6, "reply")]},
    "no_case_set_aside_without_cause": _set_aside,
    "at_most_one_decision": lambda e: {"decisions": [*e.decisions, e.decisions[0]]},
    "at_most_one_payment_order": lambda e: {"orders": [*e.orders, _changed(e.orders[0], key="other")]},
    "every_order_was_placed": lambda e: {"orders": [*e.orders, Order("proactive/0", 0, 100)]},
    "placements_are_the_orders": lambda e: {"orders": e.orders[1:]},
    "an_ending_fits_its_decision": _another_ending,
    "the_ledger_replays": lambda _: {"differences": {1: ["step: differs"]}},
    "the_ledger_verifies": lambda _: {"ledger_faults": ["a place is missing"]},
    "every_look_has_its_reason": lambda _: {"looks": [("somebody", "curiosity", "proactive:§999")]},
    "no_message_goes_out_twice": lambda e: {"attempts": [*e.attempts, e.attempts[0]]},
    "no_two_open_questions": lambda _: {"open_twice": [(1, 2)]},
    "questions_keep_their_distance": lambda e: {
        "messages": [_changed(m, closed_at=None) for m in e.messages],
        "attempts": [*e.attempts, *e.attempts],
    },
    "no_reply_counts_after_the_deadline": _reply_after_the_deadline,
    "no_silence_against_a_reply": _silence_instead_of_the_answer,
    "consent_was_written_by_the_person": lambda _: {"written": []},
    "no_decision_without_consent": lambda _: {"consents": {}},
    "no_decision_after_a_refusal": lambda e: {
        "consents": {f"refuse/{decision.case}": None for decision in e.decisions}
        | dict(e.consents)  # what it says does not matter here
    },
    "every_deadline_is_counted_right": _deadline_a_day_early,
    "nothing_runs_out_before_its_time": _silence_at_once,
    "every_deadline_is_acted_on": _waiting_too_long,
    "sums_are_what_the_law_says": lambda e: {
        "decisions": [_changed(d, amount_tiyn=d.amount_tiyn + 100) for d in e.decisions]
    },
}


def test_every_invariant_is_tried() -> None:
    assert set(DAMAGES) == {invariant.__name__ for invariant in AT_THE_END}


@pytest.mark.parametrize("name", DAMAGES)
def test_the_damage_is_found(sound: Evidence, name: str) -> None:
    (invariant,) = (each for each in AT_THE_END if each.__name__ == name)
    damaged = replace(sound, **DAMAGES[name](sound))
    assert list(invariant(damaged))


def test_the_sound_run_breaks_nothing(sound: Evidence) -> None:
    assert list(check(sound)) == []
