"""DuckDB and Spark find the same people, row for row."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from qyzmet.bench.population import make
from tests.screening.conftest import LAST

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "build" / "spark" / "bin" / "python"


@pytest.mark.soak
@pytest.mark.skipif(
    not PYTHON.exists(), reason="bench/peers/setup_spark.sh makes the environment with PySpark"
)
@pytest.mark.parametrize(("residents", "least"), [(20_000, 500), (200_000, 5_000)])
def test_spark_finds_the_same_people_row_for_row(residents: int, least: int, tmp_path: Path) -> None:
    make(tmp_path, residents, 5, LAST)
    command = [PYTHON, Path(__file__).with_name("spark_people.py"), tmp_path, "local[2]"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["same"]
    assert told["rows"] > least
