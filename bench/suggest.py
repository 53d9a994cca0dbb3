"""How well and how fast descriptions find their items, beside BM25 and a small sentence-embedding model.

python bench/suggest.py [PYTHON of the peers' environment, by default build/peers/bin/python]
The descriptions are those of tests/acts/ict/descriptions.jsonl, which nothing learns from; all three have the
same examples.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from qyzmet.acts.ict.model import examples, model
from qyzmet.acts.ict.suggest import suggest

HERE = Path(__file__).parent
DESCRIPTIONS = HERE.parent / "tests" / "acts" / "ict" / "descriptions.jsonl"


def main() -> None:
    python = sys.argv[1] if len(sys.argv) > 1 else "build/peers/bin/python"
    rows = [json.loads(line) for line in DESCRIPTIONS.read_text("utf-8").splitlines()]
    begun = time.perf_counter()
    model()
    learnt = time.perf_counter() - begun
    begun = time.perf_counter()
    ours = [[each.item for each in suggest(row["text"], 3)] for row in rows]
    each_ms = 1e3 * (time.perf_counter() - begun) / len(rows)
    print(f"{len(rows)} descriptions, {sum(1 for _ in examples())} examples, learnt in {learnt:.2f} s\n")
    print("| | top 1 | top 3 | kk | ru | en | ms |\n|---|---:|---:|---:|---:|---:|---:|")
    print(_line("Qyzmet", rows, ours, each_ms))
    if not Path(python).exists():
        print(f"\nPeers were not measured: {python} is not there. Run bench/peers/setup.sh.")
        return
    sent = json.dumps({"examples": list(examples()), "descriptions": [row["text"] for row in rows]})
    ran = subprocess.run(
        [python, str(HERE / "peers/suggest_peer.py")], input=sent, capture_output=True, text=True, check=True
    )
    for name, found in json.loads(ran.stdout).items():
        # 0 is "none of the list": what stands behind it was not meant.
        answers = [
            [] if answer[0] == 0 else [item for item in answer if item][:3] for answer in found["answers"]
        ]
        print(_line(name, rows, answers, found["milliseconds"]))


def _line(name: str, rows: list[dict[str, Any]], answers: list[list[int]], ms: float) -> str:
    def right(most: int, language: str = "") -> float:
        chosen = [(r, a) for r, a in zip(rows, answers, strict=True) if not language or r["lang"] == language]
        good = sum(
            bool(set(row["items"]) & set(answer[:most])) if row["items"] else not answer
            for row, answer in chosen
        )
        return good / len(chosen)

    languages = " | ".join(f"{right(1, code):.3f}" for code in ("kk", "ru", "en"))
    return f"| {name} | {right(1):.3f} | {right(3):.3f} | {languages} | {ms:.2f} |"


main()
