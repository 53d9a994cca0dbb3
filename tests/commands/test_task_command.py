"""`qyzmet task`, `qyzmet policy` and `qyzmet calendar order` on a store of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qyzmet.commands.acts import acts
from qyzmet.commands.calendar import calendar
from qyzmet.commands.policy import policy
from qyzmet.commands.task import task
from qyzmet.runtime.clock import FileClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database

NOW = datetime(2024, 2, 12, 3, tzinfo=UTC)
BY = ["--by", "head"]


@pytest.fixture
def store(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An installation whose clock stands on 12 February 2024, with a task that is late."""
    FileClock.create(tmp_path / "clock", NOW)
    monkeypatch.setenv("QYZMET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QYZMET_CLOCK", f"file:{tmp_path / 'clock'}")
    monkeypatch.setenv("QYZMET_DATABASE_URL", database.owner_url)
    monkeypatch.setenv("QYZMET_VAULT_URL", database.vault_url)
    with connect(database.owner_url) as connection:
        connection.execute(
            """INSERT INTO tasks (case_id, run, step, clause, role, office, region, outcomes, opened_at,
                   deadline_at, takes, eyes)
               VALUES (7, 1, 'decide', 'proactive:§24', 'authorised_body', 'committee/75', '75',
                   '{appoint,refuse}', %(now)s, %(now)s,
                   '{"appoint": {"amount": "tiyn", "amount.source": "text"}}', 2)""",
            {"now": NOW},
        )
        connection.commit()
        yield connection


def run(group: Any, *words: str, code: int = 0) -> str:
    ran = CliRunner().invoke(group, list(words))
    assert ran.exit_code == code, ran.output
    return ran.output


def test_two_officials_end_a_late_task(store: Any) -> None:
    assert "has no post" in run(task, "claim", "1", "--as", "Aigul", code=1)
    run(task, "appoint", "Aigul", "authorised_body", "committee/75", *BY)
    run(task, "appoint", "Bolat", "authorised_body", "committee/*", *BY)
    run(task, "substitute", "Bolat", "Dana", "--from", "2024-02-12", "--until", "2024-02-20", *BY)
    assert "Dana for Bolat until 2024-02-20" in run(task, "posts")
    assert "LATE" in run(task, "list", "--overdue")
    (one,) = json.loads(run(task, "list", "--as", "Dana", "--json"))["tasks"]
    assert (one["overdue"], one["eyes"]) == (True, 2)
    run(task, "claim", "1", "--as", "Aigul")
    assert "claimed by another" in run(task, "claim", "1", "--as", "Dana", code=1)
    run(task, "give-back", "1", "--as", "Aigul")
    assert "is needed for appoint" in run(task, "end", "1", "appoint", "--as", "Aigul", code=2)
    facts = ["amount=4000000", "amount.source=order 5"]
    assert "Proposed" in run(task, "end", "1", "appoint", *facts, "--as", "Aigul")
    assert "needs a second official" in run(task, "confirm", "1", "--as", "Aigul", code=1)
    run(task, "reject", "1", "--as", "Dana")
    run(task, "end", "1", "appoint", *facts, "--as", "Aigul")
    assert "ended with appoint" in run(task, "confirm", "1", "--as", "Dana")
    assert "no such tasks" in run(task, "list")
    ((body,),) = store.execute("SELECT body FROM inbox").fetchall()
    assert (body["official"], body["confirmed_by"]) == ("Aigul", "Dana")
    assert body["facts"] == {"amount": 4_000_000, "amount.source": "order 5"}


def test_a_head_gives_a_claimed_task_on(store: Any) -> None:
    for name in ("Aigul", "Bolat"):
        run(task, "appoint", name, "authorised_body", "committee/75", *BY)
    run(task, "claim", "1", "--as", "Aigul")
    assert "no post as head" in run(task, "hand-over", "1", "--to", "Bolat", "--as", "Dana", code=1)
    run(task, "appoint", "Dana", "head", "committee/75", *BY)
    assert "Bolat's" in run(task, "hand-over", "1", "--to", "Bolat", "--as", "Dana")
    assert "open for all" in run(task, "hand-over", "1", "--as", "Dana")
    rows = store.execute("SELECT kind, body->>'from', body->>'to' FROM inbox ORDER BY id").fetchall()
    assert rows == [("handed_over", "Aigul", "Bolat"), ("handed_over", "Bolat", "")]


def test_a_policy_is_changed_listed_and_undone(store: Any) -> None:
    why = ["--reason", "letter 5", *BY]
    assert "from now on" in run(policy, "set", "proactive", "G-08", "end_with_annex5", *why)
    assert "from now on" in run(policy, "set", "proactive", "eyes", '["BURIAL_PAYMENT"]', *why)
    for group, words in ((acts, ["proactive", "--policies"]), (policy, ["list", "proactive"])):
        found = {each["mark"]: each for each in json.loads(run(group, *words, "--json"))["policies"]}
        assert (found["G-08"]["value"], found["G-08"]["default"]) == ("end_with_annex5", "end")
        assert found["G-08"]["since"].startswith("2024-02-12T03:00")
        assert (found["G-10"]["origin"], found["eyes"]["origin"]) == ("default", "changed")
        assert "letter 5" in run(policy, "list", "proactive")
    assert "(changed, since 2024-02-12 by head)" in run(acts, "proactive", "--policies")
    assert "touched 0 cases" in run(policy, "undo", "proactive", "1", *why)
    assert "Undo the last one" in run(policy, "undo", "proactive", "1", *why, code=1)
    assert json.loads(run(policy, "touched", "proactive", "1", "--json")) == {"touched": []}
    assert "is 'end' or 'end_with_annex5'" in run(policy, "set", "proactive", "G-08", "never", *why, code=2)


def test_a_late_order_is_entered_once(store: Any, tmp_path: Path) -> None:
    file = tmp_path / "order.toml"
    file.write_text(
        "[[override]]\ndate = 2024-02-16\nworks = false\nsource = 'order 7'\n"
        "kk = 'демалыс'\nru = 'выходной'\nen = 'day off'\n"
    )
    said = run(calendar, "order", str(file), *BY)
    assert "2024-02-16 is a day off (order 7)" in said
    assert "1 days entered, 0 open deadlines moved" in said
    assert json.loads(run(calendar, "order", str(file), *BY, "--json"))["days"] == []
