"""A second scorer, written from the act's tables and not from the code: slow, literal, without any sharing.

It reads plain JSON, as a clerk would with the tables beside it, and knows only the default readings.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from fractions import Fraction
from typing import Any


def totals(
    world: dict[str, dict[str, Any]], bodies: list[dict[str, Any]], first: date, last: date
) -> dict[str, Fraction]:
    """Each body's total by Annex 10 Table 6; JSON reports by body."""
    meetings: dict[str, dict[str, Fraction]] = {}
    rest: dict[str, Fraction] = {}
    for body in bodies:
        report = world.get(body["id"], {})
        meetings[body["id"]] = {}
        rest[body["id"]] = Fraction(0)
        for language in ("kk", "ru"):
            rest[body["id"]] += _row1(report, language) + _row2(report, language, first, last)
            if body.get("flag") != "MINISTRY_OF_DEFENCE":
                rest[body["id"]] += _row3(report, language)
            meetings[body["id"]][language] = _row4(report, language, body["kind"])
    plain = [b["id"] for b in bodies if b["kind"] == "CENTRAL" and b.get("flag", "NONE") == "NONE"]
    found = {}
    for body in bodies:
        total = rest[body["id"]]
        for language in ("kk", "ru"):
            if body.get("flag", "NONE") == "NONE":
                total += meetings[body["id"]][language]
            else:
                exact = sum((meetings[id][language] for id in plain), Fraction(0)) / len(plain)
                total += Fraction(int(exact * 100 + Fraction(1, 2)), 100)
        found[body["id"]] = total
    return found


def _row1(report: dict[str, Any], language: str) -> Fraction:
    conferences = surveys = 0
    for event in report.get("events", []):
        if event["language"] == language and event["type"] == "INTERNET_CONFERENCE":
            conferences += 1
        if event["language"] == language and event["type"] == "SURVEY":
            surveys += 1
    return Fraction(5, 2) if conferences >= 1 and surveys >= 1 else Fraction(0)


def _row2(report: dict[str, Any], language: str, first: date, last: date) -> Fraction:
    links, days = [], []
    for post in report.get("posts", []):
        day = date.fromisoformat(post["date"])
        if post["language"] == language and first <= day <= last and post["link"] not in links:
            links.append(post["link"])
            days.append(day)
    if not days:
        return Fraction(0)
    every_week = True
    day = first
    while day <= last:
        if day.weekday() == 0 and day + timedelta(days=6) <= last:
            every_week = every_week and any(day <= each <= day + timedelta(days=6) for each in days)
        day += timedelta(days=1)
    fewest = None
    for year in range(first.year, last.year + 1):
        for month in range(1, 13):
            one = date(year, month, 1)
            end = date(year, month, calendar.monthrange(year, month)[1])
            if first <= one and end <= last:
                count = len([each for each in days if each.year == year and each.month == month])
                fewest = count if fewest is None else min(fewest, count)
    if len(days) > 50 and every_week:
        return Fraction(3, 2)
    if len(days) > 25 and (fewest is None or fewest >= 2):
        return Fraction(1)
    if len(days) > 10 and (fewest is None or fewest >= 1):
        return Fraction(1, 2)
    return Fraction(3, 10)


def _row3(report: dict[str, Any], language: str) -> Fraction:
    for session in report.get("sessions", []):
        if session["language"] == language and session["announcement_links"]:
            return Fraction(2)
    return Fraction(0)


def _row4(report: dict[str, Any], language: str, kind: str) -> Fraction:
    points = Fraction(0)
    announced = [m["scheduled"] for m in report.get("meetings", []) if m["announcement_links"].get(language)]
    if report.get("schedule") and all(day in announced for day in report["schedule"]):
        points += 1
    held = [m for m in report.get("meetings", []) if m.get("scheduled")]
    if held and all(
        m.get("plan_links", {}).get(language) and m.get("progress", {}).get(language) for m in held
    ):
        points += 1
    if any(
        r["language"] == language and r["citizens_received"] and r["issues"]
        for r in report.get("receptions", [])
    ):
        points += 1 if kind == "LOCAL" else Fraction(1, 2)
    if kind != "LOCAL" and any(
        n["language"] == language and n["participants"] and n["ngos"] and n["issues"]
        for n in report.get("ngo_meetings", [])
    ):
        points += Fraction(1, 2)
    return points
