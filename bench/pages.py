"""Server time of an official's pages with a full store, the bare page beside them in the same run.

python bench/pages.py [--cases 1000000] [--requests 300] [--json]

A few hundred cases come through the real engine and the synthetic outside world, spread over the numbers;
the others are copies of them in plain SQL, with tasks, messages and ledger entries of their own. The real
ones are opened, so that everything is read, unsealed, told and logged as for any case. Pages are asked for
over HTTP in turn, so that whatever else the machine does meets all of them; the time is the server's own,
from the request to the end of the answer, as its log has it. The bare page is the signed-in first page.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import queue
import random
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from qyzmet.acts.proactive import package
from qyzmet.bench.engine import fresh, machine, own_server
from qyzmet.cases import chain
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import Office, development_authority
from qyzmet.exchange.sms import Incoming
from qyzmet.people.regions import REGIONS
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import KZ, HandClock, SystemClock
from qyzmet.runtime.database import Database, connect
from qyzmet.web import sessions
from qyzmet.web.app import Site, application
from qyzmet.web.assets import Assets, build
from qyzmet.web.serving import listen, serve
from qyzmet.web.users import User
from qyzmet.worker import Worker
from qyzmet_twins.citizens import Citizens
from qyzmet_twins.link import InProcessSms
from qyzmet_twins.partners import InProcessPartners
from qyzmet_twins.services import Knobs, Services
from qyzmet_twins.temperament import Answers, Temperament
from qyzmet_twins.tiny import TinyWorld

MONDAY = datetime(2024, 2, 12, 9, 0, tzinfo=KZ)
AIM_MS = 50.0
#: Of the copies so many in a hundred have an open task; the others have ended.
OPEN = 10
REAL = 40


class Outside:
    """A worker of the act over a world made by hand, to make whole cases."""

    def __init__(self, database: Database, keys: VaultKeys, home: Path) -> None:
        self.clock = HandClock(MONDAY)
        self.world = TinyWorld()
        services = Services(self.world, self.clock, knobs=Knobs(0, 0, 0, 0))
        offices = [Office(authority, region) for authority in ("committee", "fund") for region in ("75",)]
        development_authority(home / "signing", HandClock(datetime(2023, 10, 1, tzinfo=KZ)), offices)
        link = InProcessSms(Citizens(self.world, self.clock, services.opened), self.clock)
        partners = InProcessPartners(self.world, self.clock, services=services)
        self.worker = Worker(
            database, keys, self.clock, [package()], partners, link,
            LocalSigner(home / "signing", self.clock), chain.Heads.open(home / "heads"), name="bench",
        )  # fmt: skip
        self._births = 0

    def decide_waits(self, count: int) -> None:
        """So many cases of large families that wait for the authorised body's decision."""
        silent = Temperament(Answers.SILENT, opens_account=False)
        phones = []
        self.clock.advance(timedelta(seconds=6))
        for _ in range(count):
            self._births += 1
            phones.append(f"+7701{self._births:07d}")
            mother = self.world.person(phone=phones[-1], accounts=("bank_a",), temperament=silent)
            self.world.birth(mother, at=self.clock.now(), order=4)
        self._run()
        for text in ("7#1", "41#3#1"):
            now = self.clock.now()
            self.worker.receiver.receive(
                [Incoming(key=f"{phone} {text}", phone=phone, text=text, at=now) for phone in phones]
            )
            self._run()

    def _run(self) -> None:
        for _ in range(500):
            if self.worker.turn() == 0:
                return
        raise AssertionError("there is always something left to do")


def fill(database: Database, cases: int, outside: Outside, say: Callable[[str], None]) -> list[int]:
    """Real cases at the beginning, in the middle and at the end, copies between; returns the real ones."""
    outside.decide_waits(REAL)
    with connect(database.owner_url) as owner:
        real = [n for (n,) in owner.execute("SELECT id FROM cases WHERE step = 'decide' ORDER BY id")]
        owner.commit()
        half = (cases - 3 * REAL) // 2
        for part in range(2):
            say(f"Copying {half:,} cases ({part + 1} of 2)")
            with owner.transaction():
                (first,) = owner.execute("SELECT max(id) + 1 FROM cases").fetchone() or (0,)
                values = {"first": first, "count": half, "open": OPEN, "now": MONDAY, "like": real[0],
                          "regions": sorted(REGIONS)}  # fmt: skip
                for statement in _COPY:
                    owner.execute(statement, values)
                owner.execute("SELECT setval('case_ids', %s)", (first + half,))
                owner.execute("SELECT setval('message_ids', (SELECT max(id) FROM messages))")
            outside.decide_waits(REAL)
        real = [n for (n,) in owner.execute(
            "SELECT id FROM cases WHERE step = 'decide' AND event LIKE 'B%%' ORDER BY id", ()
        )]  # fmt: skip
    say("People of the vault")
    with connect(database.vault_url) as vault, vault.transaction():
        vault.execute(_PEOPLE, (cases,))
    for url in (database.owner_url, database.vault_url):
        with connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    return real


