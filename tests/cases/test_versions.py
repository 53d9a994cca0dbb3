"""A case is carried to its end under the table it was started under, also after the table changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from qyzmet.cases.aside import release
from qyzmet.cases.package import ActPackage
from qyzmet.cases.procedure import Kind, Procedure, Step
from qyzmet.cases.replay import replay
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database
from tests.cases import toy
from tests.cases.conftest import Kernel, phone

#: Tomorrow's table: who agrees is paid at once.
SHORTER = Procedure(
    "TOY",
    toy.title("Toy procedure"),
    *(
        replace(step, outcomes=step.outcomes | {"agree": "paid"}) if step.name == "consent" else step
        for step in toy.STEPS
        if step.name not in ("watch", "decide", "pay", "tell")
    ),
)


@pytest.fixture
def new(kernel: Kernel, database: Database, vault: Vault, clock: HandClock, home: Path) -> Iterator[Kernel]:
    """A worker of tomorrow's release on the same databases."""
    worker = Kernel(
        database,
        vault,
        clock,
        home,
        package=replace(toy.package(), procedures={"TOY": SHORTER}),
        holder="new",
    )
    yield worker
    worker.close()


def test_an_old_case_goes_the_old_way_and_a_new_one_the_new(kernel: Kernel, new: Kernel) -> None:
    (old,) = kernel.cases(1)
    (young,) = new.open(new.arrival(2))
    new.run()
    toy.PARTNER.found = {old, young}
    new.reply(phone(1), "7#1")
    new.reply(phone(2), "7#1")
    new.run()
    assert (new.step(old), new.step(young)) == ("decide", "paid")
    new.decide("appoint")
    new.run()
    assert new.step(old) == "paid"
    assert new.rows("SELECT procedure FROM cases ORDER BY id") == [(1,), (2,)]
    assert new.verify().faults == []
    assert [replay(new.connection, new.vault, new.catalogue, case).differences for case in (old, young)] == [
        [],
        [],
    ]


def test_workers_of_two_releases_change_over_while_cases_run(kernel: Kernel, new: Kernel) -> None:
    """A rolling restart: the old worker ends its turn and goes; the new one need wait for no lease of it."""
    toy.PARTNER.away = True
    old = kernel.cases(6)
    young = new.open(*(new.arrival(number) for number in range(7, 13)))
    toy.PARTNER.away, toy.PARTNER.found = False, {*old, *young}
    kernel.clock.advance(timedelta(minutes=5))
    kernel.engine.batch = new.engine.batch = 3
    kernel.engine.turn()  # some of both releases' cases
    assert kernel.rows("SELECT count(*) FROM cases WHERE step = 'consent'") == [(3,)]
    assert kernel.rows("SELECT count(*) FROM cases WHERE holder IS NOT NULL") == [(0,)]
    kernel.close()
    while new.engine.turn():
        pass
    new.run()
    for number in range(1, 13):
        new.reply(phone(number), "7#1")
    new.run()
    new.decide("appoint")
    new.run()
    assert new.rows("SELECT step, procedure, count(*) FROM cases GROUP BY 1, 2 ORDER BY 2") == [
        ("paid", 1, 6),
        ("paid", 2, 6),
    ]
    assert new.verify().faults == []


def test_what_an_old_case_did_is_seen_by_others_at_once(kernel: Kernel, new: Kernel) -> None:
    """The old table is read outside any transaction, and none may stay open behind it."""
    toy.PARTNER.away = True
    (old,) = kernel.cases(1)
    toy.PARTNER.away = False
    kernel.clock.set(kernel.clock.now().replace(hour=12))
    new.engine.take_outside()
    assert kernel.step(old) == "consent"


def test_starting_a_worker_again_and_again_uses_up_no_numbers(
    kernel: Kernel, database: Database, vault: Vault, clock: HandClock, home: Path
) -> None:
    for _ in range(3):
        Kernel(database, vault, clock, home).close()
    other = Kernel(database, vault, clock, home, package=replace(toy.package(), procedures={"TOY": SHORTER}))
    assert other.catalogue.number_of == {"TOY": 2}
    other.close()


def gone(case: object, law: object) -> str:
    return "on"


def test_a_case_whose_code_is_gone_is_set_aside_and_the_others_go_on(
    database: Database, vault: Vault, clock: HandClock, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.PARTNER = toy.Partner()
    table = Procedure(
        "OLD",
        toy.title("Old procedure"),
        replace(toy.STEPS[0], outcomes={"known": "gone"}),
        Step("gone", Kind.RULE, toy.C["§2"], "Toy", toy.title("Gone"), {"on": "paid"}, gone),
        toy.STEPS[-1],
    )
    before = Kernel(
        database,
        vault,
        clock,
        home,
        package=ActPackage(toy.ACT, {"TOY": table}, templates={}),
        holder="before",
    )
    toy.PARTNER.away = True
    before.catalogue.number_of["TOY"] = before.catalogue.number("OLD")
    (old,) = before.cases(1)
    before.close()
    toy.PARTNER.away = False
    monkeypatch.delitem(globals(), "gone")
    after = Kernel(database, vault, clock, home)
    clock.set(clock.now().replace(hour=12))
    (young,) = after.cases(1)
    assert after.step(young) == "consent"
    assert "this program has no" in str(after.trouble(old))
    assert after.verify().faults == []
    release(after.connection, old, "Aigul", clock)
    after.run()
    assert after.trouble(old)
    monkeypatch.undo()
    mended = Kernel(database, vault, clock, home)
    release(mended.connection, old, "Aigul", clock)
    mended.run()
    assert mended.step(old) == "paid"
    after.close()
    mended.close()
