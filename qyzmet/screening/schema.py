"""What a table of a snapshot looks like, and whether a Parquet file is one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from qyzmet.runtime.errors import BadValue

INT64, INT16, TEXT, DAY, YES_OR_NO = pa.int64(), pa.int16(), pa.string(), pa.date32(), pa.bool_()


@dataclass(frozen=True, slots=True)
class Column:
    """A column; people are 64-bit pseudonyms, days are legal dates of Kazakhstan, money is tiyn."""

    name: str
    type: pa.DataType
    about: str
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a snapshot, one file `NAME.parquet`. `key` holds each row once; it may be `optional`."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    optional: bool = False

    @property
    def arrow(self) -> pa.Schema:
        return pa.schema([pa.field(c.name, c.type, nullable=c.may_be_empty) for c in self.columns])


def check_file(table: Table, path: Path) -> int:
    """The number of rows, told by the file's own footer. Raises BadValue for a file that is not the table.

    Half a file has no footer, so it is told from a whole one without reading the data.
    """
    field = f"{path.name}"
    if not path.is_file():
        raise BadValue(field, "is missing from the snapshot", f"It holds {table.about}. Export it again.")
    try:
        found = pq.read_metadata(path)
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise BadValue(
            field, "is not a whole Parquet file: it ends too early or is damaged", "Copy it again."
        ) from error
    for column in table.columns:
        if column.name not in schema.names:
            raise BadValue(
                f"{field}, column {column.name}", "is missing", f"It holds {column.about}. Export it again."
            )
        has = schema.field(column.name).type
        if not _same(has, column.type):
            raise BadValue(
                f"{field}, column {column.name}",
                f"has the type {has}, not {column.type}",
                "Export it with the documented type (`qyzmet screen --schemas`).",
            )
    rows: int = found.num_rows
    return rows


def _same(has: pa.DataType, wanted: pa.DataType) -> bool:
    if pa.types.is_string(wanted):
        return bool(
            pa.types.is_string(has)
            or pa.types.is_large_string(has)
            or (pa.types.is_dictionary(has) and pa.types.is_string(has.value_type))
        )
    return bool(has == wanted)
