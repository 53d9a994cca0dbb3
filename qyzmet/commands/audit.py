"""`qyzmet audit`: is the ledger whole? Checked here, or exported and checked by others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.cases.chain import Report


@click.group()
def audit() -> None:
    """Check the ledger, or export it for checking elsewhere.

    \b
    Example:
      qyzmet audit verify
    """


@audit.command()
@click.option("--archive", is_flag=True, help="Read the archive's files too, beside the hashes kept here.")
@as_json
@says_errors
def verify(archive: bool, as_json: bool) -> None:
    """Looks for any changed, removed, re-ordered or cut-off record. Exit code 1 when there is one.

    \b
    Example:
      qyzmet audit verify --json
    """
    from qyzmet.cases import chain
    from qyzmet.commands.opening import opened_store

    with opened_store() as (config, _, _, connection):
        report = chain.verify(connection, chain.Heads.open(config.home / "ledger"))
        if archive:
            from qyzmet.cases.archive import check

            report.faults += check(connection)
    if report.sealed and not report.heads:
        report.faults.append("no head is kept outside the database, so a cut-off end could not be seen")
    _say(report, as_json)


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
@says_errors
def export(file: Path, as_json: bool) -> None:
    """Writes entries, chain and heads to FILE as JSON lines, without personal data.

    Whoever has the file checks it with `qyzmet audit check FILE`, without the database.

    \b
    Example:
      qyzmet audit export ledger.jsonl
    """
    from qyzmet.cases import chain
    from qyzmet.cases.export import export as write
    from qyzmet.commands.opening import opened_store
    from qyzmet.runtime.errors import BadValue

    fresh = file.with_name(f".{file.name}.part")
    try:
        with opened_store() as (config, clock, _, connection), fresh.open("w", encoding="utf-8") as out:
            counts = write(connection, chain.Heads.open(config.home / "ledger"), clock, out)
        fresh.replace(file)
    except OSError as error:
        raise BadValue(str(file), f"cannot be written ({error.strerror})", "Name another file.") from error
    finally:
        fresh.unlink(missing_ok=True)
    if as_json:
        print_json({"file": str(file)} | dict(counts))
    else:
        click.echo(
            f"{file}: {counts['entry']} entries in {counts['batch']} batches, {counts['seal']} places of the "
            f"chain, {counts['head']} heads"
        )


@audit.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Heads that somebody else kept (ledger-heads.jsonl); the surest check.",
)
@as_json
@says_errors
def check(file: Path, heads: Path | None, as_json: bool) -> None:
    """Checks an exported FILE by itself, without any database. Exit code 1 when something is wrong.

    \b
    Example:
      qyzmet audit check ledger.jsonl --heads kept-by-the-auditor.jsonl
    """
    from qyzmet.cases.export import check as check_file
    from qyzmet.runtime.errors import BadValue

    try:
        others = heads.read_text(encoding="utf-8").splitlines() if heads else None
        with file.open(encoding="utf-8") as lines:
            report = check_file(lines, others)
    except UnicodeDecodeError:
        raise BadValue(str(file), "is not text", "Name a file that `qyzmet audit export` wrote.") from None
    _say(report, as_json)


def _say(report: Report, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "ok": not report.faults,
                "entries": report.entries,
                "batches": report.batches,
                "sealed": report.sealed,
                "heads": report.heads,
                "archived": report.archived,
                "faults": report.faults,
            }
        )
    else:
        for fault in report.faults:
            click.echo(f"{fault[0].upper()}{fault[1:]}.")
        click.echo(
            f"{report.entries} entries in {report.batches} batches, {report.sealed} of them sealed, "
            f"{report.heads} heads: {'FAULTS FOUND' if report.faults else 'all is as it was written'}."
        )
    if report.faults:
        raise click.exceptions.Exit(1)
