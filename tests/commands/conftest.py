"""Commands on the databases of a test, with the toy act installed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import FileClock, HandClock
from qyzmet.runtime.database import Database
from tests.cases import toy
from tests.cases.conftest import Kernel, kernel

__all__ = ["kernel"]

PHONE = "+77011234567"


@pytest.fixture(autouse=True)
def home_of_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No command reads the settings of whoever runs the tests."""
    monkeypatch.setenv("QYZMET_HOME", str(tmp_path / "home"))


@pytest.fixture
def installed(
    database: Database,
    vault_keys: VaultKeys,
    clock: HandClock,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Settings lead to this test's databases, keys and clock; the toy act is the only one installed."""

    @contextlib.contextmanager
    def same_database(*_: object, **__: object) -> Iterator[Database]:
        yield database

    FileClock.create(home / "clock", clock.now())
    monkeypatch.setenv("QYZMET_HOME", str(home))
    monkeypatch.setenv("QYZMET_VAULT_KEYS", str(vault_keys.path))
    monkeypatch.setenv("QYZMET_CLOCK", f"file:{home / 'clock'}")
    monkeypatch.setattr("qyzmet.runtime.database.open_database", same_database)
    monkeypatch.setattr("qyzmet.commands.opening.packages", lambda: {"toy": toy.package()})
    return home


@pytest.fixture
def paid(kernel: Kernel, installed: Path) -> int:
    """A case that went all the way: asked, answered, decided by an official, paid."""
    iin = kernel.person(1, PHONE)
    address = kernel.vault.phone_index(PHONE).hex()
    (number,) = kernel.open(toy.arrival(1, iin, address=address))
    kernel.run()
    kernel.after(hours=1)
    kernel.reply(PHONE, "7#1")
    kernel.run()
    toy.PARTNER.found = {number}
    kernel.after(hours=1)
    kernel.decide("appoint")
    kernel.run()
    assert kernel.step(number) == "paid"
    kernel.verify()
    return number


def run(command: click.Command, *words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def run_json(command: click.Command, *words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(command, *words, "--json").stdout)
    return found
