"""`qyzmet simulate`: what it prints, and its exit codes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from qyzmet.commands.simulate import simulate
from qyzmet.simulation.invariants import Broken
from qyzmet.simulation.run import Result


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> list[Result]:
    """What the command is told that came of the seeds, without running them."""
    made: list[Result] = []
    monkeypatch.setattr("qyzmet.commands.simulate._run_seeds", lambda *_: iter(made))
    return made


def test_one_line_for_each_seed(results: list[Result]) -> None:
    results += [Result(4, "some", None, cases=30, endings={"appointed": 30}), Result(5, "some", None)]
    said = CliRunner().invoke(simulate, ["--seed", "4", "--count", "2"])
    assert said.exit_code == 0
    assert said.output.splitlines()[0].startswith("seed 4: 30 cases (appointed 30); 0 crashes")
    assert "every invariant held" in said.output.splitlines()[-1]


def test_what_broke_is_told_with_the_command_that_repeats_it(results: list[Result]) -> None:
    broken = Broken("the_ledger_replays", 7, "run 3 begins elsewhere")
    results.append(Result(9, "many", "lost-update", broken=[broken], stories={7: ["stands at consent"]}))
    said = CliRunner().invoke(simulate, ["--seed", "9"])
    assert said.exit_code == 1
    assert "BROKEN the_ledger_replays: case 7: run 3 begins elsewhere" in said.output
    assert "stands at consent" in said.output
    assert "qyzmet simulate --seed 9 --faults many --plant lost-update" in said.output


def test_json(results: list[Result]) -> None:
    results.append(Result(1, "none", None, cases=2, digest="0123456789abcdef"))
    said = CliRunner().invoke(simulate, ["--json"])
    assert said.exit_code == 0
    told = json.loads(said.output)
    assert told["broken"] == 0
    assert told["runs"][0]["digest"] == "0123456789abcdef"
    assert told["runs"][0]["repeat"] == "qyzmet simulate --seed 1 --faults none"


@pytest.mark.parametrize(
    "words", [["--faults", "all"], ["--count", "0"], ["--plant", "worm"], ["--seed", "x"]]
)
def test_wrong_use(words: list[str]) -> None:
    assert CliRunner().invoke(simulate, words).exit_code == 2


def test_without_the_twins_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    said = CliRunner().invoke(simulate, [])
    assert said.exit_code == 1
    assert "install the package qyzmet-twins" in said.output


def test_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole run by the command itself, with a server of its own."""
    said = CliRunner().invoke(simulate, ["--seed", "21", "--faults", "none", "--json"])
    assert said.exit_code == 0, said.output
    assert json.loads(said.output)["runs"][0]["cases"] > 5
