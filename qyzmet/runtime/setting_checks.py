"""How the value of a setting is checked: each function takes its name and value, and returns it checked.

They raise BadValue naming the setting, the rule and the remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from qyzmet.runtime.clock import clock_from
from qyzmet.runtime.errors import BadValue

LOG_LEVELS = ("debug", "info", "warning", "error")
SIGNERS = ("local", "remote", "ncanode")


def text(name: str, value: Any) -> str:
    if isinstance(value, str) and value and value.isprintable():
        return value
    raise BadValue(name, "is a text of one line", "Write it in quotes, without line breaks.")


def database(name: str, value: Any) -> str:
    written = text(name, value)
    parts = urlsplit(written)
    if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
        return written
    raise BadValue(
        name,
        "is a URL of a PostgreSQL database",
        "Write postgresql://user:password@host:5432/database, or leave it out for the embedded database.",
    )


def clock(name: str, value: Any) -> str:
    try:
        clock_from(text(name, value))
    except BadValue as error:
        raise BadValue(name, error.rule, error.remedy) from None
    return str(value)


def path(name: str, value: Any) -> Path:
    return Path(text(name, value))


def web(name: str, value: Any) -> str:
    written = text(name, value)
    parts = urlsplit(written)
    if parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment:
        return written.rstrip("/")
    raise BadValue(name, "is the base URL of a partner", "Write http://host:port or https://host/path.")


def partners(name: str, value: Any) -> Mapping[str, str]:
    if isinstance(value, str):
        return MappingProxyType({"*": web(name, value)})
    if isinstance(value, dict):
        return MappingProxyType({key: web(f"{name}.{key}", item) for key, item in value.items()})
    raise BadValue(
        name,
        "is one base URL or a table of them",
        'Write partners = "http://…" or [partners] name = "http://…".',
    )


def port(name: str, value: Any) -> int:
    if (
        not isinstance(value, bool)
        and str(value).isascii()
        and str(value).isdigit()
        and 0 < int(value) < 65536
    ):
        return int(value)
    raise BadValue(name, "is a port from 1 to 65535", "Write the number alone.")


def policies(name: str, value: Any) -> Mapping[str, Any]:
    if isinstance(value, dict) and all(isinstance(readings, dict) for readings in value.values()):
        return MappingProxyType(value)
    raise BadValue(
        name,
        "is a table of readings for each act",
        'Write for example [policies.proactive] and then lines like "G-08" = "…".',
    )


def senders(name: str, value: Any) -> Mapping[str, Path]:
    if isinstance(value, dict):
        return MappingProxyType({source: path(f"{name}.{source}", file) for source, file in value.items()})
    raise BadValue(
        name,
        "is a table of files, one for each source",
        f'Write [{name}] and then lines like "individuals_db/births" = "individuals.pem".',
    )


def few(name: str, value: Any) -> int:
    number = _number(value)
    if number is not None and 1 <= number <= 32:
        return number
    raise BadValue(name, "is a whole number from 1 to 32", "Leave it out for 1.")


def count(name: str, value: Any) -> int:
    number = _number(value)
    if number is not None and 0 <= number <= 1000:
        return number
    raise BadValue(name, "is a whole number from 0 to 1,000", "Leave it out for 0.")


def yes_no(name: str, value: Any) -> bool:
    found = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
    if found is None:
        raise BadValue(name, "is true or false", "Leave it out for false.")
    return found


def hours(name: str, value: Any) -> tuple[time, time]:
    """Two times of day, like 22:00-08:00."""
    begins, mark, ends = str(value).partition("-")
    try:
        found = time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
    except ValueError:
        found = time(), time()
    if not mark or found[0] == found[1]:
        raise BadValue(name, "is two times of day, the first unlike the second", "Write 22:00-08:00.")
    return found


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def limits(name: str, value: Any) -> Mapping[str, Mapping[str, float]]:
    if isinstance(value, dict) and all(isinstance(each, dict) for each in value.values()):
        return MappingProxyType(value)
    raise BadValue(name, "is a table of tables, one for each partner", "Write [limits.odk] and rate = 20.")


def level(name: str, value: Any) -> str:
    if value in LOG_LEVELS:
        return str(value)
    raise BadValue(name, f"is one of {', '.join(LOG_LEVELS)}", "Leave it out for info.")


def signer(name: str, value: Any) -> str:
    if value in SIGNERS:
        return str(value)
    raise BadValue(name, f"is one of {', '.join(SIGNERS)}", "Leave it out for keys in files (local).")


def minutes(name: str, value: Any) -> int:
    written = str(value)
    if not isinstance(value, bool) and written.isascii() and written.isdigit() and 0 < int(written) <= 10080:
        return int(written)
    raise BadValue(name, "is a number of minutes from 1 to 10080", "Write the number alone.")
