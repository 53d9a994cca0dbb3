"""For leaders and analysts: what became of everybody, deadlines kept, money by month and region."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.cases.rows import Connection
from qyzmet.people.regions import REGIONS
from qyzmet.runtime.errors import UnknownName
from qyzmet.web.mapping import TILES
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download
from qyzmet.web.site import Context, CurrentUser, Entry
from qyzmet.web.translations import _
from qyzmet.web.views import benefits_of

NAVIGATION = (Entry("/figures", _("Figures"), "figures.see"),)
#: Columns of the funnel: each counts those who came at least so far.
STAGES = ("found", "eligible", "asked", "consented", "chosen", "paid")
TABLES = ("funnel", "endings", "deadlines", "months", "regions")


def figures_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/figures", opt=needs("figures.see"), sync_to_thread=True)
    def figures(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        language = language_of(request)
        with context.desks.desk() as desk:
            titles = benefits_of(desk.catalogue, language)
            found = {name: rows_of(desk.connection, name, user.seen_regions) for name in TABLES}
        return context.page(
            request, "figures.html", titles=titles, stages=STAGES, funnel=_funnel(found["funnel"]),
            endings=found["endings"], deadlines=found["deadlines"], months=found["months"],
            most_month=max((row["tiyn"] for row in found["months"]), default=0) or 1,
            regions=found["regions"], names={code: names[language] for code, names in REGIONS.items()},
            tiles=_tiles(found["regions"], language),
        )  # fmt: skip

    @get("/figures/{name:str}", opt=needs("figures.see"), sync_to_thread=True)
    def table(user: CurrentUser, name: FromPath[str]) -> Response[bytes]:
        which = name.removesuffix(".csv")
        if which not in TABLES or not name.endswith(".csv"):
            raise UnknownName("table", name, ", ".join(f"{each}.csv" for each in TABLES))
        with context.desks.desk() as desk:
            rows = rows_of(desk.connection, which, user.seen_regions)
        return download(("\ufeff" + _csv(rows)).encode(), "text/csv; charset=utf-8", f"qyzmet-{name}")

    return [figures, table]


def rows_of(connection: Connection, name: str, regions: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of one of TABLES over cases of these regions; sums in tiyn."""
    with connection.transaction():
        cursor = connection.execute(_QUERIES[name], {"regions": list(regions)})
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _funnel(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """By benefit, with the width of each bar in per cent of those found and where most were lost."""
    found = []
    for row in rows:
        counts = [int(row[stage]) for stage in STAGES]
        losses = [before - after for before, after in pairwise(counts)]
        worst = max(range(len(losses)), key=lambda place: losses[place]) if any(losses) else None
        found.append(
            {
                "code": row["code"], "counts": counts,
                "widths": [round(100 * count / counts[0]) if counts[0] else 0 for count in counts],
                "worst": worst, "lost": losses[worst] if worst is not None else 0,
            }
        )  # fmt: skip
    return found


def _tiles(rows: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """The regions on the tile map, darker where more was paid."""
    sums = {row["region"]: int(row["tiyn"]) for row in rows}
    most = max(sums.values(), default=0) or 1
    return [
        {
            "region": code, "x": x, "y": y, "name": REGIONS[code][language], "tiyn": sums.get(code, 0),
            "shade": min(4, 5 * sums.get(code, 0) // (most + 1)),
        }
        for code, (x, y) in TILES.items()
    ]  # fmt: skip


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    out = StringIO()
    writer = csv.writer(out)
    if rows:
        writer.writerow([f"{name}_tenge" if name == "tiyn" else name for name in rows[0]])
    for row in rows:
        writer.writerow([Decimal(int(v)) / 100 if name == "tiyn" else v for name, v in row.items()])
    return out.getvalue()


_MINE = "FROM cases c JOIN procedures p ON p.id = c.procedure WHERE c.region = ANY(%(regions)s)"
_QUERIES = {
    "funnel": """
        WITH told AS (
            SELECT case_id, bool_or(prefix = '7') AS asked,
                   bool_or(prefix = '7' AND reading = 'agree') AS agreed,
                   bool_or(prefix <> '7' AND reading IN ('chosen', 'other_bank')) AS chosen
            FROM messages WHERE question IS NOT NULL GROUP BY case_id)
        SELECT p.code, count(*) AS found,
               count(*) FILTER (WHERE c.step NOT IN ('left_out', 'no_pension', 'too_late', 'not_kin',
                                                     'not_eligible')) AS eligible,
               count(*) FILTER (WHERE t.asked OR o.case_id IS NOT NULL) AS asked,
               count(*) FILTER (WHERE t.agreed OR o.case_id IS NOT NULL) AS consented,
               count(*) FILTER (WHERE t.chosen OR o.case_id IS NOT NULL) AS chosen,
               count(*) FILTER (WHERE o.case_id IS NOT NULL) AS paid
        FROM cases c JOIN procedures p ON p.id = c.procedure
             LEFT JOIN told t ON t.case_id = c.id
             LEFT JOIN (SELECT DISTINCT case_id FROM payment_orders) o ON o.case_id = c.id
        WHERE c.region = ANY(%(regions)s) AND p.act = 'proactive' GROUP BY 1 ORDER BY 1""",
    "endings": f"""
        SELECT p.code, CASE WHEN c.status = 'e' THEN c.step WHEN c.status = 'a' THEN 'set_aside'
                       ELSE 'open' END AS ending, count(*) AS cases
        {_MINE} GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2""",
    "deadlines": """
        SELECT t.step, t.role, count(*) AS tasks,
               count(*) FILTER (WHERE t.deadline_at IS NOT NULL AND t.state <> 'o'
                                AND t.done_at <= t.deadline_at) AS kept,
               count(*) FILTER (WHERE t.deadline_at IS NOT NULL AND (t.done_at > t.deadline_at)) AS missed,
               count(*) FILTER (WHERE t.state = 'o') AS open
        FROM tasks t WHERE t.region = ANY(%(regions)s) GROUP BY 1, 2 ORDER BY 3 DESC""",
    "months": """
        SELECT to_char(o.placed_at AT TIME ZONE 'Asia/Almaty', 'YYYY-MM') AS month, count(*) AS orders,
               sum(o.amount_tiyn)::bigint AS tiyn
        FROM payment_orders o JOIN cases c ON c.id = o.case_id WHERE c.region = ANY(%(regions)s)
        GROUP BY 1 ORDER BY 1""",
    "regions": """
        SELECT c.region, count(*) AS cases, count(o.key) AS orders,
               coalesce(sum(o.amount_tiyn), 0)::bigint AS tiyn
        FROM cases c LEFT JOIN payment_orders o ON o.case_id = c.id WHERE c.region = ANY(%(regions)s)
        GROUP BY 1 ORDER BY 4 DESC, 1""",
}
