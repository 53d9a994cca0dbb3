"""Faults on request: for a share of the questions a system fails in one of five ways.

error      it answers with a fault and has done nothing
silence    it has done what was asked, but no answer comes
nonsense   it answers something its contract does not allow
duplicate  it answers every item twice
slow       it answers late
"""

from __future__ import annotations

from datetime import datetime
from threading import Lock
from typing import Annotated, Literal

import msgspec

from qyzmet.runtime.clock import Clock
from qyzmet_twins.seeded import chance

FaultKind = Literal["error", "silence", "nonsense", "duplicate", "slow"]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`system` is one of the contract's, or `smsc`; without `until` it lasts until it is cleared."""

    system: str
    kind: FaultKind
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    until: datetime | None = None


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
        """Those in force now."""
        now = self._clock.now()
        with self._lock:
            self._faults = [fault for fault in self._faults if fault.until is None or fault.until > now]
            return list(self._faults)

    def strike(self, system: str) -> FaultKind | None:
        """The fault that this question of the system meets, if any."""
        if not self._faults:
            return None
        in_force = [fault for fault in self.all() if fault.system == system]
        with self._lock:
            number = self._asked[system] = self._asked.get(system, 0) + 1
        for fault in in_force:
            if chance(self._seed, "fault", system, fault.kind, str(number)) < fault.share:
                return fault.kind
        return None
