"""Changes of the schema: numbered files `NNNN_name.sql` in a package, applied once, in order, forward only.

What was applied is recorded with a checksum. Two programs may migrate at the same time: one does
it, the other waits and finds it done.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files

import psycopg
from psycopg.rows import TupleRow

from qyzmet.runtime.clock import Clock, SystemClock
from qyzmet.runtime.errors import Refused

_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql\Z")
_LOCK = 7_149_036_528  # any number, the same in every release

_TABLE = """
CREATE TABLE IF NOT EXISTS migration (
    package text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (package, number)
)
"""

# A role exists only where the owner may create roles (see `roles`), so migrations grant through these:
#   SELECT migration_grant('SELECT, INSERT', 'task', 'qyzmet_web');
_GRANT = """
CREATE OR REPLACE FUNCTION migration_grant(privileges text, relation text, role text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
        EXECUTE format('GRANT %s ON %s TO %I', privileges, relation, role);
    END IF;
END $$;
CREATE OR REPLACE FUNCTION migration_revoke(privileges text, relation text, role text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
        EXECUTE format('REVOKE %s ON %s FROM %I', privileges, relation, role);
    END IF;
END $$;
"""


@dataclass(frozen=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def file(self) -> str:
        return f"{self.number:04d}_{self.name}.sql"


@dataclass(frozen=True)
class State:
    """How a database stands to a package: file names still to apply, and applied ones unknown here."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]


def migrations_in(package: str) -> list[Migration]:
    """The migrations of a package (`qyzmet.people.migrations`) in order.

    Raises ValueError where numbers have gaps or are used twice: a mistake of ours, not of the user.
    """
    found = []
    for file in files(package).iterdir():
        if match := _NAME.match(file.name):
            sql = file.read_text(encoding="utf-8").replace("\r\n", "\n")
            found.append(Migration(int(match[1]), match[2], sql))
    found.sort(key=lambda migration: migration.number)
    numbers = [migration.number for migration in found]
    if numbers != list(range(1, len(found) + 1)):
        raise ValueError(f"the migrations of {package} are not numbered 1, 2, 3 …: {numbers}")
    return found


def migrate(connection: psycopg.Connection[TupleRow], package: str, clock: Clock | None = None) -> list[str]:
    """Applies what is missing, each file in a transaction of its own; returns the names applied.

    `connection` is the owner's and is idle. Raises Refused where an applied file was changed or the
    database is newer than this program; then nothing is changed.
    """
    clock = clock or SystemClock()
    known = migrations_in(package)
    done: list[str] = []
    while True:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            if not done:
                connection.execute(_TABLE)
                connection.execute(_GRANT)
                connection.execute(
                    "SELECT migration_revoke('INSERT, UPDATE, DELETE', 'migration', 'qyzmet_engine')"
                )
            state = _compare(connection, package, known)
            if state.unknown:
                raise Refused(
                    f"The database is newer than this program: it has {', '.join(state.unknown)} of "
                    f"{package}. Install the newer release of Qyzmet; schemas do not go back."
                )
            if not state.pending:
                return done
            migration = known[len(state.applied)]
            connection.execute(migration.sql.encode())
            connection.execute(
                "INSERT INTO migration VALUES (%s, %s, %s, %s, %s)",
                (package, migration.number, migration.name, migration.checksum, clock.now()),
            )
            done.append(migration.file)


def state_of(connection: psycopg.Connection[TupleRow], package: str) -> State:
    """Compares without changing anything. Raises Refused where an applied file was changed."""
    with connection.transaction():
        return _compare(connection, package, migrations_in(package))


def _compare(connection: psycopg.Connection[TupleRow], package: str, known: list[Migration]) -> State:
    exists = connection.execute("SELECT to_regclass('migration') IS NOT NULL").fetchone()
    rows: list[TupleRow] = []
    if exists and exists[0]:
        rows = connection.execute(
            "SELECT number, name, checksum FROM migration WHERE package = %s ORDER BY number", (package,)
        ).fetchall()
    by_number = {migration.number: migration for migration in known}
    applied, unknown = [], []
    for number, name, checksum in rows:
        migration = by_number.get(number)
        if migration is None:
            unknown.append(f"{number:04d}_{name}.sql")
        elif migration.checksum != checksum:
            raise Refused(
                f"The migration {migration.file} of {package} was changed after it was applied to this "
                "database. Put the file back as it was; a further change is a new file with the next number."
            )
        else:
            applied.append(migration.file)
    pending = tuple(m.file for m in known[len(applied) :]) if not unknown else ()
    return State(tuple(applied), pending, tuple(unknown))
