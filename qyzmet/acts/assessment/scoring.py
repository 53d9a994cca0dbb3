"""Points on open dialogue by Annex 10 Table 6 and penalties by Table 11; every point explains itself.

Pure: a report, its period and the readings in, lines out. Only what the report still holds counts; what an
assessor does not accept is taken out before (`Report.keeping`). Points are decimals in steps of 0.1, means
of 0.01.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from qyzmet.acts.assessment.bodies import Body, Flag, Kind
from qyzmet.acts.assessment.clauses import ACT
from qyzmet.acts.assessment.report import LANGUAGES, BlogPost, Language, Report, same_address
from qyzmet.law.act import Clause, Period, carries_out
from qyzmet.law.policies import Policies

State = Literal["SCORED", "NOT_ASSESSED", "AVERAGED"]
ZERO = Decimal(0)
CENT = Decimal("0.01")
ROW4 = ("row4.1", "row4.2", "row4.3", "row4.4")
ROWS = ("row1", "row2", "row3", *ROW4)


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one row in one language: the rule applied, what it found, what it rested on, what was lost.

    `variant` is the row whose points apply (`row2.2`); `items` are ids of the report's records. `found` and
    `missing` are codes with values; `words.py` says them to people.
    """

    row: str
    language: Language
    points: Decimal
    most: Decimal
    state: State
    clause: Clause
    variant: str = ""
    found: Mapping[str, int] = field(default_factory=dict)
    missing: str = ""
    items: tuple[str, ...] = ()

    @property
    def lost(self) -> Decimal:
        return self.most - self.points


@dataclass(frozen=True, slots=True)
class Penalty:
    """Penalty points of one row of Table 11 in one language, with what was found."""

    row: str
    language: Language
    points: Decimal
    clause: Clause
    found: Mapping[str, int] = field(default_factory=dict)
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A body's result on the criterion. `total` is without penalties, `result` what the ranking uses."""

    body: str
    lines: tuple[Line, ...]
    penalties: tuple[Penalty, ...]
    deducted: bool

    @property
    def total(self) -> Decimal:
        """Paragraph 74: the points are added."""
        return sum((line.points for line in self.lines), ZERO)

    @property
    def most(self) -> Decimal:
        return sum((line.most for line in self.lines), ZERO)

    @property
    def penalty(self) -> Decimal:
        return sum((each.points for each in self.penalties), ZERO)

    @property
    def result(self) -> Decimal:
        return max(self.total - self.penalty, ZERO) if self.deducted else self.total

    def points(self, row: str, language: Language) -> Decimal:
        """Of a row, or of all rows below it: `row4` is the sum of its parameters."""
        return sum(
            (
                line.points
                for line in self.lines
                if line.language == language and (line.row == row or line.row.startswith(f"{row}."))
            ),
            ZERO,
        )


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("points.toml").read_text("utf-8"))


def points_of(row: str) -> Decimal:
    """The points of a row or variant of Annex 10 Table 6 in one language column."""
    return Decimal(_tables()["dialogue"][row]["points"])


def penalty_of(row: str) -> Decimal:
    """The penalty points of a row of Annex 10 Table 11 in one language column."""
    return Decimal(_tables()["penalty"][row]["points"])


def origin_of(table: str, row: str) -> str:
    """`act` or `derived`: whether the number can be read in the copy of the act (G-2)."""
    origin: str = _tables()[table][row]["origin"]
    return origin


@dataclass(frozen=True, slots=True)
class Judged:
    """What one row came to in one language, before its points are looked up."""

    earned: bool
    found: Mapping[str, int]
    items: tuple[str, ...] = ()
    missing: str = ""


Judge = Callable[[Report, Language, Policies], Judged]


# --- one function per row ---------------------------------------------------------------------------------


@carries_out(ACT["annex10.table6.row1"])
def conferences(report: Report, language: Language, policies: Policies) -> Judged:
    """Internet conferences and surveys in the language: one of each, or any by policy (G-12)."""
    mine = [event for event in report.events if event.language == language]
    kinds = Counter(event.type for event in mine)
    held = {"conferences": kinds["INTERNET_CONFERENCE"], "surveys": kinds["SURVEY"]}
    ids = tuple(dict.fromkeys(event.id for event in mine))
    if policies["G-12"] == "ANY":
        return Judged(bool(mine), held, ids, "" if mine else "conference_or_survey")
    missing = [name for name, number in held.items() if not number]
    return Judged(not missing, held, ids, "_and_".join(missing))


