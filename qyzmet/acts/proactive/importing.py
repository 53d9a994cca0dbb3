"""Reads files of existing recipients and dossiers, CSV or Parquet; bad rows are set aside, each with why.

Columns: `iin`, `service` (a benefit's code), `kind` (recipient or dossier), `since`, `until` (days; empty
where it goes on), `reference` (the number elsewhere). The last two may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

from qyzmet.acts.proactive.benefits import BENEFITS
from qyzmet.cases import existing
from qyzmet.cases.existing import KINDS, Had
from qyzmet.cases.rows import Connection
from qyzmet.people.identifiers import parse_iin
from qyzmet.people.vault import Vault
from qyzmet.runtime.errors import BadValue

COLUMNS = ("iin", "service", "kind", "since", "until", "reference")
_MAY_BE_MISSING = {"until", "reference"}
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class BadRow:
    """`row` counts from 1 below the header; never what stood there."""

    row: int
    field: str
    rule: str
    remedy: str


@dataclass(slots=True)
class Imported:
    """What came of a file. `unchanged` were known exactly so, or stand twice in it."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[BadRow] = field(default_factory=list)


Row = Mapping[str, Any]


def import_file(
    path: Path, connection: Connection, vault: Vault, now: datetime, *, today: date
) -> Iterator[Imported]:
    """Imports batch by batch and gives the result so far after each; every batch is entered whole.

    What was entered stays if a later batch fails; the same file may be given again. Raises BadValue for a
    file that is none of these, or lacks a column.
    """
    done = Imported()
    for batch in _batches(path):
        good: list[tuple[str, Had]] = []
        for row in batch:
            done.rows += 1
            try:
                good.append(_read(row, today))
            except BadValue as error:
                done.bad.append(BadRow(done.rows, error.field, error.rule, error.remedy))
        persons = vault.subjects_for([iin for iin, _ in good])
        had = [
            Had(person, each.service, each.kind, each.since, each.until, each.reference)
            for person, (_, each) in zip(persons, good, strict=True)
        ]
        new, changed = existing.enter(connection, had, path.name, now)
        done.new += new
        done.changed += changed
        done.unchanged += len(had) - new - changed
        yield done


def _batches(path: Path) -> Iterator[Sequence[Row]]:
    import polars as pl

    try:
        if path.suffix.lower() == ".parquet":
            frame = pl.read_parquet(path)
        elif path.suffix.lower() == ".csv":
            frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
        else:
            raise BadValue("file", "ends in .csv or .parquet", "Save it as one of these.")
    except (pl.exceptions.PolarsError, OSError, UnicodeError) as error:
        raise BadValue(
            "file", f"cannot be read ({type(error).__name__})", "Save it as CSV in UTF-8 or as Parquet."
        ) from None
    missing = [name for name in COLUMNS if name not in frame.columns and name not in _MAY_BE_MISSING]
    if missing:
        raise BadValue("file", f"lacks the columns {', '.join(missing)}", f"It has {', '.join(COLUMNS)}.")
    for start in range(0, max(len(frame), 1), BATCH):
        yield frame.slice(start, BATCH).to_dicts()


def _read(row: Row, today: date) -> tuple[str, Had]:
    """The IIN and the rest; the person's number is put in later. Raises BadValue without the value."""
    iin = parse_iin(str(row["iin"] or "").zfill(12) if isinstance(row["iin"], int) else str(row["iin"] or ""))
    service, kind = str(row["service"] or "").strip(), str(row["kind"] or "").strip()
    if service not in BENEFITS:
        raise BadValue("service", "is the code of a benefit", f"Use one of {', '.join(BENEFITS)}.")
    if kind not in KINDS:
        raise BadValue("kind", "is recipient or dossier", "Write one of them.")
    since, until = _day("since", row["since"]), _day("until", row.get("until"))
    if since is None:
        raise BadValue("since", "is a day", "Write it as 2024-05-03.")
    if since > today:
        raise BadValue("since", "is not in the future", "Leave out what is not appointed yet.")
    if until is not None and until < since:
        raise BadValue("until", "is not before since", "Compare the two days.")
    reference = str(row.get("reference") or "").strip()
    if len(reference) > 100 or not reference.isprintable():
        raise BadValue("reference", "has at most 100 printable characters", "Shorten it.")
    return iin.text, Had(0, service, cast(Literal["recipient", "dossier"], kind), since, until, reference)


def _day(name: str, value: object) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise BadValue(name, "is a day", "Write it as 2024-05-03.") from None
