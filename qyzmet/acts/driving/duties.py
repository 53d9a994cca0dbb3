"""What the act does by itself: places offered, draws held, holds that expire, results asked for."""

from __future__ import annotations

from datetime import timedelta

from qyzmet.acts.driving import booking, centres, results
from qyzmet.cases.package import Desk, Duty
from qyzmet.cases.rows import Connection


def offer(desk: Desk, connection: Connection) -> int:
    law = desk.law
    return centres.offer(connection, law.now, law.calendar, int(law.policies["P-AHEAD"]))


def draw(desk: Desk, connection: Connection) -> int:
    return booking.draw_due(connection, desk.law.policies, desk.law.now)


def expire(desk: Desk, connection: Connection) -> int:
    return booking.expire(connection, desk.law.policies, desk.law.now)


DUTIES = (
    Duty("places", timedelta(minutes=5), offer),
    Duty("draws", timedelta(seconds=1), draw),
    Duty("holds", timedelta(seconds=5), expire),
    Duty("results", timedelta(seconds=5), results.fetch),
)
