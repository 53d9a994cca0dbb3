"""The benchmark of the engine, very small: what it reports, and that all three do the same work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qyzmet.bench import act
from qyzmet.bench.engine import PROGRAMS, Plan, measure, run_once
from qyzmet.cases.procedure import Kind
from qyzmet.commands.bench import bench
from qyzmet.runtime.embedded import Server

PLAN = Plan(cases=500, rounds=1, batch=50)


def test_the_act_has_fourteen_durable_steps_one_reply_and_one_timer() -> None:
    steps = list(act.PROCEDURE.steps.values())
    assert sum(step.kind is not Kind.END for step in steps) == 14
    assert [step.name for step in steps if step.hear] == ["consent"]
    assert [step.name for step in steps if step.kind is Kind.TASK] == ["objection"]


def test_every_figure_is_reported(server: Server, tmp_path: Path) -> None:
    report = measure(server, tmp_path, PLAN, lambda sentence: None)
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


def test_the_floor_leaves_the_same_rows_as_the_engine(server: Server, tmp_path: Path) -> None:
    # The engine's run with seed 0 also ends only if its ledger verifies.
    engine, floor = (run_once(server, tmp_path, program, PLAN) for program in ("engine", "like_for_like"))
    assert engine.rows["ledger_batches"] >= 30
    del engine.rows["ledger_batches"], floor.rows["ledger_batches"]  # the last batch of a phase may be halved
    assert engine.rows == floor.rows
    assert engine.rows["cases"] == engine.rows["messages"] == engine.rows["tasks"] == 500
    assert engine.rows["ledger_entries"] == engine.rows["ledger_payloads"] == 1500
    assert engine.rows["inbox"] == 0
    assert floor.bytes == pytest.approx(engine.bytes, rel=0.15)


def test_growth_is_reported(server: Server, tmp_path: Path) -> None:
    plan = Plan(cases=20, rounds=1, batch=10, growth=True)
    growth = measure(server, tmp_path, plan, lambda sentence: None)["growth"]
    assert growth["cases"] == [20, 200]
    assert growth["ratio"] > 0
    assert growth["processor_ratio"] > 0


def test_the_command_prints_a_table() -> None:
    result = CliRunner().invoke(bench, ["engine", "--cases", "20", "--rounds", "1"])
    assert result.exit_code == 0, result.output
    assert "floor, like for like" in result.stdout
    assert "round 1 of 1: engine" in result.stderr


def test_the_example_of_the_help_is_right() -> None:
    assert "qyzmet bench engine --growth --json" in CliRunner().invoke(bench, ["engine", "--help"]).output
