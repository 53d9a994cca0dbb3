"""`qyzmet serve`: the API with its workers, in one command."""

from __future__ import annotations

import click

from qyzmet.commands.saying import says_errors


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0: any free one."
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(0), help="Processes beside.")
@click.option("--batch", default=2500, show_default=True, help="Cases a worker takes at a time.")
@click.option(
    "--development-keys", is_flag=True, help="Sign with keys made for trying things, no legal force."
)
@click.option("--twins", is_flag=True, help="Start a synthetic outside world beside, to try things.")
@click.option(
    "--residents", default=20_000, show_default=True, type=click.IntRange(1000), help="With --twins."
)
@click.option("--event-rate", default=40.0, show_default=True, help="With --twins: how many times as often.")
@click.option("--pace", default=1.0, show_default=True, help="With --twins: how fast the clock runs.")
@says_errors
def serve(
    host: str,
    port: int,
    workers: int,
    batch: int,
    development_keys: bool,
    twins: bool,
    residents: int,
    event_rate: float,
    pace: float,
) -> None:
    """Serve the API, with workers that carry cases on, until Ctrl-C or SIGTERM.

    Settings are those of `qyzmet admin config`. TLS is for the proxy in front. The API is described
    at /api/v1/openapi.json, health is at /health/live and /health/ready.

    \b
    Examples:
      qyzmet serve --port 8080 --workers 2
      qyzmet serve --twins
    """
    import os
    from contextlib import ExitStack
    from functools import partial

    from qyzmet.runtime.config import load
    from qyzmet.web.serving import listen
    from qyzmet.web.standing import Standing, must_have_partners, stand

    options = [f"--batch={batch}", *(["--development-keys"] if development_keys or twins else [])]
    config, environment, beside = load(), dict(os.environ), None
    with ExitStack() as stack:
        if twins:
            from dataclasses import replace

            from qyzmet.demo import standing as demo
            from qyzmet.web.standing import sources

            _say(f"Building a country of {residents:,} residents …")
            world = stack.enter_context(
                demo.outside(config, residents=residents, seed=1, event_rate=event_rate)
            )
            environment |= world.environment
            config, beside = load(environment), partial(demo.run_clock, pace)
            public = world.key.with_suffix(".pem")
            config = replace(config, senders=dict.fromkeys(sources(), public) | dict(config.senders))
            _say(f"Things happen {event_rate:g} times as often as published, from {demo.FIRST_DAY} on.")
            _say(f"Events for trying are signed with {world.key}; docs/api.md shows how.")
        elif workers:
            must_have_partners(config)
        listening = stack.enter_context(listen(host, port))
        address = f"http://{host}:{listening.getsockname()[1]}"
        stand(
            Standing(config, environment, workers, tuple(options), beside),
            listening,
            lambda: _say(f"Serving {address} with {workers} worker(s). Ctrl-C stops it."),
        )


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
