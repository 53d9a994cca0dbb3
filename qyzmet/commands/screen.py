"""`qyzmet screen`: who is concerned among a whole population, and what it would cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qyzmet.commands import saying
from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    import pyarrow as pa

    from qyzmet.law.policies import Policies


@click.command()
@click.argument("folder", metavar="SNAPSHOT_DIR", type=click.Path(path_type=Path), required=False)
@click.option(
    "--on", metavar="DATE", type=saying.day, help="The last day of events; the snapshot's if left out."
)
@click.option("--since", metavar="DATE", type=saying.day, help="The first day; the snapshot's if left out.")
@click.option("--benefit", "benefits", metavar="CODE", multiple=True, help="Only this one; may be repeated.")
@click.option(
    "--engine", "engine_name", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True
)
@click.option("--master", default="local[*]", show_default=True, help="Spark: local[2], spark://… or sc://….")
@click.option(
    "--policy", "chosen", metavar="MARK=VALUE", multiple=True, help="Another reading, for this run."
)
@click.option(
    "--after", type=click.Path(path_type=Path), help="The result (--out) of the run before this one."
)
@click.option("--store", is_flag=True, help="Leave out whom the store's cases already stand for.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write every event with its outcome, as Parquet."
)
@click.option(
    "--dry-run", is_flag=True, help="Tell people, cost by region and month, and load; write nothing."
)
@click.option(
    "--officials", type=click.IntRange(1), default=10, show_default=True, help="Dry run: per office."
)
@click.option("--schemas", is_flag=True, help="Print what the tables of a snapshot hold.")
@as_json
@says_errors
def screen(
    folder: Path | None, on: date | None, since: date | None, benefits: Sequence[str], engine_name: str,
    master: str, chosen: Sequence[str], after: Path | None, store: bool, out: Path | None, dry_run: bool,
    officials: int, schemas: bool, as_json: bool,
) -> None:  # fmt: skip
    """Find who is concerned in SNAPSHOT_DIR, a folder of Parquet files under pseudonyms.

    \b
    Examples:
      qyzmet screen --schemas
      qyzmet screen /data/2024-12-31 --out found.parquet
      qyzmet screen /data/2025-01-01 --after found.parquet --out found-2.parquet
      qyzmet screen /data/2024-12-31 --dry-run --policy G-34.children=3
      qyzmet screen /data/2024-12-31 --engine spark --master spark://cluster:7077
    """
    from qyzmet.acts.proactive.benefits import BENEFITS
    from qyzmet.acts.proactive.screening_run import DEFINITIONS
    from qyzmet.acts.proactive.screening_run import screen as run
    from qyzmet.acts.proactive.snapshots import TABLES
    from qyzmet.runtime.errors import UnknownName
    from qyzmet.screening.engines import engine
    from qyzmet.screening.snapshot import open_snapshot

    if schemas:
        _schemas(as_json)
        return
    if folder is None:
        raise click.UsageError("Name the folder of the snapshot: qyzmet screen /data/2024-12-31 …")
    for code in benefits:
        if code not in BENEFITS:
            raise UnknownName("benefit", code, f"use one of {', '.join(BENEFITS)}")
    policies = _policies(chosen)
    snapshot = open_snapshot(folder, TABLES)
    since, on = since or snapshot.first_day, on or snapshot.taken
    _in_snapshot(since, on, snapshot.first_day, snapshot.taken)
    cases = _cases(snapshot, after, store)
    click.echo(f"Screening {snapshot.rows['persons']:,} people, events of {since} to {on} …", err=True)
    with engine(engine_name, master) as connection:
        found = run(connection, snapshot, since, on, policies, tuple(benefits) or tuple(DEFINITIONS), cases)
    if dry_run:
        from qyzmet.acts.proactive.screening_report import report, table

        told = report(found, since, on, snapshot.rows["persons"], officials)
        print_json(told) if as_json else click.echo("\n".join(table(told)))
        return
    counts = _counts(found)
    if out is not None:
        from qyzmet.acts.proactive.screening_claims import carry, claims_of

        about = {"digest": snapshot.digest, "taken": str(snapshot.taken)}
        _write(claims_of(found, snapshot.path("kin"), cases), carry(out), about)
        _write(found, out, about)
    if as_json:
        print_json(
            {"since": str(since), "on": str(on), "residents": snapshot.rows["persons"], "benefits": counts}
        )
        return
    for benefit, outcomes in counts.items():
        rest = ", ".join(f"{name} {count:,}" for name, count in outcomes.items() if name != "found")
        click.echo(f"{benefit:<32}{outcomes.get('found', 0):>10,}   {rest}")


def _in_snapshot(since: date, on: date, first: date, taken: date) -> None:
    from qyzmet.runtime.errors import BadValue

    if since > on:
        raise BadValue("--since", f"{since} lies after {on}", "Exchange the two days.")
    if since < first or on > taken:
        raise BadValue(
            "--since, --on", f"the snapshot holds events of {first} to {taken}", "Choose days in it."
        )


def _policies(chosen: Sequence[str]) -> Policies:
    import json

    from qyzmet.acts.proactive.policies import POLICIES
    from qyzmet.law.policies import Policies
    from qyzmet.runtime.errors import BadValue

    values = {}
    for text in chosen:
        mark, equals, value = text.partition("=")
        if not equals:
            raise BadValue("--policy", f"{text!r} has no value", "Write --policy G-34.children=3.")
        try:
            values[mark] = json.loads(value)
        except ValueError:
            values[mark] = value
    return Policies(POLICIES, values)


def _cases(snapshot: Any, after: Path | None, store: bool) -> pa.Table | None:
    import pyarrow as pa

    from qyzmet.acts.proactive.screening_claims import carried, claims_in_store
    from qyzmet.screening.snapshot import refuse_again

    parts = []
    if after is not None:
        claims, about = carried(after)
        refuse_again(snapshot, about)
        parts.append(claims)
    if store:
        from qyzmet.commands.opening import opened_store

        with opened_store() as (_, _, _, connection):
            parts.append(claims_in_store(connection))
            connection.rollback()
    return pa.concat_tables(parts) if parts else None


def _counts(found: pa.Table) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {}
    for row in found.group_by(["benefit", "outcome"]).aggregate([([], "count_all")]).to_pylist():
        counted.setdefault(row["benefit"], {})[row["outcome"]] = row["count_all"]
    return {benefit: dict(sorted(counted[benefit].items())) for benefit in sorted(counted)}


def _write(found: pa.Table, out: Path, about: dict[str, str]) -> None:
    import os

    import pyarrow.parquet as pq

    from qyzmet.runtime.errors import BadValue

    half = out.with_name(out.name + ".part")
    try:
        pq.write_table(found.replace_schema_metadata(about), half)
        os.replace(half, out)
    except OSError as error:
        raise BadValue(
            "--out", f"{out} cannot be written", "Name a file in a folder that is there."
        ) from error


def _schemas(as_json: bool) -> None:
    from qyzmet.acts.proactive.snapshots import TABLES

    if as_json:
        print_json(
            {
                table.name: {
                    "about": table.about,
                    "optional": table.optional,
                    "key": list(table.key),
                    "columns": {
                        c.name: {"type": str(c.type), "about": c.about, "may_be_empty": c.may_be_empty}
                        for c in table.columns
                    },
                }
                for table in TABLES
            }
        )
        return
    for table in TABLES:
        click.echo(f"{table.name}.parquet: {table.about}{' (may be left out)' if table.optional else ''}")
        for column in table.columns:
            click.echo(f"  {column.name:<24}{column.type!s:<10}{column.about}")
