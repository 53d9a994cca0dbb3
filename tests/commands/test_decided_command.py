"""Papers, receipts, corrections and replay from the command line, over decided cases of the proactive act."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from qyzmet.acts.proactive import package
from qyzmet.commands.case import case as case_command
from qyzmet.commands.figure import figure as figure_command
from qyzmet.commands.verify import verify as verify_command
from qyzmet.exchange.development import Office, development_authority
from qyzmet.runtime.clock import FileClock
from qyzmet.runtime.database import Database
from tests.acts.proactive.conftest import AWARDED, LARGE, Pilot, ground, make_pilot, pilot
from tests.commands.conftest import run, run_json

__all__ = ["ground", "make_pilot", "pilot"]


@pytest.fixture
def at_home(pilot: Pilot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings lead to the pilot's databases, keys and clock."""

    @contextlib.contextmanager
    def same_database(*_: object, **__: object) -> Iterator[Database]:
        yield pilot.ground.database

    home = tmp_path / "home"
    home.mkdir()
    FileClock.create(home / "clock", pilot.clock.now() + timedelta(days=20))
    shutil.copytree(pilot.ground.signing, home / "signing")
    monkeypatch.setenv("QYZMET_VAULT_KEYS", str(pilot.ground.keys.path))
    monkeypatch.setenv("QYZMET_CLOCK", f"file:{home / 'clock'}")
    monkeypatch.setattr("qyzmet.runtime.database.open_database", same_database)
    monkeypatch.setattr("qyzmet.commands.opening.packages", lambda: {"proactive": package()})
    return home


def test_what_leaves_the_system_and_what_touches_it(pilot: Pilot, at_home: Path, tmp_path: Path) -> None:
    _, large = pilot.chosen(LARGE)
    pilot.decide(large, "appoint")
    _, awarded = pilot.chosen(AWARDED)
    # papers and receipts
    for words, begins in (([], b"%PDF"), (["--dossier", "--lang", "ru"], b"%PDF"), (["--signed"], b"%PDF")):
        out = tmp_path / "paper.pdf"
        done = run(case_command, "paper", str(large), *words, "--out", str(out))
        assert done.exit_code == 0, done.output
        assert out.read_bytes().startswith(begins)
    receipt, forged = tmp_path / "receipt.json", tmp_path / "forged.json"
    assert run(case_command, "receipt", str(large), "--out", str(receipt)).exit_code == 0
    roots, heads = str(at_home / "signing/root.crt"), str(at_home / "signing/heads.json")
    good = run_json(verify_command, str(receipt), "--roots", roots, "--heads", heads)
    assert good["receipts"][0]["decision"]["case"] == large  # type: ignore[index]
    forged.write_bytes(receipt.read_bytes().replace(b"KZT", b"USD"))
    bad = run(verify_command, str(receipt), str(forged))
    assert (bad.exit_code, "genuine, case" in bad.output, "does NOT count" in bad.output) == (1, True, True)
    development_authority(tmp_path / "elsewhere", pilot.clock, [Office("committee", "75")])
    other = run(verify_command, str(receipt), "--roots", str(tmp_path / "elsewhere/root.crt"))
    assert (other.exit_code, "another installation" in other.output) == (1, True)
    program = tmp_path / "verifier.py"
    assert run(verify_command, "--program", str(program)).exit_code == 0
    assert program.read_text().startswith('"""Checks a decision receipt offline')
    # a figure corrected
    since = "2024-03-01"
    none = run(case_command, "affected", "--figure", "MCI", "--since", since)
    assert (none.exit_code, "No correction of MCI" in none.output) == (1, True)
    correct = (
        "correct",
        "MCI",
        "3700",
        "--since",
        "2024-01-01",
        "--until",
        "2024-12-31",
        "--source",
        "law No 5",
    )
    done = run(figure_command, *correct, "--by", "head", "--reason", "published late")
    assert "Correction" in done.output, done.output
    again = run(figure_command, *correct, "--by", "head", "--reason", "published late")
    assert (again.exit_code, "says so already" in again.output) == (1, True)
    listed = run(figure_command, "list", "MCI")
    assert "3700" in listed.output
    assert "3692" in listed.output
    said = run(case_command, "affected", "--figure", "MCI", "--since", since)
    assert f"{large:>8}  {LARGE}" in said.output
    assert "2 decisions are touched by figure MCI" in said.output
    assert run(case_command, "affected", "--figure", "MCI", "--since", since, "--open-review").exit_code == 2
    ordered = ("--open-review", "--by", "A. Serikova", "--order", "Order No 5")
    found = run_json(case_command, "affected", "--figure", "MCI", "--since", since, *ordered)
    assert {int(case) for case in found["reviews"]} == {large, awarded}  # type: ignore[attr-defined]
    assert found["not_reviewed"] == {}
    reviewed = run(case_command, "affected", "--figure", "MCI", "--since", since)
    assert reviewed.output.count("reviewed in case") == 2
    fact = run(case_command, "affected", "--fact", "award", "--since", since)
    assert (fact.exit_code, "No correction of the fact 'award'" in fact.output) == (1, True)
    # all decisions made again
    replayed = run(case_command, "replay", "--all")
    assert (replayed.exit_code, "2 of 2 decisions come out" in replayed.output) == (0, True), replayed.output
    assert run_json(case_command, "replay", "--all")["same"] == 2
    assert run(case_command, "replay").exit_code == 2
    with pilot.ground.admins[0].transaction():
        pilot.ground.admins[0].execute("UPDATE decisions SET amount_tiyn = amount_tiyn + 100")
    changed = run(case_command, "replay", "--all")
    assert (changed.exit_code, "otherwise than they were signed" in changed.output) == (1, True)
    assert json.loads(receipt.read_bytes())["receipt"] == 1
