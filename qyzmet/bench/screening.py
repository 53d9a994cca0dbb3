"""Screening of a nation beside the time DuckDB needs merely to scan the same columns.

Each run is a process of its own, so that its peak of memory is its own. Medians of `rounds`.
"""

from __future__ import annotations

import json
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.compute as pc

from qyzmet.acts.proactive.policies import POLICIES
from qyzmet.acts.proactive.screening_run import screen
from qyzmet.acts.proactive.snapshots import TABLES
from qyzmet.bench.population import make
from qyzmet.law.policies import Policies
from qyzmet.screening.engines import engine
from qyzmet.screening.snapshot import open_snapshot

LAST = date(2024, 12, 31)


def run(residents: int, rounds: int, engine_name: str, say: Callable[[str], None]) -> dict[str, Any]:
    """Makes the snapshot in a temporary folder (about 1 GB for 20 million), measures, deletes it."""
    folder = Path(tempfile.mkdtemp(prefix="qyzmet-screening-"))
    try:
        start = time.perf_counter()
        rows = make(folder, residents, 1, LAST, say=say)
        made = time.perf_counter() - start
        scans, screens = list[dict[str, Any]](), list[dict[str, Any]]()
        for _ in range(rounds):
            scans.append(_apart("scan", folder, engine_name))
            screens.append(_apart("screen", folder, engine_name))
            say(f"scan {scans[-1]['seconds']:.1f} s, screening {screens[-1]['seconds']:.1f} s")
        ratios = [ours["seconds"] / floor["seconds"] for ours, floor in zip(screens, scans, strict=True)]
        return {
            "residents": residents,
            "payments": rows["payments"],
            "engine": engine_name,
            "rounds": rounds,
            "made_seconds": made,
            "scan_seconds": statistics.median(each["seconds"] for each in scans),
            "screen_seconds": statistics.median(each["seconds"] for each in screens),
            "ratio": statistics.median(ratios),
            "ratios": ratios,
            "scan_processor_seconds": statistics.median(each["processor"] for each in scans),
            "screen_processor_seconds": statistics.median(each["processor"] for each in screens),
            "processor_ratio": statistics.median(
                ours["processor"] / floor["processor"] for ours, floor in zip(screens, scans, strict=True)
            ),
            "peak_mb": max(each["peak_mb"] for each in screens),
            "found": screens[-1]["found"],
            "machine": platform.machine(),
            "versions": {"python": platform.python_version(), "duckdb": duckdb.__version__},
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _apart(what: str, folder: Path, engine_name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "qyzmet.bench.screening", what, str(folder), engine_name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def scan(folder: Path) -> dict[str, Any]:
    """The floor: every column of every table is read once, nothing is done with it but to count."""
    with duckdb.connect(config={"memory_limit": "3GB"}) as connection:
        start, spent = time.perf_counter(), time.process_time()
        for table in TABLES:
            path = folder / f"{table.name}.parquet"
            if path.exists():
                columns = ", ".join(f'min("{c.name}"), max("{c.name}")' for c in table.columns)
                # The condition keeps DuckDB from answering out of the footer.
                connection.execute(f"SELECT {columns} FROM '{path}' WHERE random() >= 0").fetchall()
        return {"seconds": time.perf_counter() - start, "processor": time.process_time() - spent}


def measured(folder: Path, engine_name: str) -> dict[str, Any]:
    """In a process that has loaded its libraries, as the floor has: Ibis loads pandas at its first table."""
    import_module("pandas")
    snapshot = open_snapshot(folder, TABLES)
    with engine(engine_name) as connection:
        start, spent = time.perf_counter(), time.process_time()
        found = screen(connection, snapshot, snapshot.first_day, snapshot.taken, Policies(POLICIES))
        seconds, spent = time.perf_counter() - start, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    count = pc.sum(pc.equal(found["outcome"], "found")).as_py()
    return {"seconds": seconds, "processor": spent, "peak_mb": round(peak), "found": count}


if __name__ == "__main__":
    print(
        json.dumps(
            scan(Path(sys.argv[2])) if sys.argv[1] == "scan" else measured(Path(sys.argv[2]), sys.argv[3])
        )
    )
