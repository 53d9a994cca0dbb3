"""From clause to code and tests, read from a folder of tests without running them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from qyzmet.law import trace
from qyzmet.law.act import LegalAct, Period, carries_out

TESTS = """
import pytest

LATE = [pytest.param(1, marks=pytest.mark.clause("made:§5"))]

@pytest.mark.clause("made:§1", "made:§2")
def test_function(): ...

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=[pytest.mark.slow, pytest.mark.clause("made:§3")])])
async def test_row(n): ...

@pytest.mark.parametrize("n", LATE)
def test_named_rows(n): ...

@pytest.mark.clause("made:§1")
class TestClass:
    pytestmark = pytest.mark.clause("made:§4")

    def test_method(self): ...
    def helper(self): ...

@pytest.mark.clause(f"made:§{9}")
def test_unread(): ...

@pytest.mark.other("made:§6")
def test_without(): ...
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tests"
    (folder / "law").mkdir(parents=True)
    (folder / "law" / "test_one.py").write_text(TESTS)
    (folder / "test_two.py").write_text(
        "from pytest import mark\npytestmark = [mark.clause('made:§7'), mark.slow]\ndef test_all(): ...\n"
    )
    (folder / "helper.py").write_text("this is no test and no Python")
    return folder


def test_marks_are_found_wherever_pytest_takes_them(folder: Path) -> None:
    read = trace.read_tests(folder)
    one = "tests/law/test_one.py::"
    assert read.by_clause == {
        "made:§1": [f"{one}test_function", f"{one}TestClass::test_method"],
        "made:§2": [f"{one}test_function"],
        "made:§3": [f"{one}test_row"],
        "made:§4": [f"{one}TestClass::test_method"],
        "made:§5": [f"{one}test_named_rows"],
        "made:§7": ["tests/test_two.py::test_all"],
    }
    assert [where.partition(" ")[0] for where in read.unread] == [f"{one}test_unread"]


def test_what_lacks_code_or_tests_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qyzmet.law.act.CARRIED_OUT", {})
    monkeypatch.setattr(trace, "CARRIED_OUT", sys.modules["qyzmet.law.act"].CARRIED_OUT)
    act = LegalAct("made", {"en": "Made up"}, "here", Period(date(2024, 1, 1)))
    marked = act.clause("§1", "marked")
    act.clause("§2", "a step")
    act.clause("§3", "no code", no_code_because="addressed to the minister")
    act.clause("§4", "forgotten")

    @carries_out(marked)
    def function() -> None: ...

    tests = {"made:§1": ["tests/x.py::test"], "made:§9": ["tests/y.py::test"], "other:§1": ["z"]}
    traced = trace.trace(act, {"made:§2": ["P/step"]}, tests)
    assert [each.id for each in traced] == ["made:§1", "made:§2", "made:§3", "made:§4"]
    assert traced[0].code[0].endswith("<locals>.function")
    assert traced[0].tests == ("tests/x.py::test",)
    assert traced[1].code == ("P/step",)
    lacks = [(gap.id, gap.lacks) for gap in trace.gaps(act, traced, tests)]
    assert lacks == [("made:§2", "tests"), ("made:§4", "code"), ("made:§9", "clause")]
    without_tests = trace.gaps(act, traced, None)
    assert [(gap.id, gap.lacks) for gap in without_tests] == [("made:§4", "code")]


def test_this_checkout_has_its_tests_and_an_installed_library_has_none() -> None:
    assert trace.tests_folder("qyzmet.law.trace") == Path(__file__).parent.parent
    assert trace.tests_folder("click") is None
    assert trace.tests_folder("no_such_module_anywhere") is None


def test_all_modules_of_an_act_are_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "made_up_act"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text("LOADED = True")
    monkeypatch.syspath_prepend(tmp_path)
    trace.import_all("made_up_act")
    assert sys.modules.pop("made_up_act.inner").LOADED
    del sys.modules["made_up_act"]
