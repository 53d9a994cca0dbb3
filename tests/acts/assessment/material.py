"""Reports to score: a full one, and ways to thin it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from qyzmet.acts.assessment.bodies import DEFENCE, FOREIGN, Body, Kind
from qyzmet.acts.assessment.policies import POLICIES
from qyzmet.acts.assessment.report import (
    LANGUAGES,
    BlogPost,
    BlogQuestion,
    DialogueEvent,
    Issue,
    Language,
    Meeting,
    NgoIssue,
    NgoMeeting,
    OpenSession,
    Reception,
    Report,
    SubordinateOrg,
)
from qyzmet.law.act import Period
from qyzmet.law.policies import Policies

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))
SITE = "https://ministry.example"
CENTRAL = Body("CENTRAL_ONE", {"kk": "Бірінші министрлік"}, Kind.CENTRAL)
LOCAL = Body("LOCAL_ONE", {"kk": "Бірінші әкімдік"}, Kind.LOCAL)
__all__ = ["CENTRAL", "DEFENCE", "FOREIGN", "LOCAL", "YEAR"]


def policies(**chosen: Any) -> Policies:
    return Policies(POLICIES, {mark.replace("_", "-"): value for mark, value in chosen.items()})


def spread(count: int, period: Period = YEAR) -> list[date]:
    """So many days, evenly over the period."""
    assert period.last is not None
    days = (period.last - period.first).days + 1
    return [period.first + timedelta(days=number * days // count) for number in range(count)]


def posts(language: Language, days: Sequence[date]) -> tuple[BlogPost, ...]:
    return tuple(
        BlogPost(link=f"{SITE}/blog/{language}/{number}", date=day, language=language)
        for number, day in enumerate(days)
    )


def weekly(count: int) -> list[date]:
    """At least one post in every week: the first 53 on Mondays, the rest on one day."""
    mondays = [date(2024, 1, 1) + timedelta(days=7 * number) for number in range(53)]
    return mondays[:count] + [date(2024, 6, 4)] * max(0, count - 53)


def events(*kinds: tuple[str, Language]) -> tuple[DialogueEvent, ...]:
    return tuple(
        DialogueEvent(type=kind, link=f"{SITE}/event/{number}", participants=10, language=language)  # type: ignore[arg-type]
        for number, (kind, language) in enumerate(kinds)
    )


def sessions(*languages: Language) -> tuple[OpenSession, ...]:
    return tuple(
        OpenSession(
            recording_link=f"{SITE}/session/{language}",
            announcement_links=(f"{SITE}/news/{language}",),
            language=language,
        )
        for language in languages
    )


def meetings(announced: Sequence[Language], planned: Sequence[Language], count: int = 2) -> dict[str, Any]:
    days = [date(2024, 3 + number, 12) for number in range(count)]
    return {
        "schedule": tuple(days),
        "meetings": tuple(
            Meeting(
                date_time=datetime(day.year, day.month, day.day, 5, tzinfo=UTC),
                scheduled=day,
                announcement_links={one: f"{SITE}/meeting/{day}/{one}" for one in announced},
                plan_links={one: f"{SITE}/plan/{day}/{one}" for one in planned},
                progress=dict.fromkeys(planned, "done"),
            )
            for day in days
        ),
    }


def receptions(*languages: Language) -> tuple[Reception, ...]:
    issue = Issue(text="a road", rating="SYSTEMIC")
    return tuple(
        Reception(date=date(2024, 5, 14), citizens_received=7, issues=(issue,), language=language)
        for language in languages
    )


def ngo_meetings(*languages: Language) -> tuple[NgoMeeting, ...]:
    return tuple(
        NgoMeeting(
            date=date(2024, 4, 2),
            participants=12,
            ngos=("Қамқор",),
            issues=(NgoIssue(text="access", ngo="Қамқор"),),
            language=language,
        )
        for language in languages
    )


def full(body: str = "CENTRAL_ONE", **changes: Any) -> Report:
    """A report that earns everything."""
    both = [(kind, language) for language in LANGUAGES for kind in ("INTERNET_CONFERENCE", "SURVEY")]
    report = Report(
        body=body,
        events=events(*both),
        sessions=sessions(*LANGUAGES),
        posts=posts("kk", weekly(60)) + posts("ru", weekly(60)),
        receptions=receptions(*LANGUAGES),
        ngo_meetings=ngo_meetings(*LANGUAGES),
        **meetings(LANGUAGES, LANGUAGES),
    )
    return msgspec.structs.replace(report, **changes)


def organisation(
    name: str = "«Тұлпар» АҚ", blogs: Sequence[Language] = LANGUAGES, **more: Any
) -> SubordinateOrg:
    links = {language: f"{SITE}/{language}/blog" for language in blogs}
    given: dict[str, Any] = {"own_site_link": SITE, "quasi_public": True, "blog_links": links} | more
    return SubordinateOrg(name=name, **given)


def questions(
    language: Language, answered: int, asked: int, org: str = "«Тұлпар» АҚ"
) -> tuple[BlogQuestion, ...]:
    return tuple(
        BlogQuestion(
            registration_number=f"{language}-{number}", org=org, language=language, answered=number < answered
        )
        for number in range(asked)
    )
