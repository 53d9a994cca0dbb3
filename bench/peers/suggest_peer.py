"""BM25 and a small sentence-embedding model on the same task: reads examples and descriptions, prints JSON.

Both rank the items by their nearest example. WordLlama brings its weights in its package: no download.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import numpy as np
import wordllama
from rank_bm25 import BM25Okapi


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower().replace("ё", "е"))


def ranked(scores: np.ndarray, items: np.ndarray) -> list[int]:
    best: dict[int, float] = {}
    for item, score in zip(items.tolist(), scores.tolist(), strict=True):
        best[item] = max(best.get(item, -1e9), score)
    return sorted(best, key=lambda item: -best[item])[:4]


def main() -> None:
    given = json.load(sys.stdin)
    items = np.array([item for item, _ in given["examples"]])
    texts = [text for _, text in given["examples"]]
    bm25 = BM25Okapi([words(text) for text in texts])
    home = Path(wordllama.__file__).parent
    model = wordllama.WordLlama.load(cache_dir=home, disable_download=True)
    known = model.embed(texts, norm=True)
    found = {}
    for name, ask in (
        ("BM25", lambda text: bm25.get_scores(words(text))),
        ("WordLlama", lambda text: known @ model.embed([text], norm=True)[0]),
    ):
        begun = time.perf_counter()
        answers = [ranked(ask(text), items) for text in given["descriptions"]]
        found[name] = {"answers": answers, "milliseconds": 1e3 * (time.perf_counter() - begun) / len(answers)}
    json.dump(found, sys.stdout)


main()
