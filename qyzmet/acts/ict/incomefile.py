"""Lines of income read from CSV and XLSX: good lines, and every line that cannot be taken with its remedy."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

import msgspec
from python_calamine import CalamineWorkbook

from qyzmet.acts.ict.catalogue import ITEMS_IN_LIST, list_on
from qyzmet.acts.ict.determination import read_answers
from qyzmet.acts.ict.income import RELATED, Line
from qyzmet.runtime.errors import BadValue, Refused

NEEDED = ("period_from", "period_to", "description", "amount")
OPTIONAL = ("item", "answers", "related")
MOST_LINES = 100_000
MOST_BYTES = 20 * 2**20


class BadLine(msgspec.Struct, frozen=True):
    """A line that cannot be taken: where, which field, by which rule, what to do."""

    row: int
    field: str
    rule: str
    remedy: str


def read_lines(name: str, content: bytes) -> tuple[list[Line], list[BadLine]]:
    """Lines of a CSV (UTF-8, comma or semicolon) or XLSX file, and those that cannot be taken.

    Raises BadValue where the file itself cannot be read.
    """
    if len(content) > MOST_BYTES:
        raise BadValue(name, f"has at most {MOST_BYTES // 2**20} MB", "Split it by months.")
    rows = _xlsx(name, content) if content[:2] == b"PK" else _csv(name, content)
    columns = [str(cell).strip().lower() for cell in rows[0]] if rows else []
    missing = [column for column in NEEDED if column not in columns]
    unknown = [column for column in columns if column and column not in (*NEEDED, *OPTIONAL)]
    if missing or unknown or len(set(columns)) != len(columns):
        raise BadValue(
            name,
            f"has the columns {', '.join(NEEDED)} in its first row, and may have {', '.join(OPTIONAL)}"
            + (f"; missing: {', '.join(missing)}" if missing else "")
            + (f"; unknown: {', '.join(unknown)}" if unknown else ""),
            "Name them so.",
        )
    if len(rows) > MOST_LINES + 1:
        raise BadValue(name, f"has at most {MOST_LINES:,} lines", "Split it by months.")
    good, bad = [], []
    for number, row in enumerate(rows[1:], start=2):
        cells = [_text(cell) for cell in row]
        if not any(cells):
            continue
        try:
            good.append(_line(number, dict(zip(columns, cells, strict=False))))
        except BadValue as error:
            bad.append(BadLine(number, error.field, error.rule, error.remedy))
    return good, bad


def _csv(name: str, content: bytes) -> list[Sequence[object]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadValue(
            name, "is UTF-8 text or an XLSX workbook", "Save it as CSV UTF-8, or as XLSX."
        ) from None
    if "\0" in text:
        raise BadValue(name, "is text without null bytes", "Save it as CSV UTF-8, or as XLSX.")
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))


def _xlsx(name: str, content: bytes) -> list[Sequence[object]]:
    from io import BytesIO

    try:
        return list(CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python())
    except Exception as error:
        raise BadValue(name, f"cannot be read ({type(error).__name__})", "Save it anew as XLSX.") from None


def _text(cell: object) -> str:
    """A cell as text; numbers of a workbook without the `.0` it adds."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}"
    return str(cell).strip()


def _line(number: int, cells: Mapping[str, str]) -> Line:
    begins, ends = _day("period_from", cells["period_from"]), _day("period_to", cells["period_to"])
    if ends < begins or begins.year != ends.year:
        raise BadValue("period_to", "lies in the same year and not before period_from", "Split the line.")
    try:
        list_on(begins)
    except Refused as error:
        raise BadValue("period_from", "is a day of a list that is loaded", str(error)) from None
    description = cells["description"]
    if not description or len(description) > 20_000:
        raise BadValue("description", "has 1 to 20,000 characters", "Say what was sold.")
    item, related = cells.get("item", ""), cells.get("related", "")
    if item and not (item.isdecimal() and 1 <= int(item) <= ITEMS_IN_LIST):
        raise BadValue("item", "is empty or a number from 1 to 19", "Give the item it is claimed under.")
    if related and (related not in RELATED or item):
        raise BadValue("related", f"is one of {', '.join(RELATED)}, without an item", "Correct it.")
    pairs = [part.partition("=")[::2] for part in cells.get("answers", "").split(";") if part.strip()]
    return Line(
        row=number, first=begins, last=ends, description=description, tiyn=_tiyn(cells["amount"]),
        item=int(item) if item else None, answers=read_answers(pairs), related=related,
    )  # fmt: skip


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise BadValue(
            field, "is a day such as 2026-03-31", "Write the day on which it begins or ends."
        ) from None


def _tiyn(text: str) -> int:
    """Tenge with at most two decimals as tiyn; never negative: a correction corrects the line."""
    try:
        amount = Decimal(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ArithmeticError:
        raise BadValue("amount", "is a number of tenge", "Write it as 1250000.50.") from None
    if not amount.is_finite() or amount < 0 or amount > 10**15 or amount != round(amount, 2):
        raise BadValue("amount", "is not negative and has at most two decimals", "Correct the line.")
    return int(amount * 100)
