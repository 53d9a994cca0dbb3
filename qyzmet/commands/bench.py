"""`qyzmet bench`: speed as ratios, each beside something simpler measured in the same run."""

from __future__ import annotations

from typing import Any

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

_NAMES = {"engine": "engine", "like_for_like": "floor, like for like", "thin": "floor, thin"}


@click.group()
def bench() -> None:
    """Measure speed on this machine.

    \b
    Example:
      qyzmet bench engine
    """


@bench.command()
@click.option("--cases", type=click.IntRange(1), default=100_000, show_default=True, help="Cases in a run.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Runs of each program.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Worker processes.")
@click.option("--batch", type=click.IntRange(1), default=2500, show_default=True, help="Cases in a batch.")
@click.option(
    "--growth", is_flag=True, help="Also run ten times as many cases; a million need 12 GB of disk."
)
@as_json
@says_errors
def engine(cases: int, rounds: int, workers: int, batch: int, growth: bool, as_json: bool) -> None:
    """Carry cases of a made-up act (14 durable steps, one reply, one timer) and compare with plain SQL.

    Uses a fresh durable database of its own, which is deleted afterwards. What the floors do and
    leave out is told in docs/performance.md.

    \b
    Examples:
      qyzmet bench engine
      qyzmet bench engine --growth --json
    """
    from qyzmet.bench.engine import Plan, run

    plan = Plan(cases, rounds, workers, batch, growth)
    report = run(plan, lambda sentence: click.echo(sentence, err=True))
    if as_json:
        print_json(report)
    else:
        click.echo("\n".join(_table(report)))


@bench.command()
@click.option("--ended", type=click.IntRange(1000), default=2_000_000, show_default=True, help="Ended cases.")
@click.option(
    "--open",
    "open_cases",
    type=click.IntRange(20_000),
    default=200_000,
    show_default=True,
    help="Open cases.",
)
@as_json
@says_errors
def store(ended: int, open_cases: int, as_json: bool) -> None:
    """Time claims, deadlines and pages in a full store and in one a tenth as full.

    \b
    Example:
      qyzmet bench store --ended 2000000 --open 200000
    """
    from qyzmet.bench.store import run

    report = run(ended, open_cases, lambda sentence: click.echo(sentence, err=True))
    if as_json:
        print_json(report)
        return
    found = report["milliseconds"]
    click.echo(f"{'milliseconds':<14}{'a tenth':>10}{'whole':>10}{'ratio':>8}")
    for name, ratio in report["ratios"].items():
        click.echo(f"{name:<14}{found['tenth'][name]:>10.2f}{found['whole'][name]:>10.2f}{ratio:>8.2f}")


@bench.command()
@click.option("--residents", type=click.IntRange(1000), default=20_000_000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Runs of each.")
@click.option("--engine", "engine_name", type=click.Choice(["duckdb", "spark"]), default="duckdb")
@as_json
@says_errors
def screening(residents: int, rounds: int, engine_name: str, as_json: bool) -> None:
    """Screen a made-up nation for all nine benefits, beside a bare scan of the same columns.

    \b
    Example:
      qyzmet bench screening --residents 2000000
    """
    from qyzmet.bench.screening import run

    report = run(residents, rounds, engine_name, lambda sentence: click.echo(sentence, err=True))
    if as_json:
        print_json(report)
        return
    click.echo(
        f"{report['residents']:,} residents, {report['payments']:,} payment rows: bare scan "
        f"{report['scan_seconds']:.2f} s, nine benefits {report['screen_seconds']:.2f} s "
        f"({report['ratio']:.2f} times; "
        f"{report['processor_ratio']:.2f} in processor time), "
        f"peak {report['peak_mb']:,} MB; {report['found']:,} found"
    )


def _table(report: dict[str, Any]) -> list[str]:
    lines = [f"{'':<22}{'cases/s':>10}{'µs/case':>10}{'of processor':>14}   every round"]
    for program, name in _NAMES.items():
        found = report[program]
        every = "  ".join(f"{rate:,.0f}" for rate in found["rounds"])
        lines.append(
            f"{name:<22}{found['cases_per_second']:>10,.0f}{found['microseconds_per_case']:>10,.0f}"
            f"{found['processor_microseconds_per_case']:>14,.0f}   {every}"
        )
    lines.append("")
    for floor in ("like_for_like", "thin"):
        every = "  ".join(f"{ratio:.2f}" for ratio in report[f"ratios_{floor}"])
        lines.append(f"engine / {_NAMES[floor]:<22}{report[f'ratio_{floor}']:>8.2f}   {every}")
    if growth := report.get("growth"):
        few, many = growth["cases"]
        lines.append(
            f"cost of a case among {many:,} / among {few:,}: {growth['ratio']:.2f}; in processor time: "
            f"{growth['processor_ratio']:.2f}"
        )
        small, large = growth["worker_peak_mb"]
        lines.append(f"memory of a worker: {small} MB, {large} MB with ten times the cases")
    machine, versions = report["machine"], report["versions"]
    lines += [
        "",
        f"{report['cases']:,} cases, batches of {report['batch']:,}, {report['workers']} workers; medians of "
        f"{report['rounds']} rounds; {machine['cores']} cores ({machine['architecture']}); "
        f"Python {versions['python']}, PostgreSQL {versions['postgresql']}",
        f"Not measured: {report['not_measured']}.",
    ]
    return lines
