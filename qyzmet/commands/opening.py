"""Opens what a command works with: settings, clock, databases, vault, and the acts' procedures."""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Iterator
from dataclasses import dataclass

import click

from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.package import packages
from qyzmet.cases.rows import Connection
from qyzmet.law.calendar import working_calendar
from qyzmet.people.vault import Vault, VaultKeys
from qyzmet.runtime import database as databases
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.config import Config, load
from qyzmet.runtime.connection import connect, database_errors


@dataclass(frozen=True)
class Opened:
    """`connection` leads to the store of cases; it is in no transaction."""

    config: Config
    clock: Clock
    database: databases.Database
    connection: Connection
    vault: Vault
    catalogue: Catalogue


@contextlib.contextmanager
def opened() -> Iterator[Opened]:
    """Everything, for as long as the block lasts. Raises DatabaseAway, BadValue or Refused."""
    with opened_store() as (config, clock, database, connection), connect(database.vault_url) as own:
        vault = Vault(own, VaultKeys.load_or_create(config.vault_keys), clock)
        catalogue = Catalogue(connection, packages().values(), working_calendar(), clock, config.policies)
        yield Opened(config, clock, database, connection, vault, catalogue)


@contextlib.contextmanager
def opened_store() -> Iterator[tuple[Config, Clock, databases.Database, Connection]]:
    """Only the store of cases: for what needs neither the vault nor the acts."""
    config = load()
    clock = config.open_clock()
    with (
        databases.open_database(config, _say, clock=clock) as database,
        database_errors(),
        connect(database.engine_url, application="qyzmet command") as connection,
    ):
        yield config, clock, database, connection


def user() -> str:
    """Who looks at personal data from the command line."""
    return f"{getpass.getuser()} at the command line"


def _say(sentence: str) -> None:
    click.echo(f"{sentence} …", err=True)
