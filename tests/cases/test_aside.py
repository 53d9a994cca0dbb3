"""A case that makes its step fail is set aside; the rest of the batch goes on, and people can put it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from qyzmet.cases import tasks
from qyzmet.cases.aside import cases_aside, release
from qyzmet.runtime.errors import Refused, UnknownName
from tests.cases import toy
from tests.cases.conftest import Kernel, phone


def at_the_registry(kernel: Kernel) -> int:
    toy.PARTNER.broken = {3}
    return kernel.cases(5)[2]


def at_a_rule(kernel: Kernel) -> int:
    return kernel.open(kernel.arrival(1), kernel.arrival(2, explode=True), kernel.arrival(3))[1]


def at_a_question(kernel: Kernel) -> int:
    return kernel.open(kernel.arrival(1), kernel.arrival(2, unaskable=True), kernel.arrival(3))[1]


def at_an_answer(kernel: Kernel) -> int:
    kernel.cases(3)
    for number, text in ((1, "7#?"), (2, "7#boom"), (3, "hello")):
        kernel.reply(phone(number), text)
    return 2


def at_the_writing(kernel: Kernel) -> int:
    return kernel.open(kernel.arrival(1), kernel.arrival(2, unwritable=True), kernel.arrival(3))[1]


@pytest.mark.parametrize(
    ("breaks", "step", "said"),
    [
        (at_the_registry, "register", "RuntimeError in register, line "),
        (at_a_rule, "big", "RuntimeError in big, line "),
        (at_a_question, "consent", "RuntimeError in ask, line "),
        (at_an_answer, "consent", "RuntimeError in hear, line "),
        (at_the_writing, "register", "TypeError in "),
    ],
)
def test_one_broken_case_is_set_aside_and_the_others_go_on(
    kernel: Kernel, breaks: Callable[[Kernel], int], step: str, said: str
) -> None:
    broken = breaks(kernel)
    kernel.run()
    assert kernel.step(broken) == step
    assert str(kernel.trouble(broken)).startswith(said)
    assert toy.SECRET not in str(
        kernel.rows("SELECT * FROM cases") + kernel.rows("SELECT * FROM ledger_entries")
    )
    others = kernel.rows("SELECT DISTINCT step, status::text FROM cases WHERE id <> %s", broken)
    assert others == [("consent", "w")]
    assert [aside.case for aside in cases_aside(kernel.connection)] == [broken]
    assert kernel.verify().faults == []


@pytest.mark.parametrize("amount", [0, -1, 10**30])
def test_what_the_database_will_not_have_stops_one_case_and_not_its_batch(
    kernel: Kernel, amount: int
) -> None:
    cases = kernel.open(kernel.arrival(1), kernel.arrival(2, amount=amount), kernel.arrival(3))
    kernel.run()
    toy.PARTNER.found = set(cases)
    for number in cases:
        kernel.reply(phone(number), "7#1")
    kernel.run()
    kernel.decide("appoint")
    kernel.run()
    assert [kernel.step(case) for case in cases] == ["paid", "pay", "paid"]
    assert kernel.trouble(cases[1])
    assert kernel.count("decisions") == kernel.count("payment_orders") == 2
    assert kernel.verify().faults == []


def test_a_case_that_was_put_back_begins_its_step_anew(kernel: Kernel) -> None:
    broken = at_the_registry(kernel)
    toy.PARTNER.broken = set()
    release(kernel.connection, broken, "Aigul", kernel.clock)
    kernel.run()
    assert (kernel.step(broken), kernel.trouble(broken)) == ("consent", None)
    assert cases_aside(kernel.connection) == []
    assert kernel.verify().faults == []


def test_a_case_that_is_still_broken_is_set_aside_again(kernel: Kernel) -> None:
    broken = at_a_question(kernel)
    for _ in range(2):
        release(kernel.connection, broken, "Aigul", kernel.clock)
        kernel.run()
        assert str(kernel.trouble(broken)).startswith("RuntimeError in ask")
    assert kernel.count("inbox") == 0


def test_a_case_put_back_after_too_many_attempts_has_as_many_again(kernel: Kernel) -> None:
    toy.PARTNER.silent = {1}
    (case,) = kernel.cases(1)
    while kernel.trouble(case) is None:
        kernel.after(minutes=5)
    release(kernel.connection, case, "Aigul", kernel.clock)
    kernel.after(minutes=5)
    assert kernel.trouble(case) is None
    toy.PARTNER.silent = set()
    kernel.after(minutes=5)
    assert kernel.step(case) == "consent"


def test_an_answer_over_which_a_case_was_set_aside_counts_when_it_is_back(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = at_an_answer(kernel)
    kernel.run()
    assert kernel.count("inbox") == 1
    kernel.clock.advance(timedelta(days=10))
    monkeypatch.setattr(toy, "ANSWERS", toy.ANSWERS | {"7#boom": "refuse"})
    release(kernel.connection, case, "Aigul", kernel.clock)
    kernel.run()
    assert kernel.step(case) == "refused"
    assert len(kernel.link.sent) == 3, "the question stands: it is not put a second time"


def test_the_deadline_runs_on_while_a_case_is_set_aside(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = at_an_answer(kernel)
    kernel.run()
    (aside,) = cases_aside(kernel.connection)
    assert aside.deadline is not None
    monkeypatch.setattr(toy, "ANSWERS", toy.ANSWERS | {"7#boom": None})
    kernel.clock.set(aside.deadline)
    release(kernel.connection, case, "Aigul", kernel.clock)
    kernel.after(minutes=11)
    assert kernel.step(case) == "silent"


def test_a_task_that_is_open_stays_open(kernel: Kernel) -> None:
    (case,) = kernel.cases(1)
    kernel.reply(phone(1), "7#1")
    toy.PARTNER.found = {case}
    kernel.run()
    with kernel.connection.transaction():  # something that no step of the toy does at a task
        kernel.connection.execute("UPDATE cases SET status = 'a', due_at = NULL")
    (before,) = tasks.open_tasks(kernel.connection)
    release(kernel.connection, case, "Aigul", kernel.clock)
    kernel.run()
    assert tasks.open_tasks(kernel.connection) == [before]
    kernel.decide("refuse")
    kernel.run()
    assert kernel.step(case) == "refused"


def test_only_a_case_that_is_set_aside_can_be_put_back_and_only_once(kernel: Kernel) -> None:
    broken = at_the_registry(kernel)
    with pytest.raises(Refused, match="Case 1 is not set aside"):
        release(kernel.connection, 1, "Aigul", kernel.clock)
    with pytest.raises(UnknownName, match="no case '99'"):
        release(kernel.connection, 99, "Aigul", kernel.clock)
    release(kernel.connection, broken, "Aigul", kernel.clock)
    with pytest.raises(Refused, match="put back already"):
        release(kernel.connection, broken, "Serik", kernel.clock)
