"""Three workers, each on an address of its own: one is killed, one is cut off, the third finishes.

Between each worker and the database stands a relay on its own loopback address. Cutting it off is what a
pulled cable is: bytes go nowhere and the worker never learns why. The server's side is closed soon after,
as its keepalives do on a real network (`runtime/connection.py` asks for them).
"""

from __future__ import annotations

import contextlib
import random
import selectors
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database
from tests.cases import scripted
from tests.cases.scripted import World

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.cases.scripted"])


class Relay:
    """Forwards connections to the database from an address of its own, until it is cut off."""

    def __init__(self, address: str, target: tuple[str, int]) -> None:
        self.address, self._target = address, target
        self._listener = socket.create_server((address, 0))
        self.port = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._cut = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
                self._pairs.append((near, far))
                threading.Thread(target=self._forward, args=(near, far), daemon=True).start()

    def _forward(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError), selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while self._pass_on(ready):
                pass
        if not self._cut.is_set():  # one end is gone, and the other hears of it
            near.close()
            far.close()

    def _pass_on(self, ready: selectors.BaseSelector) -> bool:
        for key, _ in ready.select(0.05):
            data = key.fileobj.recv(65536)  # type: ignore[union-attr]
            if not data or self._cut.is_set():
                return False
            key.data.sendall(data)
        return not self._cut.is_set()

    def cut(self) -> None:
        """From now on nothing passes; a moment later the server gives the sessions up."""
        self._cut.set()
        self._listener.close()
        time.sleep(0.3)
        for _, far in self._pairs:
            far.close()

    def close(self) -> None:
        self._cut.set()
        self._listener.close()
        for pair in self._pairs:
            for end in pair:
                end.close()


def through(url: str, relay: Relay) -> str:
    return make_conninfo(url, host=relay.address, port=relay.port)


@contextlib.contextmanager
def relays(database: Database) -> Iterator[list[Relay]]:
    port = int(str(conninfo_to_dict(database.engine_url)["port"]))
    made = [Relay(f"127.0.0.{number}", ("127.0.0.1", port)) for number in (2, 3, 4)]
    try:
        yield made
    finally:
        for relay in made:
            relay.close()


def start(world: World, relay: Relay) -> BaseProcess:
    there = replace(
        world.database,
        engine_url=through(world.database.engine_url, relay),
        vault_url=through(world.database.vault_url, relay),
    )
    worker = PROCESSES.Process(target=scripted.work, args=(replace(world, database=there), relay.address, {}))
    worker.start()
    return worker


@pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=pytest.mark.soak), pytest.param(3, marks=pytest.mark.soak)]
)
def test_one_killed_one_cut_off_nothing_lost_nothing_twice(
    database: Database, vault: Vault, clock: HandClock, tmp_path: Path, seed: int
) -> None:
    world = World(database, tmp_path / "keys" / "vault-keys.json", tmp_path / "world")
    world.populate(vault, clock.now())
    chance = random.Random(seed)
    with relays(database) as (one, two, three):
        killed, cut_off, third = start(world, one), start(world, two), start(world, three)
        try:
            time.sleep(chance.uniform(0.1, 0.4))
            killed.kill()
            time.sleep(chance.uniform(0.0, 0.2))
            two.cut()
            third.join(60)
            assert third.exitcode == 0
            killed.join()
            assert killed.exitcode in (-signal.SIGKILL, 0)
        finally:
            for worker in (killed, cut_off, third):
                worker.kill()
                worker.join()
        scripted.check(world)
