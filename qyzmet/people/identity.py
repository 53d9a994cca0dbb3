"""Who a person is. Values never show in a repr, so they cannot slip into errors or logs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec

from qyzmet.runtime.errors import BadValue, UnknownName


class Identity(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A person's data; None where it is not known or was not asked for.

    `iin` is twelve digits, `language` one of kk, ru, en, `phone` +7 and ten digits, `accounts` IBANs.
    """

    iin: str | None = None
    surname: str | None = None
    given: str | None = None
    patronymic: str | None = None
    birth_day: date | None = None
    region: str | None = None
    language: str | None = None
    phone: str | None = None
    accounts: tuple[str, ...] | None = None

    def __repr__(self) -> str:
        return "Identity(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []

    def known(self) -> dict[str, object]:
        """The fields that are known, with their values."""
        return {name: value for name in FIELDS if (value := getattr(self, name)) is not None}


FIELDS: tuple[str, ...] = Identity.__struct_fields__


class Look(msgspec.Struct, frozen=True):
    """One access to a person's data: when, who, what for, by which clause, to which fields."""

    at: datetime
    who: str
    purpose: str
    clause: str
    fields: tuple[str, ...]


def chosen(fields: Collection[str]) -> tuple[str, ...]:
    """These fields, checked, in the order of Identity. Raises UnknownName, and BadValue for none."""
    for name in fields:
        if name not in FIELDS:
            raise UnknownName("field of a person", name, f"the fields are {', '.join(FIELDS)}")
    if not fields:
        raise BadValue("fields", "names at least one field", "Ask for what the next step needs, no more.")
    return tuple(name for name in FIELDS if name in fields)
