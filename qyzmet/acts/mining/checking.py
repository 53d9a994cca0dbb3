"""Checks a whole file, batch by batch, with bounded memory: rows, findings and what is summed up.

Checking runs in a thread of its own, so that batches are stored while the next ones are checked.
"""

from __future__ import annotations

import queue
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from qyzmet.acts.mining.checks import FINDINGS, Seen, check_batch
from qyzmet.acts.mining.duplicates import Duplicates
from qyzmet.acts.mining.formhead import against_head
from qyzmet.acts.mining.reading import open_source
from qyzmet.acts.mining.rules import RULES, Finding, severity
from qyzmet.acts.mining.source import Source, Unreadable
from qyzmet.law.policies import Policies

_T = TypeVar("_T")
#: Rows done so far.
Progress = Callable[[int], None]


def no_progress(_: int) -> None:
    """Where nobody watches."""


@dataclass(frozen=True)
class Part:
    """A checked part: good rows typed, bad rows as they came, what was found. The last one has no rows."""

    good: pl.DataFrame
    bad: pl.DataFrame
    findings: pl.DataFrame


@dataclass
class Outcome:
    """What a check came to. `totals` has amounts (column 9) and rows by the reported name of the asset.

    `file` are findings about the file as a whole; `repeated` are places of good rows that repeat another.
    """

    kind: str = ""
    rows: int = 0
    good: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    totals: dict[str, Any] = field(default_factory=dict)
    file: list[Finding] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    outside: int = 0
    readable: bool = True

    @property
    def bad(self) -> int:
        return self.rows - self.good

    def errors(self, policies: Policies) -> int:
        return sum(n for code, n in self.counts.items() if severity(code, policies) == "error")

    def warnings(self, policies: Policies) -> int:
        return sum(self.counts.values()) - self.errors(policies)


