"""Who is signed in, and what that lets them do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request

from qyzmet.people.regions import REGIONS

#: Roles of the kernel by code, with their names; acts add their own (docs/add-an-act.md).
ROLES: Mapping[str, Mapping[str, str]] = {
    "citizen": {"kk": "Азамат", "ru": "Гражданин", "en": "Citizen"},
    "analyst": {"kk": "SDU талдаушысы", "ru": "Аналитик SDU", "en": "SDU analyst"},
    "officer": {
        "kk": "Уәкілетті орган маманы",
        "ru": "Специалист уполномоченного органа",
        "en": "Authorised-body officer",
    },
    "head": {
        "kk": "Уәкілетті орган басшысы",
        "ru": "Руководитель уполномоченного органа",
        "en": "Head of the authorised body",
    },
    "clerk": {
        "kk": "Мемлекеттік корпорация маманы",
        "ru": "Специалист Государственной корпорации",
        "en": "State Corporation clerk",
    },
    "auditor": {"kk": "Аудитор", "ru": "Аудитор", "en": "Auditor"},
    "administrator": {"kk": "Әкімші", "ru": "Администратор", "en": "Administrator"},
}


@dataclass(frozen=True, slots=True)
class User:
    """`id` is stable and names nobody; `name` is shown to the user alone. `regions` None: all of them.

    `subject` is the vault's number of a citizen; `bin` the organisation for which somebody acts.
    """

    id: str = ""
    name: str = ""
    roles: frozenset[str] = frozenset()
    regions: frozenset[str] | None = frozenset()
    subject: int | None = None
    bin: str = ""

    @property
    def signed_in(self) -> bool:
        return bool(self.id)

    def is_a(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def sees(self, region: str) -> bool:
        return self.regions is None or region in self.regions

    @property
    def seen_regions(self) -> list[str]:
        """For queries: `region = ANY(%s)`."""
        return sorted(REGIONS if self.regions is None else self.regions)

    def kept(self) -> dict[str, Any]:
        """As a session keeps it."""
        return {
            "id": self.id,
            "name": self.name,
            "roles": sorted(self.roles),
            "regions": None if self.regions is None else sorted(self.regions),
            "subject": self.subject,
            "bin": self.bin,
        }

    @classmethod
    def of_kept(cls, kept: Mapping[str, Any]) -> User:
        regions = kept["regions"]
        return cls(
            kept["id"],
            kept["name"],
            frozenset(kept["roles"]),
            None if regions is None else frozenset(regions),
            kept["subject"],
            kept["bin"],
        )


NOBODY = User()


def user_of(request: Request[Any, Any, Any]) -> User:
    """Who sends this request; NOBODY where nobody is signed in."""
    found: User = request.scope["state"].get("user", NOBODY)
    return found
