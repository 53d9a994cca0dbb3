"""What was learnt later: figures corrected here, and facts of ended cases that a registry corrected.

Nothing is overwritten: a value keeps the days on which it holds and the moment at which it became known, so
that every decision can be made again as of its day, as known on its day (`replaying.py`), and what a
correction touches can be found (`affected.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from qyzmet.cases import ledger, rows
from qyzmet.cases.case import Fact
from qyzmet.cases.placing import Keys
from qyzmet.cases.readings import enter
from qyzmet.cases.rows import Connection, Cursor
from qyzmet.law.act import Period
from qyzmet.law.figures import Figure, Figures
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import BadValue, Refused

#: Ledger entries of corrections have numbers below this, those of policies and pauses lie above.
_BELOW = 1 << 41
_CORRECTING = 7_149_036_533
LONGEST = 2000


class Corrected(msgspec.Struct, frozen=True):
    """A correction of a figure as it was entered here."""

    id: int
    name: str
    value: int
    since: date
    until: date | None
    source: str
    learnt_at: datetime
    by: str
    reason: str


class FactCorrected(msgspec.Struct, frozen=True):
    """A fact of an ended case, as it is known since `fact.learnt`."""

    case: int
    name: str
    person: int
    fact: Fact


_COLUMNS = "id, name, value, since, until, source, learnt_at, by_whom, reason"


def entered(connection: Connection, name: str | None = None) -> list[Corrected]:
    """The corrections of figures, oldest first."""
    with connection.transaction():
        found = connection.execute(
            f"SELECT {_COLUMNS} FROM figure_corrections WHERE %s::text IS NULL OR name = %s ORDER BY id",
            (name, name),
        ).fetchall()
    return [Corrected(*row) for row in found]


def figures_of(connection: Connection, shipped: Figures) -> Figures:
    """The figures with what was corrected here."""
    return shipped.with_corrections(*(_figure(each, shipped) for each in entered(connection)))


def _figure(found: Corrected, figures: Figures) -> Figure:
    like = figures.named(found.name)
    return Figure(
        found.name, found.value, like.unit, Period(found.since, found.until), found.source,
        confirmed=True, learnt=found.learnt_at, number=found.id, titles=like.titles, short=like.short,
    )  # fmt: skip


def correct(
    connection: Connection,
    shipped: Figures,
    name: str,
    value: int,
    term: tuple[date, date | None],
    *,
    source: str,
    by: str,
    reason: str,
    clock: Clock,
) -> Corrected:
    """Enters that a figure has held another value than was known, on the days of `term` (the last included).

    It counts from this moment on; decided cases stay as they are. A figure may be corrected again: the later
    correction counts for its days. Raises UnknownName, BadValue, Refused where it says what is known already.
    """
    figures = figures_of(connection, shipped)
    figures.named(name)
    since, until = term
    if not 0 < value < 10**12:
        raise BadValue("value", f"is a sum in whole tenge above 0, not {value}", "Enter it as published.")
    if until is not None and until < since:
        raise BadValue("--until", f"{until} lies before {since}", "Give the last day on which it holds.")
    for what, text in (("--source", source), ("--by", by), ("--reason", reason)):
        if not text.strip() or len(text) > LONGEST or not text.isprintable():
            raise BadValue(what, f"is a text of 1 to {LONGEST} printable characters", "It is kept with it.")
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_CORRECTING,))
        last = [each for each in entered(connection, name) if (each.since, each.until) == term]
        if last and last[-1].value == value:
            raise Refused(
                f"Correction {last[-1].id} says so already: {name} is {value}. Nothing was changed."
            )
        if not last and _is_known(figures, name, value, term):
            raise Refused(f"{name} is {value} on those days already. Nothing was changed.")
        now = clock.now()
        cursor.execute(
            """INSERT INTO figure_corrections (name, value, since, until, source, learnt_at, by_whom, reason)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
            (name, value, since, until, source, now, by, reason),
        )
        (number,) = cursor.fetchone() or (0,)
        found = Corrected(number, name, value, since, until, source, now, by, reason)
        said = {"figure": name, "correction": number}
        enter(cursor, -(_BELOW + number), 1, now, said, msgspec.json.encode(found))
    return found


def _is_known(figures: Figures, name: str, value: int, term: tuple[date, date | None]) -> bool:
    """Whether one value that is known holds on all these days, and is this one."""
    since, until = term
    over = [
        each
        for each in figures.entries
        if each.name == name
        and (until is None or each.since <= until)
        and (each.in_force.last is None or since <= each.in_force.last)
    ]
    if len(over) != 1:
        return False
    whole = over[0].in_force.last is None or (until is not None and until <= over[0].in_force.last)
    return over[0].value == value and over[0].since <= since and whole


# --- facts ------------------------------------------------------------------------------------------------


def keep_facts(
    cursor: Cursor, keys: Keys, corrected: Mapping[int, Mapping[str, Fact]], now: datetime
) -> None:
    """Keeps facts that a registry corrected after the end of their cases, inside the caller's transaction."""
    if not corrected:
        return
    cursor.execute(
        """SELECT c.id, coalesce(c.recipient, c.subject),
               coalesce((SELECT max(number) FROM fact_corrections f WHERE f.case_id = c.id), 0) + 1
           FROM cases c WHERE c.id = ANY(%s::bigint[])""",
        (rows.numbers(corrected),),
    )
    found = cursor.fetchall()
    key_of = keys.person_keys({person for _, person, _ in found})
    for case, person, number in found:
        for name, fact in corrected[case].items():
            learnt = msgspec.structs.replace(fact, learnt=now)
            sealed = ledger.seal_payload(key_of.get(person), msgspec.json.encode(learnt), case, -number)
            if sealed:
                cursor.execute(
                    "INSERT INTO fact_corrections VALUES (%s, %s, %s, %s, %s, %s)",
                    (case, number, name, now, person, sealed),
                )


def facts_corrected(
    connection: Connection, keys: Keys, name: str, since: datetime, cases: Sequence[int] | None = None
) -> tuple[list[FactCorrected], int]:
    """Of each ended case the last that was learnt of this fact from a moment on; and of how many the person
    was erased.
    """
    with connection.transaction():
        found = connection.execute(
            """SELECT DISTINCT ON (case_id) case_id, number, person, sealed FROM fact_corrections
               WHERE name = %s AND learnt_at >= %s AND (%s::bigint[] IS NULL OR case_id = ANY(%s))
               ORDER BY case_id, number DESC""",
            (name, since, cases, cases),
        ).fetchall()
    key_of = keys.person_keys({person for _, _, person, _ in found})
    opened = [
        FactCorrected(
            case, name, person,
            _FACT.decode(ledger.open_sealed(key_of[person], bytes(sealed), case, -number)),
        )
        for case, number, person, sealed in found
        if person in key_of
    ]  # fmt: skip
    return opened, len(found) - len(opened)


_FACT = msgspec.json.Decoder(Fact)
