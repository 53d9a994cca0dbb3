"""A legal act and its clauses as values that stand beside the code.

Every paragraph of an act is listed, also one that has no code: such a clause says why
(`no_code_because`), so that a forgotten paragraph shows as a gap in `qyzmet trace`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import entry_points
from typing import TypeVar

from qyzmet.runtime.errors import UnknownName

LANGUAGES = ("kk", "ru", "en")

_PLACE = re.compile(r"[^\s:]+\Z")
_F = TypeVar("_F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which something is in force, both ends included; an open end is None."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"a period ends ({self.last}) before it begins ({self.first})")

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Clause:
    """One place in an act, for example `proactive:§26.part2`; compares by its id."""

    id: str
    title: str = field(compare=False)
    no_code_because: str | None = field(default=None, compare=False)
    in_force: Period | None = field(default=None, compare=False)

    @property
    def act(self) -> str:
        return self.id.partition(":")[0]

    @property
    def place(self) -> str:
        """The clause without its act: `§26.part2`, `order.6`, `annex3`."""
        return self.id.partition(":")[2]

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True)
class LegalAct:
    """An act with its clauses in the order of its text.

    `titles`, `source` and `about` (a few words for lists) are for people; `in_force` decides which cases
    the act may start.
    """

    code: str
    titles: Mapping[str, str]
    source: str
    in_force: Period
    clauses: dict[str, Clause] = field(default_factory=dict)
    about: str = ""

    def clause(self, place: str, title: str, *, no_code_because: str | None = None) -> Clause:
        """Enters a clause. Raises ValueError where the place is malformed or entered already."""
        if not _PLACE.match(place):
            raise ValueError(f"a place in an act has no spaces or colons: {place!r}")
        if place in self.clauses:
            raise ValueError(f"{self.code}:{place} is entered twice")
        clause = Clause(f"{self.code}:{place}", title, no_code_because, self.in_force)
        self.clauses[place] = clause
        return clause

    def __getitem__(self, place: str) -> Clause:
        try:
            return self.clauses[place]
        except KeyError:
            raise UnknownName("clause", f"{self.code}:{place}", f"see `qyzmet acts {self.code}`") from None


#: Clause id to the names of the functions that carry it out, as `module:function`.
CARRIED_OUT: dict[str, list[str]] = {}


def carries_out(*clauses: Clause) -> Callable[[_F], _F]:
    """Marks a function as the code of these clauses; the mark changes nothing else."""

    def mark(function: _F) -> _F:
        name = f"{function.__module__}:{function.__qualname__}"
        for clause in clauses:
            CARRIED_OUT.setdefault(clause.id, []).append(name)
        return function

    return mark


def known_acts() -> dict[str, LegalAct]:
    """The installed acts by code, found by the entry point group `qyzmet.acts`."""
    found: Iterable[LegalAct] = (point.load() for point in entry_points(group="qyzmet.acts"))
    return {act.code: act for act in sorted(found, key=lambda act: act.code)}
