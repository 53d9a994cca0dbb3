"""The arrows of ARCHITECTURE.md hold: the rules stand in pyproject.toml under [tool.importlinter]."""

from __future__ import annotations

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_the_arrows_point_one_way() -> None:
    assert lint_imports() == EXIT_STATUS_SUCCESS, "run `lint-imports` and follow the arrow it names"
