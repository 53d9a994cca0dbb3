"""The XLSX form: a report written into it reads back the same; what is wrong is named by sheet and line."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
import xlsxwriter

from qyzmet.acts.assessment.report import PLACES
from qyzmet.acts.assessment.workbook import columns, form, read_form
from qyzmet.runtime.errors import BadValue
from tests.acts.assessment import material as m


@pytest.mark.clause("assessment:annex9.table1", "assessment:annex9.table5", "assessment:annex9.table6")
def test_a_report_comes_back_as_it_was_written() -> None:
    report = m.full()
    assert read_form(report.body, form(report)) == report
    assert not list(read_form("EMPTY", form()).items())


def test_the_form_is_always_the_same_and_has_every_table() -> None:
    assert form() == form()
    for name in PLACES:
        assert columns(name)


def _book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        fill(book)
    return out.getvalue()


def _posts(*lines: tuple[object, ...], heads: tuple[str, ...] = ("link", "date", "language")) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("posts")
        sheet.write_row(1, 0, heads)
        for number, line in enumerate(lines, 2):
            sheet.write_row(number, 0, line)

    return _book(fill)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "cannot be read"),
        (b"not a workbook", "cannot be read"),
        (_posts(heads=("link", "colour")), "unknown column colour"),
        (_posts(("https://a.kz/1", "yesterday", "kk")), "sheet posts, line 3, date"),
        (_posts(("https://a.kz/1", "2024-03-01", "de")), "sheet posts, line 3, language"),
        (_posts(("https://a.kz/1", "2024-03-01", "kk"), ("https://a.kz/2",)), "sheet posts, line 4"),
        (_book(lambda book: book.add_worksheet("other") and None), "unknown sheet other"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, told: str) -> None:
    with pytest.raises(BadValue, match=told):
        read_form("CENTRAL_ONE", content)
