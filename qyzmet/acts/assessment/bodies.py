"""Who assesses whom: bodies with their kind by date, the lines of paragraph 5, flows of paragraph 26."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from qyzmet.acts.assessment.clauses import ACT
from qyzmet.law.act import Clause, Period, carries_out
from qyzmet.runtime.errors import BadValue, UnknownName

ALWAYS = Period(date(2023, 3, 30))


class Kind(StrEnum):
    """Central and local bodies are assessed; `OTHER` takes part without being assessed."""

    CENTRAL = "CENTRAL"
    LOCAL = "LOCAL"
    OTHER = "OTHER"


class Flag(StrEnum):
    """Central bodies that the footnotes of Annex 10 Table 6 except."""

    NONE = "NONE"
    MINISTRY_OF_DEFENCE = "MINISTRY_OF_DEFENCE"
    MINISTRY_OF_FOREIGN_AFFAIRS = "MINISTRY_OF_FOREIGN_AFFAIRS"


class Direction(StrEnum):
    """Directions of the block; `ELECTRONIC` is the part of D1 that line 5.3 names."""

    SERVICES = "D1"
    OPENNESS = "D2"
    COMPLAINTS = "D3"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True)
class Body:
    """A state body or whoever takes part, with its names by language (`kk` always).

    Raises BadValue where a flag stands on a body that is not central.
    """

    id: str
    names: Mapping[str, str] = field(compare=False)
    kind: Kind
    flag: Flag = Flag.NONE
    known: Period = ALWAYS

    def __post_init__(self) -> None:
        if not self.id.isidentifier():
            raise BadValue("body.id", "is letters, digits and underscores", "For example ALMATY_REGION.")
        if not self.names.get("kk", "").strip():
            raise BadValue(f"body {self.id}: names.kk", "is needed", "Give its official name in Kazakh.")
        if self.flag is not Flag.NONE and self.kind is not Kind.CENTRAL:
            raise BadValue(
                f"body {self.id}: flag", "stands only on a central body", "Leave it out, or make it CENTRAL."
            )

    @property
    def assessed(self) -> bool:
        return self.kind is not Kind.OTHER

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names["kk"]


def _named(id: str, kind: Kind, kk: str, ru: str, en: str, flag: Flag = Flag.NONE) -> Body:
    return Body(id, {"kk": kk, "ru": ru, "en": en}, kind, flag)


#: Bodies that the act names. All others come from the installation's own list.
PRESIDENT_ADMIN = _named(
    "PRESIDENT_ADMIN", Kind.OTHER, "Қазақстан Республикасы Президентінің Әкімшілігі",
    "Администрация Президента Республики Казахстан", "Administration of the President",
)  # fmt: skip
GOV_APPARATUS = _named(
    "GOV_APPARATUS", Kind.OTHER, "Қазақстан Республикасы Үкіметінің Аппараты",
    "Аппарат Правительства Республики Казахстан", "Government Apparatus",
)  # fmt: skip
GPO = _named("GPO", Kind.CENTRAL, "Бас прокуратура", "Генеральная прокуратура", "General Prosecutor's Office")
AGENCY = _named(
    "AGENCY", Kind.CENTRAL, "Мемлекеттік қызмет істері агенттігі",
    "Агентство по делам государственной службы", "Agency for Civil Service Affairs",
)  # fmt: skip
DIGITAL_MINISTRY = _named(
    "DIGITAL_MINISTRY", Kind.CENTRAL, "Цифрлық даму, инновациялар және аэроғарыш өнеркәсібі министрлігі",
    "Министерство цифрового развития, инноваций и аэрокосмической промышленности",
    "Ministry of Digital Development, Innovations and Aerospace Industry",
)  # fmt: skip
INFO_MINISTRY = _named(
    "INFO_MINISTRY", Kind.CENTRAL, "Ақпарат және қоғамдық даму министрлігі",
    "Министерство информации и общественного развития", "Ministry of Information and Social Development",
)  # fmt: skip
COMMITTEE = _named(
    "COMMITTEE", Kind.OTHER, "Құқықтық статистика және арнайы есепке алу жөніндегі комитет",
    "Комитет по правовой статистике и специальным учётам",
    "Committee on Legal Statistics and Special Records",
)  # fmt: skip
COURT_ADMIN = _named(
    "COURT_ADMIN", Kind.OTHER, "Сот әкімшілігі", "Судебная администрация", "Court Administration"
)
DEFENCE = _named(
    "MINISTRY_OF_DEFENCE", Kind.CENTRAL, "Қорғаныс министрлігі", "Министерство обороны",
    "Ministry of Defence", Flag.MINISTRY_OF_DEFENCE,
)  # fmt: skip
FOREIGN = _named(
    "MINISTRY_OF_FOREIGN_AFFAIRS", Kind.CENTRAL, "Сыртқы істер министрлігі", "Министерство иностранных дел",
    "Ministry of Foreign Affairs", Flag.MINISTRY_OF_FOREIGN_AFFAIRS,
)  # fmt: skip
NAMED = (
    PRESIDENT_ADMIN, GOV_APPARATUS, GPO, AGENCY, DIGITAL_MINISTRY, INFO_MINISTRY, COMMITTEE, COURT_ADMIN,
    DEFENCE, FOREIGN,
)  # fmt: skip

#: Government Resolution of 25 May 2022 No 337 determines who it is; the installation names it.
SERVICE_INTEGRATOR = "SERVICE_INTEGRATOR"


@dataclass(frozen=True, slots=True)
class Task:
    """One assessor's task: a body, a direction, and the line of paragraph 5 that gives it."""

    assessor: str
    body: str
    direction: Direction
    clause: Clause


