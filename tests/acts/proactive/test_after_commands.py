"""`qyzmet payments`, `qyzmet case review` and `qyzmet import recipients` on a living installation."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from qyzmet.acts.proactive import package
from qyzmet.cli import qyzmet
from qyzmet.commands.case import case
from qyzmet.commands.import_ import import_
from qyzmet.commands.payments import payments
from qyzmet.runtime.clock import FileClock
from qyzmet.runtime.database import Database
from tests.acts.proactive.conftest import AWARDED, LARGE, Pilot


def run(command: click.Command, *words: str) -> Result:
    return CliRunner().invoke(command, list(words))


@pytest.fixture
def office(pilot: Pilot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pilot:
    """A pilot whose databases, keys and moment the commands find."""

    @contextlib.contextmanager
    def same_database(*_: object, **__: object) -> Iterator[Database]:
        yield pilot.ground.database

    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("QYZMET_HOME", str(home))
    monkeypatch.setenv("QYZMET_VAULT_KEYS", str(pilot.ground.keys.path))
    monkeypatch.setenv("QYZMET_CLOCK", f"file:{home / 'clock'}")
    monkeypatch.setattr("qyzmet.runtime.database.open_database", same_database)
    monkeypatch.setattr("qyzmet.commands.opening.packages", lambda: {"proactive": package()})
    return pilot


def clock(office: Pilot, tmp_path: Path) -> None:
    path = tmp_path / "home" / "clock"
    path.unlink(missing_ok=True)
    FileClock.create(path, office.clock.now())


def test_payments_are_reconciled_asked_about_and_settled(office: Pilot, tmp_path: Path) -> None:
    office.services.payments.knobs.unknown = 1.0
    _, number = office.chosen(AWARDED)
    office.after(days=3)
    clock(office, tmp_path)
    told = run(payments, "reconcile")
    assert told.exit_code == 0, told.output
    assert "Everything agrees to the tiyn; 1 for people." in told.stdout
    found: dict[str, Any] = json.loads(run(payments, "reconcile", "--json").stdout)
    assert found["agrees"]
    assert found["states"]["paid"]["references"] == 1
    days = json.loads(run(payments, "reconcile", "--days", "9", "--json").stdout)["days"]
    assert [each["agrees"] for each in days] == [True] * len(days)
    (asked,) = json.loads(run(payments, "questions", "--json").stdout)["questions"]
    assert asked["state"] == "unknown"
    assert asked["reference"] in run(payments, "questions").stdout
    words = ("settle", asked["reference"], "--note", "another payer", "--by", "A. Serikova")
    assert run(payments, *words).exit_code == 0
    again = run(payments, *words)
    assert again.exit_code == 2
    assert "qyzmet payments questions" in again.output
    assert "settled by A. Serikova: another payer" in run(payments, "questions", "--all").stdout
    shown = run(payments, "order", f"proactive/{number}")
    assert f"<EndToEndId>proactive/{number}</EndToEndId>" in shown.stdout
    assert run(payments, "order", "proactive/0").exit_code == 2
    (look, *_) = office.vault.looks(office.person_of(number))
    assert look.purpose == "show a payment order"


def test_a_message_in_trouble_is_told_and_ends_with_1(office: Pilot, tmp_path: Path) -> None:
    office.chosen(AWARDED)
    with office.worker.engine.store.connection.transaction():
        office.worker.engine.store.connection.execute(
            "INSERT INTO payment_messages VALUES ('C1', 'camt.053', %(now)s, %(now)s, '', 'It is no XML.')",
            {"now": office.clock.now()},
        )
    clock(office, tmp_path)
    told = run(payments, "reconcile")
    assert told.exit_code == 1
    assert "camt.053 C1: It is no XML." in told.stdout


def test_a_review_is_opened(office: Pilot, tmp_path: Path) -> None:
    _, number = office.chosen(LARGE)
    office.decide(number, "refuse")
    clock(office, tmp_path)
    words = ("review", str(number), "--kind", "appeal", "--reason", "a child", "--by", "A. Serikova")
    opened = json.loads(run(case, *words, "--json").stdout)
    assert opened["reviews"] == number
    office.run()
    assert office.step(opened["case"]) == "review"
    again = run(case, *words)
    assert again.exit_code == 1
    assert f"Case {opened['case']} reviews it already" in again.output


def test_recipients_are_imported_and_bad_rows_listed(office: Pilot, tmp_path: Path) -> None:
    clock(office, tmp_path)
    path, bad = tmp_path / "r.csv", tmp_path / "bad.csv"
    iin = office.mother("bank_a")
    path.write_text(
        f"iin,service,kind,since\n{iin},{LARGE},recipient,2023-01-01\n1,{LARGE},recipient,2023-01-01\n"
    )
    told = run(import_, "recipients", str(path), "--bad", str(bad))
    assert told.exit_code == 1
    assert "2 rows: 1 new, 0 changed, 0 unchanged, 1 bad." in told.output
    assert bad.read_text().splitlines()[1].startswith("2,IIN,")
    again = run(qyzmet, "import", "recipients", str(path), "--json")
    assert json.loads(again.stdout)["unchanged"] == 1
