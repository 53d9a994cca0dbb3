"""Screens a snapshot on DuckDB and on Spark and prints, as JSON, whether the rows are the same.

python tests/screening/spark_people.py SNAPSHOT_DIR MASTER, in the environment of bench/peers/setup_spark.sh.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from qyzmet.acts.proactive.policies import POLICIES
from qyzmet.acts.proactive.screening_run import screen
from qyzmet.acts.proactive.snapshots import TABLES
from qyzmet.law.policies import Policies
from qyzmet.screening.engines import engine
from qyzmet.screening.snapshot import open_snapshot


def main() -> None:
    snapshot, found, seconds = open_snapshot(Path(sys.argv[1]), TABLES), {}, {}
    for name in ("duckdb", "spark"):
        with engine(name, sys.argv[2]) as connection:
            began = time.perf_counter()
            rows = screen(connection, snapshot, snapshot.first_day, snapshot.taken, Policies(POLICIES))
            seconds[name] = round(time.perf_counter() - began, 1)
        found[name] = rows.sort_by([("benefit", "ascending"), ("event", "ascending")])
    same = found["duckdb"].equals(found["spark"])
    print(json.dumps({"same": same, "rows": found["duckdb"].num_rows, "seconds": seconds}))


if __name__ == "__main__":
    main()
