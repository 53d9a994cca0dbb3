"""Where periods are kept: events bound to one another by digests, copies by the hash of their content."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import LiteralString

import msgspec
import psycopg
from psycopg.rows import TupleRow

from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment.crawler import Copy
from qyzmet.acts.assessment.life import Life, folded
from qyzmet.acts.assessment.report import Report, documents_of
from qyzmet.cases.rows import Connection
from qyzmet.runtime.errors import BadValue, Refused

_EVENT = msgspec.json.Decoder(e.AnyEvent)
_TRIES = 5


class Store:
    """Works on a connection in no transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def periods(self) -> list[str]:
        """The codes of all periods, newest first."""
        rows = self._rows(
            "SELECT period FROM assessment_events WHERE number = 1 ORDER BY at DESC, period DESC"
        )
        return [str(code) for (code,) in rows]

    def period(self, code: str) -> Life:
        """Raises UnknownName."""
        return self._read(code)[0]

    def history(self, code: str) -> list[e.AnyEvent]:
        """Everything that happened in a period, in order."""
        rows = self._rows("SELECT content FROM assessment_events WHERE period = %s ORDER BY number", code)
        return [_EVENT.decode(content) for (content,) in rows]

    def open(self, code: str, event: e.Opened) -> Life:
        """Raises Refused where the period is there."""
        if not self._append(code, 1, b"", event):
            raise Refused(f"The period {code} was opened before. Choose another code.")
        return self.period(code)

    def do(self, code: str, command: Callable[[Life], e.AnyEvent]) -> Life:
        """Carries out a command on the period as it is; if something else happened meanwhile, again.

        Raises what the command raises, UnknownName, or Refused after several tries.
        """
        for _ in range(_TRIES):
            life, number, digest = self._read(code)
            event = command(life)
            if self._append(code, number + 1, digest, event):
                life.after(event)
                return life
        raise Refused("Too much happens in this period at the moment. Try again.")

    def verify(self, code: str) -> list[int]:
        """Numbers of events that were changed, swapped or follow on one that is gone."""
        rows = self._rows(
            "SELECT number, content, digest FROM assessment_events WHERE period = %s ORDER BY number", code
        )
        before, faulty = b"", []
        for place, (number, content, digest) in enumerate(rows, 1):
            if number != place or digest != _bound(before, content):
                faulty.append(int(number))
            before = digest
        return faulty

    def keep(self, copies: Iterable[Copy]) -> int:
        """Keeps what links served; returns how many contents are new."""
        kept = 0
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for copy in copies:
                if copy.good:
                    cursor.execute(
                        "INSERT INTO assessment_copies VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                        (copy.digest, copy.media_type, copy.size, copy.at, copy.content),
                    )
                    kept += cursor.rowcount
        return kept

    def keep_document(self, content: bytes, media_type: str, at: datetime) -> str:
        """Keeps a document that a body sends in as evidence; returns the SHA-256 by which reports name it."""
        digest = sha256(content).hexdigest()
        with self._connection.transaction():
            self._connection.execute(
                "INSERT INTO assessment_copies VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (digest, media_type, len(content), at, content),
            )
        return digest

    def missing(self, digests: Iterable[str]) -> list[str]:
        """Those of the contents that are not kept here."""
        wanted = list(digests)
        with self._connection.transaction():
            rows = self._connection.execute(
                "SELECT digest FROM assessment_copies WHERE digest = ANY(%s)", (wanted,)
            ).fetchall()
        kept = {str(digest) for (digest,) in rows}
        return [digest for digest in wanted if digest not in kept]

    def must_have_documents(self, report: Report) -> None:
        """Raises BadValue where a report names a document that was never sent in."""
        if gone := self.missing(documents_of(report)):
            raise BadValue(
                "document", f"{gone[0][:12]}… was not sent in", "Send the document, then the report."
            )

    def copy(self, digest: str) -> tuple[str, bytes] | None:
        """The media type and the kept beginning of a content."""
        rows = self._rows("SELECT media_type, content FROM assessment_copies WHERE digest = %s", digest)
        return (str(rows[0][0]), bytes(rows[0][1])) if rows else None

    def _read(self, code: str) -> tuple[Life, int, bytes]:
        rows = self._rows(
            "SELECT content, digest FROM assessment_events WHERE period = %s ORDER BY number", code
        )
        life = folded(code, (_EVENT.decode(content) for content, _ in rows))
        return life, len(rows), bytes(rows[-1][1])

    def _rows(self, query: LiteralString, *values: str) -> list[TupleRow]:
        with self._connection.transaction():
            return self._connection.execute(query, values).fetchall()

    def _append(self, code: str, number: int, before: bytes, event: e.AnyEvent) -> bool:
        content = msgspec.json.encode(event)
        body = getattr(event, "body", None) or getattr(getattr(event, "report", None), "body", None)
        try:
            with self._connection.transaction():
                self._connection.execute(
                    "INSERT INTO assessment_events VALUES (%s, %s, %s, %s, %s, %s, %s)",
                    (code, number, event.at, event.by, body, content, _bound(before, content)),
                )
        except psycopg.errors.UniqueViolation:
            return False
        return True


def _bound(before: bytes, content: bytes) -> bytes:
    """The digest of an event together with that of the one before it."""
    return sha256(before + sha256(content).digest()).digest()
