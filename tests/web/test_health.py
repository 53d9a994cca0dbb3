"""Health: alive, ready, late, and what to do where it is none of these."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from qyzmet.runtime.connection import connect
from qyzmet.runtime.embedded import Server
from qyzmet.web import health
from qyzmet.web.app import Site
from tests.web.conftest import Api, birth, running


@pytest.fixture(autouse=True)
def not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_REMEMBERED_SECONDS", 0.0)


def test_ready_late_and_not_migrated(api: Api) -> None:
    assert api.http.get("/health/live").json() == {"status": "live"}
    ready = api.http.get("/health/ready").json()
    assert ready["status"] == "ready"
    assert [check["name"] for check in ready["checks"]] == ["database", "vault", "workers"]
    api.push(birth(1))
    api.clock.advance(timedelta(minutes=3))
    late = api.http.get("/health/ready")
    assert (late.status_code, late.json()["status"]) == (200, "late")
    assert late.json()["checks"][2]["what"] == "the oldest due case waits for 180 s"
    assert "qyzmet worker" in late.json()["checks"][2]["remedy"]
    with connect(api.database.owner_url) as owner:
        owner.execute("DELETE FROM migration WHERE number > 1")
    answer = api.http.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["remedy"] == "Run: qyzmet admin migrate"


@pytest.mark.parametrize("which", ["engine_url", "vault_url"])
def test_a_database_that_is_away_is_said_with_what_to_do_and_no_address(site: Site, which: str) -> None:
    away = "postgresql://somebody:secret@127.0.0.1:1/none"
    with running(replace(site, database=replace(site.database, **{which: away}))) as url:
        answer = httpx.get(f"{url}/health/ready", trust_env=False)
        problem = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert "qyzmet admin doctor" in problem["remedy"]
        assert "cannot be reached" in problem["detail"]
        assert "127.0.0.1" not in answer.text
        assert httpx.get(f"{url}/health/live", trust_env=False).status_code == 200


def test_events_are_not_taken_while_the_database_is_away_and_are_when_it_is_back(
    api: Api, server: Server
) -> None:
    name = api.rows("SELECT current_database()")[0][0]
    assert api.push(birth(1)).status_code == 200
    with connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        answer = api.push(birth(2), key="the-same-key")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:qyzmet:problem:database-away")
        assert answer.headers["retry-after"] == "5"
        admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
    assert api.push(birth(2), key="the-same-key").json()["counts"] == {"accepted": 1}
