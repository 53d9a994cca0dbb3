"""Where determinations, participants, extracts and income files are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg.rows import TupleRow

from qyzmet.acts.ict.determination import Extract
from qyzmet.acts.ict.determined import AnyEvent, Determination, Determined, folded
from qyzmet.acts.ict.income import Line
from qyzmet.cases.rows import Connection
from qyzmet.law.act import Period
from qyzmet.runtime.errors import Refused, UnknownName

_EVENT: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_LINES = msgspec.json.Decoder(list[Line])
MOST_FILE = 10 * 2**20


@dataclass(frozen=True, slots=True)
class Participant:
    """A company as the register of Astana Hub's participants had it; `member` None: it never was one."""

    bin: str
    name: str
    oked: str
    activity: str
    member: Period | None
    asked_at: datetime


class Register:
    """Works on a connection in no transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- determinations -------------------------------------------------------------------------------------

    def add(self, bin: str, event: Determined) -> Determination:
        """A new determination with the next number."""
        with self._connection.transaction():
            row = self._connection.execute("SELECT nextval('ict_numbers')").fetchone()
            number = int(row[0]) if row else 0
            self._append(number, 1, bin, b"", event)
        return folded(number, bin, [event])

    def one(self, number: int, bin: str | None = None) -> Determination:
        """Of any company, or of one. Raises UnknownName."""
        return self._read(number, bin)[0]

    def of(self, bin: str | None = None) -> list[Determination]:
        """All of a company, or of all companies, newest first."""
        rows = self._rows(
            "SELECT determination, bin, content FROM ict_events WHERE %s::text IS NULL OR bin = %s "
            "ORDER BY determination, number",
            bin, bin,
        )  # fmt: skip
        found: dict[int, Determination] = {}
        for number, whose, content in rows:
            found.setdefault(number, Determination(number, whose)).events.append(_EVENT.decode(content))
        return [found[number] for number in sorted(found, reverse=True)]

    def do(
        self, number: int, command: Callable[[Determination], AnyEvent], bin: str | None = None
    ) -> Determination:
        """Carries out a command. Raises what it raises, UnknownName, Refused where another was faster."""
        found, digest = self._read(number, bin)
        event = command(found)
        try:
            with self._connection.transaction():
                self._append(number, len(found.events) + 1, found.bin, digest, event)
        except psycopg.errors.UniqueViolation:
            raise Refused("Somebody else has just acted on this determination. Look at it again.") from None
        found.events.append(event)
        return found

    def verify(self) -> list[int]:
        """Numbers of determinations whose events were changed, swapped or are gone."""
        before: dict[int, tuple[int, bytes]] = {}
        faulty = set()
        for number, place, content, digest in self._rows(
            "SELECT determination, number, content, digest FROM ict_events ORDER BY determination, number"
        ):
            count, last = before.get(number, (0, b""))
            if place != count + 1 or digest != _bound(last, content):
                faulty.add(int(number))
            before[number] = place, digest
        return sorted(faulty)

    def papers_to_make(self, most: int) -> list[int]:
        """Determinations that something happened to since they were put on paper."""
        rows = self._rows(
            "SELECT determination FROM ict_events e GROUP BY determination HAVING max(number) > COALESCE("
            "(SELECT max(p.events) FROM ict_papers p WHERE p.determination = e.determination), 0) "
            "ORDER BY determination LIMIT %s",
            most,
        )
        return [int(number) for (number,) in rows]

    def put_paper(
        self, number: int, events: int, language: str, content: bytes, signer: str, at: datetime
    ) -> None:
        with self._connection.transaction():
            self._connection.execute(
                "INSERT INTO ict_papers VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (number, events, language, at, signer, content),
            )

    def paper(self, number: int, language: str) -> bytes | None:
        """The signed paper of what stands now; None while it has not been signed yet."""
        rows = self._rows(
            "SELECT content FROM ict_papers WHERE determination = %s AND language = %s AND events = "
            "(SELECT max(number) FROM ict_events WHERE determination = %s)",
            number, language, number,
        )  # fmt: skip
        return bytes(rows[0][0]) if rows else None

    # --- companies ------------------------------------------------------------------------------------------

    def put(self, participant: Participant) -> None:
        first, last = (
            (participant.member.first, participant.member.last) if participant.member else (None, None)
        )
        with self._connection.transaction():
            self._connection.execute(
                "INSERT INTO ict_participants VALUES (%s, %s, %s, %s, %s, %s, %s) "
                "ON CONFLICT (bin) DO UPDATE SET name = excluded.name, oked = excluded.oked, "
                "activity = excluded.activity, "
                "member_from = excluded.member_from, member_to = excluded.member_to, "
                "asked_at = excluded.asked_at",
                (participant.bin, participant.name, participant.oked, participant.activity, first, last,
                 participant.asked_at),
            )  # fmt: skip

    def participant(self, bin: str) -> Participant | None:
        rows = self._rows(_PARTICIPANTS + " WHERE bin = %s", bin)
        return _participant(rows[0]) if rows else None

    def participants(self) -> list[Participant]:
        """By name."""
        return [_participant(row) for row in self._rows(_PARTICIPANTS + " ORDER BY name, bin")]

    def put_extract(self, bin: str, extract: Extract, file: bytes, by: str, at: datetime) -> None:
        """The same extract again changes nothing.

        Raises Refused where an extract of this number has another day or file.
        """
        with self._connection.transaction():
            kept = self._connection.execute(
                "INSERT INTO ict_extracts (bin, number, day, file, digest, entered_at, by_whom) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (bin, number) "
                "DO UPDATE SET number = excluded.number "
                "WHERE ict_extracts.digest = excluded.digest AND ict_extracts.day = excluded.day RETURNING 1",
                (bin, extract.number, extract.day, file, extract.file_digest, at, by),
            ).fetchone()
        if kept is None:
            raise Refused(
                f"The extract {extract.number} was entered with another day or file. Look at that one first."
            )

    def bins(self) -> list[str]:
        """All companies that entered anything, by BIN."""
        rows = self._rows(
            "SELECT bin FROM ict_events WHERE number = 1 UNION SELECT bin FROM ict_extracts "
            "UNION SELECT bin FROM ict_incomes ORDER BY 1"
        )
        return [str(bin) for (bin,) in rows]

    def companies_to_ask(self, before: datetime, most: int) -> list[str]:
        """Companies in the register that were never asked for, or before that moment."""
        rows = self._rows(
            "SELECT bin FROM (SELECT bin FROM ict_events WHERE number = 1 UNION SELECT bin FROM ict_extracts "
            "UNION SELECT bin FROM ict_incomes) c LEFT JOIN ict_participants p USING (bin) "
            "WHERE p.asked_at IS NULL OR p.asked_at <= %s ORDER BY bin LIMIT %s",
            before, most,
        )  # fmt: skip
        return [str(bin) for (bin,) in rows]

    def extracts_to_ask(self, before: datetime, most: int) -> list[tuple[str, str, date]]:
        """Extracts that the register has not confirmed and was not asked about since."""
        rows = self._rows(
            "SELECT bin, number, day FROM ict_extracts WHERE confirmed IS NOT TRUE "
            "AND (asked_at IS NULL OR asked_at <= %s) ORDER BY entered_at LIMIT %s",
            before, most,
        )  # fmt: skip
        return [(bin, number, day) for bin, number, day in rows]

    def confirm_extract(self, bin: str, number: str, confirmed: bool, at: datetime) -> None:
        with self._connection.transaction():
            self._connection.execute(
                "UPDATE ict_extracts SET confirmed = %s, asked_at = %s WHERE bin = %s AND number = %s",
                (confirmed, at, bin, number),
            )

    def extracts(self, bin: str) -> list[tuple[Extract, bool | None]]:
        """Newest first, each with whether the register confirms it; None where it was not asked."""
        rows = self._rows(
            "SELECT number, day, digest, confirmed FROM ict_extracts WHERE bin = %s "
            "ORDER BY day DESC, number",
            bin,
        )
        return [(Extract(number, day, digest), confirmed) for number, day, digest, confirmed in rows]

    def extract_file(self, bin: str, number: str) -> bytes:
        """Raises UnknownName."""
        rows = self._rows("SELECT file FROM ict_extracts WHERE bin = %s AND number = %s", bin, number)
        if not rows:
            raise UnknownName("extract", number, "see the company's page")
        return bytes(rows[0][0])

    def put_income(
        self, bin: str, year: int, name: str, file: bytes, lines: list[Line], by: str, at: datetime
    ) -> int:
        """A new version of the year; the same file again is the same version. Returns the version."""
        with self._connection.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", (bin, year))
            row = self._connection.execute(
                "SELECT version, file FROM ict_incomes WHERE bin = %s AND year = %s "
                "ORDER BY version DESC LIMIT 1",
                (bin, year),
            ).fetchone()
            if row and bytes(row[1]) == file:
                return int(row[0])
            version = int(row[0]) + 1 if row else 1
            self._connection.execute(
                "INSERT INTO ict_incomes VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (bin, year, version, at, by, name[:200], file, msgspec.json.encode(lines)),
            )
        return version

    def income(self, bin: str) -> Mapping[int, tuple[int, list[Line]]]:
        """The last version of each year with its lines."""
        rows = self._rows(
            "SELECT DISTINCT ON (year) year, version, lines FROM ict_incomes WHERE bin = %s "
            "ORDER BY year DESC, version DESC",
            bin,
        )
        return {int(year): (int(version), _LINES.decode(lines)) for year, version, lines in rows}

    # --- rows -----------------------------------------------------------------------------------------------

    def _read(self, number: int, bin: str | None) -> tuple[Determination, bytes]:
        rows = self._rows(
            "SELECT bin, content, digest FROM ict_events WHERE determination = %s ORDER BY number", number
        )
        if not rows or (bin is not None and rows[0][0] != bin):
            raise UnknownName("determination", str(number), "see the register")
        return folded(number, rows[0][0], (_EVENT.decode(row[1]) for row in rows)), bytes(rows[-1][2])

    def _append(self, number: int, place: int, bin: str, before: bytes, event: AnyEvent) -> None:
        content = msgspec.json.encode(event)
        self._connection.execute(
            "INSERT INTO ict_events VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (number, place, bin, event.at, event.by, content, _bound(before, content)),
        )

    def _rows(self, query: LiteralString, *values: Any) -> list[TupleRow]:
        with self._connection.transaction():
            return self._connection.execute(query, values).fetchall()


_PARTICIPANTS: LiteralString = (
    "SELECT bin, name, oked, activity, member_from, member_to, asked_at FROM ict_participants"
)


def _participant(row: TupleRow) -> Participant:
    bin, name, oked, activity, first, last, asked_at = row
    return Participant(bin, name, oked, activity, Period(first, last) if first else None, asked_at)


def _bound(before: bytes, content: bytes) -> bytes:
    """The digest of an event together with that of the one before it."""
    return sha256(before + sha256(content).digest()).digest()
