"""What may be found in a report: severity, rule and remedy in three languages, read from `rules.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qyzmet.acts.mining.columns import COLUMNS
from qyzmet.law.policies import Policies


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    severity: str
    texts: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `row` is the place among the data rows, 0 for the whole file; `line` that in the file.

    `column` is 1 to 15, or 0 where no single column is meant.
    """

    row: int
    column: int
    code: str
    value: str = ""
    line: int = 0

    def told(self, language: str, policies: Policies | None = None) -> dict[str, Any]:
        """As people and programs read it."""
        rule, remedy = RULES[self.code].texts[language]
        known = COLUMNS[self.column - 1] if self.column else None
        return {
            "row": self.row, "line": self.line, "column": self.column,
            "field": known.name if known else "", "title": known.titles[language] if known else "",
            "clause": known.clause.id if known else "mining:annex§3",
            "code": self.code, "severity": severity(self.code, policies), "value": self.value,
            "rule": rule, "remedy": remedy,
        }  # fmt: skip


def _read() -> dict[str, Rule]:
    table = tomllib.loads(Path(__file__).with_name("rules.toml").read_text("utf-8"))
    return {
        code: Rule(
            code, entry["severity"], {each: (entry[each][0], entry[each][1]) for each in ("kk", "ru", "en")}
        )
        for code, entry in table.items()
    }


RULES = _read()
ERRORS = frozenset(code for code, rule in RULES.items() if rule.severity == "error")
#: Codes whose severity is a reading.
_READINGS = {"outside_month": "G-06"}


def severity(code: str, policies: Policies | None = None) -> str:
    """`error` or `warning`, as the installation reads it."""
    if policies is not None:
        if code in _READINGS:
            return str(policies[_READINGS[code]]).lower()
        if code.startswith("wallet_") and code != "wallet_unknown":
            return str(policies["wallets"]).lower()
    return RULES[code].severity
