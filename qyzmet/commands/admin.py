"""`qyzmet admin`: the settings, the state of this installation, and its schemas."""

from __future__ import annotations

import click

from qyzmet.commands.saying import as_json, print_json, says_errors


@click.group()
def admin() -> None:
    """Look after an installation: settings, health, schemas."""


@admin.command()
@as_json
@says_errors
def config(as_json: bool) -> None:
    """Every setting, its value and where it came from; secrets are masked.

    \b
    Example:
      qyzmet admin config --json
    """
    from qyzmet.runtime.config import describe, load

    rows = describe(load())
    if as_json:
        print_json({"settings": [row._asdict() for row in rows]})
        return
    _table(("setting", "value", "from", "meaning"), [tuple(row) for row in rows])


@admin.command()
@as_json
@says_errors
def doctor(as_json: bool) -> None:
    """Checks Python, disk, clock, databases, schemas and keys. Exit code 1 when something is wrong.

    \b
    Example:
      qyzmet admin doctor
    """
    from qyzmet.health import examine
    from qyzmet.runtime.config import load

    findings = []
    for finding in examine(load(), _say):
        findings.append(finding)
        if not as_json:
            click.echo(f"{'ok   ' if finding.ok else 'WRONG'} {finding.name}: {finding.what}")
            if finding.remedy:
                click.echo(f"      {finding.remedy}")
    well = all(finding.ok for finding in findings)
    if as_json:
        print_json({"ok": well, "findings": [finding._asdict() for finding in findings]})
    if not well:
        raise click.exceptions.Exit(1)


@admin.command()
@as_json
@says_errors
def migrate(as_json: bool) -> None:
    """Brings both schemas up to date; may be run at any time, by several at once.

    \b
    Example:
      qyzmet admin migrate
    """
    from qyzmet.runtime.config import load
    from qyzmet.runtime.database import apply_migrations, open_database

    settings = load()
    with open_database(settings, _say, apply=False) as database:
        applied = apply_migrations(database, settings.open_clock())
        for warning in database.warnings:
            click.echo(warning, err=True)
    if as_json:
        print_json({"applied": applied})
        return
    for file in applied:
        click.echo(f"applied {file}")
    if not applied:
        click.echo("Both schemas are up to date.")


def _say(sentence: str) -> None:
    click.echo(f"{sentence} …", err=True)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(markup=False, highlight=False).print(table)
