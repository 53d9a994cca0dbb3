"""The ledger's format: what an entry is, how entries are bound together, and how that is checked.

An entry is one run of one case. Its header tells without personal data what happened: the case,
the run, the moment, the procedure's hash, each step with outcome, clause and acting system, and
where the case came to rest. What was learnt and found is the payload, sealed under the person's
key; the header is bound to it by the payload's hash. A person is erased by destroying the key:
headers, hashes and roots still verify.

    leaf = SHA-256(0x00 | payload hash | header)          one per entry
    root = Merkle tree over the leaves of one batch       node = SHA-256(0x01 | left | right)
    head = SHA-256(0x02 | previous head | position | entries | root)      one per sealed batch
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qyzmet.cases.case import Case, Fact, Finding, Run
from qyzmet.cases.procedure import Procedure

FORMAT = 1
_NONCE = 12
FIRST_HEAD = bytes(32)


class Opening(msgspec.Struct, frozen=True, array_like=True):
    """What a case was opened with, besides its first facts."""

    event: str
    subject: int
    as_of: date


class Payload(msgspec.Struct, frozen=True, array_like=True):
    """What one run learnt and found, and the state it left the case in."""

    learnt: dict[str, Fact]
    findings: list[Finding]
    recipient: int | None
    region: str
    status: str
    deadline: datetime | None
    events: list[dict[str, Any]]
    trouble: str = ""
    opening: Opening | None = None  #: only in a case's first entry


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Payload).decode


def fragments(procedure: Procedure) -> dict[tuple[str, str], str]:
    """The header's line for every (step, outcome) of a procedure, written once."""
    return {
        (step.name, outcome): json.dumps(
            [step.name, outcome, step.clause.id, step.actor], ensure_ascii=False, separators=(",", ":")
        )
        for step in procedure.steps.values()
        for outcome in step.outcomes
    }


def way(run: Run, procedure: Procedure, lines: Mapping[tuple[str, str], str]) -> str:
    """The end of a header: the steps that were taken. Cases of a batch mostly share it."""
    steps = ",".join([lines[taken] for taken in run.taken])
    return (
        f'"procedure":"{procedure.hash}","from":"{run.started_at}","steps":[{steps}],"to":"{run.case.step}"}}'
    )


def header(run: Run, number: int, at: str, way: str) -> str:
    """The entry's header as canonical JSON text. `at` is the moment in ISO form."""
    return f'{{"ledger":{FORMAT},"case":{run.case.id},"run":{number},"at":"{at}",{way}'


def payload(run: Run) -> bytes:
    """The entry's payload, not yet sealed."""
    case = run.case
    events = [{"kind": event.kind, "at": event.at, "body": event.body} for event in run.events]
    opening = Opening(case.event, case.subject, case.as_of) if run.opened else None
    learnt: Any = msgspec.Raw(run.learnt_text) if run.learnt_text else run.learnt
    return _encode(
        Payload(
            learnt,
            run.findings,
            case.recipient,
            case.region,
            case.status,
            case.deadline,
            events,
            case.trouble,
            opening,
        )
    )


def nonces(count: int) -> list[bytes]:
    """Random bytes for so many payloads, in one call to the system."""
    drawn = os.urandom(_NONCE * count)
    return [drawn[place : place + _NONCE] for place in range(0, len(drawn), _NONCE)]


def seal_payload(key: bytes | None, clear: bytes, case: int, run: int, nonce: bytes = b"") -> bytes:
    """Seals a payload: 12 random bytes, then AES-256-GCM bound to case and run.

    Without a key (the person was erased) nothing is kept: the result is empty. A `nonce` is one of
    `nonces`, used once.
    """
    if key is None:
        return b""
    nonce = nonce or os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, clear, b"%d/%d" % (case, run))


def open_sealed(key: bytes, sealed: bytes, case: int, run: int) -> bytes:
    """The bytes that were sealed. Raises ValueError where key, case or run are not theirs."""
    if not sealed:
        raise ValueError(f"nothing was sealed for case {case}, run {run}: the person had been erased")
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], b"%d/%d" % (case, run))
    except InvalidTag:
        raise ValueError(f"what was sealed for case {case}, run {run} does not open") from None


def open_payload(key: bytes, sealed: bytes, case: int, run: int) -> Payload:
    """The payload of an entry. Raises ValueError where key, case or run are not its own."""
    return _decode(open_sealed(key, sealed, case, run))


def leaf(payload_hash: bytes, header_text: str | bytes) -> bytes:
    written = header_text.encode() if isinstance(header_text, str) else header_text
    return sha256(b"\x00" + payload_hash + written).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over at least one leaf; an odd last node goes up as it is."""
    level = list(leaves)
    while len(level) > 1:
        above = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def next_head(head: bytes, position: int, entries: int, root: bytes) -> bytes:
    return sha256(b"\x02" + head + position.to_bytes(8, "big") + entries.to_bytes(8, "big") + root).digest()


def state_of(case: Case) -> dict[str, Any]:
    """The part of a case that its ledger entries determine (for replay)."""
    return {
        "event": case.event,
        "subject": case.subject,
        "as_of": case.as_of,
        "step": case.step,
        "status": case.status,
        "run": case.run,
        "recipient": case.recipient,
        "region": case.region,
        "deadline": case.deadline,
        "trouble": case.trouble,
        "facts": case.facts,
    }
