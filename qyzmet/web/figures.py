"""What became of everybody, deadlines kept, money by month and region: rows for the page, CSV and the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from qyzmet.cases.package import ActPackage
from qyzmet.cases.rows import Connection


class FunnelRow(msgspec.Struct, frozen=True):
    """A procedure's cases: each count is of those who came at least so far."""

    code: str
    found: int
    eligible: int
    asked: int
    consented: int
    chosen: int
    paid: int


class EndingRow(msgspec.Struct, frozen=True):
    """How many cases ended so; `ending` is also `open` or `set_aside`."""

    code: str
    ending: str
    cases: int


class DeadlineRow(msgspec.Struct, frozen=True):
    """Tasks of a step: ended in time, ended late, still open."""

    step: str
    role: str
    tasks: int
    kept: int
    missed: int
    open: int


class MonthRow(msgspec.Struct, frozen=True):
    """Payment orders placed in a month, `2026-11`, and their sum in tiyn."""

    month: str
    orders: int
    tiyn: int


class RegionRow(msgspec.Struct, frozen=True):
    """Cases and payment orders of a region, and the sum of these in tiyn."""

    region: str
    cases: int
    orders: int
    tiyn: int


#: Columns of the funnel.
STAGES = ("found", "eligible", "asked", "consented", "chosen", "paid")
#: The tables by name, with what a row of each is.
TABLES: Mapping[str, type[msgspec.Struct]] = {
    "funnel": FunnelRow, "endings": EndingRow, "deadlines": DeadlineRow, "months": MonthRow,
    "regions": RegionRow,
}  # fmt: skip

_R = TypeVar("_R", bound=msgspec.Struct)


def rows_of(
    connection: Connection, kind: type[_R], regions: Sequence[str], packages: Iterable[ActPackage]
) -> list[_R]:
    """The rows of one of TABLES over cases of these regions; a funnel for each act that asks people."""
    if kind is not FunnelRow:
        return _read(connection, kind, _QUERIES[kind], {"regions": list(regions)})
    found = list[_R]()
    for package in packages:
        if package.dialogue is not None:
            asking = package.dialogue
            values = {
                "regions": list(regions), "act": package.act.code, "prefix": asking.prefix,
                "agreed": asking.agreed, "chosen": list(asking.chosen), "ineligible": list(asking.ineligible),
            }  # fmt: skip
            found += _read(connection, kind, _FUNNEL, values)
    return found


def _read(connection: Connection, kind: type[_R], query: str, values: Mapping[str, Any]) -> list[_R]:
    with connection.transaction():
        return [kind(*row) for row in connection.execute(query, values).fetchall()]


_FUNNEL = """
    WITH told AS (
        SELECT case_id, bool_or(prefix = %(prefix)s) AS asked,
               bool_or(prefix = %(prefix)s AND reading = %(agreed)s) AS agreed,
               bool_or(prefix <> %(prefix)s AND reading = ANY(%(chosen)s)) AS chosen
        FROM messages WHERE question IS NOT NULL GROUP BY case_id)
    SELECT p.code, count(*) AS found,
           count(*) FILTER (WHERE c.step <> ALL(%(ineligible)s)) AS eligible,
           count(*) FILTER (WHERE t.asked OR o.case_id IS NOT NULL) AS asked,
           count(*) FILTER (WHERE t.agreed OR o.case_id IS NOT NULL) AS consented,
           count(*) FILTER (WHERE t.chosen OR o.case_id IS NOT NULL) AS chosen,
           count(*) FILTER (WHERE o.case_id IS NOT NULL) AS paid
    FROM cases c JOIN procedures p ON p.id = c.procedure
         LEFT JOIN told t ON t.case_id = c.id
         LEFT JOIN (SELECT DISTINCT case_id FROM payment_orders) o ON o.case_id = c.id
    WHERE c.region = ANY(%(regions)s) AND p.act = %(act)s GROUP BY 1 ORDER BY 1"""
_QUERIES: Mapping[type[msgspec.Struct], str] = {
    EndingRow: """
        SELECT p.code, CASE WHEN c.status = 'e' THEN c.step WHEN c.status = 'a' THEN 'set_aside'
                       ELSE 'open' END AS ending, count(*) AS cases
        FROM cases c JOIN procedures p ON p.id = c.procedure WHERE c.region = ANY(%(regions)s)
        GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2""",
    DeadlineRow: """
        SELECT t.step, t.role, count(*) AS tasks,
               count(*) FILTER (WHERE t.deadline_at IS NOT NULL AND t.state <> 'o'
                                AND t.done_at <= t.deadline_at) AS kept,
               count(*) FILTER (WHERE t.deadline_at IS NOT NULL AND (t.done_at > t.deadline_at)) AS missed,
               count(*) FILTER (WHERE t.state = 'o') AS open
        FROM tasks t WHERE t.region = ANY(%(regions)s) GROUP BY 1, 2 ORDER BY 3 DESC""",
    MonthRow: """
        SELECT to_char(o.placed_at AT TIME ZONE 'Asia/Almaty', 'YYYY-MM') AS month, count(*) AS orders,
               sum(o.amount_tiyn)::bigint AS tiyn
        FROM payment_orders o JOIN cases c ON c.id = o.case_id WHERE c.region = ANY(%(regions)s)
        GROUP BY 1 ORDER BY 1""",
    RegionRow: """
        SELECT c.region, count(*) AS cases, count(o.key) AS orders,
               coalesce(sum(o.amount_tiyn), 0)::bigint AS tiyn
        FROM cases c LEFT JOIN payment_orders o ON o.case_id = c.id WHERE c.region = ANY(%(regions)s)
        GROUP BY 1 ORDER BY 4 DESC, 1""",
}
