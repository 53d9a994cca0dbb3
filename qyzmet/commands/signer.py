"""`qyzmet signer`: the process that holds the keys, and its switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.exchange.cms import LocalSigner


@click.group()
def signer() -> None:
    """Hold the keys in a process of its own; switch signing off and on.

    \b
    Example:
      qyzmet signer run
    """


@signer.command()
@click.option(
    "--processes", default=2, show_default=True, type=click.IntRange(1, 64), help="Cores to sign on."
)
@click.option("--group", default="", metavar="NAME", help="A group whose members may ask, besides the owner.")
@click.option("--development-keys", is_flag=True, help="Keys made for trying things, no legal force.")
@says_errors
def run(processes: int, group: str, development_keys: bool) -> None:
    """Signs for workers that set `signer = "remote"`, until Ctrl-C or SIGTERM.

    Keys are those of signing/heads.json. Workers need the socket and a copy of the token file, and
    nothing else; run this under a user who alone reads the keys.

    \b
    Example:
      qyzmet signer run --processes 4 --group qyzmet
    """
    import logging

    from qyzmet.exchange import signer_process
    from qyzmet.exchange.cms import LocalSigner
    from qyzmet.exchange.opening import revocation_of
    from qyzmet.exchange.remote import token_in
    from qyzmet.running import signing_directory
    from qyzmet.runtime.config import load

    config = load()
    logging.basicConfig(level=config.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    clock = config.open_clock()
    directory = signing_directory(config, clock, development=development_keys)
    token = token_in(config.signer_token, make=True)

    def served() -> signer_process.Served:
        own = config.open_clock()
        inner = LocalSigner(directory, own, revocation_of(config, own))
        return signer_process.Served(inner, token, directory / signer_process.AUDIT, own)

    with signer_process.listening_at(config.signer_socket, group) as listening:
        click.echo(f"Signing for {config.signer_socket} with {processes} processes.")
        try:
            signer_process.run(listening, processes, served)
        finally:
            config.signer_socket.unlink(missing_ok=True)


@signer.command()
@click.argument("reason")
@says_errors
def off(reason: str) -> None:
    """Switches signing off for REASON, at once and for all processes with these keys. Decisions wait.

    \b
    Example:
      qyzmet signer off "the head is on leave until Monday"
    """
    _signer().switch_off(reason)
    click.echo("Signing is switched off. Decisions wait; `qyzmet signer on` lets them go on.")


@signer.command()
@says_errors
def on() -> None:
    """Switches signing on again.

    \b
    Example:
      qyzmet signer on
    """
    _signer().switch_on()
    click.echo("Signing is switched on.")


@signer.command()
@as_json
@says_errors
def status(as_json: bool) -> None:
    """Tells whether signing is switched off, and why. Exit code 1 when it is.

    \b
    Example:
      qyzmet signer status --json
    """
    reason = _signer().switched_off()
    if as_json:
        print_json({"on": reason is None, "reason": reason})
    else:
        click.echo("Signing is switched on." if reason is None else f"Signing is switched off: {reason}.")
    if reason is not None:
        raise click.exceptions.Exit(1)


def _signer() -> LocalSigner:
    from qyzmet.exchange.cms import LocalSigner
    from qyzmet.running import signing_directory
    from qyzmet.runtime.config import load

    config = load()
    clock = config.open_clock()
    directory = signing_directory(config, clock, development=False)
    directory.mkdir(parents=True, exist_ok=True)
    return LocalSigner(directory, clock)
