"""What scores and findings say to people, in Kazakh, Russian and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from qyzmet.acts.assessment import forms
from qyzmet.acts.assessment.report import Item
from qyzmet.acts.assessment.scoring import Line, Penalty
from qyzmet.runtime.clock import KZ

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


def number_said(points: Decimal, language: str) -> str:
    """Points without zeros at the end, with the comma that Kazakh and Russian write."""
    said = f"{points.normalize():f}"
    return said if language == "en" else said.replace(".", ",")


def line_said(line: Line, language: str) -> str:
    """One line of a score: `Row (column): points of most: what it rested on or what is missing`."""
    label = forms.row(f"annex10.table6.{line.row}").label(language)
    column = _COLUMN[line.language][language]
    if line.state in _STATES:
        why = _STATES[line.state][language].format(**line.found)
        return f"{label} ({column}): {number_said(line.points, language)}; {why}"
    said = f"{label} ({column}): {number_said(line.points, language)} / {number_said(line.most, language)}"
    return f"{said}; {missing_said(line, language)}" if line.missing else said


def missing_said(line: Line, language: str) -> str:
    """What would gain the points that the line lost."""
    values = {"least_a_week": 0} | dict(line.found)
    return MISSING[line.missing][language].format(**values)


def penalty_said(penalty: Penalty, language: str) -> str:
    label = forms.row(f"annex10.table11.{penalty.row}").label(language)
    counts = ", ".join(str(number) for number in reversed(list(penalty.found.values())))
    return f"{label} ({_COLUMN[penalty.language][language]}): −{number_said(penalty.points, language)} ({counts})"


def _in(kk: str, ru: str, en: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


#: What the machine saw, by the code of the finding.
FINDINGS: Mapping[str, Mapping[str, str]] = {
    "same_post": _in("сол жазба бұдан бұрын көрсетілген", "эта запись уже указана", "the same post stands above"),
    "not_read": _in("сілтеме оқылмаған", "ссылка не прочитана", "the link was not read"),
    "link_answers": _in("сілтеме ашылады", "ссылка открывается", "the link answers"),
    "link_unreachable": _in("сайт жауап бермейді", "сайт не отвечает", "the site does not answer"),
    "link_timeout": _in("сайт тым баяу", "сайт отвечает слишком долго", "the site takes too long"),
    "link_status": _in("сайт жауабы: {status}", "ответ сайта: {status}", "the site answers {status}"),
    "link_loop": _in("сілтеме өзіне қайта бағыттайды", "ссылка ведёт по кругу", "the link leads in a circle"),
    "link_outside": _in(
        "көрсетілмеген сайтқа бағыттайды", "ведёт на неуказанный сайт", "leads to a site that is not listed"
    ),
    "link_inside": _in(
        "ішкі желіге бағытталған, оқылмайды", "ведёт во внутреннюю сеть, не читается",
        "points into our own network and is not read",
    ),
    "link_too_large": _in("файл тым үлкен", "файл слишком велик", "it is too large to be read"),
    "link_nonsense": _in("түсініксіз жауап", "непонятный ответ", "the answer makes no sense"),
    "link_changed": _in(
        "есеп берілгеннен кейін өзгерген", "изменилось после подачи отчёта", "changed since the report was read"
    ),
    "document": _in("құжат сақталған", "документ сохранён", "the document is kept"),
    "broadcast": _in("трансляция бар", "трансляция есть", "there is a recording"),
    "no_broadcast": _in("трансляция табылмады", "трансляция не найдена", "no recording was found"),
    "language": _in(
        "тілі: {found}, көрсетілгені: {expected}", "язык: {found}, указан: {expected}",
        "language: {found}, reported: {expected}",
    ),
    "outside_period": _in(
        "беттегі күн кезеңнен тыс: {found}", "дата страницы вне периода: {found}",
        "the page's day lies outside the period: {found}",
    ),
    "other_day": _in(
        "беттегі күн {found}, есепте {reported}", "дата страницы {found}, в отчёте {reported}",
        "the page says {found}, the report {reported}",
    ),
    "dataset_unknown": _in("портал бұл жиынтықты білмейді", "портал не знает этого набора", "the portal does not know it"),
    "dataset_automated": _in("API арқылы орналастырылған", "размещён через API", "placed through the API"),
    "dataset_stale": _in("ескірген: {updated}", "устарел: {updated}", "out of date: {updated}"),
    "dataset_fresh": _in("жаңартылған: {updated}", "обновлён: {updated}", "up to date: {updated}"),
    "question_unknown": _in(
        "блог-платформа бұл сұрақты білмейді", "блог-платформа не знает этого вопроса",
        "the blog platform does not know it",
    ),
    "question_differs": _in(
        "платформада жауап: {answered}", "ответ на платформе: {answered}", "answered on the platform: {answered}"
    ),
    "question_agrees": _in("платформамен сәйкес", "совпадает с платформой", "agrees with the platform"),
    "rhythm_weekly": _in(
        "{language}: {posts} жазба, апта сайын кемінде {week}", "{language}: {posts} записей, каждую неделю не менее {week}",
        "{language}: {posts} posts, at least {week} every week",
    ),
    "rhythm_twice_a_month": _in(
        "{language}: {posts} жазба, ай сайын кемінде {month}", "{language}: {posts} записей, каждый месяц не менее {month}",
        "{language}: {posts} posts, at least {month} every month",
    ),
    "rhythm_monthly": _in(
        "{language}: {posts} жазба, ай сайын кемінде {month}", "{language}: {posts} записей, каждый месяц не менее {month}",
        "{language}: {posts} posts, at least {month} every month",
    ),
    "rhythm_irregular": _in(
        "{language}: {posts} жазба, ай сайын емес", "{language}: {posts} записей, не каждый месяц",
        "{language}: {posts} posts, not every month",
    ),
}  # fmt: skip


def finding_said(code: str, values: Mapping[str, str], language: str) -> str:
    """A finding in the reader's language."""
    return FINDINGS[code][language].format(**values)


