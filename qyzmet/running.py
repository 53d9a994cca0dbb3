"""Runs a worker from the configuration until it is told to stop, through outages of the database."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import psycopg

from qyzmet.acts.ict.signing import KEEPER
from qyzmet.cases import chain
from qyzmet.cases import failpoints as fail
from qyzmet.cases.package import packages
from qyzmet.exchange.care import read_care
from qyzmet.exchange.client import HttpPartners
from qyzmet.exchange.development import Office, development_authority
from qyzmet.exchange.opening import open_signer
from qyzmet.exchange.smpp import SmppLink, SmppLinks
from qyzmet.people.regions import REGIONS
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.config import Config
from qyzmet.runtime.database import open_database
from qyzmet.runtime.errors import DatabaseAway
from qyzmet.runtime.logs import write_json_lines
from qyzmet.runtime.memory import collect_rarely
from qyzmet.worker import Manners, Worker

log = logging.getLogger(__name__)

#: How long a worker rests that found nothing to do; twice as long each time, up to the longest.
IDLE_SECONDS, LONGEST_IDLE_SECONDS = 0.01, 0.08
AWAY_SECONDS = 1.0
AUTHORITIES = ("committee", "fund")
#: What their certificates of development say.
_CALLED = {"committee": "Комитет", "fund": "Қор"}


def run_worker(
    config: Config, environment: Mapping[str, str], *, batch: int = 2500, development_keys: bool = False
) -> None:
    """Works until SIGTERM or SIGINT. A database that goes away is waited for; nothing is lost."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    clock = config.open_clock()
    write_json_lines(clock, config.log_level)
    failpoints = fail.from_environment(environment)
    signing = signing_directory(config, clock, development=development_keys)
    with ExitStack() as stack:
        partners = stack.enter_context(
            HttpPartners(config.partners, care=read_care(config.limits), clock=clock)
        )
        link = SmppLinks(
            [
                SmppLink(
                    config.smpp_host, config.smpp_port, config.smpp_system_id, config.smpp_password, clock
                )
                for _ in range(config.smpp_binds)
            ]
        )
        stack.callback(link.close)
        signer = stack.enter_context(open_signer(config, clock, signing))
        while not stop.is_set():
            try:
                with open_database(config, clock=clock) as database:
                    worker = Worker(
                        database,
                        VaultKeys.load_or_create(config.vault_keys),
                        clock,
                        packages().values(),
                        partners,
                        link,
                        signer,
                        chain.Heads.open(config.home / "ledger"),
                        policies=config.policies,
                        batch=batch,
                        sms=Manners(config.sms_quiet, config.sms_most_a_day, config.sms_repeat_unknown),
                        failpoints=failpoints,
                    )
                    collect_rarely()
                    try:
                        _work(worker, stop)
                    finally:
                        worker.close()
            except (DatabaseAway, psycopg.OperationalError, psycopg.InterfaceError) as error:
                log.warning("%s", error if isinstance(error, DatabaseAway) else "The database went away.")
                stop.wait(AWAY_SECONDS)


def _work(worker: Worker, stop: threading.Event) -> None:
    rest = IDLE_SECONDS
    while not stop.is_set():
        found = worker.turn()
        if not found:
            stop.wait(rest)
        rest = next_rest(rest, found)


def next_rest(rest: float, found: int) -> float:
    """Seconds that a worker rests the next time it finds nothing, after a rest and what was found then."""
    return IDLE_SECONDS if found else min(2 * rest, LONGEST_IDLE_SECONDS)


def signing_directory(config: Config, clock: Clock, *, development: bool) -> Path:
    """Where the heads' keys lie; for development they are made where they are missing."""
    directory = config.home / "signing"
    if development:
        offices = [
            Office(authority, region, f"{_CALLED[authority]}, {names['kk']}")
            for authority in AUTHORITIES
            for region, names in REGIONS.items()
        ]
        offices.append(Office(*KEEPER))
        development_authority(directory, clock, offices)
    return directory
