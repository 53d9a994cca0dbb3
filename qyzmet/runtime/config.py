"""Configuration: the environment first, then one TOML file, then defaults. Wrong values stop the start.

The file is `QYZMET_CONFIG`, or `qyzmet.toml` in the home. Every setting stands once in `SETTINGS`,
from which reading, checking and `qyzmet admin config` all follow.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from qyzmet.runtime import setting_checks as checks
from qyzmet.runtime.clock import Clock, clock_from
from qyzmet.runtime.errors import BadValue
from qyzmet.runtime.setting_checks import LOG_LEVELS

#: Other variables may begin so without being settings: switches of tests.
FREE_PREFIXES = ("QYZMET_TEST_", "QYZMET_FAILPOINT")

_SECRET = "***"
_WHOLE = ("partners", "policies", "senders", "workplaces", "limits")

#: Files whose paths are within the home unless they are absolute.
_PLACES = {
    "vault_keys": Path("vault-keys.json"),
    "signer_socket": Path("signing/signer.sock"),
    "signer_token": Path("signing/signer-token"),
    "signing_roots": Path("signing/root.crt"),
}


@dataclass(frozen=True)
class Config:
    """All settings, checked. `sources` says for each where it came from; secrets stay out of the repr.

    An empty `database_url` means the embedded database in `home`, an empty `vault_url` the database
    `qyzmet_vault` on the same server. `partners` holds base URLs by partner name; the name `*` stands
    for all that are not named. `policies` is passed on as it was written. `senders` holds for each source
    that pushes events the file of its public keys.
    """

    home: Path
    database_url: str = field(default="", repr=False)
    vault_url: str = field(default="", repr=False)
    clock: str = "system"
    vault_keys: Path = Path()
    partners: Mapping[str, str] = field(default_factory=dict, repr=False)
    smpp_host: str = "127.0.0.1"
    smpp_port: int = 2775
    smpp_system_id: str = "qyzmet"
    smpp_password: str = field(default="", repr=False)
    signer: str = "local"
    signer_socket: Path = Path()
    signer_token: Path = Path()
    signing_roots: Path = Path()
    ncanode_url: str = "http://127.0.0.1:14579"
    tsa_url: str = ""
    ocsp_url: str = ""
    crl_url: str = ""
    revocation_minutes: int = 60
    policies: Mapping[str, Any] = field(default_factory=dict)
    senders: Mapping[str, Path] = field(default_factory=dict)
    workplaces: Mapping[str, Path] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    smpp_binds: int = 1
    sms_quiet: tuple[time, time] | None = None
    sms_most_a_day: int = 0
    sms_repeat_unknown: bool = False
    public_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = "qyzmet"
    oidc_client_secret: str = field(default="", repr=False)
    log_level: str = "info"
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def open_clock(self) -> Clock:
        """The clock that the setting names."""
        return clock_from(self.clock)

    def partner(self, name: str) -> str:
        """The base URL of a partner, without a slash at the end. Raises BadValue where none is set."""
        url = self.partners.get(name) or self.partners.get("*")
        if url is None:
            raise BadValue(
                f"partners.{name}",
                "is not set, so nobody can be asked there",
                "Set QYZMET_PARTNERS to one base URL for all, or [partners] in the TOML file; "
                "`qyzmet twins` starts partners to try things with.",
            )
        return url


class Row(NamedTuple):
    """One line of `qyzmet admin config`; secrets are masked in `value`."""

    name: str
    value: str
    source: str
    help: str


class Setting(NamedTuple):
    """One setting: its field in Config, its place in the TOML file (dotted), its check and its help."""

    name: str
    toml: str
    variable: str
    check: Callable[[str, Any], Any]
    help: str


def load(env: Mapping[str, str] | None = None, toml: Path | None = None) -> Config:
    """Reads and checks the configuration.

    `env` defaults to the environment, `toml` to what `QYZMET_CONFIG` names, then to `qyzmet.toml` in
    the home if that exists. Raises BadValue naming field, rule and remedy.
    """
    env = os.environ if env is None else env
    _no_unknown_variables(env)
    home = Path(env.get("QYZMET_HOME") or ".qyzmet").absolute()
    file = toml or (Path(env["QYZMET_CONFIG"]) if env.get("QYZMET_CONFIG") else None)
    table = _read(file, must_exist=True) if file else _read(home / "qyzmet.toml", must_exist=False)
    written = _flat(table)
    values: dict[str, Any] = {"home": home}
    sources = {"home": "QYZMET_HOME" if env.get("QYZMET_HOME") else "default"}
    for setting in SETTINGS[1:]:
        if env.get(setting.variable):
            values[setting.name] = setting.check(setting.variable, env[setting.variable])
            sources[setting.name] = setting.variable
        elif setting.toml in written:
            values[setting.name] = setting.check(setting.toml, written[setting.toml])
            sources[setting.name] = str(file or home / "qyzmet.toml")
        else:
            sources[setting.name] = "default"
    for name in ("senders", "workplaces"):
        values[name] = {source: home / file for source, file in values.get(name, {}).items()}
    for name, place in _PLACES.items():
        values[name] = home / values.get(name, place)  # an absolute path stays as it is
    return Config(**values, sources=MappingProxyType(sources))


def describe(config: Config) -> list[Row]:
    """Every setting with its value, where it came from and what it is for."""
    return [
        Row(
            setting.name,
            _shown(setting.name, config),
            config.sources.get(setting.name, "default"),
            setting.help,
        )
        for setting in SETTINGS
    ]


def masked(url: str) -> str:
    """A URL without its password."""
    return re.sub(
        r"(://[^:/@]*:)[^@]*@", rf"\1{_SECRET}@", re.sub(r"(password=)[^&\s]+", rf"\1{_SECRET}", url)
    )


def _shown(name: str, config: Config) -> str:
    value = getattr(config, name)
    if name in ("smpp_password", "oidc_client_secret"):
        return _SECRET if value else ""
    if name == "database_url":
        return masked(value) or f"embedded, in {config.home}"
    if name == "vault_url":
        return masked(value) or "database qyzmet_vault beside"
    if name.endswith("_url"):
        return masked(value)
    if name == "sms_quiet":
        return "" if value is None else "-".join(f"{at:%H:%M}" for at in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {masked(str(item))}" for key, item in sorted(value.items()))
    return str(value)


def _read(file: Path, *, must_exist: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not must_exist:
            return {}
        raise BadValue(
            "QYZMET_CONFIG", f"names a file that does not exist: {file}", "Correct the path or leave it out."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadValue(str(file), f"is not TOML: {error}", "Correct that line.") from None
    except OSError as error:
        raise BadValue(
            str(file), f"cannot be read: {error.strerror}", "Correct the path or its rights."
        ) from None


def _flat(table: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names; the tables of `_WHOLE` stay whole. Refuses unknown names."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        inner = isinstance(value, dict) and key not in _WHOLE
        for name, item in ({f"{key}.{k}": v for k, v in value.items()} if inner else {key: value}).items():
            _must_be_known(name, {setting.toml for setting in SETTINGS if setting.toml}, "the TOML file")
            found[name] = item
    return found


def _no_unknown_variables(env: Mapping[str, str]) -> None:
    known = {setting.variable for setting in SETTINGS if setting.variable} | {"QYZMET_CONFIG"}
    for name in env:
        if name.startswith("QYZMET_") and not name.startswith(FREE_PREFIXES):
            _must_be_known(name, known, "the environment")


def _must_be_known(name: str, known: set[str], where: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        remedy = f"Perhaps {near[0]} is meant." if near else "`qyzmet admin config` lists all settings."
        raise BadValue(name, f"is not a setting of Qyzmet (found in {where})", remedy)


SETTINGS = (
    Setting("home", "", "QYZMET_HOME", checks.path, "Directory for everything Qyzmet keeps on this machine"),
    Setting(
        "database_url",
        "database_url",
        "QYZMET_DATABASE_URL",
        checks.database,
        "PostgreSQL 15+; empty: embedded",
    ),
    Setting("vault_url", "vault_url", "QYZMET_VAULT_URL", checks.database, "The vault of identities"),
    Setting("clock", "clock", "QYZMET_CLOCK", checks.clock, "system, or file:PATH of a clock turned by hand"),
    Setting(
        "vault_keys",
        "vault_keys",
        "QYZMET_VAULT_KEYS",
        checks.path,
        "File of the vault's master keys, mode 0600",
    ),
    Setting(
        "partners", "partners", "QYZMET_PARTNERS", checks.partners, "Base URLs of the systems that are asked"
    ),
    Setting(
        "smpp_host", "smpp.host", "QYZMET_SMPP_HOST", checks.text, "Host of the mobile operator's SMPP gate"
    ),
    Setting("smpp_port", "smpp.port", "QYZMET_SMPP_PORT", checks.port, "Its port"),
    Setting("smpp_system_id", "smpp.system_id", "QYZMET_SMPP_SYSTEM_ID", checks.text, "Our name there"),
    Setting("smpp_password", "smpp.password", "QYZMET_SMPP_PASSWORD", checks.text, "Our password there"),
    Setting("smpp_binds", "smpp.binds", "QYZMET_SMPP_BINDS", checks.few, "How many links to it at once"),
    Setting(
        "sms_quiet", "sms.quiet", "QYZMET_SMS_QUIET", checks.hours, "Hours without SMS, like 22:00-08:00"
    ),
    Setting(
        "sms_most_a_day", "sms.most_a_day", "QYZMET_SMS_MOST", checks.count, "SMS a day to a phone; 0: all"
    ),
    Setting(
        "sms_repeat_unknown",
        "sms.repeat_unknown",
        "QYZMET_SMS_REPEAT",
        checks.yes_no,
        "Whether a message of unknown fate is sent again",
    ),
    Setting(
        "signer", "signing.signer", "QYZMET_SIGNER", checks.signer, f"One of {', '.join(checks.SIGNERS)}"
    ),
    Setting(
        "signer_socket",
        "signing.socket",
        "QYZMET_SIGNER_SOCKET",
        checks.path,
        "Where `qyzmet signer` answers",
    ),
    Setting(
        "signer_token", "signing.token", "QYZMET_SIGNER_TOKEN", checks.path, "File of its token, mode 0600"
    ),
    Setting(
        "signing_roots",
        "signing.roots",
        "QYZMET_SIGNING_ROOTS",
        checks.path,
        "Trusted root certificates, PEM",
    ),
    Setting("ncanode_url", "signing.ncanode", "QYZMET_NCANODE_URL", checks.web, "The external (GOST) signer"),
    Setting(
        "tsa_url", "signing.tsa", "QYZMET_TSA_URL", checks.web, "Timestamp authority; empty: none is asked"
    ),
    Setting(
        "ocsp_url", "signing.ocsp", "QYZMET_OCSP_URL", checks.web, "OCSP responder; empty: none is asked"
    ),
    Setting(
        "crl_url", "signing.crl", "QYZMET_CRL_URL", checks.web, "List of revoked certificates, asked second"
    ),
    Setting(
        "revocation_minutes",
        "signing.fresh_minutes",
        "QYZMET_REVOCATION_MINUTES",
        checks.minutes,
        "How long an answer about a certificate is relied on",
    ),
    Setting(
        "policies", "policies", "", checks.policies, "Readings of what each act leaves open, by mark (G-08 …)"
    ),
    Setting("senders", "senders", "", checks.senders, "Public keys (PEM) of those who push registry events"),
    Setting("workplaces", "workplaces", "", checks.senders, "Public keys (PEM) of systems officials work in"),
    Setting(
        "limits", "limits", "", checks.limits, "Rate, concurrency, time-out, retries, breaker by partner"
    ),
    Setting("public_url", "web.public_url", "QYZMET_PUBLIC_URL", checks.web, "Where browsers find the pages"),
    Setting(
        "oidc_issuer", "web.oidc.issuer", "QYZMET_OIDC_ISSUER", checks.web, "OpenID provider for sign-in"
    ),
    Setting("oidc_client_id", "web.oidc.client_id", "QYZMET_OIDC_CLIENT_ID", checks.text, "Our name there"),
    Setting(
        "oidc_client_secret",
        "web.oidc.client_secret",
        "QYZMET_OIDC_CLIENT_SECRET",
        checks.text,
        "Our secret there",
    ),
    Setting("log_level", "log_level", "QYZMET_LOG_LEVEL", checks.level, f"One of {', '.join(LOG_LEVELS)}"),
)
