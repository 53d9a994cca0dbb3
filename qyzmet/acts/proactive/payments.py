"""After the payment order: ODK's answers and statements are read, and every day all money is reconciled."""

from __future__ import annotations

from datetime import timedelta

from qyzmet.cases import payments
from qyzmet.cases.intake import cursor_of
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
    return done + payments.keep_day(connection, desk.law.now)


DUTIES = (Duty("payments", EVERY, read),)
