"""The working calendar of Kazakhstan, five-day week: which days are worked, and why.

Source: Labour Code, art. 84 and 85; days by PyPI `holidays` (pinned) under our dated overrides.
A calendar is a value: an order that comes late makes a new one with another `version`. All days are
calendar days in Kazakhstan without a time of day; a moment becomes one by `clock.legal_date`.

Days are computed once per calendar, on the first question; after that each answer is a look-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import NamedTuple

from qyzmet.law.day_reasons import ORDINARY, DayReason, special_days
from qyzmet.law.holiday_table import FIRST_YEAR, LAST_YEAR, library_version
from qyzmet.law.overrides import Override, read_overrides
from qyzmet.runtime.errors import BadValue

_FIRST, _LAST = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
_BASE = _FIRST.toordinal()
_SPAN = _LAST.toordinal() - _BASE + 1


class _Days(NamedTuple):
    reasons: tuple[DayReason, ...]  # by day since the first
    before: tuple[int, ...]  # how many working days lie before that day; one entry more at the end
    working: tuple[date, ...]  # the working days in order


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """Working days from 2020-01-01 to 2035-12-31.

    `overrides` win over the ordinary days; `known_on` leaves out what became known after that day.
    Two calendars are equal when their versions are. Every question raises BadValue outside the years
    covered, or where a moment is given for a day.
    """

    overrides: tuple[Override, ...]
    known_on: date | None = None

    def is_working(self, day: date) -> bool:
        """Whether the day is worked in the five-day week."""
        return self._days.reasons[_index(day)].works

    def reason(self, day: date) -> DayReason:
        """Whether the day is worked, a code, and the reason in words (`kk`, `ru`, `en`)."""
        return self._days.reasons[_index(day)]

    def add(self, start: date, n: int) -> date:
        """The n-th working day after `start`, which is itself not counted; for n = 0 `start` itself."""
        index = _index(start)
        if n < 1:
            if n == 0:
                return start
            raise BadValue("n", f"is a number of working days from 0, not {n}", "Count from the earlier day.")
        days = self._days
        try:
            return days.working[days.before[index + 1] + n - 1]
        except IndexError:
            raise _outside(f"{n} working days after {start}") from None

    def between(self, first: date, last: date) -> int:
        """How many working days there are from `first` to `last`, both included."""
        start, end = _index(first), _index(last)
        if end < start:
            raise BadValue(
                "last", f"{last} lies before the first day, {first}", "Give the earlier day first."
            )
        return self._days.before[end + 1] - self._days.before[start]

    def with_overrides(self, *more: Override) -> WorkingCalendar:
        """A new calendar in which these win over what was said before about their days."""
        by_day = {override.day: override for override in (*self.overrides, *more)}
        return WorkingCalendar(tuple(by_day[day] for day in sorted(by_day)), self.known_on)

    def as_known_on(self, day: date) -> WorkingCalendar:
        """The calendar as people knew it on that day: without the moved days ordered later."""
        return WorkingCalendar(self.overrides, day)

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits over the library's version and the overrides in force."""
        parts = [f"holidays {library_version()}"]
        parts += [f"{each.day} {each.works:d}" for each in self._in_force]
        parts += [f"not yet {each.day}" for each in self._unknown]
        return sha256("\n".join(parts).encode()).hexdigest()[:12]

    @cached_property
    def _hash(self) -> int:
        return hash(self.version)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingCalendar) and self.version == other.version

    @property
    def _in_force(self) -> list[Override]:
        return [each for each in self.overrides if each not in self._unknown]

    @property
    def _unknown(self) -> list[Override]:
        if self.known_on is None:
            return []
        return [each for each in self.overrides if each.known_on and each.known_on > self.known_on]

    @cached_property
    def _days(self) -> _Days:
        years = range(FIRST_YEAR, LAST_YEAR + 1)
        special = special_days(years, self._in_force, (each.day for each in self._unknown))
        reasons: list[DayReason] = []
        before, working = [0], []
        for number in range(_SPAN):
            day = _FIRST + timedelta(number)
            reasons.append(special.get(day) or ORDINARY[day.weekday()])
            if reasons[-1].works:
                working.append(day)
            before.append(len(working))
        return _Days(tuple(reasons), tuple(before), tuple(working))


@lru_cache(maxsize=1)
def working_calendar() -> WorkingCalendar:
    """The calendar with the overrides that ship with Qyzmet."""
    return WorkingCalendar(read_overrides())


def _index(day: date) -> int:
    if isinstance(day, datetime):
        raise BadValue("day", "is a day without a time", "Take the legal date of the moment first.")
    index = day.toordinal() - _BASE
    if not 0 <= index < _SPAN:
        raise _outside(str(day))
    return index


def _outside(what: str) -> BadValue:
    return BadValue(
        "day",
        f"{what} lies outside the working calendar, which covers {_FIRST} to {_LAST}",
        "Give a day in these years.",
    )
