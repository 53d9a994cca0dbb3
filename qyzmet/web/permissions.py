"""What each role may do: one table. Acts add rows of their own; every route names the row it asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from qyzmet.runtime.errors import QyzmetError
from qyzmet.web.problem import Failed
from qyzmet.web.users import ROLES, User

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

#: Anyone, signed in or not; and everyone who is signed in.
PUBLIC, SIGNED_IN = "public", "signed_in"

_WORKERS = ("officer", "head", "clerk")
#: What every role has that does tasks of procedures, also those of acts.
_OF_WORKERS = ("tasks.see", "tasks.work", "cases.see", "cases.documents", "cases.personal")
TABLE: Mapping[str, tuple[str, ...]] = {
    "tasks.see": (*_WORKERS, "auditor", "administrator"),
    "tasks.work": _WORKERS,
    "tasks.sign": ("head",),
    "cases.see": (*_WORKERS, "auditor", "administrator"),
    "cases.documents": (*_WORKERS, "auditor"),
    "cases.personal": (*_WORKERS, "auditor"),
    "own.see": ("citizen",),
    "own.answer": ("citizen",),
    "phone.play": ("administrator",),
    "desk.see": ("administrator", "auditor"),
    "desk.turn": ("administrator",),
    "figures.see": ("analyst", "head", "auditor", "administrator"),
}


class Permissions:
    """The whole table. Raises PermissionMistake where an act's rows do not fit."""

    def __init__(
        self,
        rows: Iterable[Mapping[str, Collection[str]]] = (),
        roles: Iterable[Mapping[str, Mapping[str, str]]] = (),
        workers: Iterable[Iterable[str]] = (),
    ) -> None:
        self.roles: dict[str, Mapping[str, str]] = dict(ROLES)
        for some in roles:
            self._fresh(self.roles, some, "role")
            self.roles |= some
        self.table: dict[str, frozenset[str]] = {name: frozenset(may) for name, may in TABLE.items()}
        for more in rows:
            self._fresh(self.table, more, "permission")
            self.table |= {name: frozenset(may) for name, may in more.items()}
        more_workers = {role for some in workers for role in some}
        for name in _OF_WORKERS:
            self.table[name] |= more_workers
        unknown = {role for may in self.table.values() for role in may} - set(self.roles)
        if unknown:
            raise PermissionMistake(
                f"Permissions name roles that nobody brings: {', '.join(sorted(unknown))}."
            )

    @staticmethod
    def _fresh(there: Mapping[str, object], more: Mapping[str, object], kind: str) -> None:
        if twice := set(there) & set(more):
            raise PermissionMistake(
                f"There already is the {kind} {min(twice)}; begin yours with the act's code."
            )

    def may(self, user: User, permission: str) -> bool:
        if permission == PUBLIC:
            return True
        if permission == SIGNED_IN:
            return user.signed_in
        return user.is_a(*self.table[permission])

    def check_route(self, handler: BaseRouteHandler) -> str:
        """The permission a route names. Raises PermissionMistake for a route that names none."""
        if getattr(handler, "http_methods", None) == {"OPTIONS"}:
            return PUBLIC  # the framework's own, which tells methods
        name = handler.opt.get("permission")
        if not isinstance(name, str) or (name not in (PUBLIC, SIGNED_IN) and name not in self.table):
            raise PermissionMistake(
                f"The route {handler.handler_name} of {sorted(handler.paths)} names no permission "
                "of the table: give it opt=needs(…)."
            )
        return name

    def guard(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Before every handler. Raises Failed: 401 where nobody is signed in, else 403."""
        user: User = connection.scope["state"].get("user", User())
        if self.may(user, self.check_route(handler)):
            return
        if not user.signed_in:
            raise Failed(
                401, "signed-out", "Sign in first", "this address is for people who are signed in",
                "Sign in and try again", headers={"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
        raise Failed(
            403, "not-allowed", "This is not yours to do", "none of your roles has this permission",
            "Ask an administrator where you need it for your work",
        )  # fmt: skip


class PermissionMistake(QyzmetError):
    """An act's rows of the permission table do not fit; the application does not start."""


def needs(permission: str) -> dict[str, str]:
    """For a handler: `@get("/reports", opt=needs("mining.reports.see"))`."""
    return {"permission": permission}
