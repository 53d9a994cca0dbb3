"""`qyzmet admin`: what is set, what is wrong, what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qyzmet.commands.admin import admin
from qyzmet.people.vault import Vault, VaultKeys
from qyzmet.runtime.database import Database


@pytest.fixture
def env(home: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name in [name for name in os.environ if name.startswith("QYZMET_")]:
        monkeypatch.delenv(name)
    home.mkdir()
    return {
        "QYZMET_HOME": str(home),
        "QYZMET_DATABASE_URL": database.owner_url,
        "QYZMET_VAULT_URL": database.vault_url,
    }


def run(env: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(admin, words, env=env)


def test_config_lists_settings_without_secrets(env: dict[str, str], database: Database) -> None:
    shown = run(env, "config", "--json")
    rows = {row["name"]: row for row in json.loads(shown.stdout)["settings"]}
    assert rows["database_url"]["source"] == "QYZMET_DATABASE_URL"
    assert database.owner_url not in shown.output
    assert "***" in rows["database_url"]["value"]
    assert "QYZMET_HOME" in run(env, "config").output


def test_a_wrong_setting_is_said_and_exits_2(env: dict[str, str]) -> None:
    shown = run(env | {"QYZMET_LOG_LEVEL": "loud"}, "config")
    assert shown.exit_code == 2
    assert "QYZMET_LOG_LEVEL: is one of" in shown.output


def test_the_doctor_finds_a_sound_installation_sound(env: dict[str, str]) -> None:
    shown = run(env, "doctor", "--json")
    found = json.loads(shown.stdout)
    wrong = [finding["name"] for finding in found["findings"] if not finding["ok"]]
    assert set(wrong) <= {"roles"}  # the owner in the URL may make no roles
    assert {finding["name"] for finding in found["findings"]} >= {"python", "disk", "clock", "database"}


def test_the_doctor_says_what_is_wrong_and_what_to_do(env: dict[str, str]) -> None:
    shown = run(env | {"QYZMET_DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/q"}, "doctor")
    assert shown.exit_code == 1
    assert "WRONG database: The database at 127.0.0.1:1/q cannot be reached" in shown.output
    assert "Start it or correct QYZMET_DATABASE_URL" in shown.output
    assert "secret" not in shown.output


def test_the_doctor_misses_the_key_file_of_a_vault_in_use(env: dict[str, str], vault: Vault) -> None:
    assert vault.subjects_for(["880214400123"])
    shown = run(env, "doctor")
    assert shown.exit_code == 1
    assert "WRONG vault keys:" in shown.output
    assert "Restore the file from the backup" in shown.output
    others = env["QYZMET_HOME"] + "/others.json"
    VaultKeys.load_or_create(Path(others))
    assert "belongs to another vault" in run(env | {"QYZMET_VAULT_KEYS": others}, "doctor").output


def test_migrate_may_be_run_again(env: dict[str, str]) -> None:
    shown = run(env, "migrate")
    assert shown.exit_code == 0, shown.output
    assert "Both schemas are up to date." in shown.output


@pytest.mark.parametrize("command", ["config", "doctor", "migrate"])
def test_help_has_an_example(command: str) -> None:
    assert f"qyzmet admin {command}" in run({}, command, "--help").output
