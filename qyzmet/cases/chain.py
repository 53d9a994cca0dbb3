"""Seals the ledger's batches into a chain, and checks all of it.

One sealer gives every batch its place. Heads are signed and also written to a file outside the
database: without it, cutting off the end of the chain could not be seen.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from qyzmet.cases import failpoints as fail
from qyzmet.cases import ledger, rows
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused

_SEALER = 5_201_314  # the advisory lock of the one sealer
_DIGEST = ec.ECDSA(hashes.SHA256())
_ENDING_BYTES = 16_384


class Heads:
    """The file of signed heads, outside the database: one JSON line per sealing."""

    def __init__(self, path: Path, key: ec.EllipticCurvePrivateKey) -> None:
        self.path, self._key = path, key
        self._last: int | None = None

    @classmethod
    def open(cls, directory: Path) -> Heads:
        """Opens the file, making it and its P-256 key where they are missing."""
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / "ledger-seal.pem"
        if not path.exists():
            _make_key(path)
        key = serialization.load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise Refused(f"{path} is not an elliptic-curve key. Restore it from the backup.")
        return cls(directory / "ledger-heads.jsonl", key)

    def append(self, position: int, head: bytes) -> None:
        signature = self._key.sign(_signed(position, head), _DIGEST)
        line = json.dumps({"position": position, "head": head.hex(), "signature": signature.hex()})
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 4096))
            unfinished = file.read().rpartition(b"\n")[2]  # of a line that a power cut left so
            file.truncate(size - len(unfinished))
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._last = position

    def last(self) -> int:
        """The highest place that the file has a head for."""
        if self._last is None:
            # Heads are written in order, but two sealers may come close: the last few tell, or all of them.
            self._last = self._highest(self._ending()) or self._highest(self.read())
        return self._last

    @staticmethod
    def _highest(heads: Iterable[tuple[int, bytes, bool]]) -> int:
        return max((position for position, _, good in heads if good), default=0)

    def _ending(self) -> Iterator[tuple[int, bytes, bool]]:
        """The last lines of the file, however long it has grown."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _ENDING_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
        for line in lines[size > _ENDING_BYTES :]:  # the first may be cut
            yield read_head(line, self.public_key)

    def read(self) -> Iterator[tuple[int, bytes, bool]]:
        """(position, head, whether the signature is good) of every line."""
        if not self.path.exists():
            return
        for line in self.path.read_text(errors="replace").splitlines():
            yield read_head(line, self.public_key)

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """What others check the heads with."""
        return self._key.public_key()


def read_head(line: str, key: ec.EllipticCurvePublicKey) -> tuple[int, bytes, bool]:
    """(position, head, whether the signature is good) of one line of a file of heads."""
    position, head = 0, b""
    try:
        row = json.loads(line)
        position, head = int(row["position"]), bytes.fromhex(row["head"])
        key.verify(bytes.fromhex(row["signature"]), _signed(position, head), _DIGEST)
    except (InvalidSignature, ValueError, KeyError, TypeError, OverflowError):
        return position, head, False
    return position, head, True


def _make_key(path: Path) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with contextlib.suppress(FileExistsError):  # another process was faster
        os.link(fresh, path)
    fresh.unlink()


def _signed(position: int, head: bytes) -> bytes:
    return b"qyzmet ledger head\x00" + position.to_bytes(8, "big") + head


