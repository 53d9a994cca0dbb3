"""`qyzmet calendar` as people call it."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner, Result

from qyzmet.commands.calendar import calendar


def run(*words: str) -> Result:
    return CliRunner().invoke(calendar, list(words))


def test_add() -> None:
    assert run("add", "2024-05-03", "3").output == "2024-05-10\n"
    assert json.loads(run("add", "2024-05-03", "1", "--json").output)["day"] == "2024-05-04"


def test_between() -> None:
    assert run("between", "2024-01-01", "2024-12-31").output == "249\n"
    found = json.loads(run("between", "2024-03-01", "2024-03-31", "--json").output)
    assert found["working_days"] == 17


def test_explain() -> None:
    said = run("explain", "2024-05-03", "3").output
    assert "worked Saturday: its day off moved to 8 May 2024 by order of 18 April 2024" in said
    assert "The deadline ends at the end of 10 May 2024, a Friday." in said
    assert (
        "Срок истекает в конце дня: 10 мая 2024 года (пятница)."
        in run("explain", "2024-05-03", "3", "--lang", "ru").output
    )
    assert "Мерзім 2024 жылғы 10 мамыр (жұма)" in run("explain", "2024-05-03", "3", "--lang", "kk").output


def test_explain_as_json_in_both_readings() -> None:
    found = json.loads(run("explain", "2024-02-28", "2", "--json").output)
    assert (found["last_day"], found["ends"]) == ("2024-03-01", "2024-03-01T19:00:00Z")
    assert [day["counted"] for day in found["days"]] == [False, True, True]
    literal = json.loads(run("explain", "2024-02-28", "2", "--json", "--from-the-day").output)
    assert (literal["last_day"], literal["ends"]) == ("2024-02-29", "2024-02-29T19:00:00Z")
    assert literal["proof"] != found["proof"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "2019-12-31", "1"), "2020-01-01 to 2035-12-31"),
        (("add", "2024-02-30", "1"), "Write it as 2024-05-03"),
        (("add", "20240503", "1"), "Write it as 2024-05-03"),
        (("add", "2024-05-03", "three"), "not a valid integer"),
        (("between", "2024-05-03", "2024-05-02"), "Give the earlier day first"),
        (("explain", "2024-05-03", "0"), "0 is not in the range"),
    ],
)
def test_bad_input_ends_with_2(words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["add", "between", "explain"])
def test_help_has_an_example(command: str) -> None:
    assert f"qyzmet calendar {command}" in run(command, "--help").output


def test_it_starts_fast() -> None:
    """A tenth of this is usual; the bound leaves room for a busy machine."""
    code = "from qyzmet.commands.calendar import calendar; calendar(['add', '2024-05-03', '3'])"
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert time.perf_counter() - began < 2


def test_help_loads_neither_the_law_nor_its_library() -> None:
    code = (
        "import sys, qyzmet.commands.calendar, qyzmet.commands.amount;"
        "sys.exit(any(name in sys.modules for name in ('holidays', 'tomllib', 'qyzmet.law.calendar')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
