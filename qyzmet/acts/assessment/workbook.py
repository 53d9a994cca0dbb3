"""The report as an XLSX form: a sheet for each row of Annex 9, written empty or filled, and read back.

The first line of a sheet is the row's official name, the second the columns. Several values of a cell stand
on lines of their own; texts by language have a column for each; an issue is written `PERSONAL: text`, an
issue of an NGO meeting `name of the NGO: text`.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import xlsxwriter
from python_calamine import CalamineWorkbook

from qyzmet.acts.assessment import report as r
from qyzmet.acts.assessment.forms import row
from qyzmet.acts.assessment.report import LANGUAGES, PLACES, Report
from qyzmet.runtime.errors import BadValue

MOST_BYTES = 8 * 2**20
SCHEDULE = "schedule"
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 -- a workbook bears no moment, so that it is always the same
_HINTS = get_type_hints(Report)


def _struct(name: str) -> type[msgspec.Struct]:
    found: type[msgspec.Struct] = get_args(_HINTS[name])[0]
    return found


def columns(name: str) -> list[tuple[str, str, Any]]:
    """The columns of a sheet: name, field, type; `announcement_links.kk` is one language of a field."""
    found: list[tuple[str, str, Any]] = []
    for field, hint in get_type_hints(_struct(name)).items():
        if get_origin(hint) is dict:
            found.extend((f"{field}.{language}", field, hint) for language in LANGUAGES)
        else:
            found.append((field, field, hint))
    return found


def form(report: Report | None = None) -> bytes:
    """The workbook, empty or with a report in it."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": EPOCH})
    bold = book.add_format({"bold": True})
    for name, place in PLACES.items():
        sheet, names = book.add_worksheet(name), columns(name)
        labels = row(place).labels
        sheet.write_string(0, 0, " / ".join(labels[language] for language in ("kk", "ru", "en")))
        sheet.write_row(1, 0, [column for column, _, _ in names], bold)
        sheet.set_column(0, len(names) - 1, 24)
        sheet.freeze_panes(2, 0)
        for at, (column, _, hint) in enumerate(names):
            if choices := _choices(hint):
                sheet.data_validation(2, at, 5000, at, {"validate": "list", "source": choices})
            del column
        for number, item in enumerate(getattr(report, name) if report else (), 2):
            for at, (column, field, _) in enumerate(names):
                sheet.write_string(number, at, _written(getattr(item, field), column))
    days = book.add_worksheet(SCHEDULE)
    days.write_string(0, 0, "annex9.table5.row4.1")
    days.write_string(1, 0, "date", bold)
    for number, day in enumerate(report.schedule if report else (), 2):
        days.write_string(number, 0, day.isoformat())
    book.close()
    return out.getvalue()


def read_form(body: str, content: bytes) -> Report:
    """The report in a workbook. Raises BadValue with sheet, line and field of what cannot be read."""
    if len(content) > MOST_BYTES:
        raise BadValue("report", f"has at most {MOST_BYTES // 2**20} MB", "Send the form without pictures.")
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except Exception as error:
        raise BadValue(
            "report", f"cannot be read ({type(error).__name__})", "Save it anew as XLSX."
        ) from None
    if unknown := set(sheets) - {*PLACES, SCHEDULE}:
        raise BadValue("report", f"has the unknown sheet {min(unknown)}", "Take the sheets of the form.")
    parts: dict[str, Any] = {name: tuple(_items(name, sheets.get(name, []))) for name in PLACES}
    parts[SCHEDULE] = tuple(_days(sheets.get(SCHEDULE, [])))
    return Report(body=body, **parts)


def _items(name: str, lines: Sequence[Sequence[Any]]) -> Iterator[Any]:
    known = {column: (field, hint) for column, field, hint in columns(name)}
    heads = [str(cell).strip() for cell in lines[1]] if len(lines) > 1 else []
    if unknown := [head for head in heads if head and head not in known]:
        raise BadValue(f"sheet {name}", f"has the unknown column {unknown[0]}", "Take the form's columns.")
    for number, line in enumerate(lines[2:], 3):
        cells = {head: _text(cell) for head, cell in zip(heads, line, strict=False) if head}
        if any(cells.values()):
            if number > r.MOST_ITEMS + 2:
                raise BadValue(f"sheet {name}", f"has at most {r.MOST_ITEMS} lines", "Split the report.")
            yield _item(name, number, cells, known)


def _item(name: str, number: int, cells: dict[str, str], known: dict[str, tuple[str, Any]]) -> Any:
    values: dict[str, Any] = {}
    for column, text in cells.items():
        field, hint = known[column]
        if get_origin(hint) is dict:
            if text:
                values.setdefault(field, {})[column.rpartition(".")[2]] = text
        elif text or hint is str:
            values[field] = _value(hint, text)
    try:
        return msgspec.convert(values, _struct(name), strict=False)
    except msgspec.ValidationError as error:
        said, _, where = str(error).partition(" - at ")
        raise BadValue(
            f"sheet {name}, line {number}, {where.strip('`$.') or 'line'}", said, "Compare it with the form."
        ) from None


def _value(hint: Any, text: str) -> Any:
    if hint is bool:
        return {"иә": True, "да": True, "yes": True, "жоқ": False, "нет": False, "no": False}.get(
            text.lower(), text
        )
    if get_origin(hint) is tuple:
        parts = [part.strip() for part in text.splitlines() if part.strip()]
        inner = get_args(hint)[0]
        if inner is r.Issue:
            return [{"rating": rating.strip(), "text": said.strip()} for rating, _, said in _pairs(parts)]
        if inner is r.NgoIssue:
            return [{"ngo": ngo.strip(), "text": said.strip()} for ngo, _, said in _pairs(parts)]
        return parts
    return text


def _pairs(parts: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return (part.partition(":") for part in parts)


def _days(lines: Sequence[Sequence[Any]]) -> Iterator[date]:
    for number, line in enumerate(lines[2:], 3):
        text = _text(line[0]) if line else ""
        if text:
            try:
                yield date.fromisoformat(text[:10])
            except ValueError:
                raise BadValue(f"sheet {SCHEDULE}, line {number}", "is a day", "Write 2024-03-01.") from None


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        midnight = not (cell.hour or cell.minute or cell.second)
        return cell.date().isoformat() if midnight else cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _written(value: Any, column: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return str(value.get(column.rpartition(".")[2], ""))
        case tuple():
            return "\n".join(_line(part) for part in value)
        case date() | datetime():
            return value.isoformat()
    return str(value)


def _line(part: Any) -> str:
    if isinstance(part, r.Issue):
        return f"{part.rating}: {part.text}"
    if isinstance(part, r.NgoIssue):
        return f"{part.ngo}: {part.text}"
    return str(part)


def _choices(hint: Any) -> list[str]:
    """What a column's cells may be, where there are few possibilities."""
    if hint is bool:
        return ["yes", "no"]
    if get_origin(hint) in (Union, types.UnionType):
        return _choices(next(each for each in get_args(hint) if each is not type(None)))
    return list(get_args(hint)) if get_origin(hint) is Literal else []