@carries_out(ACT["annex10.table6.row3"])
def sessions(report: Report, language: Language, policies: Policies) -> Judged:
    """At least one open session broadcast in the language and announced before."""
    mine = [session for session in report.sessions if session.language == language]
    good = [session for session in mine if session.announcement_links]
    ids = tuple(dict.fromkeys(session.id for session in good))
    return Judged(bool(good), {"sessions": len(ids)}, ids, "" if good else "session")


@carries_out(ACT["annex10.table6.row4.1"])
def schedule_kept(report: Report, language: Language, policies: Policies) -> Judged:
    """Every meeting of the schedule has its date, time and announcement in the language (G-14)."""
    announced = {
        meeting.scheduled: meeting.id
        for meeting in report.meetings
        if meeting.scheduled is not None and meeting.announcement_links.get(language)
    }
    due = set(report.schedule)
    kept = {day: announced[day] for day in due if day in announced}
    counts = {"scheduled": len(due), "kept": len(kept)}
    missing = "schedule" if not due else "" if len(kept) == len(due) else "announced_meetings"
    return Judged(not missing, counts, tuple(sorted(kept.values())), missing)


@carries_out(ACT["annex10.table6.row4.2"])
def plans_placed(report: Report, language: Language, policies: Policies) -> Judged:
    """Plan and progress in the language for each meeting held by the schedule; there is at least one."""
    held = [meeting for meeting in report.meetings if meeting.scheduled is not None]
    good = [
        meeting
        for meeting in held
        if meeting.plan_links.get(language) and meeting.progress.get(language, "").strip()
    ]
    counts = {"meetings": len(held), "with_plan": len(good)}
    missing = "scheduled_meeting" if not held else "" if len(good) == len(held) else "plan_and_progress"
    return Judged(not missing, counts, tuple(meeting.id for meeting in good), missing)


@carries_out(ACT["annex10.table6.row4.3"])
def receptions(report: Report, language: Language, policies: Policies) -> Judged:
    """A reception of citizens reported in the language, with its issues rated."""
    mine = [each for each in report.receptions if each.language == language]
    good = [each for each in mine if each.citizens_received > 0 and each.issues]
    counts = {"receptions": len(good), "citizens": sum(each.citizens_received for each in good)}
    return Judged(bool(good), counts, tuple(each.id for each in good), "" if good else "reception")


@carries_out(ACT["annex10.table6.row4.4"])
def ngo_meetings(report: Report, language: Language, policies: Policies) -> Judged:
    """A meeting with NGOs reported in the language, with participants, list and linked issues."""
    mine = [each for each in report.ngo_meetings if each.language == language]
    good = [each for each in mine if each.participants > 0 and each.ngos and each.issues]
    counts = {"meetings": len(good), "ngos": len({ngo for each in good for ngo in each.ngos})}
    return Judged(bool(good), counts, tuple(each.id for each in good), "" if good else "ngo_meeting")


# --- row 2: the blog --------------------------------------------------------------------------------------


def full_weeks(period: Period) -> Iterator[tuple[date, date]]:
    """Weeks from Monday to Sunday that lie wholly in the period."""
    assert period.last is not None
    monday = period.first + timedelta(days=-period.first.weekday() % 7)
    while monday + timedelta(days=6) <= period.last:
        yield monday, monday + timedelta(days=6)
        monday += timedelta(days=7)


def full_months(period: Period) -> Iterator[tuple[date, date]]:
    """Calendar months that lie wholly in the period."""
    assert period.last is not None
    first = period.first if period.first.day == 1 else _next_month(period.first)
    while (last := _next_month(first) - timedelta(days=1)) <= period.last:
        yield first, last
        first = _next_month(first)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def posts_in(report: Report, language: Language, period: Period) -> list[BlogPost]:
    """Posts of the period in the language; the same address counts once, by its earliest day."""
    found: dict[str, BlogPost] = {}
    for post in sorted(report.posts, key=lambda post: (post.date, post.link)):
        if post.language == language and post.date in period:
            found.setdefault(same_address(post.link), post)
    return list(found.values())


