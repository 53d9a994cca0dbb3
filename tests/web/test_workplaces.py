"""Officials' work over real HTTP: signed by the workplace, named official, allowed by their posts."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qyzmet.cases.officials import Officials
from qyzmet.cases.rows import Connection
from qyzmet.runtime.connection import connect
from qyzmet.web.app import Site
from qyzmet.web.senders import SenderKey
from tests.web import conftest as c
from tests.web.conftest import running, signed

E_MAKET = "e_maket"
NOW = datetime(2024, 2, 12, 3, tzinfo=UTC)
COVERED = ("@method", "@path", "content-type", "content-digest", "idempotency-key", "x-official")


class Workplace:
    """Sends requests for an official, signed with the workplace's key."""

    def __init__(self, url: str, at: datetime) -> None:
        self.http, self.at = httpx.Client(base_url=url, timeout=20, trust_env=False), at

    def get(
        self, path: str, official: str, query: str = "?", covered: tuple[str, ...] = ()
    ) -> httpx.Response:
        headers = {"X-Official": official}
        names = covered or ("@method", "@path", "@query", "x-official")
        headers |= signed("GET", f"/api/v1{path}", headers, names, E_MAKET, self.at, query)
        return self.http.get(f"/api/v1{path}{query if query != '?' else ''}", headers=headers)

    def post(self, path: str, official: str, key: str = "", **given: Any) -> httpx.Response:
        body = msgspec.json.encode({"version": 1} | given)
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {
            "Content-Type": "application/json",
            "Content-Digest": f"sha-256=:{digest}:",
            "Idempotency-Key": key or str(uuid.uuid4()),
            "X-Official": official,
        }
        headers |= signed("POST", f"/api/v1{path}", headers, COVERED, E_MAKET, self.at)
        return self.http.post(f"/api/v1{path}", content=body, headers=headers)


@pytest.fixture
def store(site: Site) -> Iterator[Connection]:
    """A case at an official's task, and Aigul's post for it."""
    with connect(site.database.engine_url) as connection:
        connection.execute(
            """INSERT INTO cases (id, procedure, status, step, subject, region, event, as_of, opened_at,
                   entered_at, fence, attempts, run, trouble, known)
               SELECT id, 1, status, 'decide', 1, '75', 'E', '2024-02-12', %(now)s, %(now)s, 1, 0, 1,
                   trouble, ''
               FROM (VALUES (7, 'w'::"char", ''), (8, 'a', 'look')) v (id, status, trouble)""",
            {"now": NOW},
        )
        connection.execute(
            """INSERT INTO tasks (case_id, run, step, clause, role, office, region, outcomes, opened_at,
                   deadline_at, takes)
               VALUES (7, 1, 'decide', 'proactive:§24', 'authorised_body', 'committee/75', '75',
                   '{appoint,refuse}', %(now)s, %(now)s, '{}')""",
            {"now": NOW},
        )
        connection.commit()
        officials = Officials(connection, site.clock)
        officials.appoint("Aigul", "authorised_body", "committee/75", "head", date(2024, 1, 1))
        officials.appoint("Dana", "desk", "*", "head", date(2024, 1, 1))
        officials.appoint("Ermek", "desk", "desk/71", "head", date(2024, 1, 1))
        officials.appoint("Farida", "desk", "75", "head", date(2024, 1, 1))
        yield connection


