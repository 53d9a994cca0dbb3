"""From a description in Kazakh, Russian or English to the likely items, with the words that spoke for each.

The order comes from what `model.py` has learnt. `lexicon.toml` says which words name an action or an
exclusion; words are compared by their beginnings, since all three languages put endings behind.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from qyzmet.acts.ict.catalogue import activity
from qyzmet.acts.ict.model import NONE, model, words_of

#: Of a longer text the beginning is read.
LONGEST = 20_000
#: What is no activity of the list must speak for itself by so much more than the best item does.
NONE_BY = 0.1
#: Of the words so many must be known from the examples, or the description is in another language.
KNOWN = 0.34


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item with its score, the words that spoke for it, and the exclusion that the description names."""

    item: int
    score: float
    words: tuple[str, ...]
    actions: tuple[str, ...]
    excluded: str = ""


def suggest(text: str, most: int = 5) -> list[Suggestion]:
    """The likely items, best first; empty where the description speaks of nothing on the list."""
    words = words_of(text[:LONGEST])
    if not words or model().known(words) < KNOWN:
        return []
    scores = model().scores(words)
    order = [int(item) for item in scores.argsort()[::-1] if item != NONE]
    if scores[NONE] - scores[order[0]] > NONE_BY:
        return []
    return [_suggestion(item, float(scores[item]), words) for item in order[:most] if scores[item] > 0]


def _suggestion(item: int, score: float, words: Sequence[str]) -> Suggestion:
    found = activity(item)
    entries = _entries()
    actions = tuple(code for code in found.actions if _any(entries.get(code, ()), words))
    excluded = found.excluded if found.excluded and _any(entries[found.excluded], words) else ""
    return Suggestion(item, round(score, 3), tuple(model().speaking(words, item)), actions, excluded)


@lru_cache(maxsize=1)
def _entries() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Words of actions and exclusions by code, each as the beginnings of words that follow each other."""
    table = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text("utf-8"))
    return {
        code: tuple(tuple(words_of(entry)) for entry in entries)
        for code, entries in (*table["actions"].items(), *table["flags"].items())
    }


def _any(entries: Sequence[tuple[str, ...]], words: Sequence[str]) -> bool:
    return any(_stands(entry, words) for entry in entries)


def _stands(entry: tuple[str, ...], words: Sequence[str]) -> bool:
    return any(
        all(word.startswith(stem) for word, stem in zip(words[start:], entry, strict=False))
        for start in range(len(words) - len(entry) + 1)
    )
