"""Tables as CSV and XLSX. Text that a spreadsheet would take for a formula is kept from being one."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

import msgspec
import xlsxwriter

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """UTF-8 with mark, as Excel wants it."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    if rows:
        writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def as_xlsx(rows: Sequence[dict[str, Any]]) -> bytes:
    """Every cell is text, so that amounts keep their digits and numbers their zeros."""
    written = BytesIO()
    book = xlsxwriter.Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, bold = book.add_worksheet("Qyzmet"), book.add_format({"bold": True})
    for place, name in enumerate(rows[0] if rows else ()):
        sheet.write_string(0, place, str(name), bold)
        sheet.set_column(place, place, 20)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row.values()):
            sheet.write_string(number, place, "" if value is None else _plain(value))
    sheet.freeze_panes(1, 0)
    book.close()
    return written.getvalue()


def as_json_lines(rows: Sequence[dict[str, Any]]) -> bytes:
    """One object a line; amounts stay text."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = _plain(value)
    if text.startswith(_FORMULA) and not text.lstrip("-").replace(".", "", 1).isdigit():
        return f"'{text}"
    return text
