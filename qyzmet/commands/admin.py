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


@admin.command()
@click.argument("url")
@click.option("--system", "systems", multiple=True, metavar="NAME", help="Only this system; may be repeated.")
@click.option("--effects", is_flag=True, help="Also what acts: only against a test environment.")
@click.option("--sample", "samples", multiple=True, metavar="FIELD=VALUE", help="A value the partner knows.")
@as_json
@says_errors
def conform(
    url: str, systems: tuple[str, ...], effects: bool, samples: tuple[str, ...], as_json: bool
) -> None:
    """Whether a partner at URL keeps the contract: every rule on every operation. Exit code 1 where not.

    \b
    Example:
      qyzmet admin conform https://test.odk.example --system odk --effects
    """
    from dataclasses import asdict

    from qyzmet.exchange.conformance import conformance
    from qyzmet.exchange.social import ALL_OPERATIONS
    from qyzmet.runtime.errors import UnknownName

    known = sorted({operation.system for operation in ALL_OPERATIONS})
    for system in systems:
        if system not in known:
            raise UnknownName("system", system, f"there are {', '.join(known)}")
    chosen = [operation for operation in ALL_OPERATIONS if not systems or operation.system in systems]
    given = dict(pair.partition("=")[::2] for pair in samples)
    rules = []
    for rule in conformance(url, chosen, effects=effects, samples=given):
        rules.append(rule)
        if not as_json:
            click.echo(
                f"{'kept  ' if rule.kept else 'BROKEN'} {rule.path}: {rule.rule}"
                + (f" ({rule.seen})" if rule.seen else "")
            )
    broken = [rule for rule in rules if not rule.kept]
    if as_json:
        print_json({"rules": [asdict(rule) for rule in rules], "broken": len(broken)})
    else:
        click.echo(f"{len(rules)} rules, {len(broken)} broken.")
    if broken:
        raise click.exceptions.Exit(1)


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
