"""A claim goes on where the last one ended, and leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

from qyzmet.cases import resuming
from tests.cases.conftest import Kernel, phone


def test_what_falls_due_behind_the_place_is_taken_all_the_same(kernel: Kernel) -> None:
    kernel.engine.batch = 3
    cases = kernel.cases(8)
    kernel.clock.advance(timedelta(days=4))
    assert kernel.engine.take_deadlines() == 3
    assert [kernel.step(case) for case in cases[:4]] == ["silent"] * 3 + [kernel.step(cases[7])]
    with kernel.connection.transaction():
        kernel.connection.execute(
            "UPDATE cases SET due_at = due_at - interval '1 day' WHERE id = ANY(%s)", (cases[6:],)
        )
    kernel.run()
    assert [kernel.step(case) for case in cases] == ["silent"] * 8


def test_a_case_that_answered_late_is_read_before_its_deadline_wherever_the_place_is(kernel: Kernel) -> None:
    kernel.engine.batch = 2
    cases = kernel.cases(6)
    kernel.reply(phone(1), "7#2")
    kernel.clock.advance(timedelta(days=4))
    assert kernel.engine.take_deadlines() == 2
    kernel.run()
    assert [kernel.step(case) for case in cases] == ["refused"] + ["silent"] * 5


def test_a_worker_looks_from_the_front_again_and_again() -> None:
    place, behind = resuming.Resuming(), (None, 5)
    place.went_to(behind)
    seen = [place.place() for _ in range(2 * resuming.AFRESH_AFTER)]
    assert seen.count(resuming.START) == 2
    assert seen[0] == behind
