"""A published figure beside ours, and the table of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

CLOSE = 0.10


@dataclass(frozen=True)
class Row:
    what: str
    published: float
    source: str
    here: float
    cases: int | None = None  # how many counted cases stand behind the number, where they are few
    known_reason: str = ""

    @property
    def ratio(self) -> float:
        return self.here / self.published

    @property
    def within(self) -> bool:
        return abs(self.ratio - 1) <= CLOSE

    @property
    def explanation(self) -> str:
        """Why the row is off, if it is."""
        if self.within or self.known_reason:
            return self.known_reason
        chance = 1 / math.sqrt(self.cases) if self.cases else 0.0
        if abs(self.ratio - 1) <= 2.5 * chance:
            return f"Only {self.cases} cases here: chance alone moves this by {100 * chance:.0f} % or more"
        return ""


def table_text(rows: list[Row]) -> str:
    """The rows as a table in Markdown."""
    lines = ["| what | published | here | ratio | source, remark |", "|---|---:|---:|---:|---|"]
    for row in rows:
        remark = f"{row.source}. {row.explanation}" if row.explanation else row.source
        lines.append(
            f"| {row.what} | {_shown(row.published)} | {_shown(row.here)} | {row.ratio:.2f} | {remark} |"
        )
    return "\n".join(lines) + "\n"


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number >= 1_000 else f"{number:.4g}"