_COPY = (
    """INSERT INTO cases (id, procedure, status, step, subject, recipient, region, event, as_of, opened_at,
           entered_at, deadline_at, due_at, fence, attempts, run, trouble, known)
       SELECT n, c.procedure, (CASE WHEN n %% 100 < %(open)s THEN 'w' ELSE 'e' END)::"char",
           CASE WHEN n %% 100 < %(open)s THEN 'decide' ELSE 'appointed' END, n * 1000003, n * 1000003 + 1,
           (%(regions)s::text[])[1 + n / 100 %% 20], 'copy ' || n, c.as_of, c.opened_at, c.entered_at,
           CASE WHEN n %% 100 < %(open)s THEN %(now)s + (n %% 997 - 200) * interval '1 hour' END, NULL, 0, 0,
           c.run, '', c.known
       FROM generate_series(%(first)s::bigint, %(first)s::bigint + %(count)s::bigint - 1) n, cases c
       WHERE c.id = %(like)s""",
    """INSERT INTO case_persons SELECT subject, id FROM cases WHERE id >= %(first)s
       UNION SELECT recipient, id FROM cases WHERE id >= %(first)s""",
    """INSERT INTO tasks (case_id, run, step, clause, role, office, region, outcomes, opened_at, deadline_at,
           takes, state)
       SELECT id, run, 'decide', 'proactive:§24',
           CASE WHEN id %% 3 = 0 THEN 'state_corporation' ELSE 'authorised_body' END, 'committee/' || region,
           region, '{appoint,refuse,return}', %(now)s, deadline_at, '{}',
           CASE WHEN status = 'w' THEN 'o' ELSE 'd' END::"char"
       FROM cases WHERE id >= %(first)s""",
    """INSERT INTO messages (id, case_id, run, step, person, clause, address, prefix, template, "values",
           language, state, question, ready_at, closed_at)
       SELECT nextval('message_ids'), id, 1, 'consent', recipient, 'proactive:§14',
           md5(id::text) || md5(id::text), '7', 'consent', '{}', 'kk', 'd', 'c', %(now)s, %(now)s
       FROM cases WHERE id >= %(first)s""",
    """INSERT INTO ledger_entries (case_id, run, batch, place, payload_hash, header)
       SELECT c.id, r, 0, 0, sha256(convert_to(c.id::text, 'UTF8')), repeat('h', 300)
       FROM cases c, generate_series(1, 3) r WHERE c.id >= %(first)s""",
    """INSERT INTO ledger_payloads (case_id, run, person, sealed)
       SELECT c.id, r, c.recipient, sha256(convert_to(c.id::text, 'UTF8'))
       FROM cases c, generate_series(1, 3) r WHERE c.id >= %(first)s""",
)
_PEOPLE = """
INSERT INTO subject (id, iin_index, index_version, key_version, wrapped_key, identity)
SELECT n * 1000003 + 1, sha256(convert_to(n::text, 'UTF8')), 1, 1, sha256(convert_to(n::text, 'UTF8')),
    sha256(convert_to(n::text, 'UTF8'))
FROM generate_series(1000::bigint, %s) n ON CONFLICT DO NOTHING
"""