def seal(connection: Connection, heads: Heads, clock: Clock, failpoints: fail.Failpoints = fail.none) -> int:
    """Chains every batch that has no place yet; returns how many. Only one sealer works at a time."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (_SEALER,))
        if cursor.fetchone() != (True,):
            return 0
        position, head = _last_seal(cursor)
        cursor.execute(_TO_SEAL)
        found = cursor.fetchall()
        seals = []
        for batch, root, entries in found:
            position += 1
            head = ledger.next_head(head, position, entries, root)
            seals.append((position, batch, root, entries, head, clock.now()))
        if seals:
            cursor.executemany("INSERT INTO ledger_seals VALUES (%s, %s, %s, %s, %s, %s)", seals)
            cursor.execute(_SEALED, (rows.numbers(batch for batch, _, _ in found),))
    failpoints("ledger.sealed")
    if position > heads.last():  # also where an earlier sealer died before it could write its head down
        heads.append(position, head)
    return len(found)


#: The mark keeps this as quick as on the first day. It proves nothing, and a sealer of the release before
#: does not set it: what was sealed is seen by the seal.
_TO_SEAL = """
SELECT b.id, b.root, b.entries FROM ledger_batches b
WHERE NOT b.sealed AND NOT EXISTS (SELECT FROM ledger_seals s WHERE s.batch = b.id) ORDER BY b.id
"""
_SEALED = "UPDATE ledger_batches SET sealed = true WHERE id = ANY(%s::bigint[])"


def _last_seal(cursor: Cursor) -> tuple[int, bytes]:
    cursor.execute("SELECT position, head FROM ledger_seals ORDER BY position DESC LIMIT 1")
    position, head = cursor.fetchone() or (0, ledger.FIRST_HEAD)
    return position, head


@dataclass
class Report:
    """What a check of the ledger found; `faults` are sentences, empty where all is well."""

    entries: int = 0
    batches: int = 0
    sealed: int = 0
    heads: int = 0
    erased: int = 0
    archived: int = 0
    faults: list[str] = field(default_factory=list)


def verify(connection: Connection, heads: Heads) -> Report:
    """Checks every entry, payload, batch, place in the chain and head kept outside."""
    report = Report()
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT case_id FROM archived_cases")
        away = {case for (case,) in cursor.fetchall()}
        head_at = _check_chain(cursor, report)
        _check_batches(cursor, report, away)
        _check_cases(cursor, report)
    for position, head, good in heads.read():
        report.heads += 1
        if not good:
            report.faults.append(f"the head kept outside for place {position} bears a false signature")
        elif head_at.get(position) != head:
            report.faults.append(
                f"the chain was cut off or rewritten: place {position} is not what the head kept outside says"
            )
    return report


def _check_chain(cursor: Cursor, report: Report) -> dict[int, bytes]:
    cursor.execute(
        """SELECT s.position, s.batch, s.root, s.entries, s.head, b.root, b.entries
           FROM ledger_seals s LEFT JOIN ledger_batches b ON b.id = s.batch ORDER BY s.position"""
    )
    head, expected, heads = ledger.FIRST_HEAD, 0, {}
    for position, batch, root, entries, kept, batch_root, batch_entries in cursor.fetchall():
        expected += 1
        if position != expected:
            report.faults.append(f"place {expected} of the chain is missing")
            expected = position
        if (batch_root, batch_entries) != (root, entries):
            report.faults.append(f"batch {batch} is gone or is not what was sealed")
        computed = ledger.next_head(head, position, entries, root)
        if computed != kept:
            report.faults.append(f"the head at place {position} does not follow from the one before")
        head = kept
        heads[position] = kept
        report.sealed += 1
    return heads


def _check_batches(cursor: Cursor, report: Report, away: Container[int]) -> None:
    found: dict[int, tuple[int, bytes]] = {}
    with cursor.connection.cursor("ledger") as stream:
        stream.itersize = 5000
        stream.execute(
            """SELECT e.batch, e.place, e.case_id, e.run, e.payload_hash, e.header, p.sealed
               FROM ledger_entries e LEFT JOIN ledger_payloads p USING (case_id, run)
               ORDER BY e.batch, e.place"""
        )
        for batch, entries in groupby(stream, key=itemgetter(0)):
            leaves = [_check_entry(report, place, entry, away) for place, entry in enumerate(entries)]
            found[batch] = len(leaves), ledger.merkle_root(leaves)
    cursor.execute("SELECT id, root, entries FROM ledger_batches")
    for batch, root, count in cursor.fetchall():
        report.batches += 1
        if found.pop(batch, None) != (count, root):
            report.faults.append(f"batch {batch}: its entries are not those its root was made of")
    report.faults += [f"batch {batch} has entries but no root" for batch in found]


def _check_entry(report: Report, expected: int, entry: tuple[Any, ...], away: Container[int]) -> bytes:
    """Notes what is wrong with an entry; returns its leaf."""
    batch, place, case, run, digest, header, sealed = entry
    report.entries += 1
    if place != expected:
        report.faults.append(f"batch {batch}: entry {expected} is missing or out of order")
    if f'"case":{case},"run":{run},' not in header:
        report.faults.append(f"case {case}, run {run}: the entry stands under another number")
    if sealed is None and case in away:
        report.archived += 1
    elif sealed is None:
        report.faults.append(f"case {case}, run {run}: the payload is gone")
    elif sha256(sealed).digest() != digest:
        report.faults.append(f"case {case}, run {run}: the payload is not the one recorded")
    elif not sealed:
        report.erased += 1  # written when the person had been erased already
    return ledger.leaf(digest, header)


def _check_cases(cursor: Cursor, report: Report) -> None:
    cursor.execute(
        """SELECT id, cases.run, coalesce(n, 0), coalesce(last, 0) FROM cases
           LEFT JOIN (SELECT case_id, count(*) AS n, max(run) AS last FROM ledger_entries GROUP BY case_id) e
           ON e.case_id = id
           WHERE (cases.run, cases.run) IS DISTINCT FROM (coalesce(n, 0), coalesce(last, 0))"""
    )
    for case, run, count, last in cursor.fetchall():
        report.faults.append(
            f"case {case} has had {run} runs, but the ledger has {count}, the last being {last}"
        )
    cursor.execute(
        "SELECT DISTINCT case_id FROM ledger_entries e WHERE case_id > 0 AND NOT EXISTS "
        "(SELECT FROM cases c WHERE c.id = e.case_id) LIMIT 100"  # below: changes of policies
    )
    report.faults += [f"case {case} is in the ledger but not in the store" for (case,) in cursor.fetchall()]
