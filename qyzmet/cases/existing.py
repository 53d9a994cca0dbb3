"""What people had before: services and dossiers that were imported, so that nobody is offered what they have.

A person is the random number of the vault. Days are those of Kazakhstan, both ends included.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from qyzmet.cases import rows
from qyzmet.cases.rows import Connection

KINDS = ("recipient", "dossier")


class Had(msgspec.Struct, frozen=True):
    """A service a person has (`recipient`), or a case file that was opened for one (`dossier`)."""

    person: int
    service: str
    kind: Literal["recipient", "dossier"]
    since: date
    until: date | None
    reference: str

    def on(self, day: date) -> bool:
        """Whether it stands on that day; one that begins later stands too: it is appointed."""
        return self.until is None or day <= self.until


def existing(connection: Connection, persons: Collection[int], service: str) -> dict[int, list[Had]]:
    """What was imported of these persons and this service, by person."""
    with connection.transaction(), connection.cursor(binary=True) as cursor:
        cursor.execute(
            """SELECT person, service, kind, since, until, reference FROM existing_services
               WHERE person = ANY(%s) AND service = %s""",
            (list(persons), service),
        )
        found: dict[int, list[Had]] = {}
        for row in cursor.fetchall():
            found.setdefault(row[0], []).append(Had(*row))
    return found


def enter(connection: Connection, had: Sequence[Had], source: str, now: datetime) -> tuple[int, int]:
    """Enters a batch, all or nothing; returns how many are new and how many changed."""
    latest = {(each.person, each.service, each.kind, each.since): each for each in had}
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE imported (LIKE existing_services) ON COMMIT DROP")
        rows.copy(
            cursor,
            "imported (person, service, kind, since, until, reference, source, imported_at)",
            (
                f"{each.person}\t{each.service}\t{each.kind}\t{each.since}\t{each.until or chr(92) + 'N'}\t"
                f"{rows.text(each.reference)}\t{rows.text(source)}\t{now.isoformat()}"
                for each in latest.values()
            ),
        )
        cursor.execute(_MERGE)
        found = [new for (new,) in cursor.fetchall()]
    return sum(found), len(found) - sum(found)


_MERGE = """
INSERT INTO existing_services AS e SELECT * FROM imported
ON CONFLICT (person, service, kind, since) DO UPDATE SET until = excluded.until,
    reference = excluded.reference, source = excluded.source, imported_at = excluded.imported_at
WHERE (e.until, e.reference) IS DISTINCT FROM (excluded.until, excluded.reference)
RETURNING (xmax = 0)
"""
