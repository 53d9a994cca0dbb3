"""The stage of the simulation on the PostgreSQL of this test run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from qyzmet.runtime import embedded
from qyzmet.simulation.plan import Level
from qyzmet.simulation.run import Result, simulate
from qyzmet.simulation.stage import Stage, stage


@pytest.fixture(scope="session")
def simulation_stage(server: embedded.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("simulation"), server) as set_up:
        yield set_up


@pytest.fixture(scope="session")
def run(simulation_stage: Stage) -> Callable[[int, Level], Result]:
    """What came of a seed; each is run once."""
    results: dict[tuple[int, Level], Result] = {}

    def once(seed: int, level: Level) -> Result:
        if (seed, level) not in results:
            results[seed, level] = simulate(simulation_stage, seed, level)
        return results[seed, level]

    return once
