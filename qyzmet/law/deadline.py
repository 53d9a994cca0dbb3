"""Legal deadlines in working days, each with the proof of how it was counted.

Policy G-12: the day of the event is not counted, and the deadline ends at the end of the last working
day, 24:00 in Asia/Almaty. `counts_start_day` is the literal reading of "from the day": a worked day of
the event is then the first day. The proof depends on four things only (legal date, number of days,
reading, calendar), so cases that share them share one object, and it can be computed again at any time.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import NamedTuple

from qyzmet.law.act import LANGUAGES
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.day_words import in_language, weekday, written
from qyzmet.runtime.clock import KZ, legal_date
from qyzmet.runtime.errors import BadValue

_START_NOT_COUNTED = {
    "kk": "оқиға күні есептелмейді",
    "ru": "день события не считается",
    "en": "the day of the event is not counted",
}
_START_COUNTED = {
    "kk": "оқиға күнінің өзі, егер жұмыс күні болса, есептеледі",
    "ru": "день события считается, если он рабочий",
    "en": "the day of the event is counted if it is worked",
}
_RULE = {
    "kk": "{n} жұмыс күні; {start}; мерзім соңғы жұмыс күні сағат 24:00-де (Алматы уақыты) аяқталады",
    "ru": "{n} раб. дн.; {start}; срок истекает в 24:00 последнего рабочего дня (время Алматы)",
    "en": "{n} working day{s}; {start}; ends at 24:00 of the last working day, Asia/Almaty",
}
_ENDS = {
    "kk": "Мерзім {day} ({weekday}) күнінің соңында аяқталады.",
    "ru": "Срок истекает в конце дня: {day} ({weekday}).",
    "en": "The deadline ends at the end of {day}, a {weekday}.",
}
_OUTSIDE = {
    "kk": "бұл мерзімге жатпайды",
    "ru": "лежит вне этого срока",
    "en": "lies outside this deadline",
}


class CountedDay(NamedTuple):
    """One day of a deadline; `number` is its place among the days counted, None where it is not counted."""

    day: date
    counted: bool
    number: int | None
    reason: Mapping[str, str]


@dataclass(frozen=True)
class Deadline:
    """`n` working days from the legal date `start`.

    `ends` is the first moment that is too late: aware, UTC, the start of the day after `last_day` in
    Asia/Almaty by the tz database (+06 before 1 March 2024, +05 since).
    """

    start: date
    n: int
    counts_start_day: bool
    calendar: WorkingCalendar
    last_day: date
    ends: datetime

    @property
    def calendar_version(self) -> str:
        return self.calendar.version

    @cached_property
    def days(self) -> tuple[CountedDay, ...]:
        """Every day from the day of the event to the last one, counted or not, with the reason."""
        found: list[CountedDay] = []
        number = 0
        for offset in range((self.last_day - self.start).days + 1):
            day = self.start + timedelta(offset)
            works, _, words = self.calendar.reason(day)
            if offset == 0 and not self.counts_start_day:
                found.append(CountedDay(day, False, None, _START_NOT_COUNTED))
                continue
            number += works
            found.append(CountedDay(day, works, number if works else None, words))
        return tuple(found)

    @cached_property
    def rule(self) -> dict[str, str]:
        """The rule applied, in words by language."""
        start = _START_COUNTED if self.counts_start_day else _START_NOT_COUNTED
        return {
            language: _RULE[language].format(n=self.n, s="s" * (self.n > 1), start=start[language])
            for language in LANGUAGES
        }

    @cached_property
    def proof_id(self) -> str:
        """Sixteen hexadecimal digits over the rule, the calendar's version and every day of the count."""
        parts = [
            f"{self.start} {self.n} {self.counts_start_day:d} {self.calendar.version} {self.ends:%FT%TZ}"
        ]
        parts += [f"{each.day} {each.counted:d}" for each in self.days]
        return sha256("\n".join(parts).encode()).hexdigest()[:16]

    def explain(self, language: str = "en", day: date | None = None) -> tuple[str, ...]:
        """The count in sentences: the rule, each day, the end; or only what is said of one `day`.

        Raises UnknownName for a language other than kk, ru, en.
        """
        rule = in_language(self.rule, language)
        if day is not None:
            said = [_sentence(each, language) for each in self.days if each.day == day]
            return (said[0] if said else f"{written(day, language)}: {_OUTSIDE[language]}.",)
        end = _ENDS[language].format(
            day=written(self.last_day, language), weekday=weekday(self.last_day, language)
        )
        return (f"{rule}.", *(_sentence(each, language) for each in self.days), end)


def working_days(
    start_moment: datetime, n: int, *, calendar: WorkingCalendar, counts_start_day: bool = False
) -> Deadline:
    """The deadline of `n` working days after an event at `start_moment` (aware, any time zone).

    Raises BadValue for a moment without a time zone, n below 1, or days the calendar does not cover.
    """
    if start_moment.tzinfo is None:
        raise BadValue("start_moment", "has no time zone", "Give an aware moment, for example in UTC.")
    return working_days_from(legal_date(start_moment), n, calendar, counts_start_day)


@lru_cache(maxsize=4096)
def working_days_from(
    start: date, n: int, calendar: WorkingCalendar, counts_start_day: bool = False
) -> Deadline:
    """The same from a legal date in Kazakhstan; recomputes a deadline, and so its `proof_id`."""
    if n < 1:
        raise BadValue("n", f"a deadline has at least one working day, not {n}", "Give 1 or more.")
    early = 1 if counts_start_day and calendar.is_working(start) else 0
    last_day = calendar.add(start, n - early)
    return Deadline(start, n, counts_start_day, calendar, last_day, end_of_day(last_day))


def end_of_day(day: date) -> datetime:
    """24:00 of the day in Asia/Almaty as an aware moment in UTC: the first moment of the next day."""
    return datetime.combine(day + timedelta(1), time(), KZ).astimezone(UTC)


def months_years(day: date, months: int = 0, years: int = 0) -> date:
    """The day so many calendar months and years later, or earlier for negative numbers.

    Both are added at once; a day that the month does not have becomes its last one: 31 January
    and 1 month is 28 or 29 February. Raises BadValue outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months + 12 * years, 12)
    if not 1 <= year <= 9999:
        raise BadValue("years", "lead out of the calendar (1 to 9999)", "Give fewer months or years.")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _sentence(each: CountedDay, language: str) -> str:
    place = f"{each.number}" if each.counted else "–"
    name, reason = weekday(each.day, language), each.reason[language]
    because = "" if reason == name else f": {reason}"  # an ordinary Saturday needs no more words
    return f"{place}: {written(each.day, language)}, {name}{because}."
