"""The command `qyzmet-twins`: the outside world of Qyzmet as one process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
import msgspec

from qyzmet.runtime.clock import clock_from, legal_date
from qyzmet.runtime.errors import QyzmetError
from qyzmet_twins.countryworld import CountryWorld
from qyzmet_twins.faults import Fault
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import HOST, Ports, serve
from qyzmet_twins.smsc import PASSWORD, SHORT_NUMBER, SYSTEM_ID, Smsc

_RATE_NOTE = "Events happen {:g} times as often as published."


@click.command()
@click.option("--residents", default=200_000, show_default=True, type=click.IntRange(1000), help="How many.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same country.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="The first day of events; default: the clock's day."
)
@click.option("--days", default=30, show_default=True, type=click.IntRange(1), help="Days of events.")
@click.option("--event-rate", default=1.0, show_default=True, help="How many times as often things happen.")
@click.option("--http-port", default=0, show_default=True, help="0: any free port.")
@click.option("--smpp-port", default=0, show_default=True, help="0: any free port.")
@click.option("--clock", "clock_setting", default="system", show_default=True, help="system, or file:PATH.")
@click.option(
    "--centre",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory of the development root (signing/); default: a root of its own.",
)
@click.option(
    "--faults",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Faults from the beginning, a JSON list as in twins/fixtures; /control/faults steers them.",
)
@click.option(
    "--ready-file", type=click.Path(path_type=Path), help="Written when serving: the ports, as JSON."
)
def main(
    residents: int,
    seed: int,
    on: datetime | None,
    days: int,
    event_rate: float,
    http_port: int,
    smpp_port: int,
    clock_setting: str,
    centre: Path | None,
    faults: Path | None,
    ready_file: Path | None,
) -> None:
    """Serve registries, banks and a mobile operator with the citizens of a synthetic country.

    Serves on this machine only, until it is told to stop (Ctrl-C or SIGTERM).

    \b
    Example:
      qyzmet-twins --residents 50000 --days 10 --http-port 8300 --smpp-port 2775
      qyzmet-twins --faults twins/fixtures/an-hour-a-day.json
    """
    try:
        clock = clock_from(clock_setting)
        first_day = on.date() if on else legal_date(clock.now())
        world = CountryWorld.generate(residents, seed, first_day, days, event_rate=event_rate)
        world.prepare()
        in_force = msgspec.json.decode(faults.read_bytes(), type=list[Fault]) if faults else []
    except (QyzmetError, ValueError, msgspec.MsgspecError) as error:
        raise click.UsageError(str(error)) from None
    outside = Outside(world, clock, seed=seed, centre=centre)
    for fault in in_force:
        outside.faults.add(fault)

    def ready(ports: Ports, _: Smsc) -> None:
        if ready_file is not None:
            _write_whole(ready_file, ports)
        click.echo(f"{residents} residents, {days} days of events from {first_day}.")
        if event_rate != 1.0:
            click.echo(_RATE_NOTE.format(event_rate))
        click.echo(f"HTTP {ports.url} (contract: /openapi.json, controls: /control/state)")
        click.echo(f"SMPP {HOST}:{ports.smpp} ({SYSTEM_ID} / {PASSWORD}, replies to {SHORT_NUMBER})")

    try:
        asyncio.run(_serve_until_told(outside, ready, http_port, smpp_port))
    except OSError as error:
        raise click.ClickException(
            f"the twins cannot listen: {error.strerror}. Choose other ports."
        ) from None
    finally:
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)


async def _serve_until_told(
    outside: Outside, ready: Callable[[Ports, Smsc], None], http_port: int, smpp_port: int
) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(outside, stop, ready, http_port=http_port, smpp_port=smpp_port)


def _write_whole(path: Path, ports: Ports) -> None:
    """Whoever waits for the file never sees half of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps({"http": ports.url, "smpp_host": HOST, "smpp_port": ports.smpp}))
    fresh.replace(path)


if __name__ == "__main__":
    main()
