"""Configuration: the environment before the file before the default, and nothing wrong gets in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qyzmet.runtime.config import SETTINGS, describe, load
from qyzmet.runtime.errors import BadValue


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    home.mkdir()
    return {"QYZMET_HOME": str(home)}


def test_nothing_set_means_the_embedded_database_in_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = load({})
    assert config.home == tmp_path / ".qyzmet"
    assert config.database_url == ""
    assert config.vault_keys == tmp_path / ".qyzmet" / "vault-keys.json"
    assert not config.home.exists()


def test_the_environment_goes_before_the_file(env: dict[str, str], home: Path) -> None:
    (home / "qyzmet.toml").write_text(
        """
        log_level = "debug"
        [smpp]
        host = "smsc.example"
        port = 3000
        [partners]
        zags = "http://zags.example/"
        [policies.proactive]
        "G-08" = "end"
        """
    )
    config = load(env | {"QYZMET_SMPP_PORT": "4000"})
    assert (config.smpp_host, config.smpp_port, config.log_level) == ("smsc.example", 4000, "debug")
    assert config.policies == {"proactive": {"G-08": "end"}}
    assert config.partner("zags") == "http://zags.example"
    sources = {row.name: row.source for row in describe(config)}
    assert sources["smpp_port"] == "QYZMET_SMPP_PORT"
    assert sources["smpp_host"] == str(home / "qyzmet.toml")
    assert sources["clock"] == "default"


def test_one_partner_url_stands_for_all_and_none_is_refused_with_the_remedy(env: dict[str, str]) -> None:
    assert load(env | {"QYZMET_PARTNERS": "http://localhost:9"}).partner("zags") == "http://localhost:9"
    with pytest.raises(BadValue, match=r"partners\.zags: is not set.*QYZMET_PARTNERS"):
        load(env).partner("zags")


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("QYZMET_DATABASE_URL", "mysql://host/db", "is a URL of a PostgreSQL database"),
        ("QYZMET_DATABASE_URL", "postgresql://host", "is a URL of a PostgreSQL database"),
        ("QYZMET_SMPP_PORT", "0", "is a port from 1 to 65535"),
        ("QYZMET_SMPP_PORT", "65536", "is a port"),
        ("QYZMET_SMPP_PORT", "²", "is a port"),
        ("QYZMET_SMPP_HOST", "two\nlines", "is a text of one line"),
        ("QYZMET_CLOCK", "yesterday", "is 'system' or 'file:PATH'"),
        ("QYZMET_CLOCK", "file:/nowhere/clock", "is 'system' or 'file:PATH'"),
        ("QYZMET_PARTNERS", "ftp://host", "is the base URL of a partner"),
        ("QYZMET_LOG_LEVEL", "loud", "is one of debug, info, warning, error"),
        ("QYZMET_SIGNER", "paper", "is one of local, remote, ncanode"),
        ("QYZMET_TSA_URL", "tsp.example", "is the base URL"),
        ("QYZMET_REVOCATION_MINUTES", "0", "is a number of minutes from 1 to 10080"),
        ("QYZMET_CONFIG", "/nowhere/q.toml", "names a file that does not exist"),
        ("QYZMET_DATABSE_URL", "x", "is not a setting of Qyzmet"),
    ],
)
def test_a_wrong_value_in_the_environment_is_refused(
    env: dict[str, str], name: str, value: str, rule: str
) -> None:
    with pytest.raises(BadValue, match=re.escape(rule)) as refused:
        load(env | {name: value})
    assert refused.value.field == name
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("text", "field", "rule"),
    [
        ("databse_url = 'x'", "databse_url", "is not a setting"),
        ("[smpp]\nprot = 1", "smpp.prot", "is not a setting"),
        ("[smpp]\nport = true", "smpp.port", "is a port"),
        ("smpp = 3", "smpp", "is not a setting"),
        ("partners = 3", "partners", "is one base URL or a table"),
        ("[partners]\nzags = 3", "partners.zags", "is a text"),
        ("policies = 'G-08'", "policies", "is a table"),
        ("[policies]\n'G-08' = 'end'", "policies", "is a table"),
        ("log_level = ['info']", "log_level", "is one of"),
        ("home = '/x'", "home", "is not a setting"),
        ("= 3", "qyzmet.toml", "is not TOML"),
        ("\xff", "qyzmet.toml", "is not TOML"),
    ],
)
def test_a_wrong_file_is_refused(env: dict[str, str], home: Path, text: str, field: str, rule: str) -> None:
    (home / "qyzmet.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadValue, match=re.escape(rule)) as refused:
        load(env)
    assert refused.value.field.endswith(field)


def test_a_misspelt_name_gets_a_hint(env: dict[str, str]) -> None:
    with pytest.raises(BadValue, match="Perhaps QYZMET_DATABASE_URL is meant"):
        load(env | {"QYZMET_DATABSE_URL": "postgresql://h/d"})
    load(env | {"QYZMET_FAILPOINTS": "after-claim", "QYZMET_TEST_SEED": "1"})


def test_secrets_are_never_shown(env: dict[str, str]) -> None:
    secret = "se%2Fcret"
    config = load(
        env
        | {
            "QYZMET_DATABASE_URL": f"postgresql://me:{secret}@db.example/q",
            "QYZMET_VAULT_URL": f"postgresql://db.example/v?user=me&password={secret}",
            "QYZMET_SMPP_PASSWORD": secret,
            "QYZMET_PARTNERS": f"https://me:{secret}@gate.example",
        }
    )
    shown = " ".join(f"{row.value} {row.source}" for row in describe(config)) + repr(config.database_url[:13])
    assert secret not in shown
    assert "postgresql://me:***@db.example/q" in shown
    assert secret not in repr(config)


def test_every_setting_is_described(env: dict[str, str]) -> None:
    rows = describe(load(env))
    assert [row.name for row in rows] == [setting.name for setting in SETTINGS]
    assert all(row.help for row in rows)
