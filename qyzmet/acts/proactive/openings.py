"""Opens cases that come after a decision: an appeal, a correction, a question about money.

Each takes over what the first decision rested on, so that the new one can be read and computed by itself. The
event's name makes it open one case, however often it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import msgspec

from qyzmet.acts.proactive.afterwards import QUESTION, REVIEW
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.decisions import BASIS, GIVEN
from qyzmet.acts.proactive.questions import CLOSED
from qyzmet.cases import payments
from qyzmet.cases.case import Fact
from qyzmet.cases.package import Arrival
from qyzmet.cases.payments import PaymentQuestion
from qyzmet.cases.rows import Connection
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

REVIEWS, QUESTIONS = "proactive.reviews", "proactive.questions"
Kind = Literal["appeal", "correction"]
LONGEST = 2000

#: What a later case takes over of the first, beside what the decision rested on.
_TAKEN = {"benefit", "phone", "route", "application", "application.number", *BASIS, *GIVEN}
_TAKEN -= {"amount.refused", "amount.source"}


@dataclass(frozen=True, slots=True)
class Decided:
    """A case that ended with a decision, as a later one sees it."""

    case: int
    person: int
    region: str
    as_of: date
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Last:
    """The decision that stands now: the first, or that of the latest review."""

    case: int
    outcome: str
    tiyn: int
    hash: str
    told: date
    reviews: int
    open: int | None
    ordered: int


def decided(connection: Connection, cases: Sequence[int]) -> dict[int, Decided]:
    """The cases of this act among these, by number."""
    with connection.transaction():
        found = connection.execute(
            """SELECT c.id, coalesce(c.recipient, c.subject), c.region, c.as_of, c.facts::text
               FROM cases c JOIN procedures p ON p.id = c.procedure
               WHERE c.id = ANY(%s) AND p.act = %s""",
            (list(cases), ACT.code),
        ).fetchall()
    return {
        number: Decided(number, person, region, as_of, _FACTS.decode(facts))
        for number, person, region, as_of, facts in found
    }


_FACTS = msgspec.json.Decoder(dict[str, Fact])


def review_arrival(
    connection: Connection, vault: Vault, case: int, kind: Kind, because: str, by: str, now: datetime
) -> Arrival:
    """An appeal of the recipient (of a refusal) or a correction by the body.

    Raises UnknownName for a case that is not there, Refused where it has no decision, a review of it is open
    or the person was erased, BadValue for a reason that is none.
    """
    _must_be_reason(because)
    root = root_of(connection, case)
    first = decided(connection, [root]).get(root)
    if first is None:
        raise UnknownName("case", str(case), "`qyzmet case list` shows those there are")
    last = last_decision(connection, root)
    if last is None:
        raise Refused(f"Case {case} has no decision yet. Wait until it is decided.")
    if last.open is not None:
        raise Refused(f"Case {last.open} reviews it already. Wait until that is decided.")
    if kind == "appeal" and last.outcome == "appoint":
        raise Refused(f"The decision on case {case} appoints the benefit. Ask for a correction of it.")
    facts = _facts(first) | {
        name: Fact(value, by if name == "review.because" else "Qyzmet", now)
        for name, value in {
            "review.of": root, "review.last": last.case, "review.last_hash": last.hash,
            "review.last_outcome": last.outcome, "review.last_amount": last.tiyn, "review.kind": kind,
            "review.because": because, "review.told": last.told.isoformat(), "review.ordered": last.ordered,
        }.items()
    }  # fmt: skip
    return _arrival(vault, first, f"{root}/{last.reviews + 1}", REVIEW, facts, by, now)


def _must_be_reason(because: str) -> None:
    if not because.strip() or len(because) > LONGEST or not because.isprintable():
        raise BadValue("reason", f"is a text of 1 to {LONGEST} printable characters", "Say why.")


def root_of(connection: Connection, case: int) -> int:
    """The case of the first decision; a review is told by its own number too."""
    with connection.transaction():
        row = connection.execute(
            "SELECT event FROM registry_events WHERE source = %s AND case_id = %s", (REVIEWS, case)
        ).fetchone()
    return case if row is None else int(str(row[0]).partition("/")[0])


def last_decision(connection: Connection, root: int) -> Last | None:
    """The decision that stands on a case, and what was ordered in all less what was claimed back."""
    with connection.transaction():
        reviews = connection.execute(
            """SELECT c.id, c.status::text, c.step, c.facts::text FROM registry_events r
               JOIN cases c ON c.id = r.case_id
               WHERE r.source = %s AND starts_with(r.event, %s) AND r.case_id IS NOT NULL ORDER BY c.id""",
            (REVIEWS, f"{root}/"),
        ).fetchall()
        all_ = [root, *(number for number, *_ in reviews)]
        found = connection.execute(
            """SELECT case_id, outcome, amount_tiyn, document_hash, decided_at FROM decisions
               WHERE case_id = ANY(%s) AND outcome <> 'stands' ORDER BY case_id DESC LIMIT 1""",
            (all_,),
        ).fetchone()
        ordered = connection.execute(
            "SELECT coalesce(sum(amount_tiyn), 0)::bigint FROM payment_orders WHERE case_id = ANY(%s)",
            (all_,),
        ).fetchone()
    if found is None:
        return None
    claimed = 0
    for _, _, step, facts in reviews:
        known = _FACTS.decode(facts)
        if step == "claimed_back" and "review.overpaid" in known:
            claimed += known["review.overpaid"].value
    case, outcome, tiyn, digest, at = found
    open_ = next((number for number, status, _, _ in reviews if status != "e"), None)
    total = int(ordered[0]) if ordered else 0
    return Last(
        case, outcome, tiyn, bytes(digest).hex(), legal_date(at), len(reviews), open_, total - claimed
    )


def question_arrivals(
    connection: Connection, vault: Vault, questions: Sequence[PaymentQuestion], now: datetime
) -> list[Arrival]:
    """A case for each question; of erased persons none: their questions stay on the list."""
    cases = decided(connection, [each.case for each in questions if each.case is not None])
    arrivals = []
    for each in questions:
        case = cases.get(each.case or 0)
        if case is None or "phone" not in case.facts:
            continue
        over = max(each.paid_tiyn - each.returned_tiyn - each.ordered_tiyn, 0)
        decided_in = case.facts.get("payment.decided_in")
        said = {
            "payment.reference": each.reference, "payment.state": each.state,
            "payment.ordered": each.ordered_tiyn, "payment.paid": each.paid_tiyn,
            "payment.returned": each.returned_tiyn, "payment.explained": each.explained,
            "payment.closed": CLOSED in each.explained, "payment.over": over,
            "payment.due": _due(each),
            "payment.decided_in": case.case if decided_in is None else decided_in.value,
        }  # fmt: skip
        facts = _facts(case) | {name: Fact(value, "ODK", now) for name, value in said.items()}
        try:
            arrivals.append(_arrival(vault, case, payments.event_of(each), QUESTION, facts, "Qyzmet", now))
        except Refused:  # the person was erased
            continue
    return arrivals


def _due(each: PaymentQuestion) -> int:
    """What certainly did not reach the person; where it may still be under way, nothing."""
    came_back = 0 < each.returned_tiyn <= each.paid_tiyn
    if each.state != "rejected" and not came_back:
        return 0
    return max(each.ordered_tiyn - (each.paid_tiyn - each.returned_tiyn), 0)


def _facts(case: Decided) -> dict[str, Fact]:
    return {name: fact for name, fact in case.facts.items() if name in _TAKEN}


def _arrival(
    vault: Vault, case: Decided, event: str, procedure: str, facts: dict[str, Fact], who: str, now: datetime
) -> Arrival:
    known = vault.reveal(
        [case.person], who=who, purpose=f"open a case of {procedure}", clause="proactive:§24", fields=("iin",)
    ).get(case.person)
    if known is None or known.iin is None:
        raise Refused(f"The person of case {case.case} was erased; nothing can be decided anew.")
    return Arrival(
        event=event,
        at=now,
        iin=known.iin,
        region=case.region,
        as_of=case.as_of,
        procedure=procedure,
        facts=facts,
    )
