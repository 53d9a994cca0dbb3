"""Rows that stand twice in a file, found with little memory: digests lie on disk, parted by their value."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import polars as pl

_PARTS = 64
_RECORD = np.dtype([("digest", "<u8"), ("row", "<i8")])
_COLUMNS = [f"c{number}" for number in range(2, 16)]


class Duplicates:
    """Digests of rows without their number. Of equal rows all but the first are duplicates."""

    def __init__(self, folder: Path) -> None:
        self._files = [tempfile.TemporaryFile(dir=folder, buffering=1 << 14) for _ in range(_PARTS)]  # noqa: SIM115

    def add(self, rows: pl.DataFrame) -> None:
        digests = rows.select(_COLUMNS).hash_rows(seed=119).to_numpy()
        part = (digests >> np.uint64(58)).astype(np.uint8)
        order = np.argsort(part, kind="stable")
        records = np.empty(len(digests), _RECORD)
        records["digest"], records["row"] = digests[order], rows["row"].to_numpy()[order]
        ends = np.searchsorted(part[order], np.arange(_PARTS + 1))
        for number, file in enumerate(self._files):
            if ends[number] < ends[number + 1]:
                file.write(records[ends[number] : ends[number + 1]].tobytes())

    def found(self) -> list[int]:
        """The places of the rows that repeat an earlier one, in order."""
        repeated: list[int] = []
        for file in self._files:
            file.seek(0)
            records = np.frombuffer(file.read(), _RECORD)
            order = np.lexsort((records["row"], records["digest"]))
            digests = records["digest"][order]
            again = np.flatnonzero(digests[1:] == digests[:-1]) + 1
            repeated += records["row"][order][again].tolist()
        return sorted(repeated)

    def close(self) -> None:
        for file in self._files:
            file.close()
