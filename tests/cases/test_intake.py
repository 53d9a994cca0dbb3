"""Registry events: each opens at most one case, whether it comes once, twice or late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from qyzmet.cases.package import Arrival, Desk, Feed
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import PartnerAway, PartnerNonsense, QyzmetError, UnknownName
from tests.cases import toy
from tests.cases.conftest import Kernel, iin


class Registry:
    """A feed with pages that a test writes."""

    def __init__(self) -> None:
        self.pages: list[list[Arrival]] = []
        self.error: QyzmetError | None = None

    def poll(self, desk: Desk, cursor: str) -> tuple[list[Arrival], str]:
        if self.error is not None:
            raise self.error
        at = int(cursor or 0)
        return (self.pages[at], str(at + 1)) if at < len(self.pages) else ([], cursor)


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def fed(
    database: Database, vault: Vault, clock: HandClock, home: Path, registry: Registry
) -> Iterator[Kernel]:
    """A worker whose act has a feed."""
    toy.PARTNER = toy.Partner()
    package = replace(toy.package(), feeds=[Feed("toy events", registry.poll)])
    worker = Kernel(database, vault, clock, home, package=package)
    yield worker
    worker.close()


def event(number: int, as_of: str = "2024-02-12") -> Arrival:
    return structs.replace(toy.arrival(number, iin(number)), as_of=date.fromisoformat(as_of))


def outcomes(kernel: Kernel) -> dict[object, object]:
    return dict(kernel.rows("SELECT event, outcome FROM registry_events"))


def test_an_event_that_comes_twice_opens_one_case(fed: Kernel, registry: Registry) -> None:
    registry.pages = [[event(1), event(2), event(1)], [event(2), event(3)]]
    fed.run()
    assert fed.rows("SELECT event FROM cases ORDER BY id") == [("E1",), ("E2",), ("E3",)]
    assert fed.rows("SELECT cursor FROM feeds") == [("2",)]


@pytest.mark.parametrize(
    ("as_of", "opens"), [("2023-12-31", 0), ("2024-01-01", 1), ("2025-12-31", 1), ("2026-01-01", 0)]
)
def test_only_an_event_within_the_term_of_the_act_opens_a_case(
    fed: Kernel, registry: Registry, as_of: str, opens: int
) -> None:
    registry.pages = [[event(1, as_of)]]
    fed.run()
    assert fed.count("cases") == opens
    assert outcomes(fed) == {"E1": "opened" if opens else "outside the term of the act"}


@pytest.mark.parametrize("bad", ["", "12345", "90010140000x", "٩٠٠١٠١٤٠٠٠٠٥"])
def test_an_event_without_a_readable_iin_does_not_stop_its_page(
    fed: Kernel, registry: Registry, bad: str
) -> None:
    registry.pages = [[event(1), structs.replace(event(2), iin=bad), event(3)]]
    fed.run()
    assert fed.rows("SELECT event FROM cases ORDER BY id") == [("E1",), ("E3",)]
    assert outcomes(fed)["E2"] == "without an IIN of twelve digits"


def test_nobody_is_entered_in_the_vault_for_an_event_that_opens_no_case(
    fed: Kernel, registry: Registry, vault: Vault
) -> None:
    registry.pages = [[event(1, "2023-12-31")]]
    fed.run()
    with vault._connection.transaction():
        assert vault._connection.execute("SELECT count(*) FROM subject").fetchone() == (0,)


def test_a_page_that_another_worker_took_first_opens_nothing(fed: Kernel, registry: Registry) -> None:
    registry.pages = [[event(1)], [event(2)]]
    stale = [event(5)]
    fed.run()
    assert fed.engine.open(fed.package, "toy events", stale, ("0", "1")) == 0
    assert fed.rows("SELECT event FROM cases ORDER BY id") == [("E1",), ("E2",)]
    assert fed.rows("SELECT cursor FROM feeds") == [("2",)]


@pytest.mark.parametrize("error", [PartnerAway("no answer"), PartnerNonsense("verse")])
def test_a_registry_that_fails_does_not_stop_the_other_duties(
    fed: Kernel, registry: Registry, error: QyzmetError
) -> None:
    (case,) = fed.open(fed.arrival(1))
    registry.error = error
    fed.run()
    assert fed.step(case) == "consent"
    registry.error, registry.pages = None, [[event(2)]]
    fed.run()
    assert fed.count("cases") == 2


def test_an_event_for_a_procedure_that_does_not_exist_says_so(fed: Kernel) -> None:
    with pytest.raises(UnknownName, match="no procedure 'NONE': there are TOY"):
        fed.open(structs.replace(event(1), procedure="NONE"))
    assert fed.count("cases") == fed.count("registry_events") == 0
