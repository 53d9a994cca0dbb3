"""The benchmark of the engine, very small: what it reports, and that all three do the same work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qyzmet.bench import act
from qyzmet.bench.engine import PROGRAMS, Plan, measure, measure_growth
from qyzmet.cases.procedure import Kind
from qyzmet.commands.bench import bench
from qyzmet.runtime.embedded import Server

PLAN = Plan(cases=500, rounds=1, batch=50)


def test_the_act_has_fourteen_durable_steps_one_reply_and_one_timer() -> None:
    steps = list(act.PROCEDURE.steps.values())
    assert sum(step.kind is not Kind.END for step in steps) == 14
    assert [step.name for step in steps if step.hear] == ["consent"]
    assert [step.name for step in steps if step.kind is Kind.TASK] == ["objection"]


@pytest.fixture(scope="module")
def report(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of one round of all three; the engine's run also ends only if its ledger verifies."""
    return measure(server, tmp_path_factory.mktemp("bench"), PLAN, lambda sentence: None)


def test_every_figure_is_reported(report: dict[str, Any]) -> None:
    json.dumps(report)
    assert report["cases"] == 500
    for program in PROGRAMS:
        assert report[program]["cases_per_second"] > 0
        assert report[program]["processor_microseconds_per_case"] > 0
        assert set(report[program]["seconds"]) == {"open", "post", "reply", "timer"}
    engine = report["engine"]["cases_per_second"]
    assert report["ratio_thin"] == pytest.approx(engine / report["thin"]["cases_per_second"], abs=0.002)
    floor = report["like_for_like"]["cases_per_second"]
    assert report["ratio_like_for_like"] == pytest.approx(engine / floor, abs=0.002)


def test_the_floor_leaves_the_same_rows_as_the_engine(report: dict[str, Any]) -> None:
    engine, floor = (dict(report[program]["rows"]) for program in ("engine", "like_for_like"))
    assert engine["ledger_batches"] >= 30
    del engine["ledger_batches"], floor["ledger_batches"]  # the last batch of a phase may be halved
    assert engine == floor
    assert engine["cases"] == engine["messages"] == engine["tasks"] == 500
    assert engine["ledger_entries"] == engine["ledger_payloads"] == 1500
    assert engine["inbox"] == 0
    assert report["like_for_like"]["bytes"] == pytest.approx(report["engine"]["bytes"], rel=0.15)


def test_growth_is_reported(server: Server, tmp_path: Path) -> None:
    plan = Plan(cases=20, rounds=1, workers=1, batch=10)
    growth = measure_growth(server, tmp_path, plan, lambda sentence: None)
    assert growth["cases"] == [20, 200]
    assert growth["ratio"] > 0
    assert growth["processor_ratio"] > 0


def test_the_command_prints_a_table() -> None:
    result = CliRunner().invoke(bench, ["engine", "--cases", "20", "--rounds", "1", "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert "floor, like for like" in result.stdout
    assert "round 1 of 1: engine" in result.stderr


def test_the_example_of_the_help_is_right() -> None:
    assert "qyzmet bench engine --growth --json" in CliRunner().invoke(bench, ["engine", "--help"]).output
