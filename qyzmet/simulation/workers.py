"""The real workers of Qyzmet, each on connections of its own: they live, die and come back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from qyzmet.cases import chain
from qyzmet.cases.package import packages
from qyzmet.exchange.client import HttpPartners
from qyzmet.exchange.cms import LocalSigner
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import DatabaseAway
from qyzmet.simulation.crashes import Died, Fates, failpoint
from qyzmet.simulation.gateway import Gateway, Link
from qyzmet.simulation.plan import Pause, Plan, Plant
from qyzmet.simulation.planted import plant
from qyzmet.simulation.stage import Stage
from qyzmet.worker import Worker

ACT = "proactive"
_COMES_BACK_AFTER_CUT = timedelta(seconds=1)


@dataclass
class Place:
    """A place at which a worker works; None while it is dead, and when the next one starts."""

    name: str
    worker: Worker | None = None
    link: Link | None = None
    back: datetime | None = None
    lives: int = 0


class Workers:
    """`crashes` tells in order where workers died."""

    def __init__(
        self,
        plan: Plan,
        stage: Stage,
        database: Database,
        clock: Clock,
        partners: HttpPartners,
        gateway: Gateway,
        fates: Fates,
        *,
        heads: Path,
        bug: Plant | None,
        stand_still: Callable[[Pause], None],
    ) -> None:
        self._plan, self._stage, self._database, self._clock = plan, stage, database, clock
        self._partners, self._gateway, self._fates, self._bug = partners, gateway, fates, bug
        self._stand_still = stand_still
        self._packages = [package for code, package in packages().items() if code == ACT]
        self._admin = connect(stage.server.url("postgres"), autocommit=True)
        self.heads = chain.Heads.open(heads)
        self.places = [Place(f"worker {number + 1}") for number in range(plan.workers)]
        self.crashes: list[str] = []
        # Shared by all lives, for reading a key takes longer than a worker does for a case.
        self._signer = LocalSigner(stage.signing, clock)

    # --- living and dying -------------------------------------------------------------------------

    def start_due(self) -> int:
        """Starts the workers whose time to come back has come; returns how many."""
        now, started = self._clock.now(), 0
        for place in self.places:
            if place.worker is None and (place.back is None or place.back <= now):
                self._start(place)
                started += 1
        return started

    def next_start(self) -> datetime | None:
        return min((p.back for p in self.places if p.worker is None and p.back is not None), default=None)

    def alive(self) -> list[Place]:
        return [place for place in self.places if place.worker is not None]

    def _start(self, place: Place) -> None:
        place.lives += 1
        place.link = Link(self._gateway)
        place.worker = Worker(
            self._database,
            self._stage.keys,
            self._clock,
            self._packages,
            self._partners,
            place.link,
            self._signer,
            self.heads,
            policies={ACT: self._plan.policies},
            name=f"{place.name}, life {place.lives}",
            batch=self._plan.batch,
            failpoints=failpoint(self._fates, pause=self._stand_still, cut=lambda: self._cut(place)),
        )
        plant(self._bug, place.worker)

    def do(self, place: Place, work: Callable[[Worker], int]) -> int | None:
        """Lets the worker of this place do something; None where it died of it."""
        assert place.worker is not None
        try:
            return work(place.worker)
        except Died as died:
            self._bury(place, died.crash.point, died.crash.down)
        except (DatabaseAway, psycopg.OperationalError, psycopg.InterfaceError):
            self._bury(place, "connection cut", _COMES_BACK_AFTER_CUT)
        return None

    def _bury(self, place: Place, how: str, down: timedelta) -> None:
        assert place.worker is not None
        open_now = (*place.worker._connections, *place.worker._vaults)
        pids = [connection.info.backend_pid for connection in open_now if not connection.closed]
        place.worker.close()
        self._wait_until_gone(pids)
        place.worker = place.link = None
        place.back = self._clock.now() + down
        self.crashes.append(how)

    def _cut(self, place: Place) -> None:
        """The engine's connections break under the worker's hands; what was open is rolled back."""
        assert place.worker is not None
        connections = place.worker._connections
        pids = [connection.info.backend_pid for connection in connections]
        for connection in connections:
            connection.pgconn.finish()
        self._wait_until_gone(pids)

    def _wait_until_gone(self, pids: list[int]) -> None:
        """Until the server has noticed: only then are locks free, in every run at the same point."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            row = self._admin.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s) AND datname IS NOT NULL", (pids,)
            ).fetchone()
            if row == (0,):
                return
            time.sleep(0.0005)
        raise DatabaseAway("the server still keeps connections that were closed ten seconds ago")

    def close(self) -> None:
        for place in self.alive():
            assert place.worker is not None
            place.worker.close()
        self._admin.close()
