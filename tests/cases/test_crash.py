"""A worker is killed between any two statements that matter; the next one finishes, and nothing is amiss."""

from __future__ import annotations

import random
import signal
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from qyzmet.cases import failpoints
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database
from tests.cases import scripted
from tests.cases.scripted import World

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.cases.scripted"])

#: At which passing the worker dies: in the middle of things, where a point is passed more than once.
PASSING = {"intake.before": 2, "intake.written": 2, "post.claimed": 3, "post.sent": 3, "write.cases": 7}


@pytest.fixture
def world(database: Database, vault: Vault, clock: HandClock, tmp_path: Path) -> World:
    made = World(database, tmp_path / "keys" / "vault-keys.json", tmp_path / "world")
    made.populate(vault, clock.now())
    return made


@pytest.mark.parametrize("point", failpoints.NAMES)
def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(world: World, point: str) -> None:
    setting = {"QYZMET_FAILPOINT": f"{point}:{PASSING.get(point, 2)}"}
    worker = PROCESSES.Process(target=scripted.work, args=(world, "first", setting))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL
    world.work(name="second")
    scripted.check(world)


def test_two_workers_side_by_side_do_nothing_twice(world: World) -> None:
    workers = [PROCESSES.Process(target=scripted.work, args=(world, name, {})) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    scripted.check(world)


@pytest.mark.soak
def test_workers_killed_at_a_hundred_random_moments(world: World) -> None:
    chance = random.Random(20240212)
    for number in range(100):
        worker = PROCESSES.Process(target=scripted.work, args=(world, f"worker {number}", {}))
        worker.start()
        time.sleep(chance.uniform(0.05, 0.5))
        worker.kill()
        worker.join()
    world.work(name="last")
    scripted.check(world)
