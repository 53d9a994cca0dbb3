"""From each clause of an act to its code and its tests, so that what was forgotten shows as a gap.

Code is what `carries_out` marks and, given by the caller, the steps of procedures. Tests are read,
not run: `@pytest.mark.clause("proactive:§9")` on a function, a class, a module (`pytestmark`) or a
`pytest.param`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages

from qyzmet.law.act import CARRIED_OUT, LegalAct


@dataclass(frozen=True, slots=True)
class Traced:
    """One clause. `tests` is empty also where the tests are not installed."""

    id: str
    title: str
    code: tuple[str, ...]
    tests: tuple[str, ...]
    no_code_because: str | None


@dataclass(frozen=True, slots=True)
class Gap:
    """What a clause lacks: "code", "tests", or the "clause" itself that a test names."""

    id: str
    lacks: str
    said: str


@dataclass(slots=True)
class Tests:
    """Tests by the clause they name; `unread` are marks whose clause is not written out."""

    by_clause: dict[str, list[str]] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def trace(
    act: LegalAct, steps: Mapping[str, Sequence[str]], tests: Mapping[str, Sequence[str]]
) -> list[Traced]:
    """Every clause of the act, in the order of its text. `steps` names steps by clause id."""
    return [
        Traced(
            clause.id,
            clause.title,
            tuple(dict.fromkeys([*CARRIED_OUT.get(clause.id, ()), *steps.get(clause.id, ())])),
            tuple(tests.get(clause.id, ())),
            clause.no_code_because,
        )
        for clause in act.clauses.values()
    ]


def gaps(act: LegalAct, traced: Iterable[Traced], tests: Mapping[str, Sequence[str]] | None) -> list[Gap]:
    """Clauses without code or reason, or with code and no test; tests of clauses that are not there.

    Without `tests` (they are not installed) only code is asked for.
    """
    found = []
    for each in traced:
        if not each.code and each.no_code_because is None:
            found.append(Gap(each.id, "code", "has no code and no reason why it needs none"))
        elif each.code and tests is not None and not each.tests:
            found.append(Gap(each.id, "tests", "has code and no test"))
    known = {clause.id for clause in act.clauses.values()}
    for name, where in (tests or {}).items():
        if name.startswith(f"{act.code}:") and name not in known:
            found.append(Gap(name, "clause", f"is no clause of the act, yet {where[0]} names it"))
    return found


def import_all(module: str) -> None:
    """Imports a module and all below it, so that every mark of `carries_out` is there."""
    package = import_module(module)
    for found in walk_packages(getattr(package, "__path__", ()), f"{module}."):
        import_module(found.name)


def tests_folder(module: str) -> Path | None:
    """The tests of the checkout that a module comes from; None where it was installed without them."""
    spec = find_spec(module.partition(".")[0])
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent.parent
    folder = root / "tests"
    return folder if folder.is_dir() and (root / "pyproject.toml").is_file() else None


def read_tests(folder: Path) -> Tests:
    """Reads every `test_*.py` below the folder; names are as pytest writes them."""
    found = Tests()
    for path in sorted(folder.rglob("test_*.py")):
        name = path.relative_to(folder.parent).as_posix()
        _read_module(ast.parse(path.read_bytes(), str(path)), name, found)
    return found


def _read_module(module: ast.Module, name: str, found: Tests) -> None:
    assigned = dict(_assignments(module.body))
    _read_body(module.body, name, [], assigned, found)


def _read_body(
    body: Sequence[ast.stmt],
    name: str,
    outer: list[ast.expr],
    assigned: Mapping[str, ast.expr],
    found: Tests,
) -> None:
    own = dict(_assignments(body))
    marks = outer + ([own["pytestmark"]] if "pytestmark" in own else [])
    for statement in body:
        if isinstance(statement, ast.ClassDef) and statement.name.startswith("Test"):
            inner = marks + statement.decorator_list
            _read_body(statement.body, f"{name}::{statement.name}", inner, assigned, found)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name.startswith(
            "test"
        ):
            _enter(f"{name}::{statement.name}", marks + statement.decorator_list, assigned, found)


def _enter(test: str, marks: Iterable[ast.expr], assigned: Mapping[str, ast.expr], found: Tests) -> None:
    for mark in marks:
        for call in _clause_marks(mark, assigned, frozenset()):
            for argument in call.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    tests = found.by_clause.setdefault(argument.value, [])
                    if test not in tests:
                        tests.append(test)
                else:
                    found.unread.append(f"{test} (line {argument.lineno})")


def _clause_marks(
    expression: ast.expr, assigned: Mapping[str, ast.expr], seen: frozenset[str]
) -> Iterator[ast.Call]:
    """Calls of `pytest.mark.clause` anywhere in an expression, also behind names of the module."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and _is_clause_mark(node.func):
            yield node
        elif isinstance(node, ast.Name) and node.id in assigned and node.id not in seen:
            yield from _clause_marks(assigned[node.id], assigned, seen | {node.id})


def _is_clause_mark(function: ast.expr) -> bool:
    if not (isinstance(function, ast.Attribute) and function.attr == "clause"):
        return False
    of = function.value
    return (isinstance(of, ast.Attribute) and of.attr == "mark") or (
        isinstance(of, ast.Name) and of.id == "mark"
    )


def _assignments(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            yield from (
                (target.id, statement.value) for target in statement.targets if isinstance(target, ast.Name)
            )
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.value or ast.Constant(None)
