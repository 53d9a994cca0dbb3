"""XLSX: first looked into without being opened, then read. Values are taken; formulas, macros, links are not.

The workbook's size unpacked, its parts and the extent of its sheets are known before any library reads it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from qyzmet.acts.mining.columns import column_of
from qyzmet.acts.mining.formhead import read_head
from qyzmet.acts.mining.rules import Finding
from qyzmet.acts.mining.source import CELLS, Unreadable, read_header, without_blank

MOST_UNPACKED = 512 << 20
MOST_ROWS = 200_000
_MOST_COLUMNS = 64
_HEADER_WITHIN = 60
_BATCH = 20_000
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class _Sheet:
    """What stands in a sheet's XML: cells with formulas, merged cells but for the first, its extent."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: set[tuple[int, int]] = field(default_factory=set)
    hidden: bool = False
    rows: int = 0
    columns: int = 0


class XlsxSource:
    """Raises Unreadable, when made or when read."""

    kind = "xlsx"

    def __init__(self, path: Path) -> None:
        self.findings: list[Finding] = []
        content = path.read_bytes()
        if content.startswith(_OLE):
            raise Unreadable.because("file_locked")
        sheets = _looked_into(content)
        try:
            workbook = CalamineWorkbook.from_filelike(BytesIO(content))
            tables = [
                (name, place, sheet)
                for name, sheet in sheets.items()
                if (
                    place := _header_place(
                        rows := workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                    )
                )
                is not None
                and rows
            ]
        except (CalamineError, ValueError, KeyError):
            raise Unreadable.because("file_broken") from None
        if len(tables) != 1:
            raise Unreadable.because(
                "file_sheets" if tables else "header_missing", "" if tables else "C1 … C15"
            )
        name, place, self._sheet = tables[0]
        self._rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        self.head: Mapping[str, str] = read_head(
            [[_text(cell) for cell in row] for row in self._rows[:place]]
        )
        names = [_text(cell) for cell in self._rows[place]]
        while names and not names[-1]:
            names.pop()
        self.header, self.offset = read_header(names), place + 1
        if self._sheet.hidden:
            raise Unreadable.because("file_hidden", name)
        if len(self._rows) - self.offset > MOST_ROWS:
            raise Unreadable.because("file_rows")

    def close(self) -> None:
        self._rows = []

    def batches(self) -> Iterator[pl.DataFrame]:
        width = len(self.header.fields)
        for start in range(self.offset, len(self._rows), _BATCH):
            rows = self._rows[start : start + _BATCH]
            columns = [
                [_text(row[place]) if place < len(row) else "" for row in rows] for place in range(width)
            ]
            first = start - self.offset + 1
            self._look(rows, start, first)
            frame = self.header.frame(columns, pl.int_range(first, first + len(rows), eager=True), False)
            frame = without_blank(frame)
            broken = {finding.row for finding in self.findings if finding.code in ("formula", "merged")}
            yield frame.with_columns(broken=pl.col("row").is_in(list(broken))) if broken else frame

    def _look(self, rows: list[list[Any]], start: int, first: int) -> None:
        """Formulas, merged cells and rounded numbers of these rows."""
        sheet = self._sheet
        for offset, row in enumerate(rows):
            place = first + offset
            if sheet.formulas or sheet.merged:
                for at, number in enumerate(self.header.fields):
                    if number > 0 and (start + offset, at) in sheet.formulas:
                        self.findings.append(
                            Finding(place, number, "formula", _text(row[at]) if at < len(row) else "")
                        )
                    if number > 0 and (start + offset, at) in sheet.merged:
                        self.findings.append(Finding(place, number, "merged"))
            for at, number in enumerate(self.header.fields):
                value = row[at] if at < len(row) else ""
                if number in (9, 10, 13, 15) and isinstance(value, float) and _digits(value) > 15:
                    self.findings.append(Finding(place, number, "amount_rounded", _text(value)))


def _looked_into(content: bytes) -> dict[str, _Sheet]:
    """The sheets by name. Raises Unreadable for what is dangerous, locked or damaged."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = {info.filename: info for info in archive.infolist()}
            if any(info.flag_bits & 1 for info in names.values()):
                raise Unreadable.because("file_locked")
            if sum(info.file_size for info in names.values()) > MOST_UNPACKED or len(names) > 2000:
                raise Unreadable.because("file_bomb")
            low = [name.lower() for name in names]
            if any(
                "vbaproject" in name
                or "/macrosheets/" in name
                or (name.endswith(".bin") and "printer" not in name)
                for name in low
            ):
                raise Unreadable.because("file_macros")
            if any("externallink" in name or "/embeddings/" in name or "/activex/" in name for name in low):
                raise Unreadable.because("file_links")
            if "xl/workbook.xml" not in names:
                raise Unreadable.because("file_kind")
            return _sheets(archive)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, EOFError, OSError, NotImplementedError):
        raise Unreadable.because("file_broken") from None


def _parser_options() -> dict[str, Any]:
    return {"resolve_entities": False, "no_network": True, "huge_tree": False}


def _sheets(archive: zipfile.ZipFile) -> dict[str, _Sheet]:
    parser = etree.XMLParser(**_parser_options())
    book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {each.get("Id"): str(each.get("Target")) for each in relations}
    found = {}
    for sheet in book.iter(f"{_NS}sheet"):
        name = str(sheet.get("name"))
        if sheet.get("state", "visible") != "visible":
            raise Unreadable.because("file_hidden", name[:100])
        target = targets[sheet.get(_RELATION)].lstrip("/")
        with archive.open(target if target.startswith("xl/") else f"xl/{target}") as part:
            found[name] = _scanned(part)
    return found


def _scanned(part: Any) -> _Sheet:
    """Reads a sheet's XML as a stream; its extent is checked before anything is laid out in memory."""
    sheet = _Sheet()
    tags = [f"{_NS}{name}" for name in ("c", "mergeCell", "row", "col")]
    for _, element in etree.iterparse(part, events=("end",), tag=tags, **_parser_options()):
        name = etree.QName(element).localname
        if name == "c":
            row, column = _place(element.get("r", "A1"))
            sheet.rows, sheet.columns = max(sheet.rows, row + 1), max(sheet.columns, column + 1)
            if sheet.rows > MOST_ROWS + _HEADER_WITHIN + 1:
                raise Unreadable.because("file_rows")
            if sheet.columns > _MOST_COLUMNS:
                raise Unreadable.because("file_bomb")
            if element.find(f"{_NS}f") is not None:
                sheet.formulas.add((row, column))
            continue  # cleared with its row
        if name == "mergeCell":
            _merge(sheet, str(element.get("ref")))
        elif element.get("hidden") in ("1", "true"):
            sheet.hidden = True
        element.clear()
    return sheet


def _merge(sheet: _Sheet, reference: str) -> None:
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = _place(first), _place(last or first)
    if (bottom - top + 1) * (right - left + 1) > 100_000:
        raise Unreadable.because("file_bomb")
    sheet.merged |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :] or 1) - 1, column - 1


def _header_place(rows: list[list[Any]]) -> int | None:
    """The last of the first rows in which at least half of the columns are named: headings may stand twice."""
    found = None
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        if sum(column_of(_text(cell)) is not None for cell in row if cell != "") >= len(CELLS) // 2:
            found = place
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f") if value % 1 else str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def _digits(value: float) -> int:
    return len(Decimal(repr(value)).normalize().as_tuple().digits)
