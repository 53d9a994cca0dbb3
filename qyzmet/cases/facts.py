"""The facts of a case, understood only as far as they are asked for.

They are one JSON object in the case's row. A run of a case asks for a few of them and adds a few: the
others go back to the store as the text they came as.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from datetime import date, datetime
from typing import Any, cast

import msgspec
from msgspec import Raw


class Fact(msgspec.Struct, frozen=True, array_like=True):
    """A value with where it came from: who said it, on which day it was so, when we learnt it.

    `value` is JSON: text, whole number, true or false, none, or lists and tables of these.
    """

    value: Any
    source: str
    learnt: datetime
    on: date | None = None


_encode = msgspec.json.Encoder().encode
_apart = msgspec.json.Decoder(dict[str, Raw]).decode
_fact = msgspec.json.Decoder(Fact).decode


class Facts(MutableMapping[str, Fact]):
    """Facts by name, in the order in which they were first learnt."""

    __slots__ = ("_learnt", "_replaced", "_text", "_values")

    def __init__(self, learnt: Mapping[str, Fact] | None = None) -> None:
        self._text = ""  # as the store has them
        self._learnt: dict[str, Fact] = dict(learnt or {})  # since then
        self._values: dict[str, Fact | Raw] = dict(self._learnt)
        self._replaced = False  # whether one of them took the place of another

    @classmethod
    def read(cls, text: str) -> Facts:
        """Facts from the text that the store has. Raises msgspec.DecodeError where it is no JSON object."""
        facts = cls.__new__(cls)
        facts._text, facts._learnt, facts._replaced = text, {}, False
        facts._values = cast(dict[str, Fact | Raw], _apart(text))
        return facts

    def text(self, learnt: Mapping[str, Fact], learnt_text: bytes) -> bytes:
        """All of them for the store.

        `learnt` is what a run has just learnt, and `learnt_text` its JSON: mostly these are all that is new.
        """
        if self._replaced:
            return _encode(self._values)
        new = learnt_text if len(learnt) == len(self._learnt) else _encode(self._learnt)
        if len(self._text) <= 2:
            return new
        before = self._text.encode()
        return before if len(new) <= 2 else before[: before.rindex(b"}")] + b"," + new[1:]

    def __getitem__(self, name: str) -> Fact:
        value = self._values[name]
        if isinstance(value, Raw):
            value = self._values[name] = _fact(value)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._values else default

    def learn(self, facts: Mapping[str, Fact]) -> None:
        for name, fact in facts.items():
            self[name] = fact

    def __setitem__(self, name: str, fact: Fact) -> None:
        if name in self._values:
            self._replaced = True
        self._values[name] = self._learnt[name] = fact

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"What a case has learnt is never forgotten: {name!r} stays")

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<{len(self)} facts: {', '.join(self)}>"
