"""What a state body reports for a period: the records of Annex 9 Tables 1, 5 and 6.

Reports come in as JSON or as the XLSX form. A record breaks a rule alone: `faults` lists every fault of
the whole report with its field, rule and remedy, and a report with faults is not submitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from qyzmet.acts.assessment.clauses import ACT, TABLES_FROM
from qyzmet.law.act import Period, carries_out
from qyzmet.runtime.clock import KZ
from qyzmet.runtime.errors import BadValue, Refused

Language = Literal["kk", "ru"]
LANGUAGES: tuple[Language, ...] = ("kk", "ru")
LONGEST_TEXT = 2_000
LONGEST_LINK = 2_000
MOST_ITEMS = 20_000
#: A document that was sent in as evidence, by the SHA-256 of its content.
DOCUMENT = "document:"


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record of a table. Two records with the same content are one item."""

    @property
    def id(self) -> str:
        """Stays the same however often and in whatever order the record is sent."""
        said = type(self).__name__.encode() + msgspec.json.encode(self, order="sorted")
        return sha256(said).hexdigest()[:16]

    def links(self) -> Iterator[str]:
        """The addresses that the record gives as evidence."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if name.endswith("link") and isinstance(value, str):
                yield value
            elif name.endswith("links"):
                yield from value.values() if isinstance(value, Mapping) else value


class Dataset(Item, frozen=True):
    """A data set placed on the portal. Table 1 row 1 needs its periodicity, other rows do not."""

    link: str
    periodicity: str = ""


class DatasetRequest(Item, frozen=True):
    """A request to publish a data set, and what the body decided (Table 1 row 2)."""

    channel: Literal["PORTAL_FORM", "APPLICATION"]
    requested_content: str
    decision: str


class Measure(Item, frozen=True):
    """A measure to find out the need for open data (Table 1 row 3), with its result and proof."""

    type: Literal["SURVEY", "INTERNET_CONFERENCE", "IT_MEETING", "DATA_LAB"]
    date: date
    result: str
    document_links: tuple[str, ...] = ()
    coverage_links: tuple[str, ...] = ()


class DialogueEvent(Item, frozen=True):
    """An internet conference or a survey (Table 5 row 1)."""

    type: Literal["INTERNET_CONFERENCE", "SURVEY"]
    link: str
    participants: int
    language: Language
    date: date | None = None


class OpenSession(Item, frozen=True):
    """An open session in online broadcast (Table 5 row 2) in one language."""

    recording_link: str
    announcement_links: tuple[str, ...]
    language: Language
    date: date | None = None


class BlogPost(Item, frozen=True):
    """A post of the first head's blog (Table 5 row 3)."""

    link: str
    date: date
    language: Language


class Meeting(Item, frozen=True):
    """A meeting with the population (Table 5 rows 4.1, 4.2); links and progress by language.

    `scheduled` is its day in the approved schedule, None for one outside the schedule.
    """

    date_time: datetime
    announcement_links: dict[Language, str]
    scheduled: date | None = None
    plan_links: dict[Language, str] = {}
    progress: dict[Language, str] = {}


class Issue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A problem issue of a reception, rated personal or systemic (G-19)."""

    text: str
    rating: Literal["PERSONAL", "SYSTEMIC"]


class Reception(Item, frozen=True):
    """A personal reception (Table 5 row 4.3), as reported in one language."""

    date: date
    citizens_received: int
    issues: tuple[Issue, ...]
    language: Language


class NgoIssue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An issue raised, with the NGO of the list that raised it."""

    text: str
    ngo: str


class NgoMeeting(Item, frozen=True):
    """A meeting with NGOs (Table 5 row 4.4), as reported in one language."""

    date: date
    participants: int
    ngos: tuple[str, ...]
    issues: tuple[NgoIssue, ...]
    language: Language


class SubordinateOrg(Item, frozen=True):
    """A subordinate organisation (Table 6 row 1): its own site, or the body's section if it has none.

    `quasi_public` says that its first head must have a blog on the blog platform; `blog_links` by
    language. `fully_state_owned` are those in which the State participates 100 %.
    """

    name: str
    own_site_link: str | None = None
    section_link: str | None = None
    quasi_public: bool = False
    fully_state_owned: bool = False
    blog_links: dict[Language, str] = {}


class BlogQuestion(Item, frozen=True):
    """A question to a first head on the blog platform (Table 6 row 3)."""

    registration_number: str
    org: str
    language: Language
    answered: bool


