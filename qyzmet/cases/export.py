"""The ledger as a file that an outsider checks without the database and without personal data.

JSON lines: what the file is with the key of the heads; each batch after its entries, in the order
of the batches; the chain; the heads kept outside. Payloads stay where they are: their hashes are in
the entries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from qyzmet.cases import ledger
from qyzmet.cases.chain import Heads, Report, read_head
from qyzmet.cases.rows import Connection
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import BadValue

FORMAT = 1


def export(connection: Connection, heads: Heads, clock: Clock, out: TextIO) -> Mapping[str, int]:
    """Writes all of the ledger that is sealed; returns how many lines of each kind."""
    counts = dict.fromkeys(("entry", "batch", "seal", "head"), 0)

    def write(kind: str, **values: object) -> None:
        counts[kind] = counts.get(kind, 0) + 1
        out.write(json.dumps({"kind": kind} | values, ensure_ascii=False, separators=(",", ":")) + "\n")

    lines = heads.path.read_text().splitlines() if heads.path.exists() else []
    key = heads.public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    write("ledger", format=FORMAT, exported_at=clock.now().isoformat(), key=key.decode())
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with connection.cursor("export") as stream:
            stream.itersize = 5000
            stream.execute(_ENTRIES)
            batch = None
            for number, root, entries, place, case, run, digest, header in stream:
                if batch is not None and batch["id"] != number:
                    write("batch", **batch)
                batch = {"id": number, "root": root.hex(), "entries": entries}
                write(
                    "entry",
                    batch=number,
                    place=place,
                    case=case,
                    run=run,
                    payload_hash=digest.hex(),
                    header=header,
                )
            if batch is not None:
                write("batch", **batch)
        with connection.cursor() as cursor:
            cursor.execute("SELECT position, batch, root, entries, head FROM ledger_seals ORDER BY position")
            for position, number, root, entries, head in cursor.fetchall():
                write(
                    "seal", position=position, batch=number, root=root.hex(), entries=entries, head=head.hex()
                )
    for line in lines:
        write("head", line=line)
    counts.pop("ledger")
    return counts


def check(lines: Iterable[str], heads: Iterable[str] | None = None) -> Report:
    """Checks an exported file by itself. `heads` are lines of a file of heads from another hand: only
    with it a file is found that was made anew as a whole.

    Raises BadValue where the file is not an export.
    """
    checker = _Checker()
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            checker.take(row.pop("kind"), row)
        except (ValueError, KeyError, TypeError, AttributeError, UnsupportedAlgorithm):
            raise BadValue(
                f"line {number}",
                "is not a line of an exported ledger",
                "Export it anew: qyzmet audit export.",
            ) from None
    if checker.key is None:
        raise BadValue("the file", "does not begin as an exported ledger", "Name another file.")
    for line in heads or ():
        checker.head(line)
    return checker.finish()


@dataclass
class _Checker:
    report: Report = field(default_factory=Report)
    key: ec.EllipticCurvePublicKey | None = None
    leaves: list[bytes] = field(default_factory=list)
    batches: dict[int, tuple[bytes, int]] = field(default_factory=dict)
    last_head: bytes = ledger.FIRST_HEAD
    head_at: dict[int, bytes] = field(default_factory=dict)
    runs: dict[int, int] = field(default_factory=dict)

    def take(self, kind: str, row: Mapping[str, Any]) -> None:
        takers: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "ledger": self._beginning,
            "entry": self._entry,
            "batch": self._batch,
            "seal": self._seal,
            "head": lambda head: self.head(head["line"]),
        }
        if (kind == "ledger") is not (self.key is None):
            raise ValueError(kind)
        takers[kind](row)

    def _beginning(self, row: Mapping[str, Any]) -> None:
        key = serialization.load_pem_public_key(row["key"].encode())
        if row["format"] != FORMAT or not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError("another format")
        self.key = key

    def _entry(self, row: Mapping[str, Any]) -> None:
        self.report.entries += 1
        case, run, header = row["case"], row["run"], row["header"]
        if row["place"] != len(self.leaves):
            self._fault(f"batch {row['batch']}: entry {len(self.leaves)} is missing or out of order")
        if f'"case":{case},"run":{run},' not in header:
            self._fault(f"case {case}, run {run}: the entry stands under another number")
        self.runs[case] = max(self.runs.get(case, 0), run)
        self.leaves.append(ledger.leaf(bytes.fromhex(row["payload_hash"]), header))

    def _batch(self, row: Mapping[str, Any]) -> None:
        self.report.batches += 1
        root, entries = bytes.fromhex(row["root"]), row["entries"]
        if len(self.leaves) != entries or not self.leaves or ledger.merkle_root(self.leaves) != root:
            self._fault(f"batch {row['id']}: its entries are not those its root was made of")
        self.batches[row["id"]] = root, entries
        self.leaves = []

    def _seal(self, row: Mapping[str, Any]) -> None:
        self.report.sealed += 1
        position, root, entries = row["position"], bytes.fromhex(row["root"]), row["entries"]
        if position != self.report.sealed:
            self._fault(f"place {self.report.sealed} of the chain is missing")
        if self.batches.pop(row["batch"], None) != (root, entries):
            self._fault(f"batch {row['batch']} is gone or is not what was sealed")
        head = bytes.fromhex(row["head"])
        if ledger.next_head(self.last_head, position, entries, root) != head:
            self._fault(f"the head at place {position} does not follow from the one before")
        self.last_head = self.head_at[position] = head

    def head(self, line: str) -> None:
        """A head kept outside, from the file itself or from another hand."""
        assert self.key is not None
        self.report.heads += 1
        position, head, good = read_head(line, self.key)
        if not good:
            self._fault(f"the head kept outside for place {position} bears a false signature")
        elif self.head_at.get(position) != head:
            self._fault(
                f"the chain was cut off or rewritten: place {position} is not what the head kept outside says"
            )

    def finish(self) -> Report:
        if self.leaves:
            self._fault("the last entries belong to no batch")
        self.report.faults += [f"batch {batch} was not sealed" for batch in self.batches]
        if self.report.sealed and not self.report.heads:
            self._fault("no head kept outside is there to compare the chain with")
        if len(self.runs) and sum(self.runs.values()) != self.report.entries:
            self._fault("runs of some cases are missing: the entries are fewer than the runs they number")
        return self.report

    def _fault(self, said: str) -> None:
        self.report.faults.append(said)


# Batches that are not sealed yet are left out: the next export has them.
_ENTRIES = """
SELECT b.id, b.root, b.entries, e.place, e.case_id, e.run, e.payload_hash, e.header
FROM ledger_entries e JOIN ledger_batches b ON b.id = e.batch
WHERE EXISTS (SELECT FROM ledger_seals s WHERE s.batch = b.id) ORDER BY b.id, e.place
"""
