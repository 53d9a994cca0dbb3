"""Stores of before: what lies in them is there after the schema has changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qyzmet.runtime import embedded, migrations
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import STORE_MIGRATIONS, Database, apply_migrations, prepare

FACTS = '{"a.b":["Ә}{\\"\\\\",{"of":{}}],"last":[{"x":{}},"registry","2024-02-12T03:00:00Z",null]}'


@pytest.fixture
def before(server: embedded.Server, worker_name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A store of before 0017."""
    names = f"before_{worker_name}", f"before_vault_{worker_name}"
    all_ = migrations.migrations_in
    with monkeypatch.context() as then:
        then.setattr(
            migrations, "migrations_in", lambda name: all_(name)[: 16 if name == STORE_MIGRATIONS else 99]
        )
        then.setattr("qyzmet.runtime.database.store_migrations", lambda: (STORE_MIGRATIONS,))
        database = prepare(server, store=names[0], vault=names[1])
    yield database
    with connect(server.url("postgres"), autocommit=True) as admin:
        for name in names:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_facts_and_persons_of_cases_are_what_they_were(before: Database) -> None:
    with connect(before.owner_url) as connection, connection.transaction():
        connection.execute(
            """INSERT INTO cases (id, procedure, status, step, subject, recipient, region, event, as_of,
                   opened_at, entered_at, fence, attempts, run, trouble, facts)
               SELECT id, 1, 'w', 'consent', 5, recipient, '75', 'E', '2024-02-12', %(at)s, %(at)s, 1, 0, 1,
                   '', f::json
               FROM (VALUES (1, NULL, %(facts)s), (2, 6, '{}'), (3, 5, %(facts)s)) v (id, recipient, f)""",
            {"facts": FACTS, "at": "2024-02-12T09:00:00+05:00"},
        )
    assert "0017_lean.sql" in apply_migrations(before)
    with connect(before.engine_url) as connection:
        facts = connection.execute("SELECT cases.facts::text FROM cases ORDER BY id").fetchall()
        assert [text for (text,) in facts] == [FACTS, "{}", FACTS]
        persons = connection.execute("SELECT person, case_id FROM case_persons ORDER BY 2, 1").fetchall()
        assert persons == [(5, 1), (5, 2), (6, 2), (5, 3)]
