"""The list of tasks: whose, of which region, in which order, with which light."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.web.work import light
from tests.web.pages import Visitor

NOW = datetime(2024, 2, 12, 9, 0, tzinfo=KZ)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(None, "none"), (0, "red"), (-1, "red"), (1, "amber"), (14, "amber"), (16, "green")],
)
def test_the_light(hours: int | None, expected: str) -> None:
    assert light(None if hours is None else NOW + timedelta(hours=hours), NOW) == expected


def _task(database: Database, case: int, region: str, role: str, deadline: datetime) -> None:
    with connect(database.engine_url) as connection:
        connection.execute(
            """INSERT INTO cases (id, procedure, status, step, subject, region, event, as_of, opened_at,
                   entered_at, fence, attempts, run, trouble, known)
               SELECT %s, min(id), 'w', 'decide', 1, %s, 'E', '2024-02-12', %s, %s, 0, 0, 1, '', ''
               FROM procedures""",
            (case, region, NOW, NOW),
        )
        connection.execute(
            """INSERT INTO tasks (case_id, run, step, clause, role, office, region, outcomes, opened_at,
                   deadline_at)
               VALUES (%s, 1, 'decide', 'proactive:§24', %s, 'committee/' || %s, %s, '{appoint}', %s, %s)""",
            (case, role, region, region, NOW, deadline),
        )


def test_own_role_and_region_in_order(pages: str, database: Database, clock: HandClock) -> None:
    visitor = Visitor(pages)
    visitor.sign_in("officer-75")
    assert "Nothing waits for you." in visitor.get("/tasks").text
    _task(database, 7001, "75", "authorised_body", NOW + timedelta(days=3))
    _task(database, 7002, "75", "authorised_body", NOW - timedelta(days=1))
    _task(database, 7003, "71", "authorised_body", NOW)
    _task(database, 7004, "75", "state_corporation", NOW)
    text = visitor.get("/tasks").text
    assert text.index("7002") < text.index("7001")
    assert "7003" not in text
    assert "7004" not in text
    assert "Late" in text
    visitor.http.close()
