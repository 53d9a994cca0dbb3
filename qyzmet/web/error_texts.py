"""Finds what errors say to people: the words of `Failed`, `BadValue` and `Refused` where pages may show them.

A method of Babel's extraction. What a sentence is filled with stands as `{}` in the message.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import IO, Any

#: Which arguments of these are sentences.
_SAYS = {"Failed": (2, 3, 4), "BadValue": (1, 2), "Refused": (0,), "Stale": (0,), "Claimed": (0,)}
#: A table of sentences by status, each after the short name of its kind.
_TABLE = "_SAID"


def extract(
    file: IO[bytes], _keywords: Any, _comment_tags: Any, **_options: Any
) -> Iterator[tuple[int, None, str, list[str]]]:
    """(line, None, message, comments) for Babel."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYS:
            wanted = [node.args[at] for at in _SAYS[node.func.id] if at < len(node.args)]
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == _TABLE:
            rows = node.value.values if isinstance(node.value, ast.Dict) else []
            wanted = [each for row in rows if isinstance(row, ast.Tuple) for each in row.elts[1:]]
        else:
            continue
        for each in wanted:
            for sentence in _sentences(each):
                yield each.lineno, None, sentence, []


def _sentences(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        if text.replace("{}", "").strip():
            yield text
    elif isinstance(node, ast.IfExp):
        yield from _sentences(node.body)
        yield from _sentences(node.orelse)
