"""Chance from the seed: each part of the simulation throws dice of its own, so that one part's use of
chance does not move another's.
"""

from __future__ import annotations

import random


def dice(seed: int, part: str) -> random.Random:
    """The same throws in every process for the same seed and part."""
    return random.Random(f"{seed}/{part}")
