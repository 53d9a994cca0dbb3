"""Courtesy reminders before the 25th to pools whose month is still open. No duty depends on them (annex§1, part 2)."""

from __future__ import annotations

from datetime import date

from qyzmet.acts.mining.clauses import ACT
from qyzmet.acts.mining.deadlines import deadline, parse_month
from qyzmet.acts.mining.obligations import Obligations
from qyzmet.acts.mining.pools import Pools
from qyzmet.cases.package import Desk
from qyzmet.cases.rows import Connection
from qyzmet.exchange import mining as contract
from qyzmet.law.act import carries_out
from qyzmet.runtime.clock import HandClock, legal_date

#: So many days before the last one.
DAYS = (5, 1)
TEXT = (
    "{month} айының ЦМПМ 1 есебі {due} дейін тапсырылады. / Отчёт ЦМПМ 1 за {month} сдаётся до {due}. / "
    "Report ЦМПМ 1 for {month} is due by {due}."
)


@carries_out(ACT["annex§1.part2"])
def remind(desk: Desk, connection: Connection) -> int:
    """Sends what is to be sent today, each once; returns how many."""
    today = legal_date(desk.law.now)
    duties = Obligations(connection, desk.law.policies, HandClock(desk.law.now))
    pools = {pool.code: pool for pool in Pools(connection).all()}
    sent = 0
    for each in duties.all():
        kind = _kind(today, each.due)
        if each.state != "due" or not kind:
            continue
        month, pool = parse_month(each.month), pools[each.pool]
        if _sent(connection, pool.id, month, kind):
            continue
        item = contract.Notice(
            ref="0", key=f"{pool.code}/{each.month}/{kind}", number=pool.number, month=each.month,
            due=deadline(month), text=TEXT.format(month=each.month, due=each.due),
        )  # fmt: skip
        desk.partners.ask(contract.NOTICES, [item], purpose="courtesy reminder", clause=ACT["annex§2"].id)
        with connection.transaction():
            connection.execute(
                "INSERT INTO mining_reminders VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (pool.id, month, kind, desk.law.now),
            )
        sent += 1
    return sent


def _kind(today: date, due: date) -> str:
    left = (due - today).days
    return next((f"{days} days" for days in sorted(DAYS) if 0 <= left <= days), "")


def _sent(connection: Connection, pool: int, month: date, kind: str) -> bool:
    with connection.transaction():
        row = connection.execute(
            "SELECT true FROM mining_reminders WHERE pool = %s AND month = %s AND kind = %s",
            (pool, month, kind),
        ).fetchone()
    return row is not None
