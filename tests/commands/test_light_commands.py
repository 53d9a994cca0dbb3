"""Commands that people wait for load nothing heavy: no database, web, cryptography, tables or documents."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "psycopg", "httpx", "holidays", "cryptography", "litestar", "jinja2", "lxml", "polars", "duckdb",
    "pyarrow", "numpy", "asyncio", "qyzmet.cases.engine", "qyzmet.web", "qyzmet.people.vault",
)  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "amount LARGE_FAMILY_ALLOWANCE --on 2024-03-01 children=5",
        "amount JOB_LOSS_PAYMENT --on 2024-03-01 average_income=175000 participation_months=84",
        "calendar add 2024-05-03 3",
        "calendar explain 2024-05-03 3",
        "sms read --expect consent 7#1",
    ],
)
def test_it_runs_and_loads_nothing_heavy(words: str) -> None:
    code = (
        "import sys; from qyzmet import cli\n"
        f"try: cli.main({words.split()!r})\n"
        "except SystemExit as stopped: done = stopped.code or 0\n"
        "else: done = 0\n"
        f"heavy = sorted(set({HEAVY!r}) & sys.modules.keys())\n"
        "sys.exit(f'loaded {heavy}' if heavy else done)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout
