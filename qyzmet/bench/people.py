"""A stand-in for the vault: random subjects, each with a random key, in memory.

The vault is a database of its own and is not what is measured here. Looking a key up among those
of all persons, and sealing under a different key for each, stays as it is.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence


class People:
    """`count` persons; the same seed gives the same persons in every process."""

    def __init__(self, count: int, seed: int) -> None:
        chance = random.Random(seed)
        self.iins = [f"{number:012d}" for number in range(count)]
        self._subjects = {iin: chance.getrandbits(63) or 1 for iin in self.iins}
        self._keys = {subject: chance.randbytes(32) for subject in self._subjects.values()}
        self._addresses = [chance.randbytes(32) for _ in self.iins]

    def address(self, number: int) -> str:
        """What stands for the person's phone: in the vault, its keyed hash."""
        return self._addresses[number].hex()

    def subjects_for(self, iins: Sequence[str]) -> list[int]:
        return [self._subjects[iin] for iin in iins]

    def person_keys(self, subjects: Iterable[int]) -> dict[int, bytes]:
        keys = self._keys
        return {subject: keys[subject] for subject in subjects}
