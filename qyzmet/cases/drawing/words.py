"""The words of a drawing in three languages, and how much room they take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from qyzmet.cases.procedure import Kind, Limit, Step

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PIECES = re.compile(r"(\s*)([^\s-]+-*|-+)")
_NARROW = frozenset("ijlrtfI.,:;!|'()[]- іїг")
_WIDE = frozenset("mwMWШЩЖЮФЫМщшжюфмыҢ@%—")

#: Names by word and language, as `ActPackage.names` has them.
Names = Mapping[str, Mapping[str, str]]

KINDS: Mapping[str, Mapping[Kind, str]] = {
    "en": {
        Kind.QUERY: "Question to a system",
        Kind.RULE: "Rule",
        Kind.ASK: "Message and reply",
        Kind.WATCH: "Looks again until found",
        Kind.TASK: "An official acts",
        Kind.EFFECT: "Done in another system",
        Kind.END: "Ending",
    },
    "ru": {
        Kind.QUERY: "Запрос в систему",
        Kind.RULE: "Правило",
        Kind.ASK: "Сообщение и ответ",
        Kind.WATCH: "Повторная проверка",
        Kind.TASK: "Действие должностного лица",
        Kind.EFFECT: "Действие в другой системе",
        Kind.END: "Завершение",
    },
    "kk": {
        Kind.QUERY: "Жүйеге сұрау салу",
        Kind.RULE: "Қағида",
        Kind.ASK: "Хабарлама және жауап",
        Kind.WATCH: "Қайталап тексеру",
        Kind.TASK: "Лауазымды адамның әрекеті",
        Kind.EFFECT: "Басқа жүйедегі әрекет",
        Kind.END: "Аяқталу",
    },
}

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "here": "the case is here",
        "done": "way of the case",
        "about": "{steps} steps of {lanes} acting systems, {endings} endings.",
        "at": "The case is at: {title}.",
        "begin": "Begin",
        "again": "every {time}",
        "not_yet": "not yet",
    },
    "ru": {
        "here": "дело находится здесь",
        "done": "путь дела",
        "about": "Шагов: {steps}, действующих систем: {lanes}, завершений: {endings}.",
        "at": "Дело находится здесь: {title}.",
        "begin": "Начало",
        "again": "каждые {time}",
        "not_yet": "ещё нет",
    },
    "kk": {
        "here": "іс осында",
        "done": "істің жолы",
        "about": "Қадамдар: {steps}, әрекет ететін жүйелер: {lanes}, аяқталулар: {endings}.",
        "at": "Іс осында: {title}.",
        "begin": "Басы",
        "again": "әр {time} сайын",
        "not_yet": "әлі жоқ",
    },
}

_UNITS: Mapping[int, Mapping[str, str]] = {
    86400: {"en": "d", "ru": "сут", "kk": "тәулік"},
    3600: {"en": "h", "ru": "ч", "kk": "сағат"},
    60: {"en": "min", "ru": "мин", "kk": "мин"},
    1: {"en": "s", "ru": "с", "kk": "с"},
}


def phrase(language: str, name: str, **values: object) -> str:
    return PHRASES.get(language, PHRASES["en"])[name].format(**values)


def kind_name(kind: Kind, language: str) -> str:
    return KINDS.get(language, KINDS["en"])[kind]


def clean(text: str) -> str:
    """The text without what XML cannot hold at all."""
    return _NOT_XML.sub("\ufffd", text)


def escaped(literal: str) -> str:
    """A string literal in which what XML cannot hold is written as an escape."""
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", literal)


def in_language(titles: Mapping[str, str], language: str, otherwise: str) -> str:
    return clean(titles.get(language) or titles.get("en") or next(iter(titles.values()), otherwise))


def title_of(step: Step, language: str) -> str:
    return in_language(step.title, language, step.name)


def outcome_words(outcome: str) -> str:
    return clean(re.sub("[_.]", " ", outcome))


def named(word: str, language: str, names: Names) -> str:
    """What an act calls an actor or an outcome; without a name the word itself."""
    return clean(names.get(word, {}).get(language) or outcome_words(word))


def limit_words(limit: Limit, language: str) -> str:
    """For example `3 working days, §19`."""
    days = limit.working_days
    if language == "kk":
        unit = "жұмыс күні"
    elif language == "ru":
        unit = _russian(days)
    else:
        unit = "working day" if days == 1 else "working days"
    return clean(f"{days} {unit}, {limit.clause.place}")


def length(time: timedelta, language: str) -> str:
    """A length of time in days, hours or minutes, whichever comes out whole; for example `6 h`."""
    seconds = int(time.total_seconds())
    unit = next(unit for unit in _UNITS if seconds % unit == 0)
    return f"{seconds // unit} {_UNITS[unit].get(language, _UNITS[unit]['en'])}"


def _russian(days: int) -> str:
    if days % 10 == 1 and days % 100 != 11:
        return "рабочий день"
    few = days % 10 in (2, 3, 4) and days % 100 not in (12, 13, 14)
    return "рабочих дня" if few else "рабочих дней"


def width_of(text: str, size: float) -> float:
    """A generous guess at the width of one line, as no font is at hand here."""
    em = 0.0
    for letter in text:
        if letter in _NARROW:
            em += 0.4
        elif letter in _WIDE:
            em += 0.95
        else:
            em += 0.72 if letter.isupper() else 0.62
    return em * size


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The text in lines no wider than `width`; breaks at blanks and hyphens, a longer word anywhere."""
    lines, line = list[str](), ""
    for blank, word in _PIECES.findall(text):
        candidate = f"{line} {word}" if line and blank else line + word
        if width_of(candidate, size) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        while width_of(word, size) > width and len(word) > 1:
            fits = max(n for n in range(1, len(word)) if n == 1 or width_of(word[:n] + "-", size) <= width)
            lines.append(word[:fits] + "-")
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines or [""]
