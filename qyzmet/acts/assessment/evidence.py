"""What the machine says of each reported record: advice to the assessor, who alone decides.

Advice is `good`, `doubt` or `bad`, with codes that `words.py` says in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from lingua import Language, LanguageDetector, LanguageDetectorBuilder
from selectolax.lexbor import LexborHTMLParser

from qyzmet.acts.assessment.crawler import Copy
from qyzmet.acts.assessment.report import (
    DOCUMENT,
    LANGUAGES,
    BlogPost,
    BlogQuestion,
    Dataset,
    DialogueEvent,
    Item,
    OpenSession,
    Report,
    same_address,
)
from qyzmet.acts.assessment.scoring import full_months, full_weeks, least_in, posts_in
from qyzmet.exchange import assessment as portals
from qyzmet.exchange.contract import Partners
from qyzmet.law.act import Period

Level = Literal["good", "doubt", "bad"]
#: Shorter texts are not judged by their language.
LEAST_LETTERS = 40
#: A data set is stale when its last update lies further back than its periodicity and a half.
PERIODICITY_DAYS = {"monthly": 31, "quarterly": 92, "half-yearly": 184, "yearly": 366}
PURPOSE = "assessment of openness"

_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})")
_BROADCAST = (
    "youtube.com",
    "youtu.be",
    "facebook.com",
    "vimeo.com",
    "rutube.ru",
    "kaztube.kz",
    "/live",
    "/video",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the machine saw: a code, whether it speaks against the record, and the values."""

    code: str
    level: Level
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advice:
    """All findings about one record; the worst is its level."""

    item: str
    place: str
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        levels = {finding.level for finding in self.findings}
        return "bad" if "bad" in levels else "doubt" if "doubt" in levels else "good"


def advise(
    report: Report,
    period: Period,
    copies: Mapping[str, Copy],
    *,
    datasets: Mapping[str, portals.DatasetState] | None = None,
    questions: Mapping[str, portals.QuestionState] | None = None,
    before: Mapping[str, str] | None = None,
) -> list[Advice]:
    """Advice on every record with a link or a registration number, in the order of the report.

    `copies` by link; `datasets` by link and `questions` by registration number are the portals' answers,
    None where they were not asked. `before` are the digests of what links served when they were read first.
    """
    seen: set[str] = set()
    found = []
    for place, item in report.items():
        findings = [finding for link in item.links() for finding in _of_link(item, link, copies, period)]
        findings += _of_change(item, copies, before or {})
        findings += _of_record(item, period, datasets, questions)
        if isinstance(item, BlogPost):
            address = f"{item.language} {same_address(item.link)}"
            if address in seen:
                findings.append(Finding("same_post", "bad"))
            seen.add(address)
        found.append(Advice(item.id, place, tuple(findings)))
    return found


def rhythm(report: Report, period: Period) -> list[Finding]:
    """How many posts each language has and how regular they are; three rhythms are worth points."""
    found = []
    for language in LANGUAGES:
        days = [post.date for post in posts_in(report, language, period)]
        week, month = least_in(days, full_weeks(period)), least_in(days, full_months(period))
        every = (
            "weekly"
            if week
            else "twice_a_month"
            if (month or 0) >= 2
            else "monthly"
            if month
            else "irregular"
        )
        level: Level = "good" if every != "irregular" else "doubt"
        values = {
            "language": language,
            "posts": str(len(days)),
            "week": str(week or 0),
            "month": str(month or 0),
        }
        found.append(Finding(f"rhythm_{every}", level, values))
    return found


# --- links ------------------------------------------------------------------------------------------------


def _of_change(item: Item, copies: Mapping[str, Copy], before: Mapping[str, str]) -> Iterable[Finding]:
    """A page that serves something else than when it was first read: for the assessor to look at."""
    for link in item.links():
        copy = copies.get(link)
        if copy is not None and copy.good and before.get(link, copy.digest) != copy.digest:
            yield Finding("link_changed", "doubt", {"since": before[link][:12]})


def _of_link(item: Item, link: str, copies: Mapping[str, Copy], period: Period) -> Iterable[Finding]:
    if link.startswith(DOCUMENT):
        yield Finding("document", "good")  # no report is taken without its documents
        return
    copy = copies.get(link)
    if copy is None:
        yield Finding("not_read", "doubt")
        return
    if copy.trouble:
        # A site that is down on the day is looked at again: a doubt; what can never count is bad.
        level: Level = "doubt" if copy.trouble in ("unreachable", "timeout") or copy.status >= 500 else "bad"
        yield Finding(f"link_{copy.trouble}", level, {"status": str(copy.status)})
        return
    yield Finding("link_answers", "good")
    text = page_text(copy)
    if isinstance(item, OpenSession) and copy.link == item.recording_link:
        yield Finding("broadcast", "good") if has_broadcast(copy) else Finding("no_broadcast", "doubt")
    language = getattr(item, "language", None)
    if language is not None and (told := language_of(text)) is not None:
        level = "good" if told == language else "bad"
        yield Finding("language", level, {"expected": language, "found": told})
    reported, shown = getattr(item, "date", None), page_day(copy)
    if isinstance(item, BlogPost | DialogueEvent) and shown is not None:
        if shown not in period:
            yield Finding("outside_period", "bad", {"found": str(shown)})
        elif reported is not None and abs((shown - reported).days) > 1:
            yield Finding("other_day", "doubt", {"reported": str(reported), "found": str(shown)})


