"""`qyzmet serve`: the API in this process, workers beside it, all of them ended together."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from socket import socket

from qyzmet.cases.package import packages
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.config import Config
from qyzmet.runtime.database import open_database
from qyzmet.runtime.errors import BadValue, DatabaseAway, Refused
from qyzmet.runtime.logs import write_json_lines
from qyzmet.web.app import Site, application, pushed_feeds
from qyzmet.web.assets import Assets
from qyzmet.web.openid import Provider
from qyzmet.web.senders import read_senders, read_workplaces
from qyzmet.web.serving import serve

log = logging.getLogger(__name__)

#: A worker that ended by itself is started again after so long.
AGAIN_SECONDS = 1.0
AWAY_SECONDS = 1.0


@dataclass(frozen=True)
class Standing:
    """What to run. Workers are processes with this `environment`; `beside` runs until all is stopped."""

    config: Config
    environment: Mapping[str, str]
    workers: int = 1
    worker_options: tuple[str, ...] = ()
    beside: Callable[[Clock, asyncio.Event], None] | None = field(default=None)


def must_have_partners(config: Config) -> None:
    """Raises BadValue where nobody can be asked: every case would be set aside."""
    if not config.partners:
        raise BadValue(
            "partners",
            "is not set, so workers have nobody to ask",
            "Set QYZMET_PARTNERS to one base URL for all, or [partners] in the TOML file, and the gateway; "
            "or try it with a synthetic outside world: qyzmet serve --twins. "
            "`--workers 0` serves the API alone.",
        )


def stand(standing: Standing, listening: socket, ready: Callable[[], None]) -> None:
    """Serves until SIGTERM or SIGINT; requests and batches under way are finished."""
    config = standing.config
    clock = config.open_clock()
    write_json_lines(clock, config.log_level)
    acts = list(packages().values())
    senders = read_senders(config.senders, [name for name, _ in pushed_feeds(acts)])
    if not senders:
        log.warning("no [senders] are set, so no registry can push events; polling goes on")
    try:
        assets = Assets.read()
    except Refused as error:
        log.warning("the API is served without pages: %s", error)
        assets = None
    while True:
        try:
            with open_database(config, clock=clock) as database:
                keys = VaultKeys.load_or_create(config.vault_keys)
                site = Site(
                    database, keys, clock, acts, senders, read_workplaces(config.workplaces),
                    config.policies, assets=assets,
                    provider=provider_of(config), public_url=config.public_url, config=config,
                )  # fmt: skip
                asyncio.run(_run(standing, site, listening, ready))
            return
        except DatabaseAway as error:  # at the start; later, requests are told
            log.warning("%s", error)
            time.sleep(AWAY_SECONDS)


def provider_of(config: Config) -> Provider | None:
    """The sign-in provider of the settings, if there is one."""
    if not config.oidc_issuer:
        return None
    return Provider(config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret)


async def _run(standing: Standing, site: Site, listening: socket, ready: Callable[[], None]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(_worker(standing, stop)) for _ in range(standing.workers)]
    if standing.beside is not None:
        tasks.append(asyncio.create_task(asyncio.to_thread(standing.beside, site.clock, stop)))
    try:
        await serve(application(site), listening, stop, ready)
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _worker(standing: Standing, stop: asyncio.Event) -> None:
    """One worker process, started again where it ends by itself. It ends when its stdin closes."""
    command = (sys.executable, "-c", "from qyzmet.cli import main; main()", "worker", "--with-parent")
    while not stop.is_set():
        process = await asyncio.create_subprocess_exec(
            *command,
            *standing.worker_options,
            env=dict(standing.environment),
            stdin=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches it through us, once
        )
        ended = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            assert process.stdin is not None
            process.stdin.close()
            await ended
            return
        stopped.cancel()
        log.error("a worker ended by itself with code %s and is started again", process.returncode)
        await asyncio.wait([asyncio.create_task(stop.wait())], timeout=AGAIN_SECONDS)


def sources() -> list[str]:
    """The sources of which installed acts take pushed events."""
    return [name for name, _ in pushed_feeds(list(packages().values()))]
