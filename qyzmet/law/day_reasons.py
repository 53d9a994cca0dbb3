"""Why a day is worked or not: the library's holidays and our overrides as one table of reasons.

Source of the ordinary days: PyPI `holidays`, which covers Kazakhstan's fixed days, their substitute
days off, Kurban ait and the moved days of earlier orders, for the five-day week, through `holiday_table`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from qyzmet.law.act import LANGUAGES
from qyzmet.law.day_words import holiday, weekday, written
from qyzmet.law.holiday_table import holidays_of
from qyzmet.law.overrides import Override

_MOVED = re.compile(r"(\d\d\.\d\d\.\d{4}) бастап ауыстырылды")
_SUBSTITUTE, _ESTIMATED = "қайта белгіленген демалыс", "бағаланған"


class DayCode(StrEnum):
    WORKING_DAY = "working_day"
    WORKED_WEEKEND = "worked_weekend"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"
    SUBSTITUTE_DAY_OFF = "substitute_day_off"
    MOVED_DAY_OFF = "moved_day_off"


class DayReason(NamedTuple):
    """Whether a day is worked, and why; `words` by language `kk`, `ru`, `en`."""

    works: bool
    code: DayCode
    words: Mapping[str, str]


ORDINARY: tuple[DayReason, ...] = tuple(
    DayReason(
        number < 5,
        (DayCode.WORKING_DAY, DayCode.SATURDAY, DayCode.SUNDAY)[max(0, number - 4)],
        {"kk": "жұмыс күні", "ru": "рабочий день", "en": "working day"}
        if number < 5
        # 1 January 2024 was a Monday.
        else {language: weekday(date(2024, 1, 1 + number), language) for language in LANGUAGES},
    )
    for number in range(7)
)


def special_days(
    years: range, overrides: Iterable[Override], unknown: Iterable[date]
) -> dict[date, DayReason]:
    """All days of these years that are not what their weekday says, each with its reason.

    `unknown` are days whose moving was not known yet: the library's knowledge of it is left out.
    """
    found: dict[date, DayReason] = {}
    for day, name in holidays_of(years).items():
        moved = _MOVED.search(name)
        if moved is None:
            found[day] = _holiday(name)
            continue
        worked = datetime.strptime(moved[1], "%d.%m.%Y").date()  # noqa: DTZ007
        found[day] = DayReason(False, DayCode.MOVED_DAY_OFF, _moved_from(worked))
        if worked.weekday() >= 5:
            found[worked] = DayReason(True, DayCode.WORKED_WEEKEND, _worked_for(worked, day))
    for day in unknown:
        if day in found and found[day].code in (DayCode.MOVED_DAY_OFF, DayCode.WORKED_WEEKEND):
            del found[day]
    for override in overrides:
        found[override.day] = DayReason(override.works, _code(override), override.words)
    return found


def _holiday(name: str) -> DayReason:
    plain, _, label = name.partition(" (")
    names = [holiday(part) for part in plain.split("; ")]
    joined = {language: "; ".join(each[language] for each in names) for language in LANGUAGES}
    if _SUBSTITUTE in label:
        kk, ru, en = (
            "{} үшін берілген демалыс күні",
            "выходной взамен праздника: {}",
            "substitute day off for {}",
        )
        code = DayCode.SUBSTITUTE_DAY_OFF
    else:
        kk, ru, en = "мереке: {}", "праздник: {}", "holiday: {}"
        code = DayCode.HOLIDAY
    words = {"kk": kk.format(joined["kk"]), "ru": ru.format(joined["ru"]), "en": en.format(joined["en"])}
    if _ESTIMATED in label:
        expected = {"kk": "күні болжамды", "ru": "дата расчётная", "en": "date estimated"}
        words = {language: f"{words[language]} ({expected[language]})" for language in LANGUAGES}
    return DayReason(False, code, words)


def _moved_from(worked: date) -> dict[str, str]:
    return {
        "kk": f"демалыс күні: {written(worked, 'kk')} орнына ауыстырылды",
        "ru": f"выходной, перенесённый с {written(worked, 'ru')}",
        "en": f"day off moved from {weekday(worked, 'en')} {written(worked, 'en')}",
    }


def _worked_for(worked: date, off: date) -> dict[str, str]:
    return {
        "kk": f"жұмыс күні болған {weekday(worked, 'kk')}: демалыс ауыстырылған күн — {written(off, 'kk')}",
        "ru": f"рабочий день ({weekday(worked, 'ru')}): выходной перенесён на {written(off, 'ru')}",
        "en": f"worked {weekday(worked, 'en')}: its day off moved to {written(off, 'en')}",
    }


def _code(override: Override) -> DayCode:
    if not override.works:
        return DayCode.MOVED_DAY_OFF
    return DayCode.WORKED_WEEKEND if override.day.weekday() >= 5 else DayCode.WORKING_DAY
