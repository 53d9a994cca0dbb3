"""Chance from the seed: each part of the simulation throws dice of its own, so that one part's use of
chance does not move another's.
"""

from __future__ import annotations

import contextlib
import random
import secrets
from collections.abc import Iterator
from typing import Any

from qyzmet.people import vault


def dice(seed: int, part: str) -> random.Random:
    """The same throws in every process for the same seed and part."""
    return random.Random(f"{seed}/{part}")


class _SeededNumbers:
    """Stands for the module `secrets` in the vault: subject numbers follow from the seed, keys do not."""

    token_bytes = staticmethod(secrets.token_bytes)

    def __init__(self, seed: int) -> None:
        self.randbits = dice(seed, "subjects").getrandbits


@contextlib.contextmanager
def seeded_subjects(seed: int) -> Iterator[None]:
    """While it lasts, the numbers of new subjects in this process follow from the seed.

    How long they are decides where rows lie, and so which of two cases due at one moment comes first.
    """
    module: Any = vault
    before, module.secrets = module.secrets, _SeededNumbers(seed)
    try:
        yield
    finally:
        module.secrets = before
