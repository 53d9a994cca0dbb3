"""Where requests do their work: a few connections to both databases, each for one request at a time."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from qyzmet.cases import failpoints
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.intake import Intake
from qyzmet.cases.package import ActPackage
from qyzmet.cases.rows import Connection
from qyzmet.cases.store import Store
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.people.vault import Vault, VaultKeys
from qyzmet.runtime.addresses import Database
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.connection import connect, database_errors
from qyzmet.runtime.errors import DatabaseAway
from qyzmet.web import idempotency

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Desk:
    """`connection` leads to the store of cases, in no transaction."""

    connection: Connection
    vault_connection: Connection
    vault: Vault
    catalogue: Catalogue
    intake: Intake
    store: Store

    def usable(self) -> bool:
        return not (self.connection.closed or self.vault_connection.closed)

    def close(self) -> None:
        self.connection.close()
        self.vault_connection.close()


class Desks:
    """Opens desks as they are needed, `most` at once; one whose database went away is not used again."""

    def __init__(
        self,
        database: Database,
        keys: VaultKeys,
        clock: Clock,
        packages: Iterable[ActPackage],
        calendar: WorkingCalendar,
        policies: Mapping[str, Mapping[str, Any]],
        *,
        most: int = 4,
    ) -> None:
        self._open: Callable[[], Desk] = lambda: _desk(database, keys, clock, packages, calendar, policies)
        self._clock = clock
        self._free: queue.LifoQueue[Desk | None] = queue.LifoQueue()
        for _ in range(most):
            self._free.put(None)
        self._tidied: datetime | None = None

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Raises DatabaseAway where a database does not answer or all desks stay in use."""
        try:
            desk = self._free.get(timeout=_PATIENCE_SECONDS)
        except queue.Empty:
            raise DatabaseAway("Too many requests at the same time. Send it again later.") from None
        try:
            with database_errors():
                if desk is None or not desk.usable():
                    desk = self._open()
                self._tidy(desk)
                yield desk
        except (DatabaseAway, psycopg.InterfaceError) as error:
            if desk is not None:
                with suppress(psycopg.Error):
                    desk.close()
            desk = None
            if isinstance(error, DatabaseAway):
                raise
            raise DatabaseAway("The connection to the database broke.") from error
        finally:
            self._free.put(desk)

    def _tidy(self, desk: Desk) -> None:
        """Once a day old answers are taken away."""
        now = self._clock.now()
        if self._tidied is None or now.date() > self._tidied.date():
            self._tidied = now
            idempotency.forget(desk.connection, now)

    def close(self) -> None:
        with suppress(queue.Empty):
            while True:
                desk = self._free.get_nowait()
                if desk is not None:
                    desk.close()


def _desk(
    database: Database,
    keys: VaultKeys,
    clock: Clock,
    packages: Iterable[ActPackage],
    calendar: WorkingCalendar,
    policies: Mapping[str, Mapping[str, Any]],
) -> Desk:
    connection = connect(database.engine_url, application="qyzmet web")
    try:
        vault_connection = connect(database.vault_url, application="qyzmet web")
    except DatabaseAway:
        connection.close()
        raise
    vault = Vault(vault_connection, keys, clock)
    catalogue = Catalogue(connection, packages, calendar, clock, policies)
    store = Store(connection, vault, "web", failpoints.none)
    with connection.transaction():
        # The store keeps its session from sorting, for batches; a page sorts the few rows of one case, where
        # reading a whole table in order to save that would take a second.
        connection.execute("SET enable_sort = on")
    intake = Intake(store, catalogue, vault, clock)
    return Desk(connection, vault_connection, vault, catalogue, intake, store)
