"""Named places between all statements that matter, at which a test lets the program die.

In ordinary use a failpoint is one call of an empty function. `QYZMET_FAILPOINT=name` or `name:N`
kills the process at the N-th passing (kill -9, as a power cut would).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

Failpoints = Callable[[str], None]

#: Every failpoint there is; tests go through all of them.
NAMES = (
    "intake.before",
    "intake.written",
    "claim.outside",
    "outside.answered",
    "outside.written",
    "events.locked",
    "events.written",
    "deadlines.written",
    "write.begin",
    "write.cases",
    "write.ledger",
    "write.messages",
    "write.end",
    "post.claimed",
    "post.sent",
    "post.recorded",
    "reply.stored",
    "ledger.sealed",
)


def none(_: str) -> None:
    """No failpoint."""


def from_environment(environment: Mapping[str, str]) -> Failpoints:
    """The failpoint that the environment names, or none."""
    setting = environment.get("QYZMET_FAILPOINT", "")
    if not setting:
        return none
    name, _, count = setting.partition(":")
    if name not in NAMES:
        raise ValueError(f"QYZMET_FAILPOINT names no failpoint: {name!r}; there are {', '.join(NAMES)}")
    left = int(count or 1)

    def pass_by(point: str) -> None:
        nonlocal left
        if point == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return pass_by
