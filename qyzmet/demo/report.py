"""What the demo did, from the store: one row per benefit, whose columns add up to "found"."""

from __future__ import annotations

from typing import Any

from qyzmet.cases.rows import Connection

#: Endings by what they mean for the person; every other ending stands in its own column only.
PAID = ("appointed",)
DECLINED = ("refused", "decision_refused", "refused_without_documents")


def benefits(connection: Connection, codes: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """By benefit: found, paid, declined, open, sum in tenge, and `endings` with a count for each."""
    with connection.transaction():
        counted = connection.execute(
            """SELECT p.code, CASE WHEN c.status = 'e' THEN c.step
                              WHEN c.status = 'a' THEN 'set_aside' ELSE 'open' END, count(*)
               FROM cases c JOIN procedures p ON p.id = c.procedure GROUP BY 1, 2"""
        ).fetchall()
        sums: dict[str, int] = dict(
            connection.execute(
                """SELECT p.code, sum(o.amount_tiyn)::bigint FROM payment_orders o
                   JOIN cases c ON c.id = o.case_id JOIN procedures p ON p.id = c.procedure GROUP BY 1"""
            ).fetchall()
        )
    table: dict[str, dict[str, Any]] = {}
    for code in codes:
        endings = {name: count for found, name, count in counted if found == code}
        table[code] = {
            "found": sum(endings.values()),
            "paid": sum(endings.get(name, 0) for name in PAID),
            "declined": sum(endings.get(name, 0) for name in DECLINED),
            "open": endings.pop("open", 0) + endings.get("set_aside", 0),
            "sum": sums.get(code, 0) / 100 if sums.get(code, 0) % 100 else sums.get(code, 0) // 100,
            "endings": dict(sorted(endings.items())),
        }
    return table


def templates(connection: Connection) -> dict[str, int]:
    """How many messages were written by each template (an annex, or a notice), that were sent."""
    with connection.transaction():
        return dict(
            connection.execute(
                "SELECT template, count(*) FROM messages WHERE sent_at IS NOT NULL GROUP BY 1 ORDER BY 1"
            ).fetchall()
        )


def totals(connection: Connection) -> dict[str, int]:
    """Numbers of the whole run: messages by state, parts, replies, ledger entries, looks."""
    with connection.transaction():
        messages, parts, unknown = connection.execute(
            "SELECT count(*), coalesce(sum(parts), 0), count(*) FILTER (WHERE state = 'u') FROM messages"
        ).fetchone() or (0, 0, 0)
        (replies,) = connection.execute("SELECT count(*) FROM replies").fetchone() or (0,)
        (entries,) = connection.execute("SELECT count(*) FROM ledger_entries").fetchone() or (0,)
        (orders,) = connection.execute("SELECT count(*) FROM payment_orders").fetchone() or (0,)
    return {
        "messages": messages,
        "parts": int(parts),
        "messages_of_unknown_fate": unknown,
        "replies": replies,
        "ledger_entries": entries,
        "payment_orders": orders,
    }
