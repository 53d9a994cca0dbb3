"""The application: what it needs is given to it, nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Litestar, Response, Router, get

from qyzmet.cases.package import ActPackage, Feed
from qyzmet.law.calendar import WorkingCalendar, working_calendar
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.addresses import Database
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused
from qyzmet.web import idempotency, problem
from qyzmet.web.desks import Desks
from qyzmet.web.events import event_handlers
from qyzmet.web.health import health_handlers
from qyzmet.web.openapi import document
from qyzmet.web.senders import Senders
from qyzmet.web.shell import MOST_BYTES, Shell
from qyzmet.web.signatures import Checker
from qyzmet.web.workplaces import workplace_handlers

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler


@dataclass(frozen=True)
class Site:
    """Everything the application works with. `desks` is how many requests work on the databases at once."""

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


def application(site: Site) -> Shell:
    """The ASGI application. Raises Refused where two acts take events of one source."""
    desks = Desks(
        site.database, site.keys, site.clock, site.packages, site.calendar, site.policies, most=site.desks
    )
    once, checker = idempotency.Once(site.keys), Checker(site.senders, site.clock)
    pushed = dict(pushed_feeds(site.packages))
    api = Router(
        "/api/v1",
        route_handlers=[
            _described(list(pushed.values())),
            *(
                handler
                for name, feed in pushed.items()
                for handler in event_handlers(
                    _owner(site.packages, name), feed, desks, once, checker, site.clock
                )
            ),
            *workplace_handlers(desks, once, Checker(site.workplaces, site.clock), site.clock),
        ],
        before_request=idempotency.required,
    )
    inner = Litestar(
        route_handlers=[*health_handlers(site.database, site.clock), api],
        exception_handlers={Exception: problem.answer},
        on_shutdown=[desks.close],
        openapi_config=None,
        request_max_body_size=None,  # the shell counts, for every path
        logging_config=None,
    )
    return Shell(inner, site.most_bytes)


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


def _described(feeds: Sequence[Feed]) -> HTTPRouteHandler:
    content = msgspec.json.encode(document(feeds))

    @get("/openapi.json", sync_to_thread=False)
    def described() -> Response[bytes]:
        return Response(content, media_type="application/json")

    return described
