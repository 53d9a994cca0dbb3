"""`qyzmet demo` ends what it started, however it is ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qyzmet.commands.demo import demo
from qyzmet.demo import run


def test_a_terminated_demo_ends_its_twins_and_its_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended: list[str] = []

    @contextmanager
    def served(*_: Any) -> Iterator[Any]:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            yield None
        finally:
            ended.append("all")

    monkeypatch.setattr(run, "served", served)
    monkeypatch.setenv("QYZMET_HOME", str(tmp_path))
    before = signal.getsignal(signal.SIGTERM)
    try:
        ran = CliRunner().invoke(demo, [])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (ran.exit_code, ended) == (1, ["all"])
