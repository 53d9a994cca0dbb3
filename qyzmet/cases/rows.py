"""Rows on their way into PostgreSQL: `COPY` in its text form, many rows at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

import psycopg
from psycopg.rows import TupleRow

from qyzmet.runtime.packed import numbers as numbers

Connection = psycopg.Connection[TupleRow]
Cursor = psycopg.Cursor[TupleRow]


def plan_for_batches(cursor: Cursor) -> None:
    """Lets the session find rows by their keys, in the order of an index.

    A batch is small and a table is large, and tables fill faster than statistics follow: a plan that
    reads or sorts a whole table is never right here, however small PostgreSQL still believes it to be.
    """
    for way in _WHOLE_TABLE:
        cursor.execute(f"SET enable_{way} = off")


def plan_for_tables(cursor: Cursor) -> None:
    """Lets the transaction read and join whole tables, whatever its session is for."""
    for way in _WHOLE_TABLE:
        cursor.execute(f"SET LOCAL enable_{way} = on")


_WHOLE_TABLE = ("bitmapscan", "hashjoin", "material", "memoize", "mergejoin", "seqscan", "sort")


def text(value: str) -> str:
    """A text field: what `COPY` reads specially is escaped."""
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\t" in value or "\n" in value or "\r" in value:
        value = value.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return value


def json_bytes(value: bytes) -> bytes:
    """A JSON field; the encoder leaves no raw control characters, so only backslashes need care."""
    return value.replace(b"\\", b"\\\\")


def json_text(value: bytes) -> str:
    """The same as text."""
    return json_bytes(value).decode()


def binary(value: bytes) -> str:
    return "\\\\x" + value.hex()


def maybe(value: int | str | None) -> str:
    """A number or a text that needs no escaping, or NULL."""
    return "\\N" if value is None else str(value)


def texts(values: Iterable[str]) -> str:
    """Texts as the text of a `text[]`, like `numbers`."""
    quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


@lru_cache(maxsize=1024)
def moment(value: datetime | None) -> str:
    """A moment; the few of a batch are written out once."""
    return "\\N" if value is None else value.isoformat()


def day(value: date | None) -> str:
    return "\\N" if value is None else value.isoformat()


def copy(cursor: Cursor, table_and_columns: str, lines: Iterable[str]) -> None:
    """Copies lines of tab-separated fields; `table_and_columns` is a constant of the program."""
    copy_bytes(cursor, table_and_columns, [line.encode() for line in lines])


def copy_bytes(cursor: Cursor, table_and_columns: str, lines: Iterable[bytes]) -> None:
    """The same for lines that are encoded already."""
    data = b"\n".join([*lines, b""])
    if data:
        with cursor.copy(f"COPY {table_and_columns} FROM STDIN") as out:
            out.write(data)


def new_ids(cursor: Cursor, sequence: str, count: int) -> list[int]:
    """The next numbers of a sequence."""
    cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", (sequence, count))
    return [number for (number,) in cursor.fetchall()]
