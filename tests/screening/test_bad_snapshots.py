"""What is wrong with a snapshot is said before anything is screened, with the remedy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from qyzmet.acts.proactive.screening_run import screen
from qyzmet.acts.proactive.snapshots import BY_NAME, TABLES
from qyzmet.commands.screen import screen as command
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue, Refused
from qyzmet.screening.snapshot import Snapshot, open_snapshot, refuse_again
from tests.screening.conftest import FIRST, LAST


def missing_column(folder: Path) -> None:
    path = folder / "births.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["order"]), path)


def wrong_type(folder: Path) -> None:
    path = folder / "persons.parquet"
    table = pq.read_table(path)
    at = table.column_names.index("birth_day")
    pq.write_table(table.set_column(at, "birth_day", table["birth_day"].cast(pa.string())), path)


def half_a_file(folder: Path) -> None:
    path = folder / "payments.parquet"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def fewer_rows(folder: Path) -> None:
    path = folder / "unemployed.parquet"
    pq.write_table(pq.read_table(path).slice(0, 5), path)


def no_file(folder: Path) -> None:
    (folder / "deaths.parquet").unlink()


def no_manifest(folder: Path) -> None:
    (folder / "snapshot.json").unlink()


def bad_manifest(folder: Path) -> None:
    (folder / "snapshot.json").write_text('{"taken": "yesterday"}')


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (missing_column, "births.parquet, column order: is missing"),
        (wrong_type, "persons.parquet, column birth_day: has the type string, not date32"),
        (half_a_file, "payments.parquet: is not a whole Parquet file"),
        (fewer_rows, "unemployed.parquet: has 5 rows"),
        (no_file, "deaths.parquet: is missing from the snapshot"),
        (no_manifest, "is missing"),
        (bad_manifest, "names no day `taken`"),
    ],
)
def test_a_spoilt_snapshot(spoil: Callable[[Path], None], said: str, small: Snapshot, tmp_path: Path) -> None:
    folder = tmp_path / "spoilt"
    shutil.copytree(small.folder, folder)
    spoil(folder)
    with pytest.raises(BadValue, match=said):
        open_snapshot(folder, TABLES)


@pytest.mark.parametrize("name", ["unemployed", "persons"])
def test_duplicate_ids(name: str, small: Snapshot, duckdb: Any, policies: Policies, tmp_path: Path) -> None:
    folder = tmp_path / "twice"
    shutil.copytree(small.folder, folder)
    table = pq.read_table(folder / f"{name}.parquet")
    pq.write_table(pa.concat_tables([table, table]), folder / f"{name}.parquet")
    manifest = json.loads((folder / "snapshot.json").read_text())
    manifest["rows"][name] *= 2
    (folder / "snapshot.json").write_text(json.dumps(manifest))
    with pytest.raises(BadValue, match=f"{name}.parquet, column .* more than once"):
        screen(duckdb, open_snapshot(folder, TABLES), FIRST, LAST, policies)


def test_the_same_or_an_older_file_again(small: Snapshot) -> None:
    with pytest.raises(Refused, match="was screened already"):
        refuse_again(small, small)
    with pytest.raises(Refused, match="nothing new"):
        refuse_again(small, {"digest": "other", "taken": "2025-01-05"})
    refuse_again(small, {"digest": "other", "taken": "2024-12-30"})


def test_a_spark_that_is_not_there(small: Snapshot) -> None:
    done = CliRunner().invoke(
        command, [str(small.folder), "--engine", "spark", "--master", "spark://127.0.0.1:9"]
    )
    assert done.exit_code == 2
    assert (
        "nothing answers at spark://127.0.0.1:9" in done.output
        or "pyspark, which is not installed" in done.output
    )


def test_the_command_end_to_end(small: Snapshot, tmp_path: Path) -> None:
    out, one = tmp_path / "found.parquet", ("--benefit", "AWARDED_MOTHER_ALLOWANCE")
    run = CliRunner()
    done = run.invoke(command, [str(small.folder), *one, "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["benefits"]["AWARDED_MOTHER_ALLOWANCE"]["found"]
    assert pq.read_table(out)["outcome"].to_pylist().count("found") == found > 0
    again = run.invoke(command, [str(small.folder), *one, "--after", str(out)])
    assert again.exit_code == 1
    assert "was screened already" in again.output
    dry = run.invoke(command, [str(small.folder), *one, "--dry-run", "--json"])
    told = json.loads(dry.stdout)
    assert told["people"] == {"AWARDED_MOTHER_ALLOWANCE": found}
    assert sum(row["people"] for row in told["by_region_and_month"]) == found
    assert (
        sum(row["cost_tenge"] for row in told["by_region_and_month"])
        == told["cost_tenge"]["AWARDED_MOTHER_ALLOWANCE"]
        > 0
    )


def test_every_schema_is_told() -> None:
    done = CliRunner().invoke(command, ["--schemas", "--json"])
    told = json.loads(done.stdout)
    assert told.keys() == BY_NAME.keys()
    for arguments in (["--benefit", "NO"], ["--policy", "G-34.children"], ["--since", "2023-01-01"]):
        assert CliRunner().invoke(command, ["/nowhere", *arguments]).exit_code == 2
