"""The simulation's own count of working days, against the kernel's and against days known by heart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from qyzmet.law.calendar import working_calendar
from qyzmet.law.deadline import working_days
from qyzmet.simulation import workingdays


@pytest.mark.parametrize(
    ("start", "days", "ends"),
    [
        ("2024-02-12T04:00", 3, "2024-02-15T18:00"),  # a Monday; midnight at +06
        ("2024-02-27T04:00", 3, "2024-03-01T19:00"),  # over the change of the zone, midnight at +05
        ("2024-02-26T18:30", 3, "2024-03-01T19:00"),  # late in the evening by UTC, the next day by law
        ("2024-03-20T04:00", 3, "2024-03-28T19:00"),  # over Nauryz and its substitute day off
        ("2024-05-03T04:00", 3, "2024-05-10T19:00"),  # a worked Saturday, then days off around 7 to 9 May
        ("2023-12-29T04:00", 3, "2024-01-05T18:00"),  # over the New Year
    ],
)
def test_deadlines_counted_by_hand(start: str, days: int, ends: str) -> None:
    found = workingdays.deadline(datetime.fromisoformat(start).replace(tzinfo=UTC), days)
    assert found == datetime.fromisoformat(ends).replace(tzinfo=UTC)


def test_both_counts_agree_on_every_day() -> None:
    calendar = working_calendar()
    for offset in range((date(2025, 4, 1) - date(2023, 10, 1)).days * 4):
        moment = datetime(2023, 10, 1, 12, tzinfo=UTC) + timedelta(hours=6 * offset)
        for days in (2, 3, 25):
            assert workingdays.deadline(moment, days) == working_days(moment, days, calendar=calendar).ends


def test_a_day_outside_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the table"):
        workingdays.is_worked(date(2026, 1, 5))
