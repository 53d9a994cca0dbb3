"""Every SQL statement that the kernel contains, read from its source."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import qyzmet.cases

_VERB = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s")
_ROOT = Path(qyzmet.cases.__file__).parent


@dataclass(frozen=True)
class Statement:
    module: str
    line: int
    sql: str


def statements() -> Iterator[Statement]:
    for path in sorted(_ROOT.glob("*.py")):
        module = importlib.import_module(f"qyzmet.cases.{path.stem}")
        yield from _of(path, vars(module))


def _of(path: Path, names: dict[str, object]) -> Iterator[Statement]:
    tree = ast.parse(path.read_text())
    inside = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            text = "".join(_part(value, names) for value in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            text = node.value
        if _VERB.match(text) and _is_sql(text):
            yield Statement(path.stem, node.lineno, text)


def _is_sql(text: str) -> bool:
    return bool(re.search(r"\b(FROM|INTO|SET|unnest)\b", text))


def _part(value: ast.expr, names: dict[str, object]) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    assert isinstance(value, ast.FormattedValue)
    if isinstance(value.value, ast.Name) and isinstance(names.get(value.value.id), str):
        return str(names[value.value.id])
    return "id"
