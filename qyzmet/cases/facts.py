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

    __slots__ = ("_values", "_whole")

    def __init__(self, facts: Mapping[str, Fact] | None = None) -> None:
        self._values: dict[str, Fact | Raw] = dict(facts or {})
        self._whole = False  # one took the place of another, so that adding will not do

    @classmethod
    def read(cls, text: str) -> Facts:
        """Facts from the text that the store has. Raises msgspec.DecodeError where it is no JSON object."""
        facts = cls.__new__(cls)
        facts._values = cast(dict[str, Fact | Raw], _apart(text))
        facts._whole = not text.endswith("}")
        return facts

    def text(self) -> bytes:
        """All of them, as JSON."""
        return _encode(self._values)

    def added(self, learnt: Mapping[str, Fact], learnt_text: bytes) -> bytes | None:
        """What the store is to put behind what it has; None where it needs all anew.

        `learnt` is what the run learnt that is to be written, all of it in these facts, and `learnt_text`
        its JSON.
        """
        if self._whole or len(self._values) == len(learnt):
            return None
        return b"," + learnt_text[1:-1] if learnt else b""

    def learn(self, facts: Mapping[str, Fact]) -> None:
        for name, fact in facts.items():
            self[name] = fact

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._values else default

    def __getitem__(self, name: str) -> Fact:
        value = self._values[name]
        if isinstance(value, Raw):
            value = self._values[name] = _fact(value)
        return value

    def __setitem__(self, name: str, fact: Fact) -> None:
        if name in self._values:
            self._whole = True
        self._values[name] = fact

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
