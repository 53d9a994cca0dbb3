"""The command line as a whole: what it lists, what it loads, how it ends."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import click
import pytest

from qyzmet import cli
from qyzmet.runtime.errors import DatabaseAway, Refused


def ends(*words: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(words))
    return int(str(stopped.value.code))


def fails_with(error: BaseException) -> click.Command:
    def fail() -> None:
        raise error

    return click.Command("fail", callback=fail)


def test_help_lists_every_command_and_loads_none() -> None:
    code = (
        "import sys; from qyzmet import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "loaded = [name for name in sys.modules if name.startswith('qyzmet.commands.')]\n"
        "sys.exit(f'loaded {loaded}' if loaded else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    for name, line in cli.lines().items():
        assert f"  {name}" in ran.stdout
        assert line in ran.stdout


@pytest.mark.parametrize(
    "name",
    sorted({name for name in cli.COMMANDS if find_spec(f"qyzmet.commands.{name}")} | {*cli.act_commands()}),
)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(name, "--help") == 0
    assert f"qyzmet {name}" in capsys.readouterr().out


def test_an_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends("calender") == 2
    assert "Perhaps `qyzmet calendar` is meant." in capsys.readouterr().err
    assert ends("xyzzy") == 2
    assert "`qyzmet --help` lists them all" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [(Refused("No."), 1), (DatabaseAway("Away."), 2), (KeyboardInterrupt(), 130), (KeyError("900101"), 2)],
)
def test_errors_end_with_their_code_and_without_a_trace(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: fails_with(error))
    assert ends("acts") == code
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "900101" not in said
    if code in (1, 2) and not isinstance(error, KeyError):
        assert said == f"{error}\n"


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends("--version") == 0
    assert capsys.readouterr().out.startswith("qyzmet 0.")
