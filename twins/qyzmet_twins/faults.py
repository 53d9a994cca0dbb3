"""Faults on request: for a share of the questions a system fails in one of these ways, by a schedule.

error      it answers with a fault and has done nothing; with a schedule, an outage
silence    it has done what was asked, but no answer comes
nonsense   it answers something its contract does not allow
duplicate  it answers every item twice
slow       it answers late
reorder    it answers in another order than it was asked
stranger   it answers about somebody else: one answer bears a reference that was not asked
more       it answers more than was asked: fields that the contract does not have
large      it answers ten megabytes
encoding   it answers in another encoding than UTF-8
future     it answers with a day that has not come yet

A fault is in force from `since` until `until`; with `every` it comes back after so many seconds and lasts
`lasting` of them each time: `every` 86400 and `lasting` 3600 is an hour's outage a day.
"""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import Annotated, Literal

import msgspec

from qyzmet.runtime.clock import Clock
from qyzmet_twins.seeded import chance

FaultKind = Literal[
    "error",
    "silence",
    "nonsense",
    "duplicate",
    "slow",
    "reorder",
    "stranger",
    "more",
    "large",
    "encoding",
    "future",
]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`system` is one of the contract's, or `smsc`; without `until` it lasts until it is cleared."""

    system: str
    kind: FaultKind
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    since: datetime | None = None
    until: datetime | None = None
    every: Annotated[float, msgspec.Meta(gt=0)] | None = None
    lasting: Annotated[float, msgspec.Meta(gt=0)] | None = None

    def strikes(self, now: datetime) -> bool:
        """Whether its schedule has it in force at this moment."""
        if (self.since is not None and now < self.since) or (self.until is not None and now >= self.until):
            return False
        if self.every is None or self.lasting is None:
            return True
        began = self.since or _EPOCH
        return (now - began).total_seconds() % self.every < self.lasting

    def over(self, now: datetime) -> bool:
        return self.until is not None and self.until <= now


_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class Faults:
    """The faults in force. The n-th question of a system meets the same fate in every run."""

    def __init__(self, clock: Clock, *, seed: int = 0) -> None:
        self._clock, self._seed = clock, seed
        self._faults: list[Fault] = []
        self._asked: dict[str, int] = {}
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def all(self) -> list[Fault]:
        """Those in force now or later."""
        now = self._clock.now()
        with self._lock:
            self._faults = [fault for fault in self._faults if not fault.over(now)]
            return list(self._faults)

    def strike(self, system: str) -> FaultKind | None:
        """The fault that this question of the system meets, if any."""
        if not self._faults:
            return None
        now = self._clock.now()
        in_force = [fault for fault in self.all() if fault.system == system and fault.strikes(now)]
        with self._lock:
            number = self._asked[system] = self._asked.get(system, 0) + 1
        for fault in in_force:
            if chance(self._seed, "fault", system, fault.kind, str(number)) < fault.share:
                return fault.kind
        return None
