"""Many values on their way into PostgreSQL, written at once: the driver takes them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg.rows import TupleRow

_HEAD, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TEXT_OID = 25


def numbers(values: Iterable[int | None]) -> str:
    """Whole numbers as the text of a `bigint[]`; the driver would take them one by one, ten times slower."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def copy_packed(cursor: psycopg.Cursor[TupleRow], table_and_columns: str, packed: Iterable[bytes]) -> None:
    """Copies rows in the binary form of `COPY`: each its field count, fields after their lengths.

    `table_and_columns` is a constant of the program. The text form would send and read each byte of a
    `bytea` as two digits.
    """
    parts = [_HEAD, *packed, _END]
    if len(parts) > 2:
        with cursor.copy(f"COPY {table_and_columns} FROM STDIN (FORMAT BINARY)") as out:
            out.write(b"".join(parts))


def moment(at: datetime) -> int:
    """For `copy_packed`: a `timestamptz` as its eight bytes count: microseconds since 2000."""
    return (at - _EPOCH) // _MICROSECOND


def text(value: str) -> bytes:
    """For `copy_packed`: a `text` field with its length."""
    return _with_length(value.encode())


def texts(values: Sequence[str]) -> bytes:
    """For `copy_packed`: a `text[]` field with its length, in one dimension from 1."""
    sizes = (1, 0, _TEXT_OID, len(values), 1)
    return _with_length(b"".join([*(size.to_bytes(4, "big") for size in sizes), *map(text, values)]))


def _with_length(field: bytes) -> bytes:
    return len(field).to_bytes(4, "big") + field
