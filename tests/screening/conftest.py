from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow.parquet as pq
import pytest

from qyzmet.acts.proactive.policies import POLICIES
from qyzmet.acts.proactive.snapshots import TABLES
from qyzmet.bench.population import make
from qyzmet.law.policies import Policies
from qyzmet.screening.engines import engine
from qyzmet.screening.snapshot import Snapshot, open_snapshot

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)


@pytest.fixture(scope="session")
def policies() -> Policies:
    return Policies(POLICIES)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("small")
    make(folder, 20_000, 5, LAST)
    return open_snapshot(folder, TABLES)


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Any]:
    with engine("duckdb") as connection:
        yield connection


def rows_of(snapshot: Snapshot) -> dict[str, list[dict[str, Any]]]:
    return {name: pq.read_table(snapshot.path(name)).to_pylist() for name in snapshot.rows}
