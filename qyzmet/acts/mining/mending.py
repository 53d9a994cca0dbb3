"""Rows that were given back, mended: joined with the good rows of the report they came from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from qyzmet.acts.mining.checking import Outcome
from qyzmet.acts.mining.columns import COLUMNS
from qyzmet.acts.mining.rules import RULES
from qyzmet.acts.mining.source import FOUND, PLACE
from qyzmet.acts.mining.storing import add_findings
from qyzmet.cases.rows import Connection


def join(connection: Connection, submission: int, before: int, outcome: Outcome) -> None:
    """Adds the rows that were good before. A place that was not given back, or lacks, is a finding."""
    strange = connection.execute(
        """SELECT row FROM (SELECT row FROM mining_rows WHERE submission = %(new)s
                            UNION SELECT row FROM mining_aside WHERE submission = %(new)s) mended
           WHERE NOT EXISTS (SELECT FROM mining_aside a WHERE a.submission = %(old)s AND a.row = mended.row)
           ORDER BY row""",
        {"new": submission, "old": before},
    ).fetchall()
    missing = connection.execute(
        """SELECT row FROM mining_aside a WHERE submission = %(old)s
             AND NOT EXISTS (SELECT FROM mining_rows r WHERE r.submission = %(new)s AND r.row = a.row)
             AND NOT EXISTS (SELECT FROM mining_aside b WHERE b.submission = %(new)s AND b.row = a.row) ORDER BY row""",
        {"new": submission, "old": before},
    ).fetchall()
    add_findings(connection, submission, [(row, 0, "mend_place", "") for (row,) in strange], outcome)
    add_findings(connection, submission, [(row, 0, "mend_missing", "") for (row,) in missing], outcome)
    # They count as rows of the report, none of them good.
    outcome.rows += len(missing)
    outcome.good += len(missing)
    again = connection.execute(
        """SELECT new.row FROM mining_rows new JOIN mining_rows old
             ON old.submission = %(old)s AND old.miner = new.miner AND old.wallet = new.wallet AND old.name = new.name
            AND old.licence = new.licence AND old.licence_issued = new.licence_issued
            AND old.distributed = new.distributed AND old.asset = new.asset AND old.amount = new.amount
            AND old.combined IS NOT DISTINCT FROM new.combined AND old.transferred IS NOT DISTINCT FROM new.transferred
            AND old.commission_asset IS NOT DISTINCT FROM new.commission_asset
            AND old.commission_quantity IS NOT DISTINCT FROM new.commission_quantity
            AND old.commission_currency IS NOT DISTINCT FROM new.commission_currency
            AND old.commission_sum IS NOT DISTINCT FROM new.commission_sum
           WHERE new.submission = %(new)s ORDER BY 1""",
        {"new": submission, "old": before},
    ).fetchall()
    add_findings(connection, submission, [(row, 0, "duplicate", "") for (row,) in again], outcome)
    _copy_good(connection, submission, before, outcome)


def _copy_good(connection: Connection, submission: int, before: int, outcome: Outcome) -> None:
    copied = connection.execute(
        """INSERT INTO mining_rows SELECT %(new)s, row, number, miner, name, licence, licence_issued, wallet, distributed,
                  asset, amount, combined, transferred, commission_asset, commission_quantity, commission_currency,
                  commission_sum, coin, commission_coin, currency_code
           FROM mining_rows old WHERE submission = %(old)s
             AND NOT EXISTS (SELECT FROM mining_rows n WHERE n.submission = %(new)s AND n.row = old.row)""",
        {"new": submission, "old": before},
    ).rowcount
    outcome.rows += copied
    outcome.good += copied
    totals = connection.execute(
        """SELECT asset, max(coin), trim_scale(sum(amount))::text, count(*) FROM mining_rows
           WHERE submission = %s GROUP BY asset ORDER BY asset""",
        (submission,),
    ).fetchall()
    outcome.totals = {
        asset: {"coin": coin, "amount": amount, "rows": rows} for asset, coin, amount, rows in totals
    }


def returned(connection: Connection, submission: int, language: str) -> Iterator[bytes]:
    """The rows set aside as CSV (UTF-8 with mark, as Excel wants it): place, the columns, what was found.

    Mended, the file is sent back as it is; the last column is not read. Cells that a spreadsheet would take for
    a formula stay as they came, within quotes.
    """
    yield b"\xef\xbb\xbf" + _line([PLACE, *(column.name for column in COLUMNS), FOUND])
    with connection.transaction(), connection.cursor(name="mining_returned") as cursor:
        cursor.itersize = 5000
        cursor.execute(
            """SELECT a.row, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15,
                      array(SELECT ARRAY["column"::text, code] FROM mining_findings f
                            WHERE f.submission = a.submission AND f.row = a.row ORDER BY "column", f.id)
               FROM mining_aside a WHERE submission = %s ORDER BY row""",
            (submission,),
        )
        for row, *cells, found in cursor:
            said = "; ".join(f"{column}: {RULES[code].texts[language][0]}" for column, code in found or [])
            yield _line([str(row), *(cell or "" for cell in cells), said])


def _line(cells: list[str]) -> bytes:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()
