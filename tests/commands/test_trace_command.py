"""`qyzmet trace` as people call it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from qyzmet.commands.trace import trace


def run(*words: str) -> Result:
    return CliRunner().invoke(trace, list(words))


@pytest.fixture(scope="module")
def found() -> dict[str, list[dict[str, object]]]:
    result: dict[str, list[dict[str, object]]] = json.loads(run("--json").stdout)
    return result


def test_every_clause_says_its_code_and_tests_or_why_it_has_none(
    found: dict[str, list[dict[str, object]]],
) -> None:
    by_id = {clause["id"]: clause for clause in found["clauses"]}
    assert by_id["proactive:§9"]["code"]
    assert "LARGE_FAMILY_ALLOWANCE/flc" in str(by_id["proactive:§9"]["code"])
    assert "test_signing_can_be_switched_off_for_all" in str(by_id["proactive:§46.4"]["tests"])
    assert by_id["proactive:§2"]["no_code_because"]
    assert set(by_id["proactive:§2"]) == {"id", "title", "code", "tests", "no_code_because"}


def test_it_ends_with_1_exactly_when_there_are_gaps(found: dict[str, list[dict[str, object]]]) -> None:
    result = run("proactive")
    assert result.exit_code == (1 if found["gaps"] else 0)
    assert f"gaps: {len(found['gaps'])}." in result.stdout


def test_people_read_one_line_a_clause(found: dict[str, list[dict[str, object]]]) -> None:
    lines = run().stdout.splitlines()
    for clause in found["clauses"]:
        assert (
            sum(line.startswith(f"{clause['id']} ") and str(clause["title"]) in line for line in lines) == 1
        )


def test_without_tests_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qyzmet.law.trace.tests_folder", lambda _: None)
    result = run("proactive")
    assert "installed without its tests" in result.stderr
    assert "NO TEST" not in result.stdout


def test_an_unknown_act_is_refused() -> None:
    result = run("nothing")
    assert result.exit_code == 2
    assert "there is no act 'nothing'" in result.stderr
