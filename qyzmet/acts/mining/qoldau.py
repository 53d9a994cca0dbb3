"""The adapter to www.Qoldau.kz, the act's channel (annex§1, part 1): fetches what pools filed, gives receipts back.

A report is taken under Qoldau's own name of it, so that fetching it again after a crash takes it once. Whether it
is late follows from the moment at which Qoldau took it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from qyzmet.acts.mining.clauses import ACT
from qyzmet.acts.mining.deadlines import parse_month
from qyzmet.acts.mining.filing import Filing, Submission
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.cases.package import Desk
from qyzmet.cases.rows import Connection
from qyzmet.exchange import mining as contract
from qyzmet.law.act import carries_out
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.errors import PartnerAway, QyzmetError

_CLAUSE = ACT["annex§1.part1"].id
_CURSOR = "qoldau"


@carries_out(ACT["annex§1.part1"])
def fetch(desk: Desk, connection: Connection) -> int:
    """Takes the reports that wait at Qoldau; returns how many."""
    with connection.transaction():
        row = connection.execute("SELECT cursor FROM mining_cursors WHERE name = %s", (_CURSOR,)).fetchone()
    item = contract.After(ref="0", cursor=row[0] if row else "")
    page = desk.partners.ask(contract.WAITING, [item], purpose="reports of mining pools", clause=_CLAUSE).get(
        "0"
    )
    if page is None:
        return 0
    for waiting in page.reports:
        _take(desk, connection, waiting)
    if page.cursor != item.cursor:
        with connection.transaction():
            connection.execute(
                """INSERT INTO mining_cursors VALUES (%s, %s)
                   ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor""",
                (_CURSOR, page.cursor),
            )
    return len(page.reports)


def _take(desk: Desk, connection: Connection, waiting: contract.Waiting) -> None:
    try:
        name = str(UUID(waiting.report))
        decided = _decided(desk, connection, name, waiting)
        answers = [("received", decided.receipt), (_kind(decided), decided.decision)]
    except PartnerAway:
        raise  # asked again later
    except (QyzmetError, ValueError) as error:
        answers = [("refused", str(error))]  # holds no number of a person
    items = [
        contract.Receipt(
            ref=str(n), key=f"{waiting.report}/{kind}", report=waiting.report, kind=kind, content=text
        )
        for n, (kind, text) in enumerate(answers)
        if text
    ]
    desk.partners.ask(contract.RECEIPTS, items, purpose="receipts of mining pools' reports", clause=_CLAUSE)


def _decided(desk: Desk, connection: Connection, name: str, waiting: contract.Waiting) -> Submission:
    filing = filing_of(desk, connection)
    pool = filing.pools.by_number(waiting.number, test=waiting.test)
    draft = filing.open(
        pool, parse_month(waiting.month), channel="qoldau", nil=waiting.nil, mends=waiting.mends,
        file_name=waiting.file_name, key=name,
    )  # fmt: skip
    if draft.state == "draft":
        for number, content in enumerate(_pieces(desk, waiting), start=1):
            filing.put(draft, number, content)
        draft = filing.submit(draft, _moment(waiting.sent, desk.law.now))
    return filing.decide(draft)


def _pieces(desk: Desk, waiting: contract.Waiting) -> Iterator[bytes]:
    """One piece at a time, so that memory does not grow with the file."""
    for number in range(1, -(-waiting.bytes // contract.PIECE) + 1):
        item = contract.PieceOf(ref="0", report=waiting.report, piece=number)
        found = desk.partners.ask(
            contract.PIECES, [item], purpose="reports of mining pools", clause=_CLAUSE
        ).get("0")
        if found is None or not found.known:
            raise PartnerAway("Qoldau did not give a piece of a report that it says it has.")
        yield found.content


def _moment(sent: datetime, now: datetime) -> datetime:
    """Their clock may be ahead of ours."""
    return min(sent, now)


def _kind(decided: Submission) -> str:
    return "accepted" if decided.state in ("accepted", "corrected") else decided.state


def filing_of(desk: Desk, connection: Connection) -> Filing:
    return Filing(connection, desk.law.policies, Receipts(desk.vault.keys), HandClock(desk.law.now))
