"""10,000 cases, each partner away for an hour in their middle: everything ends as if it had been slow.

Deadlines that the law lets run do run: who answers in time is served, whoever was silent is not.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from qyzmet.exchange.sms import Incoming
from qyzmet_twins.faults import Fault
from tests.acts.proactive.conftest import MakePilot, Pilot, at

SYSTEMS = ["state_bodies", "individuals_db", "kinship_service", "e_maket", "odk", "mlsp_is", "pdac",
           "mobile_citizens_base", "bank_a", "bank_b", "bank_c", "bank_d", "bank_e"]  # fmt: skip
HOUR = timedelta(hours=1)


def many(pilot: Pilot, count: int, *, away: bool) -> dict[str, str]:
    """How the case of each event ended: awards over one morning, each partner away for an hour of it."""
    start, mothers = pilot.clock.now(), []
    for number in range(count):
        born = date(1990, 5, 17) + timedelta(days=number // 5000)  # one day has IINs for so many
        mother = pilot.mother(*(("bank_a",), ("bank_a", "bank_b"), ())[number % 3], birth_day=born)
        mothers.append(mother)
        pilot.world.award(mother, at=start + timedelta(seconds=3600 * number / count))
    if away:
        for place, system in enumerate(SYSTEMS):
            since = start + timedelta(minutes=10 + 7 * place)
            pilot.partners.faults.add(Fault(system=system, kind="error", since=since, until=since + HOUR))
    while pilot.clock.now() < start + timedelta(hours=5):
        pilot.clock.advance(timedelta(minutes=5))
        pilot.run()
    _reply(pilot, mothers, "7#1", every=5)  # every fifth never answers
    _outage(pilot, away)
    _reply(pilot, mothers, "42#3#1", every=7)
    _outage(pilot, away)
    pilot.after(days=14)
    found = pilot.rows("SELECT event, step, status::text FROM cases")
    assert len(found) == count
    assert {status for _, _, status in found} == {"e"}
    return {event: step for event, step, _ in found}


def _reply(pilot: Pilot, mothers: list[str], text: str, every: int) -> None:
    now = pilot.clock.now()
    replies = [
        Incoming(key=f"{text} {number}", phone=str(pilot.world.phone(mother)), text=text, at=now)
        for number, mother in enumerate(mothers)
        if number % every
    ]
    for first in range(0, len(replies), 500):
        pilot.worker.receiver.receive(replies[first : first + 500])


def _outage(pilot: Pilot, away: bool) -> None:
    """Partners are away for an hour beginning with what the replies set going."""
    if away:
        since = pilot.clock.now()
        for system in SYSTEMS:
            pilot.partners.faults.add(Fault(system=system, kind="error", since=since, until=since + HOUR))
    for _ in range(30):
        pilot.clock.advance(timedelta(minutes=5))
        pilot.run()


def whole(pilot: Pilot) -> dict[str, Any]:
    """What must be the same, and that nothing was done twice."""
    placed = pilot.placed()
    assert len({placement.key for placement in placed}) == len(placed)
    return {
        "placed": len(placed),
        "consents": len(pilot.services.consents),
        "asked": len(pilot.services.requests),
    }


def compared(make_pilot: MakePilot, count: int) -> None:
    results = []
    for away in (False, True):
        pilot = make_pilot(at("2024-02-12", "09:00"))
        results.append((many(pilot, count, away=away), whole(pilot)))
    assert results[0] == results[1]
    endings = Counter(results[0][0].values())
    assert endings["appointed"] > count / 3
    assert len(endings) >= 3


@pytest.mark.clause("proactive:§30", "proactive:§38", "proactive:§41", "proactive:§46.5")
def test_a_hundred_and_forty_cases_through_outages(make_pilot: MakePilot) -> None:
    compared(make_pilot, 140)


@pytest.mark.soak
def test_ten_thousand_cases_through_outages(make_pilot: MakePilot) -> None:
    compared(make_pilot, 10_000)
