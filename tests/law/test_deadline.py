"""Deadlines in working days: G-12 (start and end), G-53 (time zone)."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.law.calendar import working_calendar
from qyzmet.law.deadline import Deadline, end_of_day, months_years, working_days, working_days_from
from qyzmet.law.overrides import Override
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, UnknownName

CALENDAR = working_calendar()


def deadline(start: str, n: int, *, from_the_day: bool = False) -> Deadline:
    return working_days(datetime.fromisoformat(start), n, calendar=CALENDAR, counts_start_day=from_the_day)


@pytest.mark.parametrize(
    ("start", "n", "ends"),
    [
        # Over a weekend: Thursday, then Friday and Monday; the end is 24:00 in Almaty.
        ("2024-02-15T10:00+06:00", 2, "2024-02-19T18:00Z"),
        # Over the worked Saturday of 4 May 2024 and its day off, 8 May.
        ("2024-05-03T10:00+05:00", 1, "2024-05-04T19:00Z"),
        ("2024-05-03T10:00+05:00", 3, "2024-05-10T19:00Z"),
        # The last day before the change of time, and the first after it.
        ("2024-02-26T10:00+06:00", 2, "2024-02-28T18:00Z"),
        ("2024-02-26T10:00+06:00", 3, "2024-02-29T19:00Z"),  # a day of 25 hours
        ("2024-02-26T10:00+06:00", 4, "2024-03-01T19:00Z"),
        # Midnight in Almaty parts the days, not midnight in UTC: +06 before the change …
        ("2024-02-14T17:59:59Z", 1, "2024-02-15T18:00Z"),
        ("2024-02-14T18:00:00Z", 1, "2024-02-16T18:00Z"),
        # … and +05 after it.
        ("2024-03-12T18:59:59.999999Z", 1, "2024-03-13T19:00Z"),
        ("2024-03-12T19:00:00Z", 1, "2024-03-14T19:00Z"),
        # An event on a day off: counting begins with the next working day.
        ("2024-02-17T12:00+06:00", 1, "2024-02-19T18:00Z"),
        # Over Nauryz 2025, five days off and two weekends.
        ("2025-03-20T09:00+05:00", 1, "2025-03-26T19:00Z"),
    ],
)
def test_when_a_deadline_ends(start: str, n: int, ends: str) -> None:
    found = deadline(start, n)
    assert found.ends == datetime.fromisoformat(ends)
    assert found.ends.tzinfo is UTC


@pytest.mark.clause("proactive:§111", "proactive:§180")
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2024-05-13T10:00+05:00", ("2024-05-17", "2024-05-16")),  # Monday: counted in the literal reading
        ("2024-05-11T10:00+05:00", ("2024-05-16", "2024-05-16")),  # Saturday: counted in neither
        ("2024-05-04T10:00+05:00", ("2024-05-14", "2024-05-13")),  # worked Saturday: counted
    ],
)
def test_four_working_days_from_the_day_in_both_readings(start: str, expected: tuple[str, str]) -> None:
    found = tuple(str(deadline(start, 4, from_the_day=literal).last_day) for literal in (False, True))
    assert found == expected


@pytest.mark.clause("proactive:§24")
def test_every_day_of_the_count_has_its_reason() -> None:
    found = deadline("2024-05-03T10:00+05:00", 3)
    assert [(each.day.day, each.number) for each in found.days] == [
        *[(3, None), (4, 1), (5, None), (6, 2)],
        *[(7, None), (8, None), (9, None), (10, 3)],
    ]
    assert found.explain("en") == (
        "3 working days; the day of the event is not counted; ends at 24:00 of the last working day, "
        "Asia/Almaty.",
        "–: 3 May 2024, Friday: the day of the event is not counted.",
        "1: 4 May 2024, Saturday: worked Saturday: its day off moved to 8 May 2024 by order of "
        "18 April 2024.",
        "–: 5 May 2024, Sunday.",
        "2: 6 May 2024, Monday: working day.",
        "–: 7 May 2024, Tuesday: holiday: Defender of the Fatherland Day.",
        "–: 8 May 2024, Wednesday: day off moved from Saturday 4 May 2024 by order of 18 April 2024.",
        "–: 9 May 2024, Thursday: holiday: Victory Day.",
        "3: 10 May 2024, Friday: working day.",
        "The deadline ends at the end of 10 May 2024, a Friday.",
    )


def test_one_day_is_explained_in_each_language() -> None:
    found = deadline("2024-05-03T10:00+05:00", 3)
    assert found.explain("ru", date(2024, 5, 9)) == ("–: 9 мая 2024 года, четверг: праздник: День Победы.",)
    assert found.explain("kk", date(2024, 5, 6)) == ("2: 2024 жылғы 6 мамыр, дүйсенбі: жұмыс күні.",)
    assert found.explain("en", date(2024, 6, 1)) == ("1 June 2024: lies outside this deadline.",)
    with pytest.raises(UnknownName, match="use kk, ru or en"):
        found.explain("de")


def test_cases_of_one_day_share_one_proof() -> None:
    early, late = deadline("2024-05-03T00:00+05:00", 3), deadline("2024-05-03T23:59+05:00", 3)
    assert early is late
    assert len(early.proof_id) == 16


def test_the_proof_can_be_computed_again_and_tells_everything_apart() -> None:
    working_days_from.cache_clear()
    day = date(2024, 5, 13)
    first = working_days_from(day, 3, CALENDAR)
    working_days_from.cache_clear()
    assert working_days_from(day, 3, CALENDAR).proof_id == first.proof_id
    other = CALENDAR.with_overrides(Override(date(2026, 12, 12), True, {}, "an order"))
    others = {
        working_days_from(day, 3, CALENDAR, True).proof_id,
        working_days_from(day, 4, CALENDAR).proof_id,
        working_days_from(day + timedelta(1), 3, CALENDAR).proof_id,
        working_days_from(day, 3, other).proof_id,
    }
    assert len(others | {first.proof_id}) == 5


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(BadValue, match="time zone"):
        working_days(datetime(2024, 5, 3), 3, calendar=CALENDAR)  # noqa: DTZ001
    with pytest.raises(BadValue, match="at least one working day"):
        deadline("2024-05-03T10:00+05:00", 0)
    with pytest.raises(BadValue, match="outside the working calendar"):
        deadline("2036-05-03T10:00+05:00", 3)


MOMENTS = st.integers(1_577_923_200, 2_019_600_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(moment=MOMENTS, n=st.integers(1, 40), literal=st.booleans())
def test_a_deadline_has_n_counted_days_and_ends_after_the_last(
    moment: datetime, n: int, literal: bool
) -> None:
    found = working_days(moment, n, calendar=CALENDAR, counts_start_day=literal)
    counted = [each for each in found.days if each.counted]
    assert len(counted) == n
    assert counted[-1].day == found.last_day == found.days[-1].day
    assert all(CALENDAR.is_working(each.day) for each in counted)
    assert found.ends > moment
    assert legal_date(found.ends) == found.last_day + timedelta(1)
    assert legal_date(found.ends - timedelta(microseconds=1)) == found.last_day


@given(moment=MOMENTS, n=st.integers(1, 40), offset=st.integers(-12, 14))
def test_the_time_zone_a_moment_is_written_in_changes_nothing(moment: datetime, n: int, offset: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=offset)))
    assert working_days(elsewhere, n, calendar=CALENDAR) is working_days(moment, n, calendar=CALENDAR)


@given(one=MOMENTS, two=MOMENTS, n=st.integers(1, 40))
def test_a_later_event_never_ends_earlier(one: datetime, two: datetime, n: int) -> None:
    first, second = (working_days(moment, n, calendar=CALENDAR) for moment in sorted((one, two)))
    assert first.ends <= second.ends


def test_a_million_deadlines_take_seconds() -> None:
    moment = datetime(2024, 5, 3, 4, tzinfo=UTC)
    began = time.perf_counter()
    for _ in range(50_000):
        working_days(moment, 3, calendar=CALENDAR)
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("day", "months", "years", "expected"),
    [
        ("2024-01-31", 1, 0, "2024-02-29"),
        ("2023-01-31", 1, 0, "2023-02-28"),
        ("2024-01-31", 1, 3, "2027-02-28"),  # both at once: not by way of 29 February 2024
        ("2024-02-29", 0, 4, "2028-02-29"),
        ("2024-02-29", 0, 1, "2025-02-28"),
        ("2024-12-15", 1, 0, "2025-01-15"),
        ("2024-01-15", -1, 0, "2023-12-15"),
        ("2024-05-31", 13, 0, "2025-06-30"),
    ],
)
def test_months_and_years(day: str, months: int, years: int, expected: str) -> None:
    assert months_years(date.fromisoformat(day), months, years) == date.fromisoformat(expected)


@given(day=st.dates(date(1900, 1, 1), date(2100, 1, 1)), months=st.integers(-600, 600))
def test_months_clip_and_never_spill(day: date, months: int) -> None:
    found = months_years(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + timedelta(1)).day == 1


def test_years_out_of_the_calendar_are_refused() -> None:
    with pytest.raises(BadValue):
        months_years(date(2024, 1, 1), years=9000)


def test_the_end_of_the_day_follows_the_tz_database() -> None:
    assert end_of_day(date(2024, 2, 29)) == datetime(2024, 2, 29, 19, tzinfo=UTC)
