"""What a file is read into: batches of text cells, and findings about the file itself.

A batch is a frame with `row` (the place among the data rows, from 1), `c1` … `c15` as text, and `broken`,
true for rows whose fields do not fit the header.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol

import polars as pl

from qyzmet.acts.mining.columns import COLUMNS, column_of
from qyzmet.acts.mining.rules import Finding

CELLS = [f"c{column.number}" for column in COLUMNS]
SCHEMA = {"row": pl.Int64, **dict.fromkeys(CELLS, pl.String), "broken": pl.Boolean}
#: In a file of rows that were given back: the place of each in the report, and what was found.
PLACE, FOUND = "place", "findings"


class Unreadable(Exception):
    """A file that cannot be read as a report; `findings` say why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(findings[0].code)
        self.findings = findings

    @classmethod
    def because(cls, code: str, value: str = "", line: int = 0) -> Unreadable:
        return cls(Finding(0, 0, code, value, line))


class Source(Protocol):
    """`findings` grows while batches are read. `offset` is added to a row's place for its line in the file.

    `head` has what the form says of itself above its rows, where it is filled in: `month` and `number`.
    """

    kind: str
    offset: int
    findings: list[Finding]
    head: Mapping[str, str]

    def batches(self) -> Iterator[pl.DataFrame]: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Header:
    """Which field of the file is which column: `fields` has the column's number, 0 for the place, -1 for none."""

    fields: tuple[int, ...]
    names: tuple[str, ...] = field(default=())

    @property
    def mended(self) -> bool:
        return 0 in self.fields

    def frame(
        self, columns: Sequence[Iterable[str | None] | pl.Series], rows: pl.Series, broken: bool
    ) -> pl.DataFrame:
        """A batch from the file's columns; where there is a place, it is the row."""
        by_number = {number: pl.Series(values, dtype=pl.String) if not isinstance(values, pl.Series) else values
                     for number, values in zip(self.fields, columns, strict=True)}  # fmt: skip
        if self.mended:
            rows = by_number[0].cast(pl.Int64, strict=False).fill_null(0)
        return pl.DataFrame({"row": rows, **{f"c{n}": by_number[n] for n in range(1, 16)}}).with_columns(
            broken=pl.lit(broken)
        )


def read_header(names: Sequence[str]) -> Header:
    """Columns are named as in the form, in Kazakh, Russian, English or by field name, in any order.

    Raises Unreadable naming every column that lacks, is unknown or stands twice.
    """
    fields: list[int] = []
    findings: list[Finding] = []
    for name in names:
        plain = name.strip().casefold()
        column = column_of(name)
        if column is None and plain in (PLACE, FOUND, ""):
            fields.append(0 if plain == PLACE else -1)
            continue
        if column is None:
            findings.append(Finding(0, 0, "header_unknown", _with_guess(name.strip())))
            fields.append(-1)
        elif column.number in fields:
            findings.append(Finding(0, column.number, "header_twice", name.strip()))
            fields.append(-1)
        else:
            fields.append(column.number)
    findings += [
        Finding(0, column.number, "header_missing", column.name)
        for column in COLUMNS
        if column.number not in fields
    ]
    if findings:
        raise Unreadable(*findings)
    return Header(tuple(fields), tuple(names))


def _with_guess(name: str) -> str:
    known = {title: column.name for column in COLUMNS for title in (column.name, *column.titles.values())}
    close = get_close_matches(name, known, 1, 0.6)
    return f"{name[:200]} → {known[close[0]]}?" if close else name[:200]


def without_blank(frame: pl.DataFrame) -> pl.DataFrame:
    """Without rows in which nothing stands."""
    blank = pl.all_horizontal((pl.col(name).fill_null("") == "") for name in CELLS)
    some = pl.col("c1").fill_null("") == ""
    return frame.filter(~(some & blank)) if frame.select(some.any()).item() else frame
