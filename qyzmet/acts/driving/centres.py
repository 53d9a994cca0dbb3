"""Exam centres with halls, cars and examiners, and the places that follow from their working hours."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
import psycopg

from qyzmet.acts.driving.draw import new_chain
from qyzmet.cases.rows import Connection
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.people.regions import REGIONS
from qyzmet.runtime.clock import KZ, legal_date
from qyzmet.runtime.errors import BadValue

#: New places are offered from this hour of the day on, so that everybody knows when.
OPENS = time(9, 0)


def load_centres(connection: Connection, text: str) -> int:
    """Enters the centres of a TOML file, all of them or none; returns how many halls and cars.

    Raises BadValue naming centre, field and rule.
    """
    try:
        rows = tomllib.loads(text)["centres"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise BadValue("centres", f"is a TOML list [[centres]]: {error}", "See docs/driving.md.") from None
    entered = 0
    with connection.transaction():
        for row in rows:
            code = _text(row, "centres", "code")
            if row.get("region") not in REGIONS:
                raise BadValue(f"{code}.region", "is one of the twenty regions", "Write its two figures.")
            names = {
                language: _text(row.get("names", {}), f"{code}.names", language)
                for language in ("kk", "ru", "en")
            }
            connection.execute(
                """INSERT INTO driving_centres VALUES (%s, %s, %s, %s) ON CONFLICT (code) DO UPDATE
                   SET region = excluded.region, names = excluded.names, address = excluded.address""",
                (code, row["region"], msgspec.json.encode(names).decode(), _text(row, code, "address")),
            )
            for hall in row.get("halls", ()):
                _enter_hall(connection, code, hall)
                entered += 1
    return entered


def _enter_hall(connection: Connection, centre: str, row: dict[str, Any]) -> None:
    code = _text(row, centre, "code")
    if row.get("kind") not in ("theory", "practice"):
        raise BadValue(f"{code}.kind", "is theory or practice", "Correct it.")
    examiners = row.get("examiners")
    if (
        not isinstance(examiners, list)
        or not examiners
        or not all(isinstance(e, str) and e for e in examiners)
    ):
        raise BadValue(f"{code}.examiners", "names at least one examiner", "Write their staff numbers.")
    opens, closes = _minute(row, code, "opens"), _minute(row, code, "closes")
    values = (code, centre, row["kind"], row.get("seats"), opens, closes, row.get("minutes"), examiners)
    try:
        connection.execute(
            """INSERT INTO driving_halls VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (code) DO UPDATE
               SET centre = excluded.centre, kind = excluded.kind, seats = excluded.seats,
                   opens = excluded.opens, closes = excluded.closes, minutes = excluded.minutes,
                   examiners = excluded.examiners""",
            values,
        )
    except (psycopg.IntegrityError, psycopg.DataError):
        raise BadValue(
            code, "has 1 to 500 seats, 5 to 480 minutes, and closes after it opens", "Correct the file."
        ) from None


def _text(row: dict[str, Any], where: str, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise BadValue(f"{where}.{name}", "is a text of 1 to 200 characters", "Write it.")
    return value


def _minute(row: dict[str, Any], where: str, name: str) -> int:
    value = row.get(name)
    if not isinstance(value, time):
        raise BadValue(f"{where}.{name}", "is a time such as 09:00:00", "Write it without quotes.")
    return value.hour * 60 + value.minute


def offer(connection: Connection, now: datetime, calendar: WorkingCalendar, ahead: int) -> int:
    """Enters the slots of the coming working days that are not there yet; returns how many."""
    today = legal_date(now)
    days = [today + timedelta(days=n) for n in range(ahead + 2)]
    with connection.transaction():
        halls = connection.execute(
            "SELECT code, centre, kind, seats, opens, closes, minutes, examiners FROM driving_halls ORDER BY code"
        ).fetchall()
        known = connection.execute("SELECT hall, max(starts_at) FROM driving_slots GROUP BY hall").fetchall()
        last = {hall: legal_date(at) for hall, at in known}
        slots = [
            _slot(code, centre, kind, seats, start, minutes, examiners[number % len(examiners)], ahead)
            for code, centre, kind, seats, opens, closes, minutes, examiners in halls
            for day in days
            if day > last.get(code, date.min) and calendar.is_working(day)
            for number, start in enumerate(_starts(day, opens, closes, minutes))
            if start > now
        ]
        if not slots:
            return 0
        row = connection.execute(_ENTER, [list(each) for each in zip(*slots, strict=True)]).fetchone()
    assert row is not None
    return int(row[0])


def _starts(day: date, opens: int, closes: int, minutes: int) -> Iterator[datetime]:
    midnight = datetime.combine(day, time(0), KZ)
    for minute in range(opens, closes - minutes + 1, minutes):
        yield midnight + timedelta(minutes=minute)


#: An examiner who is elsewhere at that time makes no slot.
_ENTER = """
WITH made AS (
    INSERT INTO driving_slots (hall, centre, kind, seats, starts_at, ends_at, opens_at, examiner, commitment, tip)
    SELECT hall, centre, kind, seats, starts_at, ends_at, opens_at, examiner, commitment, tip
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::smallint[], %s::timestamptz[], %s::timestamptz[],
                %s::timestamptz[], %s::text[], %s::bytea[], %s::bytea[]) WITH ORDINALITY
        AS new (hall, centre, kind, seats, starts_at, ends_at, opens_at, examiner, commitment, tip, number)
    ORDER BY number
    ON CONFLICT DO NOTHING RETURNING id, kind, seats
), places AS (
    INSERT INTO driving_places (slot, place, kind)
    SELECT id, place, kind FROM made, generate_series(1, seats) place
)
SELECT count(*) FROM made
"""


def _slot(
    hall: str, centre: str, kind: str, seats: int, start: datetime, minutes: int, examiner: str, ahead: int
) -> tuple[object, ...]:
    tip, commitment = new_chain()
    opens_at = datetime.combine(start.date() - timedelta(days=ahead), OPENS, KZ)
    ends_at = start + timedelta(minutes=minutes)
    return hall, centre, kind, seats, start, ends_at, opens_at, examiner, commitment, tip
