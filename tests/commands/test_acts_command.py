"""`qyzmet acts`: what is installed, and one act whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from qyzmet.commands.acts import acts
from tests.commands.conftest import run, run_json


def test_the_list_says_what_is_in_force_on_a_day() -> None:
    said = run(acts, "--on", "2024-03-01")
    assert said.exit_code == 0
    assert "proactive: " in said.output
    assert "in force on 2024-03-01" in said.output
    assert "NOT in force on 2019-01-01" in run(acts, "proactive", "--on", "2019-01-01").output


def test_one_act_shows_its_clauses_step_tables_and_policies() -> None:
    found: Any = run_json(acts, "proactive", "--on", "2024-03-01")
    assert {"id", "title", "no_code_because"} == set(found["clauses"][0])
    large = next(each for each in found["procedures"] if each["code"] == "LARGE_FAMILY_ALLOWANCE")
    consent = next(step for step in large["steps"] if step["name"] == "consent")
    assert consent["clause"] == "proactive:§15"
    assert consent["kind"] == "ask"
    assert consent["limit"]["working_days"] == 3
    assert consent["limit"]["then"] == "silence"
    assert "G-08" in {policy["mark"] for policy in found["policies"]}
    said = run(acts, "proactive", "--lang", "kk").output
    assert "consent" in said
    assert "Келісім сұрау" in said
    assert "3 жұмыс күні" in said


def test_policies_show_what_this_installation_chose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "qyzmet.toml"
    settings.write_text('[policies.proactive]\n"G-08" = "end_with_annex5"\n')
    monkeypatch.setenv("QYZMET_CONFIG", str(settings))
    found: Any = run_json(acts, "proactive", "--policies")
    assert "clauses" not in found
    policy = next(each for each in found["policies"] if each["mark"] == "G-08")
    assert (policy["default"], policy["value"]) == ("end", "end_with_annex5")
    assert policy["clauses"]
    assert "[CHANGED; default 'end']" in run(acts, "proactive", "--policies").output
    settings.write_text('[policies.proactive]\n"G-08" = "perhaps"\n')
    refused = run(acts, "proactive", "--policies")
    assert refused.exit_code == 2
    assert "policy G-08" in refused.stderr
    settings.write_text("[policies.proactiv]\n'G-08' = 'end'\n")
    assert "there is no act 'proactiv'" in run(acts).stderr


def test_an_unknown_act_and_a_wrong_day() -> None:
    def ends(*words: str) -> Result:
        return CliRunner().invoke(acts, list(words))

    assert "there is no act 'nothing'" in ends("nothing").stderr
    assert ends("nothing").exit_code == 2
    assert ends("--on", "1 March").exit_code == 2
