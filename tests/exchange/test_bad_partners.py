"""Partners that answer what they must not, over real HTTP: nothing of it is taken, the next answer is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qyzmet.exchange import systems as s
from qyzmet.exchange.client import HttpPartners
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.errors import PartnerAway, PartnerNonsense
from qyzmet_twins.faults import Fault, Faults
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from tests.exchange.test_client import WHY

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("nonsense", PartnerNonsense), ("large", PartnerNonsense), ("encoding", PartnerNonsense),
        ("future", PartnerNonsense), ("error", PartnerAway), ("more", None), ("stranger", None),
        ("reorder", None), ("duplicate", None),
    ],
)  # fmt: skip
def test_what_a_partner_may_answer_and_what_becomes_of_it(
    kind: str, error: type[Exception] | None, outside: Outside, served: Served, clock: HandClock
) -> None:
    iins = [award.iin for award in outside.world.awards()][:3]
    items = [s.ByIin(ref=f"r{n}", iin=iin) for n, iin in enumerate(iins)]
    with HttpPartners(served.ports.url, clock=clock, most_bytes=1 << 20) as http:
        good = http.ask(s.PERSONS, items, **WHY)
        assert all(person.known for person in good.values())
        outside.faults.add(Fault(system="individuals_db", kind=kind))  # type: ignore[arg-type]
        if error is None:
            assert http.ask(s.PERSONS, items, **WHY) == good
        else:
            with pytest.raises(error) as failed:
                http.ask(s.PERSONS, items, **WHY)
            assert not any(iin in str(failed.value) for iin in iins)
        outside.faults.clear()
        assert http.ask(s.PERSONS, items, **WHY) == good


@pytest.mark.parametrize(
    ("given", "minutes"),
    [
        ({}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}),
        ({"since": 3}, {3, 4, 5, 6, 7, 8, 9}),
        ({"until": 3}, {0, 1, 2}),
        ({"since": 2, "until": 4}, {2, 3}),
        ({"since": 1, "every": 4, "lasting": 2}, {1, 2, 5, 6, 9}),
        ({"since": 1, "until": 6, "every": 4, "lasting": 2}, {1, 2, 5}),
    ],
)
def test_faults_keep_their_schedule_on_the_injected_clock(
    given: dict[str, int], minutes: set[int], clock: HandClock
) -> None:
    start = clock.now()
    fault = Fault(
        system="odk",
        kind="error",
        since=start + given["since"] * MINUTE if "since" in given else None,
        until=start + given["until"] * MINUTE if "until" in given else None,
        every=given["every"] * 60.0 if "every" in given else None,
        lasting=given["lasting"] * 60.0 if "lasting" in given else None,
    )
    faults = Faults(clock)
    faults.add(fault)
    struck = set()
    for minute in range(10):
        clock.set(start + minute * MINUTE)
        if faults.strike("odk"):
            struck.add(minute)
        assert faults.strike("pdac") is None
    assert struck == minutes


def test_an_outage_by_schedule_is_steered_over_http(
    served: Served, outside: Outside, clock: HandClock
) -> None:
    import httpx

    since = datetime(2024, 2, 12, 4, tzinfo=UTC)
    given = {"system": "odk", "kind": "error", "since": since.isoformat(), "every": 86400, "lasting": 3600}
    control = httpx.Client(base_url=served.ports.url, trust_env=False)
    assert control.post("/control/faults", json=given).status_code == 201
    (seen,) = control.get("/control/faults").json()
    assert (seen["every"], seen["lasting"]) == (86400.0, 3600.0)
    item = [s.ForService(ref="a", iin="900517400014", service="LARGE_FAMILY_ALLOWANCE")]
    with HttpPartners(served.ports.url, clock=clock) as http:
        for hours, away in ((0, False), (1, True), (2.5, False), (25.5, True), (26.5, False)):
            clock.set(datetime(2024, 2, 12, 3, tzinfo=UTC) + timedelta(hours=hours))
            try:
                http.ask(s.ODK_SEARCH, item, **WHY)
                assert not away
            except PartnerAway:
                assert away
    control.close()
