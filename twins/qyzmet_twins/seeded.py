"""Chance that is the same in every run: a number in [0, 1) drawn from a seed and some words."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Choice = TypeVar("Choice")

_SPAN = float(1 << 53)


def chance(seed: int, *words: str) -> float:
    """Depends on nothing but its arguments, so neither threads nor order of questions matter."""
    digest = blake2b("\x1f".join((str(seed), *words)).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / _SPAN


def pick(options: Sequence[Choice], seed: int, *words: str) -> Choice:
    """One of the options, each as likely as the others."""
    return options[int(chance(seed, *words) * len(options))]
