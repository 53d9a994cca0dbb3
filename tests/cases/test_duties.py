"""What an act does by itself: at most once in its time, by one worker at a time, through absent partners."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from psycopg.pq import TransactionStatus

from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.duties import Duties
from qyzmet.cases.package import Desk, Duty
from qyzmet.cases.rows import Connection
from qyzmet.law.calendar import working_calendar
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import PartnerAway
from tests.cases import toy
from tests.cases.conftest import Kernel


class Count:
    """A duty that counts how often it was done; it may meet another worker, or an absent partner."""

    def __init__(self) -> None:
        self.done, self.away = 0, False
        self.meets: Duties | None = None

    def __call__(self, desk: Desk, connection: Connection) -> int:
        if self.away:
            raise PartnerAway("nobody answers")
        if self.meets is not None:
            assert self.meets.turn() == 0, "two workers did one duty at the same moment"
        self.done += 1
        return 1


def duties(kernel: Kernel, connection: Connection, count: Count) -> Duties:
    package = replace(toy.package(), duties=(Duty("count", timedelta(minutes=1), count),))
    catalogue = Catalogue(connection, [package], working_calendar(), kernel.clock)
    return Duties(connection, catalogue, kernel.engine.desk, kernel.clock)


def test_a_duty_is_done_once_in_its_time_and_by_one_worker(kernel: Kernel, database: Database) -> None:
    count = Count()
    with connect(database.engine_url) as one, connect(database.engine_url) as other:
        mine = duties(kernel, one, count)
        count.meets = duties(kernel, other, count)
        assert (mine.turn(), mine.turn(), count.done) == (1, 0, 1)
        assert one.info.transaction_status is TransactionStatus.IDLE, (
            "a worker's later work would never count"
        )
        kernel.clock.advance(timedelta(seconds=59))
        assert mine.turn() == 0
        kernel.clock.advance(timedelta(seconds=1))
        assert mine.turn() == 1


def test_an_absent_partner_puts_the_duty_off(kernel: Kernel, database: Database) -> None:
    count = Count()
    count.away = True
    with connect(database.engine_url) as connection:
        mine = duties(kernel, connection, count)
        assert (mine.turn(), count.done) == (0, 0)
        count.away = False
        kernel.clock.advance(timedelta(minutes=1))
        assert (mine.turn(), count.done) == (1, 1)