@pytest.fixture
def workplace(site: Site, store: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    key = Ed25519PrivateKey.generate()
    monkeypatch.setitem(c.KEYS, E_MAKET, key)
    with running(replace(site, workplaces={E_MAKET: [SenderKey(key.public_key())]})) as url:
        found = Workplace(url, site.clock.now())
        yield found
        found.http.close()


def test_an_official_finds_and_ends_a_task_once(workplace: Workplace, store: Connection) -> None:
    (task,) = workplace.get("/tasks", "Aigul").json()["tasks"]
    assert (task["case"], task["outcomes"], task["clause"]) == (7, ["appoint", "refuse"], "proactive:§24")
    assert len(workplace.get("/tasks", "Aigul", "?overdue=1").json()["tasks"]) == 1
    path = f"/tasks/{task['id']}"
    assert workplace.post(f"{path}/claim", "Aigul").json() == {"task": task["id"], "state": "open"}
    stale = workplace.post(f"{path}/end", "Aigul", outcome="refuse")
    assert (stale.status_code, "changed or ended" in stale.json()["detail"]) == (409, True)
    key = str(uuid.uuid4())
    done = [workplace.post(f"{path}/end", "Aigul", key, version=2, outcome="appoint") for _ in range(2)]
    assert [answer.json() for answer in done] == [{"task": task["id"], "state": "ended"}] * 2
    assert done[1].headers["idempotency-replayed"] == "true"
    assert store.execute("SELECT count(*) FROM inbox WHERE kind = 'done'").fetchone() == (1,)


def test_a_head_gives_on_what_another_claimed(workplace: Workplace, store: Connection, site: Site) -> None:
    officials = Officials(store, site.clock)
    officials.appoint("Bolat", "authorised_body", "committee/*", "head", date(2024, 1, 1))
    officials.appoint("Gulnar", "head", "committee/75", "head", date(2024, 1, 1))
    (task,) = workplace.get("/tasks", "Aigul").json()["tasks"]
    path = f"/tasks/{task['id']}"
    workplace.post(f"{path}/claim", "Aigul")
    assert workplace.post(f"{path}/hand-over", "Bolat", version=2, to="Bolat").status_code == 409
    answer = workplace.post(f"{path}/hand-over", "Gulnar", version=2, to="Bolat")
    assert (answer.status_code, answer.json()) == (200, {"task": task["id"], "state": "open"})
    (task,) = workplace.get("/tasks", "Bolat").json()["tasks"]
    assert task["claimed_by"] == "Bolat"
    assert store.execute("SELECT kind FROM inbox").fetchall() == [("handed_over",)]


@pytest.mark.parametrize(
    ("official", "given", "status"),
    [
        ("Bolat", {"outcome": "appoint"}, 409),  # no post
        ("", {"outcome": "appoint"}, 400),
        ("Aigul", {"outcome": "postpone"}, 404),
        ("Aigul", {"outcome": "appoint", "facts": {"amount": 1}}, 422),
        ("Aigul", {"outcome": 7}, 422),
    ],
)
def test_what_is_not_allowed_changes_nothing(
    workplace: Workplace, store: Connection, official: str, given: dict[str, Any], status: int
) -> None:
    (task,) = workplace.get("/tasks", "Aigul").json()["tasks"]
    assert workplace.post(f"/tasks/{task['id']}/end", official, **given).status_code == status
    assert workplace.get("/tasks", "Aigul").json()["tasks"] == [task]


def test_the_official_is_part_of_what_is_signed(workplace: Workplace) -> None:
    answer = workplace.get("/tasks", "Aigul", covered=("@method", "@path", "@query"))
    assert (answer.status_code, "x-official" in answer.json()["detail"]) == (401, True)
    assert workplace.get("/tasks", "Nobody").json() == {"tasks": []}
    assert workplace.post("/tasks/99/claim", "Aigul").status_code == 404


def test_the_desk_puts_cases_back(workplace: Workplace, store: Connection) -> None:
    assert workplace.get("/aside", "Aigul").status_code == 409
    (one,) = workplace.get("/aside", "Dana").json()["cases"]
    assert (one["case"], one["trouble"]) == (8, "look")
    assert workplace.post("/aside/8/release", "Aigul").status_code == 409
    assert workplace.get("/aside", "Ermek").json() == {"cases": []}  # another region's desk
    assert workplace.post("/aside/8/release", "Ermek").status_code == 404
    assert workplace.get("/aside", "Farida").json()["cases"] == [one]
    assert workplace.post("/aside/8/release", "Dana").json() == {"case": 8}
    assert workplace.post("/aside/8/release", "Dana").status_code == 409
    assert store.execute("SELECT body->>'official' FROM inbox WHERE case_id = 8").fetchone() == ("Dana",)
