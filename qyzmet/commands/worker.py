"""`qyzmet worker`: carries cases on until it is told to stop."""

from __future__ import annotations

import click

from qyzmet.commands.saying import says_errors


@click.command()
@click.option("--batch", default=2500, show_default=True, help="Cases taken at a time.")
@click.option(
    "--development-keys", is_flag=True, help="Sign with keys made for trying things, no legal force."
)
@click.option("--with-parent", is_flag=True, hidden=True, help="End when stdin closes.")
@says_errors
def worker(batch: int, development_keys: bool, with_parent: bool) -> None:
    """Carry cases on, beside other workers, until Ctrl-C or SIGTERM.

    Partners, gateway and database are those of `qyzmet admin config`. Several workers, also on
    other machines, share the work by themselves.

    Example: qyzmet worker --batch 500
    """
    import os

    from qyzmet.running import run_worker
    from qyzmet.runtime.config import load

    if with_parent:
        _end_with_parent()
    run_worker(load(), os.environ, batch=batch, development_keys=development_keys)


def _end_with_parent() -> None:
    """Whoever started this worker holds the other end of its stdin, and lets it go at the latest by dying."""
    import os
    import signal
    import sys
    from threading import Thread

    def wait() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, daemon=True).start()
