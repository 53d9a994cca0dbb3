"""Policies changed while cases run, and orders that move working days under open deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from qyzmet.cases import aside, chain, readings, recount, tasks
from qyzmet.cases.package import ActPackage
from qyzmet.cases.readings import Change
from qyzmet.law.calendar import working_calendar
from qyzmet.law.overrides import Override
from qyzmet.law.policies import Policy, one_of
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from tests.cases import toy
from tests.cases.conftest import Kernel
from tests.cases.test_engine import at_task

POLICY = Policy("T-1", "How consent is read", "a", "is 'a' or 'b'", one_of("a", "b"), (toy.C["§3"],))


def package() -> ActPackage:
    return replace(toy.package(), policies=(POLICY,))


@pytest.fixture
def kernel(database: Database, vault: Vault, clock: HandClock, home: Path) -> Any:
    toy.PARTNER = toy.Partner()
    worker = Kernel(database, vault, clock, home, package=package())
    yield worker
    worker.close()


def change(kernel: Kernel, value: Any, mark: str = "T-1", configured: Any = None) -> Change:
    return readings.change(
        kernel.connection,
        package(),
        configured or {},
        mark,
        value,
        by="head",
        reason="letter 5",
        clock=kernel.clock,
    )


def undo(kernel: Kernel, number: int) -> Change:
    return readings.undo(
        kernel.connection, package(), {}, number, by="head", reason="letter 6", clock=kernel.clock
    )


def value(kernel: Kernel) -> Any:
    return kernel.catalogue.law_of_act("toy", kernel.clock.now()).policies["T-1"]


def test_a_change_holds_from_now_on_and_is_an_event_of_the_ledger(kernel: Kernel) -> None:
    kernel.cases(1)
    assert value(kernel) == "a"
    done = change(kernel, "b")
    assert value(kernel) == "a"  # until the worker's next look
    kernel.clock.advance(timedelta(seconds=5))
    kernel.run()
    assert value(kernel) == "b"
    ((header,),) = kernel.rows("SELECT header FROM ledger_entries WHERE case_id = %s", -done.id)
    assert '"policy":"T-1"' in str(header)
    assert kernel.verify().faults == []


@pytest.mark.parametrize(
    ("mark", "new", "error"),
    [("T-1", "c", BadValue), ("T-1", "a", Refused), ("T-2", "a", UnknownName)],
)
def test_a_wrong_change_changes_nothing(kernel: Kernel, mark: str, new: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        change(kernel, new, mark)
    assert readings.changes(kernel.connection) == []
    with pytest.raises(BadValue, match="reason"):
        readings.change(
            kernel.connection, package(), {}, "T-1", "b", by="head", reason=" ", clock=kernel.clock
        )


def test_an_undone_change_lists_what_it_touched_meanwhile(kernel: Kernel) -> None:
    before = kernel.cases(1)
    first = change(kernel, "b")
    meanwhile = kernel.cases(2)
    for case in meanwhile:
        kernel.reply(f"+7701000{case:04d}", "7#2")  # §3 is the step that hears this
    kernel.run()
    undone = undo(kernel, first.id)
    after = kernel.cases(1)
    kernel.reply(f"+7701000{after[0]:04d}", "7#2")
    kernel.run()
    assert (undone.after, undone.undoes) == ("a", first.id)
    touched = {each.case for each in readings.touched(kernel.connection, package(), first.id)}
    assert set(meanwhile) <= touched
    assert not touched & {*before, *after}
    with pytest.raises(Refused, match="undone since"):
        undo(kernel, first.id)
    with pytest.raises(UnknownName):
        undo(kernel, 99)
    assert kernel.verify().faults == []


def test_decided_cases_stay_as_they_are(kernel: Kernel) -> None:
    (case,) = at_task(kernel)
    kernel.decide("appoint")
    kernel.run()
    held = kernel.rows("SELECT c.*::text FROM cases c WHERE id = %s", case)
    kept = kernel.rows("SELECT document_hash, signature FROM decisions")
    change(kernel, "b")
    kernel.clock.advance(timedelta(minutes=1))
    kernel.run()
    assert kernel.rows("SELECT c.*::text FROM cases c WHERE id = %s", case) == held
    assert kernel.rows("SELECT document_hash, signature FROM decisions") == kept


def test_the_configuration_is_what_changes_start_from(kernel: Kernel) -> None:
    assert change(kernel, "a", configured={"T-1": "b"}).before == "b"
    assert readings.chosen(kernel.connection, {"toy": {"T-1": "b"}}) == {"toy": {"T-1": "a"}}


@pytest.mark.parametrize("statement", ["UPDATE policy_changes SET reason = ''", "DELETE FROM policy_changes"])
def test_changes_are_not_rewritten(kernel: Kernel, database: Database, statement: str) -> None:
    done = change(kernel, "b")
    with connect(database.engine_url) as engine, pytest.raises(Exception, match="permission denied"):
        engine.execute(statement)
    chain.seal(kernel.connection, kernel.heads, kernel.clock)
    with connect(database.owner_url) as owner:
        owner.execute("UPDATE ledger_payloads SET sealed = 'x' WHERE case_id = %s", (-done.id,))
        owner.commit()
    assert kernel.verify().faults != []


# --- late orders ------------------------------------------------------------------------------------------

WORDS = dict.fromkeys(("kk", "ru", "en"), "moved by a late order")
MONDAY = date(2024, 2, 12)


def moved(day: date, works: bool) -> Override:
    return Override(day, works, WORDS, "order 7", MONDAY)


def order(kernel: Kernel, *days: Override) -> recount.Recounted:
    readings.enter_orders(kernel.connection, working_calendar(), days, "head", kernel.clock)
    kernel.catalogue.refresh()
    return recount.recount(kernel.connection, kernel.catalogue, "order 7", kernel.clock)


def proof(kernel: Kernel, case: int, step: str = "decide") -> Any:
    return kernel.fact(case, f"{step}.deadline")


def test_a_late_order_moves_open_deadlines_with_a_new_proof(kernel: Kernel) -> None:
    (case,) = at_task(kernel)
    (before,) = kernel.rows("SELECT deadline_at FROM cases")[0]
    first = proof(kernel, case)
    day = date.fromisoformat(first["last_day"])
    found = order(kernel, moved(day, False))
    assert [(each.case, each.step, each.before) for each in found.moved] == [(case, "decide", before)]
    kernel.run()
    (after,) = kernel.rows("SELECT deadline_at FROM cases")[0]
    assert after == found.moved[0].after > before  # type: ignore[operator]
    second = proof(kernel, case)
    assert second["last_day"] > first["last_day"]
    assert second["calendar"] != first["calendar"]
    assert second["start"] == first["start"]
    (task,) = tasks.open_tasks(kernel.connection)
    assert task.deadline_at == after
    assert order(kernel).moved == []  # once is enough
    assert kernel.verify().faults == []


def test_what_expired_does_not_come_back_silently(kernel: Kernel) -> None:
    (case,) = at_task(kernel)
    first = proof(kernel, case)
    (deadline,) = kernel.rows("SELECT deadline_at FROM cases")[0]
    kernel.clock.set(deadline)  # type: ignore[arg-type]
    kernel.run()
    assert kernel.fact(case, "decide.overdue") is True
    found = order(kernel, moved(date.fromisoformat(first["last_day"]), False))
    assert (found.moved, [each.case for each in found.expired]) == ([], [case])
    kernel.run()
    assert proof(kernel, case) == first
    assert kernel.fact(case, "decide.overdue") is True


def test_a_deadline_that_grows_shorter_lasts_until_the_day_of_the_order(kernel: Kernel) -> None:
    (case,) = at_task(kernel)
    first = proof(kernel, case)
    saturday = MONDAY - timedelta(days=2)
    worked = [
        day for n in range(1, 12) if not working_calendar().is_working(day := MONDAY + timedelta(days=n))
    ]
    found = order(kernel, *(moved(day, True) for day in (saturday, *worked)))
    kernel.run()
    if found.moved:
        (each,) = found.moved
        assert kernel.clock.now() < each.after <= each.before
    assert proof(kernel, case)["start"] == first["start"]


def test_a_case_set_aside_hears_of_it_when_it_is_put_back(kernel: Kernel) -> None:
    (case,) = at_task(kernel)
    first = proof(kernel, case)
    kernel.connection.execute("UPDATE cases SET status = 'a', due_at = NULL, trouble = 'look'")
    kernel.connection.commit()
    order(kernel, moved(date.fromisoformat(first["last_day"]), False))
    kernel.run()
    assert kernel.rows("SELECT status::text, due_at FROM cases") == [("a", None)]
    aside.release(kernel.connection, case, "desk", kernel.clock)
    kernel.run()
    assert proof(kernel, case)["last_day"] > first["last_day"]


def test_the_same_day_is_not_ordered_twice(kernel: Kernel) -> None:
    day = date(2024, 2, 16)
    order(kernel, moved(day, False))
    assert (
        readings.enter_orders(kernel.connection, working_calendar(), [moved(day, False)], "x", kernel.clock)
        == []
    )
    with pytest.raises(Refused, match="entered before"):
        readings.enter_orders(kernel.connection, working_calendar(), [moved(day, True)], "x", kernel.clock)
