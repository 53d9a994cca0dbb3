"""Claims: of several cases about the same persons and the same matter only one goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from qyzmet.cases.claims import claim
from qyzmet.runtime.database import Database, connect
from tests.cases.conftest import Kernel

ENDS = ["paid"]


def end(kernel: Kernel, case: int, step: str) -> None:
    with kernel.connection.transaction():
        kernel.connection.execute("UPDATE cases SET status = 'e', step = %s WHERE id = %s", (step, case))


def test_the_first_case_keeps_it_while_it_is_open(kernel: Kernel) -> None:
    one, two = kernel.cases(2)
    assert claim(kernel.connection, {one: ("aid", {10})}, ENDS) == {one}
    assert claim(kernel.connection, {two: ("aid", {10})}, ENDS) == set()
    assert claim(kernel.connection, {one: ("aid", {10})}, ENDS) == {one}  # asked again after a crash
    assert claim(kernel.connection, {two: ("loan", {10})}, ENDS) == {two}


def test_of_one_batch_the_older_case_gets_it(kernel: Kernel) -> None:
    one, two, three = kernel.cases(3)
    assert claim(kernel.connection, {two: ("aid", {10}), one: ("aid", {10}), three: ("aid", {11})}, ENDS) == {
        one,
        three,
    }


def test_each_case_of_a_batch_has_a_matter_of_its_own(kernel: Kernel) -> None:
    one, two, three = kernel.cases(3)
    assert claim(kernel.connection, {one: ("aid", {10})}, ENDS) == {one}
    wanted = {two: ("aid", {10, 11}), three: ("loan", {10, 11})}
    assert claim(kernel.connection, wanted, ENDS) == {three}
    assert claim(kernel.connection, {two: ("aid", {11})}, ENDS) == {two}  # what was lost is free at once


def test_a_younger_case_that_has_it_keeps_it(kernel: Kernel) -> None:
    one, two = kernel.cases(2)
    assert claim(kernel.connection, {two: ("aid", {10})}, ENDS) == {two}
    assert claim(kernel.connection, {one: ("aid", {10}), two: ("aid", {10})}, ENDS) == {two}


def test_all_of_its_persons_or_none(kernel: Kernel) -> None:
    one, two, three = kernel.cases(3)
    assert claim(kernel.connection, {one: ("aid", {10})}, ENDS) == {one}
    assert claim(kernel.connection, {two: ("aid", {9, 10, 11})}, ENDS) == set()
    assert claim(kernel.connection, {three: ("aid", {9, 11})}, ENDS) == {three}


def test_it_is_free_after_an_ending_but_one_for_good(kernel: Kernel) -> None:
    one, two, three, four = kernel.cases(4)
    claim(kernel.connection, {one: ("aid", {10}), two: ("aid", {20})}, ENDS)
    end(kernel, one, "refused")
    end(kernel, two, "paid")
    assert claim(kernel.connection, {three: ("aid", {10}), four: ("aid", {20})}, ENDS) == {three}


def test_nobody_to_claim_for(kernel: Kernel) -> None:
    assert claim(kernel.connection, {}, ENDS) == set()


def test_at_the_same_moment_exactly_one_gets_it(kernel: Kernel, database: Database) -> None:
    """Whole families in opposite orders: nobody waits for ever, and nobody shares."""
    cases = kernel.cases(8)

    def ask(case: int) -> set[int]:
        people = set(range(100, 140)) if case % 2 else set(range(139, 99, -1))
        with connect(database.engine_url) as connection:
            return claim(connection, {case: ("aid", people)}, ENDS)

    for _ in range(3):
        with ThreadPoolExecutor(len(cases)) as pool:
            held = [case for found in pool.map(ask, cases) for case in found]
        assert len(held) == 1
        end(kernel, held[0], "refused")
        cases.remove(held[0])
