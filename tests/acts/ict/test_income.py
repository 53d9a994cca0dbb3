"""The share of priority income, the file it is read from, and own production."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from qyzmet.acts.ict.catalogue import LISTS, ListVersion
from qyzmet.acts.ict.classifying import share_in_words
from qyzmet.acts.ict.determination import Extract, own_production
from qyzmet.acts.ict.income import Judge, Line, share
from qyzmet.acts.ict.incomefile import read_lines
from qyzmet.acts.ict.policies import POLICIES
from qyzmet.law.act import Period
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue, Refused

HEAD = "period_from,period_to,description,item,answers,related,amount\n"
SOFTWARE = "1,actions=DEVELOP;for_state_body=no,,"


def _judge() -> Judge:
    return Judge(Policies(POLICIES))


def _file(*lines: str, head: str = HEAD) -> bytes:
    return (head + "\n".join(lines)).encode()


def _line(
    row: int, tiyn: int, first: date = date(2026, 1, 1), last: date | None = None, **more: object
) -> Line:
    given = {"item": 1, "answers": {"actions": ["DEVELOP"], "for_state_body": False}} | more
    return Line(row=row, first=first, last=last or first, description="x", tiyn=tiyn, **given)  # type: ignore[arg-type]


OTHER = {"item": 17, "answers": {"directions": []}}


@pytest.mark.parametrize(
    ("priority", "other", "percent", "met", "missing", "too_much"),
    [
        (9_000, 1_000, "90", True, 0, 0),
        (8_999, 1_000, "89.99", False, 1, 1),
        (0, 1_000, "0", False, 9_000, 1_000),
        (1, 0, "100", True, 0, 0),
        (0, 0, "0", False, 0, 0),
        (90_000_000_000_001, 10_000_000_000_000, "90", True, 0, 0),
    ],
)
def test_the_condition_on_both_sides(
    priority: int, other: int, percent: str, met: bool, missing: int, too_much: int
) -> None:
    lines = _judge().judge([_line(2, priority), _line(3, other, **OTHER)])
    found = share(lines, 2026)
    assert (found.percent, found.met) == (Decimal(percent), met)
    assert (found.missing_tiyn, found.too_much_tiyn) == (missing, too_much)
    if not met and found.all_tiyn:
        assert share(_judge().judge([_line(2, priority + missing), _line(3, other, **OTHER)]), 2026).met


def test_undecided_income_is_not_priority_income_but_could_become_it() -> None:
    state = {"answers": {"actions": ["DEVELOP"], "for_state_body": True}}
    found = share(_judge().judge([_line(2, 85), _line(3, 10, **state), _line(4, 5, **OTHER)]), 2026)
    assert (found.percent, found.at_most, found.met) == (Decimal(85), Decimal(95), False)


def test_income_that_the_tax_code_counts_with_it() -> None:
    found = share(_judge().judge([_line(2, 80), _line(3, 10, item=None, related="deposit_interest"),
                                  _line(4, 10, **OTHER)]), 2026)  # fmt: skip
    assert found.met
    assert "outside the act" in found.condition.source


@pytest.mark.parametrize("year", [2025, 2029])
def test_a_year_without_the_condition_is_not_judged(year: int) -> None:
    with pytest.raises(Refused, match="not judged"):
        share([], year)


def test_who_left_the_hub_in_the_middle_of_the_year() -> None:
    member = Period(date(2025, 5, 1), date(2026, 6, 30))
    lines = [_line(2, 100, date(2026, 2, 1), date(2026, 6, 30)), _line(3, 900, date(2026, 7, 1), **OTHER)]
    assert share(_judge().judge(lines), 2026, member).met
    lines.append(_line(4, 5, date(2026, 6, 1), date(2026, 7, 31)))
    with pytest.raises(Refused, match=r"Rows 4 reach over.*Split"):
        share(_judge().judge(lines), 2026, member)


@pytest.mark.clause("ict:order.1.2", "ict:annex2.item1")
@pytest.mark.parametrize(
    ("in_hub", "day", "own"),
    [(True, date(2024, 1, 1), True), (True, date(2026, 3, 1), True), (True, date(2026, 3, 2), False),
     (False, date(2024, 1, 1), False), (True, None, False)],
)  # fmt: skip
def test_own_production_is_a_participant_with_an_extract_of_whatever_age(
    in_hub: bool, day: date | None, own: bool
) -> None:
    extract = Extract("KZ-12", day, "ab" * 32) if day else None
    assert own_production(in_hub, extract, date(2026, 3, 1)) is own
    with pytest.raises(Refused):
        own_production(in_hub, extract, date(2025, 12, 31))
    with pytest.raises(BadValue, match="extract number"):
        Extract(" ", date(2026, 1, 1), "ab" * 32)


# --- files ----------------------------------------------------------------------------------------------------


def test_a_csv_and_the_same_workbook_say_the_same() -> None:
    content = _file(
        f"2026-01-01,2026-01-31,program,{SOFTWARE}1 250 000.50",
        "2026-02-01,2026-02-28,bank interest,,,deposit_interest,100",
        "2026-03-01,2026-03-31,мобильді ойын сату,,,,50",
    )
    lines, bad = read_lines("income.csv", content)
    assert not bad
    assert lines[0].tiyn == 125_000_050
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, name in enumerate(HEAD.strip().split(",")):
            sheet.write(0, column, name)
        for number, line in enumerate(lines, 1):
            sheet.write_datetime(number, 0, _moment(line.first), day)
            sheet.write_datetime(number, 1, _moment(line.last), day)
            row = [line.description, line.item, None, line.related, line.tiyn / 100]
            row[2] = "actions=DEVELOP;for_state_body=no" if line.item else None
            sheet.write_row(number, 2, row)
    assert read_lines("income.xlsx", buffer.getvalue()) == (lines, [])
    found = share_in_words(_judge().judge(lines), bad, None, "en")
    assert (found["priority"], found["all"], found["met"]) == ("1250100.5", "1250150.5", True)
    assert found["open"] == [{"row": 4, "result": None, "likely": found["open"][0]["likely"], "ask": None}]
    assert found["open"][0]["likely"][0] == 16


def _moment(day: date) -> object:
    from datetime import datetime

    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 -- a workbook's dates have no zone


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (f",2026-01-31,x,{SOFTWARE}1", "period_from"),
        (f"2026-01-31,2026-01-01,x,{SOFTWARE}1", "period_to"),
        (f"2026-12-01,2027-01-31,x,{SOFTWARE}1", "period_to"),
        (f"2025-12-01,2025-12-31,x,{SOFTWARE}1", "period_from"),
        (f"2026-01-01,2026-01-31,,{SOFTWARE}1", "description"),
        ("2026-01-01,2026-01-31,x,20,,,1", "item"),
        ("2026-01-01,2026-01-31,x,1,actions=FLY,,1", "answer actions"),
        ("2026-01-01,2026-01-31,x,1,for_state_body=perhaps,,1", "answer for_state_body"),
        ("2026-01-01,2026-01-31,x,1,,exchange_gain,1", "related"),
        (f"2026-01-01,2026-01-31,x,{SOFTWARE}-1", "amount"),
        (f"2026-01-01,2026-01-31,x,{SOFTWARE}1.005", "amount"),
        (f"2026-01-01,2026-01-31,x,{SOFTWARE}NaN", "amount"),
        (f"2026-01-01,2026-01-31,x,{SOFTWARE}lots", "amount"),
        (f"2026-01-01,2026-01-31,x,{SOFTWARE}9999999999999999999", "amount"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_kept(line: str, field: str) -> None:
    lines, bad = read_lines("income.csv", _file(line, f"2026-01-01,2026-01-31,x,{SOFTWARE}1"))
    assert [each.row for each in lines] == [3]
    assert [(each.row, each.field) for each in bad] == [(2, field)]
    assert bad[0].remedy
    assert "percent" not in share_in_words(_judge().judge(lines), bad, 2026, "en")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "columns"),
        (b"\xff\xfe\x00p", "UTF-8"),
        (b"PK\x03\x04 not a workbook", "cannot be read"),
        (b"period_from,period_to,description\n", "missing: amount"),
        (b"period_from,period_to,description,amount,colour\n", "unknown: colour"),
        (b"period_from,period_to,description,amount,amount\n", "columns"),
        (b"a\x00b", "null"),
        (b"x" * (20 * 2**20 + 1), "at most 20 MB"),
    ],
)
def test_a_bad_file_is_refused_with_the_remedy(content: bytes, told: str) -> None:
    with pytest.raises(BadValue, match=told):
        read_lines("income.csv", content)


def test_a_semicolon_file_with_decimal_commas_of_a_spreadsheet_is_read() -> None:
    content = "\ufeffperiod_from;period_to;description;amount\n2026-01-01;2026-01-31;веб-сайт;1\u00a0250,50\n"
    lines, bad = read_lines("income.csv", content.encode())
    assert (lines[0].tiyn, bad) == (125_050, [])


# --- many lines, another list ---------------------------------------------------------------------------------


def test_another_day_of_the_list_re_answers_only_what_changes() -> None:
    judge = _judge()
    lines = [_line(n, n, date(2026, 1 + n % 12, 1), item=1 + n % 2) for n in range(500)]
    before = judge.judge(lines)
    first = judge.answered
    assert first == 2, "the same question is answered once"
    judge.judge(lines)
    assert judge.answered == first
    new = ListVersion("another order", Period(date(2026, 7, 1)))
    after = judge.judge(
        lines, (ListVersion(LISTS[0].order, Period(date(2026, 1, 1), date(2026, 6, 30))), new)
    )
    assert judge.answered == first + 2, "only lines from 1 July are asked again"
    assert [each.result for each in after] == [each.result for each in before]
