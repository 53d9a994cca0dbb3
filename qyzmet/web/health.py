"""Whether this process lives, and whether it can work: for load balancers and for people."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import Literal

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from qyzmet.runtime.addresses import Database
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.connection import connect, database_errors
from qyzmet.runtime.database import VAULT_MIGRATIONS, store_migrations
from qyzmet.runtime.errors import QyzmetError
from qyzmet.runtime.migrations import state_of
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.problem import Failed

#: Cases that wait longer than this show that no worker is at work.
LATE = timedelta(minutes=2)
#: The databases are looked at no more often, however often somebody asks.
_REMEMBERED_SECONDS = 1.0

_START = "Start it, or correct QYZMET_DATABASE_URL or QYZMET_VAULT_URL; `qyzmet admin doctor` tells more."


class Check(msgspec.Struct, frozen=True):
    """`remedy` is empty where all is well."""

    name: str
    ok: bool
    what: str
    remedy: str = ""


class Live(msgspec.Struct, frozen=True):
    status: Literal["live"] = "live"


class Readiness(msgspec.Struct, frozen=True):
    """`late`: requests are taken, but no worker carries cases on."""

    status: Literal["ready", "late"]
    checks: list[Check]


def health_handlers(database: Database, clock: Clock) -> list[HTTPRouteHandler]:
    look = _remembered(lambda: list(examine(database, clock)))

    @get("/health/live", opt=needs(PUBLIC), sync_to_thread=False)
    def live() -> Response[bytes]:
        return Response(msgspec.json.encode(Live()), media_type="application/json")

    @get("/health/ready", opt=needs(PUBLIC))
    async def ready() -> Response[bytes]:
        checks = await asyncio.to_thread(look)
        bad = [check for check in checks if not check.ok]
        if any(check.name != "workers" for check in bad):
            raise Failed(
                503, "not-ready", "This process cannot work at the moment",
                "; ".join(f"{check.name}: {check.what}" for check in bad), bad[0].remedy,
                headers={"Retry-After": "5"}, more={"checks": msgspec.to_builtins(checks)},
            )  # fmt: skip
        return Response(
            msgspec.json.encode(Readiness("late" if bad else "ready", checks)), media_type="application/json"
        )

    return [live, ready]


def examine(database: Database, clock: Clock) -> Iterator[Check]:
    """The findings, without addresses: whoever asks need not be known."""
    yield _looked("database", lambda: _schema("database", database.engine_url, *store_migrations()))
    yield _looked("vault", lambda: _schema("vault", database.vault_url, VAULT_MIGRATIONS))
    yield _looked("workers", lambda: _workers(database, clock))


def _looked(name: str, look: Callable[[], Check]) -> Check:
    try:
        with database_errors():
            return look()
    except QyzmetError:
        return Check(name, False, "cannot be reached", _START)


def _schema(name: str, url: str, *packages: str) -> Check:
    with connect(url, application="qyzmet health") as connection:
        pending = [file for package in packages for file in state_of(connection, package).pending]
    if pending:
        return Check(
            name, False, f"migrations to be applied: {', '.join(pending)}", "Run: qyzmet admin migrate"
        )
    return Check(name, True, "answers, its schema is up to date")


def _workers(database: Database, clock: Clock) -> Check:
    now = clock.now()
    with connect(database.engine_url, application="qyzmet health") as connection:
        row = connection.execute("SELECT min(due_at) FROM cases WHERE due_at <= %s", (now,)).fetchone()
    oldest = row[0] if row else None
    if oldest is None:
        return Check("workers", True, "no case is waiting for a worker")
    seconds = round((now - oldest).total_seconds())
    if now - oldest > LATE:
        remedy = "Start workers (qyzmet worker), or look why those there do not get on."
        return Check("workers", False, f"the oldest due case waits for {seconds} s", remedy)
    return Check("workers", True, f"the oldest due case waits for {seconds} s")


def _remembered(look: Callable[[], list[Check]]) -> Callable[[], list[Check]]:
    lock, found, at = Lock(), list[Check](), -_REMEMBERED_SECONDS

    def looking() -> list[Check]:
        nonlocal found, at
        with lock:
            if not found or monotonic() >= at + _REMEMBERED_SECONDS:
                found, at = look(), monotonic()
            return found

    return looking
