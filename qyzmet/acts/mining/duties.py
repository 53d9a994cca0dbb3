"""What is done by itself: waiting reports are decided."""

from __future__ import annotations

from datetime import timedelta

from qyzmet.acts.mining.filing import Filing
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.cases.package import Desk, Duty
from qyzmet.cases.rows import Connection
from qyzmet.runtime.clock import HandClock


def decide(desk: Desk, connection: Connection) -> int:
    """Decides the reports that wait, oldest first."""
    filing = Filing(connection, desk.law.policies, Receipts(desk.vault.keys), HandClock(desk.law.now))
    waiting = filing.waiting()
    for submission in waiting:
        filing.decide(submission)
    return len(waiting)


DUTIES = (Duty("decide", timedelta(seconds=1), decide),)
