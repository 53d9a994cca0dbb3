"""Work is carried out in order while the next is written; what goes wrong is told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis import _

from qyzmet.acts.proactive.screening_run import screen
from qyzmet.acts.proactive.snapshots import BY_NAME, TABLES
from qyzmet.law.policies import Policies
from qyzmet.screening.engines import Lines
from qyzmet.screening.snapshot import Snapshot, open_snapshot
from tests.screening.conftest import FIRST, LAST

_ONE = ("AWARDED_MOTHER_ALLOWANCE",)


def test_a_line_follows_on_another(duckdb: Any) -> None:
    with Lines(duckdb) as lines:
        first = lines.begin()
        numbers = first.keep("numbers", pa.table({"n": list(range(1000))}))
        doubled = [lines.begin(first).keep("doubled", numbers.mutate(n=_.n * 2)) for _each in range(3)]
        assert first.fetch(numbers.agg(sum=_.n.sum())).result()["sum"].to_pylist() == [499_500]
    with Lines(duckdb) as lines:
        sums = lines.begin().fetch(ibis.union(*doubled).agg(sum=_.n.sum())).result()
        assert sums["sum"].to_pylist() == [3 * 999_000]


def test_what_goes_wrong_is_raised_by_all_that_follows(duckdb: Any, tmp_path: Path) -> None:
    with Lines(duckdb) as lines:
        first = lines.begin()
        gone = first.read(BY_NAME["orphanages"], tmp_path / "gone.parquet")
        kept = first.keep("kept", gone)
        after = lines.begin(first)
        with pytest.raises(Exception, match=r"gone\.parquet"):
            after.fetch(kept).result()


def test_columns_in_another_order_and_one_more(
    small: Snapshot, duckdb: Any, policies: Policies, tmp_path: Path
) -> None:
    folder = tmp_path / "it's other"
    shutil.copytree(small.folder, folder)
    for name in ("awards", "persons"):
        table = pq.read_table(folder / f"{name}.parquet")
        other = table.select(table.column_names[::-1]).append_column("more", pa.nulls(table.num_rows))
        pq.write_table(other, folder / f"{name}.parquet")
    found = screen(duckdb, open_snapshot(folder, TABLES), FIRST, LAST, policies, _ONE)
    assert found.sort_by("event") == screen(duckdb, small, FIRST, LAST, policies, _ONE).sort_by("event")
