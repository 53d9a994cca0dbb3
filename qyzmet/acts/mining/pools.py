"""Pools: number, profile, keys. A pool of the sandbox is a pool with test keys; everything else is the same."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from qyzmet.acts.mining.header import Profile, parse_number, parse_profile
from qyzmet.cases.rows import Connection
from qyzmet.runtime.errors import BadValue, Refused, UnknownName


@dataclass(frozen=True, slots=True)
class Pool:
    """`since` is the day from which it owes reports; `until` None while it works."""

    id: int
    code: str
    number: str = field(repr=False)
    test: bool
    since: date
    until: date | None
    profile: Profile = field(repr=False)
    keys: str = field(repr=False)

    @property
    def name(self) -> str:
        return self.profile.name


_COLUMNS = "id, code, number, test, since, until, profile, keys"


class Pools:
    """Works on a connection in no transaction, or within one of the caller's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        number: str,
        profile: Profile | dict[str, Any],
        since: date,
        *,
        test: bool = False,
        keys: str = "",
    ) -> Pool:
        """Raises BadValue, or Refused where the pool is there."""
        number = parse_number(number)
        known = profile if isinstance(profile, Profile) else parse_profile(profile)
        code = f"{'test' if test else 'pool'}-{secrets.token_hex(6)}"
        with self._connection.transaction():
            row = self._connection.execute(
                f"""INSERT INTO mining_pools (code, number, test, since, profile, keys)
                    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (number, test) DO NOTHING RETURNING {_COLUMNS}""",
                (code, number, test, since, Jsonb(msgspec.to_builtins(known)), keys),
            ).fetchone()
        if row is None:
            raise Refused("This pool is entered already. Change its profile instead.")
        return _pool(row)

    def change(self, code: str, profile: Profile | None = None, keys: str | None = None) -> Pool:
        """A new profile or new keys. Raises UnknownName."""
        with self._connection.transaction():
            row = self._connection.execute(
                f"""UPDATE mining_pools SET profile = coalesce(%s, profile), keys = coalesce(%s, keys)
                    WHERE code = %s RETURNING {_COLUMNS}""",
                (None if profile is None else Jsonb(msgspec.to_builtins(profile)), keys, code),
            ).fetchone()
        return _known(row)

    def by_code(self, code: str) -> Pool:
        """Raises UnknownName."""
        return _known(self._one("code = %s", code))

    def by_id(self, number: int) -> Pool:
        return _known(self._one("id = %s", number))

    def by_number(self, number: str, *, test: bool = False) -> Pool:
        """Raises UnknownName, which does not hold the number."""
        return _known(self._one("number = %s AND test = %s", number, test))

    def all(self, *, test: bool = False) -> list[Pool]:
        with self._connection.transaction():
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM mining_pools WHERE test = %s ORDER BY id", (test,)
            ).fetchall()
        return [_pool(row) for row in rows]

    def _one(self, where: str, *values: Any) -> Any:
        with self._connection.transaction():
            return self._connection.execute(
                f"SELECT {_COLUMNS} FROM mining_pools WHERE {where}".encode(), values
            ).fetchone()


def _known(row: Any) -> Pool:
    if row is None:
        raise UnknownName("pool", "of this code or number", "`qyzmet mining status` lists the pools entered")
    return _pool(row)


def _pool(row: Any) -> Pool:
    number, code, bin, test, since, until, profile, keys = row
    try:
        known = msgspec.convert(profile, Profile)
    except msgspec.MsgspecError:
        raise BadValue("profile", "is not of this version", "Enter it anew.") from None
    return Pool(number, code, bin, test, since, until, known, keys)
