"""Days in words: weekdays, written dates and holidays in Kazakh, Russian and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from qyzmet.law.act import LANGUAGES
from qyzmet.runtime.errors import UnknownName

T = TypeVar("T")

_WEEKDAYS = {
    "kk": ("дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "kk": (
        *("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым"),
        *("шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"),
    ),
    "ru": (
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_WRITTEN = {"kk": "{y} жылғы {d} {m}", "ru": "{d} {m} {y} года", "en": "{d} {m} {y}"}

#: Holidays by the Kazakh name that the library `holidays` gives: (Kazakh, Russian, English).
HOLIDAYS: Mapping[str, tuple[str, str, str]] = {
    kk: (kk, ru, en)
    for kk, ru, en in (
        ("Жаңа жыл", "Новый год", "New Year"),
        ("Православиелік Рождество", "Православное Рождество", "Orthodox Christmas"),
        ("Халықаралық әйелдер күні", "Международный женский день", "International Women's Day"),
        ("Наурыз мейрамы", "Наурыз мейрамы", "Nauryz"),
        (
            "Қазақстан халқының бірлігі мерекесі",
            "Праздник единства народа Казахстана",
            "Unity Day of the People of Kazakhstan",
        ),
        ("Отан Қорғаушы күні", "День защитника Отечества", "Defender of the Fatherland Day"),
        ("Жеңіс күні", "День Победы", "Victory Day"),
        ("Астана күні", "День столицы", "Capital Day"),
        ("Қазақстан Республикасының Конституциясы күні", "День Конституции", "Constitution Day"),
        ("Республика күні", "День Республики", "Republic Day"),
        ("Қазақстан Республикасы күні", "День Республики", "Republic Day"),
        (
            "Қазақстан Республикасының Тұңғыш Президенті күні",
            "День Первого Президента",
            "First President Day",
        ),
        ("Тәуелсіздік күні", "День Независимости", "Independence Day"),
        ("Құрбан айт", "Курбан айт", "Kurban ait"),
    )
}


def in_language(words: Mapping[str, T], language: str) -> T:
    """What stands there for `kk`, `ru` or `en`. Raises UnknownName for another language."""
    try:
        return words[language]
    except KeyError:
        raise UnknownName("language", language, "use kk, ru or en") from None


def weekday(day: date, language: str) -> str:
    """The name of the weekday. Raises UnknownName for an unknown language."""
    return in_language(_WEEKDAYS, language)[day.weekday()]


def written(day: date, language: str) -> str:
    """The date as it is written in a sentence: `2024 жылғы 4 мамыр`, `4 мая 2024 года`, `4 May 2024`."""
    month = in_language(_MONTHS, language)[day.month - 1]
    return _WRITTEN[language].format(y=day.year, m=month, d=day.day)


def holiday(name: str) -> dict[str, str]:
    """A holiday's names by language, from the Kazakh name; an unknown holiday keeps that name."""
    return dict(zip(LANGUAGES, HOLIDAYS.get(name, (name, name, name)), strict=True))
