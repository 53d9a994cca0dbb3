"""Parts per second over SMPP, both ends in Python: SmppLink in this process, the operator in another.

python bench/sms.py [--messages 3000] [--window 200] [--json]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from threading import Event

from qyzmet.exchange.smpp import SmppLink
from qyzmet.exchange.sms import Incoming, Outgoing
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.temperament import Answers
from qyzmet_twins.tiny import TinyWorld

START = datetime(2024, 2, 12, 3, tzinfo=UTC)
PHONES = 1000
#: As long as the annexes: six parts of 67 letters.
TEXT = "Құрметті Азамат! Сіздің көпбалалы отбасыға жәрдемақы алуға құқығыңыз бар. " * 5


def operator(ready: Connection) -> None:
    world = TinyWorld()
    for number in range(PHONES):
        world.person(phone=_phone(number), temperament=Answers.PROMPT)
    outside = Outside(world, HandClock(START))
    with Served(outside) as served:
        ready.send(served.ports.smpp)
        replies = ready.recv()
        for number in range(replies):
            outside.citizens.reply(_phone(number % PHONES), "7#1")
        ready.recv()


def _phone(number: int) -> str:
    return f"+7701{number:07d}"


def measure(messages: int, window: int) -> dict[str, float]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=operator, args=(there,))
    process.start()
    link = SmppLink("127.0.0.1", here.recv(), "qyzmet", "password", HandClock(START), window=window)
    link.bound.wait(10)
    outgoing = [Outgoing(id=n, phone=_phone(n % PHONES), text=TEXT) for n in range(messages)]
    started = time.perf_counter()
    results = link.send(outgoing)
    sending = time.perf_counter() - started
    assert all(result.state == "sent" for result in results)

    received, all_received = 0, Event()

    def receive(replies: list[Incoming]) -> None:
        nonlocal received
        received += len(replies)
        if received >= messages:
            all_received.set()

    link.listen(receive)  # type: ignore[arg-type]
    started = time.perf_counter()
    here.send(messages)
    all_received.wait(60)
    replying = time.perf_counter() - started
    link.close()
    here.send(None)
    process.join()
    parts = sum(result.parts for result in results)
    return {
        "messages": messages,
        "parts": parts,
        "window": window,
        "parts_per_second": round(parts / sending),
        "replies_per_second": round(received / replying),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--window", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measure(asked.messages, asked.window)
    if asked.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:20} {figure:>10,}" for name, figure in figures.items()))


if __name__ == "__main__":
    main()
