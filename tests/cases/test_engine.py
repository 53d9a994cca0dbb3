"""The kernel carries cases: every kind of step, every way to leave it."""

from __future__ import annotations

from tests.cases import toy
from tests.cases.conftest import Kernel

PHONE = "+77011234567"


def ready(kernel: Kernel, phone: str = PHONE) -> str:
    """A person whose phone the case will use."""
    return kernel.person(1, phone)


def opened(kernel: Kernel, **facts: object) -> int:
    iin = ready(kernel)
    address = kernel.vault.phone_index(PHONE).hex()
    (case,) = kernel.open(toy.arrival(1, iin, address=address, **facts))
    kernel.run()
    return case


def test_a_case_runs_from_event_to_payment(kernel: Kernel) -> None:
    case = opened(kernel)
    assert kernel.step(case) == "consent"
    assert kernel.link.sent[0].text == "Dear Омаров, 7#1 or 7#2?"
    kernel.clock.advance(__import__("datetime").timedelta(hours=1))
    kernel.reply(PHONE, "7#1")
    kernel.run()
    assert kernel.step(case) == "watch"
    toy.PARTNER["found"] = {case}
    kernel.after(hours=1)
    assert kernel.step(case) == "decide"
    kernel.decide("appoint")
    kernel.run()
    assert kernel.step(case) == "paid"
    assert kernel.rows("SELECT status::text, due_at, holder FROM cases") == [("e", None, None)]
    assert kernel.rows("SELECT count(*) FROM payment_orders") == [(1,)]
    report = kernel.verify()
    assert report.faults == []
    assert report.entries > 4
