"""What the handlers share: the application of whoever asks, the policies of the moment, centres and slots."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from qyzmet.acts.driving import applications
from qyzmet.acts.driving.applications import Application
from qyzmet.cases.case import Case
from qyzmet.cases.package import Arrival
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.rows import Connection
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import UnknownName
from qyzmet.web.desks import Desk
from qyzmet.web.site import Context
from qyzmet.web.users import User

ACT = "driving"


class Slot(msgspec.Struct, frozen=True):
    """An examination that is offered; `free` places, `waiting` people on its list, `asked` in this window."""

    id: int
    kind: str
    centre: str
    hall: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    free: int
    waiting: int
    asked: int
    commitment: str


class Centre(msgspec.Struct, frozen=True):
    code: str
    region: str
    names: dict[str, str]
    address: str


def policies_of(context: Context, desk: Desk) -> Policies:
    return desk.catalogue.law_of_act(ACT, context.clock.now()).policies


def receiver(context: Context, desk: Desk) -> applications.Receive:
    """Opens the case of an arrival, in the caller's transaction."""

    def receive(arrival: Arrival) -> tuple[int | None, str]:
        verdicts, _ = desk.intake.receive(context.packages[ACT], applications.SOURCE, [arrival])
        return verdicts[0].case, verdicts[0].because

    return receive


def iin_of(desk: Desk, subject: int, purpose: str) -> str:
    clause = f"{ACT}:§1"
    found = desk.vault.reveal([subject], who="Qyzmet", purpose=purpose, clause=clause, fields=("iin",))
    iin = found[subject].iin if subject in found else None
    if iin is None:
        raise UnknownName("person", "of this session", "sign in again")
    return iin


def own(desk: Desk, user: User, case: int) -> Application:
    """The user's own application. Raises UnknownName also for another person's: it is not told which."""
    found = applications.application(desk.connection, case)
    if user.subject is None or found.subject != user.subject:
        raise UnknownName("application", str(case), "your page lists yours")
    return found


def procedure_of(desk: Desk, case: Case) -> Procedure:
    return desk.catalogue.procedure(case.procedure)


def all_centres(connection: Connection) -> list[Centre]:
    with connection.transaction():
        rows = connection.execute(
            "SELECT code, region, names, address FROM driving_centres ORDER BY region, code"
        ).fetchall()
    return [
        Centre(code, region, msgspec.json.decode(names), address) for code, region, names, address in rows
    ]


def offered(connection: Connection, kind: str, centre: str, now: datetime, *, limit: int = 400) -> list[Slot]:
    """Slots of a centre that can be asked for, the earliest first."""
    with connection.transaction():
        rows = connection.execute(
            f"""{_SLOT} WHERE s.kind = %s AND s.centre = %s AND s.state = 'o' AND s.starts_at > %s AND s.opens_at <= %s
                ORDER BY s.starts_at, s.id LIMIT %s""",
            (kind, centre, now, now, limit),
        ).fetchall()
    return [_slot(row) for row in rows]


def held_between(connection: Connection, regions: list[str], first: datetime, last: datetime) -> list[Any]:
    """Slots of these regions in a span, with how many are booked: for the exam centre's day."""
    with connection.transaction():
        return connection.execute(
            """SELECT s.id, s.kind, s.centre, s.hall, s.starts_at, s.examiner, s.state::text, s.seats,
                   (SELECT count(*) FROM driving_places p WHERE p.slot = s.id AND p.state IN ('c', 'd'))
               FROM driving_slots s JOIN driving_centres c ON c.code = s.centre
               WHERE c.region = ANY(%s) AND s.starts_at >= %s AND s.starts_at < %s
               ORDER BY s.starts_at, s.hall""",
            (regions, first, last),
        ).fetchall()


_SLOT = """
SELECT s.id, s.kind, s.centre, s.hall, s.starts_at, s.ends_at, s.seats,
    (SELECT count(*) FROM driving_places p WHERE p.slot = s.id AND p.state = 'f'),
    (SELECT count(*) FROM driving_wishes w WHERE w.slot = s.id AND w.state = 'a'),
    (SELECT count(*) FROM driving_wishes w WHERE w.slot = s.id AND w.state = 'q'), s.commitment
FROM driving_slots s"""


def _slot(row: Any) -> Slot:
    return Slot(*(*row[:-1], bytes(row[-1]).hex()))
