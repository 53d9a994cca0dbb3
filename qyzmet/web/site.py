"""What an act brings to the API and the pages, and what it is given there.

An entry point of the group `qyzmet.sites` (its name is the act's code) names a function
`site(context) -> ActSite`. docs/add-an-act.md has an example.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from qyzmet.cases.package import ActPackage
from qyzmet.cases.papers import Office
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.config import Config
from qyzmet.web.desks import Desks
from qyzmet.web.forms import Form
from qyzmet.web.idempotency import Once
from qyzmet.web.rendering import Renderer
from qyzmet.web.signatures import Checker
from qyzmet.web.users import User

#: Types of what a handler may ask for, by these names: `user: CurrentUser`, `form: SentForm`.
CurrentUser = NamedDependency[User]
SentForm = NamedDependency[Form]


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation: `path` after the language (`/mining/reports`), seen by who has `permission`.

    `title` is an English message of the act's catalogue, marked `_("…")`.
    """

    path: str
    title: str
    permission: str


@dataclass(frozen=True)
class Context:
    """What handlers work with. `clock` is the law's time; `wall` that of sessions, always the real one.

    `page` answers with a template; `desks.desk()` is a context manager that lends the databases, the vault,
    the catalogue and the intake to one handler at a time. `works_as` says which role of procedures a user's
    role does the tasks of.
    """

    desks: Desks
    clock: Clock
    calendar: WorkingCalendar
    packages: Mapping[str, ActPackage]
    policies: Mapping[str, Mapping[str, Any]]
    once: Once
    keys: VaultKeys = field(repr=False)
    renderer: Renderer
    config: Config | None
    wall: Clock
    papers: Office  #: what papers of decisions need of the installation
    works_as: dict[str, str] = field(default_factory=dict)
    workplaces: Checker | None = None  #: whose systems sign requests

    def page(
        self, request: Request[Any, Any, Any], template: str, *, status: int = 200, **values: Any
    ) -> Response[bytes]:
        """The template as an answer, in the language of the address."""
        return self.renderer.answer(request, template, status, values)


@dataclass(frozen=True)
class ActSite:
    """An act's part. API handlers lie under /api/v1/{act}, pages under /{lang}/{act}.

    `roles` are those the act adds, with their names by language; `permissions` its rows of the one table.
    `works_as` says which role of its procedures each of them does the tasks of; these see tasks and cases.
    Templates are called `{act}/{file}`; `catalogue` holds `kk.po` and `ru.po`.
    """

    api: Sequence[HTTPRouteHandler] = ()
    pages: Sequence[HTTPRouteHandler] = ()
    navigation: Sequence[Entry] = ()
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    permissions: Mapping[str, Collection[str]] = field(default_factory=dict)
    works_as: Mapping[str, str] = field(default_factory=dict)
    templates: Path | None = None
    catalogue: Path | None = None
    openapi: Mapping[str, Any] = field(default_factory=dict)


Factory = Callable[[Context], ActSite]


def installed_sites(acts: Iterable[str]) -> dict[str, Factory]:
    """The factories of the sites of these acts, by act."""
    wanted = set(acts)
    points = {point.name: point for point in entry_points(group="qyzmet.sites")}
    return {name: points[name].load() for name in sorted(points) if name in wanted}
