"""After the payment order: ODK's answers and statements are read, and every day all money is reconciled.

What people have to look into becomes a case of its own (`questions.py`).
"""

from __future__ import annotations

from datetime import timedelta

from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.openings import QUESTIONS, question_arrivals
from qyzmet.cases import payments
from qyzmet.cases.cursors import cursor_of
from qyzmet.cases.package import Desk, Duty
from qyzmet.cases.rows import Connection
from qyzmet.exchange.systems import ODK_PAYMENTS, FeedPage

#: ODK is asked so often; the act sets no rhythm.
EVERY = timedelta(hours=1)
_PURPOSE, _CLAUSE = "read what became of payment orders", "proactive:§27"
_PAGE = 200


def read(desk: Desk, connection: Connection) -> int:
    """Reads all that ODK has said since, page by page, and keeps the day's reconciliation."""
    done = 0
    while True:
        after = cursor_of(connection, payments.FEED)
        page = FeedPage(ref="payments", after=after, limit=_PAGE)
        answer = desk.partners.ask(ODK_PAYMENTS, [page], purpose=_PURPOSE, clause=_CLAUSE).get("payments")
        if answer is None or answer.cursor == after:
            break
        done += payments.take(connection, answer.messages, (after, answer.cursor), desk.law.now)
    done += open_questions(desk, connection)
    payments.keep_day(connection, desk.law.now)
    return done


def open_questions(desk: Desk, connection: Connection) -> int:
    """Opens a case for each order whose money is in question; returns how many were opened."""
    asked = payments.to_open(connection, ACT.code)
    if not asked:
        return 0
    arrivals = question_arrivals(connection, desk.vault, asked, desk.law.now)
    opened = desk.open(QUESTIONS, arrivals)
    payments.mark_opened(connection, QUESTIONS, asked)
    return opened


DUTIES = (Duty("payments", EVERY, read),)
