"""From the event to the first SMS: pushed over HTTP, carried by a real worker, sent to a real SMPP server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from qyzmet.acts import proactive
from qyzmet.cases import chain
from qyzmet.exchange.client import HttpPartners
from qyzmet.exchange.smpp import SmppLink
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database
from qyzmet.worker import Worker
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.tiny import TinyWorld
from tests.web.conftest import BIRTHS, Api

EVENTS = 100


@pytest.fixture
def pushed(clock: HandClock) -> tuple[TinyWorld, list[dict[str, object]]]:
    """A world whose births the registry pushes and never shows to who asks."""
    world = TinyWorld()
    for number in range(EVENTS):
        mother = world.person(phone=f"+7701{number:07d}", accounts={"bank_a": 1}, temperament=None)
        world.birth(mother, at=clock.now())
    events = [msgspec.to_builtins(event) for event in world.births()]
    world._births.clear()
    return world, events


@pytest.fixture
def at_work(
    pushed: tuple[TinyWorld, object], database: Database, vault_keys: VaultKeys, clock: HandClock, home: Path
) -> Iterator[None]:
    """A worker in a thread, with the world's registries and operator."""
    stop = threading.Event()
    with Served(Outside(pushed[0], clock)) as twins, HttpPartners(twins.ports.url) as partners:
        link = SmppLink("127.0.0.1", twins.ports.smpp, "qyzmet", "password", clock)
        worker = Worker(
            database,
            vault_keys,
            clock,
            [proactive.package()],
            partners,
            link,
            None,  # type: ignore[arg-type]  # nothing is decided here
            chain.Heads.open(home),
        )

        def work() -> None:
            while not stop.is_set():
                if not worker.turn():
                    stop.wait(0.01)

        thread = threading.Thread(target=work)
        thread.start()
        yield
        stop.set()
        thread.join()
        worker.close()
        link.close()


def test_first_sms_seconds_after_the_event(
    api: Api, at_work: None, pushed: tuple[TinyWorld, list[dict[str, object]]]
) -> None:
    began = time.monotonic()
    answer = api.push(*pushed[1], source=BIRTHS)
    answered = time.monotonic() - began
    assert answer.json()["counts"] == {"accepted": EVENTS}
    sent, ended, first = 0, 0, 0.0  # of some the registries do not confirm the data
    while sent + ended < EVENTS and time.monotonic() - began < 20:
        ((sent, ended),) = api.rows(
            """SELECT (SELECT count(*) FROM messages WHERE sent_at IS NOT NULL),
                      (SELECT count(*) FROM cases WHERE status = 'e')"""
        )
        first = first or (time.monotonic() - began if sent else 0.0)
        time.sleep(0.01)
    last = time.monotonic() - began
    print(f"{EVENTS} events: answered {answered:.2f} s, first SMS {first:.2f} s, last {last:.2f} s")
    assert sent + ended == EVENTS
    assert sent > EVENTS * 0.9
    assert 0 < first < 10
