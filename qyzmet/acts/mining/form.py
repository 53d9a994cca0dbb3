"""The form as a workbook: the act's headings in Kazakh, our Russian translation, checks in the sheet, instructions.

Amount and number columns are text, so that Excel neither rounds them nor drops zeros. The workbook holds no
formula cells, no macros and no hidden sheets: what it gives out, the reader takes back.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from qyzmet.acts.mining.clauses import ACT
from qyzmet.acts.mining.columns import COLUMNS, MOST_TEXT
from qyzmet.acts.mining.formhead import LABELS
from qyzmet.acts.mining.header import constants
from qyzmet.law.act import carries_out
from qyzmet.law.policies import Policies

ROWS = 5000
_FIRST = 12  # rows above the data
_HELP = {
    "kk": (
        "Қалай толтыру керек",
        "Әр бөлу — бір жол. Сандарды нүктемен жазыңыз: 0.00012345. Күн: 2026-05-31.",
        "10 және 11-бағандар: аудару болмаса, екеуін де бос қалдырыңыз. 12–13 және 14–15 — жұп.",
        "Формула, макрос, біріктірілген ұяшық, жасырын парақ қабылданбайды: мәндерін ғана қойыңыз.",
        "Файлды www.Qoldau.kz арқылы API-мен жібереді. Тексеру: qyzmet mining check ФАЙЛ --month 2026-05",
    ),
    "ru": (
        "Как заполнять",
        "Одно распределение — одна строка. Числа с точкой: 0.00012345. Дата: 2026-05-31.",
        "Графы 10 и 11: если перевода ещё не было, оставьте обе пустыми. 12–13 и 14–15 — пары.",
        "Формулы, макросы, объединённые ячейки, скрытые листы не принимаются: вставляйте только значения.",
        "Файл подаётся через www.Qoldau.kz по API. Проверка: qyzmet mining check ФАЙЛ --month 2026-05",
    ),
    "en": (
        "How to fill it in",
        "One distribution, one row. Amounts with a point: 0.00012345. Days: 2026-05-31.",
        "Columns 10 and 11: leave both empty where nothing was transferred yet. 12–13 and 14–15 are pairs.",
        "No formulas, macros, merged cells or hidden sheets are taken: paste values alone.",
        "The file is sent through www.Qoldau.kz by API. To check: qyzmet mining check FILE --month 2026-05",
    ),
}


@carries_out(*(ACT[f"form.{n}"] for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)), ACT["annex§3"])
def workbook(policies: Policies) -> bytes:
    """The form as XLSX bytes."""
    written = BytesIO()
    book = xlsxwriter.Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": policies["G-01"]})
    style = {
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        "head": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#DCE8F5"}
        ),
        "second": book.add_format(
            {"italic": True, "text_wrap": True, "valign": "top", "font_color": "#505A5F"}
        ),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    sheet = book.add_worksheet("ЦМПМ 1")
    _head(sheet, policies, style)
    _columns(sheet, style)
    for language, name in (("kk", "Нұсқаулық"), ("ru", "Инструкция"), ("en", "Instructions")):
        _instructions(book.add_worksheet(name), language, style)
    book.close()
    return written.getvalue()


def _head(sheet: Any, policies: Policies, style: dict[str, Any]) -> None:
    printed = constants(policies)
    lines = (
        ("Әкімшілік нысанның атауы", printed["formName"]), ("Индексі", printed["formIndex"]),
        ("Ұсынылады", printed["submittedTo"]), ("Кезеңділігі", printed["periodicity"]),
        ("Тапсыратын адамдар тобы", printed["reportingGroup"]), ("Ұсыну мерзімі", printed["deadlineText"]),
        ("Жинау әдісі", printed["collectionMethod"]), ("Ескертпе", printed["note"]),
        (LABELS["month"], ""), (LABELS["number"], ""),
    )  # fmt: skip
    for place, (name, value) in enumerate(lines):
        sheet.write_string(place, 0, name, style["second"])
        sheet.write_string(place, 2, value)
    sheet.write_string(
        9, 4, "Атауы, мекенжайы, орындаушы, басшы: пулдың профилінен алынады (G-3)", style["second"]
    )
    for place in (8, 9):
        sheet.write_blank(place, 2, None, style["text"])


def _columns(sheet: Any, style: dict[str, Any]) -> None:
    for column in COLUMNS:
        place = column.number - 1
        sheet.write_string(_FIRST - 2, place, column.titles["ru"], style["second"])
        sheet.write_string(_FIRST - 1, place, column.titles["kk"], style["head"])
        width = {"number": 8, "person": 15, "day": 12}.get(column.kind, 24)
        sheet.set_column(place, place, width, style["day" if column.kind == "day" else "text"])
        sheet.data_validation(_FIRST, place, _FIRST + ROWS - 1, place, _rule(column))
    sheet.set_row(_FIRST - 2, 75)
    sheet.set_row(_FIRST - 1, 90)
    sheet.freeze_panes(_FIRST, 2)


def _rule(column: Any) -> dict[str, Any]:
    cell = f"{chr(64 + column.number)}{_FIRST + 1}"
    said = {
        "input_title": f"{column.number}-баған"[:32], "input_message": column.titles["ru"][:255],
        "error_title": "Қате / Ошибка", "ignore_blank": True,
    }  # fmt: skip
    if column.kind == "day":
        return {**said, "validate": "date", "criteria": ">=", "value": date(2015, 1, 1),
                "error_message": "Күн / дата: 2026-05-31"}  # fmt: skip
    if column.kind == "person":
        rule, message = f"AND(LEN({cell})=12,ISNUMBER(VALUE({cell})))", "12 цифр, ЖСН/БСН (ИИН/БИН)"
    elif column.kind == "number":
        rule, message = f"ISNUMBER(VALUE({cell}))", "1, 2, 3 …"
    elif column.kind == "amount":
        rule = f'AND(ISERROR(FIND(",",{cell})),ISERROR(FIND("E",UPPER({cell}))),ISERROR(FIND("-",{cell})))'
        message = "Нүктемен, минус және E жоқ / с точкой, без минуса и E: 0.00012345"
    else:
        return {**said, "validate": "length", "criteria": "<=", "value": MOST_TEXT,
                "error_message": f"≤ {MOST_TEXT}"}  # fmt: skip
    return {**said, "validate": "custom", "value": f"={rule}", "error_message": message}


def _instructions(sheet: Any, language: str, style: dict[str, Any]) -> None:
    title, *lines = _HELP[language]
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, title, style["title"])
    for place, line in enumerate(lines, start=1):
        sheet.write_string(place, 1, line, style["plain"])
    for column in COLUMNS:
        sheet.write_number(len(lines) + 1 + column.number, 0, column.number, style["plain"])
        sheet.write_string(len(lines) + 1 + column.number, 1, column.titles[language], style["plain"])
