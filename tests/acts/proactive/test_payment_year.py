"""A year of payments through the whole system: everybody has what was decided, to the tiyn."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta

import pytest

from qyzmet.cases import payments, tasks
from qyzmet.exchange.iso20022 import must_fit_schema
from qyzmet_twins.payments import PaymentKnobs
from tests.acts.proactive.conftest import AWARDED, MakePilot, Pilot, at

ANOTHER = "bank_b"


def settle_questions(pilot: Pilot, mothers: dict[int, str]) -> Counter[str]:
    """What officials do about money that went astray: by state, how many."""
    connection, done = pilot.worker.engine.store.connection, Counter[str]()
    for task in tasks.open_tasks(connection):
        state = pilot.facts(task.case)["payment.state"]
        done[state] += 1
        if "order_again" in task.outcomes:
            mother = mothers[pilot.person_of(task.case)]
            if not pilot.world.accounts(mother, ANOTHER):
                pilot.world.account(mother, ANOTHER)
            pilot.decide(task.case, "order_again", payment_note="it goes to another account")
        elif "claimed" in task.outcomes:
            pilot.decide(task.case, "claimed", "officer-1", payment_note="ODK takes it back")
            pilot.decide(task.case, "claimed", "head-1", payment_note="ODK takes it back")
        else:
            pilot.decide(task.case, "explained", payment_note="ODK says that it was paid")
    return done


def a_year(pilot: Pilot, cases: int, knobs: PaymentKnobs) -> Counter[str]:
    """So many cases over a year, the last inside the term of the act; returns what officials looked into."""
    pilot.services.payments.knobs = knobs
    asked, mothers = Counter[str](), dict[int, str]()
    end = pilot.clock.now() + timedelta(days=365)
    for _ in range(cases):
        mother, case = pilot.chosen(AWARDED)
        mothers[pilot.person_of(case)] = mother
        pilot.until(pilot.clock.now() + timedelta(days=350) / cases)
        asked += settle_questions(pilot, mothers)
    pilot.services.payments.knobs = PaymentKnobs()
    pilot.until(max(end, pilot.clock.now() + timedelta(days=8)))
    for _ in range(3):
        asked += settle_questions(pilot, mothers)
        pilot.after(days=6)
    return asked


def everybody_has_what_was_decided(pilot: Pilot, cases: int) -> None:
    """Net money by person against the decision; what was paid twice is claimed back outside of this."""
    found = pilot.rows(
        """SELECT coalesce(c.recipient, c.subject), max(d.amount_tiyn),
               sum(s.paid_tiyn - s.returned_tiyn),
               sum(greatest(s.paid_tiyn - s.returned_tiyn - s.ordered_tiyn, 0))
           FROM payment_standings s JOIN cases c ON c.id = s.case_id LEFT JOIN decisions d ON d.case_id = c.id
           GROUP BY 1"""
    )
    assert len(found) == cases
    assert [net - over for _, _, net, over in found] == [decided for _, decided, _, _ in found]
    report = payments.report(pilot.worker.engine.store.connection, pilot.clock.now())
    assert report["agrees"]
    assert report["ordered_tiyn"] == sum(item.amount_tiyn for item in pilot.placed())
    assert sum(each["references"] for name, each in report["states"].items() if name != "unknown") == len(
        pilot.placed()
    )
    assert all(each["agrees"] for each in payments.days(pilot.worker.engine.store.connection, 400))
    for item in pilot.placed():
        must_fit_schema(item.order)
    assert len({item.key for item in pilot.placed()}) == len(pilot.placed())


def test_whatever_goes_wrong_everybody_has_what_was_decided(make_pilot: MakePilot) -> None:
    pilot = make_pilot(at("2023-10-04"))
    knobs = PaymentKnobs(
        closed=0.15, returned=0.2, partly=0.2, twice=0.15, contradicting=0.15, again=0.5, unknown=0.3
    )
    asked = a_year(pilot, 24, knobs)
    everybody_has_what_was_decided(pilot, 24)
    assert asked.keys() >= {"rejected", "returned", "partly_returned", "overpaid", "contradiction"}


@pytest.mark.soak
def test_a_year_with_two_percent_returns(make_pilot: MakePilot) -> None:
    """QYZMET_YEAR_CASES says how many; 1,000 take some minutes."""
    pilot, cases = make_pilot(at("2023-10-04")), int(os.environ.get("QYZMET_YEAR_CASES", "1000"))
    knobs = PaymentKnobs(closed=0.003, returned=0.02, partly=0.002, twice=0.002, again=0.05, unknown=0.01)
    asked = a_year(pilot, cases, knobs)
    everybody_has_what_was_decided(pilot, cases)
    print(dict(asked), payments.report(pilot.worker.engine.store.connection, pilot.clock.now()))
    assert asked["returned"] >= cases // 100
