"""Booking and gates of the act on driving licences, on a durable server.

python bench/booking.py [--places 2000] [--rounds 5] [--applicants 30] [--json]

Confirmations: held places are confirmed one after another by `connections` programs at once; each is one
transaction that moves the place, logs it and tells the case. The floor is a bare update of one row by its
key, one transaction each, by as many programs on the same server, in turns within the same run.

Gates: applicants one at a time go through steps 4 to 10 with the twins over HTTP. What the gates add is the
time from the first question to step 11 less the time in which the systems were asked, by the number of gates.
Each gate is a durable transaction, the step with its ledger entry, after one look into the vault for all of them.
So the time of one bare commit on the same server at that moment stands beside, and the worker's processor time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from qyzmet.acts.driving import applications, booking, draw, package
from qyzmet.acts.driving.policies import POLICIES
from qyzmet.bench.engine import own_server
from qyzmet.cases import chain
from qyzmet.cases.intake import Intake
from qyzmet.cases.package import Arrival
from qyzmet.exchange.client import HttpPartners
from qyzmet.law.policies import Policies
from qyzmet.people.identifiers import check_digit
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.database import Database, connect, prepare
from qyzmet.worker import Worker
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.tiny import TinyWorld

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=KZ)
CONNECTIONS = 2
GATES = 7


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--places", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--applicants", type=int, default=30)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with own_server(lambda _: None) as (server, home):
        database = prepare(server, store="booking", vault="booking_vault")
        report = confirmations(database, server.url("booking"), given.places, given.rounds)
        report |= gates(database, home, given.applicants)
    if given.json:
        print(json.dumps(report))
        return
    print(
        f"confirmations a second: {report['confirmations_per_s']:.0f} (runs: {report['confirmation_runs']})"
    )
    print(f"bare updates a second:  {report['updates_per_s']:.0f} (runs: {report['update_runs']})")
    print(f"ratio: {report['ratio']:.2f} (aim: at least 0.3)")
    print(
        f"a gate adds {report['gate_adds_ms']:.2f} ms (least {report['gate_adds_least_ms']:.2f}, p95 {report['gate_adds_p95_ms']:.2f}; aim: under 5); "
        f"the systems' own answers took {report['gate_asked_ms']:.2f} ms each"
    )
    print(
        f"a commit took {report['commit_ms']:.2f} ms on this machine at that moment; a gate is one, after one look into the vault for all; "
        f"processor time of the worker: {report['gate_processor_ms']:.2f} ms a gate"
    )


def confirmations(database: Database, admin: str, places: int, rounds: int) -> dict[str, Any]:
    ours, bare = [], []
    with connect(admin) as connection:
        connection.execute(
            'CREATE TABLE bench_rows (id bigint PRIMARY KEY, state "char" NOT NULL) WITH (fillfactor = 70)'
        )
        connection.execute("GRANT ALL ON bench_rows TO qyzmet_engine")
        connection.commit()
        for number in range(rounds):
            cases = _held(connection, number, places)
            connection.execute("DELETE FROM bench_rows")
            connection.execute(
                "INSERT INTO bench_rows SELECT n, 'h' FROM generate_series(1, %s) n", (places,)
            )
            connection.commit()
            ours.append(places / _timed(database, cases, _confirm))
            bare.append(places / _timed(database, list(range(1, places + 1)), _update))
        ((done,),) = connection.execute("SELECT count(*) FROM driving_places WHERE state = 'c'").fetchall()
        assert done == places * rounds, "every place is confirmed once"
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    return {
        "confirmations_per_s": statistics.median(ours), "updates_per_s": statistics.median(bare), "ratio": ratio,
        "confirmation_runs": [round(each) for each in ours], "update_runs": [round(each) for each in bare],
    }  # fmt: skip


def _held(connection: Any, number: int, places: int) -> list[int]:
    """A slot whose places are all held, each by a case of its own."""
    tip, commitment = draw.new_chain()
    first = 10_000_000 + number * places
    (slot,) = connection.execute(
        """INSERT INTO driving_slots (hall, centre, kind, starts_at, ends_at, opens_at, examiner, seats, commitment, tip)
           VALUES ('BENCH', 'B', 'theory', %s, %s, %s, 'B', %s, %s, %s) RETURNING id""",
        (
            NOW + timedelta(days=number + 1),
            NOW + timedelta(days=number + 1, hours=1),
            NOW,
            places,
            commitment,
            tip,
        ),
    ).fetchone()
    connection.execute(
        """INSERT INTO driving_places (slot, place, kind, state, case_id, subject, until)
           SELECT %s, n, 'theory', 'h', %s + n, %s + n, %s FROM generate_series(1, %s) n""",
        (slot, first, first, NOW + timedelta(minutes=15), places),
    )
    connection.execute("ANALYZE driving_places")
    return list(range(first + 1, first + places + 1))


def _timed(database: Database, cases: list[int], one: Any) -> float:
    def some(part: Sequence[int]) -> None:
        with connect(database.engine_url) as connection:
            for case in part:
                one(connection, case)

    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(some, [cases[n::CONNECTIONS] for n in range(CONNECTIONS)]))
    return time.perf_counter() - began


def _confirm(connection: Any, case: int) -> None:
    booking.confirm(connection, case, "theory", NOW)


def _update(connection: Any, row: int) -> None:
    with connection.transaction():
        connection.execute("UPDATE bench_rows SET state = 'c' WHERE id = %s", (row,))


class Timed(HttpPartners):
    """Notes how long the systems themselves took."""

    asked = 0.0

    def ask(self, operation: Any, items: Any, *, purpose: str, clause: str) -> Any:
        began = time.perf_counter()
        try:
            return super().ask(operation, items, purpose=purpose, clause=clause)
        finally:
            self.asked += time.perf_counter() - began


def gates(database: Database, home: Path, applicants: int) -> dict[str, float]:
    clock, act = HandClock(NOW), package()
    keys = VaultKeys.load_or_create(home / "keys.json")
    outside = Outside(TinyWorld(), clock)
    added, asked, commits, worked = [], [], [], []
    with Served(outside) as twins, Timed(twins.ports.url, clock=clock) as partners:
        worker = Worker(
            database,
            keys,
            clock,
            [act],
            partners,
            _NoSms(),
            None,
            chain.Heads.open(home / "heads"),  # type: ignore[arg-type]
        )
        engine = worker.engine
        intake = Intake(engine.store, engine.catalogue, engine._vault, clock)
        policies = Policies(POLICIES)

        def receive(arrival: Arrival) -> tuple[int | None, str]:
            verdicts, _ = intake.receive(act, applications.SOURCE, [arrival])
            return verdicts[0].case, verdicts[0].because

        for number in range(applicants + 3):
            iin = _iin(number)
            (subject,) = engine._vault.subjects_for([iin])
            case, _ = applications.bring(
                engine.store.connection, receive, policies, service="FIRST", channel="PSC_APP", sender="",
                subject=subject, iin=iin, authorised=True, now=clock.now(),
            )  # fmt: skip
            commits.append(_commit_ms(engine.store.connection, number))
            partners.asked, began, processor = 0.0, time.perf_counter(), time.thread_time()
            engine.take_outside()
            whole, spent = time.perf_counter() - began, time.thread_time() - processor
            assert applications.case_of(engine.store.connection, case).step == "fill_in"
            if number >= 3:  # the first ones prepare statements
                added.append((whole - partners.asked) / GATES * 1000)
                asked.append(partners.asked / GATES * 1000)
                worked.append(spent / GATES * 1000)
        worker.close()
    return {
        "gate_adds_ms": statistics.median(added),
        "gate_adds_least_ms": min(added),
        "gate_adds_p95_ms": sorted(added)[int(len(added) * 0.95) - 1],
        "gate_asked_ms": statistics.median(asked),
        "gate_processor_ms": statistics.median(worked),
        "commit_ms": statistics.median(commits),
    }


def _commit_ms(connection: Any, number: int) -> float:
    """One row changed and committed, by itself."""
    began = time.perf_counter()
    with connection.transaction():
        connection.execute("UPDATE bench_rows SET state = 'x' WHERE id = %s", (number + 1,))
    return (time.perf_counter() - began) * 1000


class _NoSms:
    def send(self, messages: Any) -> list[Any]:
        return []

    def listen(self, receive: Any, receipts: Any = None) -> None: ...

    def close(self) -> None: ...


def _iin(number: int) -> str:
    for serial in range(number * 5, number * 5 + 5):
        prefix = f"9001014{serial:04d}"
        digit = check_digit(prefix)
        if digit is not None:
            return f"{prefix}{digit}"
    raise AssertionError("five serials without a check digit")


if __name__ == "__main__":
    main()
