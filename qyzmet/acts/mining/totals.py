"""What a revenue officer sees: sums over the accepted reports of real pools. Column 10 is never summed (G-4).

Amounts are exact decimals. Test pools and reports that were replaced count nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from psycopg import sql

from qyzmet.acts.mining.clauses import ACT
from qyzmet.cases.rows import Connection
from qyzmet.law.act import carries_out
from qyzmet.runtime.errors import BadValue

_COUNTED: LiteralString = """
    FROM mining_rows r
    JOIN mining_submissions s ON s.id = r.submission AND s.state = 'accepted'
    JOIN mining_pools p ON p.id = s.pool AND NOT p.test
    WHERE (%(first)s::date IS NULL OR s.month >= %(first)s) AND (%(last)s::date IS NULL OR s.month <= %(last)s)
      AND (%(pool)s::text IS NULL OR p.code = %(pool)s) AND (%(coin)s::text IS NULL OR %(coin)s = ANY(ARRAY[r.coin, r.asset]))
      AND (%(miner)s::text IS NULL OR r.miner = %(miner)s) AND (%(wallet)s::text IS NULL OR r.wallet = %(wallet)s)
"""
#: What totals may be grouped by: the column of each, and what shows it.
GROUPS: dict[str, LiteralString] = {
    "month": "to_char(s.month, 'YYYY-MM')",
    "pool": "p.code",
    "coin": "coalesce(nullif(r.coin, ''), r.asset)",
    "miner": "r.miner",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: months (both included), pool by code, coin by ticker or name, miner and wallet as reported."""

    first: date | None = None
    last: date | None = None
    pool: str | None = None
    coin: str | None = None
    miner: str | None = None
    wallet: str | None = None

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("first", "last", "pool", "coin", "miner", "wallet")}


