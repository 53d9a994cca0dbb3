"""The systems behind the act on driving licences, for made-up people.

Everybody may apply unless something else is said: the seeded world draws a small share of refusals, and a
test or an operator puts a person's answers by hand (`put`). Payers pay, stations photograph and the centre
prints by themselves, unless `by_hand` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from threading import Lock
from typing import Any

from qyzmet.exchange import driving as d
from qyzmet.exchange.contract import Item
from qyzmet.exchange.systems import ByIin
from qyzmet.runtime.clock import Clock
from qyzmet_twins.seeded import chance
from qyzmet_twins.socialservices import Handler
from qyzmet_twins.state import KeyReused

#: What the systems say of somebody of whom nothing was put.
USUAL: dict[str, Any] = {
    "granted": True, "licence": False, "licence_number": "", "expired": False, "photo_day": None, "parts": [],
    "medical": True, "medical_valid": True, "on_record": False, "school": True, "school_valid": True,
    "category": "B", "left": 3, "made": [], "theory": "passed", "practice": "passed", "identified": "",
}  # fmt: skip
#: Seconds that the printing centre takes.
PRINTING = timedelta(seconds=20)


class DrivingSystems:
    """Answers of all of them. `share` of people have something that ends the service, by the seed."""

    def __init__(self, clock: Clock, *, seed: int = 0, share: float = 0.0) -> None:
        self.clock, self.seed, self.share = clock, seed, share
        self.by_hand: set[str] = set()
        self.paid: set[str] = set()  #: receipts paid, where payers do not pay by themselves
        self._people: dict[str, dict[str, Any]] = {}
        self._done: dict[str, tuple[bytes, str, Any]] = {}
        self._orders: dict[str, Any] = {}
        self._queries = 0
        self._lock = Lock()
        self.handlers: dict[str, Handler] = {
            d.ACCESS.path: self._each(lambda i, n, p: d.Access(ref=i.ref, granted=p["granted"], query=n)),
            d.LICENCES.path: self._each(self._licence),
            d.RESTRICTIONS.path: self._each(
                lambda i, n, p: d.Restrictions(
                    ref=i.ref, query=n, parts=[x for x in p["parts"] if x in i.parts]
                )
            ),
            d.MEDICAL.path: self._each(
                lambda i, n, p: d.MedicalCertificate(
                    ref=i.ref, query=n, exists=p["medical"], valid=_valid(p["medical_valid"], i.on)
                )
            ),
            d.DISPENSARY.path: self._each(
                lambda i, n, p: d.DispensaryRecord(ref=i.ref, query=n, on_record=p["on_record"])
            ),
            d.SCHOOL.path: self._each(
                lambda i, n, p: d.SchoolCertificate(
                    ref=i.ref,
                    query=n,
                    exists=p["school"],
                    valid=_valid(p["school_valid"], i.on),
                    category=p["category"],
                )
            ),
            d.ATTEMPTS.path: self._each(
                lambda i, n, p: d.Attempts(ref=i.ref, query=n, left=p["left"], made=p["made"])
            ),
            d.RESULTS.path: self._each(self._result),
            d.DUTY.path: self._duty,
            d.PHOTO.path: self._photo,
            d.PRINT.path: self._print,
            d.PRINTED.path: self._printed,
            d.HAND_OVER.path: self._hand_over,
        }

    def put(self, iin: str, **answers: Any) -> None:
        """What the systems say of a person from now on; names are those of USUAL. Raises KeyError."""
        for name in answers:
            USUAL[name]
        with self._lock:
            self._people.setdefault(iin, {}).update(answers)

    def person(self, iin: str) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        if self.share and chance(self.seed, "driving", iin) < self.share:
            which = int(chance(self.seed, "driving gate", iin) * 7)
            drawn = (
                {"granted": False}, {"licence": True, "licence_number": "KZ 000001"}, {"parts": ["608.6"]},
                {"medical": False}, {"on_record": True}, {"school": False}, {"left": 0},
            )[which]  # fmt: skip
        return {**USUAL, **drawn, **self._people.get(iin, {})}

    def _each(self, answer: Callable[[Any, str, dict[str, Any]], Item]) -> Handler:
        def handler(items: Sequence[Any]) -> list[Any]:
            return [answer(item, self._query(), self.person(item.iin)) for item in items]

        return handler

    def _query(self) -> str:
        with self._lock:
            self._queries += 1
            return f"Q{self._queries:08d}"

    def _licence(self, item: ByIin, query: str, person: dict[str, Any]) -> d.Licence:
        return d.Licence(
            ref=item.ref, query=query, exists=person["licence"], number=person["licence_number"],
            expired=person["expired"], photo_day=person["photo_day"],
        )  # fmt: skip

    def _result(self, item: d.ExamAsked, query: str, person: dict[str, Any]) -> d.ExamResult:
        state: Any = "waiting" if item.kind in self.by_hand else person[item.kind]
        score = {"theory": 36, "practice": 20}[item.kind] if state == "passed" else None
        return d.ExamResult(ref=item.ref, state=state, iin=person["identified"] or item.iin, score=score)

    def _once(self, prefix: str, item: Any, make: Callable[[], Any]) -> tuple[str, Any, bool]:
        """An effect under its key: (receipt, what was made, whether it is a repeat)."""
        content = (
            repr(item.__class__.__name__).encode()
            + repr([getattr(item, name) for name in item.__struct_fields__ if name != "ref"]).encode()
        )
        with self._lock:
            known = self._done.get(item.key)
            if known is not None:
                if known[0] != content:
                    raise KeyReused(
                        f"{prefix}: the key of item {item.ref!r} came before with another content"
                    )
                return known[1], known[2], True
            receipt = f"{prefix}-{len(self._done) + 1:08d}"
            made = make()
            self._done[item.key] = (content, receipt, made)
            self._orders[receipt] = (made, item)
            return receipt, made, False

    def _duty(self, items: Sequence[d.DutyOrder]) -> list[d.DutyState]:
        answers = []
        for item in items:
            receipt, at, _ = self._once("DUTY", item, self.clock.now)
            paid = "duty" not in self.by_hand or receipt in self.paid
            answers.append(d.DutyState(ref=item.ref, receipt=receipt, paid_at=at if paid else None))
        return answers

    def _photo(self, items: Sequence[d.PhotoOrder]) -> list[d.Photo]:
        answers = []
        for item in items:
            receipt, at, _ = self._once("PHOTO", item, self.clock.now)
            taken = "photo" not in self.by_hand
            answers.append(d.Photo(ref=item.ref, photo=receipt, taken_at=at if taken else None))
        return answers

    def _print(self, items: Sequence[d.PrintOrder]) -> list[d.PrintOrdered]:
        done = [(item, self._once("PRINT", item, self.clock.now)) for item in items]
        return [
            d.PrintOrdered(ref=item.ref, receipt=receipt, repeated=again)
            for item, (receipt, _, again) in done
        ]

    def _printed(self, items: Sequence[d.PrintAsked]) -> list[d.PrintState]:
        answers = []
        for item in items:
            at = self._orders.get(item.receipt, (None,))[0]
            done = at is not None and "printing" not in self.by_hand and self.clock.now() >= at + PRINTING
            number = f"KZ {item.receipt[-6:]}"
            answers.append(
                d.PrintState(
                    ref=item.ref, printed=done, licence=number if done else "",
                    printed_at=at + PRINTING if done else None,
                )
            )  # fmt: skip
        return answers

    def _hand_over(self, items: Sequence[d.HandOver]) -> list[d.HandedOver]:
        done = [(item, self._once("ISSUE", item, self.clock.now)) for item in items]
        return [
            d.HandedOver(ref=item.ref, receipt=receipt, repeated=again) for item, (receipt, _, again) in done
        ]


def _valid(until: bool | date, on: date) -> bool:
    """True, False, or the last day on which a certificate holds."""
    return until if isinstance(until, bool) else on <= until
