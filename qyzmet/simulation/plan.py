"""What one run will go through, drawn from its seed before it begins: days, faults, crashes, outages."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from qyzmet.cases import failpoints
from qyzmet.exchange.social import ALL_OPERATIONS
from qyzmet.exchange.systems import BANKS
from qyzmet.runtime.clock import KZ
from qyzmet.simulation.chances import dice

Level = Literal["none", "some", "many"]
Plant = Literal["double-send", "lost-update", "skipped-deadline"]
LEVELS: tuple[Level, ...] = ("none", "some", "many")
PLANTS: tuple[Plant, ...] = ("double-send", "lost-update", "skipped-deadline")

#: Weeks in which something is special about the days; the last lies across the end of the act's term.
FIRST_DAYS = (
    date(2023, 10, 9), date(2023, 12, 11), date(2023, 12, 22), date(2024, 2, 12), date(2024, 2, 26),
    date(2024, 3, 15), date(2024, 4, 26), date(2024, 6, 10), date(2024, 7, 1), date(2024, 8, 26),
    date(2024, 9, 26),
)  # fmt: skip
#: How long registry events come, how long things go wrong, and when the run ends at the latest.
EVENTS_FOR, FAULTS_FOR, ENDS_AFTER = timedelta(days=6), timedelta(days=40), timedelta(days=150)

#: Failpoints outside any transaction: there another worker may work in between.
BETWEEN = (
    "intake.before", "claim.outside", "outside.answered", "outside.written",
    "post.claimed", "post.sent", "post.recorded", "ledger.sealed",
)  # fmt: skip
PARTNER = "partner"  #: the place of a pause within a question to another system

_CRASHES = {"none": (0, 0), "some": (2, 5), "many": (6, 12)}
_PAUSES = {"none": (0, 0), "some": (2, 5), "many": (5, 12)}
_OUTAGES = {"none": (0, 0), "some": (1, 3), "many": (3, 7)}
_SHARE = {"none": 0.0, "some": 0.06, "many": 0.2}


@dataclass(frozen=True, slots=True)
class Crash:
    """A worker dies at the n-th passing of a failpoint after `at`; `cut`: it loses its database."""

    at: datetime
    point: str
    passing: int
    cut: bool
    down: timedelta


@dataclass(frozen=True, slots=True)
class Pause:
    """A worker stands still at the n-th passing after `at`, longer than its lease; others go on."""

    at: datetime
    point: str
    passing: int
    span: timedelta


@dataclass(frozen=True, slots=True)
class Outage:
    """A system is away, or (`blind`) leaves out some items of its answers."""

    system: str
    first: datetime
    until: datetime
    blind: bool


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before the run; `share` of questions and messages meet a fault."""

    seed: int
    level: Level
    start: datetime
    workers: int
    batch: int
    families: int
    policies: Mapping[str, Any]
    share: float
    crashes: tuple[Crash, ...]
    pauses: tuple[Pause, ...]
    outages: tuple[Outage, ...]

    @property
    def calm(self) -> datetime:
        """From here on nothing goes wrong any more."""
        return self.start + FAULTS_FOR

    @property
    def end(self) -> datetime:
        return self.start + ENDS_AFTER


def draw_plan(seed: int, level: Level) -> Plan:
    """The plan of a seed."""
    die = dice(seed, "plan")
    day = die.choice(FIRST_DAYS) + timedelta(days=die.randrange(4))
    start = datetime.combine(day, time(die.randrange(24)), KZ).astimezone(UTC)
    return Plan(
        seed=seed,
        level=level,
        start=start,
        workers=die.choice((1, 2, 2)),
        batch=die.choice((2, 5, 1000, 1000)),
        families=die.randint(13, 24),
        policies=_policies(die),
        share=_SHARE[level],
        crashes=_crashes(die, level, start),
        pauses=_pauses(die, level, start),
        outages=_outages(die, level, start),
    )


def _policies(die: random.Random) -> dict[str, Any]:
    return {
        "G-08": die.choice(("end", "end_with_annex5")),
        "G-13": die.choice(("first", "last")),
        "G-14": die.choice((0, 1, 2)),
        "G-16": die.choice(("annex5", "end")),
        "G-17": die.choice(("annex5", "end")),
        "G-26": die.random() < 0.8,
    }


def _crashes(die: random.Random, level: Level, start: datetime) -> tuple[Crash, ...]:
    downs = (timedelta(), timedelta(seconds=20), timedelta(minutes=5), timedelta(hours=9))
    return tuple(
        Crash(
            _moment(die, start),
            die.choice(failpoints.NAMES),
            die.randint(1, 4),
            die.random() < 0.25,
            die.choice(downs),
        )
        for _ in range(die.randint(*_CRASHES[level]))
    )


def _pauses(die: random.Random, level: Level, start: datetime) -> tuple[Pause, ...]:
    return tuple(
        Pause(
            _moment(die, start),
            die.choice((PARTNER, PARTNER, *BETWEEN)),
            die.randint(1, 6),
            timedelta(seconds=die.randint(61, 200)),
        )
        for _ in range(die.randint(*_PAUSES[level]))
    )


def _outages(die: random.Random, level: Level, start: datetime) -> tuple[Outage, ...]:
    outside = {operation.system for operation in ALL_OPERATIONS} - set(BANKS[1:])
    systems = [*sorted(outside), "gateway", "gateway"]
    found = []
    for _ in range(die.randint(*_OUTAGES[level])):
        first = _moment(die, start)
        until = first + timedelta(minutes=die.choice((10, 60, 300, 900)))
        found.append(Outage(die.choice(systems), first, until, die.random() < 0.4))
    return tuple(found)


def _moment(die: random.Random, start: datetime) -> datetime:
    """While most happens: in the first ten days, seldom later."""
    days = die.uniform(0, 10) if die.random() < 0.8 else die.uniform(10, 38)
    return start + timedelta(days=days)
