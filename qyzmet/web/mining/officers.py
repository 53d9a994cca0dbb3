"""The revenue officer's pages: sums with a chart, signs to look at, who has filed, rows behind each number.

An address never holds a miner's number: a miner or a wallet is named by one of its rows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.mining.carf import carf
from qyzmet.acts.mining.deadlines import parse_month
from qyzmet.acts.mining.exporting import as_csv, as_xlsx
from qyzmet.acts.mining.rules import RULES
from qyzmet.acts.mining.tables import table
from qyzmet.acts.mining.totals import GROUPS, Asked, Totals
from qyzmet.runtime.errors import BadValue, UnknownName
from qyzmet.web.mining.api import CSV, XLSX
from qyzmet.web.mining.desk import MiningDesk, mining_desk
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download
from qyzmet.web.site import Context
from qyzmet.web.translations import _

#: The tables of signs, by name, with their titles.
SIGNS: dict[str, tuple[str, Callable[[Totals, Asked], list[dict[str, Any]]]]] = {
    "miners": (_("Miners reported by several pools"), Totals.miners_across_pools),
    "wallets": (_("Wallets used by several miners"), Totals.shared_wallets),
    "licences": (_("Licences missing or not valid"), Totals.licences),
    "commissions": (_("Commission per pool"), Totals.commissions),
    "changes": (_("Differences between months"), Totals.changes),
}
_TITLES = {
    "month": _("Month"), "pool": _("Pool"), "coin": _("Coin"), "miner": _("Miner"), "amount": _("Amount"),
    "rows": _("Rows"), "miners": _("Miners"), "pools": _("Pools"), "commission": _("Commission"),
    "tenge": _("Value, tenge"), "name": _("Name"), "wallet": _("Wallet"), "licence": _("Licence"),
    "first": _("First day"), "last": _("Last day"), "code": _("Sign"), "kind": _("Kind"), "what": _("In what"),
    "quantity": _("Quantity"), "percent": _("Percent"), "from": _("From"), "to": _("To"), "before": _("Before"),
    "after": _("After"), "change": _("Change"), "sudden": _("Sudden"), "miners_before": _("Miners before"),
    "miners_after": _("Miners after"), "codes": _("Pools by code"), "numbers": _("Numbers"),
}  # fmt: skip
_PAGE = 100


def handlers(context: Context) -> list[HTTPRouteHandler]:
    @get("/overview", opt=needs("mining.see"), sync_to_thread=True)
    def overview(request: Request[Any, Any, Any]) -> Response[bytes]:
        asked = _asked(request)
        with mining_desk(context) as desk:
            sums = desk.totals.by(["month"], asked)
            by = _group(request)
            found = desk.totals.by([by], asked)
            pools = desk.pools.all()
        return context.page(
            request, "mining/overview.html", charts=_charts(sums), rows=found, by=by, groups=list(GROUPS), signs=SIGNS,
            pools=pools, names={pool.code: pool.name for pool in pools}, query=request.url.query, titles=_TITLES,
            chosen=dict(request.query_params),
        )  # fmt: skip

    @get("/signs/{name:str}", opt=needs("mining.see"), sync_to_thread=True)
    def signs(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        title, work = _sign(name)
        with mining_desk(context) as desk:
            found = work(desk.totals, _asked(request))
        for row in found:
            if "code" in row and row["code"] in RULES:
                row["code"] = RULES[row["code"]].texts[language_of(request)][0]
        return context.page(
            request,
            "mining/table.html",
            title=title,
            rows=found,
            titles=_TITLES,
            name=name,
            query=request.url.query,
        )

    @get("/export/{name:str}", opt=needs("mining.export"), sync_to_thread=True)
    def export(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        what, _dot, kind = name.partition(".")
        with mining_desk(context) as desk:
            if what == "carf" and kind == "xml":
                month = parse_month(request.query_params.get("first", ""))
                return download(
                    carf(desk.connection, month, context.clock.now()),
                    "application/xml",
                    f"carf-{month:%Y-%m}.xml",
                )
            found = _table(desk, what, request)
        if kind == "csv":
            return download(as_csv(found), CSV, f"mining-{what}.csv")
        if kind == "xlsx":
            return download(as_xlsx(found), XLSX, f"mining-{what}.xlsx")
        raise UnknownName("export", name[:40], "there are .csv, .xlsx and carf.xml")

    @get("/obligations", opt=needs("mining.see"), sync_to_thread=True)
    def owed(request: Request[Any, Any, Any]) -> Response[bytes]:
        month, only = request.query_params.get("month", ""), request.query_params.get("state", "")
        with mining_desk(context) as desk:
            found = desk.obligations.all(parse_month(month) if month else None)
        states = ("overdue", "due", "running", "met", "met_late")
        counts = {state: sum(each.state == state for each in found) for state in states}
        shown = [each for each in found if not only or each.state == only]
        return context.page(
            request, "mining/obligations.html", owed=shown[:1000], counts=counts, month=month, only=only
        )

    @get("/rows", opt=needs("mining.see"), sync_to_thread=True)
    def rows(request: Request[Any, Any, Any]) -> Response[bytes]:
        of, like = request.query_params.get("of", ""), request.query_params.get("like", "miner")
        with mining_desk(context) as desk:
            asked = _asked(request)
            if of:
                first = desk.totals.one_row(*_place(of))
                if first is None or like not in ("miner", "wallet"):
                    raise UnknownName("row", of[:40], "start from the overview")
                asked = Asked(**{**asked.values(), like: first[like]})
            found = desk.totals.rows(asked, _place(request.query_params.get("after", "0.0")), _PAGE)
        last = f"{found[-1]['submission']}.{found[-1]['row']}" if len(found) == _PAGE else ""
        return context.page(
            request, "mining/rows.html", rows=found, last=last, chosen=dict(request.query_params)
        )

    return [overview, signs, export, owed, rows]


def _table(desk: MiningDesk, what: str, request: Request[Any, Any, Any]) -> list[dict[str, Any]]:
    by = [_group(request)]
    return table(desk.connection, what, by, _asked(request), desk.policies, desk.clock)


def _sign(name: str) -> Any:
    if name not in SIGNS:
        raise UnknownName("table", name[:40], f"there are {', '.join(SIGNS)}")
    return SIGNS[name]


def _group(request: Request[Any, Any, Any]) -> str:
    by = request.query_params.get("by", "month")
    if by not in GROUPS:
        raise BadValue("by", f"is one of {', '.join(GROUPS)}", "Choose one.")
    return by


def _asked(request: Request[Any, Any, Any]) -> Asked:
    def month(name: str) -> date | None:
        text = request.query_params.get(name, "")
        return parse_month(text) if text else None

    def text(name: str) -> str | None:
        return request.query_params.get(name, "")[:100] or None

    return Asked(month("first"), month("last"), text("pool"), text("coin"))


def _place(text: str) -> tuple[int, int]:
    first, _dot, second = text.partition(".")
    if not (first.isascii() and first.isdigit() and second.isascii() and second.isdigit() and len(text) < 30):
        raise BadValue("row", "is named report.row", "Start from the overview.")
    return int(first), int(second)


def _charts(sums: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per coin, bars by month; the highest is 100 wide."""
    charts = []
    for coin in dict.fromkeys(row["coin"] for row in sums):
        bars = [(row["month"], row["amount"]) for row in sums if row["coin"] == coin]
        most = max(Decimal(amount) for _month, amount in bars) or Decimal(1)
        charts.append(
            {"coin": coin, "bars": [(m, a, round(float(Decimal(a) / most * 100), 1)) for m, a in bars]}
        )
    return charts
