"""`qyzmet draw` finds the procedure and writes the files, or says what is wrong."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from qyzmet.cases.procedure import Procedure
from qyzmet.commands.draw import draw
from tests.cases.drawing.tables import large, small

MODULES = {"aid": {"SMALL": small(), "LARGE": large()}, "single": {"only": small()}, "bare": None}


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts as other packages would install them: one with two procedures, one with one, one with none."""
    points = []
    for code, procedures in MODULES.items():
        module = ModuleType(f"made_up_act_{code}")
        if procedures is not None:
            module.__dict__["procedures"] = _offering(procedures)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        points.append(EntryPoint(code, f"{module.__name__}:ACT", "qyzmet.acts"))
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)


def _offering(procedures: dict[str, Procedure]) -> object:
    return lambda: procedures


def run(*words: str) -> Result:
    return CliRunner().invoke(draw, words)


def test_it_writes_both_files(tmp_path: Path) -> None:
    bpmn, svg = tmp_path / "a.bpmn", tmp_path / "a.svg"
    result = run("aid", "--benefit", "SMALL", "--bpmn", str(bpmn), "--svg", str(svg), "--lang", "kk")
    assert result.exit_code == 0
    assert result.output == f"{bpmn} written\n{svg} written\n"
    assert "Жылытуға көмек" in svg.read_text(encoding="utf-8")
    assert "Жылытуға көмек" in bpmn.read_text(encoding="utf-8")


def test_an_act_with_one_procedure_needs_no_benefit(tmp_path: Path) -> None:
    assert run("single", "--svg", str(tmp_path / "a.svg")).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing", "--svg", "x.svg"], "there is no act 'nothing': installed are aid, bare, single."),
        (["bare", "--svg", "x.svg"], "this act has no procedures to draw"),
        (["aid", "--svg", "x.svg"], "aid has several procedures. Choose one of LARGE, SMALL."),
        (["aid", "--benefit", "OTHER", "--svg", "x.svg"], "aid has LARGE, SMALL."),
        (["aid", "--benefit", "SMALL"], "say what to write"),
        (["single", "--svg", "/no/such/folder/x.svg"], "cannot be written (No such file or directory)"),
    ],
)
def test_what_is_wrong_is_said_in_one_message(words: list[str], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output
