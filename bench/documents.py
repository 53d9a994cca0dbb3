"""Decisions on paper, signed, and as receipts: how many a second, and how long from a click to sight.

python bench/documents.py [--cases 40] [--seconds 5] [--requests 60] [--json]

A few cases are decided by the real engine over the synthetic outside world. From click to sight is a request
of an official's browser over HTTP, to the last byte of the paper: permission, the case opened and told,
the look logged, the page set, for the signed one also its signature. Beside the papers stands an empty page
of the same compiler (the floor), beside the receipts a bare RSA verification; both in the same run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from qyzmet.acts.proactive import package
from qyzmet.bench.engine import fresh, machine, own_server
from qyzmet.cases import tasks
from qyzmet.cases.papers import Office, Reader, content_of
from qyzmet.cases.replaying import replay_decisions
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import roots_in
from qyzmet.exchange.paper import paper
from qyzmet.exchange.receipt_verifier import verify
from qyzmet.exchange.typesetting import pdf_a
from qyzmet.people.vault import Vault, VaultKeys
from qyzmet.runtime.connection import connect
from qyzmet.web.app import Site
from qyzmet.web.assets import Assets, build

sys.path.insert(0, str(Path(__file__).parent))
from pages import Official, Outside, serving

AIM_MS = 300.0
EMPTY = '#set document(title: "-", date: datetime(year: 2024, month: 1, day: 1))\n-\n'


def decide(outside: Outside, cases: int) -> list[int]:
    """So many large families with a decision; the numbers of their cases."""
    outside.decide_waits(cases)
    connection = outside.worker.engine.store.connection
    for task in tasks.open_tasks(connection):
        tasks.complete(connection, task.id, task.version, "officer", "appoint", outside.clock)
    outside._run()
    with connection.transaction():
        return [case for (case,) in connection.execute("SELECT case_id FROM decisions ORDER BY case_id")]


def rate(seconds: float, work: Callable[[int], object]) -> float:
    """How many a second, one after another, after some to warm up."""
    for number in range(3):
        work(number)
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        work(done)
        done += 1
    return done / (time.perf_counter() - began)


@contextmanager
def country(cases: int, say: Callable[[str], None]) -> Iterator[tuple[Any, Outside, Path, list[int], Any]]:
    with own_server(say) as (server, directory), fresh(server) as database:
        keys = VaultKeys.load_or_create(directory / "keys.json")
        outside = Outside(database, keys, directory)
        decided = decide(outside, cases)
        yield database, outside, directory, decided, (keys, machine(server))
        outside.worker.close()


def run(cases: int, seconds: float, requests: int, say: Callable[[str], None]) -> dict[str, Any]:
    build()
    with country(cases, say) as (database, outside, directory, decided, (keys, about)):
        signing = directory / "signing"
        signer, roots = LocalSigner(signing, outside.clock), roots_in(signing)
        office = Office(outside.clock, "https://qyzmet.example", lambda: roots, lambda: signer)
        engine = outside.worker.engine
        with connect(database.engine_url) as connection, connect(database.vault_url) as own:
            vault = Vault(own, keys, outside.clock)
            reader = Reader(connection, vault, engine.catalogue, "bench")

            def make(name: str) -> Callable[[int], bytes]:
                return lambda number: content_of(reader, office, decided[number % len(decided)], name)[0]

            found = _rates(seconds, make, directory, roots)
            said = replay_decisions(connection, vault, engine.catalogue)
            assert said.same == len(decided), said
            found["decisions_replayed"] = rate(
                seconds, lambda _: replay_decisions(connection, vault, engine.catalogue)
            ) * len(decided)
        site = Site(database, keys, outside.clock, [package()], assets=Assets.read(), papers=office)
        with serving(site) as url:
            official = Official.of(url, database, "officer", frozenset({"75"}))
            clicks = _clicks(official, decided, requests)
            official.http.close()
        return {"decisions": len(decided), "a_second": found, "milliseconds": clicks} | about


def _rates(
    seconds: float, make: Callable[[str], Callable[[int], bytes]], directory: Path, roots: list[Any]
) -> dict[str, float]:
    empty = directory / "empty.typ"
    empty.write_text(EMPTY, encoding="utf-8")
    document = make("decision.json")(0)
    receipts = [make("receipt.json")(number) for number in range(20)]
    key = rsa.generate_private_key(65537, 2048)
    value = key.sign(b"x", padding.PKCS1v15(), hashes.SHA256())
    public = key.public_key()
    return {
        "empty_page": rate(seconds, lambda number: pdf_a(empty, {"number": number})),
        "papers_of_read_data": rate(
            seconds, lambda _: paper(document, "signer", "kk", "https://qyzmet.example")
        ),
        "papers": rate(seconds, make("decision-kk.pdf")),
        "dossiers": rate(seconds, make("dossier-kk.pdf")),
        "signed_papers": rate(seconds, make("decision-kk-signed.pdf")),
        "receipts_given": rate(seconds, make("receipt.json")),
        "bare_verifications": rate(
            seconds, lambda _: public.verify(value, b"x", padding.PKCS1v15(), hashes.SHA256())
        ),
        "receipts_verified": rate(seconds, lambda number: verify(receipts[number % 20], roots)),
    }


def _clicks(official: Official, cases: list[int], requests: int) -> dict[str, dict[str, float]]:
    """Milliseconds from the request to the paper's last byte."""
    told = {}
    for name in ("decision-kk.pdf", "dossier-ru.pdf", "decision-ru-signed.pdf", "receipt.json"):
        taken = []
        for number in range(requests + 3):
            began = time.perf_counter()
            answer = official.get(f"/cases/{cases[number % len(cases)]}/{name}")
            if number >= 3:
                taken.append(1000 * (time.perf_counter() - began))
            assert answer.content[:1] in (b"%", b"{")
        hundredths = statistics.quantiles(taken, n=100, method="inclusive")
        told[name] = {"median": round(statistics.median(taken), 1), "p95": round(hundredths[94], 1)}
    return told


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['decisions']} decided cases; one process, one after another.\n"
    yield "| what | a second |\n|---|---:|"
    for name, each in found["a_second"].items():
        yield f"| {name.replace('_', ' ')} | {each:,.0f} |"
    yield "\n| from click to sight | median ms | p95 ms |\n|---|---:|---:|"
    for name, each in found["milliseconds"].items():
        yield f"| {name} | {each['median']} | {each['p95']} |"
    worst = max(each["p95"] for each in found["milliseconds"].values())
    yield f"\nSlowest p95 {worst} ms (aim: under {AIM_MS:.0f})."


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--cases", type=int, default=40)
    options.add_argument("--seconds", type=float, default=5.0, help="for each rate")
    options.add_argument("--requests", type=int, default=60, help="of each paper")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()

    def say(sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)

    found = run(given.cases, given.seconds, given.requests, say)
    print(json.dumps(found, indent=1) if given.json else "\n".join(lines(found)))


if __name__ == "__main__":
    main()
