"""What scores and findings say to people, in Kazakh, Russian and English."""

from __future__ import annotations

from collections.abc import Mapping

from qyzmet.acts.assessment import forms
from qyzmet.acts.assessment.scoring import Line, Penalty

_COLUMN = {
    "kk": {"kk": "мемлекеттік тілде", "ru": "на государственном языке", "en": "in the state language"},
    "ru": {"kk": "орыс тілінде", "ru": "на русском языке", "en": "in Russian"},
}
_STATES = {
    "NOT_ASSESSED": {"kk": "бағаланбайды", "ru": "не оценивается", "en": "not assessed"},
    "AVERAGED": {
        "kk": "орталық мемлекеттік органдардың орташа балы ({bodies})",
        "ru": "средний балл центральных государственных органов ({bodies})",
        "en": "average of the central state bodies ({bodies})",
    },
}
#: What would gain the lost points, by the code of what is missing.
MISSING: Mapping[str, Mapping[str, str]] = {
    "conferences": {
        "kk": "интернет-конференция жоқ",
        "ru": "нет интернет-конференции",
        "en": "no conference",
    },
    "surveys": {"kk": "сауалнама жоқ", "ru": "нет опроса", "en": "no survey"},
    "conferences_and_surveys": {
        "kk": "интернет-конференция да, сауалнама да жоқ",
        "ru": "нет ни интернет-конференции, ни опроса",
        "en": "neither a conference nor a survey",
    },
    "conference_or_survey": {
        "kk": "интернет-конференция немесе сауалнама жоқ",
        "ru": "нет интернет-конференции или опроса",
        "en": "no conference or survey",
    },
    "session": {
        "kk": "хабарланған ашық отырыс жоқ",
        "ru": "нет объявленного открытого заседания",
        "en": "no announced open session",
    },
    "posts": {
        "kk": "блогта жазбалар аз: {posts}, 50-ден көп керек",
        "ru": "мало записей в блоге: {posts}, нужно более 50",
        "en": "too few posts: {posts}, more than 50 are needed",
    },
    "frequency": {
        "kk": "жазбалар әр аптада болуы керек: {posts} жазба, бір аптада кемінде {least_a_week}",
        "ru": "записи нужны каждую неделю: {posts} записей, в неделю не менее {least_a_week}",
        "en": "posts are needed every week: {posts} posts, at least {least_a_week} a week",
    },
    "schedule": {
        "kk": "кездесулер кестесі жоқ",
        "ru": "нет графика встреч",
        "en": "no schedule of meetings",
    },
    "announced_meetings": {
        "kk": "кесте бойынша {scheduled} кездесудің {kept} хабарланған",
        "ru": "объявлено {kept} из {scheduled} встреч по графику",
        "en": "{kept} of {scheduled} scheduled meetings were announced",
    },
    "scheduled_meeting": {
        "kk": "кесте бойынша өткен кездесу жоқ",
        "ru": "нет встреч, проведённых по графику",
        "en": "no meeting held by the schedule",
    },
    "plan_and_progress": {
        "kk": "{meetings} кездесудің {with_plan} бойынша жоспар мен барысы орналастырылған",
        "ru": "план и ход решения размещены по {with_plan} из {meetings} встреч",
        "en": "plan and progress are placed for {with_plan} of {meetings} meetings",
    },
    "reception": {
        "kk": "азаматтарды қабылдау туралы деректер жоқ",
        "ru": "нет данных о приёме граждан",
        "en": "no reception of citizens with rated issues",
    },
    "ngo_meeting": {
        "kk": "ҮЕҰ-мен кездесу жоқ",
        "ru": "нет встречи с НПО",
        "en": "no meeting with NGOs with linked issues",
    },
}


def line_said(line: Line, language: str) -> str:
    """One line of a score: `Row (column): points of most: what it rested on or what is missing`."""
    label = forms.row(f"annex10.table6.{line.row}").label(language)
    column = _COLUMN[line.language][language]
    if line.state in _STATES:
        why = _STATES[line.state][language].format(**line.found)
        return f"{label} ({column}): {line.points}; {why}"
    said = f"{label} ({column}): {line.points} / {line.most}"
    return f"{said}; {missing_said(line, language)}" if line.missing else said


def missing_said(line: Line, language: str) -> str:
    """What would gain the points that the line lost."""
    values = {"least_a_week": 0} | dict(line.found)
    return MISSING[line.missing][language].format(**values)


def penalty_said(penalty: Penalty, language: str) -> str:
    label = forms.row(f"annex10.table11.{penalty.row}").label(language)
    counts = ", ".join(str(number) for number in reversed(list(penalty.found.values())))
    return f"{label} ({_COLUMN[penalty.language][language]}): −{penalty.points} ({counts})"
