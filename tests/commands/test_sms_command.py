"""`qyzmet sms`: replies through running twins, and how a reply is read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qyzmet.commands.sms import sms
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.tiny import TinyWorld
from tests.commands.conftest import run, run_json

PHONE = "+77010000001"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QYZMET_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def twins(home: Path) -> Iterator[Outside]:
    """Running twins with one citizen, as a demo leaves word of them."""
    world = TinyWorld()
    world.person(phone=PHONE)
    outside = Outside(world, HandClock(datetime(2024, 2, 12, 3, tzinfo=UTC)))
    with Served(outside) as served:
        (home / "twins.json").write_text(json.dumps({"http": served.ports.url}))
        yield outside


def test_a_citizen_answers(twins: Outside) -> None:
    result = run(sms, "reply", "8 701 000 00 01", "7#1")
    assert result.exit_code == 0, result.output
    assert "Sent at 2024-02-12T03:00:00Z" in result.output
    assert run_json(sms, "reply", PHONE, "7#2")["text"] == "7#2"


def test_without_twins_it_says_what_to_do(home: Path) -> None:
    result = run(sms, "reply", PHONE, "7#1")
    assert result.exit_code == 1
    assert "No twins are running" in result.stderr
    assert "qyzmet demo --serve" in result.stderr
    (home / "twins.json").write_text('{"http": "http://127.0.0.1:9"}')
    assert "nobody answers as twins do (ConnectError)" in run(sms, "reply", PHONE, "7#1").stderr
    (home / "twins.json").write_text("{}")
    assert "does not name their address" in run(sms, "reply", PHONE, "7#1").stderr
    wrong = run(sms, "reply", "1414", "7#1")
    assert wrong.exit_code == 2
    assert "is not a mobile number of Kazakhstan" in wrong.stderr


@pytest.mark.clause("proactive:annex1", "proactive:annex2", "proactive:annex3")
@pytest.mark.parametrize(
    ("words", "reading"),
    [
        (("--expect", "consent", " 7 # 1 "), "consent"),
        (("--expect", "consent", "7#2"), "refuse"),
        (("--expect", "consent", "41#3#1"), "unclear"),
        (("--expect", "bank_one", "--code", "41", "41#3#1"), "bank:1"),
        (("--expect", "bank_one", "--code", "41", "41#3#2"), "unclear"),
        (("--expect", "bank_many", "--banks", "3", "--code", "42", "42#3#3"), "bank:3"),
        (("--expect", "bank_many", "--banks", "3", "--code", "42", "42#3#4"), "unclear"),
        (("--expect", "bank_many", "--banks", "3", "--code", "42", "42#3#0"), "other_bank"),
    ],
)
def test_how_a_reply_is_read(words: tuple[str, ...], reading: str) -> None:
    assert run_json(sms, "read", *words)["reading"] == reading


def test_wrong_use() -> None:
    assert run(sms, "read", "7#1").exit_code == 2
    assert run(sms, "read", "--expect", "wish", "7#1").exit_code == 2
    assert run(sms, "read", "--expect", "bank_many", "--banks", "0", "41#3#1").exit_code == 2


def test_reading_needs_no_database_and_no_web() -> None:
    code = (
        "import sys; from qyzmet.cli import main\n"
        "try: main(['sms', 'read', '--expect', 'consent', '7#1'])\n"
        "except SystemExit: pass\n"
        "heavy = {'psycopg', 'httpx', 'holidays', 'rich', 'cryptography'} & sys.modules.keys()\n"
        "sys.exit(f'loaded {sorted(heavy)}' if heavy else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "consent\n"), ran.stderr
