"""The database goes away in the middle: nothing is lost, and a worker with a new connection goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from qyzmet.cases import failpoints
from qyzmet.people.vault import Vault, VaultKeys
from qyzmet.runtime import embedded
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database, connect
from qyzmet.runtime.errors import DatabaseAway, PartnerNonsense
from tests.cases import toy
from tests.cases.conftest import Kernel, phone


class Cut:
    """A failpoint at which the server ends every connection to the store, once."""

    def __init__(self, server: embedded.Server, database: Database) -> None:
        self._url, self._name = server.url("postgres"), conninfo_to_dict(database.engine_url)["dbname"]
        self.at = ""

    def __call__(self, point: str) -> None:
        if point == self.at:
            self.at = ""
            with connect(self._url, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (self._name,)
                )


def days_pass(kernel: Kernel) -> None:
    for _ in range(8):
        kernel.after(days=1)


@pytest.mark.parametrize(
    "point", [name for name in failpoints.NAMES if not name.startswith(("reply", "ledger", "intake"))]
)
def test_a_worker_says_so_and_the_next_one_goes_on(
    server: embedded.Server, database: Database, vault: Vault, clock: HandClock, home: Path, point: str
) -> None:
    toy.PARTNER = toy.Partner(away=True)
    cut = Cut(server, database)
    first = Kernel(database, vault, clock, home, failpoints=cut)
    cases = first.cases(5)
    toy.PARTNER.away, cut.at = False, point
    with pytest.raises(DatabaseAway):
        days_pass(first)
    first.close()
    second = Kernel(database, vault, clock, home)
    days_pass(second)
    assert {second.step(case) for case in cases} == {"silent"}
    assert second.verify().faults == []
    sent = [message.id for message in first.link.sent + second.link.sent]
    assert len(sent) == len(set(sent))
    second.close()


@pytest.fixture
def cut_vault(
    database: Database, vault: Vault, vault_keys: VaultKeys, clock: HandClock
) -> Iterator[tuple[Vault, Callable[[], None]]]:
    """A vault, and how to cut its connection."""
    with connect(database.vault_url) as connection:
        pid = connection.info.backend_pid

        def end() -> None:
            with vault._connection.transaction():
                vault._connection.execute("SELECT pg_terminate_backend(%s)", (pid,))

        yield Vault(connection, vault_keys, clock), end


def test_a_vault_that_is_away_sets_no_case_aside(
    database: Database,
    vault: Vault,
    cut_vault: tuple[Vault, Callable[[], None]],
    clock: HandClock,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    toy.PARTNER = toy.Partner()
    other, end = cut_vault
    worker = Kernel(database, other, clock, home)

    def size(case: object) -> int:
        end()
        other.person_keys([])
        return 4

    monkeypatch.setattr(toy.PARTNER, "size", size)
    with pytest.raises(DatabaseAway):
        worker.cases(2)
    worker.close()
    monkeypatch.undo()
    after = Kernel(database, vault, clock, home)
    after.after(minutes=2)
    assert after.rows("SELECT DISTINCT step, trouble FROM cases") == [("consent", "")]
    assert [phone(1), phone(2)] == [message.phone for message in after.link.sent]
    after.close()


def test_an_error_of_a_step_on_a_lost_connection_is_the_database_away(
    database: Database, vault: Vault, clock: HandClock, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker waits for a database that is away; any other error would end it."""
    kernel = Kernel(database, vault, clock, home)

    def breaks(*_: object) -> int:
        kernel.connection.pgconn.finish()
        raise PartnerNonsense("the registry answered another question")

    monkeypatch.setattr(toy.Partner, "size", breaks)
    toy.PARTNER = toy.Partner()
    with pytest.raises(DatabaseAway):
        kernel.cases(1)
    kernel.close()
