"""Orders that move days between work and rest, entered as dated data with their source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from qyzmet.law.act import LANGUAGES
from qyzmet.runtime.errors import BadValue

SHIPPED = Path(__file__).with_name("overrides.toml")


@dataclass(frozen=True, slots=True)
class Override:
    """One day that works, or does not, whatever the ordinary calendar says.

    `known_on` is the day on which the order became known, None where that was always so.
    `words` holds the reason in `kk`, `ru` and `en`.
    """

    day: date
    works: bool
    words: Mapping[str, str] = field(compare=False)
    source: str = field(compare=False)
    known_on: date | None = None


def read_overrides(path: Path = SHIPPED) -> tuple[Override, ...]:
    """The overrides in a TOML file, in the order of their days.

    Raises BadValue where the file cannot be read, or an entry lacks a field or repeats a day.
    """
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("override", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadValue(str(path), f"is no readable TOML file ({error})", "Correct the file.") from error
    found = sorted(
        (_override(entry, f"{path.name}, entry {i}") for i, entry in enumerate(entries, 1)), key=_day
    )
    for one, next_one in pairwise(found):
        if one.day == next_one.day:
            raise BadValue(path.name, f"has two entries for {one.day}", "Keep the one in force.")
    return tuple(found)


def _day(override: Override) -> date:
    return override.day


def _override(entry: Mapping[str, Any], place: str) -> Override:
    kinds: dict[str, type] = {"date": date, "works": bool, "source": str, "kk": str, "ru": str, "en": str}
    known_on = entry.get("known_on")
    for name, kind in kinds.items():
        if not isinstance(entry.get(name), kind):
            raise BadValue(
                f"{place}: {name}", f"must be a {kind.__name__}", "See overrides.toml for examples."
            )
    for name, value in (("date", entry["date"]), ("known_on", known_on)):
        if isinstance(value, datetime) or not isinstance(value, date | None):
            raise BadValue(f"{place}: {name}", "must be a day without a time", "Write it as 2024-05-04.")
    words = {language: entry[language] for language in LANGUAGES}
    return Override(entry["date"], entry["works"], words, entry["source"], known_on)
