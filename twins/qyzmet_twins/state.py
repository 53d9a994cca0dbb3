"""What happens in the twins while they run: effects under a key, consents, opened accounts.

A key makes an effect count once: its repeat answers the first receipt, and the same key with
another content is refused before anything of the question is carried out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar

import msgspec

from qyzmet.exchange.contract import Item
from qyzmet.exchange.systems import ConsentAnswer, ConsentRequest, Placement

Effect = TypeVar("Effect", Placement, ConsentRequest, ConsentAnswer)


class BadQuestion(Exception):
    """The question breaks the contract; nothing of it was carried out. Names no person."""

    status = 400


class KeyReused(BadQuestion):
    """A key came again with another content."""

    status = 409


@dataclass(frozen=True, slots=True)
class Done(Generic[Effect]):
    """An effect that was carried out."""

    receipt: str
    at: datetime
    item: Effect
    content: bytes


class Effects(Generic[Effect]):
    """The effects of one operation, each once under its key."""

    def __init__(self, system: str, prefix: str) -> None:
        self._system, self._prefix = system, prefix
        self._done: dict[str, Done[Effect]] = {}
        self.receipts: set[str] = set()
        self._lock = Lock()

    def carry_out(self, items: Sequence[Effect], at: datetime) -> list[tuple[Done[Effect], bool]]:
        """What was done for each item, and whether it is a repeat. All of them or, refused, none."""
        contents = [_content(item) for item in items]
        with self._lock:
            fresh: dict[str, bytes] = {}
            for item, content in zip(items, contents, strict=True):
                known = self._done.get(item.key)
                if (known.content if known else fresh.setdefault(item.key, content)) != content:
                    raise KeyReused(
                        f"{self._system}: the key of item {item.ref!r} came before with another content"
                    )
            return [self._once(item, content, at) for item, content in zip(items, contents, strict=True)]

    def _once(self, item: Effect, content: bytes, at: datetime) -> tuple[Done[Effect], bool]:
        known = self._done.get(item.key)
        if known is not None:
            return known, True
        done = Done(f"{self._prefix}{len(self._done) + 1:08d}", at, item, content)
        self._done[item.key] = done
        self.receipts.add(done.receipt)
        return done, False

    def get(self, key: str) -> Done[Effect] | None:
        return self._done.get(key)

    def all(self) -> list[Done[Effect]]:
        with self._lock:
            return list(self._done.values())

    def __len__(self) -> int:
        return len(self._done)


def _content(item: Item) -> bytes:
    """The item without its `ref`, which means nothing outside one question."""
    return sha256(msgspec.msgpack.encode(msgspec.structs.replace(item, ref=""))).digest()


class Opened:
    """Accounts opened during the run; the bank shows one from its moment on."""

    def __init__(self) -> None:
        self._of: defaultdict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
        self._lock = Lock()

    def add(self, iin: str, bank: str, iban: str, at: datetime) -> None:
        with self._lock:
            self._of[iin, bank].append((at, iban))

    def ibans(self, iin: str, bank: str, at: datetime) -> Iterable[str]:
        with self._lock:
            return [iban for since, iban in self._of.get((iin, bank), ()) if since <= at]

    def __len__(self) -> int:
        with self._lock:
            return sum(len(found) for found in self._of.values())