def least_in(days: Sequence[date], spans: Iterable[tuple[date, date]]) -> int | None:
    """The smallest number of posts in any of the spans; None where the period has no whole span."""
    counts = [sum(first <= day <= last for day in days) for first, last in spans]
    return min(counts) if counts else None


@carries_out(*(ACT[f"annex10.table6.{row}"] for row in ("row2", "row2.1", "row2.2", "row2.3", "row2.4")))
def blog(report: Report, language: Language, period: Period, policies: Policies) -> Line:
    """Exactly one variant: 2.1, then 2.2, then 2.3, else 2.4. "More than" is strict; per language."""
    posts = posts_in(report, language, period)
    days = [post.date for post in posts]
    week, month = least_in(days, full_weeks(period)), least_in(days, full_months(period))
    found = {"posts": len(posts)}
    found |= {} if week is None else {"least_a_week": week}
    found |= {} if month is None else {"least_a_month": month}
    variant = next((row for row in _VARIANTS if _fits(row, len(posts), week, month, policies)), "row2.4")
    points = points_of(variant) if posts else Decimal(policies["G-09"])
    missing = "" if variant == _VARIANTS[0] else "posts" if len(posts) <= 50 else "frequency"
    ids = tuple(sorted(post.id for post in posts))
    most = points_of(_VARIANTS[0])
    clause = ACT[f"annex10.table6.{variant}"]
    return Line("row2", language, points, most, "SCORED", clause, variant, found, missing, ids)


_VARIANTS = ("row2.1", "row2.2", "row2.3")


def _fits(row: str, posts: int, week: int | None, month: int | None, policies: Policies) -> bool:
    """Number and frequency, or by policy the number alone (G-8). Without a whole span only the number."""
    rule = _tables()["dialogue"][row]
    least = week if rule["every"] == "week" else month
    often = not policies["G-08"] or least is None or least >= rule["least"]
    return posts > rule["more_than"] and often


# --- a body -----------------------------------------------------------------------------------------------

JUDGES: Mapping[str, Judge] = {
    "row1": conferences,
    "row3": sessions,
    "row4.1": schedule_kept,
    "row4.2": plans_placed,
    "row4.3": receptions,
    "row4.4": ngo_meetings,
}


@carries_out(ACT["annex10.table6.kk"], ACT["annex10.table6.ru"], ACT["annex10.table6.row4"])
def score_alone(body: Body, report: Report, period: Period, policies: Policies) -> Score:
    """A body's lines before the average of row 4 is known (see `score_all`), with its penalties."""
    lines = [
        blog(report, language, period, policies)
        if row == "row2"
        else _line(row, body, report, language, policies)
        for row in ROWS
        for language in LANGUAGES
    ]
    return Score(body.id, tuple(lines), penalties(report, policies), bool(policies["G-16"]))


@carries_out(ACT["annex10.table6.note1"], ACT["annex10.table6.note3"], ACT["annex9.table5.note1"])
def _excepted(row: str, body: Body) -> str:
    """The footnote by which a body is not assessed on a row; empty where it is."""
    if row == "row3" and body.flag is Flag.MINISTRY_OF_DEFENCE:
        return "annex10.table6.note1"
    if row == "row4.4" and body.kind is Kind.LOCAL:
        return "annex10.table6.note3"
    return ""


def _line(row: str, body: Body, report: Report, language: Language, policies: Policies) -> Line:
    if note := _excepted(row, body):
        return Line(row, language, ZERO, ZERO, "NOT_ASSESSED", ACT[note])
    # G-7: the value for central executive bodies holds for every assessed body that is not local.
    value = f"row4.3.{'local' if body.kind is Kind.LOCAL else 'central'}" if row == "row4.3" else row
    most, judged = points_of(value), JUDGES[row](report, language, policies)
    return Line(
        row, language, most if judged.earned else ZERO, most, "SCORED", ACT[f"annex10.table6.{row}"],
        value, judged.found, judged.missing, judged.items,
    )  # fmt: skip