class Check:
    """One check of one file. `parts` gives everything found, in order; afterwards `outcome` is whole.

    `places` says that the file holds rows given back, each with its place. `control` has totals that the
    sender declares: {"rows": 3, "amounts": {"BTC": "0.5"}}. `number` is the IIN or BIN of the pool that files.
    """

    def __init__(
        self,
        path: Path,
        month: date,
        policies: Policies,
        *,
        places: bool = False,
        control: Mapping[str, Any] | None = None,
        number: str = "",
        progress: Progress = no_progress,
    ) -> None:
        self.outcome = Outcome()
        self._path, self._policies, self._control = path, policies, control or {}
        self._seen, self._progress, self._number = Seen(month, places), progress, number
        self._errors = [code for code in RULES if severity(code, policies) == "error"]
        self._amounts: dict[str, list[Any]] = {}

    def parts(self) -> Iterator[Part]:
        """Every finding of the file; one that cannot be read ends with the findings that say why."""
        try:
            source = open_source(self._path)
        except Unreadable as unreadable:
            yield self._unreadable(unreadable)
            return
        self.outcome.kind = source.kind
        self.outcome.file += against_head(source.head, self._seen.month, self._number)
        with tempfile.TemporaryDirectory() as folder:
            duplicates = Duplicates(Path(folder))
            try:
                yield from _ahead(self._rows(source, duplicates))
                yield self._end(duplicates, source.offset)
            except Unreadable as unreadable:
                yield self._unreadable(unreadable)
            finally:
                duplicates.close()
                source.close()

    def _rows(self, source: Source, duplicates: Duplicates) -> Iterator[Part]:
        outcome = self.outcome
        for raw in _ahead(source.batches()):
            if not raw.height:
                continue
            batch = check_batch(raw, self._seen)
            findings = self._of_source(source, batch.findings, raw)
            bad_rows = findings.filter(pl.col("code").is_in(self._errors))["row"].unique()
            is_bad = pl.col("row").is_in(bad_rows.implode())
            good = batch.rows.filter(~is_bad) if len(bad_rows) else batch.rows
            bad = raw.filter(is_bad) if len(bad_rows) else raw.clear()
            duplicates.add(good)
            self._sum(good)
            outcome.rows += raw.height
            outcome.good += good.height
            self._count(findings)
            self._progress(outcome.rows)
            yield Part(good, bad, findings.with_columns(line=pl.col("row") + source.offset))

    def _of_source(self, source: Source, found: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
        """What the reader found stands first; of a row that does not fit its header nothing else is said."""
        if not source.findings:
            return found.sort("row", "column", maintain_order=True)
        rows = set(raw["row"].to_list())  # the reader is ahead: what it says of later rows is for their batch
        of_these = [each for each in source.findings if each.row in rows]
        for each in of_these:
            source.findings.remove(each)
        own = [(each.row, each.column, each.code, each.value) for each in of_these]
        table = pl.DataFrame(own, schema=FINDINGS, orient="row")
        whole = table.filter(pl.col("column") == 0)["row"].implode()
        cells = table.filter(pl.col("column") > 0)
        kept = found.filter(~pl.col("row").is_in(whole)).join(cells, on=["row", "column"], how="anti")
        return pl.concat([table, kept]).sort("row", "column", maintain_order=True)

    def _count(self, findings: pl.DataFrame) -> None:
        if findings.height:
            for code, count in findings["code"].value_counts().iter_rows():
                self.outcome.counts[code] += count

    def _sum(self, good: pl.DataFrame) -> None:
        """Column 9 by asset; column 10 is never summed (G-4)."""
        if not good.height:
            return
        self.outcome.outside += good.filter(pl.col("d7").dt.truncate("1mo") != self._seen.month).height
        for asset, coin, amount, rows in (
            good.group_by("c8", "coin").agg(pl.col("n9").sum(), pl.len()).iter_rows()
        ):
            known = self._amounts.setdefault(asset, [coin or "", Decimal(0), 0])
            known[1] += amount
            known[2] += rows

    def _end(self, duplicates: Duplicates, offset: int) -> Part:
        outcome = self.outcome
        outcome.repeated = duplicates.found()
        found = [(row, 0, "duplicate", "", row + offset) for row in outcome.repeated]
        outcome.totals = {
            asset: {"coin": coin, "amount": format(amount.normalize(), "f"), "rows": rows}
            for asset, (coin, amount, rows) in sorted(self._amounts.items())
        }
        outcome.file += self._against_control()
        found += [(0, each.column, each.code, each.value, 0) for each in outcome.file]
        findings = pl.DataFrame(found, schema={**FINDINGS, "line": pl.Int64}, orient="row")
        self._count(findings)
        outcome.good -= len(outcome.repeated)
        return Part(pl.DataFrame(), pl.DataFrame(), findings)

    def _against_control(self) -> list[Finding]:
        found, rows = [], self._control.get("rows")
        if rows is not None and rows != self.outcome.rows:
            found.append(Finding(0, 0, "control_total", f"rows: {rows} ≠ {self.outcome.rows}"))
        for name, said in self._control.get("amounts", {}).items():
            summed = sum(
                (a for asset, (coin, a, _) in self._amounts.items() if name in (asset, coin)), Decimal(0)
            )
            with suppress(InvalidOperation, TypeError):
                if Decimal(said) == summed:
                    continue
            found.append(Finding(0, 9, "control_total", f"{name}: {said} ≠ {summed.normalize():f}"))
        return found

    def _unreadable(self, unreadable: Unreadable) -> Part:
        self.outcome.readable = False
        self.outcome.file += unreadable.findings
        found = [(0, each.column, each.code, each.value, each.line) for each in unreadable.findings]
        findings = pl.DataFrame(found, schema={**FINDINGS, "line": pl.Int64}, orient="row")
        self._count(findings)
        return Part(pl.DataFrame(), pl.DataFrame(), findings)


def _ahead(parts: Iterator[_T], most: int = 1) -> Iterator[_T]:
    """The parts, made in a thread that is at most so many ahead."""
    made: queue.Queue[_T | BaseException | None] = queue.Queue(most)
    stopped = threading.Event()

    def put(value: _T | BaseException | None) -> None:
        while not stopped.is_set():
            with suppress(queue.Full):
                made.put(value, timeout=0.1)
                return

    def work() -> None:
        try:
            for part in parts:
                put(part)
                if stopped.is_set():
                    return
            put(None)
        except BaseException as error:
            put(error)

    thread = threading.Thread(target=work, name="mining check", daemon=True)
    thread.start()
    try:
        while (part := made.get()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield part
    finally:
        stopped.set()
        thread.join()


def findings_of(part: Part) -> Iterator[Finding]:
    for row, column, code, value, line in part.findings.select(
        "row", "column", "code", "value", "line"
    ).iter_rows():
        yield Finding(row, column, code, value or "", line)
