"""Whom earlier runs and the store's cases stand for, so that nobody is found twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qyzmet.acts.proactive.snapshots import BY_NAME
from qyzmet.runtime.errors import BadValue

_STANDS = ("found", "another_case", "in_orphanage")
_ABOUT_SUBJECT = ("BURIAL_PAYMENT", "DISABILITY_ALLOWANCE")
BY_DECEASED = ("SURVIVOR_ALLOWANCE", "SURVIVOR_PAYMENT")


def claims_of(results: pa.Table, kin: Path, earlier: pa.Table | None = None) -> pa.Table:
    """The rows of the table `cases` for the results of a run, after those of `earlier` runs.

    A family's are all relatives of the child, read from the file `kin` of the snapshot.
    """
    stands = results.filter(pc.is_in(results["outcome"], pa.array(_STANDS)))
    family = stands.filter(pc.equal(stands["benefit"], "LARGE_FAMILY_ALLOWANCE"))
    wanted = pc.field("child").isin(pc.unique(family["subject"]).to_pylist())
    near = pq.read_table(kin, columns=["child", "relative"], filters=wanted)
    relatives: dict[int, list[int]] = {}
    for child, relative in zip(near["child"].to_pylist(), near["relative"].to_pylist(), strict=True):
        relatives.setdefault(child, []).append(relative)
    rows = [
        {"event": row["event"], "benefit": row["benefit"], "person": person,
         "matter": row["subject"] if row["benefit"] in BY_DECEASED else None}
        for row in stands.select(["event", "benefit", "subject", "recipient"]).to_pylist()
        for person in _persons(row, relatives)
    ]  # fmt: skip
    own = pa.Table.from_pylist(rows, BY_NAME["cases"].arrow)
    return own if earlier is None else pa.concat_tables([earlier, own])


def carry(out: Path) -> Path:
    """Where a run leaves its claims for the next one, beside its result."""
    return out.with_name(f"{out.name}.claims")


def carried(result: Path) -> tuple[pa.Table, dict[str, str]]:
    """The claims of the run before, and of what snapshot it was. Raises BadValue for another file."""
    try:
        table = pq.read_table(carry(result))
        about = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
        claims = table.replace_schema_metadata(None).cast(BY_NAME["cases"].arrow)
        return claims, {"digest": about["digest"], "taken": about["taken"]}
    except (OSError, ValueError, pa.ArrowException, KeyError) as error:
        remedy = "Give the file of --out of the run before; its claims lie beside it."
        raise BadValue("--after", f"{result} is no result of `qyzmet screen`", remedy) from error


def claims_in_store(connection: Any) -> pa.Table:
    """The claims of open and appointed cases, with the event that opened each."""
    found = connection.execute(
        "SELECT o.event, c.matter, c.person FROM claims c JOIN cases o ON o.id = c.case_id "
        "WHERE o.status <> 'e' OR o.step = 'appointed'"
    ).fetchall()
    rows = []
    for event, matter, person in found:
        benefit, _, deceased = str(matter).partition("/")
        rows.append(
            {
                "event": event,
                "benefit": benefit,
                "person": person,
                "matter": int(deceased) if deceased else None,
            }
        )
    return pa.Table.from_pylist(rows, BY_NAME["cases"].arrow)


def _persons(row: dict[str, Any], relatives: dict[int, list[int]]) -> list[int]:
    if row["benefit"] in _ABOUT_SUBJECT:
        return [row["subject"]]
    own = [row["recipient"]]
    return relatives.get(row["subject"], own) if row["benefit"] == "LARGE_FAMILY_ALLOWANCE" else own
