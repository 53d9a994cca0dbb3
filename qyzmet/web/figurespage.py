"""For leaders and analysts: what became of everybody, deadlines kept, money by month and region."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.people.regions import REGIONS
from qyzmet.runtime.errors import UnknownName
from qyzmet.web.figures import STAGES, TABLES, FunnelRow, RegionRow, rows_of
from qyzmet.web.mapping import TILES
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download
from qyzmet.web.site import Context, CurrentUser, Entry
from qyzmet.web.translations import _
from qyzmet.web.views import benefits_of, steps_of

NAVIGATION = (Entry("/figures", _("Figures"), "figures.see"),)


def figures_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/figures", opt=needs("figures.see"), sync_to_thread=True)
    def figures(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        language = language_of(request)
        with context.desks.desk() as desk:
            titles = benefits_of(desk.catalogue, language)
            found: dict[str, list[Any]] = {
                name: rows_of(desk.connection, kind, user.seen_regions, context.packages.values())
                for name, kind in TABLES.items()
            }
            steps = steps_of(desk.catalogue, language)
        return context.page(
            request, "figures.html", titles=titles, stages=STAGES, funnel=_funnel(found["funnel"]),
            deadlines=found["deadlines"], months=found["months"], steps=steps,
            most_month=max((row.tiyn for row in found["months"]), default=0) or 1,
            regions=found["regions"], names={code: names[language] for code, names in REGIONS.items()},
            tiles=_tiles(found["regions"], language),
        )  # fmt: skip

    @get("/figures/{name:str}", opt=needs("figures.see"), sync_to_thread=True)
    def table(user: CurrentUser, name: FromPath[str]) -> Response[bytes]:
        which = name.removesuffix(".csv")
        if which not in TABLES or not name.endswith(".csv"):
            raise UnknownName("table", name, ", ".join(f"{each}.csv" for each in TABLES))
        with context.desks.desk() as desk:
            rows = rows_of(desk.connection, TABLES[which], user.seen_regions, context.packages.values())
        content = ("\ufeff" + _csv(TABLES[which], rows)).encode()
        return download(content, "text/csv; charset=utf-8", f"qyzmet-{name}")

    return [figures, table]


def _funnel(rows: Sequence[FunnelRow]) -> list[dict[str, Any]]:
    """By benefit, with the width of each bar in per cent of those found and where most were lost."""
    found = []
    for row in rows:
        counts = [int(getattr(row, stage)) for stage in STAGES]
        losses = [before - after for before, after in pairwise(counts)]
        worst = max(range(len(losses)), key=lambda place: losses[place]) if any(losses) else None
        found.append(
            {
                "code": row.code, "counts": counts,
                "widths": [round(100 * count / counts[0]) if counts[0] else 0 for count in counts],
                "worst": worst, "lost": losses[worst] if worst is not None else 0,
            }
        )  # fmt: skip
    return found


def _tiles(rows: Sequence[RegionRow], language: str) -> list[dict[str, Any]]:
    """The regions on the tile map, darker where more was paid."""
    sums = {row.region: row.tiyn for row in rows}
    most = max(sums.values(), default=0) or 1
    return [
        {
            "region": code, "x": x, "y": y, "name": REGIONS[code][language], "tiyn": sums.get(code, 0),
            "shade": min(4, 5 * sums.get(code, 0) // (most + 1)),
        }
        for code, (x, y) in TILES.items()
    ]  # fmt: skip


def _csv(kind: type[msgspec.Struct], rows: Sequence[msgspec.Struct]) -> str:
    """With a head, also where there are no rows; sums in tenge."""
    out = StringIO()
    writer = csv.writer(out)
    names = kind.__struct_fields__
    writer.writerow([f"{name}_tenge" if name == "tiyn" else name for name in names])
    for row in rows:
        values = [(name, getattr(row, name)) for name in names]
        writer.writerow([Decimal(value) / 100 if name == "tiyn" else value for name, value in values])
    return out.getvalue()
