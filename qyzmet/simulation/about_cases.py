"""Invariants about cases, their effects outside, and the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from qyzmet.simulation.evidence import Evidence, Glance
from qyzmet.simulation.expected import expected_events
from qyzmet.simulation.workingdays import local_day

Found = Iterator[tuple[int | None, str]]

#: So often the engine asks again before it leaves a case to people; halving a batch may add to it.
_OFTEN_ENOUGH = 9
_FIRST_DAY, _LAST_DAY = "2023-10-03", "2024-10-02"  # order, cl. 6
APPOINTED = ("appointed",)
REFUSED = ("decision_refused", "refused_without_documents")


def every_event_has_its_case(evidence: Evidence) -> Found:
    """§3, §6, §29, §48, §72, §93, §116, §137, §162: every event leads to exactly one case of each service
    that it concerns, or to a stated reason why not; nothing else opens a case.
    """
    counted = Counter(case.event for case in evidence.cases.values())
    events = list(expected_events(evidence.world))
    for event, at, iin in events:
        inside = _FIRST_DAY <= local_day(at).isoformat() <= _LAST_DAY
        wanted = "opened" if inside and len(iin) == 12 else None
        said = evidence.registry_events.get(event)
        if said is None:
            yield None, f"event {event} was never taken in"
        elif counted[event] != (wanted is not None) or (said == "opened") != (wanted is not None):
            yield None, f"event {event} is noted as {said!r} and has {counted[event]} cases"
    for event in counted.keys() - {event for event, _, _ in events}:
        yield None, f"a case was opened for {event}, which opens none"


def every_case_ended_or_can_go_on(evidence: Evidence) -> Found:
    """Promise of the kernel: no case is forgotten. One that has not ended waits for something that can
    still happen: a task that is open, a question that is out or held back behind an open one, a
    moment at which it is looked at again.
    """
    tasks = {task.case for task in evidence.tasks if task.state == "o"}
    for number, case in evidence.cases.items():
        if case.status in "ea":
            continue
        looked_at = case.due is not None and case.due > evidence.now
        open_task = case.status == "w" and number in tasks
        if not (looked_at or open_task or _held_back(evidence, number)):
            yield number, f"rests at {case.step}, status {case.status}, and nothing can move it"


def _held_back(evidence: Evidence, number: int) -> bool:
    """Whether the case's question waits behind one of another case that is still open."""
    prefixes = {m.prefix for m in evidence.messages if m.case == number and m.state == "h"}
    return any(m.question == "o" and m.prefix in prefixes for m in evidence.messages if m.case != number)


def nothing_is_left_in_the_inbox(evidence: Evidence) -> Found:
    """Promise of the kernel: what came in is taken up, except what waits for a case set aside."""
    for letter in evidence.inbox:
        case = evidence.cases.get(letter.case)
        if case is None or case.status not in "ae":
            yield letter.case, f"something of the kind {letter.kind} lies in the inbox and is not read"


def no_case_set_aside_without_cause(evidence: Evidence) -> Found:
    """Promise of the kernel: a case stops for people only where the world outside gave cause: the operator
    refused its message, or another system left it unanswered or spoke nonsense again and again.
    """
    case_of = {message.id: message.case for message in evidence.messages}
    refused = {case_of.get(attempt.message) for attempt in evidence.attempts if attempt.told == "failed"}
    for number, entries in evidence.entries.items():
        troubles = dict.fromkeys(e.payload.trouble for e in entries if e.payload.status == "a")
        stopped = evidence.cases[number]
        if stopped.status == "a":
            troubles[stopped.trouble] = None
        for trouble in troubles:
            by_operator = trouble.startswith("the message of step") and number in refused
            by_partner = evidence.left_out[str(number)] >= _OFTEN_ENOUGH and (
                "was not answered" in trouble or "contract" in trouble or "another question" in trouble
            )
            if not (by_operator or by_partner):
                yield number, f"was set aside without cause: {trouble}"


def at_most_one_decision(evidence: Evidence) -> Found:
    """§24, §46(4): one decision on one case."""
    for case, count in Counter(decision.case for decision in evidence.decisions).items():
        if count > 1:
            yield case, f"has {count} decisions"


def at_most_one_payment_order(glance: Glance) -> Found:
    """§27, §46(5): a decision is placed for payment once."""
    for case, count in Counter(order.case for order in glance.orders).items():
        if count > 1:
            yield case, f"has {count} payment orders"


def every_order_was_placed(glance: Glance) -> Found:
    """§27, §46(5): what Qyzmet holds for placed lies in ODK under the same key with the same sum."""
    for order in glance.orders:
        placed = glance.placements.get(order.key)
        if placed is None:
            yield order.case, f"holds the order {order.key} for placed, but ODK does not have it"
        elif placed.item.amount_tiyn != order.amount_tiyn:
            sums = f"{order.amount_tiyn} here, {placed.item.amount_tiyn} tiyn in ODK"
            yield order.case, f"the sums of {order.key} differ: {sums}"


def placements_are_the_orders(evidence: Evidence) -> Found:
    """§27, §46(5): nothing lies in ODK that Qyzmet does not know of, once everything has settled."""
    known = {order.key for order in evidence.orders}
    aside = {f"proactive/{number}" for number, case in evidence.cases.items() if case.status == "a"}
    for key in evidence.placements.keys() - known - aside:
        yield int(key.rpartition("/")[2]), f"ODK was given {key}, and Qyzmet does not know it"


def an_ending_fits_its_decision(evidence: Evidence) -> Found:
    """§24 to §28, §46, §47: who is told of an appointment has one, with its payment order where payment
    follows (G-26); who is told of a refusal has one, and no payment order.
    """
    decided = {decision.case: decision.outcome for decision in evidence.decisions}
    ordered = {order.case for order in evidence.orders}
    for number, case in evidence.cases.items():
        if case.status != "e":
            continue
        wanted = "appoint" if case.step in APPOINTED else "refuse" if case.step in REFUSED else None
        if decided.get(number) != wanted:
            yield number, f"ended as {case.step} with the decision {decided.get(number)}"
        placed_by_others = not evidence.plan.policies["G-26"] and number not in ordered
        if (number in ordered) != (wanted == "appoint") and not (wanted == "appoint" and placed_by_others):
            yield number, f"ended as {case.step} {'with' if number in ordered else 'without'} a payment order"


def the_ledger_replays(evidence: Evidence) -> Found:
    """Promise of the ledger: from its entries alone each case comes to the state it has."""
    for number, differences in evidence.differences.items():
        for difference in differences:
            yield number, difference


def the_ledger_verifies(evidence: Evidence) -> Found:
    """Promise of the ledger: no entry is changed, missing, out of order or cut off."""
    for fault in evidence.ledger_faults:
        yield None, fault


def every_look_has_its_reason(evidence: Evidence) -> Found:
    """§4, order cl. 3: nobody looks at personal data without a purpose and a clause of the act."""
    for who, purpose, clause in evidence.looks:
        if not purpose.strip() or clause not in evidence.clauses:
            yield None, f"{who} looked with the purpose {purpose!r} under the clause {clause!r}"
