"""What a contract with another system is: a list of items in, a list of answers out.

Every item bears a `ref` that means nothing outside one question; answers carry it back, in any
order. A question says for which purpose and under which clause it is asked. Operations that act
(`effect=True`) bear a `key` in each item by which the other side recognises a repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import msgspec


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What every item of a question and every answer to one has."""

    ref: str


Asked = TypeVar("Asked", bound=Item)
Answer = TypeVar("Answer", bound=Item)


@dataclass(frozen=True)
class Operation(Generic[Asked, Answer]):
    """One bulk operation of one system; over HTTP it is `POST /{system}/v{version}/{name}`."""

    system: str
    name: str
    asked: type[Asked]
    answer: type[Answer]
    effect: bool = False
    version: int = 1

    @property
    def path(self) -> str:
        return f"/{self.system}/v{self.version}/{self.name}"


class Question(msgspec.Struct, Generic[Asked], frozen=True, kw_only=True):
    """The envelope of a question; `Question[operation.asked]` is a type that decodes in one pass."""

    correlation: str
    purpose: str
    clause: str
    items: list[Asked]


class Reply(msgspec.Struct, Generic[Answer], frozen=True, kw_only=True):
    """The envelope of an answer, with the correlation of its question."""

    correlation: str
    items: list[Answer]


#: The most items in one question; who has more asks in several.
MOST_ITEMS = 2000


class Partners(Protocol):
    """Everything outside that can be asked. Over HTTP in `client.py`, in one process in the twins."""

    def ask(
        self, operation: Operation[Asked, Answer], items: Sequence[Asked], *, purpose: str, clause: str
    ) -> dict[str, Answer]:
        """Answers by `ref`. A ref that was not answered is missing; a foreign one is dropped.

        Raises PartnerAway (no answer, time-out, fault) or PartnerNonsense (not the contract).
        """
        ...
