"""The daily list of prices: value in tenge of what was distributed, where the list is loaded.

The tax committee publishes for each day the weighted average; for a day off the value of the working day before
it holds (order of the Minister of Finance of 25 September 2025 on the list and value of digital assets, as told at
https://www.zakon.kz/pravo/6492716-opredelenie-perechnya-i-stoimosti-tsifrovykh-aktivov-novye-pravila-s-2026-goda.html).
The list is no part of the act: without it amounts are shown without value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from qyzmet.acts.mining.clauses import ACT
from qyzmet.cases.package import Desk
from qyzmet.cases.rows import Connection
from qyzmet.exchange import mining as contract
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.runtime.errors import BadValue, PartnerNonsense

_MOST = 20


def valued_on(day: date, calendar: WorkingCalendar) -> date:
    """The day whose value holds: the day itself, or the working day before a day off."""
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def load(desk: Desk, connection: Connection) -> int:
    """Asks for the prices of coins and days of reports that were not looked at yet; returns how many reports."""
    with connection.transaction():
        reports = connection.execute(
            """SELECT id FROM mining_submissions WHERE state = 'accepted' AND prices_at IS NULL ORDER BY id LIMIT %s""",
            (_MOST,),
        ).fetchall()
        wanted = connection.execute(
            """SELECT DISTINCT r.coin, r.distributed FROM mining_rows r WHERE r.submission = ANY(%s) AND r.coin <> ''
                 AND NOT EXISTS (SELECT FROM mining_prices p WHERE p.coin = r.coin AND p.day = r.distributed)""",
            ([number for (number,) in reports],),
        ).fetchall()
    if wanted:
        _ask(desk, connection, wanted)
    with connection.transaction():
        connection.execute(
            "UPDATE mining_submissions SET prices_at = %s WHERE id = ANY(%s)",
            (desk.law.now, [number for (number,) in reports]),
        )
    return len(reports)


def _ask(desk: Desk, connection: Connection, wanted: Iterable[tuple[str, date]]) -> None:
    days = {(coin, day): valued_on(day, desk.law.calendar) for coin, day in wanted}
    asked = sorted({(coin, day) for (coin, _), day in days.items()})
    items = [contract.PriceOf(ref=str(n), coin=coin, day=day) for n, (coin, day) in enumerate(asked)]
    answers = desk.partners.ask(
        contract.PRICES, items, purpose="value of digital assets", clause=ACT["annex§3.col9"].id
    )
    told = {(item.coin, item.day): answers[item.ref] for item in items if item.ref in answers}
    prices = [
        (coin, day, parse_price(told[(coin, valued)].tenge), told[(coin, valued)].source)
        for (coin, day), valued in days.items()
        if (coin, valued) in told and told[(coin, valued)].tenge
    ]
    put(connection, prices)


def parse_price(text: str) -> Decimal:
    """Raises PartnerNonsense."""
    try:
        price = Decimal(text)
    except InvalidOperation:
        raise PartnerNonsense("The list of prices told a price that is no number.") from None
    if not price.is_finite() or price < 0:
        raise PartnerNonsense("The list of prices told a price that cannot be.")
    return price


def put(connection: Connection, prices: Iterable[tuple[str, date, Decimal, str]]) -> None:
    """Enters prices; a later one of a coin and day replaces the former."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO mining_prices VALUES (%s, %s, %s, %s)
               ON CONFLICT (coin, day) DO UPDATE SET tenge = excluded.tenge, source = excluded.source""",
            list(prices),
        )


def read_list(text: str, calendar: WorkingCalendar, source: str) -> list[tuple[str, date, Decimal, str]]:
    """A list of prices as CSV: coin, day, tenge. Its days off get the value of the working day before.

    Raises BadValue naming the line.
    """
    found: dict[tuple[str, date], Decimal] = {}
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not line.strip() or (number == 1 and line.casefold().startswith("coin")):
            continue
        try:
            name, on, price = (cell.strip() for cell in line.split(","))
            found[(name.upper(), date.fromisoformat(on))] = parse_price(price)
        except (ValueError, PartnerNonsense):
            raise BadValue(
                f"line {number}", "has coin, day and tenge", "Write it as BTC,2026-05-04,31415926.53."
            ) from None
    for (coin, day), tenge in list(found.items()):
        following = day + timedelta(days=1)
        while not calendar.is_working(following):
            found.setdefault((coin, following), tenge)
            following += timedelta(days=1)
    return [(coin, day, tenge, source) for (coin, day), tenge in sorted(found.items())]
