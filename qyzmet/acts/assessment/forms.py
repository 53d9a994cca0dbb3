"""The rows of the five tables with their official Kazakh labels and Russian and English ones of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qyzmet.acts.assessment.clauses import ACT
from qyzmet.law.act import Clause, carries_out


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator or parameter. `counterpart` is its row in the table of points, linked by meaning (G-15).

    `supplied_by_ministry` stands on the one row that the Ministry supplies instead of the body.
    """

    clause: Clause
    labels: Mapping[str, str] = field(compare=False)
    counterpart: str | None = None
    supplied_by_ministry: bool = False

    @property
    def place(self) -> str:
        return self.clause.place

    def label(self, language: str) -> str:
        return self.labels[language]


def _row(
    place: str, kk: str, ru: str, en: str, counterpart: str | None = None, ministry: bool = False
) -> Row:
    return Row(ACT[place], {"kk": kk, "ru": ru, "en": en}, counterpart, ministry)


CONFERENCES = (
    "Интернет-конференциялар мен сауалнамалар өткізу",
    "Проведение интернет-конференций и опросов",
    "Holding internet conferences and surveys",
)
SESSIONS = (
    "Ашық отырыстарды (алқаларды) онлайн трансляциялау режимінде өткізу",
    "Проведение открытых заседаний (коллегий) в режиме онлайн-трансляции",
    "Holding open sessions (collegiums) in online broadcast mode",
)
BLOG = (
    "Бірінші басшысының блогын жүргізуі (жазбалардың болуы)",
    "Ведение блога первым руководителем (наличие записей)",
    "Keeping a blog by the first head (presence of posts)",
)
MEETINGS = ("Халықпен кездесулер", "Встречи с населением", "Meetings with the population")
RECEPTION = (
    "Азаматтарды жеке қабылдауды жүргізу",
    "Проведение личного приёма граждан",
    "Holding personal reception of citizens",
)
NGOS = ("ҮЕҰ-мен кездесу өткізу", "Проведение встречи с НПО", "Holding a meeting with NGOs")

OPEN_DATA = (
    _row(
        "annex9.table1.row1",
        "«Ақпаратқа қол жеткізу туралы» Қазақстан Республикасы Заңының 6-1-бабының 3) тармақшасына сәйкес "
        "бекітілген Ашық деректердің интернет-порталында орналастырылатын мемлекеттік органдардың ашық "
        "деректерінің бірыңғай тізбесіне сәйкес ашық деректер жиынтықтары жарияланымдарының саны",
        "Количество публикаций наборов открытых данных по единому перечню открытых данных государственных "
        "органов, размещаемых на интернет-портале открытых данных, утверждённому по подпункту 3) статьи 6-1 "
        "Закона «О доступе к информации»",
        "Number of publications of open data sets according to the unified list of open data of state bodies",
    ),
    _row(
        "annex9.table1.row2",
        "Сұрау салулар негізінде қосымша жарияланған ашық деректер жиынтықтарының саны",
        "Количество наборов открытых данных, дополнительно опубликованных по запросам",
        "Number of open data sets published additionally on the basis of requests",
    ),
    _row(
        "annex9.table1.row3",
        "Халықтың ашық деректерге қажеттілігін анықтауға бағытталған іс-шараларды іске асыру",
        "Реализация мероприятий по выявлению потребности населения в открытых данных",
        "Measures aimed at finding out the population's need for open data",
    ),
    _row(
        "annex9.table1.row4",
        "«Ашық деректер жиынтықтарын орналастыруды автоматтандыру» ынталандырушы көрсеткіш",
        "Стимулирующий показатель «Автоматизация размещения наборов открытых данных»",
        "Incentive indicator: automation of placing open data sets",
        ministry=True,
    ),
)
DIALOGUE = (
    _row("annex9.table5.row1", *CONFERENCES, counterpart="row1"),
    _row("annex9.table5.row2", *SESSIONS, counterpart="row3"),
    _row("annex9.table5.row3", *BLOG, counterpart="row2"),
    _row("annex9.table5.row4", *MEETINGS, counterpart="row4"),
    _row(
        "annex9.table5.row4.1",
        "Кездесулердің жылдық кестесін / күнтізбесін сақтау",
        "Соблюдение годового графика / календаря встреч",
        "Keeping to the annual schedule / calendar of meetings",
        counterpart="row4.1",
    ),
    _row(
        "annex9.table5.row4.2",
        "Проблемалық мәселелерді шешу жөніндегі іс-қимыл жоспарын және проблемалық мәселелерді шешу барысы "
        "туралы ақпаратты сайтта орналастыру",
        "Размещение на сайте плана действий по решению проблемных вопросов и информации о ходе их решения",
        "Placing on the site the action plan for solving problem issues and information on the progress",
        counterpart="row4.2",
    ),
    _row("annex9.table5.row4.3", *RECEPTION, counterpart="row4.3"),
    _row("annex9.table5.row4.4", *NGOS, counterpart="row4.4"),
)
SUBORDINATES = (
    _row(
        "annex9.table6.row1",
        "Интернет-ресурстың толықтырылуы",
        "Наполненность интернет-ресурса",
        "Completeness of the internet resource",
    ),
    _row("annex9.table6.row2", "Ашық деректер", "Открытые данные", "Open data"),
    _row("annex9.table6.row3", "Ашық диалог", "Открытый диалог", "Open dialogue", counterpart="table11.row2"),
)
POINTS = (
    _row("annex10.table6.row1", *CONFERENCES),
    _row("annex10.table6.row2", *BLOG),
    _row("annex10.table6.row3", *SESSIONS),
    _row("annex10.table6.row4", *MEETINGS),
    _row(
        "annex10.table6.row4.1",
        "Жылдық кездесу кестесін / күнтізбесін сақтау",
        "Соблюдение годового графика / календаря встреч",
        "Keeping to the annual schedule / calendar of meetings",
    ),
    _row(
        "annex10.table6.row4.2",
        "Сайтта проблемалық мәселелерді шешу жөніндегі іс-қимыл жоспарын және проблемалық мәселелерді шешу "
        "барысы туралы ақпаратты орналастыру",
        "Размещение на сайте плана действий по решению проблемных вопросов и информации о ходе их решения",
        "Placing on the site the action plan for solving problem issues and information on the progress",
    ),
    _row("annex10.table6.row4.3", *RECEPTION),
    _row("annex10.table6.row4.4", *NGOS),
)
PENALTIES = (
    _row(
        "annex10.table11.row1",
        "Бірінші басшының блогының болмауы",
        "Отсутствие блога первого руководителя",
        "Absence of the first head's blog",
    ),
    _row(
        "annex10.table11.row2",
        "«Ақпаратқа қол жеткізу туралы» Қазақстан Республикасының Заңына сәйкес мемлекет жүз пайыз қатысатын "
        "тұлғаларды қоспағанда, квазимемлекеттік сектор субъектілері бірінші басшыларының блог-платформасында "
        "жауап алған сұрақтардың үлесі (90%-дан кем)",
        "Доля вопросов, получивших ответ на блог-платформе первых руководителей субъектов квазигосударственного "
        "сектора, кроме лиц со стопроцентным участием государства (менее 90 %)",
        "Share of questions answered on the blog platform of the first heads of quasi-public entities, except "
        "fully state-owned ones (less than 90 %)",
    ),
)