def documents_of(report: Report) -> list[str]:
    """The digests of documents that the report gives as evidence."""
    links = (link for _, item in report.items() for link in item.links())
    return list(dict.fromkeys(link.removeprefix(DOCUMENT) for link in links if link.startswith(DOCUMENT)))


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All tables of one body for one period. `schedule`: the days of the approved schedule of meetings."""

    body: str
    datasets: tuple[Dataset, ...] = ()
    requests: tuple[DatasetRequest, ...] = ()
    measures: tuple[Measure, ...] = ()
    events: tuple[DialogueEvent, ...] = ()
    sessions: tuple[OpenSession, ...] = ()
    posts: tuple[BlogPost, ...] = ()
    schedule: tuple[date, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    receptions: tuple[Reception, ...] = ()
    ngo_meetings: tuple[NgoMeeting, ...] = ()
    organisations: tuple[SubordinateOrg, ...] = ()
    organisation_datasets: tuple[Dataset, ...] = ()
    questions: tuple[BlogQuestion, ...] = ()

    def items(self) -> Iterator[tuple[str, Item]]:
        """Every record with the place of its table row."""
        for name, place in PLACES.items():
            for item in getattr(self, name):
                yield place, item

    def keeping(self, kept: set[str]) -> Report:
        """The same report with those items alone."""
        parts = {name: tuple(i for i in getattr(self, name) if i.id in kept) for name in PLACES}
        return msgspec.structs.replace(self, **parts)


#: Which row each list of a report belongs to.
PLACES = {
    "datasets": "annex9.table1.row1",
    "requests": "annex9.table1.row2",
    "measures": "annex9.table1.row3",
    "events": "annex9.table5.row1",
    "sessions": "annex9.table5.row2",
    "posts": "annex9.table5.row3",
    "meetings": "annex9.table5.row4.1",
    "receptions": "annex9.table5.row4.3",
    "ngo_meetings": "annex9.table5.row4.4",
    "organisations": "annex9.table6.row1",
    "organisation_datasets": "annex9.table6.row2",
    "questions": "annex9.table6.row3",
}


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one field of a report: where, the rule, the remedy."""

    place: str
    field: str
    rule: str
    remedy: str


def read_report(content: bytes) -> Report:
    """A report from its JSON. Raises BadValue, which names the first field that cannot be read."""
    try:
        report = msgspec.json.decode(content, type=Report)
    except msgspec.ValidationError as error:
        said, _, where = str(error).partition(" - at ")
        raise BadValue(f"report {where.strip('`') or '$'}", said, "Compare it with the form.") from None
    except msgspec.DecodeError as error:
        raise BadValue("report", f"is no JSON ({error})", "Send JSON in UTF-8, or the XLSX form.") from None
    most = max(len(getattr(report, name)) for name in PLACES)
    if most > MOST_ITEMS:
        raise BadValue("report", f"has at most {MOST_ITEMS} records in a table, not {most}", "Split it.")
    return report


@carries_out(ACT["order.4"])
def must_be_scorable(period: Period, published: date) -> None:
    """Raises Refused for a period of earlier tables, which are not in the act and not loaded."""
    last = period.last
    if last is None or last < TABLES_FROM:
        raise Refused(
            f"The reporting period ends on {last}; for periods that end before {TABLES_FROM} the earlier "
            "edition of the tables applies, and earlier tables are not loaded. Nothing is scored."
        )
    if last < published:
        raise Refused(
            f"The reporting period ends on {last}, before the order took effect on its publication "
            f"({published}). Set the policy `published` if that day is wrong."
        )


def faults(report: Report, period: Period, today: date) -> list[Fault]:
    """Every fault of the report. `today` is the legal date: nothing reported lies in the future."""
    return [
        fault
        for part in (_open_data, _dialogue, _population, _subordinates)
        for fault in part(report, period, today)
    ]


