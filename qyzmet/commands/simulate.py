"""`qyzmet simulate`: many cases against faults and crashes, everything drawn from one seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.simulation.run import Result

FAULTS = ("none", "some", "many")
PLANTS = ("double-send", "lost-update", "skipped-deadline")


@click.command()
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="The first seed.")
@click.option(
    "--count", default=1, show_default=True, type=click.IntRange(1), help="How many seeds from it on."
)
@click.option(
    "--faults", type=click.Choice(FAULTS), default="some", show_default=True, help="How much goes wrong."
)
@click.option("--plant", type=click.Choice(PLANTS), help="Plant a bug, to see that it is found.")
@as_json
@says_errors
def simulate(seed: int, count: int, faults: str, plant: str | None, as_json: bool) -> None:
    """Serve a small made-up country in one process while the network fails and workers die.

    Clock, network, citizens, officials and crashes follow from the seed: the same seed gives the same run.
    After each run every invariant is checked; one line per seed tells what happened. Exit code 1 where an
    invariant is broken, with the story of the case and the command that repeats it.

    \b
    Examples:
      qyzmet simulate --seed 1 --count 20 --faults many
      qyzmet simulate --seed 3 --plant lost-update
    """
    results = []
    for result in _run_seeds(seed, count, faults, plant):
        results.append(result)
        if not as_json:
            _print(result)
    broken = [result for result in results if result.broken]
    if as_json:
        print_json(
            {"faults": faults, "plant": plant, "broken": len(broken), "runs": [_row(r) for r in results]}
        )
    elif count > 1:
        seconds = sum(result.seconds for result in results)
        cases = sum(result.cases for result in results)
        verdict = f"{len(broken)} BROKEN" if broken else "every invariant held"
        click.echo(f"{count} seeds, {cases:,} cases, {seconds:.0f} s: {verdict}.")
    if broken:
        raise click.exceptions.Exit(1)


def _run_seeds(seed: int, count: int, faults: str, plant: str | None) -> Iterator[Result]:
    from importlib.util import find_spec
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from qyzmet.runtime.errors import Refused

    if find_spec("qyzmet_twins") is None:
        raise Refused(
            "The simulation needs the outside world: install the package qyzmet-twins beside qyzmet "
            "(in a checkout `make setup` does it)."
        )
    from rich.console import Console

    from qyzmet.simulation.run import simulate as run
    from qyzmet.simulation.stage import stage

    console = Console(stderr=True)
    with (
        TemporaryDirectory(prefix="qyzmet-simulation-") as home,
        console.status("Starting PostgreSQL …") as status,
        stage(Path(home)) as set_up,
    ):
        for number in range(seed, seed + count):
            status.update(f"Seed {number}, {number - seed + 1} of {count} …")
            yield run(set_up, number, faults, plant)  # type: ignore[arg-type]


def _print(result: Result) -> None:
    ends = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in result.endings.items())
    click.echo(
        f"seed {result.seed}: {result.cases} cases ({ends}); {len(result.crashes)} crashes, "
        f"{result.pauses} pauses, {result.faults} faults in {result.questions} questions, "
        f"{result.messages} SMS, {result.days} days; digest {result.digest}; {result.seconds:.1f} s"
    )
    for broken in result.broken:
        whose = "" if broken.case is None else f"case {broken.case}: "
        click.echo(f"  BROKEN {broken.invariant}: {whose}{broken.said}")
    for case, lines in result.stories.items():
        click.echo(f"  case {case}:")
        for line in lines:
            click.echo(f"    {line}")
    if result.broken:
        click.echo(f"  Repeat it: {_again(result)}")


def _again(result: Result) -> str:
    bug = f" --plant {result.plant}" if result.plant else ""
    return f"qyzmet simulate --seed {result.seed} --faults {result.level}{bug}"


def _row(result: Result) -> dict[str, Any]:
    return {
        "seed": result.seed,
        "cases": result.cases,
        "endings": result.endings,
        "crashes": result.crashes,
        "pauses": result.pauses,
        "faults": result.faults,
        "questions": result.questions,
        "messages": result.messages,
        "replies": result.replies,
        "days": result.days,
        "digest": result.digest,
        "seconds": result.seconds,
        "broken": [
            {"invariant": broken.invariant, "case": broken.case, "said": broken.said}
            for broken in result.broken
        ],
        "stories": {str(case): lines for case, lines in result.stories.items()},
        "repeat": _again(result),
    }
