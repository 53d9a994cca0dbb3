"""Writes runs of cases as one batch, so that a case that goes wrong never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import psycopg

from qyzmet.cases import runner
from qyzmet.cases.case import Law, Run
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.rows import Cursor
from qyzmet.cases.store import Store

#: What a case whose data cannot be written makes the writing of its batch fail with.
_UNWRITABLE = (psycopg.DataError, psycopg.IntegrityError, TypeError, ValueError)

_T = TypeVar("_T")


class Writing:
    """The store, with the procedures under which its cases are carried."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self.store, self.catalogue = store, catalogue
        self._whole = False

    def locking(self, turn: Callable[[Cursor], _T]) -> _T:
        """Carries out, in a transaction, a turn that locks cases and then writes them.

        It is tried without savepoints first. A row that is locked outside a savepoint and changed inside
        it belongs to two transactions for PostgreSQL, which then keeps its old index entries until the
        next vacuum: every batch would have to pass those of all batches before it. Where the database
        will not have a case, the turn is taken back and done again, with savepoints.
        """
        self._whole = True
        try:
            return self._in_transaction(turn)
        except _UNWRITABLE:
            self._whole = False
            return self._in_transaction(turn)
        finally:
            self._whole = False

    def _in_transaction(self, turn: Callable[[Cursor], _T]) -> _T:
        with self.store.connection.transaction(), self.store.connection.cursor(binary=True) as cursor:
            return turn(cursor)

    def write(
        self, cursor: Cursor, runs: Sequence[Run], now: datetime, keep: timedelta | None = None
    ) -> list[Run]:
        """Writes a batch. Where the database will not have it, halves find the case to blame.

        `keep` is as in `Store.write`: for so long cases to be done outside stay leased to this worker.
        """
        if self._whole:
            return self.store.write(cursor, runs, self.catalogue.by_number, now, keep)
        before = [(run.case.run, run.case.fence, run.case.held) for run in runs]
        try:
            with self.store.connection.transaction():
                return self.store.write(cursor, runs, self.catalogue.by_number, now, keep)
        except _UNWRITABLE as error:
            for run, (number, fence, held) in zip(runs, before, strict=True):
                run.case.run, run.case.fence, run.case.held = number, fence, held
            if len(runs) > 1:
                middle = len(runs) // 2
                return self.write(cursor, runs[:middle], now, keep) + self.write(
                    cursor, runs[middle:], now, keep
                )
            (run,) = runs
            if run.aside:
                raise
            self.store.take_back(cursor, run)
            runner.set_aside(run, error)
            return self.write(cursor, runs, now, keep)

    def guard(self, run: Run, carry: Callable[[Run, Procedure, Law], None], now: datetime) -> None:
        """Carries one case; one that makes its step fail is set aside, and the batch goes on."""
        number = run.case.procedure
        try:
            carry(run, self.catalogue.procedure(number), self.catalogue.law(number, now))
        except Exception as error:
            runner.set_aside(run, error)
