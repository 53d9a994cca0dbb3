"""Reports for tests: one right row, files of rows, and what a check finds in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from qyzmet.acts.mining.checking import Check, Outcome, findings_of
from qyzmet.acts.mining.columns import NAMES
from qyzmet.acts.mining.policies import POLICIES
from qyzmet.acts.mining.rules import Finding
from qyzmet.law.policies import Policies
from tests.cases.conftest import iin

MAY = date(2026, 5, 1)
BITCOIN = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
ROW = ("1", iin(7), "«Кен» ЖШС", "KZ00000007", "2025-02-03", BITCOIN, "2026-05-04", "Bitcoin", "0.5", "0.75",
       "2026-05-06", "Bitcoin", "0.01", "", "")  # fmt: skip
PROFILE = {
    "name": "«Пул» ЖШС", "address": "Алматы, Абай 1", "phone": "+7 727 000 00 00", "email": "pool@example.kz",
    "executor": {"surname": "Омаров", "given_name": "Серік", "phone": "+7 701 000 00 00"},
    "head": {"surname": "Ахметова", "given_name": "Әсел", "patronymic": "Болатқызы"},
}  # fmt: skip


def policies(**chosen: Any) -> Policies:
    return Policies(POLICIES, {mark.replace("_", "-"): value for mark, value in chosen.items()})


def row(number: int = 1, **changed: str) -> list[str]:
    """A right row with this number, its amount another one for each; `c9="1"` changes a column."""
    cells = list(ROW)
    cells[0], cells[8] = str(number), f"0.{number:09d}"
    for name, value in changed.items():
        cells[int(name[1:]) - 1] = value
    return cells


def rows(count: int) -> list[list[str]]:
    return [row(number) for number in range(1, count + 1)]


def text(lines: Iterable[Sequence[str]], header: Sequence[str] = NAMES, separator: str = ",") -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n", delimiter=separator)
    writer.writerow(header)
    writer.writerows(lines)
    return written.getvalue()


def file(folder: Path, lines: Iterable[Sequence[str]], **how: Any) -> Path:
    path = folder / "report.csv"
    path.write_text(text(lines, **how), encoding="utf-8")
    return path


def checked(path: Path, read: Policies | None = None, **how: Any) -> tuple[Outcome, list[Finding]]:
    check = Check(path, MAY, read or policies(), **how)
    found = [finding for part in check.parts() for finding in findings_of(part)]
    return check.outcome, found


def codes(path: Path, read: Policies | None = None, **how: Any) -> list[tuple[int, int, str]]:
    """Row, column and code of every finding."""
    return [(each.row, each.column, each.code) for each in checked(path, read, **how)[1]]