#: The fields of a record, as the pages name them.
FIELDS: Mapping[str, Mapping[str, str]] = {
    "link": _in("сілтеме", "ссылка", "link"),
    "periodicity": _in("мерзімділігі", "периодичность", "periodicity"),
    "channel": _in("арна", "канал", "channel"),
    "requested_content": _in("сұралған мазмұн", "запрошенное содержание", "requested content"),
    "decision": _in("шешім", "решение", "decision"),
    "type": _in("түрі", "вид", "kind"),
    "date": _in("күні", "дата", "day"),
    "result": _in("нәтижесі", "результат", "result"),
    "document_links": _in("растайтын құжаттар", "подтверждающие документы", "confirming documents"),
    "coverage_links": _in("ақпараттық сүйемелдеу", "информационное освещение", "coverage"),
    "participants": _in("қатысушылар", "участники", "participants"),
    "language": _in("тілі", "язык", "language"),
    "recording_link": _in("жазбасы", "запись", "recording"),
    "announcement_links": _in("хабарландыру", "объявления", "announcements"),
    "date_time": _in("уақыты", "время", "time"),
    "scheduled": _in("кесте бойынша", "по графику", "in the schedule"),
    "plan_links": _in("іс-қимыл жоспары", "план действий", "action plan"),
    "progress": _in("шешу барысы", "ход решения", "progress"),
    "citizens_received": _in("қабылданған азаматтар", "принято граждан", "citizens received"),
    "issues": _in("мәселелер", "вопросы", "issues"),
    "ngos": _in("ҮЕҰ", "НПО", "NGOs"),
    "name": _in("атауы", "название", "name"),
    "own_site_link": _in("өз сайты", "собственный сайт", "own site"),
    "section_link": _in("органның бөлімі", "раздел органа", "the body's section"),
    "quasi_public": _in("квазимемлекеттік", "квазигосударственная", "quasi-public"),
    "fully_state_owned": _in("мемлекет 100 % қатысады", "100 % участие государства", "fully state-owned"),
    "blog_links": _in("басшының блогы", "блог руководителя", "the head's blog"),
    "registration_number": _in("тіркеу нөмірі", "регистрационный номер", "registration number"),
    "org": _in("ұйым", "организация", "organisation"),
    "answered": _in("жауап берілген", "отвечен", "answered"),
}
#: Values with one of few meanings.
VALUES: Mapping[str, Mapping[str, str]] = {
    "INTERNET_CONFERENCE": _in("интернет-конференция", "интернет-конференция", "internet conference"),
    "SURVEY": _in("сауалнама", "опрос", "survey"),
    "IT_MEETING": _in("АТ-кездесу", "ИТ-встреча", "IT meeting"),
    "DATA_LAB": _in("деректер зертханасы", "лаборатория данных", "data lab"),
    "PORTAL_FORM": _in("портал нысаны", "форма портала", "form of the portal"),
    "APPLICATION": _in("өтініш", "обращение", "application"),
    "PERSONAL": _in("жеке", "личный", "personal"),
    "SYSTEMIC": _in("жүйелік", "системный", "systemic"),
    "kk": _in("мемлекеттік", "государственный", "state language"),
    "ru": _in("орыс", "русский", "Russian"),
    "True": _in("иә", "да", "yes"),
    "False": _in("жоқ", "нет", "no"),
}


def record_said(item: Item, language: str) -> list[tuple[str, list[str]]]:
    """A record field by field, what is empty left out: the field's name and its values."""
    found = []
    for name in item.__struct_fields__:
        values = _values_said(getattr(item, name), language)
        if values:
            found.append((FIELDS[name][language], values))
    return found


def _values_said(value: Any, language: str) -> list[str]:
    match value:
        case None | "":
            return []
        case dict():
            return [
                f"{VALUES[key][language]}: {text}" if " " in text else text for key, text in value.items()
            ]
        case tuple():
            return [said for part in value for said in _values_said(part, language)]
        case msgspec.Struct():
            parts = [getattr(value, name) for name in value.__struct_fields__]
            return [", ".join(said for part in parts for said in _values_said(part, language))]
        case datetime():
            return [f"{value.astimezone(KZ):%Y-%m-%d %H:%M}"]
        case date():
            return [value.isoformat()]
    return [VALUES[str(value)][language] if str(value) in VALUES else str(value)]
