"""Pools and the life of their reports on a database of the test, in June 2026."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from qyzmet.acts.mining.filing import Filing, Submission
from qyzmet.acts.mining.pools import Pool
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.cases.rows import Connection
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.database import Database, connect
from tests.acts.mining.reports import MAY, PROFILE, policies
from tests.cases.conftest import iin


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 6, 10, 9, 0, tzinfo=KZ))


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with connect(database.engine_url) as opened:
        yield opened


@pytest.fixture
def receipts(vault_keys: VaultKeys) -> Receipts:
    return Receipts(vault_keys)


@pytest.fixture
def filing(connection: Connection, receipts: Receipts, clock: HandClock) -> Filing:
    return Filing(connection, policies(), receipts, clock)


@pytest.fixture
def pool(filing: Filing) -> Pool:
    return filing.pools.add(iin(1), PROFILE, date(2026, 5, 1))


def filed(filing: Filing, pool: Pool, content: str | bytes, month: date = MAY, **how: str) -> Submission:
    """Opened, sent, submitted and decided."""
    draft = filing.open(pool, month, channel="test", file_name="report.csv", **how)  # type: ignore[arg-type]
    filing.put(draft, 1, content.encode() if isinstance(content, str) else content)
    return filing.decide(filing.submit(draft))
