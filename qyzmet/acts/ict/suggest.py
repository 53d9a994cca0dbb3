"""From a free description in Kazakh, Russian or English to the likely items, with the words that matched.

Words are compared by their beginnings, since all three languages put endings behind; a longer word may be
misspelt in one letter. Strong words name an item's object, weak ones only point to it; the words of an item
weigh more the fewer items share them. A description in which nothing strong is said, or which speaks of
something outside the list, suggests nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from pathlib import Path

from qyzmet.acts.ict.catalogue import activity

LONGEST = 20_000
STRONG, WEAK, ACTION = 3.0, 1.0, 0.4
#: Below it nothing is suggested: no object of the list was named.
LEAST = 2.2
#: Object words that are also the medium of almost everything in the list.
GENERIC = {1: 0.45, 2: 0.75}
_WORD = re.compile(r"[a-zа-яёәғқңөұүһі0-9&]+")
_FUZZY_FROM = 7


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item with its score, the words that spoke for it, and the exclusion that has to be looked at."""

    item: int
    score: float
    words: tuple[str, ...]
    actions: tuple[str, ...]
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[str, ...]
    text: str
    weight: float


@lru_cache(maxsize=1)
def _lexicon() -> tuple[
    dict[int, tuple[_Entry, ...]], dict[str, tuple[_Entry, ...]], dict[str, tuple[_Entry, ...]]
]:
    """Entries of items, of actions, of `outside` and the flags; weights by how many items share a word."""
    table = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text("utf-8"))
    shared = Counter(
        entry
        for number in range(1, 20)
        for entry in {*table[f"item{number}"]["strong"], *table[f"item{number}"]["weak"]}
    )

    def entries(words: Sequence[str], weight: float) -> tuple[_Entry, ...]:
        return tuple(
            _Entry(tuple(_WORD.findall(word)), word.strip(), weight / (1 + log(shared[word] or 1)))
            for word in words
        )

    items = {
        number: entries(table[f"item{number}"]["strong"], STRONG)
        + entries(table[f"item{number}"]["weak"], WEAK)
        for number in range(1, 20)
    }
    actions = {code: entries(words, ACTION) for code, words in table["actions"].items()}
    rest = {"outside": entries(table["outside"]["words"], 1.0)}
    rest |= {name: entries(words, 1.0) for name, words in table["flags"].items()}
    return items, actions, rest


def words_of(text: str) -> list[str]:
    """The words of a description, in small letters."""
    return _WORD.findall(text[:LONGEST].lower().replace("ё", "е"))


def suggest(text: str, most: int = 5) -> list[Suggestion]:
    """The likely items, best first; empty where the description names no object of the list."""
    words = words_of(text)
    if not words:
        return []
    items, actions, rest = _lexicon()
    index = _Index(words)
    outside = sum(1 for entry in rest["outside"] if index.has(entry))
    found = []
    for number, entries in items.items():
        matched = [entry for entry in entries if index.has(entry)]
        if not matched:
            continue
        score = _score(matched) * GENERIC.get(number, 1.0)
        named = tuple(
            code
            for code in activity(number).actions
            if any(index.has(entry) for entry in actions.get(code, ()))
        )
        strong = any(entry.weight > WEAK for entry in matched)
        if score + (0.5 if named else 0.0) < LEAST * GENERIC.get(number, 1.0) or (outside and not strong):
            continue
        flag = activity(number).excluded
        excluded = flag if flag and any(index.has(entry) for entry in rest[flag]) else ""
        words_said = tuple(dict.fromkeys(entry.text for entry in matched))
        found.append(Suggestion(number, round(score + 0.3 * bool(named), 3), words_said, named, excluded))
    found.sort(key=lambda each: (-each.score, each.item))
    return found[:most]


def _score(matched: Sequence[_Entry]) -> float:
    """Each further word of the same kind adds less: naming a thing twice makes it no more of that kind."""
    strong = sorted((entry.weight for entry in matched if entry.weight > WEAK), reverse=True)
    weak = sorted((entry.weight for entry in matched if entry.weight <= WEAK), reverse=True)
    return float(
        sum(weight / 2.0**place for place, weight in enumerate(strong))
        + sum(weight / 1.5**place for place, weight in enumerate(weak[:4]))
    )


class _Index:
    """The words of a description by their beginnings."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._by_letter: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            self._by_letter.setdefault(word[0], []).append(place)

    def has(self, entry: _Entry) -> bool:
        first, *others = entry.words
        whole = entry.text.endswith(" ") or len(first) <= 2
        return any(
            all(
                place + n < len(self._words) and _begins(self._words[place + n], other, False)
                for n, other in enumerate(others, start=1)
            )
            for place in self._places(first, whole)
        )

    def _places(self, stem: str, whole: bool) -> list[int]:
        return [
            place for place in self._by_letter.get(stem[0], ()) if _begins(self._words[place], stem, whole)
        ]


def _begins(word: str, stem: str, whole: bool) -> bool:
    """Whether the word is the stem with an ending; a long stem may be misspelt in one letter."""
    if whole or len(stem) <= 2:
        return word == stem or (len(stem) > 2 and word.startswith(stem) and len(word) <= len(stem) + 3)
    if word.startswith(stem):
        return True
    return len(stem) >= _FUZZY_FROM and _one_off(word, stem)


def _one_off(word: str, stem: str) -> bool:
    """One letter of the stem is another, is missing, is doubled, or two are swapped."""
    for place, (mine, theirs) in enumerate(zip(word, stem, strict=False)):
        if mine != theirs:
            rest, tail = word[place:], stem[place:]
            return place > 0 and (
                rest[1:].startswith(tail[1:])
                or rest.startswith(tail[1:])
                or rest[1:].startswith(tail)
                or (len(tail) > 1 and rest[:2] == tail[1::-1] and rest[2:].startswith(tail[2:]))
            )
    return len(word) == len(stem) - 1
