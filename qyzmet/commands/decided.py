"""`qyzmet case paper` and `qyzmet case receipt`: what leaves the system of a decided case."""

from __future__ import annotations

from pathlib import Path

import click

from qyzmet.commands.saying import says_errors

_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--lang", type=click.Choice(["kk", "ru"]), default="kk", show_default=True, help="Language.")
@click.option("--dossier", is_flag=True, help="Everything that happened, not only the decision.")
@click.option("--signed", is_flag=True, help="Signed by the head of the office that decided (PAdES).")
@click.option("--out", "out", type=_OUT, metavar="F", help="Where to; default: a name of its own, here.")
@says_errors
def paper(number: int, lang: str, dossier: bool, signed: bool, out: Path | None) -> None:
    """The decision of a case as PDF/A, with a QR code that leads to its verification. The look is logged.

    \b
    Examples:
      qyzmet case paper 17 --lang ru
      qyzmet case paper 17 --dossier --signed --out dossier.pdf
    """
    name = f"{'dossier' if dossier else 'decision'}-{lang}{'-signed' if signed else ''}.pdf"
    _write(number, name, out or Path(f"case-{number}-{name}"))


@click.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--out", "out", type=_OUT, metavar="F", help="Where to; default: a name of its own, here.")
@says_errors
def receipt(number: int, out: Path | None) -> None:
    """The receipt of a case's decision: one file that anybody verifies without this system.

    \b
    Examples:
      qyzmet case receipt 17 --out receipt.json
      qyzmet verify receipt.json --roots root.crt
    """
    _write(number, "receipt.json", out or Path(f"case-{number}-receipt.json"))


def _write(number: int, name: str, out: Path) -> None:
    from qyzmet.cases.papers import Reader, content_of
    from qyzmet.commands.opening import opened, user
    from qyzmet.web.documents import office_of

    with opened() as tools:
        reader = Reader(tools.connection, tools.vault, tools.catalogue, user())
        office = office_of(tools.config, tools.clock, tools.config.public_url)
        content, _ = content_of(reader, office, number, name)
    out.write_bytes(content)
    click.echo(f"{out}: {len(content)} bytes")