TABLES: Mapping[str, tuple[Row, ...]] = {
    "annex9.table1": OPEN_DATA,
    "annex9.table5": DIALOGUE,
    "annex9.table6": SUBORDINATES,
    "annex10.table6": POINTS,
    "annex10.table11": PENALTIES,
}
HEADINGS: Mapping[str, Mapping[str, str]] = {
    "annex9.table1": {
        "kk": "1-кесте. «Ашық деректер» өлшемі бойынша орталық мемлекеттік және жергілікті атқарушы "
        "органдардың есептік деректері",
        "ru": "Таблица 1. Отчётные данные центральных государственных и местных исполнительных органов по "
        "критерию «Открытые данные»",
        "en": "Table 1. Reporting data of central state and local executive bodies on open data",
    },
    "annex9.table5": {
        "kk": "5-кесте. «Ашық диалог» өлшемі бойынша орталық мемлекеттік және жергілікті атқарушы "
        "органдардың есептік деректері",
        "ru": "Таблица 5. Отчётные данные центральных государственных и местных исполнительных органов по "
        "критерию «Открытый диалог»",
        "en": "Table 5. Reporting data of central state and local executive bodies on open dialogue",
    },
    "annex9.table6": {
        "kk": "6-кесте. «Ведомстволық бағынысты ұйымдардың ашықтығы» өлшемі бойынша орталық мемлекеттік және "
        "жергілікті атқарушы органдардың есептік деректері",
        "ru": "Таблица 6. Отчётные данные центральных государственных и местных исполнительных органов по "
        "критерию «Открытость подведомственных организаций»",
        "en": "Table 6. Reporting data of central state and local executive bodies on subordinate organisations",
    },
    "annex10.table6": {
        "kk": "6-кесте. «Ашық диалог» өлшемі бойынша орталық мемлекеттік және жергілікті атқарушы "
        "органдардың операциялық бағалау",
        "ru": "Таблица 6. Операционная оценка центральных государственных и местных исполнительных органов по "
        "критерию «Открытый диалог»",
        "en": "Table 6. Operational assessment of central state and local executive bodies on open dialogue",
    },
    "annex10.table11": {
        "kk": "11-кесте. «Ашық диалог» өлшемі бойынша ведомстволық бағынысты ұйымдардың операциялық бағалау",
        "ru": "Таблица 11. Операционная оценка подведомственных организаций по критерию «Открытый диалог»",
        "en": "Table 11. Operational assessment of subordinate organisations on open dialogue",
    },
}


@carries_out(ACT["annexes"], *(ACT[name] for name in TABLES))
def row(place: str) -> Row:
    """One row by its place, such as `annex9.table5.row4.1`. Raises KeyError."""
    table = next(name for name in TABLES if place.startswith(f"{name}."))
    return next(each for each in TABLES[table] if each.place == place)
