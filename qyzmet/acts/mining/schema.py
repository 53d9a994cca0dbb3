"""The form as JSON Schema (2020-12): the row of section 5.2 and the pool's profile; and rows sent as JSON."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

import msgspec

from qyzmet.acts.mining.clauses import ACT
from qyzmet.acts.mining.columns import COLUMNS, MOST_TEXT, NAMES
from qyzmet.acts.mining.header import Profile, constants
from qyzmet.law.act import carries_out
from qyzmet.law.policies import Policies

_KINDS: dict[str, dict[str, Any]] = {
    "number": {"type": "string", "pattern": r"^\d{1,9}$"},
    "person": {"type": "string", "pattern": r"^\d{12}$"},
    "text": {"type": "string", "minLength": 1, "maxLength": MOST_TEXT},
    "day": {"type": "string", "format": "date"},
    "amount": {"type": "string", "pattern": r"^\d{1,15}(\.\d{1,18})?$"},
}


class Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of a report; every cell is text, an empty one is left out or ""."""

    rows: list[dict[str, str]]


@carries_out(ACT["annex§3"], ACT["form.5"])
def row_schema() -> dict[str, Any]:
    """One row. Amounts are text, so that no digit is lost on the way."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Row of form ЦМПМ 1",
        "type": "object",
        "properties": {column.name: _property(column) for column in COLUMNS},
        "required": [column.name for column in COLUMNS if column.required],
        "dependentRequired": {
            "transferCombinedSum": ["transferDate"], "transferDate": ["transferCombinedSum"],
            "commissionAssetName": ["commissionAssetQuantity"], "commissionAssetQuantity": ["commissionAssetName"],
            "commissionCurrencyName": ["commissionCurrencyQuantity"],
            "commissionCurrencyQuantity": ["commissionCurrencyName"],
        },
        "additionalProperties": False,
    }  # fmt: skip


def _property(column: Any) -> dict[str, Any]:
    return {**_KINDS[column.kind], "title": column.titles["kk"], "description": column.titles["en"],
            "x-ru": column.titles["ru"], "x-clause": column.clause.id}  # fmt: skip


def form_schema(policies: Policies) -> dict[str, Any]:
    """The whole form: what is printed, the profile, the row."""
    return {"constants": constants(policies), "profile": msgspec.json.schema(Profile), "row": row_schema()}


def rows_as_csv(rows: Sequence[dict[str, str]], *, header: bool) -> bytes:
    """Rows sent as JSON, as a piece of the report's file. Raises ValueError naming an unknown field."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if header:
        writer.writerow(NAMES)
    for row in rows:
        if strange := set(row) - set(NAMES):
            raise ValueError(min(strange))
        writer.writerow([row.get(name, "") for name in NAMES])
    return written.getvalue().encode()
