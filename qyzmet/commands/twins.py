"""`qyzmet twins`: the outside world, where the package qyzmet-twins is installed."""

from __future__ import annotations

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def twins(arguments: tuple[str, ...]) -> None:
    """Run the outside world: registries, banks, mobile operator. Passes everything on to qyzmet-twins."""
    import sys
    from importlib.util import find_spec

    if find_spec("qyzmet_twins") is None:
        raise click.ClickException(
            "the twins are not installed: install the package qyzmet-twins beside qyzmet"
        )
    from importlib import import_module

    command = import_module("qyzmet_twins.__main__").main
    sys.exit(command.main(args=list(arguments), prog_name="qyzmet twins"))