def duplicates(report: Report) -> list[Fault]:
    """Records that stand twice; they are counted once and only pointed out."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for place, item in report.items():
        key = (place, _told_apart_by(item))
        seen[key] = seen.get(key, 0) + 1
        if seen[key] == 2:
            found.append(
                Fault(place, "link", "stands more than once and is counted once", "Leave one of them.")
            )
    return found


def _told_apart_by(item: Item) -> str:
    """A post is its address, whatever else is said of it; other records are their content."""
    if isinstance(item, BlogPost):
        return f"{item.language} {same_address(item.link)}"
    if isinstance(item, BlogQuestion):
        return item.registration_number.strip().upper()
    return item.id


def same_address(link: str) -> str:
    """An address without what makes no difference: scheme, www, trailing slash, fragment, tracking."""
    parts = urlsplit(link.strip())
    host = (parts.hostname or "").removeprefix("www.")
    query = "&".join(p for p in parts.query.split("&") if p and not p.startswith(("utm_", "fbclid=")))
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}{parts.path.rstrip('/')}{'?' + query if query else ''}"


# --- rules of the tables ----------------------------------------------------------------------------------


@carries_out(
    ACT["annex9.table1.row1"], ACT["annex9.table1.row2"], ACT["annex9.table1.row3"],
    ACT["annex9.table1.row3.1"], ACT["annex9.table1.row3.2"],
)  # fmt: skip
def _open_data(report: Report, period: Period, today: date) -> Iterator[Fault]:
    for n, item in enumerate(report.datasets, 1):
        at = f"datasets[{n}]"
        yield from _link("annex9.table1.row1", f"{at}.link", item.link)
        if not item.periodicity.strip():
            yield Fault(
                "annex9.table1.row1", f"{at}.periodicity", "is needed",
                "Give the periodicity of the unified list: monthly, quarterly, half-yearly …",
            )  # fmt: skip
    for n, request in enumerate(report.requests, 1):
        for name in ("requested_content", "decision"):
            yield from _text("annex9.table1.row2", f"requests[{n}].{name}", getattr(request, name))
    for n, measure in enumerate(report.measures, 1):
        place, at = "annex9.table1.row3", f"measures[{n}]"
        yield from _day(place, f"{at}.date", measure.date, period, today)
        yield from _text(place, f"{at}.result", measure.result)
        if not measure.document_links:
            yield Fault(place, f"{at}.document_links", "are needed", "Link the confirming documents.")
        if measure.type in ("IT_MEETING", "DATA_LAB") and not measure.coverage_links:
            yield Fault(
                "annex9.table1.row3.2", f"{at}.coverage_links", "are needed for meetings and data labs",
                "Link the information coverage.",
            )  # fmt: skip
        yield from _links(place, at, measure)


@carries_out(ACT["annex9.table5.row1"], ACT["annex9.table5.row2"], ACT["annex9.table5.row3"])
def _dialogue(report: Report, period: Period, today: date) -> Iterator[Fault]:
    for n, event in enumerate(report.events, 1):
        place, at = "annex9.table5.row1", f"events[{n}]"
        yield from _link(place, f"{at}.link", event.link)
        yield from _count(place, f"{at}.participants", event.participants)
        if event.date is not None:
            yield from _day(place, f"{at}.date", event.date, period, today)
    for n, session in enumerate(report.sessions, 1):
        place, at = "annex9.table5.row2", f"sessions[{n}]"
        yield from _links(place, at, session)
        if not session.announcement_links:
            yield Fault(
                place, f"{at}.announcement_links", "are needed",
                "Link the messages that told the population of the broadcast.",
            )  # fmt: skip
        if session.date is not None:
            yield from _day(place, f"{at}.date", session.date, period, today)
    for n, post in enumerate(report.posts, 1):
        place, at = "annex9.table5.row3", f"posts[{n}]"
        yield from _link(place, f"{at}.link", post.link)
        yield from _day(place, f"{at}.date", post.date, period, today)


@carries_out(
    ACT["annex9.table5.row4"], ACT["annex9.table5.row4.1"], ACT["annex9.table5.row4.2"],
    ACT["annex9.table5.row4.3"], ACT["annex9.table5.row4.4"],
)  # fmt: skip
def _population(report: Report, period: Period, today: date) -> Iterator[Fault]:
    for n, meeting in enumerate(report.meetings, 1):
        place, at = "annex9.table5.row4.1", f"meetings[{n}]"
        if meeting.date_time.tzinfo is None:
            yield Fault(place, f"{at}.date_time", "has no time zone", "Write 2023-09-12T10:00:00+06:00.")
        else:
            day = meeting.date_time.astimezone(KZ).date()
            yield from _day(place, f"{at}.date_time", day, period, today)
        yield from _links(place, at, meeting)
        if meeting.scheduled is not None and meeting.scheduled not in report.schedule:
            yield Fault(
                place, f"{at}.scheduled", f"{meeting.scheduled} is no day of the schedule",
                "Take a day of `schedule`, or leave it out for a meeting outside the schedule.",
            )  # fmt: skip
    for n, reception in enumerate(report.receptions, 1):
        place, at = "annex9.table5.row4.3", f"receptions[{n}]"
        yield from _day(place, f"{at}.date", reception.date, period, today)
        yield from _count(place, f"{at}.citizens_received", reception.citizens_received)
        for m, issue in enumerate(reception.issues, 1):
            yield from _text(place, f"{at}.issues[{m}].text", issue.text)
    for n, ngo in enumerate(report.ngo_meetings, 1):
        place, at = "annex9.table5.row4.4", f"ngo_meetings[{n}]"
        yield from _day(place, f"{at}.date", ngo.date, period, today)
        yield from _count(place, f"{at}.participants", ngo.participants)
        if not ngo.ngos:
            yield Fault(place, f"{at}.ngos", "is needed", "List the NGOs that took part.")
        for m, raised in enumerate(ngo.issues, 1):
            yield from _text(place, f"{at}.issues[{m}].text", raised.text)
            if raised.ngo not in ngo.ngos:
                yield Fault(
                    place,
                    f"{at}.issues[{m}].ngo",
                    "is no NGO of the list",
                    "Link each issue to one of `ngos`.",
                )


@carries_out(ACT["annex9.table6.row1"], ACT["annex9.table6.row2"], ACT["annex9.table6.row3"], ACT["para2.4"])
def _subordinates(report: Report, period: Period, today: date) -> Iterator[Fault]:
    names = {org.name for org in report.organisations}
    if len(names) < len(report.organisations):
        yield Fault(
            "annex9.table6.row1", "organisations", "names each organisation once", "Leave out repeats."
        )
    excepted = {org.name for org in report.organisations if org.fully_state_owned}
    for n, org in enumerate(report.organisations, 1):
        place, at = "annex9.table6.row1", f"organisations[{n}]"
        yield from _text(place, f"{at}.name", org.name)
        if (org.own_site_link is None) == (org.section_link is None):
            yield Fault(
                place, at, "has either its own site or, if it has none, the body's section",
                "Give exactly one of `own_site_link` and `section_link`.",
            )  # fmt: skip
        yield from _links(place, at, org)
    for n, dataset in enumerate(report.organisation_datasets, 1):
        yield from _link("annex9.table6.row2", f"organisation_datasets[{n}].link", dataset.link)
    answers: dict[str, bool] = {}
    for n, question in enumerate(report.questions, 1):
        place, at = "annex9.table6.row3", f"questions[{n}]"
        yield from _text(place, f"{at}.registration_number", question.registration_number)
        if question.org not in names:
            yield Fault(
                place, f"{at}.org", "is no organisation of the list", "Name it as in `organisations`."
            )
        elif question.org in excepted:
            yield Fault(
                place, f"{at}.org", "is an organisation in which the State participates 100 %",
                "Leave its questions out; the portal excepts it (para 2(4)).",
            )  # fmt: skip
        known = answers.setdefault(question.registration_number.strip().upper(), question.answered)
        if known != question.answered:
            yield Fault(
                place, f"{at}.answered", "differs from the same question above", "Report each question once."
            )


def _day(place: str, field: str, day: date, period: Period, today: date) -> Iterator[Fault]:
    if day > today:
        yield Fault(place, field, f"{day} lies in the future", "Report what has taken place.")
    elif day not in period:
        yield Fault(
            place, field, f"{day} lies outside the reporting period {period.first} to {period.last}",
            "Leave it out.",
        )  # fmt: skip


def _text(place: str, field: str, text: str) -> Iterator[Fault]:
    if not text.strip():
        yield Fault(place, field, "is needed", "Fill it in.")
    elif len(text) > LONGEST_TEXT:
        yield Fault(place, field, f"has at most {LONGEST_TEXT} characters", "Shorten it.")
    elif "\x00" in text:
        yield Fault(place, field, "holds a null byte", "Write plain text.")


def _count(place: str, field: str, number: int) -> Iterator[Fault]:
    if not 0 <= number <= 10_000_000:
        yield Fault(place, field, f"is a number from 0 on, not {number}", "Give the number of people.")


def link_faults(place: str, field: str, links: Iterable[str]) -> list[Fault]:
    """What is wrong with links that stand outside of a report."""
    return [fault for link in links for fault in _link(place, field, link)]


def _links(place: str, at: str, item: Item) -> Iterator[Fault]:
    for link in item.links():
        yield from _link(place, f"{at}.link", link)


def _link(place: str, field: str, link: str) -> Iterator[Fault]:
    if link.startswith(DOCUMENT):
        if not re.fullmatch("[0-9a-f]{64}", link.removeprefix(DOCUMENT)):
            yield Fault(
                place,
                field,
                "names no document",
                "Send the document first and write the address you are given.",
            )
        return
    try:
        parts = urlsplit(link)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        _ = parts.port  # raises where it is no number
    except ValueError:
        good = False
    if not good or len(link) > LONGEST_LINK or any(c.isspace() or ord(c) < 32 for c in link):
        yield Fault(place, field, "is no web address", "Write it whole, such as https://www.gov.kz/….")
