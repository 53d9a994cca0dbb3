"""New versions of the vault's keys, and all rows moved to them in batches while others work.

The database says which versions are in use (`vault_key`); the highest is current. Whoever enters
people holds the lock shared, so after a new version is entered nobody writes the old one.
"""

from __future__ import annotations

import psycopg
from psycopg.rows import TupleRow

from qyzmet.people.sealing import Sealing
from qyzmet.people.vault_keys import VaultKeys
from qyzmet.runtime.errors import Refused

LOCK = 7_149_036_530
BATCH = 10_000

Connection = psycopg.Connection[TupleRow]


def rotate_index_key(connection: Connection, sealing: Sealing) -> int:
    """See `Vault.rotate_index_key`. Each batch is a transaction; work cut off is taken up again."""
    current = _begin(connection, sealing.keys, "index")
    moved = 0
    while True:
        with connection.transaction(), connection.cursor(binary=True) as cursor:
            cursor.execute(
                "SELECT id, key_version, wrapped_key, identity FROM subject "
                "WHERE index_version < %b AND erased_at IS NULL ORDER BY id LIMIT %b FOR UPDATE",
                (current, BATCH),
            )
            ids, indexes = [], []
            for subject, version, wrapped, sealed in cursor.fetchall():
                person = sealing.open(subject, sealing.unwrap(subject, wrapped, version), sealed)
                if person.iin is None:
                    raise Refused(f"Subject {subject} has no IIN in the vault. Restore it from the backup.")
                ids.append(subject)
                indexes.append(sealing.iin_index(person.iin, current))
            if not ids:
                _end(cursor, "index", current)
                return moved
            cursor.execute(
                "UPDATE subject SET iin_index = new.iin_index, index_version = %b "
                "FROM unnest(%b::bigint[], %b::bytea[]) AS new (id, iin_index) WHERE subject.id = new.id",
                (current, ids, indexes),
            )
            moved += len(ids)


def rotate_master_key(connection: Connection, sealing: Sealing) -> int:
    """See `Vault.rotate_master_key`."""
    current = _begin(connection, sealing.keys, "master")
    moved = 0
    while True:
        with connection.transaction(), connection.cursor(binary=True) as cursor:
            cursor.execute(
                "SELECT id, key_version, wrapped_key FROM subject "
                "WHERE key_version < %b AND erased_at IS NULL ORDER BY id LIMIT %b FOR UPDATE",
                (current, BATCH),
            )
            ids, wraps = [], []
            for subject, version, wrapped in cursor.fetchall():
                ids.append(subject)
                wraps.append(sealing.wrap(subject, sealing.unwrap(subject, wrapped, version), current))
            if not ids:
                _end(cursor, "master", current)
                return moved
            cursor.execute(
                "UPDATE subject SET wrapped_key = new.wrapped_key, key_version = %b "
                "FROM unnest(%b::bigint[], %b::bytea[]) AS new (id, wrapped_key) WHERE subject.id = new.id",
                (current, ids, wraps),
            )
            moved += len(ids)


def enter_key(cursor: psycopg.Cursor[TupleRow], keys: VaultKeys, kind: str, version: int) -> None:
    """Makes this version the current one; the caller holds the lock alone."""
    cursor.execute(
        "INSERT INTO vault_key (kind, version, fingerprint) VALUES (%b, %b, %b)",
        (kind, version, keys.fingerprint(kind, version)),
    )


def _begin(connection: Connection, keys: VaultKeys, kind: str) -> int:
    """The version to move to: a new one, or that of a rotation which was cut off."""
    with connection.transaction(), connection.cursor(binary=True) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%b)", (LOCK,))
        cursor.execute("SELECT version FROM vault_key WHERE kind = %b ORDER BY version", (kind,))
        versions: list[int] = [version for (version,) in cursor]
        if len(versions) > 1:
            return versions[-1]
        version = keys.add(kind)
        enter_key(cursor, keys, kind, version)
        return version


def _end(cursor: psycopg.Cursor[TupleRow], kind: str, current: int) -> None:
    """Old versions are no longer in use; the key file keeps them for old backups."""
    cursor.execute("DELETE FROM vault_key WHERE kind = %b AND version < %b", (kind, current))
