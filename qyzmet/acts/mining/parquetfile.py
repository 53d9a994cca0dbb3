"""Parquet: the columns by name; text, whole numbers, decimals and days. Binary floating point is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from qyzmet.acts.mining.rules import Finding
from qyzmet.acts.mining.source import Unreadable, read_header

_BATCH = 40_000
_BUFFER = 1 << 20
#: A group of rows grows to at most this when it is unpacked.
_MOST_GROUP = 2 << 30


class ParquetSource:
    """Raises Unreadable, when made or when read."""

    kind, offset = "parquet", 0
    head: Mapping[str, str] = MappingProxyType({})

    def __init__(self, path: Path) -> None:
        self.findings: list[Finding] = []
        try:
            # Not mapped: pages of the file would count as memory. A column is read bit by bit.
            self._file = pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
            schema, metadata = self._file.schema_arrow, self._file.metadata
        except (pa.ArrowException, OSError):
            raise Unreadable.because("file_broken") from None
        groups = (metadata.row_group(place) for place in range(metadata.num_row_groups))
        if any(group.total_byte_size > _MOST_GROUP for group in groups):
            raise Unreadable.because("file_bomb")
        self.header = read_header(schema.names)
        wrong = [
            Finding(0, max(number, 0), code, f"{each.name}: {each.type}"[:200])
            for number, each in zip(self.header.fields, schema, strict=True)
            if (code := _fault(each.type))
        ]
        if wrong:
            raise Unreadable(*wrong)

    def close(self) -> None:
        self._file.close()

    def batches(self) -> Iterator[pl.DataFrame]:
        following = 1
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH, use_threads=False):
                columns = [pl.Series(_text(column)) for column in batch.columns]
                rows = pl.int_range(following, following + batch.num_rows, eager=True)
                following += batch.num_rows
                yield self.header.frame(columns, rows, False)
        except (pa.ArrowException, OSError):
            raise Unreadable.because("file_broken") from None


def _fault(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_floating(kind):
        return "file_float"
    fits = (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
        or pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_date(kind)
        or pa.types.is_null(kind)
    )  # fmt: skip
    return "" if fits else "file_type"


def _text(column: pa.Array) -> pa.Array:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())
