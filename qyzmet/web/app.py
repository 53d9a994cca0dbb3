"""The application: what it needs is given to it, nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.di import Provide

from qyzmet.cases.package import ActPackage, Feed
from qyzmet.cases.papers import Office
from qyzmet.law.calendar import WorkingCalendar, working_calendar
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.addresses import Database
from qyzmet.runtime.clock import Clock, SystemClock
from qyzmet.runtime.config import Config
from qyzmet.runtime.errors import Refused
from qyzmet.web import documents, forms, idempotency, users
from qyzmet.web.assets import Assets
from qyzmet.web.casepage import case_handlers
from qyzmet.web.citizenpage import NAVIGATION as OWN
from qyzmet.web.citizenpage import citizen_handlers
from qyzmet.web.desks import Desks
from qyzmet.web.document import operations, whole
from qyzmet.web.entering import Entrance
from qyzmet.web.events import event_handlers
from qyzmet.web.figurespage import NAVIGATION as FIGURES
from qyzmet.web.figurespage import figures_handlers
from qyzmet.web.health import health_handlers
from qyzmet.web.home import home_handlers, outer_handlers
from qyzmet.web.lawpage import NAVIGATION as LAW
from qyzmet.web.lawpage import law_handlers
from qyzmet.web.openid import Provider
from qyzmet.web.operations import handlers
from qyzmet.web.operatorpage import NAVIGATION as DESK_NAVIGATION
from qyzmet.web.operatorpage import desk_handlers
from qyzmet.web.permissions import PUBLIC, Permissions, needs
from qyzmet.web.phonepage import NAVIGATION as PHONES
from qyzmet.web.phonepage import phone_handlers
from qyzmet.web.programs import program_handlers
from qyzmet.web.rendering import Renderer
from qyzmet.web.responses import Errors
from qyzmet.web.senders import Senders
from qyzmet.web.sessions import Cookies
from qyzmet.web.shell import MOST_BYTES, Shell
from qyzmet.web.signatures import Checker
from qyzmet.web.signin import sign_in_handlers
from qyzmet.web.site import ActSite, Context, Factory, installed_sites
from qyzmet.web.verifypage import published_handlers, verify_handlers
from qyzmet.web.work import WORKS_AS
from qyzmet.web.worklist import NAVIGATION, worklist_handlers
from qyzmet.web.workplaces import workplace_handlers

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler


@dataclass(frozen=True)
class Site:
    """Everything the application works with. `desks` is how many requests work on the databases at once.

    Without `assets` there are no pages, only the API; without a `provider` nobody can sign in. `wall` is
    the real time, in which sessions last, while `clock` may be turned by hand. `sites` None: those installed;
    `papers` None: from the settings.
    """

    database: Database
    keys: VaultKeys
    clock: Clock
    packages: Sequence[ActPackage]
    senders: Senders = field(default_factory=dict)
    workplaces: Senders = field(default_factory=dict)
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    calendar: WorkingCalendar = field(default_factory=working_calendar)
    desks: int = 4
    most_bytes: int = MOST_BYTES
    assets: Assets | None = None
    provider: Provider | None = None
    public_url: str = ""
    wall: Clock = field(default_factory=SystemClock)
    config: Config | None = None
    sites: Mapping[str, Factory] | None = None
    papers: Office | None = None


class _Part(Router):
    """A router that is registered once: Litestar would copy it with all its handlers before."""

    def __deepcopy__(self, memo: object) -> _Part:
        return self


def application(site: Site) -> Shell:
    """The ASGI application. Raises Refused where two acts take events of one source."""
    return Shell(litestar(site), site.most_bytes)


def litestar(site: Site) -> Litestar:
    """The application without its shell. Raises PermissionMistake where a route names no permission."""
    desks = Desks(
        site.database, site.keys, site.clock, site.packages, site.calendar, site.policies, most=site.desks
    )
    once, checker = idempotency.Once(site.keys), Checker(site.senders, site.clock)
    renderer = Renderer(site.assets or Assets({}, {}))
    packages = {package.act.code: package for package in site.packages}
    for package in site.packages:
        renderer.names |= package.actors
    context = Context(
        desks, site.clock, site.calendar, packages, site.policies, once, site.keys, renderer, site.config,
        site.wall, site.papers or documents.office_of(site.config, site.clock, site.public_url),
        dict(WORKS_AS), Checker(site.workplaces, site.clock),
    )  # fmt: skip
    factories = installed_sites(packages) if site.sites is None else site.sites
    sites = {code: make(context) for code, make in factories.items()}
    permissions = _gathered(renderer, sites)
    for act in sites.values():
        context.works_as.update(act.works_as)
    cookies = Cookies(site.public_url.startswith("https://"))
    entrance = Entrance(desks, site.wall, cookies, permissions)
    pushed = dict(pushed_feeds(site.packages))
    content = whole(pushed.values(), sites.values())
    api = _Part(
        "/api/v1",
        route_handlers=[
            _described(content),
            *(
                handler
                for name, feed in pushed.items()
                for handler in event_handlers(
                    _owner(site.packages, name), feed, desks, once, checker, site.clock
                )
            ),
            *workplace_handlers(desks, once, Checker(site.workplaces, site.clock), site.clock),
            *handlers(context, operations()),
            *(_Part(f"/{code}", route_handlers=list(act.api)) for code, act in sites.items() if act.api),
        ],
        before_request=entrance.before_api,
    )
    inner = Litestar(
        route_handlers=[
            *health_handlers(site.database, site.clock),
            api,
            *(_pages(site, context, sites, entrance, permissions, cookies, content) if site.assets else ()),
        ],
        exception_handlers={Exception: Errors(renderer).answer},
        dependencies={
            "user": Provide(users.user_of, sync_to_thread=False),
            "form": Provide(forms.form_of, sync_to_thread=False),
        },
        middleware=[entrance.middleware],
        guards=[entrance.guard],
        on_shutdown=[desks.close],
        openapi_config=None,
        request_max_body_size=None,  # the shell counts, for every path
        logging_config=None,
    )
    for route in inner.routes:
        for handler in getattr(route, "route_handlers", ()):
            permissions.check_route(handler)
    return inner


def _pages(
    site: Site,
    context: Context,
    sites: Mapping[str, ActSite],
    entrance: Entrance,
    permissions: Permissions,
    cookies: Cookies,
    content: Mapping[str, Any],
) -> Iterator[Router | HTTPRouteHandler]:
    signing, back = sign_in_handlers(context, site.provider, cookies, permissions, site.public_url)
    yield _Part(
        "/{lang:str}",
        route_handlers=[
            *home_handlers(context),
            *worklist_handlers(context),
            *case_handlers(context),
            *desk_handlers(context),
            *program_handlers(context, content),
            *citizen_handlers(context),
            *phone_handlers(context),
            *figures_handlers(context),
            *law_handlers(context),
            *verify_handlers(context),
            *signing,
            *(_Part(f"/{code}", route_handlers=list(act.pages)) for code, act in sites.items() if act.pages),
        ],
        before_request=entrance.before_page,
    )
    yield back
    yield from outer_handlers(context.renderer.assets)
    yield from published_handlers(context)


def _gathered(renderer: Renderer, sites: Mapping[str, ActSite]) -> Permissions:
    """What acts bring goes into the renderer and the one table."""
    acts = list(sites.values())
    renderer.permissions = Permissions(
        (act.permissions for act in acts), (act.roles for act in acts), (act.works_as for act in acts)
    )
    renderer.navigation += [*NAVIGATION, *DESK_NAVIGATION, *OWN, *FIGURES, *PHONES]
    renderer.navigation += [entry for act in acts for entry in act.navigation]
    renderer.navigation += LAW
    renderer.templates |= {code: act.templates for code, act in sites.items() if act.templates}
    renderer.catalogues += [act.catalogue for act in acts if act.catalogue]
    return renderer.permissions


def pushed_feeds(packages: Sequence[ActPackage]) -> Iterator[tuple[str, Feed]]:
    """The sources that may push, by name."""
    seen = set[str]()
    for package in packages:
        for feed in package.feeds:
            if feed.event is None or feed.arrival is None:
                continue
            if feed.name in seen:
                raise Refused(f"Two installed acts take events of {feed.name}; install one of them.")
            seen.add(feed.name)
            yield feed.name, feed


def _owner(packages: Sequence[ActPackage], source: str) -> ActPackage:
    return next(package for package in packages if any(feed.name == source for feed in package.feeds))


def _described(document: Mapping[str, Any]) -> HTTPRouteHandler:
    content = msgspec.json.encode(document)

    @get("/openapi.json", opt=needs(PUBLIC), sync_to_thread=False)
    def described() -> Response[bytes]:
        return Response(content, media_type="application/json")

    return described
