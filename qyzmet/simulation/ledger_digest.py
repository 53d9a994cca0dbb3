"""The short form of a run: a digest by which two runs of one seed are seen to be the same."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from qyzmet.cases.rows import Connection
from qyzmet.simulation.evidence import Evidence


def digest(connection: Connection) -> str:
    """Over the headers of the ledger in the order of cases and runs, and nothing else.

    A header has the case, the run, the moment, the procedure, every step with outcome, clause and
    actor. Left out is what real randomness goes into: nonces, keys and certificates, and
    so payloads, signatures, roots and heads.
    """
    found = sha256()
    with connection.transaction():
        for (header,) in connection.execute("SELECT header FROM ledger_entries ORDER BY case_id, run"):
            found.update(header.encode() + b"\n")
    return found.hexdigest()[:16]


def endings(evidence: Evidence) -> dict[str, int]:
    """How many cases came to which ending; the others as `open` or `set_aside`."""
    words = {"e": "", "a": "set_aside"}
    counted = Counter(words.get(case.status, "open") or case.step for case in evidence.cases.values())
    return dict(sorted(counted.items()))
