"""Which item a description speaks of, learnt from examples: complement naive Bayes over parts of words.

Features are words, pairs of words that stand next to each other, and runs of 3 to 5 letters within a word, so
that endings and misspellings of Kazakh, Russian and English matter little. It learns in half a second from
`examples/` (written for this project), the texts of the items and the words of `lexicon.toml`; nothing is
downloaded, and the same files always give the same weights.

Source of the method: Rennie and others, Tackling the Poor Assumptions of Naive Bayes Text Classifiers (2003).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qyzmet.acts.ict.catalogue import ITEMS_IN_LIST, activities

#: What is no activity of the list.
NONE = 0
_CLASSES = ITEMS_IN_LIST + 1
_SMOOTHING = 0.05
_RUNS = (3, 4, 5)
_HERE = Path(__file__).parent
_WORD = re.compile(r"[a-zа-яёәғқңөұүһі0-9&+#]+")

Vector = NDArray[np.float32]


def words_of(text: str) -> list[str]:
    """The words of a description, in small letters."""
    return _WORD.findall(text.lower().replace("ё", "е"))


def features_of_word(word: str) -> list[str]:
    """The word itself and its runs of letters, with its borders marked."""
    marked = f" {word} "
    found = [f"w:{word}"]
    for size in _RUNS:
        if size >= len(marked):
            found.append(marked)
            break
        found.extend(marked[start : start + size] for start in range(len(marked) - size + 1))
    return found


def features(words: Sequence[str]) -> Counter[str]:
    """All features of a description with how often each is there."""
    found: Counter[str] = Counter()
    for word in words:
        found.update(features_of_word(word))
    found.update(f"p:{one} {two}" for one, two in pairwise(words))
    return found


class Model:
    """`weights` has a row per feature and a column per item (0: none of the list); more speaks for it."""

    def __init__(self, examples: Sequence[tuple[int, str]]) -> None:
        counted = [(item, features(words_of(text))) for item, text in examples]
        seen = Counter(name for _, found in counted for name in found)
        self.rows = {name: row for row, name in enumerate(sorted(seen))}
        rarity = np.array(
            [np.log((1 + len(counted)) / (1 + seen[name])) + 1 for name in self.rows], dtype=np.float32
        )
        sums = np.zeros((len(self.rows), _CLASSES), dtype=np.float64)
        for item, found in counted:
            rows, values = self._vector(found, rarity)
            sums[rows, item] += values  # each feature stands once among the rows
        self._rarity = rarity
        others = sums.sum(axis=1, keepdims=True) - sums + _SMOOTHING
        self.weights: Vector = -np.log(others / others.sum(axis=0)).astype(np.float32)
        self.weights -= self.weights.mean(axis=1, keepdims=True)

    def scores(self, words: Sequence[str]) -> Vector:
        """For each item how much speaks for it; the mean over all items is 0."""
        rows, values = self._vector(features(words), self._rarity)
        return np.asarray(values @ self.weights[rows], dtype=np.float32)

    def known(self, words: Sequence[str]) -> float:
        """Which share of the words the examples have; one that begins like a known word is half known."""
        longer = [word for word in words if len(word) > 2] or list(words)
        return sum(map(self._known, longer)) / len(longer)

    def _known(self, word: str) -> float:
        if f"w:{word}" in self.rows:
            return 1.0
        return 0.5 if len(word) > 3 and f" {word[:4]}" in self.rows else 0.0

    def speaking(self, words: Sequence[str], item: int, most: int = 6) -> list[str]:
        """The words that speak for an item rather than for others, strongest first."""
        found = []
        for word in dict.fromkeys(words):
            rows, values = self._vector(Counter(features_of_word(word)), self._rarity)
            if len(rows) and len(word) > 1:
                found.append((float((values @ self.weights[rows])[item]), word))
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        return [word for weight, word in found[:most] if weight > _SPEAKS * max(found[0][0], 0.0) > 0]

    def _vector(self, found: Counter[str], rarity: Vector) -> tuple[NDArray[np.intp], Vector]:
        known = [(self.rows[name], count) for name, count in found.items() if name in self.rows]
        rows = np.array([row for row, _ in known], dtype=np.intp)
        values = np.array([count for _, count in known], dtype=np.float32)
        values = (1 + np.log(values)) * rarity[rows] if len(known) else values
        length = float(np.sqrt((values**2).sum())) or 1.0
        return rows, values / np.float32(length)


#: A word is named where it speaks at least so much as the strongest one.
_SPEAKS = 0.25


@lru_cache(maxsize=1)
def model() -> Model:
    """Learnt once in a process."""
    return Model(list(examples()))


def examples() -> Iterator[tuple[int, str]]:
    """What it learns from: pairs of item and text."""
    for path in sorted((_HERE / "examples").glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            item, _, text = line.partition("\t")
            yield int(item), text
    for each in activities():
        for text in each.texts.values():
            yield each.number, text
    table: dict[str, Any] = tomllib.loads((_HERE / "lexicon.toml").read_text("utf-8"))
    for number in range(1, _CLASSES):
        for word in table[f"item{number}"]["strong"]:
            yield number, word
    for word in table["outside"]["words"]:
        yield NONE, word
