"""Answers as a faulty system gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from qyzmet.exchange.contract import Item
from qyzmet_twins.faults import FaultKind

#: What a client must not swallow; "large" is more than any answer needs.
LARGE_BYTES = 10 << 20
_DAY = re.compile(rb'"(\d{4})-(\d{2}-\d{2})"')


def spoiled(fault: FaultKind | None, correlation: str, answers: Sequence[Item]) -> bytes:
    """The answer's bytes with the fault in them."""
    items: list[Any] = list(answers)
    match fault:
        case "nonsense":
            items = [{"ref": 7}]
        case "duplicate":
            items += items
        case "reorder":
            items.reverse()
        case "stranger":
            items += [msgspec.structs.replace(each, ref=f"{each.ref}-other") for each in items[:1]]
        case "more":
            items = [{**msgspec.to_builtins(each), "religion": "not asked for"} for each in items]
        case "large":
            return b'{"correlation": "' + correlation.encode() + b'", "items": [' + b" " * LARGE_BYTES + b"]}"
    content = msgspec.json.encode({"correlation": correlation, "items": items})
    if fault == "encoding":
        return content.decode().encode("utf-16")
    if fault == "future":
        return _DAY.sub(rb'"2999-\2"', content)
    return content
