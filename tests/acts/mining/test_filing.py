"""The life of a report: draft, submitted, accepted, refused, corrected; nothing twice, nothing half."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from qyzmet.acts.mining import storing
from qyzmet.acts.mining.filing import Filing
from qyzmet.acts.mining.mending import returned
from qyzmet.acts.mining.pools import Pool
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.acts.mining.totals import Asked, Totals
from qyzmet.cases.rows import Connection
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database, connect
from qyzmet.runtime.errors import Refused, UnknownName
from tests.acts.mining.conftest import filed
from tests.acts.mining.reports import MAY, PROFILE, policies, row, rows, text
from tests.cases.conftest import iin


def count(connection: Connection, table: str) -> int:
    with connection.transaction():
        (number,) = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() or (0,)
    return int(number)


@pytest.mark.clause(
    "mining:annex§1.part1", "mining:annex§1.part2", "mining:annex§2", "mining:form.9", "mining:order.1"
)
def test_a_right_report_is_accepted_and_both_receipts_are_signed(
    filing: Filing, pool: Pool, receipts: Receipts
) -> None:
    found = filed(filing, pool, text(rows(5)))
    assert (found.state, found.sequence, found.rows, found.good, found.late) == ("accepted", 1, 5, 5, False)
    received, decided = receipts.read(found.receipt), receipts.read(found.decision)
    assert received is not None
    assert decided is not None
    assert (received["receipt"], received["month"], received["deadline"]) == (
        "received",
        "2026-05",
        "2026-06-25",
    )
    assert (decided["receipt"], decided["rows"], decided["submission"]) == ("accepted", 5, found.key)
    assert pool.number not in found.receipt
    head, body, signature = found.receipt.split(".")
    assert receipts.read(f"{head}.{body[:-2]}AA.{signature}") is None


@pytest.mark.clause("mining:annex§3.col9")
def test_the_store_keeps_every_digit_and_the_text_beside_the_code(
    filing: Filing, pool: Pool, connection: Connection
) -> None:
    line = row(
        1,
        c9="123456789012345.123456789012345678",
        c10="999999999999999.5",
        c8="биткоин",
        c14="теңге",
        c15="12.50",
    )
    assert filed(filing, pool, text([line])).state == "accepted"
    (kept,) = Totals(connection).rows(Asked())
    assert (kept["amount"], kept["asset"], kept["coin"]) == (
        "123456789012345.123456789012345678",
        "биткоин",
        "BTC",
    )
    assert (kept["commission_currency"], kept["currency_code"], kept["commission_sum"]) == (
        "теңге",
        "KZT",
        "12.5",
    )


def test_a_report_with_a_bad_row_is_refused_whole(filing: Filing, pool: Pool, connection: Connection) -> None:
    found = filed(filing, pool, text([row(1), row(2, c9="0,5"), row(3)]))
    assert (found.state, found.rows, found.good, found.errors, found.sequence) == ("refused", 3, 2, 1, None)
    assert "accepted whole" in found.reason
    assert Totals(connection).by(["pool"]) == []


def test_by_another_reading_good_rows_count_and_bad_ones_are_set_aside(
    connection: Connection, receipts: Receipts, clock: HandClock, filing: Filing, pool: Pool
) -> None:
    reading = Filing(connection, policies(accept="GOOD_ROWS"), receipts, clock)
    found = filed(reading, pool, text([row(1), row(2, c9="0,5"), row(3)]))
    assert (found.state, found.good, found.bad) == ("accepted", 2, 1)
    assert Totals(connection).by(["pool"])[0]["amount"] == "0.000000004"


def test_rows_given_back_are_mended_and_sent_back(filing: Filing, pool: Pool, connection: Connection) -> None:
    lines = [row(1), row(2, c9="0,5"), row(3), ["4", *row(3)[1:]], row(5)]
    first = filed(filing, pool, text(lines))
    assert (first.state, first.bad) == ("refused", 2)
    given = b"".join(returned(connection, first.id, "ru")).decode("utf-8-sig")
    assert "десятичная запятая" in given
    assert given.splitlines()[1].startswith("2,2,")
    wrong = filed(filing, pool, given.replace('"0,5"', "0.5"), mends=first.key)
    assert wrong.state == "refused", "the fourth row still repeats the third"
    mended = given.replace('"0,5"', "0.5").replace("0.000000003", "0.4")
    second = filed(filing, pool, mended, mends=first.key)
    assert (second.state, second.rows, second.good) == ("accepted", 5, 5)
    assert second.totals["Bitcoin"]["amount"] == "0.900000009"
    assert len(Totals(connection).rows(Asked())) == 5


def test_what_is_still_wrong_is_given_back_again(filing: Filing, pool: Pool, connection: Connection) -> None:
    first = filed(filing, pool, text([row(1), row(2, c9="0,5"), row(3, c3=""), row(4)]))
    given = b"".join(returned(connection, first.id, "en")).decode("utf-8-sig")
    second = filed(filing, pool, given.replace('"0,5"', "0.5"), mends=first.key)
    assert (second.state, second.rows, second.good) == ("refused", 4, 3)
    again = b"".join(returned(connection, second.id, "en")).decode("utf-8-sig")
    assert len(again.splitlines()) == 2
    third = filed(filing, pool, again.replace(",,KZ0", ",«Кен»,KZ0"), mends=second.key)
    assert (third.state, third.rows, third.sequence) == ("accepted", 4, 1)


def test_a_mended_file_with_rows_that_were_not_given_back_is_refused(filing: Filing, pool: Pool) -> None:
    first = filed(filing, pool, text([row(1), row(2, c9="0,5"), row(3, c9="x")]))
    header = ["place", *text([]).strip().split(",")]
    only_one = text([["2", *row(2)]], header=header)
    assert filed(filing, pool, only_one, mends=first.key).counts == {"mend_missing": 1}
    strange = text([["1", *row(1, c9="0.6")], ["2", *row(2)], ["3", *row(3)]], header=header)
    assert filed(filing, pool, strange, mends=first.key).counts == {"mend_place": 1}
    other = filed(filing, pool, text([["2", *row(2)], ["3", *row(3)]], header=header), mends=first.key)
    assert other.state == "accepted"


def test_the_same_file_twice_changes_nothing(
    filing: Filing, pool: Pool, connection: Connection, clock: HandClock
) -> None:
    content = text(rows(3))
    first = filed(filing, pool, content)
    before = [count(connection, table) for table in ("mining_submissions", "mining_rows", "mining_pieces")]
    again = filed(filing, pool, content)
    assert again == first
    assert [
        count(connection, table) for table in ("mining_submissions", "mining_rows", "mining_pieces")
    ] == before
    bad = text([row(1, c9="x")])
    assert filed(filing, pool, bad) == filed(filing, pool, bad)


@pytest.mark.clause("mining:annex§2")
def test_a_correction_replaces_and_history_stays(filing: Filing, pool: Pool, connection: Connection) -> None:
    first, second = filed(filing, pool, text(rows(3))), filed(filing, pool, text(rows(4)))
    refused = filed(filing, pool, text([row(1, c9="x")]))
    third = filed(filing, pool, text(rows(3)))
    assert [each.state for each in filing.of_pool(pool)] == ["accepted", "refused", "corrected", "corrected"]
    assert (first.sequence, second.sequence, refused.sequence, third.sequence) == (1, 2, None, 3)
    assert Totals(connection).by(["pool"])[0]["rows"] == 3


@pytest.mark.clause("mining:form.4")
def test_a_month_without_distributions_is_a_report_without_rows(filing: Filing, pool: Pool) -> None:
    draft = filing.open(pool, MAY, channel="test", nil=True)
    found = filing.decide(filing.submit(draft))
    assert (found.state, found.rows, found.nil) == ("accepted", 0, True)
    only_header = filed(filing, pool, text([]))
    assert (only_header.state, only_header.rows) == ("accepted", 0)


def test_a_draft_takes_pieces_in_any_order_and_no_more_when_submitted(filing: Filing, pool: Pool) -> None:
    content = text(rows(50)).encode()
    draft = filing.open(pool, MAY, channel="test")
    filing.put(draft, 2, content[100:])
    with pytest.raises(Refused, match="Piece 1"):
        filing.submit(draft)
    filing.put(draft, 1, content[:90])
    filing.put(draft, 1, content[:100])
    found = filing.decide(filing.submit(draft))
    assert (found.state, found.rows, found.bytes) == ("accepted", 50, len(content))
    with pytest.raises(Refused):
        filing.put(found, 3, b"more")
    empty = filing.open(pool, MAY, channel="test")
    with pytest.raises(Refused, match="no file yet"):
        filing.submit(empty)
    filing.drop(empty)
    with pytest.raises(UnknownName):
        filing.one(empty.key)


@pytest.mark.parametrize("where", ["rows", "findings", "end"])
def test_a_crash_in_the_middle_leaves_nothing_half_stored(
    filing: Filing, pool: Pool, connection: Connection, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        raise Crash

    draft = filing.open(pool, MAY, channel="test")
    filing.put(draft, 1, text([row(1), row(2, c9="x")]).encode())
    submitted = filing.submit(draft)
    with monkeypatch.context() as patch:
        if where == "end":
            patch.setattr(filing, "_end", crash)
        else:
            patch.setattr(storing, "_copy" if where == "findings" else "rows_as_csv", crash)
        with pytest.raises(Crash):
            filing.decide(submitted)
    assert [count(connection, f"mining_{table}") for table in ("rows", "findings", "aside")] == [0, 0, 0]
    assert filing.one(submitted.key).state == "submitted"
    assert filing.decide(submitted).state == "refused"


def test_a_process_killed_in_the_middle_leaves_nothing_half_stored(
    database: Database, filing: Filing, pool: Pool, connection: Connection
) -> None:
    draft = filing.open(pool, MAY, channel="test")
    filing.put(draft, 1, text([row(1), row(2, c9="x"), row(3)]).encode())
    submitted = filing.submit(draft)
    killed = subprocess.Popen(
        [sys.executable, "-c", _STUCK, database.engine_url, str(submitted.id)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "rows are in\n"
    killed.kill()
    killed.wait()
    killed.stdout.close()
    assert [count(connection, f"mining_{table}") for table in ("rows", "findings", "aside")] == [0, 0, 0]
    for _ in range(100):  # the server notices the broken connection by itself
        decided = filing.decide(submitted)
        if decided.state == "refused":
            break
        time.sleep(0.05)
    assert (decided.state, count(connection, "mining_rows"), count(connection, "mining_aside")) == (
        "refused",
        2,
        1,
    )


#: Stores a report's rows and stops in the middle of its transaction.
_STUCK = """
import sys, tempfile, time
from pathlib import Path
from qyzmet.acts.mining import filing, storing
from qyzmet.runtime.connection import connect
from tests.acts.mining.reports import policies
def stuck(*_):
    print("rows are in", flush=True)
    time.sleep(60)
