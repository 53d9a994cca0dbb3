"""The share of priority income in a year: lines of income, each with what it is determined by.

The 90 % condition is the Tax Code's (article 17), outside the act: a dated figure with its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from qyzmet.acts.ict.catalogue import LISTS, ListVersion, list_on
from qyzmet.acts.ict.determination import Answer, determine
from qyzmet.acts.ict.suggest import suggest
from qyzmet.law.act import Period
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import Refused

#: Other income that the Tax Code counts with the priority income it belongs to (outside the act).
RELATED = ("free_property", "deposit_interest", "exchange_gain", "doubtful_debt")


@dataclass(frozen=True, slots=True)
class Condition:
    """The least share of priority income, in whole percent, with the days it holds and its source."""

    percent: int
    in_force: Period
    source: str


CONDITION = Condition(
    90,
    Period(date(2026, 1, 1), date(2028, 12, 31)),
    "Tax Code of 18 July 2025 No 214-VIII, article 17 (outside the act)",
)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of income in tiyn with the item it is claimed under, the answers, or the related kind."""

    row: int
    first: date
    last: date
    description: str
    tiyn: int
    item: int | None = None
    answers: Mapping[str, Any] = {}
    related: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its result; None where no item is named or a question is still open."""

    line: Line
    answer: Answer | None
    likely: tuple[int, ...] = ()

    @property
    def result(self) -> str | None:
        if self.line.related:
            return "MATCH"
        return self.answer.result if self.answer else None


@dataclass(slots=True)
class Judge:
    """Determines lines, each under the list of its first day; the same question is answered once.

    Lines that answers leave as they were keep their answer when the days of lists change: `answered` counts
    those that were worked out.
    """

    policies: Policies
    answered: int = 0
    _known: dict[tuple[str, int, str], Answer] = field(default_factory=dict)

    def judge(self, lines: Iterable[Line], lists: Sequence[ListVersion] = LISTS) -> list[Judged]:
        """Raises Refused for a line of a day without a list."""
        return [self._one(line, lists) for line in lines]

    def _one(self, line: Line, lists: Sequence[ListVersion]) -> Judged:
        version = list_on(line.first, lists)
        if line.related:
            return Judged(line, None)
        if line.item is None:
            return Judged(line, None, tuple(each.item for each in suggest(line.description, 3)))
        key = (version.order, line.item, repr(sorted(line.answers.items())))
        if key not in self._known:
            self.answered += 1
            self._known[key] = determine(line.item, line.answers, self.policies, line.first, lists)
        return Judged(line, self._known[key])


@dataclass(frozen=True, slots=True)
class Share:
    """A year's income in tiyn and the share of priority income; `open_tiyn` waits for people or answers."""

    year: int
    all_tiyn: int
    priority_tiyn: int
    open_tiyn: int
    condition: Condition

    @property
    def percent(self) -> Decimal:
        """With two decimals, cut and never rounded up: 89.999 % is not 90 %."""
        return _percent(self.priority_tiyn, self.all_tiyn)

    @property
    def at_most(self) -> Decimal:
        """The share if everything open turned out to be priority income."""
        return _percent(self.priority_tiyn + self.open_tiyn, self.all_tiyn)

    @property
    def met(self) -> bool:
        return self.all_tiyn > 0 and self.priority_tiyn * 100 >= self.condition.percent * self.all_tiyn

    @property
    def missing_tiyn(self) -> int:
        """By how much priority income would have to be higher, the other income staying as it is."""
        if self.met:
            return 0
        other = self.all_tiyn - self.priority_tiyn
        needed = -(-other * self.condition.percent // (100 - self.condition.percent))
        return needed - self.priority_tiyn

    @property
    def too_much_tiyn(self) -> int:
        """By how much the other income would have to be lower, the priority income staying as it is."""
        allowed = self.priority_tiyn * (100 - self.condition.percent) // self.condition.percent
        return max(self.all_tiyn - self.priority_tiyn - allowed, 0)


def _percent(part: int, whole: int) -> Decimal:
    return Decimal(part * 10_000 // whole) / 100 if whole else Decimal(0)


def share(lines: Iterable[Judged], year: int, member: Period | None = None) -> Share:
    """The share in a year; with `member` only income of the days in the hub counts.

    Raises Refused for a year in which the condition does not hold, and for lines that reach over the day on
    which the membership began or ended: they are never split by guess.
    """
    if date(year, 1, 1) not in CONDITION.in_force:
        raise Refused(
            f"The condition of {CONDITION.percent} % holds from {CONDITION.in_force.first} to "
            f"{CONDITION.in_force.last}; {year} is not judged."
        )
    mine = [each for each in lines if each.line.first.year == each.line.last.year == year]
    if member is not None:
        reaching = [
            str(each.line.row)
            for each in mine
            if (each.line.first in member) is not (each.line.last in member)
        ]
        if reaching:
            raise Refused(
                f"Rows {', '.join(reaching)} reach over the day on which the membership began or ended. "
                "Split them at that day."
            )
        mine = [each for each in mine if each.line.first in member]
    return Share(
        year,
        sum(each.line.tiyn for each in mine),
        sum(each.line.tiyn for each in mine if each.result == "MATCH"),
        sum(each.line.tiyn for each in mine if each.result in (None, "MANUAL_REVIEW")),
        CONDITION,
    )
