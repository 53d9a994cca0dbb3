"""The working calendar: Labour Code, art. 84 and 85, with the orders that moved days."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.law.calendar import WorkingCalendar, working_calendar
from qyzmet.law.day_reasons import DayCode
from qyzmet.law.holiday_table import FIRST_YEAR, LAST_YEAR, from_library, holidays_of, library_version
from qyzmet.law.overrides import Override, read_overrides
from qyzmet.runtime.errors import BadValue

CALENDAR = working_calendar()
DAYS = st.dates(date(2020, 1, 1), date(2034, 12, 31))


@pytest.mark.parametrize(("year", "expected"), [(2023, 246), (2024, 249), (2025, 246), (2026, 247)])
def test_working_days_in_the_year(year: int, expected: int) -> None:
    assert CALENDAR.between(date(year, 1, 1), date(year, 12, 31)) == expected


W, S, M, H = DayCode.WORKED_WEEKEND, DayCode.SUBSTITUTE_DAY_OFF, DayCode.MOVED_DAY_OFF, DayCode.HOLIDAY
D, SAT, SUN = DayCode.WORKING_DAY, DayCode.SATURDAY, DayCode.SUNDAY


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2023-01-03", S),
        ("2023-05-08", S),
        ("2023-06-28", H),  # Kurban ait
        ("2023-06-30", D),
        ("2023-07-01", W),  # moved to Friday 7 July
        ("2023-07-06", H),
        ("2023-07-07", M),
        ("2023-07-08", SAT),
        ("2023-12-18", S),
        ("2024-01-07", H),  # a Sunday: Christmas has no substitute day
        ("2024-01-08", D),
        ("2024-03-25", S),
        ("2024-05-03", D),
        ("2024-05-04", W),  # moved to Wednesday 8 May
        ("2024-05-05", SUN),
        ("2024-05-08", M),
        ("2024-06-16", H),  # Kurban ait on a Sunday: no substitute day either
        ("2024-06-17", D),
        ("2024-07-08", S),
        ("2025-01-03", M),
        ("2025-01-04", SAT),
        ("2025-01-05", W),  # a worked Sunday
        ("2025-01-06", D),
        ("2025-03-10", S),
        ("2025-03-24", S),
        ("2025-03-25", S),
        ("2025-03-26", D),
        ("2025-06-06", H),
        ("2025-07-07", S),
        ("2025-09-01", S),
        ("2025-10-27", S),
        ("2026-03-09", S),
        ("2026-03-24", S),
        ("2026-03-25", S),
        ("2026-05-11", S),
        ("2026-05-27", H),
        ("2026-08-30", SUN),  # no holiday in 2026 any more …
        ("2026-08-31", D),  # … so no substitute day
        ("2026-10-26", S),
        ("2027-03-15", H),  # Constitution Day since 2027
    ],
)
def test_why_the_day_is_worked_or_not(day: str, code: DayCode) -> None:
    reason = CALENDAR.reason(date.fromisoformat(day))
    assert reason.code is code
    assert reason.works is (code in (W, D)) is CALENDAR.is_working(date.fromisoformat(day))
    assert set(reason.words) == {"kk", "ru", "en"}


def test_the_reason_names_the_order() -> None:
    words = CALENDAR.reason(date(2024, 5, 4)).words
    assert words["en"] == "worked Saturday: its day off moved to 8 May 2024 by order of 18 April 2024"
    assert "18 апреля 2024" in words["ru"]
    assert "18 сәуірдегі" in words["kk"]


@pytest.mark.parametrize(
    "month_day", [(1, 1), (1, 2), (3, 8), (3, 21), (5, 1), (5, 7), (5, 9), (7, 6), (12, 16)]
)
@pytest.mark.parametrize("year", range(2020, 2036))
def test_fixed_holidays_are_off(year: int, month_day: tuple[int, int]) -> None:
    assert CALENDAR.reason(date(year, *month_day)).code is H


def test_the_library_knows_what_our_overrides_say() -> None:
    """The moved days of the shipped orders are in the library too: a bare calendar has the same days."""
    bare = WorkingCalendar(())
    first, last = date(2020, 1, 1), date(2035, 12, 31)
    for offset in range((last - first).days + 1):
        day = first + timedelta(offset)
        assert bare.is_working(day) == CALENDAR.is_working(day), day
    assert bare.version != CALENDAR.version


def test_every_holiday_has_words_in_three_languages() -> None:
    for offset in range(16 * 365):
        words = CALENDAR.reason(date(2020, 1, 1) + timedelta(offset)).words
        assert words["kk"] != words["en"], words


def test_a_late_order_makes_a_new_calendar() -> None:
    words = {"kk": "бұйрық", "ru": "приказ", "en": "order"}
    late = CALENDAR.with_overrides(
        Override(date(2026, 12, 12), True, words, "https://order.example", date(2026, 12, 1)),
        Override(date(2026, 12, 17), False, words, "https://order.example", date(2026, 12, 1)),
    )
    assert late.version != CALENDAR.version
    assert late != CALENDAR
    assert (CALENDAR.is_working(date(2026, 12, 12)), late.is_working(date(2026, 12, 12))) == (False, True)
    assert late.add(date(2026, 12, 15), 1) == date(2026, 12, 18)  # 16 a holiday, 17 now off
    assert late.as_known_on(date(2026, 11, 30)).add(date(2026, 12, 15), 1) == date(2026, 12, 17)


def test_what_was_known_before_the_order_of_18_april_2024() -> None:
    before, after = CALENDAR.as_known_on(date(2024, 4, 17)), CALENDAR.as_known_on(date(2024, 4, 18))
    assert [before.is_working(date(2024, 5, day)) for day in (4, 8)] == [False, True]
    assert [after.is_working(date(2024, 5, day)) for day in (4, 8)] == [True, False]
    assert before.version != after.version


def test_equal_calendars_are_one_value() -> None:
    same = WorkingCalendar(read_overrides())
    assert same == CALENDAR
    assert hash(same) == hash(CALENDAR)


@given(day=DAYS, n=st.integers(1, 200))
def test_add_lands_on_the_nth_working_day(day: date, n: int) -> None:
    found = CALENDAR.add(day, n)
    assert CALENDAR.is_working(found)
    assert CALENDAR.between(day + timedelta(1), found) == n


@given(day=DAYS, one=st.integers(0, 60), two=st.integers(0, 60))
def test_add_adds_up(day: date, one: int, two: int) -> None:
    assert CALENDAR.add(CALENDAR.add(day, one), two) == CALENDAR.add(day, one + two)


@given(one=DAYS, two=DAYS)
def test_between_counts_each_day(one: date, two: date) -> None:
    first, last = min(one, two), min(max(one, two), min(one, two) + timedelta(400))
    days = (first + timedelta(offset) for offset in range((last - first).days + 1))
    assert CALENDAR.between(first, last) == sum(CALENDAR.is_working(day) for day in days)


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2036, 1, 1)])
def test_years_outside_are_refused(day: date) -> None:
    for ask in (CALENDAR.is_working, CALENDAR.reason, lambda day: CALENDAR.add(day, 1)):
        with pytest.raises(BadValue, match="2020-01-01 to 2035-12-31"):
            ask(day)


def test_bad_questions_are_refused() -> None:
    with pytest.raises(BadValue, match="outside"):
        CALENDAR.add(date(2035, 12, 28), 3)
    with pytest.raises(BadValue, match="not -1"):
        CALENDAR.add(date(2024, 1, 1), -1)
    with pytest.raises(BadValue, match="before the first day"):
        CALENDAR.between(date(2024, 1, 2), date(2024, 1, 1))
    with pytest.raises(BadValue, match="without a time"):
        CALENDAR.is_working(datetime(2024, 1, 2, tzinfo=UTC))


def test_a_million_additions_take_seconds() -> None:
    day = date(2024, 5, 3)
    began = time.perf_counter()
    for _ in range(50_000):
        CALENDAR.add(day, 3)
    assert time.perf_counter() - began < 0.5


def test_the_table_of_holidays_is_what_the_pinned_library_says() -> None:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    remedy = "run python -m qyzmet.law.holiday_table and look at what changed"
    assert (library_version(), holidays_of(years)) == from_library(years), remedy


def test_a_question_about_days_loads_no_library_of_holidays() -> None:
    code = (
        "import sys; from datetime import date\n"
        "from qyzmet.law.calendar import working_calendar\n"
        "assert working_calendar().is_working(date(2024, 5, 4)) and working_calendar().version\n"
        "sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
