"""The whole system from a seed: nothing breaks, a seed repeats, and planted bugs are found."""

from __future__ import annotations

import pytest

from qyzmet.simulation.plan import Level, Plant
from qyzmet.simulation.run import simulate
from qyzmet.simulation.stage import Stage

#: A bug, a seed that finds it, and the invariants by which it is found there.
PLANTED: list[tuple[Plant, int, set[str]]] = [
    ("double-send", 0, {"no_message_goes_out_twice"}),
    ("lost-update", 0, {"the_ledger_replays"}),
    ("skipped-deadline", 0, {"every_deadline_is_acted_on"}),
]


@pytest.mark.parametrize(
    ("seed", "level"), [(11, "none"), (12, "some"), (13, "many"), (14, "many"), (15, "many")]
)
def test_every_invariant_holds(simulation_stage: Stage, seed: int, level: Level) -> None:
    result = simulate(simulation_stage, seed, level)
    assert result.broken == [], result.stories
    assert result.cases > 5
    assert set(result.endings) & {"appointed", "no_consent", "no_account_answer"}
    assert bool(result.faults) == bool(result.crashes) == (level != "none")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 150))
def test_fifty_seeds(simulation_stage: Stage, seed: int) -> None:
    result = simulate(simulation_stage, seed, "many")
    assert result.broken == [], result.stories


def test_a_seed_repeats(simulation_stage: Stage) -> None:
    first, again = (simulate(simulation_stage, 16, "many") for _ in range(2))
    assert first.digest == again.digest
    assert (first.endings, first.crashes, first.faults) == (again.endings, again.crashes, again.faults)


def test_another_seed_is_another_run(simulation_stage: Stage) -> None:
    assert simulate(simulation_stage, 17, "none").digest != simulate(simulation_stage, 18, "none").digest


@pytest.mark.parametrize(("bug", "seed", "invariants"), PLANTED)
def test_a_planted_bug_is_found(simulation_stage: Stage, bug: Plant, seed: int, invariants: set[str]) -> None:
    result = simulate(simulation_stage, seed, "some", bug)
    assert invariants <= {broken.invariant for broken in result.broken}


@pytest.mark.soak
@pytest.mark.parametrize(("bug", "invariants"), [(bug, found) for bug, _, found in PLANTED])
def test_fifty_seeds_find_each_planted_bug(simulation_stage: Stage, bug: Plant, invariants: set[str]) -> None:
    results = (simulate(simulation_stage, seed, "some", bug) for seed in range(1, 51))
    assert any(invariants <= {broken.invariant for broken in result.broken} for result in results)
