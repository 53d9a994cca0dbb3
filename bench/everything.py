"""Runs every benchmark and writes one page: figures, ratios, machine, versions, how cost grows.

python bench/everything.py [--quick] [--out build/figures.md]      (`make bench`)

Peers are installed by bench/peers/setup.sh into an environment of their own and run on a durable server like
the engine's, one after another. What does not run here is listed as such with its reason.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qyzmet.bench.engine import own_server
from qyzmet.runtime import embedded
from qyzmet.runtime.database import connect

HERE = Path(__file__).parent
#: Peer → (how many cases, by how many times the engine is to be faster).
PEERS = {"dbos": (200, 200), "procrastinate": (200, 50), "spiff": (500, 50)}
NAMES = {"dbos": "DBOS", "procrastinate": "Procrastinate", "spiff": "SpiffWorkflow, saved at each wait"}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--quick", action="store_true", help="a tenth of the cases, no growth")
    options.add_argument("--out", type=Path, default=Path("build/figures.md"))
    given = options.parse_args()
    lines = ["# Figures", "", f"Written by `make bench` on {datetime.now(UTC):%d %B %Y, %H:%M} UTC."]
    lines += [
        f"Load of the machine at the start: {os.getloadavg()[0]:.1f}. Everything ran one after another.",
        "",
    ]
    engine: dict[str, Any] = {}
    for title, part in (
        ("Engine", lambda: _engine(given.quick, engine)),
        ("Peers", lambda: _peers(given.quick, engine)),
        ("A full store", lambda: _store(given.quick)),
        ("Screening a nation (aim: at most 3 times a scan, under 4 GiB)", lambda: _screening(given.quick)),
        ("All benefits, the engine and the country alone", lambda: _script("nation.py", *_nation("none"))),
        (
            "All benefits over HTTP, without SMPP (aim: 1,000/s)",
            lambda: _script("nation.py", *_nation("http")),
        ),
        ("All benefits over HTTP and SMPP (aim: 100/s)", lambda: _script("nation.py", *_nation("smpp"))),
        ("From a reply to the next SMS (aim: p99 under 300 ms)", lambda: _script("reply.py")),
        ("Short messages over SMPP", lambda: _script("sms.py", "--messages", "1000")),
        ("Officials' pages (aim: p95 under 50 ms)", lambda: _script("pages.py", *_pages(given.quick))),
        ("Places and gates of the driving licence", lambda: _script("booking.py")),
        ("Signatures", lambda: _script("signing.py")),
        ("Papers and receipts (aim: a click under 300 ms)", lambda: _script("documents.py")),
        ("Payment orders and the reconciliation with ODK", lambda: _script("payments.py")),
        ("Descriptions to items of the act ict", lambda: _script("suggest.py")),
        ("A mining pool's report", lambda: _script("mining.py", "--rows", "200000", "--rounds", "1")),
        ("A year of the assessment (aim: under 2 s)", lambda: _script("assessment.py")),
        ("A synthetic country", lambda: _script("country.py", "200000")),
    ):
        print(f"{title} …", file=sys.stderr, flush=True)
        lines += [f"## {title}", "", *_tried(part), ""]
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text("\n".join(lines))
    print("\n".join(lines))


def _pages(quick: bool) -> tuple[str, ...]:
    return ("--cases", "50000") if quick else ()


def _nation(legs: str) -> tuple[str, ...]:
    workers = {"none": "1", "http": "3", "smpp": "2"}[legs]
    crowd = ("--residents", "400000", "--days", "1", "--event-rate", "600", "--tick-hours", "24")
    return ("--legs", legs, "--workers", workers, *crowd)


def _tried(part: Callable[[], Iterator[str]]) -> list[str]:
    try:
        return list(part())
    except (subprocess.CalledProcessError, OSError) as error:
        said = getattr(error, "stderr", "") or str(error)
        return [f"Did not run: {said.strip().splitlines()[-1] if said.strip() else error}"]


def _json(*command: str) -> dict[str, Any]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _qyzmet(*arguments: str) -> dict[str, Any]:
    return _json(str(Path(sys.executable).parent / "qyzmet"), "bench", *arguments, "--json")


def _engine(quick: bool, keep: dict[str, Any]) -> Iterator[str]:
    keep |= _qyzmet("engine", *(("--cases", "10000") if quick else ("--growth",)))
    yield f"{keep['cases']:,} cases of 14 durable steps, {keep['workers']} workers, {keep['rounds']} rounds."
    yield f"Machine: {keep['machine']}; versions: {keep['versions']}."
    yield ""
    yield "| | cases a second | µs a case | µs of processor |"
    yield "|---|---:|---:|---:|"
    for name in ("engine", "like_for_like", "thin"):
        found = keep[name]
        yield (
            f"| {name} | {found['cases_per_second']:,.0f} | {found['microseconds_per_case']:.0f} | "
            f"{found['processor_microseconds_per_case']:.0f} |"
        )
    yield ""
    yield f"Engine / like for like: {keep['ratio_like_for_like']:.2f} (aim: at least 0.6)."
    if growth := keep.get("growth"):
        yield (
            f"Ten times the cases: {growth['ratio']:.2f} times the time a case (aim: at most 1.15), "
            f"{growth['processor_ratio']:.2f} times the processor time; memory of a worker "
            f"{growth['worker_peak_mb'][0]} and {growth['worker_peak_mb'][1]} MB."
        )


def _peers(quick: bool, engine: dict[str, Any]) -> Iterator[str]:
    setup = subprocess.run(
        [str(HERE / "peers" / "setup.sh")], check=True, capture_output=True, text=True, env=os.environ
    )
    python = setup.stdout.strip().splitlines()[-1]
    ours = engine.get("engine", {}).get("cases_per_second", 0.0)
    yield "The same 14 durable steps, one reply, one timer; one process each, on a durable PostgreSQL."
    yield ""
    yield "| | cases a second | Qyzmet is faster by | aim |"
    yield "|---|---:|---:|---:|"
    for name, url in _databases():
        cases, aim = PEERS[name]
        found = _json(
            python, str(HERE / "peers" / f"{name}_peer.py"), url, str(cases // 10 if quick else cases)
        )
        rate = found["cases"] / found["seconds"]
        yield f"| {NAMES[name]} | {rate:,.1f} | {ours / rate:,.0f} | {aim} |"
    yield ""
    yield "Temporal and Restate need servers that are not to be had from the package index: not measured."


def _databases() -> Iterator[tuple[str, str]]:
    """A fresh database for each peer on one durable server."""
    with own_server(lambda _: None) as (server, _):
        word = server.password(embedded.SUPERUSER)
        for name in PEERS:
            with connect(server.url("postgres"), autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {name}".encode())
            yield name, f"postgresql://{embedded.SUPERUSER}:{word}@127.0.0.1:{server.port}/{name}"


def _store(quick: bool) -> Iterator[str]:
    found = _qyzmet("store", *(("--ended", "200000", "--open", "20000") if quick else ()))
    yield f"{found['ended']:,} ended and {found['open']:,} open cases beside a tenth of that (aim: 1.5)."
    yield ""
    yield "| | ms at a tenth | ms | ratio |"
    yield "|---|---:|---:|---:|"
    for name, ratio in found["ratios"].items():
        times = found["milliseconds"]
        yield f"| {name} | {times['tenth'][name]:.2f} | {times['whole'][name]:.2f} | {ratio:.2f} |"


def _screening(quick: bool) -> Iterator[str]:
    found = _qyzmet("screening", "--residents", "2000000" if quick else "20000000")
    yield (
        f"{found['residents']:,} residents, {found['payments']:,} payment rows, nine benefits, "
        f"{found['rounds']} rounds: scan {found['scan_seconds']:.2f} s, screening "
        f"{found['screen_seconds']:.2f} s, {found['ratio']:.2f} times "
        f"({found['processor_ratio']:.2f} in processor time); peak {found['peak_mb']:,} MB."
    )


def _script(name: str, *arguments: str) -> Iterator[str]:
    done = subprocess.run(
        [sys.executable, str(HERE / name), *arguments], check=True, capture_output=True, text=True
    )
    yield "```"
    yield from done.stdout.strip().splitlines()
    yield "```"


if __name__ == "__main__":
    main()
