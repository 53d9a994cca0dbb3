"""A head takes back what an official of the office has claimed, and may give it on to another.

So nothing waits for one whose post has ended or who is away without a substitute. The case hears of it: who
took it from whom, and to whom it went, stands in the ledger.
"""

from __future__ import annotations

from qyzmet.cases import tasks
from qyzmet.cases.officials import Officials
from qyzmet.cases.rows import Connection
from qyzmet.cases.tasks import Task
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused

#: The role whose post makes an official the head of an office.
HEAD = "head"
#: The event by which the case hears of it.
HANDED_OVER = "handed_over"


def hand_over(
    connection: Connection, task: int, version: int, head: str, to: str | None, clock: Clock
) -> int:
    """Takes a claimed task back and gives it to another official, or to all of the office where `to` is None.

    Returns the task's new version. Raises UnknownName where there is no such open task, and Refused where
    the head has no post over its office, nobody has claimed it, the other may not do it, or it changed.
    """
    officials = Officials(connection, clock)
    found = tasks.open_task(connection, task)
    if not officials.holds(head, HEAD, found.office):
        raise Refused(
            f"{head} has no post as head of {found.office} today. "
            f"Give one: qyzmet task appoint {head!r} {HEAD} {found.office} --by …"
        )
    if to is not None and found.claimed_by is not None and officials.acting_as(to, found) is None:
        raise Refused(f"{to} has no post as {found.role} in {found.office} today. Choose another official.")
    return take_back(connection, found, version, head, to, clock)


def take_back(
    connection: Connection, found: Task, version: int, head: str, to: str | None, clock: Clock
) -> int:
    """The same for one whose right was looked at before. Raises Refused where nobody has it or it changed."""
    if found.claimed_by is None:
        raise Refused(f"Task {found.id} is claimed by nobody. Who may do it claims it.")
    said = {"step": found.step, "task": found.id, "official": head, "from": found.claimed_by, "to": to or ""}
    with connection.transaction():
        changed = tasks.hold(connection, found.id, version, to)
        tasks.send_event(connection, found.case, HANDED_OVER, clock.now(), said)
    return changed
