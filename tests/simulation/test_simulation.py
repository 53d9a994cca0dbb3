"""The whole system from a seed: nothing breaks, a seed repeats, and planted bugs are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qyzmet.simulation.plan import Level, Plant
from qyzmet.simulation.run import Result, simulate
from qyzmet.simulation.stage import Stage

#: A bug, a seed known to find it with others in reserve (chance falls otherwise when an act or the twins
#: change), and the invariant by which it is found.
PLANTED: list[tuple[Plant, tuple[int, ...], str]] = [
    ("double-send", (12, 7, 3, 13, 14, 15), "no_message_goes_out_twice"),
    ("lost-update", (5, 11, 1, 6, 9, 4), "the_ledger_replays"),
    ("skipped-deadline", (10, 3, 11, 8), "every_deadline_is_acted_on"),
]


#: The runs of `make test`; the results are shared.
QUICK: tuple[tuple[int, Level], ...] = ((11, "none"), (12, "some"), (13, "many"), (15, "many"))


@pytest.mark.parametrize(("seed", "level"), QUICK)
def test_every_invariant_holds(run: Callable[[int, Level], Result], seed: int, level: Level) -> None:
    result = run(seed, level)
    assert result.broken == [], result.stories
    assert result.cases > 5
    assert set(result.endings) & {"appointed", "no_consent", "no_account_answer"}
    assert bool(result.faults) == bool(result.crashes) == (level != "none")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 150))
def test_fifty_seeds(simulation_stage: Stage, seed: int) -> None:
    result = simulate(simulation_stage, seed, "many")
    assert result.broken == [], result.stories


def test_a_seed_repeats(simulation_stage: Stage, run: Callable[[int, Level], Result]) -> None:
    first, again = run(15, "many"), simulate(simulation_stage, 15, "many")
    assert first.digest == again.digest
    assert (first.endings, first.crashes, first.faults) == (again.endings, again.crashes, again.faults)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200, 220))
def test_twenty_seeds_repeat(simulation_stage: Stage, seed: int) -> None:
    assert len({simulate(simulation_stage, seed, "many").digest for _ in range(2)}) == 1


def test_another_seed_is_another_run(run: Callable[[int, Level], Result]) -> None:
    assert run(13, "many").digest != run(15, "many").digest


@pytest.mark.parametrize(("bug", "seeds", "invariant"), PLANTED)
def test_a_planted_bug_is_found(
    simulation_stage: Stage, bug: Plant, seeds: tuple[int, ...], invariant: str
) -> None:
    assert any(finds(simulation_stage, bug, seed, invariant) for seed in seeds)


@pytest.mark.soak
@pytest.mark.parametrize(("bug", "invariant"), [(bug, invariant) for bug, _, invariant in PLANTED])
def test_fifty_seeds_find_each_planted_bug(simulation_stage: Stage, bug: Plant, invariant: str) -> None:
    assert any(finds(simulation_stage, bug, seed, invariant) for seed in range(1, 51))


def finds(stage: Stage, bug: Plant, seed: int, invariant: str) -> bool:
    """Whether the run is broken at this invariant."""
    return invariant in {broken.invariant for broken in simulate(stage, seed, "some", bug).broken}
