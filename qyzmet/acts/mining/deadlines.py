"""When a report is due, from when the order is in force, and which months belong to it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from qyzmet.acts.mining.clauses import ACT
from qyzmet.law.act import carries_out
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue, Refused

DAY = 25
AFTER_PUBLICATION = timedelta(days=61)


def parse_month(text: str) -> date:
    """The first day of a month written 2026-05. Raises BadValue."""
    try:
        if len(text) == 7:
            return date.fromisoformat(f"{text}-01")
    except ValueError:
        pass
    raise BadValue("reporting month", "is a month such as 2026-05", "Write year, hyphen, month.")


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def next_month(month: date) -> date:
    return last_day(month) + timedelta(days=1)


@carries_out(ACT["form.7"], ACT["annex§2"])
def deadline(month: date) -> date:
    """The last day for a month's report, itself included; not shifted by days off (G-8)."""
    return next_month(month).replace(day=DAY)


@carries_out(ACT["order.4"])
def in_force_from(policies: Policies) -> date:
    """Sixty calendar days pass after the day of publication; the order is in force on the day after."""
    return date.fromisoformat(policies["published"]) + AFTER_PUBLICATION


@carries_out(ACT["order.2"], ACT["order.4"])
def first_month(policies: Policies) -> date:
    """The first month due under this form: that whose deadline falls on or after the day of force (G-13)."""
    if policies["G-13"]:
        return parse_month(policies["G-13"])
    start = in_force_from(policies)
    month = (start.replace(day=1) - timedelta(days=1)).replace(day=1)
    return month if deadline(month) >= start else next_month(month)


@carries_out(ACT["form.5"], ACT["order.1"])
def must_be_of_this_order(month: date, today: date, policies: Policies) -> None:
    """Raises Refused, saying which order a month or a day belongs to, or that a month is not over yet."""
    start, first = in_force_from(policies), first_month(policies)
    if today < start:
        raise Refused(
            f"The order No 119 is in force from {start}; a report sent on {today} follows the form of the order "
            "of 27 June 2023 No 709."
        )
    if month < first:
        raise Refused(
            f"The month {month:%Y-%m} was due on {deadline(month)}, before this form ({first:%Y-%m} is the first "
            "month): it belongs to the order of 27 June 2023 No 709."
        )
    if month > today.replace(day=1):
        raise Refused(f"The month {month:%Y-%m} has not begun. A report is on a month that has.")


@carries_out(ACT["form.4"])
def months_due(since: date, today: date, policies: Policies) -> list[date]:
    """Every month that a pool working since a day owes a report on, up to the last that has begun."""
    month, found = max(since.replace(day=1), first_month(policies)), []
    while month <= today.replace(day=1):
        found.append(month)
        month = next_month(month)
    return found
