"""`qyzmet-twins` as a process of its own, on a clock turned from here."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from click.testing import CliRunner

from qyzmet.exchange import systems as s
from qyzmet.exchange.client import HttpPartners
from qyzmet.exchange.smpp import SmppLink
from qyzmet.exchange.sms import Incoming, Outgoing
from qyzmet.exchange.social import ALL_OPERATIONS
from qyzmet.runtime.clock import FileClock
from qyzmet_twins.__main__ import main
from qyzmet_twins.faults import Fault

START = datetime(2024, 2, 12, 1, tzinfo=UTC)
WHY = {"purpose": "test", "clause": "proactive:§6"}


def test_a_process_serves_a_country_and_stops_when_told(tmp_path: Path) -> None:
    clock = FileClock.create(tmp_path / "clock", START)
    ready = tmp_path / "ready.json"
    command = [
        sys.executable, "-m", "qyzmet_twins", "--residents", "5000", "--seed", "7", "--on", "2024-02-12",
        "--days", "5", "--event-rate", "20", "--clock", f"file:{tmp_path / 'clock'}",
        "--ready-file", str(ready),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            end = time.monotonic() + 20
            while not ready.exists():
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < end
                time.sleep(0.02)
            ports = json.loads(ready.read_text())
            served(clock, ports)
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 0
    assert errors == ""
    assert "5000 residents, 5 days of events from 2024-02-12" in output
    assert "20 times as often as published" in output
    assert ports["http"] in output
    assert not ready.exists()


def served(clock: FileClock, ports: dict[str, object]) -> None:
    """A birth, its mother's number, an SMS to it and a reply by hand."""
    url = str(ports["http"])
    moment = datetime.fromisoformat(httpx.get(f"{url}/control/next").json()["moment"])
    assert START < moment < START + timedelta(days=5)
    clock.set(START + timedelta(days=6))
    with HttpPartners(url) as partners:
        births = partners.ask(s.BIRTHS, [s.FeedPage(ref="1", after="")], **WHY)["1"].events
        assert births
        parents = partners.ask(
            s.PARENTS, [s.ByIin(ref=birth.event, iin=birth.child_iin) for birth in births], **WHY
        )
        iins = {relative.iin for found in parents.values() for relative in found.relatives}
        numbers = partners.ask(s.NUMBERS, [s.ByIin(ref=iin, iin=iin) for iin in iins], **WHY)
    phone = next(number.phone for number in numbers.values() if number.phone)
    assert phone is not None
    got: list[Incoming] = []
    link = SmppLink(str(ports["smpp_host"]), int(str(ports["smpp_port"])), "qyzmet", "password", clock)
    link.listen(got.extend)
    try:
        sent = link.send(
            [Outgoing(id=1, phone=phone, text="Келісім үшін жіберіңіз - 7#1, бас тарту үшін - 7#2")]
        )
        assert sent[0].state == "sent"
        httpx.post(f"{url}/control/phones/{phone}/reply", json={"text": "7#2"}).raise_for_status()
        end = time.monotonic() + 5
        while not got or not httpx.get(f"{url}/control/idle").json()["idle"]:
            assert time.monotonic() < end
            time.sleep(0.01)
    finally:
        link.close()
    assert (got[0].phone, got[0].text, got[0].at) == (phone, "7#2", clock.now())


FIXTURES = Path(__file__).parents[3] / "twins" / "fixtures"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--clock", "sundial"], "QYZMET_CLOCK: is 'system' or 'file:PATH'"),
        (["--residents", "5"], "--residents"),
        (["--residents", "2000", "--event-rate", "-1"], "rate"),
        (["--on", "yesterday"], "--on"),
        (["--residents", "1000", "--faults", "pyproject.toml"], "JSON is malformed"),
    ],
)
def test_wrong_use_is_said_and_exits_with_two(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_the_help_has_an_example() -> None:
    assert (
        "qyzmet-twins --residents 50000 --days 10 --http-port 8300"
        in CliRunner().invoke(main, ["--help"]).output
    )


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.json")), ids=lambda file: file.stem)
def test_faults_that_are_shipped_can_be_read(file: Path) -> None:
    faults = msgspec.json.decode(file.read_bytes(), type=list[Fault])
    systems = {operation.system for operation in ALL_OPERATIONS} | {"smsc"}
    assert faults
    assert {fault.system for fault in faults} <= systems
