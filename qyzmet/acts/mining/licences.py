"""The register of licences: asked about each licence of an accepted report; what differs is a warning."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from psycopg.types.json import Jsonb

from qyzmet.acts.mining.clauses import ACT
from qyzmet.cases.package import Desk
from qyzmet.cases.rows import Connection
from qyzmet.exchange import mining as contract
from qyzmet.law.act import carries_out

#: What the register said holds so long; a report that comes later asks anew.
FRESH = timedelta(days=1)
#: Reports in one turn.
_MOST = 20


@carries_out(ACT["annex§3.col4"], ACT["annex§3.col5"], ACT["annex§3.col7"])
def look_up(desk: Desk, connection: Connection) -> int:
    """Asks about the licences of reports that were not looked at yet; returns how many reports."""
    with connection.transaction():
        waiting = connection.execute(
            """SELECT id FROM mining_submissions WHERE state = 'accepted' AND licences_at IS NULL
               ORDER BY id LIMIT %s""",
            (_MOST,),
        ).fetchall()
    for (submission,) in waiting:
        _ask(desk, connection, submission)
        with connection.transaction():
            _warn(connection, submission)
            connection.execute(
                "UPDATE mining_submissions SET licences_at = %s WHERE id = %s", (desk.law.now, submission)
            )
    return len(waiting)


def _ask(desk: Desk, connection: Connection, submission: int) -> None:
    with connection.transaction():
        numbers = connection.execute(
            """SELECT DISTINCT r.licence FROM mining_rows r WHERE r.submission = %s AND NOT EXISTS
                 (SELECT FROM mining_licences l WHERE l.number = r.licence AND l.asked_at > %s)""",
            (submission, desk.law.now - FRESH),
        ).fetchall()
    items = [contract.ByLicence(ref=str(place), number=number) for place, (number,) in enumerate(numbers)]
    answers = desk.partners.ask(
        contract.LICENCES, items, purpose="licence on the day of distribution", clause=ACT["annex§3.col4"].id
    )
    told = [(item.number, *_row(answers[item.ref], desk.law.now)) for item in items if item.ref in answers]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO mining_licences (number, known, holder, first, last, suspended, asked_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s)
               ON CONFLICT (number) DO UPDATE SET known = excluded.known, holder = excluded.holder,
                 first = excluded.first, last = excluded.last, suspended = excluded.suspended,
                 asked_at = excluded.asked_at""",
            told,
        )


def _row(state: contract.LicenceState, now: datetime) -> tuple[object, ...]:
    last = date.fromisoformat(state.last) if state.last else None
    return state.known, state.holder, state.first, last, state.suspended, now


def _warn(connection: Connection, submission: int) -> None:
    """Each row whose licence is unknown, another's, not valid on the day, or issued on another day."""
    added = connection.execute(
        """INSERT INTO mining_findings (submission, row, line, "column", code, value)
           SELECT r.submission, r.row, 0, found.place, found.code, found.value
           FROM mining_rows r JOIN mining_licences l ON l.number = r.licence
           CROSS JOIN LATERAL (VALUES
             (4, 'licence_unknown', r.licence, NOT l.known),
             (4, 'licence_holder', r.licence, l.known AND l.holder <> r.miner),
             (7, 'licence_not_valid', r.distributed::text, l.known AND
                (r.distributed < l.first OR r.distributed > l.last OR r.distributed >= l.suspended)),
             (5, 'licence_issue', r.licence_issued::text, l.known AND l.first <> r.licence_issued)
           ) AS found (place, code, value, holds)
           WHERE r.submission = %s AND found.holds
           RETURNING code""",
        (submission,),
    ).fetchall()
    if not added:
        return
    codes = [code for (code,) in added]
    counts = {code: codes.count(code) for code in set(codes)}
    connection.execute(
        "UPDATE mining_submissions SET warnings = warnings + %s, counts = counts || %s WHERE id = %s",
        (len(codes), Jsonb(counts), submission),
    )