def page_text(copy: Copy) -> str:
    """The visible text of a page; empty for other media."""
    if "html" not in copy.media_type:
        return ""
    tree = LexborHTMLParser(copy.content)
    tree.strip_tags(["script", "style", "nav", "header", "footer"])
    body = tree.body
    return " ".join((body.text(separator=" ") if body is not None else "").split())


def page_day(copy: Copy) -> date | None:
    """The day a page says it was published: its metadata, or its first `<time>`."""
    if "html" not in copy.media_type:
        return None
    tree = LexborHTMLParser(copy.content)
    for selector, name in (
        ('meta[property="article:published_time"]', "content"),
        ('meta[name="date"]', "content"),
        ("time[datetime]", "datetime"),
    ):
        node = tree.css_first(selector)
        if node is not None and (match := _DAY.search(node.attributes.get(name) or "")):
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None


def has_broadcast(copy: Copy) -> bool:
    """Whether the page is or embeds a recording."""
    if copy.media_type.startswith("video/"):
        return True
    tree = LexborHTMLParser(copy.content)
    if tree.css_first("video") is not None:
        return True
    sources = [node.attributes.get("src") or "" for node in tree.css("iframe")]
    return any(word in source for source in sources for word in _BROADCAST)


def language_of(text: str) -> str | None:
    """`kk`, `ru` or `en` where it can be told; None for a short or unclear text."""
    if sum(character.isalpha() for character in text) < LEAST_LETTERS:
        return None
    detector, names = _detector()
    found = detector.detect_language_of(text[:5000])
    return None if found is None else names[found]


@lru_cache(maxsize=1)
def _detector() -> tuple[LanguageDetector, dict[Language, str]]:
    names = {Language.KAZAKH: "kk", Language.RUSSIAN: "ru", Language.ENGLISH: "en"}
    builder = LanguageDetectorBuilder.from_languages(*names).with_minimum_relative_distance(0.1)
    return builder.build(), names


# --- portals ----------------------------------------------------------------------------------------------


def _of_record(
    item: Item,
    period: Period,
    datasets: Mapping[str, portals.DatasetState] | None,
    questions: Mapping[str, portals.QuestionState] | None,
) -> Iterable[Finding]:
    if isinstance(item, Dataset) and datasets is not None:
        yield from _of_dataset(item, datasets.get(item.link), period)
    if isinstance(item, BlogQuestion) and questions is not None:
        yield from _of_question(item, questions.get(item.registration_number))


def _of_dataset(item: Dataset, state: portals.DatasetState | None, period: Period) -> Iterable[Finding]:
    if state is None or not state.known:
        yield Finding("dataset_unknown", "bad")
        return
    if state.automated:
        yield Finding("dataset_automated", "good")
    wanted, last = PERIODICITY_DAYS.get(state.periodicity or item.periodicity), period.last
    if wanted is None or state.updated is None or last is None:
        return
    days = (last - state.updated).days
    stale = days > wanted * 3 // 2
    yield Finding(
        "dataset_stale" if stale else "dataset_fresh", "doubt" if stale else "good",
        {"updated": str(state.updated), "periodicity": state.periodicity or item.periodicity},
    )  # fmt: skip


def _of_question(item: BlogQuestion, state: portals.QuestionState | None) -> Iterable[Finding]:
    if state is None or not state.known:
        yield Finding("question_unknown", "bad")
        return
    if state.answered != item.answered:
        said = "yes" if state.answered else "no"
        yield Finding("question_differs", "bad", {"answered": said})
    elif state.language and state.language != item.language:
        yield Finding("language", "bad", {"expected": item.language, "found": state.language})
    else:
        yield Finding("question_agrees", "good")


def ask_portals(
    partners: Partners, report: Report
) -> tuple[dict[str, portals.DatasetState], dict[str, portals.QuestionState]]:
    """The portals' answers by link and by registration number. Raises PartnerAway, PartnerNonsense."""
    links = list(dict.fromkeys(item.link for item in (*report.datasets, *report.organisation_datasets)))
    numbers = list(dict.fromkeys(item.registration_number for item in report.questions))
    states = partners.ask(
        portals.DATASETS,
        [portals.ByLink(ref=str(n), link=link) for n, link in enumerate(links)],
        purpose=PURPOSE,
        clause="assessment:annex9.table1.row1",
    )
    answers = partners.ask(
        portals.QUESTIONS,
        [portals.ByRegistration(ref=str(n), registration_number=each) for n, each in enumerate(numbers)],
        purpose=PURPOSE,
        clause="assessment:annex9.table6.row3",
    )
    return (
        {links[int(ref)]: state for ref, state in states.items()},
        {numbers[int(ref)]: state for ref, state in answers.items()},
    )
