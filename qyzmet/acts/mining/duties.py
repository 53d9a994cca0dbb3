"""What is done by itself: reports fetched from Qoldau and decided, licences and prices asked, reminders sent."""

from __future__ import annotations

from datetime import timedelta

from qyzmet.cases.package import Desk, Duty
from qyzmet.cases.rows import Connection

KEEP_DRAFTS = timedelta(days=14)


def decide(desk: Desk, connection: Connection) -> int:
    """Decides the reports that wait, oldest first; how far it is can be seen meanwhile."""
    with connection.transaction():
        waiting = connection.execute(
            "SELECT key::text FROM mining_submissions WHERE state = 'submitted' ORDER BY id"
        ).fetchall()
    if not waiting:
        return 0
    from qyzmet.acts.mining.qoldau import filing_of
    from qyzmet.acts.mining.watching import Watched

    for (key,) in waiting:
        filing = filing_of(desk, connection)
        submission = filing.one(key)
        with Watched(connection, submission.id, desk.law.now) as watched:
            filing.decide(submission, watched.done)
    return len(waiting)


def fetch(desk: Desk, connection: Connection) -> int:
    """Where no pool is entered, Qoldau is not asked."""
    with connection.transaction():
        if connection.execute("SELECT FROM mining_pools LIMIT 1").fetchone() is None:
            return 0
    from qyzmet.acts.mining import qoldau

    return qoldau.fetch(desk, connection)


def licences(desk: Desk, connection: Connection) -> int:
    from qyzmet.acts.mining.licences import look_up

    return look_up(desk, connection)


def prices(desk: Desk, connection: Connection) -> int:
    from qyzmet.acts.mining.prices import load

    return load(desk, connection)


def reminders(desk: Desk, connection: Connection) -> int:
    from qyzmet.acts.mining.reminders import remind

    return remind(desk, connection)


def drafts(desk: Desk, connection: Connection) -> int:
    """Drafts that nobody submitted are taken away after a while."""
    with connection.transaction():
        return connection.execute(
            "DELETE FROM mining_submissions WHERE state = 'draft' AND opened_at < %s",
            (desk.law.now - KEEP_DRAFTS,),
        ).rowcount


#: Modules are loaded when there is something to do, so that every command starts fast.
DUTIES = (
    Duty("decide", timedelta(seconds=1), decide),
    Duty("qoldau", timedelta(seconds=10), fetch),
    Duty("licences", timedelta(minutes=1), licences),
    Duty("prices", timedelta(minutes=10), prices),
    Duty("drafts", timedelta(hours=6), drafts),
    Duty("reminders", timedelta(hours=1), reminders),
)
