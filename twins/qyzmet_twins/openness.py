"""A year of openness, made up from a seed: state bodies, their organisations, what each did and reports.

Everything is plain data as the assessment's contract has it (JSON), with links into the sites of
`opennesssites.py`, which serves exactly the pages that a report names, and says so where one is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from qyzmet_twins.seeded import chance, pick

KZ = ZoneInfo("Asia/Almaty")
LANGUAGES = ("kk", "ru")

#: Central bodies beside those that the act names; regions and cities of republican significance.
CENTRAL = (
    ("HEALTH", "Денсаулық сақтау министрлігі", "Министерство здравоохранения", "Ministry of Healthcare"),
    ("LABOUR", "Еңбек және халықты әлеуметтік қорғау министрлігі", "Министерство труда и социальной защиты", "Ministry of Labour and Social Protection"),
    ("FINANCE", "Қаржы министрлігі", "Министерство финансов", "Ministry of Finance"),
    ("ECONOMY", "Ұлттық экономика министрлігі", "Министерство национальной экономики", "Ministry of National Economy"),
    ("JUSTICE", "Әділет министрлігі", "Министерство юстиции", "Ministry of Justice"),
    ("ENERGY", "Энергетика министрлігі", "Министерство энергетики", "Ministry of Energy"),
    ("AGRICULTURE", "Ауыл шаруашылығы министрлігі", "Министерство сельского хозяйства", "Ministry of Agriculture"),
    ("ECOLOGY", "Экология және табиғи ресурстар министрлігі", "Министерство экологии и природных ресурсов", "Ministry of Ecology and Natural Resources"),
    ("EDUCATION", "Оқу-ағарту министрлігі", "Министерство просвещения", "Ministry of Education"),
    ("SCIENCE", "Ғылым және жоғары білім министрлігі", "Министерство науки и высшего образования", "Ministry of Science and Higher Education"),
    ("TRADE", "Сауда және интеграция министрлігі", "Министерство торговли и интеграции", "Ministry of Trade and Integration"),
    ("INTERIOR", "Ішкі істер министрлігі", "Министерство внутренних дел", "Ministry of Internal Affairs"),
    ("EMERGENCY", "Төтенше жағдайлар министрлігі", "Министерство по чрезвычайным ситуациям", "Ministry of Emergency Situations"),
    ("INDUSTRY", "Өнеркәсіп және құрылыс министрлігі", "Министерство промышленности и строительства", "Ministry of Industry and Construction"),
    ("TRANSPORT", "Көлік министрлігі", "Министерство транспорта", "Ministry of Transport"),
)  # fmt: skip
NAMED = (
    ("GPO", "Бас прокуратура", "Генеральная прокуратура", "General Prosecutor's Office", "NONE"),
    ("AGENCY", "Мемлекеттік қызмет істері агенттігі", "Агентство по делам государственной службы", "Agency for Civil Service Affairs", "NONE"),
    ("INFO_MINISTRY", "Ақпарат және қоғамдық даму министрлігі", "Министерство информации и общественного развития", "Ministry of Information and Social Development", "NONE"),
    ("MINISTRY_OF_DEFENCE", "Қорғаныс министрлігі", "Министерство обороны", "Ministry of Defence", "MINISTRY_OF_DEFENCE"),
    ("MINISTRY_OF_FOREIGN_AFFAIRS", "Сыртқы істер министрлігі", "Министерство иностранных дел", "Ministry of Foreign Affairs", "MINISTRY_OF_FOREIGN_AFFAIRS"),
)  # fmt: skip
LOCAL = (
    ("ASTANA", "Астана қаласы", "города Астаны", "Astana"), ("ALMATY", "Алматы қаласы", "города Алматы", "Almaty"),
    ("SHYMKENT", "Шымкент қаласы", "города Шымкента", "Shymkent"), ("ABAI", "Абай облысы", "области Абай", "Abai Region"),
    ("AKMOLA", "Ақмола облысы", "Акмолинской области", "Akmola Region"),
    ("AKTOBE", "Ақтөбе облысы", "Актюбинской области", "Aktobe Region"),
    ("ALMATY_REGION", "Алматы облысы", "Алматинской области", "Almaty Region"),
    ("ATYRAU", "Атырау облысы", "Атырауской области", "Atyrau Region"),
    ("WEST_KAZAKHSTAN", "Батыс Қазақстан облысы", "Западно-Казахстанской области", "West Kazakhstan Region"),
    ("ZHAMBYL", "Жамбыл облысы", "Жамбылской области", "Zhambyl Region"),
    ("ZHETISU", "Жетісу облысы", "области Жетісу", "Zhetisu Region"),
    ("KARAGANDY", "Қарағанды облысы", "Карагандинской области", "Karagandy Region"),
    ("KOSTANAY", "Қостанай облысы", "Костанайской области", "Kostanay Region"),
    ("KYZYLORDA", "Қызылорда облысы", "Кызылординской области", "Kyzylorda Region"),
    ("MANGYSTAU", "Маңғыстау облысы", "Мангистауской области", "Mangystau Region"),
    ("PAVLODAR", "Павлодар облысы", "Павлодарской области", "Pavlodar Region"),
    ("NORTH_KAZAKHSTAN", "Солтүстік Қазақстан облысы", "Северо-Казахстанской области", "North Kazakhstan Region"),
    ("TURKISTAN", "Түркістан облысы", "Туркестанской области", "Turkistan Region"),
    ("ULYTAU", "Ұлытау облысы", "области Ұлытау", "Ulytau Region"),
    ("EAST_KAZAKHSTAN", "Шығыс Қазақстан облысы", "Восточно-Казахстанской области", "East Kazakhstan Region"),
)  # fmt: skip
NGOS = ("Қамқор", "Ашық қоғам", "Жасыл ел", "Болашақ", "Мейірім")
ISSUES = ("жол жөндеу", "ауыз су", "көше жарығы", "мектептегі орын", "қоқыс шығару")
WRONGS = ("down", "other_language", "other_day", "no_recording", "loop", "outside")


@dataclass(frozen=True)
class Page:
    """What a site serves under a path. `wrong` is one of WRONGS or empty."""

    path: str
    language: str
    title: str
    day: date | None = None
    recording: bool = False
    wrong: str = ""


@dataclass
class Openness:
    """The bodies and their reports; `pages` by path; what the portals know of data sets and questions."""

    first: date
    last: date
    bodies: list[dict[str, Any]] = field(default_factory=list)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)


def openness(
    seed: int,
    *,
    base: str = "https://portal.example",
    first: date = date(2024, 1, 1),
    last: date = date(2024, 12, 31),
    organisations: int = 5,
    wrong: float = 0.03,
) -> Openness:
    """40 bodies with so many organisations each; a share of the links are `wrong` in some way."""
    found = Openness(first, last, _bodies())
    for body in found.bodies:
        _Maker(seed, base, found, body, wrong).make(organisations)
    return found


def _bodies() -> list[dict[str, Any]]:
    central = [
        {"id": id, "names": {"kk": kk, "ru": ru, "en": en}, "kind": "CENTRAL", "flag": flag}
        for id, kk, ru, en, flag in (*NAMED, *((*row, "NONE") for row in CENTRAL))
    ]
    local = [
        {
            "id": id,
            "names": {"kk": f"{kk} әкімдігі", "ru": f"Акимат {ru}", "en": f"Akimat of {en}"},
            "kind": "LOCAL",
        }
        for id, kk, ru, en in LOCAL
    ]
    return [*central, *local]


class _Maker:
    """Makes one body's year: how diligent it is is drawn once, then every act of it."""

    def __init__(self, seed: int, base: str, world: Openness, body: dict[str, Any], wrong: float) -> None:
        self._seed, self._base, self._world, self._body, self._wrong = seed, base, world, body, wrong
        self.id = body["id"]
        self._zeal = 0.45 + 0.55 * chance(seed, "zeal", self.id)
        self._places = 0

    def make(self, organisations: int) -> None:
        report: dict[str, Any] = {"body": self.id}
        report["datasets"] = [self._dataset(n) for n in range(4 + int(8 * self._zeal))]
        report["events"] = list(self._events())
        report["sessions"] = list(self._sessions())
        report["posts"] = list(self._posts())
        report["schedule"], report["meetings"] = self._meetings()
        report["receptions"] = list(self._receptions())
        report["ngo_meetings"] = list(self._ngo_meetings())
        report["organisations"] = [self._organisation(n) for n in range(organisations)]
        report["questions"] = [q for org in report["organisations"] for q in self._questions(org)]
        self._world.reports[self.id] = report

    def _does(self, *what: object, most: float = 1.0) -> bool:
        return chance(self._seed, self.id, *map(str, what)) < self._zeal * most

    def _days(self) -> int:
        return (self._world.last - self._world.first).days + 1

    def _link(self, language: str, title: str, day: date | None = None, recording: bool = False) -> str:
        self._places += 1
        path = f"/{self.id.lower()}/{language}/{self._places}"
        wrong = ""
        if chance(self._seed, "wrong", path) < self._wrong:
            wrong = pick(WRONGS, self._seed, "which", path)
        self._world.pages[path] = Page(path, language, title, day, recording, wrong)
        return self._base + path

    def _day(self, *what: str) -> date:
        return self._world.first + timedelta(
            days=int(chance(self._seed, self.id, "day", *what) * self._days())
        )

    def _dataset(self, number: int) -> dict[str, Any]:
        periodicity = pick(
            ("monthly", "quarterly", "half-yearly"), self._seed, self.id, "periodicity", str(number)
        )
        link = self._link("kk", f"dataset {number}")
        late = 0 if self._does("fresh", number) else 400
        self._world.datasets[link] = {
            "periodicity": periodicity,
            "updated": (self._world.last - timedelta(days=10 + late)).isoformat(),
            "automated": self._does("automated", number, most=0.5),
        }
        return {"link": link, "periodicity": periodicity}

    def _events(self) -> Iterator[dict[str, Any]]:
        for kind in ("INTERNET_CONFERENCE", "SURVEY"):
            for language in LANGUAGES:
                if self._does(kind, language):
                    day = self._day(kind, language)
                    link = self._link(language, kind, day)
                    people = 20 + int(500 * chance(self._seed, self.id, "people", kind, language))
                    yield {
                        "type": kind,
                        "link": link,
                        "participants": people,
                        "language": language,
                        "date": day.isoformat(),
                    }

    def _sessions(self) -> Iterator[dict[str, Any]]:
        for language in LANGUAGES:
            if self._does("session", language):
                day = self._day("session", language)
                yield {
                    "recording_link": self._link(language, "open session", day, recording=True),
                    "announcement_links": [self._link(language, "announcement", day)],
                    "language": language, "date": day.isoformat(),
                }  # fmt: skip

    def _posts(self) -> Iterator[dict[str, Any]]:
        for language in LANGUAGES:
            gap = pick((6, 6, 6, 13, 14, 28, 45), self._seed, self.id, "gap", language)
            day = self._world.first
            while day <= self._world.last:
                link = self._link(language, "post", day)
                yield {"link": link, "date": day.isoformat(), "language": language}
                day += timedelta(days=gap)

    def _meetings(self) -> tuple[list[str], list[dict[str, Any]]]:
        days = [self._world.first + timedelta(days=90 * n + 40) for n in range(max(1, self._days() // 91))]
        days = [day for day in days if day <= self._world.last]
        announced = [language for language in LANGUAGES if self._does("announced", language, most=1.1)]
        planned = [language for language in LANGUAGES if self._does("planned", language)]
        found = []
        for day in days:
            at = datetime.combine(day, time(11), KZ)
            found.append(
                {
                    "date_time": at.isoformat(), "scheduled": day.isoformat(),
                    "announcement_links": {one: self._link(one, "meeting announced", day) for one in announced},
                    "plan_links": {one: self._link(one, "plan of action", day) for one in planned},
                    "progress": dict.fromkeys(planned, "орындалуда"),
                }
            )  # fmt: skip
        return [day.isoformat() for day in days], found

    def _receptions(self) -> Iterator[dict[str, Any]]:
        for language in LANGUAGES:
            if self._does("reception", language):
                rating = pick(("PERSONAL", "SYSTEMIC"), self._seed, self.id, "rating", language)
                issue = {"text": pick(ISSUES, self._seed, self.id, "issue", language), "rating": rating}
                people = 5 + int(60 * chance(self._seed, self.id, "received", language))
                yield {"date": self._day("reception", language).isoformat(), "citizens_received": people,
                       "issues": [issue], "language": language}  # fmt: skip

    def _ngo_meetings(self) -> Iterator[dict[str, Any]]:
        for language in LANGUAGES:
            if self._body["kind"] == "CENTRAL" and self._does("ngo", language):
                ngo = pick(NGOS, self._seed, self.id, "ngo", language)
                issue = {"text": pick(ISSUES, self._seed, self.id, "ngo issue", language), "ngo": ngo}
                yield {"date": self._day("ngo", language).isoformat(), "participants": 12, "ngos": [ngo],
                       "issues": [issue], "language": language}  # fmt: skip

    def _organisation(self, number: int) -> dict[str, Any]:
        quasi = chance(self._seed, self.id, "quasi", str(number)) < 0.6
        found: dict[str, Any] = {"name": f"{self.id} ұйымы {number + 1}", "quasi_public": quasi}
        if self._does("own site", number):
            found["own_site_link"] = self._link("kk", "site")
        else:
            found["section_link"] = self._link("kk", "section")
        found["fully_state_owned"] = quasi and chance(self._seed, self.id, "owned", str(number)) < 0.3
        if quasi:
            found["blog_links"] = {
                one: self._link(one, "blog") for one in LANGUAGES if self._does("blog", one, number, most=1.6)
            }
        return found

    def _questions(self, org: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if not org["quasi_public"] or org["fully_state_owned"]:
            return
        for language in LANGUAGES:
            for number in range(int(12 * chance(self._seed, org["name"], "questions", language))):
                name = f"{org['name'].replace(' ', '-')}-{language}-{number}"
                answered = self._does("answers", name, most=1.35)
                told = {"org": org["name"], "language": language, "answered": answered}
                self._world.questions[name] = told
                yield {"registration_number": name} | told
