"""A demo year, all of its decisions made again, a figure corrected in it: as users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

YEAR = ("--residents", "4000", "--days", "365", "--event-rate", "5")


@pytest.mark.soak
def test_every_decision_of_the_demo_year_is_made_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()

    def qyzmet(*words: str) -> dict[str, Any]:
        command = [sys.executable, "-c", "from qyzmet.cli import main; main()", *words, "--json"]
        environment = os.environ | {"QYZMET_HOME": str(home)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr[-2000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    paid = sum(each["paid"] for each in qyzmet("demo", "--no-serve", *YEAR)["benefits"].values())
    before = qyzmet("case", "replay", "--all")
    assert before["same"] == before["decisions"] > paid / 2 > 0
    qyzmet("figure", "correct", "MCI", "3800", "--since", "2024-05-01", "--until", "2024-12-31",
           "--source", "law No 5", "--by", "head", "--reason", "published late")  # fmt: skip
    found = qyzmet("case", "affected", "--figure", "MCI", "--since", "2024-03-01")
    assert found["decisions"]
    assert all(each["law_on"] >= "2024-05-01" and each["difference"] > 0 for each in found["decisions"])
    assert qyzmet("case", "replay", "--all") == before
    assert not qyzmet("audit", "verify").get("faults")
