"""`qyzmet demo`: the main job on a synthetic country."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.demo.run import State


#: The endings that a column of the table adds up; JSON has each by itself.
_COLUMNS = {
    "paid": ("appointed",),
    "refused by office": ("decision_refused", "refused_without_documents"),
    "refused by person": ("refused",),
    "left out": ("left_out",),
    "no right": ("no_pension", "too_late", "not_kin"),
    "not eligible": ("not_eligible",),
    "no number": ("no_number",),
    "no consent": ("no_consent",),
    "no account": ("no_account_answer", "no_new_account_answer"),
    "set aside": ("set_aside",),
}


@click.command()
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), default="2024-02-12", show_default=True,
    help="First day; inside the term of the act.",
)  # fmt: skip
@click.option("--residents", default=20_000, show_default=True, type=click.IntRange(1000), help="How many.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 365), help="Days of events.")
@click.option(
    "--event-rate", default=20.0, show_default=True, type=click.FloatRange(0.1),
    help="How many times as often as published things happen.",
)  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same country.")
@click.option(
    "--serve/--no-serve",
    default=False,
    help="Afterwards serve the pages: the country lives on, with cases for you to work on.",
)
@click.option("--port", default=8080, show_default=True, help="With --serve: on which port.")
@click.option("--pace", default=60.0, show_default=True, help="With --serve: how fast the clock runs.")
@as_json
@says_errors
def demo(
    first: datetime,
    residents: int,
    days: int,
    event_rate: float,
    seed: int,
    serve: bool,
    port: int,
    pace: float,
    as_json: bool,
) -> None:
    """Build a synthetic country and serve it for some days.

    Starts an embedded PostgreSQL and the twins of registries, banks and a mobile operator, carries
    every case over real HTTP and SMPP from the registry event to its ending, and prints one row per
    benefit. The clock is turned by hand, so a month takes a minute or two.

    \b
    Examples:
      qyzmet demo --residents 50000 --days 10 --event-rate 20
      qyzmet demo --serve
    """
    from signal import SIGTERM, default_int_handler, signal

    from rich.console import Console

    from qyzmet.demo.run import Plan, served
    from qyzmet.runtime.config import load

    signal(SIGTERM, default_int_handler)  # as Ctrl-C: twins and database end with the demo
    console = Console(stderr=True)
    plan, config = Plan(residents, first.date(), days, event_rate, seed, serve), load()
    show = _Progress(console)
    with served(config, plan, lambda said: console.print(said, style="dim"), show) as lived:
        show.stop()
        result = lived.result
        if as_json:
            print_json(result)
        else:
            _print(result)
        if serve:
            from qyzmet.demo.serving import serve_pages

            serve_pages(lived, config, "127.0.0.1", port, pace, lambda address: _open(console, address))


class _Progress:
    """A line that lives on a terminal; elsewhere a line now and then."""

    def __init__(self, console: Any) -> None:
        from time import monotonic

        self._console, self._clock, self._last = console, monotonic, 0.0
        self._status = console.status("") if console.is_terminal else None
        if self._status:
            self._status.start()

    def __call__(self, state: State) -> None:
        from qyzmet.runtime.clock import KZ

        at = state.now.astimezone(KZ)
        said = (
            f"{at:%Y-%m-%d %H:%M}  {state.part}, {state.share:4.0%} of the days  "
            f"open {state.open:,}  ended {state.ended:,}"
        )
        if self._status:
            self._status.update(said)
        elif self._clock() - self._last >= 2:
            self._last = self._clock()
            self._console.print(said, style="dim")

    def stop(self) -> None:
        if self._status:
            self._status.stop()


def _open(console: Any, address: str) -> None:
    console.print(f"Open [bold]{address}[/bold] in a browser.")
    console.print(
        "Sign in as whom you like: an officer, a head, a citizen, the operator. Phones have the SMS"
    )
    console.print("of every citizen. Ctrl-C stops it.")


def _print(result: dict[str, Any]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=170)
    title = f"{result['from']} to {result['until']}, {result['residents']:,} residents"
    table = Table(title=title, box=box.SIMPLE, padding=(0, 1))
    table.add_column("", no_wrap=True)
    for title in ("found", *_COLUMNS, "open", "sum, tenge"):
        table.add_column(title.replace(" ", "\n"), justify="right", no_wrap=True)
    for code, row in result["benefits"].items():
        counts = [sum(row["endings"].get(name, 0) for name in names) for names in _COLUMNS.values()]
        still = row["found"] - sum(counts)
        cells = (row["found"], *counts, still, row["sum"])
        table.add_row(code.replace("_", " ").lower(), *(f"{cell:,}" if cell else "–" for cell in cells))
    console.print(table)
    if result["event_rate"] != 1:
        console.print(f"Things happened {result['event_rate']:g} times as often as published.")
    totals, seconds = result["totals"], result["seconds"]
    console.print(
        f"{totals['messages']:,} SMS in {totals['parts']:,} parts, {totals['replies']:,} replies, "
        f"{totals['payment_orders']:,} payment orders, {totals['ledger_entries']:,} ledger entries: "
        + ("the ledger verifies." if not result["ledger_faults"] else "THE LEDGER HAS FAULTS.")
    )
    console.print(f"It took {seconds['all']:g} s, {seconds['set_up']:g} s of it to set up.")
    console.print("Next: qyzmet case list · qyzmet case explain ID · qyzmet draw proactive --svg picture.svg")
