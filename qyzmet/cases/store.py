"""Reads and writes cases: claims under a lease or a lock, and the one transaction of a batch.

Everything a batch of runs changes is written together: case rows, ledger, messages, tasks,
decisions, and the events that were taken up. Nothing of it is ever there without the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from struct import Struct

import msgspec

from qyzmet.cases import ledger, placing, resuming, rows
from qyzmet.cases.case import Case, Decision, Event, Run
from qyzmet.cases.facts import Facts
from qyzmet.cases.failpoints import Failpoints
from qyzmet.cases.fairness import shares
from qyzmet.cases.placing import Keys
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.runtime.packed import copy_packed

CASE_COLUMNS = (
    "id, procedure, step, subject, region, as_of, opened_at, entered_at, '{' || known || '}', recipient, "
    "event, status::text, deadline_at, due_at, fence, attempts, run, trouble"
)
_encode = msgspec.json.Encoder().encode
#: Field count, then each field after its length; the last length is that of the bytes that follow.
_ENTRY = Struct(">hiqiiiqiii").pack
_PAYLOAD = Struct(">hiqiiiqi").pack
_body = msgspec.json.Decoder(dict[str, object]).decode


def read_case(row: tuple[object, ...]) -> Case:
    """A case from a row of `CASE_COLUMNS`."""
    values = list(row)
    values[8] = Facts.read(values[8])  # type: ignore[arg-type]
    return Case(*values)  # type: ignore[arg-type]


class Store:
    """The case store on one connection, for one worker."""

    def __init__(self, connection: Connection, keys: Keys, holder: str, failpoints: Failpoints) -> None:
        self.connection, self.keys, self.holder, self._at = connection, keys, holder, failpoints
        self._late = resuming.Resuming()
        self._fragments: dict[str, Mapping[tuple[str, str], str]] = {}
        with connection.transaction(), connection.cursor() as cursor:
            rows.plan_for_batches(cursor)
            cursor.execute(_STAGING + placing.STAGING)

    # --- claims -----------------------------------------------------------------------------------

    def claim_outside(self, now: datetime, lease: timedelta, limit: int) -> list[Case]:
        """Cases with something to do outside, leased to this worker in a short transaction.

        Procedures take fair turns, so that the crowd of one keeps no other waiting.
        """
        with self.connection.transaction(), self.connection.cursor(binary=True) as cursor:
            cursor.execute(_WAITING_OUTSIDE, {"now": now, "most": limit})
            turns = shares(dict(cursor.fetchall()), limit)
            if not turns:
                return []
            # As an array they are chosen once; see `post._CLAIM`.
            cursor.execute(
                f"""UPDATE cases SET holder = %s, fence = fence + 1, due_at = %s WHERE id = ANY(ARRAY(
                    SELECT d.id FROM unnest(%s::smallint[], %s::bigint[]) t (procedure, share), LATERAL (
                        SELECT id FROM cases c WHERE status IN ('r', 'p') AND c.procedure = t.procedure
                            AND due_at <= %s
                        ORDER BY due_at, id LIMIT t.share FOR UPDATE SKIP LOCKED) d))
                    RETURNING {CASE_COLUMNS}""",
                (self.holder, now + lease, rows.numbers(turns), rows.numbers(turns.values()), now),
            )
            cases = sorted((read_case(row) for row in cursor.fetchall()), key=lambda case: case.id)
        for case in cases:
            case.held = True
        return cases

    def lock_deadlines(self, cursor: Cursor, now: datetime, limit: int) -> list[Case]:
        """Waiting cases whose time is up, locked until the transaction ends.

        One for which something came in is left out: that is read first, for it may have come in time.
        """
        after = self._late.place()
        cases = self._lock_late(cursor, now, limit, after)
        if not cases and after != resuming.START:
            cases = self._lock_late(cursor, now, limit, resuming.START)
        self._late.went_to((cases[-1].due, cases[-1].id) if len(cases) == limit else resuming.START)
        return cases

    def _lock_late(self, cursor: Cursor, now: datetime, limit: int, after: resuming.Place) -> list[Case]:
        cursor.execute(
            f"""SELECT {CASE_COLUMNS} FROM cases c
                WHERE status = 'w' AND due_at <= %s AND (due_at, id) > (%s, %s)
                AND NOT EXISTS (SELECT FROM inbox i WHERE i.case_id = c.id)
                ORDER BY due_at, id LIMIT %s FOR UPDATE OF c SKIP LOCKED""",
            (now, *after, limit),
        )
        return [read_case(row) for row in cursor.fetchall()]

    def lock_events(self, cursor: Cursor, limit: int) -> list[tuple[Case, Event]]:
        """Waiting cases with what came in for them, oldest first, locked until the transaction ends.

        A case that was set aside reads nothing but its release.
        """
        # LATERAL: one look by key per event, whatever the planner believes of the sizes of the tables.
        cursor.execute(
            f"""SELECT i.id, i.kind, i.at, i.body::text, c.* FROM inbox i, LATERAL (
                    SELECT {CASE_COLUMNS} FROM cases
                    WHERE id = i.case_id AND holder IS NULL
                        AND (status IN ('w', 'p') OR status = 'a' AND i.kind = 'released')
                    FOR UPDATE SKIP LOCKED) c
                ORDER BY i.id LIMIT %s FOR UPDATE OF i SKIP LOCKED""",
            (limit,),
        )
        cases: dict[int, Case] = {}
        found = []
        for number, kind, at, body, *row in cursor.fetchall():
            case = cases.get(row[0]) or cases.setdefault(row[0], read_case(tuple(row)))
            found.append((case, Event(number, case.id, kind, at, _body(body))))
        return found

    def forget_events(self, cursor: Cursor, events: Iterable[int]) -> None:
        cursor.execute("DELETE FROM inbox WHERE id = ANY(%s::bigint[])", (rows.numbers(events),))

    def drop_dead_events(self) -> int:
        """Events for ended cases have no effect (G-19) and go. Parts of the ledger are made ahead."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            # What came in is little; OFFSET keeps PostgreSQL from going through all ended cases instead.
            cursor.execute(
                """DELETE FROM inbox WHERE id IN (SELECT i.id FROM inbox i, LATERAL (
                    SELECT status FROM cases WHERE id = i.case_id OFFSET 0) c WHERE c.status = 'e')"""
            )
            taken = cursor.rowcount
            cursor.execute("SELECT ledger_ahead()")
            return taken

    def cases_of(self, source: str, events: Sequence[str]) -> dict[str, Case]:
        """The cases that these events of a feed opened, as they are now, by event."""
        with self.connection.transaction(), self.connection.cursor(binary=True) as cursor:
            cursor.execute(
                f"""SELECT {CASE_COLUMNS} FROM cases WHERE id IN (
                        SELECT case_id FROM registry_events WHERE source = %s AND event = ANY(%s))""",
                (source, list(events)),
            )
            return {case.event: case for case in map(read_case, cursor.fetchall())}

    def decisions(self, cases: Sequence[int]) -> dict[int, Decision]:
        """The decision of each case, opened; a case of an erased person is missing."""
        return decisions_of(self.connection, self.keys, cases)

    def take_back(self, cursor: Cursor, run: Run) -> None:
        """Forgets what a run did where it cannot be written: its case is again as it was before."""
        if run.opened:
            run.case.facts = Facts()
            run.case.step = run.started_at
        else:
            cursor.execute(f"SELECT {CASE_COLUMNS} FROM cases WHERE id = %s", (run.case.id,))
            row = cursor.fetchone()
            assert row is not None
            run.case = msgspec.structs.replace(read_case(row), fence=run.case.fence)
        run.taken, run.learnt, run.findings, run.records = [], {}, [], []
        run.closes_question, run.closes_task, run.names_recipient = None, False, False
        run.events = [event for event in run.events if event.kind == "released"]

    # --- writing ----------------------------------------------------------------------------------

    def postpone(self, cases: Sequence[Case]) -> None:
        """Gives leased cases back unchanged, to be looked at again when they are due."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            rows.copy(
                cursor,
                "postponed (id, fence, due_at, attempts)",
                (f"{c.id}\t{c.fence}\t{rows.moment(c.due)}\t{c.attempts}" for c in cases),
            )
            cursor.execute(
                """UPDATE cases c SET holder = NULL, due_at = p.due_at, attempts = p.attempts
                   FROM postponed p WHERE c.id = p.id AND c.fence = p.fence"""
            )

    def write(
        self,
        cursor: Cursor,
        runs: Sequence[Run],
        procedures: Mapping[int, Procedure],
        now: datetime,
        keep: timedelta | None = None,
    ) -> list[Run]:
        """Writes a batch of runs inside the caller's transaction; returns those that held.

        A run whose case was taken over by another worker (its fence moved) is left out, wholly.
        With `keep`, cases that rest at a step to be done outside stay leased to this worker.
        """
        self._at("write.begin")
        runs = self._write_cases(cursor, runs, now, keep)
        self._at("write.cases")
        self._write_ledger(cursor, runs, procedures, now)
        self._at("write.ledger")
        placing.close(cursor, runs, now)
        placing.write_messages(cursor, [run for run in runs if run.message], procedures, now)
        self._at("write.messages")
        placing.write_tasks(cursor, [run for run in runs if run.task], procedures, now)
        placing.write_records(cursor, runs, self.keys, now)
        self._at("write.end")
        return list(runs)

    def _write_cases(
        self, cursor: Cursor, runs: Sequence[Run], now: datetime, keep: timedelta | None
    ) -> Sequence[Run]:
        lease = rows.moment(now + keep) if keep else ""
        opened, moved = [], []
        for run in runs:
            case = run.case
            case.run += 1
            fence = case.fence
            case.held = bool(keep) and case.status in "rp" and case.due is not None and case.due <= now
            if case.held:
                case.fence += 1
                held = f"{lease}\t{self.holder}"
            else:
                held = f"{rows.moment(case.due)}\t\\N"
            line = (
                f"{case.id}\t{case.fence if run.opened else fence}\t{case.status}\t{case.step}\t"
                f"{rows.maybe(case.recipient)}\t{rows.text(case.region)}\t{rows.moment(case.entered)}\t"
                f"{rows.moment(case.deadline)}\t{held}\t{case.attempts}\t{case.run}\t"
                f"{rows.text(case.trouble)}\t"
            )
            run.learnt_text = _encode(run.learnt)
            if run.opened:
                line += (
                    f"{case.procedure}\t{case.subject}\t{rows.text(case.event)}\t"
                    f"{case.as_of.isoformat()}\t{rows.moment(case.opened)}\t"
                )
                # A case begins with what its first run learnt.
                opened.append(line.encode() + rows.json_bytes(run.learnt_text[1:-1]))
            else:
                added = case.facts.added(run.learnt, run.learnt_text)
                whole, known = (b"t\t", case.facts.text()[1:-1]) if added is None else (b"f\t", added)
                moved.append(f"{line}{case.fence}\t".encode() + whole + rows.json_bytes(known))
        rows.copy_bytes(
            cursor, f"cases ({_MOVED}, procedure, subject, event, as_of, opened_at, known)", opened
        )
        if moved:
            rows.copy_bytes(cursor, f"moves ({_MOVED}, next_fence, whole, known)", moved)
            cursor.execute(_MOVE)
            held_on = {number for (number,) in cursor.fetchall()}
            if len(held_on) < len(moved):
                runs = [run for run in runs if run.opened or run.case.id in held_on]
        _write_persons(cursor, runs)
        return runs

    def _write_ledger(
        self, cursor: Cursor, runs: Sequence[Run], procedures: Mapping[int, Procedure], now: datetime
    ) -> None:
        if not runs:
            return
        keys = self.keys.person_keys({run.case.person for run in runs})
        (batch,) = rows.new_ids(cursor, "ledger_batch_ids", 1)
        at = now.isoformat()
        entries: list[bytes] = []
        payloads: list[bytes] = []
        leaves = []
        ways: dict[tuple[object, ...], str] = {}
        for place, (run, nonce) in enumerate(zip(runs, ledger.nonces(len(runs)), strict=True)):
            case = run.case
            person = case.person
            sealed = ledger.seal_payload(keys.get(person), ledger.payload(run), case.id, case.run, nonce)
            digest = sha256(sealed).digest()
            procedure = procedures[case.procedure]
            taken = (procedure.hash, run.started_at, *run.taken)
            way = ways.get(taken) or ways.setdefault(
                taken, ledger.way(run, procedure, self._lines(procedure))
            )
            written = ledger.header(run, case.run, at, way).encode()
            leaves.append(ledger.leaf(digest, written))
            entries += (
                _ENTRY(6, 8, case.id, 4, case.run, 8, batch, 4, place, 32),
                digest,
                len(written).to_bytes(4, "big"),
                written,
            )
            payloads += (_PAYLOAD(4, 8, case.id, 4, case.run, 8, person, len(sealed)), sealed)
        copy_packed(cursor, "ledger_entries (case_id, run, batch, place, payload_hash, header)", entries)
        copy_packed(cursor, "ledger_payloads (case_id, run, person, sealed)", payloads)
        cursor.execute(
            "INSERT INTO ledger_batches (id, root, entries) VALUES (%s, %s, %s)",
            (batch, ledger.merkle_root(leaves), len(leaves)),
        )

    def _lines(self, procedure: Procedure) -> Mapping[tuple[str, str], str]:
        lines = self._fragments.get(procedure.hash)
        if lines is None:
            lines = self._fragments[procedure.hash] = ledger.fragments(procedure)
        return lines


def _write_persons(cursor: Cursor, runs: Sequence[Run]) -> None:
    """Whose cases they are: the subject's from the beginning, the recipient's from when it is known."""
    pairs = [(run.case.subject, run.case.id) for run in runs if run.opened]
    pairs += [(run.case.recipient, run.case.id) for run in runs if run.names_recipient and run.case.recipient]
    if pairs:
        cursor.execute(
            "INSERT INTO case_persons SELECT * FROM unnest(%s::bigint[], %s::bigint[]) "
            "ON CONFLICT DO NOTHING",
            (rows.numbers(person for person, _ in pairs), rows.numbers(case for _, case in pairs)),
        )


def decisions_of(connection: Connection, keys: Keys, cases: Sequence[int]) -> dict[int, Decision]:
    """The decision of each case, opened; a case of an erased person is missing."""
    with connection.transaction(), connection.cursor(binary=True) as cursor:
        cursor.execute(
            """SELECT d.case_id, d.run, d.outcome, d.amount_tiyn, d.document, d.signature, d.signer,
                   coalesce(c.recipient, c.subject)
               FROM decisions d JOIN cases c ON c.id = d.case_id WHERE d.case_id = ANY(%s)""",
            (list(cases),),
        )
        found = cursor.fetchall()
    key_of = keys.person_keys({row[-1] for row in found})
    return {
        case: Decision(
            outcome=outcome,
            amount_tiyn=tiyn,
            document=ledger.open_sealed(key_of[person], sealed, case, run),
            signature=signature,
            signer=signer,
        )
        for case, run, outcome, tiyn, sealed, signature, signer, person in found
        if person in key_of
    }


_WAITING_OUTSIDE = """
SELECT p.id, w.waiting FROM procedures p, LATERAL (
    SELECT count(*) AS waiting FROM (
        SELECT FROM cases c WHERE status IN ('r', 'p') AND c.procedure = p.id AND due_at <= %(now)s
        LIMIT %(most)s) c) w
WHERE w.waiting > 0
"""
_MOVED = (
    "id, fence, status, step, recipient, region, entered_at, deadline_at, due_at, holder, attempts, run, "
    "trouble"
)
_STAGING = """
CREATE TEMPORARY TABLE moves (
    id bigint, fence integer, status "char", step text, recipient bigint, region text,
    entered_at timestamptz, deadline_at timestamptz, due_at timestamptz, holder text, attempts integer,
    run integer, trouble text, next_fence integer, whole boolean, known text
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE postponed (
    id bigint, fence integer, due_at timestamptz, attempts integer
) ON COMMIT DELETE ROWS;
"""
_MOVE = """
UPDATE cases c SET fence = m.next_fence, status = m.status, step = m.step, recipient = m.recipient,
    region = m.region, entered_at = m.entered_at, deadline_at = m.deadline_at, due_at = m.due_at,
    holder = m.holder, attempts = m.attempts, run = m.run, trouble = m.trouble,
    known = CASE WHEN m.whole THEN m.known ELSE c.known || m.known END
FROM moves m WHERE c.id = m.id AND c.fence = m.fence RETURNING c.id
"""
