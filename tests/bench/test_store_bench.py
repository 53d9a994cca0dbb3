"""The benchmark of a full store, small: it finds what it times, and says how times grow."""

from __future__ import annotations

import json

from click.testing import CliRunner

from qyzmet.commands.bench import bench


def test_every_claim_and_page_is_timed_at_both_sizes() -> None:
    result = CliRunner().invoke(bench, ["store", "--ended", "20000", "--open", "20000", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert set(report["ratios"]) == {"claim", "deadlines", "events", "task page", "case page"}
    assert all(ratio > 0 for ratio in report["ratios"].values())
