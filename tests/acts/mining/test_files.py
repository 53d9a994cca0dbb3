"""Files as people and programs send them, the bad ones too: what they are told, and that nothing breaks."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from qyzmet.acts.mining import csvfile
from qyzmet.acts.mining.columns import COLUMNS, NAMES
from qyzmet.acts.mining.form import workbook
from qyzmet.acts.mining.rules import Finding
from tests.acts.mining.reports import checked, codes, policies, row, rows, text
from tests.cases.conftest import iin

KK = [column.titles["kk"] for column in COLUMNS]
RU = [column.titles["ru"] for column in COLUMNS]


def said(folder: Path, content: bytes, name: str = "report.csv") -> list[tuple[int, int, str]]:
    path = folder / name
    path.write_bytes(content)
    return codes(path)


def found(folder: Path, content: bytes) -> list[Finding]:
    path = folder / "report"
    path.write_bytes(content)
    return checked(path)[1]


@pytest.mark.parametrize("encoded", [
    text(rows(3)).encode(), text(rows(3)).encode("utf-8-sig"), text(rows(3)).encode("utf-16"),
    text(rows(3), separator=";").encode("utf-8-sig"), text(rows(3), separator="\t").encode("utf-16"),
    b"sep=;\n" + text(rows(3), separator=";").encode(), text(rows(3)).replace("\n", "\r\n").encode(),
    text(rows(3)).rstrip("\n").encode(), ("\n" + text(rows(3)) + "\n\n" + "," * 14 + "\n").encode(),
    text(rows(3), header=KK).encode(), text(rows(3), header=RU).encode(), text(rows(3), header=[f"C{n}" for n in range(1, 16)]).encode(),
    text([line[::-1] for line in rows(3)], header=NAMES[::-1]).encode(),
])  # fmt: skip
def test_however_a_right_report_is_written_it_is_read(tmp_path: Path, encoded: bytes) -> None:
    path = tmp_path / "r"
    path.write_bytes(encoded)
    outcome, findings = checked(path)
    assert findings == []
    assert outcome.good == 3


@pytest.mark.parametrize(("content", "expected"), [
    (b"", [(0, 0, "file_empty")]), (b"\xef\xbb\xbf\n\n", [(0, 0, "file_empty")]), (b"\0" * 5000, [(0, 0, "file_binary")]),
    (b"0" * 600_000, [(0, 0, "file_kind")]), (b"%PDF-1.7 x", [(0, 0, "file_kind")]), (b"\x1f\x8b\x08x", [(0, 0, "file_kind")]),
    (b"PK\x03\x04 nothing", [(0, 0, "file_broken")]), (b"PAR1 nothing", [(0, 0, "file_broken")]),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", [(0, 0, "file_locked")]), (text(rows(2)).encode("utf-16")[:-1], [(0, 0, "file_broken")]),
    (text(rows(1), header=RU).encode("cp1251"), [(0, 0, "file_encoding")]),
])  # fmt: skip
def test_what_is_no_report_is_said_to_be_none(tmp_path: Path, content: bytes, expected: list[Any]) -> None:
    assert said(tmp_path, content) == expected


def test_a_byte_that_is_no_utf8_is_named_by_its_line(tmp_path: Path) -> None:
    lines = text(rows(3000)).encode().splitlines(keepends=True)
    lines[2500] = lines[2500].replace("«Кен»".encode(), "Кен".encode("cp1251"))
    (only,) = [each for each in found(tmp_path, b"".join(lines)) if not each.row]
    assert (only.code, only.line) == ("file_encoding", 2501)
    lines[2500] = b"\0" + lines[2499]
    (only,) = [each for each in found(tmp_path, b"".join(lines)) if not each.row]
    assert (only.code, only.line) == ("file_binary", 2501)


def test_ten_gigabytes_of_zeros_take_no_time_and_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "zeros.csv"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    assert codes(path) == [(0, 0, "file_binary")]


def test_headings_are_named_where_they_are_wrong(tmp_path: Path) -> None:
    names = list(NAMES)
    names[2], names[5], names[6] = "minerNmae", "", "assetName"
    findings = found(tmp_path, text(rows(1), header=names).encode())
    assert [(each.column, each.code) for each in findings] == [
        (0, "header_unknown"), (8, "header_twice"), (3, "header_missing"), (6, "header_missing"), (7, "header_missing"),
    ]  # fmt: skip
    assert findings[0].value == "minerNmae → minerName?"


def test_values_under_a_wrong_heading_are_found_by_what_they_are(tmp_path: Path) -> None:
    swapped = list(NAMES)
    swapped[5], swapped[7] = swapped[7], swapped[5]
    assert {code for _, _, code in said(tmp_path, text(rows(3), header=swapped).encode())} == {
        "wallet_unknown"
    }
    swapped = list(NAMES)
    swapped[6], swapped[8] = swapped[8], swapped[6]
    assert {code for _, _, code in said(tmp_path, text(rows(2), header=swapped).encode())} >= {
        "day_form",
        "amount_form",
    }


def test_decimal_commas_that_break_a_row_are_told_as_such(tmp_path: Path) -> None:
    lines = text(rows(4)).splitlines()
    lines[2] = lines[2].replace("0.000000002", "0,000000002")
    assert said(tmp_path, "\n".join(lines).encode()) == [(2, 0, "row_fields")]
    assert said(tmp_path, text([row(1), row(2, c9="0,5")], separator=";").encode()) == [
        (2, 9, "amount_comma")
    ]


def test_a_quote_that_never_closes_is_named(tmp_path: Path) -> None:
    content = text(rows(2)) + '3,"never closed' + "x" * (20 << 20)
    assert (0, 0, "file_quotes") in said(tmp_path, content.encode())


def test_text_with_commas_quotes_and_line_breaks_is_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text([row(1, c3='ТОО "Кен, и К°"'), row(2, c3="two\nlines"), row(3)]))
    assert codes(path) == [(2, 3, "control")]


# --- XLSX


def book(write: Callable[[Any, Any], None], name: str = "report.xlsx") -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = folder / name
        with xlsxwriter.Workbook(str(path)) as workbook:
            sheet = workbook.add_worksheet("Есеп")
            sheet.write_row(0, 0, NAMES)
            for number in (1, 2, 3):
                for place, cell in enumerate(row(number)):
                    sheet.write_string(number, place, cell)
            write(workbook, sheet)
        return path

    return made


def numbers(workbook: Any, sheet: Any) -> None:
    day = workbook.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_number(1, 0, 1)
    sheet.write_datetime(1, 4, date(2025, 2, 3), day)
    sheet.write_datetime(1, 6, date(2026, 5, 4), day)
    sheet.write_number(1, 8, 0.000000001)
    sheet.write_number(1, 9, 0.75)


def hidden_sheet(workbook: Any, _: Any) -> None:
    workbook.add_worksheet("other").hide()


def twice(workbook: Any, _: Any) -> None:
    workbook.add_worksheet("other").write_row(0, 0, NAMES)


@pytest.mark.parametrize(("write", "expected"), [
    (lambda w, s: None, []),
    (numbers, []),
    (lambda w, s: s.write_formula(2, 8, "=1-0.5", None, 0.5), [(2, 9, "formula")]),
    (lambda w, s: s.merge_range(1, 2, 2, 2, "x"), [(1, 3, "merged"), (2, 3, "merged")]),
    (lambda w, s: s.write_number(2, 8, 0.1234567890123456), [(2, 9, "amount_rounded")]),
    (lambda w, s: s.write_number(2, 1, 1234567890), [(2, 2, "person_zero")]),
    (lambda w, s: s.write_number(2, 6, 46146), [(2, 7, "day_serial")]),
    (lambda w, s: s.write_boolean(2, 8, True), [(2, 9, "amount_form")]),
    (lambda w, s: w.add_worksheet("notes"), []),
    (hidden_sheet, [(0, 0, "file_hidden")]),
    (lambda w, s: s.set_row(2, None, None, {"hidden": True}), [(0, 0, "file_hidden")]),
    (lambda w, s: s.set_column(20, 20, 5, None, {"hidden": True}), [(0, 0, "file_hidden")]),
    (twice, [(0, 0, "file_sheets")]),
    (lambda w, s: s.write_string(900_000, 0, "far"), [(0, 0, "file_rows")]),
    (lambda w, s: s.write_string(0, 16_000, "far"), [(0, 0, "file_bomb")]),
])  # fmt: skip
def test_workbooks_are_read_and_what_is_dangerous_is_named(
    tmp_path: Path, write: Any, expected: list[Any]
) -> None:
    assert codes(book(write)(tmp_path)) == expected


def _with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


@pytest.mark.parametrize(("part", "code"), [
    ("xl/vbaProject.bin", "file_macros"), ("xl/macrosheets/sheet1.xml", "file_macros"),
    ("xl/externalLinks/externalLink1.xml", "file_links"), ("xl/embeddings/oleObject1.docx", "file_links"),
])  # fmt: skip
def test_macros_and_links_are_refused(tmp_path: Path, part: str, code: str) -> None:
    path = _with_part(book(lambda w, s: None)(tmp_path), part, b"x")
    assert codes(path) == [(0, 0, code)]


def test_a_zip_bomb_is_never_unpacked(tmp_path: Path) -> None:
    path = _with_part(book(lambda w, s: None)(tmp_path), "xl/media/zeros.xml", b"\0" * (600 << 20))
    assert path.stat().st_size < 2 << 20
    assert codes(path) == [(0, 0, "file_bomb")]


def test_entities_in_a_workbook_are_not_followed(tmp_path: Path) -> None:
    good = book(lambda w, s: None)(tmp_path)
    evil = tmp_path / "evil.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(evil, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/workbook.xml":
                content = content.replace(
                    b"?>", b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', 1
                ).replace(b"\xd0\x95", b"&a;", 1)
            new.writestr(item.filename, content)
    assert [code for _, _, code in codes(evil)] in ([], ["file_broken"], ["header_missing"])


@pytest.mark.clause("mining:form.2", "mining:form.3", "mining:form.5", "mining:annex§3")
def test_the_form_comes_back_filled_in(tmp_path: Path) -> None:
    """Its checks, headings and instructions are there, and filled in by hand it is a right report."""
    filled = openpyxl.load_workbook(io.BytesIO(workbook(policies())))
    sheet = filled.worksheets[0]
    headings = [[cell.value for cell in line][:15] for line in sheet.iter_rows(min_row=11, max_row=12)]
    assert headings == [RU, KK]
    assert len(sheet.data_validations.dataValidation) == 15
    assert "ЦМПМ 1" in [cell.value for cell in sheet["C"]]
    assert filled.sheetnames[1:] == ["Нұсқаулық", "Инструкция", "Instructions"]
    for place, line in enumerate(rows(3), start=13):
        for column, cell in enumerate(line, start=1):
            if cell:
                sheet.cell(place, column, date.fromisoformat(cell) if column in (5, 7, 11) else cell)
    path = tmp_path / "filled.xlsx"
    filled.save(path)
    outcome, findings = checked(path)
    assert findings == []
    assert outcome.good == 3
    sheet.cell(14, 9, "0,5")
    filled.save(path)
    (only,) = checked(path)[1]
    assert (only.row, only.line, only.code) == (2, 14, "amount_comma")


@pytest.mark.clause("mining:form.5", "mining:form.8")
@pytest.mark.parametrize(
    ("month", "number", "expected"),
    [
        ("2026-05", iin(1), []),
        (date(2026, 5, 1), int(iin(1)), []),  # as Excel takes them
        ("05.2026", "", []),
        ("2026-04", iin(1), ["head_month"]),
        ("мамыр", "", ["head_month"]),
        ("2026-05", iin(2), ["head_number"]),
        ("2026-13", iin(2), ["head_month", "head_number"]),
    ],
)
def test_month_and_number_in_the_form_are_those_of_the_report(
    tmp_path: Path, month: Any, number: Any, expected: list[str]
) -> None:
    filled = openpyxl.load_workbook(io.BytesIO(workbook(policies())))
    sheet = filled.worksheets[0]
    sheet["C9"], sheet["C10"] = month, number
    for column, cell in enumerate(rows(1)[0], start=1):
        sheet.cell(13, column, cell)
    filled.save(path := tmp_path / "filled.xlsx")
    assert codes(path, number=iin(1)) == [(0, 0, code) for code in expected]
    assert "head_number" not in [code for _, _, code in codes(path)]  # where the pool is not known


# --- Parquet


def parquet(folder: Path, **changed: pl.Series) -> Path:
    cells = [list(values) for values in zip(*rows(3), strict=True)]
    frame = pl.DataFrame(dict(zip(NAMES, cells, strict=True))).with_columns(**changed)
    path = folder / "r.parquet"
    frame.write_parquet(path)
    return path


def test_parquet_with_text_or_typed_columns(tmp_path: Path) -> None:
    assert codes(parquet(tmp_path)) == []
    typed = {
        "rowNumber": pl.Series([1, 2, 3]),
        "distributionDate": pl.Series([date(2026, 5, 4)] * 3),
        "assetAmount": pl.Series(
            [Decimal("0.123456789012345678"), Decimal(1), Decimal("0.5")], dtype=pl.Decimal(38, 18)
        ),
        "transferCombinedSum": pl.Series([1, 1, 1]),
    }
    outcome, findings = checked(parquet(tmp_path, **typed))
    assert findings == []
    assert outcome.totals["Bitcoin"]["amount"] == "1.623456789012345678"


def test_binary_fractions_and_strange_types_are_refused(tmp_path: Path) -> None:
    assert codes(parquet(tmp_path, assetAmount=pl.Series([0.1, 0.2, 0.3]))) == [(0, 9, "file_float")]
    assert codes(parquet(tmp_path, minerName=pl.Series([["x"], ["y"], ["z"]]))) == [(0, 3, "file_type")]
    broken = parquet(tmp_path)
    broken.write_bytes(broken.read_bytes()[:-20])
    assert codes(broken) == [(0, 0, "file_broken")]


def test_a_csv_is_read_only_a_few_blocks_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block = 8 << 10
    monkeypatch.setattr(csvfile, "_BLOCK", block)
    path = tmp_path / "long.csv"
    path.write_text(text(rows(3000)), "utf-8")
    source, done = csvfile.CsvSource(path), 0
    for taken, batch in enumerate(source.batches()):
        if taken % 5 == 0:
            time.sleep(0.02)  # whoever reads ahead has the time to
        assert source._file.tell() <= source._start + (taken + 1 + csvfile._AHEAD) * block
        done += batch.height
    assert done == 3000
    assert path.stat().st_size > 40 * block
    source.close()


def test_a_csv_that_is_not_read_to_its_end_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csvfile, "_BLOCK", 8 << 10)
    path = tmp_path / "long.csv"
    path.write_text(text(rows(3000)), "utf-8")
    began = time.monotonic()
    source = csvfile.CsvSource(path)
    batches = source.batches()
    next(batches)
    del batches
    source.close()
    assert time.monotonic() - began < csvfile._PATIENCE / 2
