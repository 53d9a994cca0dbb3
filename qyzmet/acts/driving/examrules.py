"""Rules of practice about attempts, as dated data: they say when an attempt is open again (step 10 alone)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from qyzmet.exchange.driving import Attempt, Attempts
from qyzmet.law.act import Period
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.deadline import months_years
from qyzmet.runtime.errors import Refused

_FILE = Path(__file__).with_name("examrules.toml")


@dataclass(frozen=True, slots=True)
class ExamRules:
    """`attempts` failures in a row are followed by a wait of `wait_months`."""

    in_force: Period
    source: str
    confirmed: bool
    attempts: int
    wait_months: int
    scores: dict[str, int]
    practice_attempts: int
    practice_wait_months: int


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def all_rules() -> list[ExamRules]:
    return [
        ExamRules(
            in_force=Period(row["since"], row.get("until")),
            source=row["source"],
            confirmed=row["confirmed"],
            attempts=row["attempts"],
            wait_months=row["wait_months"],
            scores={name: row[name] for name in row if name.startswith(("theory_", "practice_"))
                    and name not in ("practice_attempts", "practice_wait_months")},
            practice_attempts=row.get("practice_attempts", row["attempts"]),
            practice_wait_months=row.get("practice_wait_months", row["wait_months"]),
        )
        for row in _file()["rules"]
    ]  # fmt: skip


def rules_on(day: date) -> ExamRules:
    """The rules of that day. Raises Refused where none is entered: nothing is guessed."""
    for rules in all_rules():
        if day in rules.in_force:
            return rules
    raise Refused(f"No exam rules are entered for {day}. Enter them with their source in examrules.toml.")


def open_from(made: Iterable[Attempt], today: date, calendar: WorkingCalendar) -> date:
    """The day from which an attempt is open, `today` where it is open already.

    A failure is followed by the next working day, the last of a series by the wait of its kind.
    """
    latest = today
    for kind in ("theory", "practice"):
        failures = _series(attempt for attempt in made if attempt.kind == kind)
        if not failures:
            continue
        last = failures[-1]
        rules = rules_on(last)
        most = rules.attempts if kind == "theory" else rules.practice_attempts
        months = rules.wait_months if kind == "theory" else rules.practice_wait_months
        again = months_years(last, months) if len(failures) % most == 0 else calendar.add(last, 1)
        latest = max(latest, again)
    return latest


def attempts_exist(answer: Attempts, today: date, calendar: WorkingCalendar) -> bool:
    """Whether an attempt is left: as the software says, else by the rules of practice."""
    if answer.left is not None:
        return answer.left > 0
    return open_from(answer.made, today, calendar) <= today


def least_age(category: str) -> int | None:
    """Years; None where nothing is known of the category."""
    found = _file()["ages"].get(category)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _series(attempts: Iterable[Attempt]) -> list[date]:
    """Days of the failures since the last success, oldest first."""
    failures: list[date] = []
    for attempt in sorted(attempts, key=lambda attempt: attempt.day):
        failures = [] if attempt.passed else [*failures, attempt.day]
    return failures
