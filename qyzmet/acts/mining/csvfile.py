"""CSV as people and programs write it: any of four separators, UTF-8 with or without mark, UTF-16 with mark.

Text is streamed; a byte that is no UTF-8, a quote that never closes and a row with other fields than the
header are named with their place. windows-1251 is refused, not guessed: it has no letters for Kazakh.
"""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NoReturn

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv

from qyzmet.acts.mining.rules import Finding
from qyzmet.acts.mining.source import SCHEMA, Header, Unreadable, read_header, without_blank

_BLOCK = 8 << 20
#: Blocks that are read and not yet handed on. Arrow alone would read 32 ahead, which is most of the memory.
_AHEAD = 6
#: Seconds after which one more block is read although none was taken: a slow store costs memory, it stops nothing.
_PATIENCE = 20.0
_HEAD = 256 << 10
_SEPARATORS = ",;\t|"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class CsvSource:
    """Reads a file from its header on. Raises Unreadable, when made or when read."""

    kind = "csv"
    head: Mapping[str, str] = MappingProxyType({})

    def __init__(self, path: Path) -> None:
        self.findings: list[Finding] = []
        self._path = path
        self._file: IO[bytes] = path.open("rb")
        try:
            self._to_utf8()
            self.header, self._separator, self._start, self.offset = self._read_head()
        except BaseException:
            self._file.close()
            raise
        self._invalid: list[tuple[int, str]] = []

    def close(self) -> None:
        self._file.close()

    def _to_utf8(self) -> None:
        mark = self._file.read(2)
        self._file.seek(0)
        encoding = _UTF16.get(mark)
        if encoding is None:
            return
        plain = tempfile.TemporaryFile()  # noqa: SIM115
        decoder = codecs.getincrementaldecoder(encoding)()
        self._file.seek(2)
        try:
            while piece := self._file.read(1 << 20):
                plain.write(decoder.decode(piece).encode("utf-8"))
            plain.write(decoder.decode(b"", True).encode("utf-8"))
        except UnicodeError:
            plain.close()
            raise Unreadable.because("file_broken") from None
        self._file.close()
        plain.seek(0)
        self._file = plain

    def _read_head(self) -> tuple[Header, str, int, int]:
        """The header, the separator, where the data begin, and the lines before them."""
        head = self._file.read(_HEAD)
        start = 3 if head.startswith(codecs.BOM_UTF8) else 0
        if not head[start:].strip():
            raise Unreadable.because(
                "file_binary" if head.strip(b"\0 \r\n") != head.strip() else "file_empty"
            )
        if b"\0" in head:
            raise Unreadable.because("file_binary")
        lines, separator = 0, ""
        while True:
            line, length, count = _record(head, start)
            start, lines = start + length, lines + count
            if line.lower().startswith("sep=") and len(line) == 5:
                separator = line[4]
            elif line.strip():
                break
            if start >= len(head):
                raise Unreadable.because("file_empty")
        separator = separator or max(_SEPARATORS, key=line.count)
        names = _fields(line, separator, lines)
        return read_header(names), separator, start, lines

    def batches(self) -> Iterator[pl.DataFrame]:
        self._file.seek(self._start)
        if not self._file.read(1):
            return
        self._file.seek(self._start)
        checked = _Checked(self._file)
        width = len(self.header.fields)
        names = [f"f{place}" for place in range(width)]
        try:
            reader = pacsv.open_csv(
                pa.PythonFile(checked, mode="r"),
                read_options=pacsv.ReadOptions(use_threads=False, column_names=names, block_size=_BLOCK),
                parse_options=pacsv.ParseOptions(
                    delimiter=self._separator,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._keep,
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
            yield from self._numbered(checked.taken(batch) for batch in reader)
        except pa.ArrowInvalid as error:
            raise checked.wrong or self._explained(str(error)) from None
        finally:
            checked.close()

    def _numbered(self, reader: Any) -> Iterator[pl.DataFrame]:
        following = 1
        for batch in reader:
            count = batch.num_rows
            if not count:
                continue
            pieces: list[pl.DataFrame] = []
            columns = [pl.Series(pa_column) for pa_column in batch.columns]
            done = 0
            while done < count:
                gap = self._invalid[0][0] - following if self._invalid else count - done
                take = min(gap, count - done)
                if take:
                    rows = pl.int_range(following, following + take, eager=True)
                    pieces.append(self.header.frame([c.slice(done, take) for c in columns], rows, False))
                    done, following = done + take, following + take
                if done < count:
                    pieces += self._broken()
                    following += 1
            yield without_blank(pl.concat(pieces) if len(pieces) > 1 else pieces[0])
        left = [piece for _ in range(len(self._invalid)) for piece in self._broken()]
        if left:
            yield pl.concat(left)

    def _keep(self, row: Any) -> str:
        self._invalid.append((row.number, row.text))
        return "skip"

    def _broken(self) -> list[pl.DataFrame]:
        """The next row that does not fit; none where it is only an empty line."""
        number, text = self._invalid.pop(0)
        fields = _fields(text, self._separator, number + self.offset)
        if not any(field.strip() for field in fields):
            return []
        width = len(self.header.fields)
        cells = (fields + [""] * width)[:width]
        frame = self.header.frame([[cell] for cell in cells], pl.Series([number]), True)
        self.findings.append(Finding(frame["row"][0], 0, "row_fields", f"{len(fields)} ≠ {width}"))
        return [frame.select(list(SCHEMA))]

    def _explained(self, said: str) -> Unreadable:
        if "straddl" in said or "block size" in said.lower():
            return Unreadable.because("file_quotes")
        return Unreadable.because("file_broken")


def _fields(text: str, separator: str, line: int) -> list[str]:
    """The fields of one record. Raises Unreadable where one is far too long: a quote was never closed."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        raise Unreadable.because("file_quotes", line=line) from None


class _Checked:
    """A file whose bytes are looked at as they are read: a wrong one is named by its line."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._rest = file, b""
        self._room, self._ended = threading.Semaphore(_AHEAD), False
        self.wrong: Unreadable | None = None

    def taken(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A block has been handed on: another may be read."""
        self._room.release()
        return batch

    def read(self, size: int = -1) -> bytes:
        if not self._ended:
            self._room.acquire(timeout=_PATIENCE)
        data = self._file.read(size)
        start = self._file.tell() - len(data)
        if (zero := data.find(b"\0")) >= 0:
            self._fail("file_binary", start + zero)
        # A letter may lie across two pieces: its bytes are looked at by themselves, the rest is not copied.
        joint = self._rest + data[: _lacks(self._rest)]
        begin = len(joint) - len(self._rest)
        end = len(data) - (_cut(data) if data else 0)
        if not _is_utf8(memoryview(joint)):
            self._fail("file_encoding", start - len(self._rest))
        if end > begin and not _is_utf8(memoryview(data)[begin:end]):
            self._fail("file_encoding", start + begin + _first_wrong(data[begin:end]))
        self._rest = data[max(begin, end) :]
        return data

    def _fail(self, code: str, place: int) -> NoReturn:
        self._file.seek(0)
        line, left = 1, place
        while left > 0 and (piece := self._file.read(min(left, 1 << 20))):
            line, left = line + piece.count(b"\n"), left - len(piece)
        self.wrong = Unreadable.because(code, line=line)
        raise self.wrong

    def close(self) -> None:
        """Nothing waits any more, however much Arrow still reads. The file is closed by whoever opened it."""
        self._ended = True
        self._room.release(_AHEAD)


def _cut(data: bytes) -> int:
    """How many bytes at the end begin a letter whose rest is still to be read."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            length = 1 if byte < 0x80 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if length > back else 0
    return 0


def _lacks(rest: bytes) -> int:
    """How many bytes the letter that begins here still lacks."""
    if not rest:
        return 0
    return (2 if rest[0] < 0xE0 else 3 if rest[0] < 0xF0 else 4) - len(rest)


def _is_utf8(data: memoryview) -> bool:
    """Checked by Arrow, which is several times faster than making text of it."""
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    try:
        pa.Array.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(data)]).cast(
            pa.large_string()
        )
    except pa.ArrowInvalid:
        return False
    return True


def _first_wrong(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _record(head: bytes, start: int) -> tuple[str, int, int]:
    """The record that begins here, its length in bytes and in lines; quotes may hold line breaks."""
    at, lines = start, 0
    while True:
        end = head.find(b"\n", at)
        lines += 1
        stop = len(head) if end < 0 else end + 1
        if head[start:stop].count(b'"') % 2 == 0 or end < 0:
            break
        at = stop
    if end < 0 and len(head) == _HEAD:
        raise Unreadable.because("file_quotes" if b'"' in head else "file_kind")
    try:
        return head[start:stop].decode("utf-8").rstrip("\r\n"), stop - start, lines
    except UnicodeDecodeError:
        raise Unreadable.because("file_encoding", line=1) from None
