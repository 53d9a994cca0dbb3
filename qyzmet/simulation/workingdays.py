"""Deadlines counted a second time, with nothing of `qyzmet.law`: plain dates and a table typed by hand.

Labour Code, five-day week, October 2023 to May 2025: days off that fall on Monday to Friday, and worked
days at the weekend. Moments: Kazakhstan's clocks stood at +06 until 1 March 2024 and stand at +05 since.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_OFF = frozenset(
    date.fromisoformat(day)
    for day in (
        "2023-10-25", "2023-12-18", "2024-01-01", "2024-01-02", "2024-03-08", "2024-03-21", "2024-03-22",
        "2024-03-25", "2024-05-01", "2024-05-07", "2024-05-08", "2024-05-09", "2024-07-08", "2024-08-30",
        "2024-10-25", "2024-12-16", "2025-01-01", "2025-01-02", "2025-01-03", "2025-01-07", "2025-03-10",
        "2025-03-21", "2025-03-24", "2025-03-25", "2025-05-01", "2025-05-07", "2025-05-09",
    )
)  # fmt: skip
_WORKED = frozenset((date(2024, 5, 4), date(2025, 1, 5)))
_COVERED = date(2023, 10, 1), date(2025, 5, 31)

_CHANGE_OF_ZONE = datetime(2024, 2, 29, 18, tzinfo=UTC)
_FIRST_DAY_AT_PLUS_FIVE = date(2024, 3, 1)


def is_worked(day: date) -> bool:
    """Raises ValueError for a day that the table does not cover."""
    if not _COVERED[0] <= day <= _COVERED[1]:
        raise ValueError(f"{day} is not in the table of working days")
    return day in _WORKED or (day.weekday() < 5 and day not in _OFF)


def local_day(moment: datetime) -> date:
    """The date in Kazakhstan."""
    hours = 6 if moment < _CHANGE_OF_ZONE else 5
    return (moment.astimezone(UTC) + timedelta(hours=hours)).date()


def last_day(start: datetime, days: int) -> date:
    """The day of the n-th working day after the day of `start`, which does not count."""
    day = local_day(start)
    while days:
        day += timedelta(days=1)
        days -= is_worked(day)
    return day


def deadline(start: datetime, days: int) -> datetime:
    """The first moment that is too late: midnight after the last day."""
    after = last_day(start, days) + timedelta(days=1)
    hours = 5 if after >= _FIRST_DAY_AT_PLUS_FIVE else 6
    return datetime(after.year, after.month, after.day, tzinfo=UTC) - timedelta(hours=hours)
