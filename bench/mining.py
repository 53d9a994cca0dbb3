"""A mining pool's report of a million rows, one in a hundred bad: checked, and checked and stored.

python bench/mining.py [--rows 1000000] [--rounds 3] [--growth] [--keep DIRECTORY]

In the same run, in turns, medians of the rounds:
  (a) typed COPY of the same good rows into the same indexed table: as text ready beforehand (the floor), and row by row
      from Python's values;
  (b) pydantic row by row and (c) pandera on Polars doing the same column checks (bench/peers/setup_mining.sh);
  our checks alone, from CSV and Parquet, to a list of every finding; our checks and storing.
Peak memory is that of a process of its own; --growth adds a file ten times as long.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from qyzmet.acts.mining import storing
from qyzmet.acts.mining.checking import Check, findings_of
from qyzmet.acts.mining.filing import MOST_PIECE, Filing
from qyzmet.acts.mining.policies import POLICIES
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.bench.processor import of_server
from qyzmet.cases.rows import Connection
from qyzmet.law.policies import Policies
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime import embedded
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import connect, prepare
from qyzmet_twins.mining import HEADER, MadeUpPool

MONTH = date(2026, 5, 1)
READ = Policies(POLICIES, {"accept": "GOOD_ROWS"})
PEERS = Path("build/peers-mining/bin/python")
HERE = Path(__file__).parent
#: Seconds, and seconds of processors (ours and the server's).
Spent = tuple[float, float]
Found = dict[str, list[Spent]]
TABLES = "mining_rows, mining_aside, mining_findings"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--growth", action="store_true")
    options.add_argument("--keep", type=Path)
    options.add_argument("--measure", nargs=2, metavar=("HOW", "FILE"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.measure:
        _measured(*given.measure)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        files = _files(folder, given.rows)
        with embedded.server(folder / "server", throwaway=False) as server:
            database = prepare(server, store="bench_mining", vault="bench_mining_vault")
            with (
                connect(database.engine_url) as connection,
                connect(server.url("bench_mining"), autocommit=True) as owner,
            ):
                _report(
                    _rounds(given.rounds, files, connection, owner, folder, server.directory / "data"),
                    given.rows,
                )
        _memory(files, folder, given.rows, growth=given.growth)


def _files(folder: Path, rows: int) -> dict[str, Path]:
    files = {"csv": folder / f"{rows}.csv", "parquet": folder / f"{rows}.parquet"}
    if not files["csv"].exists():
        MadeUpPool(miners_count=3000).write_csv(files["csv"], MONTH, rows, 0.01)
    if not files["parquet"].exists():
        pl.read_csv(files["csv"], infer_schema=False).write_parquet(files["parquet"])
    return files


def _rounds(
    rounds: int, files: dict[str, Path], connection: Connection, owner: Connection, folder: Path, data: Path
) -> Found:
    """Each measure once a round, in turns, so that what disturbs the machine disturbs all."""
    good = _good_rows(files["csv"])
    text = bytes(storing.rows_as_csv(good, 1))
    values = _values(good)
    bad = _bad(files["csv"])
    found: Found = {}

    def measure(name: str, work: Callable[[], Spent | None]) -> None:
        owner.execute(f"TRUNCATE {TABLES}")
        owner.execute("TRUNCATE mining_submissions, mining_pieces, mining_pools CASCADE")
        owner.execute("CHECKPOINT")
        began, spent = time.perf_counter(), time.process_time() + of_server(data)
        told = work() or (time.perf_counter() - began, time.process_time() + of_server(data) - spent)
        found.setdefault(name, []).append(told)
        print(f"{name}: {told[0]:.2f} s, {told[1]:.2f} s of processors", file=sys.stderr, flush=True)

    for _ in range(rounds):
        measure("COPY of ready text", lambda: _copy_text(connection, text))
        measure("check and store, CSV", lambda: _stored(connection, files["csv"]))
        measure("COPY row by row", lambda: _copy_rows(connection, values, data))
        measure("check and store, Parquet", lambda: _stored(connection, files["parquet"]))
        measure("whole report, received to decided", lambda: _decided(connection, files["csv"], folder, data))
        measure("checks, CSV", lambda: _checked(files["csv"]))
        measure("checks, Parquet", lambda: _checked(files["parquet"]))
        for peer in ("pandera", "pydantic"):
            if PEERS.exists():
                measure(f"{peer}, CSV", lambda peer=peer: _peer(peer, files["csv"], bad))  # type: ignore[misc]
    return found


def _good_rows(path: Path) -> pl.DataFrame:
    return pl.concat([part.good for part in Check(path, MONTH, READ).parts() if part.good.height])


def _bad(path: Path) -> set[int]:
    bad: set[int] = set()
    for part in Check(path, MONTH, READ).parts():
        if part.bad.height:
            bad.update(part.bad["row"].to_list())
    return bad


def _values(good: pl.DataFrame) -> list[tuple[Any, ...]]:
    """The rows as Python's values, as a program without frames would have them; one in ten, timed as ten."""
    text = BytesIO(bytes(storing.rows_as_csv(good.head(len(good) // 10), 1)))
    frame = pl.read_csv(text, has_header=False, infer_schema=False)
    days = (6, 8, 12)
    typed = frame.with_columns(pl.nth(place).str.to_date() for place in days).with_columns(
        pl.nth(place).cast(pl.Decimal(38, 18)) for place in (10, 11, 14, 16)
    )
    return typed.with_columns(pl.nth(place).cast(pl.Int64) for place in (0, 1, 2)).rows()


def _copy_text(connection: Connection, text: bytes) -> None:
    with connection.transaction(), connection.cursor() as cursor, cursor.copy(storing._ROWS) as copy:
        for start in range(0, len(text), 1 << 20):
            copy.write(text[start : start + (1 << 20)])


def _copy_rows(connection: Connection, values: list[tuple[Any, ...]], data: Path) -> Spent:
    statement = storing._ROWS.partition(" FROM STDIN")[0] + " FROM STDIN (FORMAT binary)"
    types = ["int8", "int8", "int8", *["text"] * 3, "date", "text", "date", "text", "numeric", "numeric", "date",
             "text", "numeric", "text", "numeric", *["text"] * 3]  # fmt: skip
    began, spent = time.perf_counter(), time.process_time() + of_server(data)
    with connection.transaction(), connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types(types)
        for row in values:
            copy.write_row(
                tuple("" if place == 17 and value is None else value for place, value in enumerate(row))
            )
    return (time.perf_counter() - began) * 10, (time.process_time() + of_server(data) - spent) * 10


def _stored(connection: Connection, path: Path) -> None:
    with connection.transaction():
        storing.store(connection, 1, Check(path, MONTH, READ))


def _decided(connection: Connection, path: Path, folder: Path, data: Path) -> Spent:
    """Pieces are in the store, as a pool has sent them; then received, checked, stored, decided."""
    clock = HandClock(datetime(2026, 6, 10, 9, 0, tzinfo=UTC))
    filing = Filing(connection, READ, Receipts(VaultKeys.load_or_create(folder / "keys.json")), clock)
    person = {"surname": "A", "given_name": "B"}
    pool = filing.pools.add(
        MadeUpPool().miners[0].number,
        {"name": "P", "address": "A", "phone": "+77010000000", "email": "p@e.kz",
         "executor": {**person, "phone": "+77010000000"}, "head": person},
        MONTH,
    )  # fmt: skip
    draft = filing.open(pool, MONTH, channel="bench")
    with path.open("rb") as file:
        for number, piece in enumerate(iter(lambda: file.read(MOST_PIECE), b""), start=1):
            filing.put(draft, number, piece)
    began, spent = time.perf_counter(), time.process_time() + of_server(data)
    decided = filing.decide(filing.submit(draft))
    assert decided.state == "accepted", decided.reason
    return time.perf_counter() - began, time.process_time() + of_server(data) - spent


def _checked(path: Path) -> None:
    """To a list of every finding."""
    found = [finding for part in Check(path, MONTH, READ).parts() for finding in findings_of(part)]
    assert found


def _peer(name: str, path: Path, bad: set[int]) -> Spent:
    """Seconds, as the peer measures itself, after its imports. It must find the same bad rows."""
    done = subprocess.run(
        [str(PEERS), str(HERE / "peers/mining_peer.py"), name, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if set(told["bad"]) != bad:
        print(f"{name} differs in {len(set(told['bad']) ^ bad)} rows", file=sys.stderr)
    return float(told["seconds"]), float(told["processor"])


def _report(found: Found, rows: int) -> None:
    print(f"\n{rows:,} rows, 1 % bad; medians of {len(found['checks, CSV'])}\n")
    print("| | seconds (each round) | rows/s | processor seconds |\n|---|---|---|---|")
    for name, times in found.items():
        middle, spent = (statistics.median(each[which] for each in times) for which in (0, 1))
        told = ", ".join(f"{each:.2f}" for each, _ in times)
        print(f"| {name} | {middle:.2f} ({told}) | {rows / middle:,.0f} | {spent:.2f} |")
    print("\n| | by the clock (rounds) | by processor time |\n|---|---|---|")

    def ratio(said: str, mine: str, other: str) -> None:
        """By rounds: both of one round had the same machine."""
        if mine in found and other in found:
            pairs = list(zip(found[mine], found[other], strict=True))
            clock, spent = ([one[which] / two[which] for one, two in pairs] for which in (0, 1))
            told = f"{statistics.median(clock):.2f} ({min(clock):.2f} to {max(clock):.2f})"
            print(f"| {said} | {told} | {statistics.median(spent):.2f} |")

    for kind in ("CSV", "Parquet"):
        for floor in ("COPY of ready text", "COPY row by row"):
            ratio(f"check and store {kind} / (a) {floor} (aim ≤ 1.5)", f"check and store, {kind}", floor)
    ratio(
        "received to decided / (a) COPY of ready text",
        "whole report, received to decided",
        "COPY of ready text",
    )
    ratio("(b) pydantic / checks CSV (aim ≥ 7)", "pydantic, CSV", "checks, CSV")
    ratio("(c) pandera / checks CSV (aim ≥ 1)", "pandera, CSV", "checks, CSV")


def _memory(files: dict[str, Path], folder: Path, rows: int, *, growth: bool) -> None:
    print("\n| peak memory of a process | MiB |\n|---|---|")
    for kind, path in files.items():
        print(f"| checks, {kind}, {rows:,} rows | {_peak('check', path)} |")
    if growth:
        for kind, path in _tenfold(files, folder).items():
            print(f"| checks, {kind}, {rows * 10:,} rows | {_peak('check', path)} |")
            print(f"| made into rows for COPY, {kind}, {rows * 10:,} rows | {_peak('store', path)} |")
    for kind, path in files.items():
        print(f"| made into rows for COPY, {kind}, {rows:,} rows | {_peak('store', path)} |")


def _tenfold(files: dict[str, Path], folder: Path) -> dict[str, Path]:
    """Ten times the rows, numbered on, no two alike."""
    out = {kind: folder / f"tenfold.{kind}" for kind in files}
    frame = pl.read_csv(files["csv"], infer_schema=False)
    number = pl.int_range(1, pl.len() + 1)
    good = pl.col("assetAmount").str.contains(r"^\d\.\d{18}$")
    with out["csv"].open("wb") as file:
        for place in range(10):
            shifted = (number + place * len(frame)).cast(pl.String)
            part = frame.with_columns(
                shifted.alias("rowNumber"),
                pl.when(good)
                .then(pl.col("assetAmount").str.head(10) + shifted.str.zfill(10))
                .otherwise(pl.col("assetAmount"))
                .alias("assetAmount"),
            )
            part.select(HEADER).write_csv(file, include_header=place == 0)
    pl.scan_csv(out["csv"], infer_schema=False).sink_parquet(out["parquet"], row_group_size=500_000)
    return out


def _peak(how: str, path: Path) -> int:
    done = subprocess.run(
        [sys.executable, __file__, "--measure", how, str(path)], check=True, capture_output=True, text=True
    )
    return int(done.stdout.splitlines()[-1])


def _measured(how: str, file: str) -> None:
    rows = 0
    for part in Check(Path(file), MONTH, READ).parts():
        rows += sum(1 for _ in findings_of(part))
        if how == "store" and part.good.height:
            storing.rows_as_csv(part.good, 1)
    # Not ru_maxrss, which a child takes over from its parent.
    (line,) = [
        each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM")
    ]
    print(int(line.split()[1]) // 1024)


if __name__ == "__main__":
    main()
