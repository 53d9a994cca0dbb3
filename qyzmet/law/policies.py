"""Readings of what an act leaves open: named after their mark, with default, rule and clause.

A policy changes how a gap is read, never what the act says. A value that breaks the rule is
refused when it is set.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qyzmet.law.act import Clause
from qyzmet.runtime.errors import BadValue, UnknownName


@dataclass(frozen=True, slots=True)
class Policy:
    """One reading. `rule` says in words which values are right, `accepts` tells it of a value."""

    mark: str
    title: str
    default: Any
    rule: str
    accepts: Callable[[Any], bool]
    clauses: tuple[Clause, ...]

    def checked(self, value: Any) -> Any:
        if not self.accepts(value):
            raise BadValue(
                f"policy {self.mark}", f"{self.rule}, not {value!r}", f"The default is {self.default!r}."
            )
        return value


def one_of(*values: Any) -> Callable[[Any], bool]:
    return lambda value: any(value == known and type(value) is type(known) for known in values)


def whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def must_name_acts(chosen: Iterable[str], acts: Iterable[str]) -> None:
    """Readings set for an act that is not there would have no effect. Raises UnknownName."""
    known = sorted(acts)
    for code in chosen:
        if code not in known:
            raise UnknownName("act", code, f"readings can be set for {', '.join(known) or 'no act'}")


class Policies:
    """The readings in use: the defaults and what the installation set. Immutable."""

    def __init__(self, known: Iterable[Policy], chosen: Mapping[str, Any] | None = None) -> None:
        """Raises UnknownName for a mark that no act has and BadValue for a wrong value."""
        self.known = {policy.mark: policy for policy in known}
        self._values = {mark: policy.default for mark, policy in self.known.items()}
        for mark, value in (chosen or {}).items():
            if mark not in self.known:
                raise UnknownName("policy", mark, "see `qyzmet acts ACT --policies`")
            self._values[mark] = self.known[mark].checked(value)
        text = json.dumps(self._values, sort_keys=True, ensure_ascii=False, default=str)
        self.version = hashlib.sha256(text.encode()).hexdigest()[:12]

    def __getitem__(self, mark: str) -> Any:
        return self._values[mark]

    def changed(self) -> dict[str, Any]:
        """The readings that differ from their default."""
        return {mark: value for mark, value in self._values.items() if value != self.known[mark].default}
