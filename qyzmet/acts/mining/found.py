"""A report and its findings as programs and people read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from qyzmet.acts.mining.filing import Submission
from qyzmet.acts.mining.pools import Pool
from qyzmet.acts.mining.rules import Finding
from qyzmet.cases.rows import Connection
from qyzmet.law.policies import Policies


class Found(msgspec.Struct, frozen=True):
    """One finding: where, what stands there, which rule it breaks, what to do; `severity` is error or warning."""

    id: int
    row: int
    line: int
    column: int
    field: str
    title: str
    clause: str
    code: str
    severity: str
    value: str
    rule: str
    remedy: str


class FindingPage(msgspec.Struct, frozen=True):
    """`next` is asked for as `after`; null on the last page."""

    findings: list[Found]
    next: int | None


class ReportState(msgspec.Struct, frozen=True):
    """A report: `state` is draft, submitted, accepted, refused or corrected; `done` are the rows checked so far.

    `receipt` and `decision` are JWS signed with a key of /api/v1/mining/keys.json.
    """

    report: str
    pool: str
    test: bool
    month: str
    state: str
    sequence: int | None
    nil: bool
    file: str
    bytes: int
    received: str | None
    decided: str | None
    late: bool | None
    rows: int
    good: int
    bad: int
    errors: int
    warnings: int
    counts: dict[str, int]
    totals: dict[str, Any]
    reason: str
    receipt: str
    decision: str
    done: int


def told(submission: Submission, pool: Pool, done: int | None = None) -> dict[str, Any]:
    """A report's state. `done` is how many rows of a waiting one are checked."""
    return {
        "report": submission.key, "pool": pool.code, "test": pool.test, "month": f"{submission.month:%Y-%m}",
        "state": submission.state, "sequence": submission.sequence, "nil": submission.nil, "file": submission.file_name,
        "bytes": submission.bytes, "received": _moment(submission.received_at), "decided": _moment(submission.decided_at),
        "late": submission.late, "rows": submission.rows, "good": submission.good, "bad": submission.bad,
        "errors": submission.errors, "warnings": submission.warnings, "counts": submission.counts,
        "totals": submission.totals, "reason": submission.reason, "receipt": submission.receipt,
        "decision": submission.decision, "done": submission.rows if done is None else done,
    }  # fmt: skip


def findings_told(
    connection: Connection,
    submission: int,
    language: str,
    policies: Policies,
    *,
    after: int = 0,
    most: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Findings in the order in which they were found, each with its number, `id`, for the next page."""
    with connection.transaction(), connection.cursor(name="mining_findings_told") as cursor:
        cursor.itersize = 5000
        cursor.execute(
            """SELECT id, row, "column", code, value, line FROM mining_findings
               WHERE submission = %s AND id > %s ORDER BY id LIMIT %s""",
            (submission, after, most),
        )
        for number, row, column, code, value, line in cursor:
            yield {"id": number, **Finding(row, column, code, value, line).told(language, policies)}


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
