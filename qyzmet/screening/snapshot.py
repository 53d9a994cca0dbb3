"""A snapshot: a folder of Parquet files and `snapshot.json`, which says of what day it is and how long.

    {"taken": "2024-12-31", "first_day": "2024-01-01", "rows": {"persons": 20000000, …}}

`taken` is the day whose end the data show, `first_day` the first day whose events are in it. Rows are
counted by whoever wrote the files, so that a file cut off and mended is seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qyzmet.runtime.errors import BadValue, Refused
from qyzmet.screening.schema import Table, check_file

MANIFEST = "snapshot.json"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A checked snapshot. `digest` tells one from another."""

    folder: Path
    taken: date
    first_day: date
    rows: Mapping[str, int]
    digest: str

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"


def open_snapshot(folder: Path, tables: Sequence[Table]) -> Snapshot:
    """Reads the manifest and the footer of every file, none of the data. Raises BadValue."""
    manifest = folder / MANIFEST
    try:
        text = manifest.read_text("utf-8")
        said = json.loads(text)
        taken, first = date.fromisoformat(said["taken"]), date.fromisoformat(said["first_day"])
        counted = {str(name): int(count) for name, count in said["rows"].items()}
    except FileNotFoundError:
        raise BadValue(
            str(manifest), "is missing", "A snapshot is a folder with this file; see docs/screening.md."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise BadValue(
            str(manifest),
            "names no day `taken`, `first_day` or `rows`",
            "Write it as docs/screening.md shows.",
        ) from error
    if first > taken:
        raise BadValue(MANIFEST, f"first_day {first} lies after taken {taken}", "Exchange the two days.")
    rows = {}
    for table in tables:
        path = folder / f"{table.name}.parquet"
        if table.optional and not path.exists():
            continue
        rows[table.name] = check_file(table, path)
        if counted.get(table.name) != rows[table.name]:
            raise BadValue(
                path.name,
                f"has {rows[table.name]:,} rows, where {MANIFEST} says {counted.get(table.name, 'nothing')}",
                "The file is incomplete or of another snapshot. Copy the whole folder again.",
            )
    return Snapshot(folder, taken, first, rows, hashlib.sha256(text.encode()).hexdigest()[:16])


def write_manifest(folder: Path, taken: date, first_day: date, rows: Mapping[str, int]) -> None:
    said = {"taken": str(taken), "first_day": str(first_day), "rows": dict(rows)}
    (folder / MANIFEST).write_text(json.dumps(said, indent=2) + "\n", "utf-8")


def refuse_again(snapshot: Snapshot, before: Snapshot | Mapping[str, str]) -> None:
    """Yesterday's files under a new name bring nothing new. Raises Refused."""
    digest = before["digest"] if isinstance(before, Mapping) else before.digest
    taken = before["taken"] if isinstance(before, Mapping) else str(before.taken)
    if digest == snapshot.digest or str(snapshot.taken) <= taken:
        raise Refused(
            f"the snapshot is of {snapshot.taken}, and one of {taken} was screened already: nothing new is "
            "in it. Give the next day's, or leave out --after to screen it again."
        )
