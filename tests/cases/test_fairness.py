"""No procedure's crowd keeps the others from their turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from qyzmet.cases.fairness import shares
from qyzmet.cases.post import Sender
from qyzmet.cases.procedure import Procedure
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database
from tests.cases import toy
from tests.cases.conftest import Kernel, phone

#: Another benefit, which few people get.
RARE = Procedure("RARE", toy.title("Rare benefit"), *toy.STEPS)

WAITING = st.dictionaries(st.integers(1, 40), st.integers(1, 3000), max_size=12)


@given(WAITING, st.integers(1, 2500))
def test_shares_are_fair_and_use_every_place(waiting: dict[int, int], places: int) -> None:
    given = shares(waiting, places)
    assert sum(given.values()) == min(places, sum(waiting.values()))
    most = max(given.values(), default=0)
    for number, count in waiting.items():
        assert given.get(number, 0) == count or given.get(number, 0) >= most - 1


def test_a_small_one_gets_all_and_the_large_ones_the_rest() -> None:
    assert shares({1: 1_000_000, 2: 3, 3: 500_000}, 103) == {1: 50, 2: 3, 3: 50}
    assert shares({1: 5}, 100) == {1: 5}
    assert shares({1: 9, 2: 9}, 1) == {2: 1}


@pytest.fixture
def two(database: Database, vault: Vault, clock: HandClock, home: Path) -> Iterator[Kernel]:
    """A worker with two benefits, which takes ten at a time."""
    toy.PARTNER = toy.Partner(away=True)
    package = replace(toy.package(), procedures={"TOY": toy.PROCEDURE, "RARE": RARE})
    worker = Kernel(database, vault, clock, home, package=package, batch=10)
    yield worker
    worker.close()


def crowd_and_one(two: Kernel) -> int:
    """Forty cases of one benefit at the registry, and after them one of the other."""
    two.open(*(two.arrival(number) for number in range(1, 41)))
    two.clock.advance(timedelta(minutes=1))
    (rare,) = two.open(structs.replace(two.arrival(41), procedure="RARE"))
    return rare


def test_a_crowd_at_a_registry_lets_the_others_through(two: Kernel) -> None:
    rare = crowd_and_one(two)
    toy.PARTNER.away = False
    two.clock.advance(timedelta(minutes=30))
    assert two.engine.take_outside() == 10
    assert two.step(rare) == "consent"
    assert sum(map(len, toy.PARTNER.asked[-2:])) == 10  # nine of the crowd had their turn as well
    two.run()
    assert two.rows("SELECT DISTINCT step FROM cases") == [("consent",)]


def test_a_crowd_of_messages_lets_the_others_through(two: Kernel) -> None:
    rare = crowd_and_one(two)
    toy.PARTNER.away = False
    two.clock.advance(timedelta(minutes=30))
    two.engine.turn()
    while two.engine.take_outside():
        pass
    sender = Sender(two.post_connection, two.vault, two.catalogue, two.link, two.clock, batch=10)
    assert sender.turn() == 10
    assert phone(41) in {outgoing.phone for outgoing in two.link.sent}
    assert two.rows("SELECT count(*) FROM messages WHERE state = 'd' AND case_id <> %s", rare) == [(9,)]


class OneASecond(list[list[int]]):
    """What a registry was asked, which takes a second over each request."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock

    def append(self, cases: list[int]) -> None:
        super().append(cases)
        self._clock.advance(timedelta(seconds=1))


def test_a_registry_that_takes_one_request_a_second_is_asked_once_for_each_case(two: Kernel) -> None:
    rare = crowd_and_one(two)
    two.clock.advance(timedelta(minutes=30))
    toy.PARTNER.away, toy.PARTNER.asked = False, (asked := OneASecond(two.clock))
    began = two.clock.now()
    while two.engine.take_outside():
        pass
    assert two.clock.now() - began <= timedelta(seconds=10)  # many cases in one request
    assert sorted(case for cases in asked for case in cases) == list(range(1, 42))
    assert rare in {case for cases in asked[:2] for case in cases}
    assert two.rows("SELECT DISTINCT step, attempts FROM cases") == [("consent", 0)]
