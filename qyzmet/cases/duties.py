"""What acts do by themselves from time to time, apart from any case."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from qyzmet.cases.case import Law
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.package import Desk, Duty
from qyzmet.cases.rows import Connection
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import PartnerAway, PartnerNonsense

log = logging.getLogger(__name__)


class Duties:
    """The duties of all acts on one connection. A partner that is away only puts off that duty."""

    def __init__(
        self, connection: Connection, catalogue: Catalogue, desk: Callable[[Law], Desk], clock: Clock
    ) -> None:
        self._connection, self._catalogue, self._desk, self._clock = connection, catalogue, desk, clock
        self._done: dict[str, datetime] = {}

    def turn(self) -> int:
        """Does what is due; returns how much was done."""
        done = 0
        for code, package in self._catalogue.packages.items():
            for duty in package.duties:
                done += self._turn(code, duty)
        return done

    def _turn(self, act: str, duty: Duty) -> int:
        now, name = self._clock.now(), f"{act}.{duty.name}"
        if name in self._done and now < self._done[name] + duty.every:
            return 0
        if not self._alone("pg_try_advisory_lock", name):
            return 0  # another worker does it at this moment
        try:
            done = duty.act(self._desk(self._catalogue.law_of_act(act, now)), self._connection)
        except (PartnerAway, PartnerNonsense) as error:
            log.warning("the duty %s is put off: %s", name, type(error).__name__)
            done = 0
        finally:
            if not self._connection.broken:
                self._alone("pg_advisory_unlock", name)
        self._done[name] = now
        return done

    def _alone(self, function: str, name: str) -> bool:
        key = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
        with self._connection.transaction():  # or all that follows would be one open transaction
            row = self._connection.execute(f"SELECT {function}(%s)", (key,)).fetchone()
        return bool(row and row[0])
