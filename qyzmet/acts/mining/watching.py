"""How far a check has come, written on a connection of its own, as the check's transaction is seen by nobody."""

from __future__ import annotations

from datetime import datetime

import psycopg
from psycopg.rows import TupleRow

from qyzmet.cases.rows import Connection

#: Rows between two marks.
_EVERY = 200_000


class Watched:
    """A context; `done` is told how many rows are checked. Without a second connection nothing is shown."""

    def __init__(self, connection: Connection, submission: int, now: datetime) -> None:
        self._connection, self._submission, self._now = connection, submission, now
        self._own: psycopg.Connection[TupleRow] | None = None
        self._told = 0

    def __enter__(self) -> Watched:
        return self

    def done(self, rows: int) -> None:
        if rows < self._told + _EVERY:
            return
        self._told = rows
        if self._own is None:
            info = self._connection.info
            self._own = psycopg.connect(info.dsn, password=info.password, autocommit=True)
        self._own.execute(
            """INSERT INTO mining_progress VALUES (%s, %s, %s)
               ON CONFLICT (submission) DO UPDATE SET done = excluded.done, at = excluded.at""",
            (self._submission, rows, self._now),
        )

    def __exit__(self, *_: object) -> None:
        if self._own is not None:
            self._own.execute("DELETE FROM mining_progress WHERE submission = %s", (self._submission,))
            self._own.close()