_SPECIAL = {
    (GPO.id, Direction.SERVICES): (PRESIDENT_ADMIN.id, "para5.1"),
    (GPO.id, Direction.OPENNESS): (PRESIDENT_ADMIN.id, "para5.1"),
    (GPO.id, Direction.COMPLAINTS): (PRESIDENT_ADMIN.id, "para5.1"),
    (AGENCY.id, Direction.SERVICES): (PRESIDENT_ADMIN.id, "para5.2"),
    (DIGITAL_MINISTRY.id, Direction.ELECTRONIC): (GOV_APPARATUS.id, "para5.3"),
    (INFO_MINISTRY.id, Direction.OPENNESS): (GOV_APPARATUS.id, "para5.4"),
}
_GENERAL = {
    Direction.SERVICES: (AGENCY.id, "para5.5"),
    Direction.OPENNESS: (INFO_MINISTRY.id, "para5.6"),
    Direction.COMPLAINTS: (COMMITTEE.id, "para5.7"),
}


@carries_out(
    *(ACT[f"para5.{line}"] for line in range(1, 8)), ACT["para5"], ACT["para6"]
)  # para 6 by what is absent: the integrator supports and gets no task (G-18)
def task(body: Body, direction: Direction, on: date) -> Task | None:
    """Who assesses the body on a direction; None where paragraph 5 gives nobody.

    A special line excludes the general one for the same body and scope (G-22). The Court
    Administration is named in paragraph 26 alone and is not assessed (G-17).
    """
    if not body.assessed or on not in body.known:
        return None
    found = _SPECIAL.get((body.id, direction)) or _GENERAL.get(direction)
    if found is None:
        return None
    assessor, line = found
    return Task(assessor, body.id, direction, ACT[line])


def tasks(bodies: Iterable[Body], on: date) -> list[Task]:
    """All tasks of a day, in the order of bodies and directions."""
    return [
        found
        for body in bodies
        for direction in Direction
        if (found := task(body, direction, on)) is not None
    ]