class Totals:
    """Reads the store; on a connection in no transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @carries_out(ACT["annex§3.col9"], ACT["annex§3.col13"])
    def by(self, groups: Sequence[str], asked: Asked = Asked(), most: int = 1000) -> list[dict[str, Any]]:
        """Amounts by the groups named; the coin is always one of them, as amounts of coins do not add up."""
        chosen = list(dict.fromkeys([*groups, "coin"]))
        for name in chosen:
            if name not in GROUPS:
                raise BadValue("group", f"is one of {', '.join(GROUPS)}", "Correct it.")
        columns = [sql.SQL(GROUPS[name]) for name in chosen]
        numbers = [sql.SQL(str(place)) for place in range(1, len(chosen) + 1)]
        query = sql.SQL(
            """SELECT {columns}, trim_scale(sum(r.amount))::text, count(*), count(DISTINCT r.miner),
                      count(DISTINCT s.pool),
                      trim_scale(sum(r.commission_quantity) FILTER (WHERE r.commission_coin = r.coin))::text,
                      round(sum(r.amount * price.tenge), 2)::text, count(price.tenge) = count(*), min(r.name)
               {counted} GROUP BY {groups} ORDER BY {groups} LIMIT {most}"""
        ).format(
            columns=sql.SQL(", ").join(columns), groups=sql.SQL(", ").join(numbers), most=sql.Literal(most),
            counted=sql.SQL(_COUNTED.replace(
                "WHERE", "LEFT JOIN mining_prices price ON price.coin = r.coin AND price.day = r.distributed WHERE", 1
            )),
        )  # fmt: skip
        rows = self._rows(query, asked)
        named = ("amount", "rows", "miners", "pools", "commission", "tenge", "tenge_whole", "name")
        found = [dict(zip((*chosen, *named), row, strict=True)) for row in rows]
        if "miner" not in chosen:
            for row in found:
                del row["name"]
        return found

    def miners_across_pools(self, asked: Asked = Asked(), most: int = 1000) -> list[dict[str, Any]]:
        """Miners whom more than one pool reports."""
        query = sql.SQL(
            """SELECT r.miner, min(r.name), count(DISTINCT p.id), array_agg(DISTINCT p.code), count(*)
               {counted} GROUP BY r.miner HAVING count(DISTINCT p.id) > 1 ORDER BY 3 DESC, 1 LIMIT {most}"""
        ).format(counted=sql.SQL(_COUNTED), most=sql.Literal(most))
        return self._named(query, asked, "miner", "name", "pools", "codes", "rows")

    @carries_out(ACT["annex§3.col6"])
    def shared_wallets(self, asked: Asked = Asked(), most: int = 1000) -> list[dict[str, Any]]:
        """Wallets that stand beside more than one miner."""
        query = sql.SQL(
            """SELECT r.wallet, min(coalesce(nullif(r.coin, ''), r.asset)), count(DISTINCT r.miner),
                      (array_agg(DISTINCT r.miner))[1:20], count(DISTINCT p.id), count(*)
               {counted} GROUP BY r.wallet HAVING count(DISTINCT r.miner) > 1 ORDER BY 3 DESC, 1 LIMIT {most}"""
        ).format(counted=sql.SQL(_COUNTED), most=sql.Literal(most))
        return self._named(query, asked, "wallet", "coin", "miners", "numbers", "pools", "rows")

    @carries_out(ACT["annex§3.col4"], ACT["annex§3.col5"])
    def licences(self, asked: Asked = Asked(), most: int = 1000) -> list[dict[str, Any]]:
        """Licences that the register lacks, gave to another, or that did not hold on the day of distribution."""
        query = sql.SQL(
            """WITH used AS (SELECT r.licence, r.miner, min(r.name) name, min(r.distributed) first_day,
                                    max(r.distributed) last_day, count(*) rows {counted} GROUP BY r.licence, r.miner)
               SELECT u.licence, u.miner, u.name, u.first_day, u.last_day, u.rows,
                      CASE WHEN NOT l.known THEN 'licence_unknown' WHEN l.holder <> u.miner THEN 'licence_holder'
                           ELSE 'licence_not_valid' END
               FROM used u JOIN mining_licences l ON l.number = u.licence
               WHERE NOT l.known OR l.holder <> u.miner OR l.first > u.first_day OR l.last < u.last_day
                     OR l.suspended <= u.last_day
               ORDER BY 1, 2 LIMIT {most}"""
        ).format(counted=sql.SQL(_COUNTED), most=sql.Literal(most))
        return self._named(query, asked, "licence", "miner", "name", "first", "last", "rows", "code")

    @carries_out(*(ACT[f"annex§3.col{n}"] for n in (12, 13, 14, 15)))
    def commissions(self, asked: Asked = Asked(), most: int = 1000) -> list[dict[str, Any]]:
        """What each pool took, by coin or currency; `percent` is of what it distributed in the same coin."""
        query = sql.SQL(
            """WITH counted AS (SELECT p.code, s.month, coalesce(nullif(r.coin, ''), r.asset) coin, r.amount,
                                       coalesce(r.commission_coin, r.commission_asset) taken, r.commission_quantity,
                                       coalesce(r.currency_code, r.commission_currency) currency, r.commission_sum
                                {counted}),
                  shared AS (SELECT code, month, coin, sum(amount) amount FROM counted GROUP BY 1, 2, 3),
                  took AS (SELECT code, month, taken what, 'asset' kind, sum(commission_quantity) quantity, count(*) rows
                           FROM counted WHERE taken IS NOT NULL GROUP BY 1, 2, 3
                           UNION ALL
                           SELECT code, month, currency, 'currency', sum(commission_sum), count(*)
                           FROM counted WHERE currency IS NOT NULL GROUP BY 1, 2, 3)
               SELECT t.code, to_char(t.month, 'YYYY-MM'), t.kind, t.what, trim_scale(t.quantity)::text, t.rows,
                      round(100 * t.quantity / nullif(h.amount, 0), 4)::text
               FROM took t LEFT JOIN shared h ON t.kind = 'asset' AND (h.code, h.month, h.coin) = (t.code, t.month, t.what)
               ORDER BY 1, 2, 3, 4 LIMIT {most}"""
        ).format(counted=sql.SQL(_COUNTED), most=sql.Literal(most))
        return self._named(query, asked, "pool", "month", "kind", "what", "quantity", "rows", "percent")

    def changes(self, asked: Asked = Asked(), times: int = 2, most: int = 1000) -> list[dict[str, Any]]:
        """Differences between months, by pool and coin; `sudden` where one is more than so many times the other."""
        query = sql.SQL(
            """WITH sums AS (SELECT p.code, coalesce(nullif(r.coin, ''), r.asset) coin, s.month, sum(r.amount) amount,
                                    count(DISTINCT r.miner) miners {counted} GROUP BY 1, 2, 3),
                  beside AS (SELECT *, lag(amount) OVER each before, lag(miners) OVER each miners_before,
                                    lag(month) OVER each month_before FROM sums
                             WINDOW each AS (PARTITION BY code, coin ORDER BY month))
               SELECT code, coin, to_char(month_before, 'YYYY-MM'), to_char(month, 'YYYY-MM'), trim_scale(before)::text,
                      trim_scale(amount)::text, trim_scale(amount - before)::text,
                      round(100 * (amount - before) / nullif(before, 0), 1)::text, miners_before, miners,
                      greatest(amount, before) > {times} * least(amount, before)
               FROM beside WHERE before IS NOT NULL ORDER BY 11 DESC, 1, 2, 3 LIMIT {most}"""
        ).format(counted=sql.SQL(_COUNTED), most=sql.Literal(most), times=sql.Literal(times))
        return self._named(
            query, asked, "pool", "coin", "from", "to", "before", "after", "change", "percent", "miners_before",
            "miners_after", "sudden",
        )  # fmt: skip

    @carries_out(ACT["annex§3"])
    def rows(self, asked: Asked, after: tuple[int, int] = (0, 0), most: int = 100) -> list[dict[str, Any]]:
        """The rows themselves, all fifteen columns; `after` is the last one's place for the next page."""
        query = sql.SQL(
            """SELECT r.submission, r.row, s.key::text, p.code, to_char(s.month, 'YYYY-MM'), r.number, r.miner, r.name,
                      r.licence, r.licence_issued, r.wallet, r.distributed, r.asset, trim_scale(r.amount)::text,
                      trim_scale(r.combined)::text, r.transferred, r.commission_asset,
                      trim_scale(r.commission_quantity)::text, r.commission_currency,
                      trim_scale(r.commission_sum)::text, r.coin, r.commission_coin, r.currency_code
               {counted} AND (r.submission, r.row) > ({submission}, {row})
               ORDER BY r.submission, r.row LIMIT {most}"""
        ).format(counted=sql.SQL(_COUNTED), submission=sql.Literal(after[0]), row=sql.Literal(after[1]),
                 most=sql.Literal(most))  # fmt: skip
        return self._named(query, asked, *ROW)

    def one_row(self, submission: int, row: int) -> dict[str, Any] | None:
        """One row of a report that counts, so that an address may name it without naming a person."""
        found = self.rows(Asked(), (submission, row - 1), 1)
        return found[0] if found and (found[0]["submission"], found[0]["row"]) == (submission, row) else None

    def _named(self, query: sql.Composed, asked: Asked, *names: str) -> list[dict[str, Any]]:
        return [dict(zip(names, row, strict=True)) for row in self._rows(query, asked)]

    def _rows(self, query: sql.Composed, asked: Asked) -> list[Any]:
        with self._connection.transaction():
            return self._connection.execute(query, asked.values()).fetchall()


ROW = (
    "submission", "row", "report", "pool", "month", "number", "miner", "name", "licence", "licence_issued", "wallet",
    "distributed", "asset", "amount", "combined", "transferred", "commission_asset", "commission_quantity",
    "commission_currency", "commission_sum", "coin", "commission_coin", "currency_code",
)  # fmt: skip
