"""`qyzmet import`: what people had before, so that nobody is offered what they have."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

_SHOWN = 20


@click.group("import")
def import_() -> None:
    """Import what was decided elsewhere.

    \b
    Example:
      qyzmet import recipients recipients.csv
    """


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--bad", type=click.Path(dir_okay=False, path_type=Path), help="Write the bad rows here (CSV).")
@as_json
@says_errors
def recipients(file: Path, bad: Path | None, as_json: bool) -> None:
    """Existing recipients and dossiers from CSV or Parquet: iin, service, kind, since, until, reference.

    Bad rows are set aside and listed, by their place; the others are taken. The same file may be given again.
    An IIN goes to the vault alone. Exit code 1 where a row was bad.

    \b
    Example:
      qyzmet import recipients recipients.csv --bad bad.csv
    """
    from qyzmet.acts.proactive.importing import Imported, import_file
    from qyzmet.commands.opening import opened
    from qyzmet.runtime.clock import legal_date

    done = Imported()
    with opened() as tools:
        now = tools.clock.now()
        for done in import_file(file, tools.connection, tools.vault, now, today=legal_date(now)):
            click.echo(f"{done.rows:,} rows read …", err=True)
    if bad is not None:
        lines = ["row,field,rule,remedy"]
        lines += [",".join(_quoted(part) for part in asdict(each).values()) for each in done.bad]
        bad.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if as_json:
        print_json(asdict(done))
    else:
        counts = f"{done.new:,} new, {done.changed:,} changed, {done.unchanged:,} unchanged"
        click.echo(f"{done.rows:,} rows: {counts}, {len(done.bad):,} bad.")
        for each in done.bad[:_SHOWN]:
            click.echo(f"  row {each.row}: {each.field} {each.rule}. {each.remedy}")
        if len(done.bad) > _SHOWN:
            click.echo(f"  … and {len(done.bad) - _SHOWN:,} more: --bad FILE writes all of them.")
    if done.bad:
        raise click.exceptions.Exit(1)


def _quoted(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(letter in text for letter in ',"\n') else text
