"""A case told from its ledger and messages, in ids and names of steps only."""

from __future__ import annotations

from datetime import datetime

from qyzmet.runtime.clock import KZ
from qyzmet.simulation.evidence import Evidence


def story(evidence: Evidence, case: int) -> list[str]:
    """One line for each thing that happened, in its order."""
    told: list[tuple[datetime, float, str]] = []
    for entry in evidence.entries.get(case, ()):
        header, payload = entry.header, entry.payload
        steps = ", ".join(f"{step} {outcome} ({clause})" for step, outcome, clause, _ in header["steps"])
        line = f"run {header['run']}: {steps or 'nothing taken'}, now at {header['to']}"
        if payload.deadline is not None:
            line += f", deadline {_local(payload.deadline)}"
        if payload.trouble:
            line += f", set aside: {payload.trouble}"
        told.append((datetime.fromisoformat(header["at"]), header["run"], line))
    own = {message.id: message for message in evidence.messages if message.case == case}
    for attempt in evidence.attempts:
        if attempt.message in own:
            got = "reached the phone" if attempt.delivered else "did not reach the phone"
            line = f"message {attempt.message} ({own[attempt.message].step}) {got}, told: {attempt.told}"
            told.append((attempt.at, own[attempt.message].run + 0.5, line))
    lines = [f"{_local(at)}  {line}" for at, _, line in sorted(told)]
    stands = evidence.cases.get(case)
    if stands is not None:
        until = "" if stands.due is None else f", due {_local(stands.due)}"
        lines.append(f"{_local(evidence.now)}  stands at {stands.step}, status {stands.status}{until}")
    return lines


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(KZ):%Y-%m-%d %H:%M:%S}"
