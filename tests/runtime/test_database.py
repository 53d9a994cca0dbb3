"""Roles and databases, embedded and on a server of the operator."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from qyzmet.runtime import embedded
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.config import Config
from qyzmet.runtime.connection import connect, database_errors
from qyzmet.runtime.database import (
    STORE_MIGRATIONS,
    VAULT_MIGRATIONS,
    Database,
    apply_migrations,
    open_database,
)
from qyzmet.runtime.errors import BadValue, DatabaseAway
from qyzmet.runtime.migrations import state_of


def login_of(url: str) -> str:
    return url.split("@")[0]


def place_of(url: str) -> str:
    return url.split("@")[1]


def test_each_role_enters_its_own_database_only(database: Database) -> None:
    store_roles = (database.engine_url, database.web_url, database.owner_url)
    for url in (*store_roles, database.vault_url):
        connect(url).close()
    for url in store_roles:
        with pytest.raises(DatabaseAway, match="permission denied for database"):
            connect(f"{login_of(url)}@{place_of(database.vault_url)}")
    with pytest.raises(DatabaseAway, match="permission denied for database"):
        connect(f"{login_of(database.vault_url)}@{place_of(database.engine_url)}")


def test_the_engine_writes_all_rows_and_pages_see_their_region(database: Database) -> None:
    with connect(database.owner_url) as owner:
        owner.execute(
            "CREATE TABLE trial (region text); ALTER TABLE trial ENABLE ROW LEVEL SECURITY;"
            "CREATE POLICY own ON trial USING (region = current_setting('qyzmet.region', true));"
            "SELECT migration_grant('SELECT', 'trial', 'qyzmet_web');"
            "SELECT migration_grant('SELECT', 'trial', 'no_such_role');"
        )
    with connect(database.engine_url) as engine:
        with engine.cursor().copy("COPY trial FROM STDIN") as copy:
            copy.write("75\n71\n")
        engine.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            engine.execute("CREATE TABLE mine ()")
    with connect(database.web_url) as web:
        assert web.execute("SELECT * FROM trial").fetchall() == []
        web.execute("SET qyzmet.region = '75'")
        assert web.execute("SELECT * FROM trial").fetchall() == [("75",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("INSERT INTO trial VALUES ('75')")


def test_nobody_but_the_owner_edits_the_record_of_migrations(database: Database) -> None:
    with (
        connect(database.engine_url) as engine,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        engine.execute("DELETE FROM migration")


def test_sessions_have_the_settings_all_rely_on(database: Database) -> None:
    with connect(database.engine_url, application="worker 1") as connection:
        assert not connection.autocommit
        for name, value in (
            ("TimeZone", "UTC"),
            ("statement_timeout", "0"),
            ("application_name", "worker 1"),
        ):
            assert connection.execute("SELECT current_setting(%s)", (name,)).fetchone() == (value,)


def test_a_database_that_is_down_is_said_with_place_and_remedy(clock: HandClock, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening
        port = taken.getsockname()[1]
        config = Config(home=home, database_url=f"postgresql://me:secret@127.0.0.1:{port}/q")
        with (
            pytest.raises(DatabaseAway, match="QYZMET_DATABASE_URL") as away,
            open_database(config, clock=clock),
        ):
            pass
    assert f"127.0.0.1:{port}/q" in str(away.value)
    assert "secret" not in str(away.value)


def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(BadValue, match="database url: is not one"):
        connect("not a url")


def test_a_connection_lost_in_the_middle_is_database_away(database: Database) -> None:
    with connect(database.engine_url) as connection, connect(database.engine_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        with pytest.raises(DatabaseAway, match="What was not committed was undone"), database_errors():
            connection.execute("SELECT 1")
    with (
        connect(database.engine_url) as connection,
        pytest.raises(psycopg.errors.QueryCanceled),
        database_errors(),
    ):
        connection.execute("SET statement_timeout = 10; SELECT pg_sleep(5)")


@pytest.fixture
def operator(server: embedded.Server, worker_name: str) -> Iterator[str]:
    """A database of its own with an owner who may do nothing else; yields the owner's URL."""
    name = f"operator_{worker_name}"
    drops = [
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"DROP DATABASE IF EXISTS {name}_vault WITH (FORCE)",
        f"DROP ROLE IF EXISTS {name}",
    ]
    with connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(name), sql.Literal(server.password(name))
            )
        )
        admin.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(name)))
        yield server.url(name, name)
        for drop in drops:
            admin.execute(drop.encode())


def test_an_operators_user_without_rights_works_alone_and_says_so(
    operator: str, database: Database, home: Path, clock: HandClock
) -> None:
    config = Config(home=home, database_url=operator)
    with pytest.raises(BadValue, match="QYZMET_VAULT_URL: is needed"), open_database(config, clock=clock):
        pass
    config = Config(home=home, database_url=operator, vault_url=database.vault_url)
    with open_database(config, clock=clock) as opened:
        assert opened.engine_url == opened.web_url == opened.owner_url == operator
        assert len(opened.warnings) == 2
        assert all("CREATEROLE" in warning for warning in opened.warnings)
        with connect(opened.engine_url) as connection:
            assert state_of(connection, STORE_MIGRATIONS).pending == ()


def test_an_operators_user_who_may_make_databases_gets_a_vault(
    operator: str, server: embedded.Server, home: Path, clock: HandClock
) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(operator)["user"])
    with connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(name)))
    for _ in range(2):
        with open_database(Config(home=home, database_url=operator), clock=clock) as opened:
            assert "the vault belongs to the user" in opened.warnings[-1]
            with connect(opened.vault_url) as connection:
                assert connection.info.dbname == f"{name}_vault"
                assert state_of(connection, VAULT_MIGRATIONS).pending == ()


def test_a_newer_database_is_used_with_a_warning(
    operator: str, database: Database, home: Path, clock: HandClock
) -> None:
    config = Config(home=home, database_url=operator, vault_url=database.vault_url)
    with open_database(config, clock=clock) as opened, connect(opened.owner_url) as owner:
        owner.execute(
            "INSERT INTO migration VALUES (%s, 999, 'later', '', %s)", (STORE_MIGRATIONS, clock.now())
        )
    with open_database(config, clock=clock) as opened:
        assert "newer than this program (it has 0999_later.sql)" in opened.warnings[-1]


def test_all_is_made_on_a_fresh_server_of_the_operator(tmp_path: Path, clock: HandClock) -> None:
    with embedded.server(tmp_path, throwaway=True) as fresh:
        with connect(fresh.url("postgres"), autocommit=True) as admin:
            admin.execute("CREATE DATABASE q")
        config = Config(home=tmp_path, database_url=fresh.url("q"))
        for _ in range(2):
            with open_database(config, clock=clock) as opened:
                assert opened.warnings == ()
                assert apply_migrations(opened, clock) == []
                names = []
                for url in (opened.engine_url, opened.web_url, opened.vault_url):
                    with connect(url) as connection:
                        names.append((connection.info.user, connection.info.dbname))
        assert names == [("qyzmet_engine", "q"), ("qyzmet_web", "q"), ("qyzmet_vault", "q_vault")]
        with pytest.raises(DatabaseAway, match="permission denied for database"):
            connect(opened.engine_url.replace("dbname=q", "dbname=q_vault"))