@dataclass(frozen=True, slots=True)
class Flow:
    """Information that paragraph 26 sends: both on paper and electronically, by the Schedule."""

    supplied_by: str
    supplied_to: str
    about: Direction
    clause: Clause


@carries_out(ACT["para26"], ACT["para26.1"], ACT["para26.2"])
def flows() -> list[Flow]:
    """Each supplier gives its own information; the times are those of the Schedule, outside the act."""
    services = [
        Flow(each.id, PRESIDENT_ADMIN.id, Direction.SERVICES, ACT["para26.1"])
        for each in (AGENCY, GPO, COURT_ADMIN)
    ]
    return [*services, Flow(DIGITAL_MINISTRY.id, GOV_APPARATUS.id, Direction.ELECTRONIC, ACT["para26.2"])]


@dataclass(frozen=True, slots=True)
class Source:
    """A source of information on direction D3, by its names."""

    clause: Clause
    names: Mapping[str, str] = field(compare=False)


@carries_out(ACT["para9"], ACT["para9.a"], ACT["para9.b"], ACT["para9.c"], ACT["para9.d"])
def complaint_sources() -> list[Source]:
    """What D3 is assessed from; a spelling of the direction differs between paragraphs 5 and 9 (G-6)."""
    return [
        Source(ACT["para9.a"], {
            "kk": "«Тұлғалардың өтініштерін бірыңғай есепке алу» автоматтандырылған ақпараттық жүйесі",
            "ru": "АИС «Единый учёт обращений лиц»",
            "en": "Information system of the unified record of persons' applications",
        }),
        Source(ACT["para9.b"], {
            "kk": "№ 1-ОЛ нысанды статистикалық есептер",
            "ru": "Статистические отчёты формы № 1-ОЛ",
            "en": "Statistical reports of form No 1-ОЛ",
        }),
        Source(ACT["para9.c"], {
            "kk": "«Электрондық өтініштер» (№ 22768)",
            "ru": "«Электронные обращения» (№ 22768)",
            "en": "Electronic applications (No 22768)",
        }),
        Source(ACT["para9.d"], {
            "kk": "Бағалау жүйесінің 7-тармағының 2) тармақшасына сәйкес тексеру нәтижелері",
            "ru": "Результаты проверок по подпункту 2) пункта 7 Системы оценки",
            "en": "Results of inspections under paragraph 7(2) of the Assessment System",
        }),
    ]  # fmt: skip


DIRECTION_NAMES: Mapping[Direction, Mapping[str, str]] = {
    Direction.SERVICES: {
        "kk": "Мемлекеттік қызметтерді көрсетудің сапасы",
        "ru": "Качество оказания государственных услуг",
        "en": "Quality of rendering state services",
    },
    Direction.OPENNESS: {
        "kk": "Мемлекеттік органның ашықтығы",
        "ru": "Открытость государственного органа",
        "en": "Openness of the state body",
    },
    Direction.COMPLAINTS: {
        "kk": "Шағымдар мен арыздарды қарау сапасы",
        "ru": "Качество рассмотрения жалоб и заявлений",
        "en": "Quality of considering complaints and applications",
    },
    Direction.ELECTRONIC: {
        "kk": "Электрондық форматта мемлекеттік қызметтер көрсету",
        "ru": "Оказание государственных услуг в электронном формате",
        "en": "Rendering state services in electronic format",
    },
}


def direction_named(name: str) -> Direction:
    """A direction by its id or Kazakh name; both spellings of D3 are taken (G-6). Raises UnknownName."""
    names = {words["kk"]: direction for direction, words in DIRECTION_NAMES.items()}
    names |= {direction.value: direction for direction in Direction}
    names["Шағымдар мен өтініштерді қарау сапасы"] = Direction.COMPLAINTS
    try:
        return names[name.strip().strip("«»")]
    except KeyError:
        raise UnknownName("direction", name, f"use one of {', '.join(d.value for d in Direction)}") from None