class Times(logging.Handler):
    """The server's own time of each request."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: queue.SimpleQueue[float] = queue.SimpleQueue()

    def emit(self, record: logging.LogRecord) -> None:
        self.taken.put(float(record.__dict__["ms"]))

    def of(self, ask: Callable[[], object]) -> float:
        """The time of one request; its line is written after the answer was sent."""
        while not self.taken.empty():
            self.taken.get()
        ask()
        return self.taken.get(timeout=60)


@contextmanager
def serving(site: Site) -> Iterator[str]:
    listening, started = listen("127.0.0.1", 0), threading.Event()
    ends: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def main() -> None:
        ends.append((asyncio.get_running_loop(), asyncio.Event()))
        await serve(application(site), listening, ends[0][1], started.set)

    thread = threading.Thread(target=asyncio.run, args=(main(),), daemon=True)
    thread.start()
    started.wait(20)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    ends[0][0].call_soon_threadsafe(ends[0][1].set)
    thread.join(20)


@dataclass
class Official:
    """Somebody who is signed in, with the token for forms."""

    http: httpx.Client
    token: str

    @classmethod
    def of(cls, url: str, database: Database, role: str, regions: frozenset[str] | None) -> Official:
        user = User(f"bench-{role}", role, frozenset({role}), regions)
        with connect(database.engine_url) as connection:
            cookie = sessions.begin(connection, user, SystemClock().now())
        http = httpx.Client(base_url=url, cookies={"qyzmet": cookie}, trust_env=False, timeout=60)
        found = re.search(r'name="_csrf" value="([^"]*)"', http.get("/en/cases").text)
        assert found is not None
        return cls(http, found[1])

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"/en{path}").raise_for_status()

    def find(self, sought: int) -> httpx.Response:
        return self.http.post("/en/cases", data={"_csrf": self.token, "sought": str(sought)})


def measure(
    officer: Official, head: Official, real: Sequence[int], cases: int, requests: int, times: Times
) -> dict[str, list[float]]:
    """Server milliseconds of each page, asked for in turn."""
    draw = random.Random(6)
    after = ""
    found = re.search(r'rel="next" href="[^"]*(after=[^"&]*)"', head.get("/tasks").text)
    after = found[1] if found else ""
    pages: dict[str, Callable[[], object]] = {
        "bare page": lambda: officer.get(""),
        "tasks, one region": lambda: officer.get("/tasks"),
        "tasks, all regions": lambda: head.get("/tasks"),
        "tasks, next page": lambda: head.get(f"/tasks?{after}"),
        "tasks, late": lambda: head.get("/tasks?state=late"),
        "tasks, of one service": lambda: head.get("/tasks?benefit=LARGE_FAMILY_ALLOWANCE"),
        "tasks, own": lambda: officer.get("/tasks?whose=mine"),
        "case page": lambda: officer.get(f"/cases/{draw.choice(real)}"),
        "search by number": lambda: head.find(draw.randrange(1000, cases)),
        "search by pseudonym": lambda: head.find(draw.randrange(1000, cases) * 1000003),
    }
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(requests + 10):
        for name, ask in pages.items():
            ms = times.of(ask)
            if number >= 10:  # what comes first warms up
                taken[name].append(ms)
    return taken


def run(cases: int, requests: int, say: Callable[[str], None]) -> dict[str, Any]:
    build()
    with own_server(say) as (server, directory), fresh(server) as database:
        keys = VaultKeys.load_or_create(directory / "keys.json")
        outside = Outside(database, keys, directory)
        began = time.monotonic()
        real = fill(database, cases, outside, say)
        outside.worker.close()
        say(f"Filled in {time.monotonic() - began:.0f} s; asking")
        site = Site(database, keys, outside.clock, [package()], assets=Assets.read())
        times = Times()
        log = logging.getLogger("qyzmet.web.requests")
        log.addHandler(times)
        log.setLevel(logging.INFO)
        log.propagate = False
        with serving(site) as url:
            officer = Official.of(url, database, "officer", frozenset({"75"}))
            head = Official.of(url, database, "head", None)
            taken = measure(officer, head, real, cases, requests, times)
            officer.http.close()
            head.http.close()
        told = {name: _told(each) for name, each in taken.items()}
        return {"requests": requests, "milliseconds": told} | _size(database) | machine(server)


def _size(database: Database) -> dict[str, int]:
    with connect(database.engine_url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM tasks WHERE state = 'o')"
        ).fetchone()
    assert row is not None
    return {"cases": row[0], "open_tasks": row[1]}


def _told(taken: Sequence[float]) -> dict[str, float]:
    hundredths = statistics.quantiles(taken, n=100, method="inclusive")
    return {
        "median": round(statistics.median(taken), 1),
        "p95": round(hundredths[94], 1),
        "p99": round(hundredths[98], 1),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--requests", type=int, default=300, help="of each page")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    found = run(given.cases, given.requests, lambda sentence: print(sentence, file=sys.stderr, flush=True))
    if given.json:
        print(json.dumps(found, indent=1))
        return
    bare = found["milliseconds"]["bare page"]["p95"]
    print(f"{found['cases']:,} cases, {found['open_tasks']:,} open tasks; each page {given.requests} times")
    print(f"{'server milliseconds':<24}{'median':>9}{'p95':>9}{'p99':>9}{'p95 / bare':>12}")
    for name, each in found["milliseconds"].items():
        figures = "".join(f"{each[which]:>9.1f}" for which in ("median", "p95", "p99"))
        print(f"{name:<24}{figures}{each['p95'] / bare:>12.1f}")


if __name__ == "__main__":
    main()
