"""Results of examinations: each once, of the right person, and only where the place was that person's.

What does not fit is not taken and set aside among the oddities, where the operator of the exam centre sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qyzmet.acts.driving.booking import EXAM, KINDS
from qyzmet.acts.driving.clauses import STEP
from qyzmet.cases.package import Desk
from qyzmet.cases.rows import Connection
from qyzmet.cases.tasks import send_event
from qyzmet.exchange import driving as d
from qyzmet.law.act import carries_out
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue, Refused

RESULTS = ("passed", "failed", "missed")
_ASKED_AT_ONCE = 500


@carries_out(STEP[13], STEP[14])
def record(
    connection: Connection,
    policies: Policies,
    case: int,
    kind: str,
    result: str,
    by: str,
    now: datetime,
    *,
    slot: int | None = None,
    score: int | None = None,
) -> bool:
    """Enters a result; False where the very same was entered before: nothing changed then.

    A missed examination is no result (G-13): the place is over and another may be booked. Raises Refused
    for a second, different result, for a case without a confirmed place, and before the examination began.
    """
    if kind not in KINDS or result not in RESULTS:
        raise BadValue("result", f"is one of {', '.join(RESULTS)} of {' or '.join(KINDS)}", "Correct it.")
    with connection.transaction():
        known = connection.execute(
            "SELECT result FROM driving_results WHERE case_id = %s AND kind = %s", (case, kind)
        ).fetchone()
        if known:
            if known[0] == result:
                return False
            _odd(connection, case, slot or 0, kind, f"a second result, {result} after {known[0]}", now)
        else:
            _enter(connection, policies, case, kind, result, by, now, slot, score)
    if known:
        raise Refused(
            f"This examination has the result “{known[0]}” already; nothing was changed. See the oddities."
        )
    return True


def _enter(
    connection: Connection,
    policies: Policies,
    case: int,
    kind: str,
    result: str,
    by: str,
    now: datetime,
    slot: int | None,
    score: int | None,
) -> None:
    place = connection.execute(
        """SELECT p.slot, p.place, s.starts_at FROM driving_places p JOIN driving_slots s ON s.id = p.slot
           WHERE p.case_id = %s AND p.kind = %s AND p.state = 'c' FOR UPDATE OF p""",
        (case, kind),
    ).fetchone()
    if place is None or (slot is not None and place[0] != slot):
        raise Refused("This application has no confirmed place in that examination. Nothing was entered.")
    if place[2] > now:
        raise Refused("The examination has not begun yet. Nothing was entered.")
    connection.execute(
        "UPDATE driving_places SET state = 'd' WHERE slot = %s AND place = %s", (place[0], place[1])
    )
    facts: dict[str, Any] = {f"{kind}.result": {"result": result, "score": score, "slot": place[0]}}
    outcome = result
    if result == "missed":
        facts = {f"{kind}.booking": None}
        outcome = "missed" if policies["G-13"] == "new booking" else "failed"
    else:
        connection.execute(
            "INSERT INTO driving_results VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (case, kind, result, place[0], score, by, now),
        )
    send_event(connection, case, outcome, now, {"step": EXAM[kind], "source": by, "facts": facts})


def fetch(desk: Desk, connection: Connection) -> int:
    """Asks the exam centre for results of examinations that have begun; returns how many came."""
    now = desk.law.now
    with connection.transaction():
        rows = connection.execute(
            """SELECT p.slot, p.place, p.kind, p.case_id, p.subject FROM driving_places p
               JOIN driving_slots s ON s.id = p.slot
               WHERE p.state = 'c' AND s.starts_at <= %s ORDER BY s.starts_at, p.slot, p.place LIMIT %s""",
            (now, _ASKED_AT_ONCE),
        ).fetchall()
    if not rows:
        return 0
    clause = STEP[13]
    known = desk.vault.reveal(
        {row[4] for row in rows},
        who="Qyzmet",
        purpose="ask for the result",
        clause=clause.id,
        fields=("iin",),
    )
    numbers = {subject: person.iin or "" for subject, person in known.items()}
    asked = [
        d.ExamAsked(ref=str(case), booking=f"{slot}-{place}", kind=kind, iin=numbers[subject])
        for slot, place, kind, case, subject in rows
        if subject in numbers
    ]
    answers = desk.partners.ask(d.RESULTS, asked, purpose=clause.title, clause=clause.id)
    return sum(_take(desk, connection, row, answers, numbers) for row in rows)


def _take(
    desk: Desk,
    connection: Connection,
    row: Any,
    answers: Mapping[str, d.ExamResult],
    numbers: Mapping[int, str],
) -> int:
    slot, _, kind, case, subject = row
    answer = answers.get(str(case))
    if answer is None or answer.state == "waiting":
        return 0
    now = desk.law.now
    if answer.state != "missed" and answer.iin != numbers.get(subject):
        with connection.transaction():
            _odd(connection, case, slot, kind, "the result is of another person than the one who booked", now)
        return 0
    return int(
        record(
            connection, desk.law.policies, case, kind, answer.state, "exam_centre", now,
            slot=slot, score=answer.score,
        )
    )  # fmt: skip


def oddities(connection: Connection, *, limit: int = 100) -> list[tuple[datetime, int, int, str, str]]:
    """(when, case, slot, kind, what), the latest first."""
    with connection.transaction():
        return connection.execute(
            "SELECT at, case_id, slot, kind, about FROM driving_oddities ORDER BY id DESC LIMIT %s", (limit,)
        ).fetchall()


def _odd(connection: Connection, case: int, slot: int, kind: str, about: str, now: datetime) -> None:
    connection.execute(
        """INSERT INTO driving_oddities (at, case_id, slot, kind, about) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT DO NOTHING""",
        (now, case, slot, kind, about),
    )
