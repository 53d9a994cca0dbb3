"""The list as dated data: items with their parts, and which list a day is judged by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from qyzmet.acts.ict.clauses import ACT, IN_FORCE
from qyzmet.law.act import Clause, Period, carries_out
from qyzmet.runtime.errors import Refused, UnknownName

ITEMS_IN_LIST = 19
PARTS = ("objects", "inclusions", "exclusions")


@dataclass(frozen=True, slots=True)
class Activity:
    """One item of Annex 1: the actions and stages it names, what it excludes, what it presupposes.

    `stage_alone` says whether one individual stage is enough. `texts` are the item in the act's own Kazakh
    words and in our translations; `parts` its objects, inclusions and exclusions, each by language.
    """

    number: int
    names: Mapping[str, str] = field(compare=False)
    texts: Mapping[str, str] = field(compare=False)
    parts: Mapping[str, Mapping[str, tuple[str, ...]]] = field(compare=False)
    actions: tuple[str, ...]
    stages: tuple[str, ...] = ()
    stage_alone: bool = True
    excluded: str = ""
    conditions: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return f"ICT-{self.number:02}"

    @property
    def clause(self) -> Clause:
        return ACT[f"annex1.item{self.number}"]


@dataclass(frozen=True, slots=True)
class Repealed:
    """An order that lost force; its list is not in the act."""

    clause: Clause
    day: date
    number: str


REPEALED = (
    Repealed(ACT["annex3.item1"], date(2019, 4, 11), "No 37/НҚ"),
    Repealed(ACT["annex3.item2"], date(2022, 4, 19), "No 130/НҚ"),
    Repealed(ACT["annex3.item3"], date(2023, 9, 20), "No 413/НҚ"),
)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("list.toml").read_text("utf-8"))


@carries_out(ACT["order.1.1"], *(ACT[f"annex1.item{number}"] for number in range(1, ITEMS_IN_LIST + 1)))
@lru_cache(maxsize=1)
def activities() -> tuple[Activity, ...]:
    """All items, in their order."""
    found = []
    for number in range(1, ITEMS_IN_LIST + 1):
        row = _table()[f"item{number}"]
        names = {language: row[language] for language in ("kk", "ru", "en")}
        texts = {"kk": row["label"], "ru": row["text_ru"], "en": row["text_en"]}
        parts = {
            part: {language: tuple(some) for language, some in row.get(part, {}).items()} for part in PARTS
        }
        activity = Activity(
            number, names, texts, parts, tuple(row["actions"]), tuple(row.get("stages", ())),
            row.get("stage_alone", True), row.get("excluded", ""), tuple(row.get("conditions", ())),
        )  # fmt: skip
        found.append(activity)
    return tuple(found)


def activity(number: int) -> Activity:
    """Raises UnknownName."""
    if not 1 <= number <= ITEMS_IN_LIST:
        raise UnknownName("item", str(number), f"the list has items 1 to {ITEMS_IN_LIST}")
    return activities()[number - 1]


@carries_out(*(ACT[f"annex1.item17.{number}"] for number in range(1, 15)))
def directions() -> Mapping[str, Mapping[str, str]]:
    """The 14 directions of item 17 by their number (`17.1` …), with names by language."""
    found: Mapping[str, Mapping[str, str]] = _table()["directions"]
    return found


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A list that is loaded, with the days on which it is in force."""

    order: str
    in_force: Period


LISTS = (ListVersion("No 521/НҚ", Period(IN_FORCE)),)


@carries_out(ACT["order.5"], ACT["order.2"], *(each.clause for each in REPEALED))
def list_on(day: date, lists: Sequence[ListVersion] = LISTS) -> ListVersion:
    """The list in force on a day.

    Raises Refused for a day of an earlier list: those are not in the act and never guessed.
    """
    for version in lists:
        if day in version.in_force:
            return version
    begun = REPEALED[0].day <= day
    earlier = f"order {REPEALED[0].number} with its amendments" if begun else "no list known here"
    raise Refused(
        f"On {day} none of the loaded lists was in force (from {lists[0].in_force.first}: {lists[0].order}); "
        f"{earlier} applied, and that list is not loaded. The activity is not judged."
    )