storing._copy = stuck
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.runtime.clock import SystemClock
connection = connect(sys.argv[1])
life = filing.Filing(connection, policies(), None, SystemClock())
life.decide(life._by_id(int(sys.argv[2])))
"""


def test_fifty_pools_in_the_last_hour_all_get_receipts(
    database: Database, filing: Filing, receipts: Receipts, clock: HandClock
) -> None:
    pools = [filing.pools.add(iin(number), PROFILE, date(2026, 5, 1)) for number in range(1, 51)]
    left, content, lock = list(pools), text(rows(20)), threading.Lock()
    told: list[str] = []

    def work() -> None:
        with connect(database.engine_url) as own:
            mine = Filing(own, policies(), receipts, clock)
            while True:
                with lock:
                    if not left:
                        return
                    pool = left.pop()
                found = filed(mine, pool, content)
                told.append(f"{found.state} {receipts.read(found.receipt) is not None}")

    with ThreadPoolExecutor(8) as workers:
        for one in [workers.submit(work) for _ in range(8)]:
            one.result()
    assert told == ["accepted True"] * 50


def test_two_files_of_one_month_at_once_leave_one_accepted(
    database: Database, filing: Filing, pool: Pool, receipts: Receipts, clock: HandClock
) -> None:
    def work(size: int) -> str:
        with connect(database.engine_url) as own:
            return filed(Filing(own, policies(), receipts, clock), pool, text(rows(size))).state

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(1, 9)))
    states = [each.state for each in filing.of_pool(pool)]
    assert states.count("accepted") == 1
    assert states.count("corrected") == 7
    assert sorted(each.sequence for each in filing.of_pool(pool) if each.sequence) == list(range(1, 9))


def test_another_pools_report_is_unknown(filing: Filing, pool: Pool) -> None:
    found = filed(filing, pool, text(rows(1)))
    other = filing.pools.add(iin(2), PROFILE, date(2026, 5, 1))
    with pytest.raises(UnknownName):
        filing.one(found.key, other)


def test_rows_of_another_month_are_found_where_a_reading_lets_them_in(
    connection: Connection, receipts: Receipts, clock: HandClock, pool: Pool
) -> None:
    reading = Filing(connection, policies(G_06="WARNING"), receipts, clock)
    assert filed(reading, pool, text([row(1, c7="2026-06-01", c11="2026-06-02")])).state == "accepted"
    june = filed(
        reading,
        pool,
        text(
            [row(1, c7="2026-06-01", c11="2026-06-02", c10="0.9"), row(2, c7="2026-06-03", c11="2026-06-04")]
        ),
        date(2026, 6, 1),
    )
    assert (june.state, june.counts) == ("refused", {"duplicate_month": 1})
