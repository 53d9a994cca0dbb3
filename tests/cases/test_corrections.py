"""A registry event that comes again with another content: who is told, and what it may still begin."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec import structs

from qyzmet.cases.aside import release
from qyzmet.cases.package import Arrival
from qyzmet.cases.replay import replay
from tests.cases import toy
from tests.cases.conftest import Kernel


def results(kernel: Kernel, *arrivals: Arrival) -> list[str]:
    verdicts, _ = kernel.engine._intake.receive(kernel.package, "test", arrivals)
    return [verdict.result for verdict in verdicts]


def other(arrival: Arrival, **fields: object) -> Arrival:
    """The same event, saying something else."""
    facts = arrival.facts | {"size": structs.replace(arrival.facts["address"], value=9)}
    return structs.replace(arrival, **({"facts": facts} | fields))


def test_the_same_again_is_seen_and_a_change_puts_the_case_before_people(kernel: Kernel) -> None:
    event = kernel.arrival(1)
    (case,) = kernel.open(event)
    kernel.run()
    assert results(kernel, event, event) == ["seen", "seen"]
    assert results(kernel, other(event, revision=2)) == ["corrected"]
    kernel.run()
    assert kernel.trouble(case) == "The registry corrected event E1 of test: size"
    assert results(kernel, other(event, revision=2), event) == ["seen", "seen"]
    assert kernel.count("cases") == 1
    assert not replay(kernel.connection, kernel.vault, kernel.catalogue, case).differences


def test_people_put_a_corrected_case_back_and_it_goes_on(kernel: Kernel) -> None:
    event = kernel.arrival(1)
    (case,) = kernel.open(event)
    kernel.run()
    results(kernel, other(event))
    kernel.run()
    release(kernel.connection, case, "officer", kernel.clock)
    kernel.run()
    assert kernel.trouble(case) is None
    assert kernel.step(case) == "consent"


def test_nothing_is_paid_on_an_event_corrected_while_the_payment_was_still_to_be_made(kernel: Kernel) -> None:
    event = kernel.arrival(1)
    (case,) = kernel.open(event)
    kernel.run()
    toy.PARTNER.found.add(case)
    kernel.reply("+77010000001", "7#1")
    kernel.run()
    kernel.connection.execute(
        "UPDATE cases SET step = 'pay', status = 'r', due_at = %s, deadline_at = NULL", (kernel.clock.now(),)
    )
    kernel.connection.commit()
    results(kernel, structs.replace(event, withdrawn=True))
    kernel.engine.take_outside()
    assert kernel.trouble(case) == "The registry withdrew event E1 of test"
    assert toy.PARTNER.paid == {}
    assert kernel.count("inbox") == 0
    release(kernel.connection, case, "officer", kernel.clock)
    kernel.run()
    assert list(toy.PARTNER.paid.values()) == [1]


def test_a_correction_after_the_end_is_noted_and_changes_nothing(kernel: Kernel) -> None:
    event = kernel.arrival(1)
    (case,) = kernel.open(event)
    kernel.run()
    kernel.reply("+77010000001", "7#2")
    kernel.run()
    verdicts, _ = kernel.engine._intake.receive(kernel.package, "test", [other(event)])
    assert verdicts[0].because.endswith("The case has ended; the correction is only noted.")
    kernel.run()
    assert kernel.step(case) == "refused"
    assert kernel.rows("SELECT outcome, case_id FROM registry_events") == [("corrected after the end", case)]


@pytest.mark.parametrize("again", [{}, {"revision": 2}])
def test_a_refused_event_may_be_corrected_and_begins_its_case_then(
    kernel: Kernel, again: dict[str, int]
) -> None:
    good = kernel.arrival(1)
    bad = structs.replace(good, refused="region: is not one of the classifier")
    assert results(kernel, bad, bad) == ["refused", "refused"]
    assert results(kernel, structs.replace(good, **again), good) == ["opened", "seen"]
    assert kernel.count("cases") == 1


def test_an_event_withdrawn_first_and_told_later_begins_nothing(kernel: Kernel) -> None:
    event = kernel.arrival(1)
    withdrawn = structs.replace(event, withdrawn=True)
    assert results(kernel, withdrawn, event) == ["nothing", "seen"]
    assert results(kernel, structs.replace(event, revision=2)) == ["opened"]


def test_an_older_revision_that_comes_late_changes_nothing(kernel: Kernel) -> None:
    event = kernel.arrival(1)
    assert results(kernel, structs.replace(event, revision=3), other(event, revision=2)) == ["opened", "seen"]


def test_what_concerns_no_procedure_leaves_no_trace_but_may_correct(kernel: Kernel) -> None:
    event = kernel.arrival(1)
    unconcerned = structs.replace(event, concerned=False)
    assert results(kernel, unconcerned) == ["nothing"]
    assert kernel.count("registry_events") == 0
    assert results(kernel, unconcerned, event, unconcerned) == ["nothing", "opened", "corrected"]


def test_another_person_or_another_day_is_said(kernel: Kernel) -> None:
    event = kernel.arrival(1)
    kernel.open(event)
    changed = structs.replace(event, iin=kernel.person(2, "+77010000002"), as_of=date(2024, 2, 11))
    verdicts, _ = kernel.engine._intake.receive(kernel.package, "test", [changed])
    assert "the person, the day of the event" in verdicts[0].because


def test_without_a_lease_any_worker_carries_the_case_on_at_once(kernel: Kernel, second: Kernel) -> None:
    kernel.engine._intake.receive(kernel.package, "test", [kernel.arrival(1)])
    second.run()
    assert second.step(1) == "consent"


def test_the_limit_runs_on_while_a_corrected_case_is_with_people(kernel: Kernel) -> None:
    event = kernel.arrival(1)
    (case,) = kernel.open(event)
    kernel.run()
    before = kernel.rows("SELECT deadline_at FROM cases")
    results(kernel, other(event))
    kernel.after(days=timedelta(days=1).days)
    assert kernel.rows("SELECT deadline_at FROM cases") == before
    assert kernel.trouble(case) is not None
