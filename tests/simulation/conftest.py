"""The stage of the simulation on the PostgreSQL of this test run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qyzmet.runtime import embedded
from qyzmet.simulation.stage import Stage, stage


@pytest.fixture(scope="session")
def simulation_stage(server: embedded.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("simulation"), server) as set_up:
        yield set_up
