"""Parts per second over SMPP, both ends in Python: the links in this process, the operator in another.

python bench/sms.py [--messages 3000] [--window 200] [--binds 2] [--cuts 20] [--no-receipts] [--json]

Every part has a receipt unless --no-receipts. With --cuts the links are cut so often at random while messages
go out; then `twice` counts messages that a phone got twice and that were not marked as of unknown fate.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import time
from collections import Counter
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from threading import Event, Thread

from qyzmet.exchange.smpp import SmppLink, SmppLinks
from qyzmet.exchange.sms import HandedOver, Incoming, Outgoing, Receipt
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.temperament import Answers
from qyzmet_twins.tiny import TinyWorld

START = datetime(2024, 2, 12, 3, tzinfo=UTC)
PHONES = 1000
#: As long as the annexes: six parts of 67 letters.
TEXT = "Құрметті Азамат! Сіздің көпбалалы отбасыға жәрдемақы алуға құқығыңыз бар. " * 5
_BATCH = 500


def operator(ready: Connection) -> None:
    """Answers what it is told: how many replies to send, `cut`, or `seen` for what the phones got."""
    world = TinyWorld()
    for number in range(PHONES):
        world.person(phone=_phone(number), temperament=Answers.PROMPT)
    outside = Outside(world, HandClock(START))
    with Served(outside) as served:
        ready.send(served.ports.smpp)
        while (told := ready.recv()) is not None:
            if told == "cut":
                served.cut_links()
            elif told == "seen":
                ready.send(
                    Counter(
                        line.text.partition(".")[0]
                        for number in range(PHONES)
                        for line in outside.citizens.history(_phone(number))
                        if line.direction == "received"
                    )
                )
            else:
                for number in range(told):
                    outside.citizens.reply(_phone(number % PHONES), "7#1")


def _phone(number: int) -> str:
    return f"+7701{number:07d}"


def measure(messages: int, window: int, binds: int, cuts: int, receipts: bool) -> dict[str, float]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=operator, args=(there,))
    process.start()
    port = here.recv()
    each = [
        SmppLink("127.0.0.1", port, "qyzmet", "password", HandClock(START), window=window, receipts=receipts)
        for _ in range(binds)
    ]
    for link in each:
        link.bound.wait(10)
    links = SmppLinks(each)
    received, receipted, all_received = [0], [0], Event()

    def receive(replies: list[Incoming]) -> None:
        received[0] += len(replies)
        if received[0] >= messages:
            all_received.set()

    def receipt(given: list[Receipt]) -> None:
        receipted[0] += len(given)

    links.listen(receive, receipt)  # type: ignore[arg-type]
    outgoing = [Outgoing(id=n, phone=_phone(n % PHONES), text=f"{n}. {TEXT}") for n in range(messages)]
    stop = Event()
    cutter = Thread(target=_cut, args=(here, cuts, stop))
    started = time.perf_counter()
    cutter.start()
    results = _send_all(links, outgoing)
    parts = sum(result.parts for result in results.values() if result.state == "sent")
    while receipts and not cuts and receipted[0] < parts and time.perf_counter() - started < 120:
        time.sleep(0.005)
    sending = time.perf_counter() - started
    stop.set()
    cutter.join()
    here.send("seen")
    seen = here.recv()
    unknown = {str(n) for n, result in results.items() if result.state == "unknown"}
    started = time.perf_counter()
    here.send(messages)
    all_received.wait(60)
    replying = time.perf_counter() - started
    links.close()
    here.send(None)
    process.join()
    return {
        "messages": messages,
        "parts": parts,
        "parts_per_second": round(parts / sending),
        "receipts": receipted[0],
        "replies_per_second": round(messages / replying),
        "of_unknown_fate": len(unknown),
        "twice": sum(times > 1 for number, times in seen.items() if number not in unknown),
        "lost": sum(str(n) not in seen for n, result in results.items() if result.state == "sent"),
    }


def _send_all(links: SmppLinks, outgoing: list[Outgoing]) -> dict[int, HandedOver]:
    """What goes back unsent is sent again, as the post office does; unknown ones are not."""
    results: dict[int, HandedOver] = {}
    for first in range(0, len(outgoing), _BATCH):
        batch = outgoing[first : first + _BATCH]
        while batch:
            results |= {result.id: result for result in links.send(batch)}
            batch = [message for message in batch if results[message.id].state == "unsent"]
    return results


def _cut(here: Connection, cuts: int, stop: Event) -> None:
    die = random.Random(1)
    for _ in range(cuts):
        if stop.wait(die.uniform(0.02, 0.2)):
            return
        here.send("cut")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--window", type=int, default=200)
    parser.add_argument("--binds", type=int, default=2)
    parser.add_argument("--cuts", type=int, default=0)
    parser.add_argument("--no-receipts", dest="receipts", action="store_false")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measure(asked.messages, asked.window, asked.binds, asked.cuts, asked.receipts)
    if asked.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:20} {figure:>10,}" for name, figure in figures.items()))


if __name__ == "__main__":
    main()
