"""Reconciliation with ODK: each order is ordered, paid, returned or in question, and nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from qyzmet.exchange.iso20022 import Answer, Booking

#: What each state means; an order's own words say why.
EXPLAINED = {
    "open": "Ordered, and not yet in a statement.",
    "paid": "Paid as ordered.",
    "returned": "Paid, and all of it came back.",
    "partly_returned": "Paid, and a part came back.",
    "rejected": "ODK rejected the order; nothing was paid.",
    "overpaid": "More was paid than ordered.",
    "contradiction": "ODK said things that cannot both be so.",
    "unknown": "ODK names a reference that no order has.",
    "silent": "Ordered long ago, and ODK has not told of it in a statement: ask ODK.",
}


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one order's money is. `explained` says why; `for_people` that somebody must look."""

    end_to_end: str
    ordered_tiyn: int
    paid_tiyn: int
    returned_tiyn: int
    state: str  #: open, paid, partly_returned, returned, rejected, overpaid, contradiction, unknown
    explained: str
    for_people: bool


def reconcile(
    orders: Mapping[str, int], answers: Iterable[Answer], bookings: Iterable[Booking]
) -> list[Standing]:
    """Every order (tiyn by EndToEndId), and every line of a statement that names none of them.

    A repeated answer or line (known by the bank's number) counts once. Of pending and then another answer
    the other counts; accepted and rejected of one order contradict each other and go to people.
    """
    said: dict[str, set[str]] = defaultdict(set)
    reasons: dict[str, str] = {}
    for answer in answers:
        said[answer.end_to_end].add(answer.status)
        reasons[answer.end_to_end] = answer.reason or reasons.get(answer.end_to_end, "")
    lines: dict[str, dict[str, Booking]] = defaultdict(dict)
    for booking in bookings:
        # A line without a reference stands alone under the bank's number.
        lines[booking.end_to_end or f"?{booking.number}"].setdefault(booking.number, booking)
    known = [*orders, *sorted((set(lines) | set(said)) - set(orders))]
    return [
        _standing(one, orders.get(one), said[one], reasons.get(one, ""), lines[one].values()) for one in known
    ]


def totals(standings: Iterable[Standing]) -> dict[str, int]:
    """Tiyn ordered, paid and returned, and how many standings are for people."""
    sums = dict.fromkeys(("ordered", "paid", "returned", "for_people"), 0)
    for one in standings:
        sums["ordered"] += one.ordered_tiyn
        sums["paid"] += one.paid_tiyn
        sums["returned"] += one.returned_tiyn
        sums["for_people"] += one.for_people
    return sums


def _standing(
    one: str, ordered: int | None, said: set[str], reason: str, lines: Iterable[Booking]
) -> Standing:
    entries = list(lines)
    paid = sum(line.amount_tiyn for line in entries if not line.returned)
    returned = sum(line.amount_tiyn for line in entries if line.returned)
    why = next((line.reason for line in entries if line.returned and line.reason), reason)
    state, explained = _judge(ordered, said, paid, returned, f" ({why})" if why else "")
    return Standing(
        end_to_end=one,
        ordered_tiyn=ordered or 0,
        paid_tiyn=paid,
        returned_tiyn=returned,
        state=state,
        explained=explained,
        for_people=state not in ("open", "paid"),
    )


def _judge(ordered: int | None, said: set[str], paid: int, returned: int, why: str) -> tuple[str, str]:
    if ordered is None:
        return "unknown", "No order has this reference: find out whose money it is."
    if {"accepted", "rejected"} <= said or ("rejected" in said and paid):
        return "contradiction", "Accepted or paid, and rejected too: ask ODK which holds."
    if returned > paid:
        return "contradiction", "More came back than was paid: ask ODK."
    if paid - returned > ordered:
        return "overpaid", "More was paid than ordered: an official claims it back."
    if "rejected" in said:
        return "rejected", f"ODK rejected the order{why}."
    if returned == paid and paid:
        return "returned", f"All of it came back{why}: ask the person for another account."
    if returned:
        return "partly_returned", f"A part came back{why}: ask ODK why."
    if paid < ordered:
        return "open", "Not yet paid in whole." if paid else "Ordered, not yet in a statement."
    return "paid", "Paid as ordered."
