"""One worker: engine, post office and sealer on connections of their own. Start as many as needed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from qyzmet.cases import chain, rows
from qyzmet.cases import failpoints as fail
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.duties import Duties
from qyzmet.cases.engine import Engine
from qyzmet.cases.package import ActPackage
from qyzmet.cases.post import Sender
from qyzmet.cases.receiving import Receiver
from qyzmet.cases.store import Store
from qyzmet.exchange.contract import Partners
from qyzmet.exchange.signing import Signer
from qyzmet.exchange.sms import SmsLink
from qyzmet.law.calendar import WorkingCalendar, working_calendar
from qyzmet.people.vault import Vault, VaultKeys
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database


@dataclass(frozen=True, slots=True)
class Manners:
    """How phones are treated: hours in which nothing is sent (Kazakhstan's), messages a day to one phone
    (0: as many as there are), and whether a message of unknown fate is sent again.
    """

    quiet: tuple[time, time] | None = None
    most_a_day: int = 0
    repeat_unknown: bool = False


class Worker:
    """Joins the parts. `turn` does each duty once; a lost database raises DatabaseAway from it."""

    def __init__(
        self,
        database: Database,
        keys: VaultKeys,
        clock: Clock,
        packages: Iterable[ActPackage],
        partners: Partners,
        link: SmsLink,
        signer: Signer,
        heads: chain.Heads,
        *,
        policies: Mapping[str, Mapping[str, Any]] | None = None,
        calendar: WorkingCalendar | None = None,
        name: str = "",
        batch: int = 2500,
        sms: Manners | None = None,
        failpoints: fail.Failpoints = fail.none,
    ) -> None:
        name = name or f"{socket.gethostname()}/{os.getpid()}"
        self._connections = [connect(database.engine_url, application=f"qyzmet {part}") for part in _PARTS]
        self._vaults = [connect(database.vault_url, application=f"qyzmet {part}") for part in _PARTS]
        engine, post, replies = self._connections
        for connection in (post, replies):  # the store sees to the engine's
            with connection.transaction(), connection.cursor() as cursor:
                rows.plan_for_batches(cursor)
        vaults = [Vault(connection, keys, clock) for connection in self._vaults]
        self.catalogue = Catalogue(engine, packages, calendar or working_calendar(), clock, policies)
        self.engine = Engine(
            Store(engine, vaults[0], name, failpoints),
            self.catalogue,
            partners,
            vaults[0],
            signer,
            clock,
            batch=batch,
            failpoints=failpoints,
        )
        self.sender = Sender(
            post, vaults[1], self.catalogue, link, clock, **asdict(sms or Manners()), failpoints=failpoints
        )
        self.duties = Duties(engine, self.catalogue, self.engine.desk, clock)
        prefixes = [each.prefix_of for each in self.catalogue.packages.values() if each.prefix_of]
        self.receiver = Receiver(replies, vaults[2], clock, failpoints, prefixes=prefixes)
        self._heads, self._clock, self._failpoints = heads, clock, failpoints
        self._sealed = False
        link.listen(self.receiver.receive, self.receiver.receipts)

    def turn(self) -> int:
        """Each duty once; returns how much was done, 0 where there was nothing."""
        done = self.engine.turn() + self.sender.turn() + self.duties.turn()
        if done or not self._sealed:  # an idle worker has nothing to seal, but may find what another left
            chain.seal(self._connections[0], self._heads, self._clock, self._failpoints)
            self._sealed = not done
        return done

    def close(self) -> None:
        for connection in (*self._connections, *self._vaults):
            connection.close()


_PARTS = ("engine", "post", "replies")
