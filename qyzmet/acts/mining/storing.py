"""Stores a checked report by COPY: good rows while the next are checked, then findings and rows set aside."""

from __future__ import annotations

import tempfile
from io import BytesIO
from typing import IO, TYPE_CHECKING, LiteralString

import polars as pl

from qyzmet.acts.mining.checking import Check, Outcome
from qyzmet.acts.mining.source import CELLS
from qyzmet.cases.rows import Connection

if TYPE_CHECKING:
    from qyzmet.acts.mining.filing import Submission

#: Columns of mining_rows, each from the column of a checked batch.
_FROM = {
    "row": "row", "number": "c1", "miner": "c2", "name": "c3", "licence": "c4", "licence_issued": "c5",
    "wallet": "c6", "distributed": "c7", "asset": "c8", "amount": "c9", "combined": "c10", "transferred": "c11",
    "commission_asset": "c12", "commission_quantity": "c13", "commission_currency": "c14",
    "commission_sum": "c15",
}  # fmt: skip
_ROWS: LiteralString = (
    "COPY mining_rows (submission, row, number, miner, name, licence, licence_issued, wallet, distributed, asset, "
    "amount, combined, transferred, commission_asset, commission_quantity, commission_currency, commission_sum, coin, "
    "commission_coin, currency_code) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (coin))"
)
_FINDINGS: LiteralString = 'COPY mining_findings (submission, row, line, "column", code, value) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (value))'
_ASIDE: LiteralString = (
    "COPY mining_aside (submission, row, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15) "
    "FROM STDIN (FORMAT csv)"
)
_PIECE = 1 << 20


def store(connection: Connection, submission: int, check: Check) -> None:
    """Within the caller's transaction. What is wrong waits in files on disk until the rows are in."""
    with tempfile.TemporaryFile() as findings, tempfile.TemporaryFile() as aside:
        with connection.cursor() as cursor, cursor.copy(_ROWS) as copy:
            for part in check.parts():
                if part.good.height:
                    copy.write(rows_as_csv(part.good, submission))
                if part.findings.height:
                    findings.write(_findings_as_csv(part.findings, submission))
                if part.bad.height:
                    aside.write(_aside_as_csv(part.bad, submission))
        for statement, spool in ((_FINDINGS, findings), (_ASIDE, aside)):
            _copy(connection, statement, spool)
    if check.outcome.repeated:
        set_aside(connection, submission, check.outcome.repeated)


def rows_as_csv(good: pl.DataFrame, submission: int) -> memoryview:
    """Lines for COPY; an empty field is NULL, but for the ticker."""
    frame = good.select(
        pl.lit(submission).alias("submission"),
        *(pl.col(source).alias(name) for name, source in _FROM.items()),
        pl.col("coin").fill_null(""),
        pl.when(pl.col("commission_coin") != "").then(pl.col("commission_coin")).alias("commission_coin"),
        pl.when(pl.col("currency") != "").then(pl.col("currency")).alias("currency_code"),
    )
    return _csv(frame)


def _findings_as_csv(findings: pl.DataFrame, submission: int) -> memoryview:
    clean = pl.col("value").str.replace_all("\x00", "")
    return _csv(
        findings.select(pl.lit(submission).alias("submission"), "row", "line", "column", "code", clean)
    )


def _aside_as_csv(bad: pl.DataFrame, submission: int) -> memoryview:
    cells = [pl.col(name).str.replace_all("\x00", "") for name in CELLS]
    frame = bad.unique("row", keep="first", maintain_order=True)
    return _csv(frame.select(pl.lit(submission).alias("submission"), "row", *cells))


def _csv(frame: pl.DataFrame) -> memoryview:
    lines = BytesIO()
    frame.write_csv(lines, include_header=False, null_value="")
    return lines.getbuffer()


def _copy(connection: Connection, statement: LiteralString, spool: IO[bytes]) -> None:
    if not spool.tell():
        return
    spool.seek(0)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while piece := spool.read(_PIECE):
            copy.write(piece)


def set_aside(connection: Connection, submission: int, rows: list[int]) -> None:
    """Stored rows that turned out wrong only when the whole was seen."""
    connection.execute(
        """WITH gone AS (DELETE FROM mining_rows WHERE submission = %s AND row = ANY(%s) RETURNING *)
           INSERT INTO mining_aside SELECT submission, row, number::text, miner, name, licence, licence_issued::text,
                  wallet, distributed::text, asset, amount::text, combined::text, transferred::text, commission_asset,
                  commission_quantity::text, commission_currency, commission_sum::text FROM gone""",
        (submission, rows),
    )


def across_months(connection: Connection, submission: Submission, outcome: Outcome) -> None:
    """Rows that stand in another month's accepted report of the pool already.

    A row belongs to the month of its distribution (G-6), so only reports that hold days of another month, or
    meet one that does, can have a row twice.
    """
    others = connection.execute(
        """SELECT count(*) FROM mining_submissions
           WHERE pool = %s AND month <> %s AND state = 'accepted' AND outside > 0""",
        (submission.pool, submission.month),
    ).fetchone()
    if not outcome.outside and not (others and others[0]):
        return
    again = connection.execute(
        """SELECT DISTINCT new.row FROM mining_rows new
           JOIN mining_rows old ON old.miner = new.miner AND old.wallet = new.wallet
             AND old.distributed = new.distributed AND old.asset = new.asset AND old.amount = new.amount
           JOIN mining_submissions s ON s.id = old.submission
           WHERE new.submission = %s AND s.pool = %s AND s.month <> %s AND s.state = 'accepted' ORDER BY 1""",
        (submission.id, submission.pool, submission.month),
    ).fetchall()
    add_findings(connection, submission.id, [(row, 0, "duplicate_month", "") for (row,) in again], outcome)


def add_findings(
    connection: Connection, submission: int, found: list[tuple[int, int, str, str]], outcome: Outcome
) -> None:
    """Findings that need the store; their rows are set aside."""
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO mining_findings (submission, row, line, "column", code, value) VALUES (%s, %s, 0, %s, %s, %s)""",
            [(submission, *each) for each in found],
        )
    for _, _, code, _ in found:
        outcome.counts[code] += 1
    rows = sorted({row for row, *_ in found if row})
    set_aside(connection, submission, rows)
    outcome.good -= len(rows)
