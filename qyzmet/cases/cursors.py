"""How far each feed was read: a page is taken once, by one worker."""

from __future__ import annotations

from datetime import datetime

from qyzmet.cases.rows import Connection, Cursor


def cursor_of(connection: Connection, feed: str) -> str:
    """How far a feed was read; "" where it never was."""
    with connection.transaction():
        row = connection.execute("SELECT cursor FROM feeds WHERE name = %s", (feed,)).fetchone()
    return "" if row is None else str(row[0])


def turn_page(cursor: Cursor, source: str, page: tuple[str, str], now: datetime) -> bool:
    """Moves the feed's cursor on; False where another worker took this page."""
    cursor.execute(
        """INSERT INTO feeds AS f (name, cursor, asked_at) VALUES (%s, %s, %s)
           ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, asked_at = excluded.asked_at
           WHERE f.cursor = %s""",
        (source, page[1], now, page[0]),
    )
    return cursor.rowcount > 0
