"""What a filled-in form says of itself above its rows: the month and the pool's number. Either may be left empty."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from qyzmet.acts.mining.clauses import ACT
from qyzmet.acts.mining.rules import Finding
from qyzmet.law.act import carries_out

#: What stands in column A of the form; the first words are enough to find the line again, in Russian too.
LABELS = {"month": "Есепті кезең (20__-__)", "number": "ЖСН/БСН"}
_BEGINNINGS = {"month": ("есепті кезең", "отчетный период", "отчётный период"),
               "number": ("жсн/бсн", "иин/бин")}  # fmt: skip
_MONTH = re.compile(r"(\d{4})-(\d\d)(-\d\d)?|(\d\d)\.(\d{4})")


def read_head(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """`month` and `number` as they are written, where the rows above the headings have them."""
    head = {}
    for row in rows:
        label, *cells = [cell.strip() for cell in row] or [""]
        for name, beginnings in _BEGINNINGS.items():
            if label.casefold().startswith(beginnings) and (values := [cell for cell in cells[:3] if cell]):
                head[name] = values[0]
    return head


@carries_out(ACT["form.5"], ACT["form.8"])
def against_head(head: Mapping[str, str], month: date, number: str) -> list[Finding]:
    """What differs from the month that is filed and from the number of the pool; `number` may be unknown ("")."""
    found = []
    if (said := head.get("month")) and _first_day(said) != month:
        found.append(Finding(0, 0, "head_month", said[:40]))
    # Excel drops the zero in front of a number.
    if number and (said := head.get("number")) and said.zfill(12) != number:
        found.append(Finding(0, 0, "head_number", said[:40]))
    return found


def _first_day(text: str) -> date | None:
    """The first day of a month written 2026-05, 05.2026 or, as Excel does, as a day."""
    if not (found := _MONTH.fullmatch(text)):
        return None
    year, month, _, other_month, other_year = found.groups()
    try:
        return date(int(year or other_year), int(month or other_month), 1)
    except ValueError:
        return None
