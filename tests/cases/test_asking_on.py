"""Questions that follow one another: answers are kept until the case rests, then written as one run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from qyzmet.cases.case import Case, Outcome
from qyzmet.cases.engine import LEASE
from qyzmet.cases.package import Desk
from qyzmet.cases.procedure import Kind, Procedure, Step
from qyzmet.cases.replay import replay
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import PartnerAway
from tests.cases import toy
from tests.cases.conftest import Kernel


class Second:
    """The second registry, and what the store knew of a case when it was asked."""

    def __init__(self) -> None:
        self.away = self.silent = False
        self.before: list[str] = []
        self.kernel: Kernel

    def ask(self, cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
        self.before += [self.kernel.step(case.id) for case in cases]
        if self.away:
            raise PartnerAway("the second registry does not answer")
        if self.silent:
            return {}
        return {case.id: Outcome("known", {"second": desk.law.fact(True, "second")}) for case in cases}


@pytest.fixture
def second() -> Second:
    return Second()


@pytest.fixture
def asking(
    database: Database, vault: Vault, clock: HandClock, tmp_path: Path, second: Second
) -> Iterator[Kernel]:
    """The toy act with a second question right after the first."""
    toy.PARTNER = toy.Partner()
    known = {"known": "second"}
    first = Step(
        "register", Kind.QUERY, toy.C["§1"], "Toy", toy.title("Look up"), known, toy.register, receiver="One"
    )
    then = Step(
        "second", Kind.QUERY, toy.C["§1"], "Toy", toy.title("Look up"), {"known": "big"}, second.ask,
        receiver="Two",
    )  # fmt: skip
    procedure = Procedure("TOY", toy.title("Toy procedure"), first, then, *toy.STEPS[1:])
    package = replace(toy.package(), procedures={"TOY": procedure})
    kernel = second.kernel = Kernel(database, vault, clock, tmp_path, package=package)
    yield kernel
    kernel.close()


def entries(kernel: Kernel, case: int) -> list[list[str]]:
    """The steps of each ledger entry of a case."""
    found = kernel.rows("SELECT header FROM ledger_entries WHERE case_id = %s ORDER BY run", case)
    return [[step for step, *_ in json.loads(str(header))["steps"]] for (header,) in found]


def test_their_answers_are_one_run(asking: Kernel, second: Second) -> None:
    (case,) = asking.open(asking.arrival(1))
    assert second.before == ["register"]
    assert entries(asking, case) == [[], ["register", "second", "big"]]
    assert asking.step(case) == "consent"
    assert replay(asking.connection, asking.vault, asking.catalogue, case).differences == []


@pytest.mark.parametrize("how", ["away", "silent"])
def test_the_first_answer_is_kept_where_the_second_does_not_come(
    asking: Kernel, second: Second, how: str
) -> None:
    setattr(second, how, True)
    (case,) = asking.open(asking.arrival(1))
    assert asking.step(case) == "second"
    assert entries(asking, case) == [[], ["register"]]
    setattr(second, how, False)
    asking.after(minutes=1)
    assert entries(asking, case)[:3] == [[], ["register"], ["second", "big"]]
    assert len(toy.PARTNER.asked) == 1


def test_half_of_the_lease_is_the_most_that_is_kept_unwritten(
    asking: Kernel, second: Second, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(case: Case) -> int:
        clock.set(clock.now() + LEASE / 2 + timedelta(seconds=1))
        return 4

    monkeypatch.setattr(toy.PARTNER, "size", slow)
    (case,) = asking.open(asking.arrival(1))
    assert second.before == ["second"]
    assert entries(asking, case)[:3] == [[], ["register"], ["second", "big"]]


def test_what_was_done_outside_is_written_with_the_questions_after_it(
    database: Database, vault: Vault, clock: HandClock, tmp_path: Path, second: Second
) -> None:
    toy.PARTNER = toy.Partner()
    done = Step(
        "register", Kind.EFFECT, toy.C["§1"], "Toy", toy.title("Register"), {"known": "second"},
        toy.register, receiver="One",
    )  # fmt: skip
    then = Step(
        "second", Kind.QUERY, toy.C["§1"], "Toy", toy.title("Look up"), {"known": "big"}, second.ask,
        receiver="Two",
    )  # fmt: skip
    procedure = Procedure("TOY", toy.title("Toy procedure"), done, then, *toy.STEPS[1:])
    kernel = second.kernel = Kernel(
        database, vault, clock, tmp_path, package=replace(toy.package(), procedures={"TOY": procedure})
    )
    (case,) = kernel.open(kernel.arrival(1))
    assert entries(kernel, case) == [[], ["register", "second", "big"]]
    second.away = True
    (case,) = kernel.open(kernel.arrival(2))
    assert entries(kernel, case) == [[], ["register"]]  # kept where the question finds nobody
    kernel.close()
