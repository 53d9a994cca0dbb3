"""The life of a report: draft, submitted, accepted or refused, corrected. A correction replaces, history stays.

A draft takes the file in pieces. `submit` receives it and signs a receipt with the moment, which tells whether
it is late; `decide` checks, stores and decides in one transaction, so that a crash leaves nothing half-stored.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, LiteralString

import msgspec
from psycopg.types.json import Jsonb

from qyzmet.acts.mining import mending, storing
from qyzmet.acts.mining.checking import Check, Outcome, Progress, no_progress
from qyzmet.acts.mining.clauses import ACT
from qyzmet.acts.mining.deadlines import deadline, must_be_of_this_order
from qyzmet.acts.mining.policies import GOOD_ROWS
from qyzmet.acts.mining.pools import Pool, Pools
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.cases.rows import Connection
from qyzmet.law.act import carries_out
from qyzmet.law.policies import Policies
from qyzmet.runtime.clock import Clock, legal_date
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

#: A file has at most so many bytes, a piece of it so many.
MOST_FILE = 8 << 30
MOST_PIECE = 8 << 20
#: Files up to this size are decided when they are submitted, larger ones by a worker.
AT_ONCE = 4 << 20


@dataclass(frozen=True, slots=True)
class Submission:
    """One transmission. `key` names it outside."""

    id: int
    key: str
    pool: int
    month: date
    state: str
    sequence: int | None
    nil: bool
    mends: int | None
    file_name: str
    bytes: int
    received_at: datetime | None
    decided_at: datetime | None
    late: bool | None
    kind: str
    rows: int
    good: int
    errors: int
    warnings: int
    counts: dict[str, int]
    totals: dict[str, Any]
    reason: str
    receipt: str
    decision: str

    @property
    def bad(self) -> int:
        return self.rows - self.good


_COLUMNS: LiteralString = (
    "id, key::text, pool, month, state, sequence, nil, mends, file_name, bytes, received_at, decided_at, late, kind, "
    "rows, good, errors, warnings, counts, totals, reason, receipt, decision"
)


class Filing:
    """Works on a connection in no transaction, or within one of the caller's."""

    def __init__(self, connection: Connection, policies: Policies, receipts: Receipts, clock: Clock) -> None:
        self._connection, self._policies = connection, policies
        self._receipts, self._clock = receipts, clock
        self.pools = Pools(connection)

    # --- drafts

    def open(
        self,
        pool: Pool,
        month: date,
        *,
        channel: str,
        file_name: str = "",
        nil: bool = False,
        mends: str = "",
        control: Mapping[str, Any] | None = None,
        key: str = "",
    ) -> Submission:
        """A draft; with the same `key` again, the same one. Raises Refused for a month of another order."""
        now = self._clock.now()
        must_be_of_this_order(month, legal_date(now), self._policies)
        before = self.one(mends, pool) if mends else None
        if before is not None and (
            before.month != month or before.state not in ("refused", "accepted") or not before.bad
        ):
            raise Refused("Only a report of the same month with rows given back can be mended.")
        with self._connection.transaction():
            row = self._connection.execute(
                """INSERT INTO mining_submissions (key, pool, month, state, nil, mends, channel, file_name, control,
                                                   opened_at)
                   VALUES (%s, %s, %s, 'draft', %s, %s, %s, %s, %s, %s)
                   ON CONFLICT (key) DO NOTHING RETURNING id""",
                (key or str(uuid.uuid4()), pool.id, month, nil, before.id if before else None, channel,
                 file_name[:200], Jsonb(dict(control or {})), now),
            ).fetchone()  # fmt: skip
        if row is None:
            return self.one(key, pool)
        return self._by_id(row[0])

    def put(self, submission: Submission, number: int, content: bytes) -> None:
        """A piece of the file; sent again it replaces the piece. Raises Refused where it was submitted."""
        if not 1 <= len(content) <= MOST_PIECE or not 1 <= number <= MOST_FILE // MOST_PIECE:
            raise BadValue(
                "piece", f"has 1 to {MOST_PIECE} bytes; pieces are numbered from 1", "Send smaller ones."
            )
        with self._connection.transaction():
            self._must_be(submission.id, "draft")
            self._connection.execute(
                """INSERT INTO mining_pieces VALUES (%s, %s, %s)
                   ON CONFLICT (submission, number) DO UPDATE SET content = excluded.content""",
                (submission.id, number, content),
            )

    def put_file(self, submission: Submission, path: Path) -> None:
        with path.open("rb") as file:
            number = 0
            while piece := file.read(MOST_PIECE):
                number += 1
                self.put(submission, number, piece)

    def drop(self, submission: Submission) -> None:
        """Takes a draft away. Raises Refused where it was submitted."""
        with self._connection.transaction():
            self._must_be(submission.id, "draft")
            self._connection.execute("DELETE FROM mining_submissions WHERE id = %s", (submission.id,))

    # --- submitting

    @carries_out(ACT["annex§1.part1"], ACT["annex§1.part2"], ACT["annex§2"], ACT["form.7"], ACT["form.9"])
    def submit(self, submission: Submission, at: datetime | None = None) -> Submission:
        """Receives the report and signs a receipt. The same file again changes nothing: its first receipt comes back.

        `at` is when the channel took it, where that was earlier. Nobody is designated and no notice is waited for.
        """
        now = at or self._clock.now()
        with self._connection.transaction():
            self._must_be(submission.id, "draft")
            pool = self.pools.by_id(submission.pool)
            self._connection.execute("SELECT FROM mining_pools WHERE id = %s FOR UPDATE", (pool.id,))
            size, digest = self._content(submission)
            same = self._same(submission, digest)
            if same is not None:
                self._connection.execute("DELETE FROM mining_submissions WHERE id = %s", (submission.id,))
                return same
            late = legal_date(now) > deadline(submission.month)
            receipt = self._receipts.sign(
                {
                    "receipt": "received", "submission": submission.key, "pool": pool.code, "test": pool.test,
                    "month": f"{submission.month:%Y-%m}", "form": self._policies["G-01"], "nil": submission.nil,
                    "sha256": digest.hex(), "bytes": size, "received": now.isoformat(), "late": late,
                    "deadline": deadline(submission.month).isoformat(),
                }
            )  # fmt: skip
            self._connection.execute(
                """UPDATE mining_submissions SET state = 'submitted', received_at = %s, late = %s, digest = %s,
                          bytes = %s, receipt = %s, profile = %s, policies = %s
                   WHERE id = %s""",
                (now, late, digest, size, receipt, Jsonb(msgspec.to_builtins(pool.profile)),
                 self._policies.version, submission.id),
            )  # fmt: skip
        return self._by_id(submission.id)

    def _content(self, submission: Submission) -> tuple[int, bytes]:
        digest, size = sha256(b"nil" if submission.nil else b""), 0
        for expected, (number, content) in enumerate(self._pieces(submission.id), start=1):
            if number != expected:
                raise Refused(f"Piece {expected} of the file is missing. Send it, then submit again.")
            digest.update(content)
            size += len(content)
        if submission.nil and size:
            raise Refused("A nil report has no file. Open a report without nil for a file.")
        if not submission.nil and not size:
            raise Refused("The report has no file yet. Send its pieces, or file a nil report.")
        return size, digest.digest()

    def _pieces(self, submission: int) -> Iterator[tuple[int, bytes]]:
        """One piece at a time, so that memory does not grow with the file."""
        number = 0
        while True:
            row = self._connection.execute(
                "SELECT number, content FROM mining_pieces WHERE submission = %s AND number > %s ORDER BY number LIMIT 1",
                (submission, number),
            ).fetchone()
            if row is None:
                return
            number = row[0]
            yield number, row[1]

    def _same(self, submission: Submission, digest: bytes) -> Submission | None:
        """What stands of this month, or waits, or was refused last, if it is this very file."""
        row = self._connection.execute(
            """SELECT id FROM mining_submissions
               WHERE pool = %s AND month = %s AND digest = %s AND mends IS NOT DISTINCT FROM %s
                 AND (state IN ('submitted', 'accepted')
                      OR id = (SELECT max(id) FROM mining_submissions
                               WHERE pool = %s AND month = %s AND state <> 'draft'))
               ORDER BY id DESC LIMIT 1""",
            (submission.pool, submission.month, digest, submission.mends, submission.pool, submission.month),
        ).fetchone()
        return self._by_id(row[0]) if row else None

    # --- deciding

    def decide(self, submission: Submission, progress: Progress = no_progress) -> Submission:
        """Checks the report, stores its rows and decides; all of it or nothing. A decided one stays as it is."""
        with self._connection.transaction():
            row = self._connection.execute(
                "SELECT state FROM mining_submissions WHERE id = %s FOR UPDATE SKIP LOCKED", (submission.id,)
            ).fetchone()
            if row is None or row[0] != "submitted":
                return self._by_id(submission.id)
            with tempfile.TemporaryDirectory(prefix="qyzmet-mining-") as folder:
                path = Path(folder) / "report"
                with path.open("wb") as file:
                    for _, content in self._pieces(submission.id):
                        file.write(content)
                outcome = self._checked(submission, path, progress)
            self._end(submission, outcome)
        return self._by_id(submission.id)

    def _checked(self, submission: Submission, path: Path, progress: Progress) -> Outcome:
        if submission.nil:
            return Outcome("nil")
        control = self._connection.execute(
            "SELECT control FROM mining_submissions WHERE id = %s", (submission.id,)
        ).fetchone()
        check = Check(
            path, submission.month, self._policies, places=submission.mends is not None,
            control=control[0] if control else {}, number=self.pools.by_id(submission.pool).number, progress=progress,
        )  # fmt: skip
        storing.store(self._connection, submission.id, check)
        if submission.mends is not None:
            mending.join(self._connection, submission.id, submission.mends, check.outcome)
        storing.across_months(self._connection, submission, check.outcome)
        return check.outcome

    @carries_out(ACT["order.1"], ACT["form.5"])
    def _end(self, submission: Submission, outcome: Outcome) -> None:
        """Accepts or refuses. An accepted report takes the place of the month's former one (G-9)."""
        now, pool = self._clock.now(), self.pools.by_id(submission.pool)
        errors = outcome.errors(self._policies)
        whole = self._policies["accept"] != GOOD_ROWS
        accepted = not errors or (not whole and outcome.readable and not outcome.file and outcome.good > 0)
        reason = "" if accepted else _reason(outcome, errors)
        sequence = None
        if accepted:
            self._connection.execute("SELECT FROM mining_pools WHERE id = %s FOR UPDATE", (pool.id,))
            sequence = self._replace(submission)
        decision = self._receipts.sign(
            {
                "receipt": "accepted" if accepted else "refused", "submission": submission.key, "pool": pool.code,
                "test": pool.test, "month": f"{submission.month:%Y-%m}", "sequence": sequence, "rows": outcome.rows,
                "good": outcome.good, "errors": errors, "warnings": outcome.warnings(self._policies),
                "decided": now.isoformat(), "reason": reason,
            }
        )  # fmt: skip
        self._connection.execute(
            """UPDATE mining_submissions SET state = %s, sequence = %s, decided_at = %s, kind = %s, rows = %s, good = %s,
                      errors = %s, warnings = %s, counts = %s, totals = %s, outside = %s, reason = %s, decision = %s
               WHERE id = %s""",
            ("accepted" if accepted else "refused", sequence, now, outcome.kind, outcome.rows, outcome.good, errors,
             outcome.warnings(self._policies), Jsonb(dict(outcome.counts)), Jsonb(outcome.totals), outcome.outside,
             reason, decision, submission.id),
        )  # fmt: skip

    def _replace(self, submission: Submission) -> int:
        """The former report of the month becomes `corrected`; returns the sequence of the new one."""
        self._connection.execute(
            "UPDATE mining_submissions SET state = 'corrected' WHERE pool = %s AND month = %s AND state = 'accepted'",
            (submission.pool, submission.month),
        )
        row = self._connection.execute(
            "SELECT coalesce(max(sequence), 0) + 1 FROM mining_submissions WHERE pool = %s AND month = %s",
            (submission.pool, submission.month),
        ).fetchone()
        assert row is not None
        return int(row[0])

    # --- reading

    def one(self, key: str, pool: Pool | None = None) -> Submission:
        """Raises UnknownName, also for another pool's report."""
        try:
            uuid.UUID(key)
        except ValueError:
            raise UnknownName("report", key[:40], "see the list of reports") from None
        found = self._rows("key = %s", key)
        if not found or (pool is not None and found[0].pool != pool.id):
            raise UnknownName("report", key, "see the list of reports")
        return found[0]

    def done(self, submission: Submission) -> int:
        """How many rows are checked: all of a decided report, those told by the worker of a waiting one."""
        if submission.state != "submitted":
            return submission.rows
        with self._connection.transaction():
            row = self._connection.execute(
                "SELECT done FROM mining_progress WHERE submission = %s", (submission.id,)
            ).fetchone()
        return int(row[0]) if row else 0

    def of_pool(self, pool: Pool, month: date | None = None) -> list[Submission]:
        """All transmissions, newest first, drafts too."""
        return self._rows("pool = %s AND (%s::date IS NULL OR month = %s)", pool.id, month, month)

    def waiting(self) -> list[Submission]:
        """Submitted and not decided yet, oldest first."""
        return self._rows("state = 'submitted'")[::-1]

    def _by_id(self, number: int) -> Submission:
        (found,) = self._rows("id = %s", number)
        return found

    def _rows(self, where: LiteralString, *values: Any) -> list[Submission]:
        with self._connection.transaction():
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM mining_submissions WHERE {where} ORDER BY id DESC".encode(), values
            ).fetchall()
        return [Submission(*row) for row in rows]

    def _must_be(self, submission: int, state: str) -> None:
        row = self._connection.execute(
            "SELECT state FROM mining_submissions WHERE id = %s FOR UPDATE", (submission,)
        ).fetchone()
        if row is None or row[0] != state:
            raise Refused(
                f"The report is {row[0] if row else 'gone'} and no {state} any more. Open a new one."
            )


def _reason(outcome: Outcome, errors: int) -> str:
    if not outcome.readable:
        return "the file cannot be read as a report"
    if outcome.good == outcome.rows:
        return f"{errors} errors of the report as a whole"
    return f"{errors} errors in {outcome.bad} of {outcome.rows} rows; a report is accepted whole"
