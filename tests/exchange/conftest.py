"""A small country that serves over HTTP and SMPP from a thread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from qyzmet.runtime.clock import HandClock
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.temperament import Answers
from qyzmet_twins.tiny import TinyWorld

START = datetime(2024, 2, 12, 3, tzinfo=UTC)


def small_country() -> TinyWorld:
    world = TinyWorld()
    for number, temperament in enumerate(Answers):
        mother = world.person(
            phone=f"+7701000000{number}", accounts={"bank_b": number % 3}, temperament=temperament
        )
        world.birth(mother, at=START + timedelta(minutes=number), order=4)
        world.award(mother, at=START + timedelta(hours=number))
    return world


@pytest.fixture
def outside(clock: HandClock) -> Outside:
    return Outside(small_country(), clock)


@pytest.fixture
def served(outside: Outside) -> Iterator[Served]:
    with Served(outside, silence=0.5, slow=0.05) as served:
        yield served
