"""From a reply to the next SMS: one whole worker, so many replies a second, on a durable server.

python bench/reply.py [--rate 100] [--seconds 20] [--json]

The time runs from the moment at which the link has the reply until it is given the next message of the same
case: the reply is stored, the case moves, a ledger entry and a message are written, the message is claimed,
its text written with names from the vault. The link itself is not in it; bench/sms.py measures that.
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from qyzmet.bench import act
from qyzmet.bench.engine import own_server
from qyzmet.cases import chain
from qyzmet.cases.case import Case, Event, Law, Message
from qyzmet.cases.package import ActPackage
from qyzmet.cases.procedure import Kind, Limit, Procedure, Step
from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing
from qyzmet.people.identifiers import check_digit
from qyzmet.people.vault import Identity, VaultKeys
from qyzmet.runtime import embedded
from qyzmet.runtime.database import prepare
from qyzmet.worker import Worker

START = datetime(2024, 2, 12, 4, tzinfo=UTC)


class Running:
    """A clock that goes on from the opening of the made-up act."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        return START + timedelta(seconds=time.monotonic() - self._began)


class Link:
    """Notes when a message is handed over."""

    def __init__(self, clock: Running) -> None:
        self._clock = clock
        self.handed: dict[tuple[str, str], float] = {}

    def send(self, messages: Sequence[Outgoing]) -> list[HandedOver]:
        at, now = time.perf_counter(), self._clock.now()
        for message in messages:
            self.handed[message.phone, message.text[0]] = at
        return [HandedOver(id=message.id, state="sent", at=now, parts=1) for message in messages]

    def listen(self, receive: Callable[[Sequence[Incoming]], None], receipts: object = None) -> None:
        pass

    def close(self) -> None:
        pass


def ask_first(case: Case, law: Law) -> Message:  # noqa: ARG001
    return Message(address=case.value("address"), prefix="9", template="ask", values={"prefix": "9"})


def ask_then(case: Case, law: Law) -> Message:  # noqa: ARG001
    return Message(address=case.value("address"), prefix="8", template="ask", values={"prefix": "8"})


def _hear(case: Case, event: Event, law: Law) -> str | None:  # noqa: ARG001
    return "agree" if event.body["text"].endswith("#1") else None


def _question(name: str, ask: Callable[[Case, Law], Message], following: str) -> Step:
    return Step(
        name, Kind.ASK, act.C[7], "Aid office", {"en": name}, {"agree": following, "silence": "silent"},
        ask, hear=_hear, limit=Limit(3, act.C[7], "entered", "silence"),
    )  # fmt: skip


def package() -> ActPackage:
    ends = [step for step in act.PROCEDURE.steps.values() if step.name in ("granted", "silent")]
    procedure = Procedure(
        act.PROCEDURE.code, {"en": "Two questions"},
        _question("consent", ask_first, "account"), _question("account", ask_then, "granted"), *ends,
    )  # fmt: skip
    write = lambda values, identity, language: f"{values['prefix']}: {identity.surname}"  # noqa: ARG005, E731
    return ActPackage(act.ACT, {procedure.code: procedure}, templates={"ask": write})


def _iins(count: int) -> list[str]:
    found = []
    for serial in range(10_000 * 30):
        prefix = f"9{serial // 10_000 % 10}01{1 + serial // 100_000:02d}4{serial % 10_000:04d}"
        if (digit := check_digit(prefix)) is not None:
            found.append(f"{prefix}{digit}")
        if len(found) == count:
            return found
    raise ValueError("fewer numbers than people")


def measure(rate: int, seconds: int) -> dict[str, float]:
    with own_server(lambda _: None) as (server, home):
        return _measure(server, home, rate, rate * seconds)


def _measure(server: embedded.Server, home: Path, rate: int, people: int) -> dict[str, float]:
    clock = Running()
    link = Link(clock)
    keys = VaultKeys.load_or_create(home / "vault-keys.json")
    worker = Worker(
        prepare(server), keys, clock, [package()], cast(Any, None), cast(Any, link), cast(Any, None),
        chain.Heads.open(home / "ledger"),
    )  # fmt: skip
    phones = [f"+7701{number:07d}" for number in range(people)]
    _open(worker, phones)
    while len(link.handed) < people:
        worker.turn()
    stop, said = threading.Event(), dict[str, float]()

    def citizens() -> None:
        began = time.perf_counter()
        for number, phone in enumerate(phones):
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
            said[phone] = time.perf_counter()
            reply = Incoming(key=phone, phone=phone, text="9#1", at=clock.now())
            worker.receiver.receive([reply])
        time.sleep(3)
        stop.set()

    threading.Thread(target=citizens, daemon=True).start()
    while not stop.is_set():
        if not worker.turn():
            stop.wait(0.01)
    worker.close()
    times = sorted(1e3 * (link.handed[phone, "8"] - at) for phone, at in said.items())
    spread = max(said.values()) - min(said.values())
    return {
        "replies": people,
        "replies_per_second": round(people / spread, 1),
        "median_ms": round(statistics.median(times), 1),
        "p99_ms": round(times[int(0.99 * len(times))], 1),
        "longest_ms": round(times[-1], 1),
    }


def _open(worker: Worker, phones: Sequence[str]) -> None:
    vault = worker.receiver._vault
    iins = _iins(len(phones))
    who = vault.subjects_for(iins)
    vault.learn(
        {each: Identity(surname="Омаров", phone=phone) for each, phone in zip(who, phones, strict=True)}
    )
    arrivals = [
        act.arrival(number, iin, vault.phone_index(phone).hex())
        for number, (iin, phone) in enumerate(zip(iins, phones, strict=True))
    ]
    (ours,) = worker.catalogue.packages.values()
    worker.engine.open(ours, "bench", arrivals)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rate", type=int, default=100)
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    found = measure(given.rate, given.seconds)
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name.replace('_', ' '):<22}{value:>10}" for name, value in found.items()))


if __name__ == "__main__":
    main()