@carries_out(ACT["annex10.table6"], ACT["annex10.table6.total"], ACT["para74"])
def score_all(
    reports: Mapping[str, Report], bodies: Iterable[Body], period: Period, policies: Policies
) -> list[Score]:
    """Every assessed body's score, whatever the order of input; who reported nothing earns nothing."""
    assessed = sorted((body for body in bodies if body.assessed), key=lambda body: body.id)
    scores = [
        score_alone(body, reports.get(body.id) or Report(body=body.id), period, policies) for body in assessed
    ]
    return _averaged(scores, {body.id: body for body in assessed})


@carries_out(ACT["annex10.table6.note2"], ACT["annex9.table5.note2"])
def _averaged(scores: Sequence[Score], bodies: Mapping[str, Body]) -> list[Score]:
    """Row 4 of the two excepted ministries is the mean of the other central bodies, per language (G-11)."""
    others = [
        score
        for score in scores
        if bodies[score.body].kind is Kind.CENTRAL and bodies[score.body].flag is Flag.NONE
    ]
    means = {language: _mean([score.points("row4", language) for score in others]) for language in LANGUAGES}
    return [
        score if bodies[score.body].flag is Flag.NONE else _with_mean(score, means, len(others))
        for score in scores
    ]


def _mean(points: Sequence[Decimal]) -> Decimal:
    """Two decimals, half up; 0 where there is nobody to take the mean of."""
    return (sum(points, ZERO) / len(points)).quantize(CENT, ROUND_HALF_UP) if points else ZERO


def _with_mean(score: Score, means: Mapping[Language, Decimal], bodies: int) -> Score:
    most = sum((points_of(row) for row in ("row4.1", "row4.2", "row4.3.central", "row4.4")), ZERO)
    kept = [line for line in score.lines if line.row not in ROW4]
    averaged = [
        Line(
            "row4", language, means[language], most, "AVERAGED", ACT["annex10.table6.note2"],
            found={"bodies": bodies},
        )
        for language in LANGUAGES
    ]  # fmt: skip
    return replace(score, lines=(*kept, *averaged))


# --- penalties for subordinate organisations --------------------------------------------------------------


@carries_out(
    ACT["annex10.table11"], ACT["annex10.table11.row1"], ACT["annex10.table11.row2"],
    ACT["annex10.table11.total"], ACT["para2.10"],
)  # fmt: skip
def penalties(report: Report, policies: Policies) -> tuple[Penalty, ...]:
    """Per body over all its subordinate organisations (G-16), at most the total of the table."""
    must_have = [
        org
        for org in report.organisations
        if org.quasi_public and not (org.fully_state_owned and policies["G-16b"])
    ]
    excepted = {org.name for org in report.organisations if org.fully_state_owned}
    found = []
    for language in LANGUAGES:
        without = [org for org in must_have if not org.blog_links.get(language)]
        if without:
            found.append(
                Penalty(
                    "row1", language, penalty_of("row1"), ACT["annex10.table11.row1"],
                    {"organisations": len(must_have), "without_blog": len(without)},
                    tuple(org.id for org in without),
                )
            )  # fmt: skip
        asked = {
            question.registration_number.strip().upper(): question
            for question in report.questions
            if question.language == language and question.org not in excepted
        }
        answered = sum(question.answered for question in asked.values())
        if asked and answered * 100 < _tables()["penalty"]["row2"]["below_percent"] * len(asked):
            unanswered = tuple(question.id for question in asked.values() if not question.answered)
            found.append(
                Penalty(
                    "row2", language, penalty_of("row2"), ACT["annex10.table11.row2"],
                    {"questions": len(asked), "answered": answered}, unanswered,
                )
            )  # fmt: skip
    assert sum((each.points for each in found), ZERO) <= penalty_of("total")
    return tuple(found)


# --- the ranking ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the ranking; equal results share a place, and the next one is left out."""

    rank: int
    score: Score


def ranking(scores: Iterable[Score]) -> list[Place]:
    """By result, best first; bodies of equal result stand side by side, by id."""
    ordered = sorted(scores, key=lambda score: (-score.result, score.body))
    places: list[Place] = []
    for number, score in enumerate(ordered, 1):
        tied = places and places[-1].score.result == score.result
        places.append(Place(places[-1].rank if tied else number, score))
    return places
