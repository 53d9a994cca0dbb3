"""The dates that screening compares with, worked out by `law/` for each day that occurs.

Engines differ in what a month after 31 January is, so none of them is asked: it only compares days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pyarrow as pa

from qyzmet.acts.proactive.amounts import participation_needed
from qyzmet.acts.proactive.burial import last_day_in_time
from qyzmet.acts.proactive.disability import ADULT
from qyzmet.law.deadline import months_years
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import Refused

SCHEMA = pa.schema(
    [("day", pa.date32()), ("month", pa.date32())]
    + [(name, pa.date32()) for name in ("minor_from", "seven_from", "student_from", "death_from")]
    + [(name, pa.int16()) for name in ("capacity_months", "survivor_months", "job_months")]
)  # fmt: skip
_NO_RULE = 32_000  # months nobody has: for a day without a rule nobody is found


def law_days(days: Iterable[date], policies: Policies) -> pa.Table:
    """One row a day. `minor_from` is the first day of birth of those who are under 18 on it, and so on;
    `death_from` the first death in time for a burial payment (G-35).
    """
    student: int = policies["G-34.student"]
    rows = [
        {
            "day": day,
            "month": day.replace(day=1),
            "minor_from": younger_than(ADULT, day),
            "seven_from": younger_than(7, day),
            "student_from": younger_than(student, day),
            "death_from": _first_death_in_time(day),
            "capacity_months": _needed("WORK_CAPACITY_LOSS_PAYMENT", day),
            "survivor_months": _needed("SURVIVOR_PAYMENT", day),
            "job_months": _needed("JOB_LOSS_PAYMENT", day),
        }
        for day in sorted(set(days))
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


def younger_than(years: int, day: date) -> date:
    """The first day of birth whose so many-th birthday lies after the day."""
    born = months_years(day, years=-years) - timedelta(2)
    while months_years(born, years=years) <= day:
        born += timedelta(1)
    return born


def _first_death_in_time(day: date) -> date:
    death = months_years(day, months=-1, years=-3) - timedelta(4)
    while last_day_in_time(death) < day:
        death += timedelta(1)
    return death


def _needed(benefit: str, day: date) -> int:
    try:
        return max(participation_needed(benefit, day), 1)
    except Refused:
        return _NO_RULE
