"""Opens a report's file by what it is, not by what it is called."""

from __future__ import annotations

from pathlib import Path

from qyzmet.acts.mining.csvfile import CsvSource
from qyzmet.acts.mining.parquetfile import ParquetSource
from qyzmet.acts.mining.source import Source, Unreadable
from qyzmet.acts.mining.xlsxfile import XlsxSource
from qyzmet.runtime.errors import BadValue

_ZIP, _PARQUET, _OLE = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_OTHER = (b"%PDF", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd", b"{\\rtf", b"PK\x05\x06")


def open_source(path: Path) -> Source:
    """The file's reader. Raises Unreadable for what is no report, BadValue for a file that is not there."""
    try:
        with path.open("rb") as file:
            begin = file.read(8)
    except OSError as error:
        raise BadValue("file", f"cannot be read: {error.strerror}", "Correct the path.") from None
    if not begin:
        raise Unreadable.because("file_empty")
    if begin.startswith(_PARQUET):
        return ParquetSource(path)
    if begin.startswith((_ZIP, _OLE)):
        return XlsxSource(path)
    if begin.startswith(_OTHER):
        raise Unreadable.because("file_kind")
    return CsvSource(path)
