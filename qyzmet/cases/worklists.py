"""Lists for officials: open tasks of roles in regions, in the order of their deadlines, and cases by number.

Each list is read page by page in the order of an index, however many cases there are; a cursor is the place
of the last row seen. Deadlines that the act does not set come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from qyzmet.cases import tasks
from qyzmet.cases.rows import Connection
from qyzmet.cases.tasks import Task

MOST = 200


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which tasks: of these roles and regions; the other conditions hold where they are given.

    `after` is the deadline and number of the last row of the page before; `until` and `since` bound the
    deadline, `until` included, `undated` are those without one. `procedures` are numbers of the catalogue.
    """

    roles: Sequence[str]
    regions: Sequence[str]
    since: datetime | None = None
    until: datetime | None = None
    undated: bool | None = None
    claimed_by: str | None = None
    unclaimed: bool = False
    proposed: bool = False
    step: str | None = None
    procedures: Sequence[int] | None = None
    after: tuple[datetime | None, int] | None = None
    limit: int = 50


class Listed(msgspec.Struct, frozen=True):
    """A task with the number of its case's procedure."""

    task: Task
    procedure: int


class Outline(msgspec.Struct, frozen=True):
    """A case without anything that was learnt of a person."""

    id: int
    procedure: int
    step: str
    status: str
    region: str
    subject: int
    recipient: int | None
    event: str
    opened_at: datetime
    entered_at: datetime
    deadline_at: datetime | None
    trouble: str


def page(connection: Connection, wanted: Wanted) -> list[Listed]:
    """A page of open tasks, those whose time ends first first."""
    after_at, after_id = wanted.after or (None, -1)
    values: dict[str, Any] = {
        **msgspec.structs.asdict(wanted),
        "started": wanted.after is not None, "after_at": after_at, "after_id": after_id,
        "roles": list(wanted.roles), "regions": list(wanted.regions),
        "procedures": None if wanted.procedures is None else list(wanted.procedures),
    }  # fmt: skip
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_MINE if wanted.claimed_by else _PAGE, values)
        return [Listed(tasks.of_row(row[1:]), row[0]) for row in cursor.fetchall()]


def roles(connection: Connection) -> list[str]:
    """All roles that have open tasks."""
    with connection.transaction():
        return [role for (role,) in connection.execute(_ROLES) if role is not None]


def of_case(connection: Connection, case: int) -> list[Task]:
    """The open tasks of a case."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {tasks.COLUMNS} FROM tasks WHERE case_id = %s AND state = 'o' ORDER BY id", (case,)
        )
        return [tasks.of_row(row) for row in cursor.fetchall()]


def outline(connection: Connection, case: int) -> Outline | None:
    with connection.transaction():
        row = connection.execute(
            f"SELECT {_OUTLINE} FROM cases c WHERE id = %s AND %s BETWEEN 0 AND 9223372036854775807",
            (min(case, 2**63 - 1), case),
        ).fetchone()
    return None if row is None else Outline(*row)


def of_person(connection: Connection, person: int, limit: int = MOST) -> list[Outline]:
    """Cases whose recipient this person is, or whose subject while there is none; newest first."""
    with connection.transaction():
        found = connection.execute(_OF_PERSON, {"person": person, "limit": limit}).fetchall()
    return [Outline(*row) for row in found]


def search(connection: Connection, number: int, regions: Sequence[str], limit: int = MOST) -> list[Outline]:
    """Cases with this number, or about the person with this pseudonym, in these regions; newest first."""
    if not 0 <= number < 2**63:
        return []
    with connection.transaction():
        found = connection.execute(
            _SEARCH, {"number": number, "regions": list(regions), "limit": limit}
        ).fetchall()
    return sorted((Outline(*row) for row in found), key=lambda case: -case.id)


_OUTLINE = (
    "c.id, c.procedure, c.step, c.status::text, c.region, c.subject, c.recipient, c.event, c.opened_at, "
    "c.entered_at, c.deadline_at, c.trouble"
)
_OF_PERSON = f"""
SELECT {_OUTLINE} FROM case_persons p JOIN cases c ON c.id = p.case_id
WHERE p.person = %(person)s AND coalesce(c.recipient, c.subject) = %(person)s
ORDER BY p.case_id DESC LIMIT %(limit)s
"""
_ENDS = "coalesce(t.deadline_at, 'infinity'::timestamptz)"
_FILTERS = f"""
    (%(since)s::timestamptz IS NULL OR {_ENDS} > %(since)s)
    AND (%(until)s::timestamptz IS NULL OR {_ENDS} <= %(until)s)
    AND (%(undated)s::boolean IS NULL OR (t.deadline_at IS NULL) = %(undated)s)
    AND (NOT %(unclaimed)s OR t.claimed_by IS NULL)
    AND (NOT %(proposed)s OR t.proposal IS NOT NULL)
    AND (%(step)s::text IS NULL OR t.step = %(step)s)
    AND (%(procedures)s::int[] IS NULL OR c.procedure = ANY(%(procedures)s))
    AND (NOT %(started)s OR ({_ENDS}, t.id) > (coalesce(%(after_at)s::timestamptz, 'infinity'), %(after_id)s))
"""
_OF_TASK = ", ".join(f"t.{column.strip()}" for column in tasks.COLUMNS.split(","))
_PAGE = f"""
SELECT p.* FROM unnest(%(roles)s::text[]) r (role), unnest(%(regions)s::text[]) g (region),
    LATERAL (SELECT c.procedure, {_OF_TASK} FROM tasks t JOIN cases c ON c.id = t.case_id
        WHERE t.state = 'o' AND t.role = r.role AND t.region = g.region AND {_FILTERS}
        ORDER BY {_ENDS}, t.id LIMIT %(limit)s) p
ORDER BY p.deadline_at NULLS LAST, p.id LIMIT %(limit)s
"""
_MINE = f"""
SELECT c.procedure, {_OF_TASK} FROM tasks t JOIN cases c ON c.id = t.case_id
WHERE t.state = 'o' AND t.claimed_by = %(claimed_by)s AND t.role = ANY(%(roles)s)
    AND t.region = ANY(%(regions)s) AND {_FILTERS}
ORDER BY {_ENDS}, t.id LIMIT %(limit)s
"""
# From one role (office) to the next by the index: as many looks as there are of them.
_ROLES = """
WITH RECURSIVE some_role (role) AS (
    (SELECT min(role) FROM tasks WHERE state = 'o')
    UNION ALL
    SELECT (SELECT min(t.role) FROM tasks t WHERE t.state = 'o' AND t.role > s.role)
    FROM some_role s WHERE s.role IS NOT NULL)
SELECT role FROM some_role
"""
_SEARCH = f"""
WITH found AS MATERIALIZED (
    SELECT id FROM cases WHERE id = %(number)s
    UNION SELECT case_id FROM case_persons WHERE person = %(number)s)
SELECT {_OUTLINE} FROM found f JOIN cases c ON c.id = f.id AND c.region = ANY(%(regions)s)
    AND %(number)s IN (c.id, c.subject, c.recipient)
LIMIT %(limit)s
"""
