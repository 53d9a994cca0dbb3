"""What must hold in every run, whatever goes wrong. Each invariant is a function that yields what breaks it,
as (case or None, sentence); its name and its docstring say which law or promise it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qyzmet.simulation import about_cases, about_dialogue, about_law
from qyzmet.simulation.evidence import Evidence, Glance


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that did not hold."""

    invariant: str
    case: int | None
    said: str


#: Checked after every step too.
AFTER_EACH_STEP: tuple[Callable[[Glance], Iterator[tuple[int | None, str]]], ...] = (
    about_dialogue.no_message_goes_out_twice,
    about_dialogue.no_two_open_questions,
    about_cases.at_most_one_payment_order,
    about_cases.every_order_was_placed,
)

AT_THE_END: tuple[Callable[[Evidence], Iterator[tuple[int | None, str]]], ...] = (
    *AFTER_EACH_STEP,
    about_cases.every_event_has_its_case,
    about_cases.every_case_ended_or_can_go_on,
    about_cases.nothing_is_left_in_the_inbox,
    about_cases.no_case_set_aside_without_cause,
    about_cases.at_most_one_decision,
    about_cases.placements_are_the_orders,
    about_cases.an_ending_fits_its_decision,
    about_cases.the_ledger_replays,
    about_cases.the_ledger_verifies,
    about_cases.every_look_has_its_reason,
    about_dialogue.questions_keep_their_distance,
    about_dialogue.no_reply_counts_after_the_deadline,
    about_dialogue.no_silence_against_a_reply,
    about_dialogue.consent_was_written_by_the_person,
    about_law.no_decision_without_consent,
    about_law.no_decision_after_a_refusal,
    about_law.every_deadline_is_counted_right,
    about_law.nothing_runs_out_before_its_time,
    about_law.every_deadline_is_acted_on,
    about_law.sums_are_what_the_law_says,
)


def check_step(glance: Glance) -> Iterator[Broken]:
    """The quick ones."""
    for invariant in AFTER_EACH_STEP:
        for case, said in invariant(glance):
            yield Broken(invariant.__name__, case, said)


def check(evidence: Evidence) -> Iterator[Broken]:
    """All of them."""
    for invariant in AT_THE_END:
        for case, said in invariant(evidence):
            yield Broken(invariant.__name__, case, said)
