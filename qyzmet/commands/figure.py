"""`qyzmet figure`: figures of the law with both axes of time, and their corrections."""

from __future__ import annotations

from datetime import date

import click

from qyzmet.commands import saying
from qyzmet.commands.saying import as_json, print_json, says_errors


@click.group()
def figure() -> None:
    """Figures of the law: since when each value holds, and when we learnt it.

    \b
    Examples:
      qyzmet figure list MCI
      qyzmet figure correct MCI 3700 --since 2024-01-01 --until 2024-12-31 \\
        --source "law No 5" --by head --reason "letter No 6"
      qyzmet case affected --figure MCI --since 2024-04-01
    """


@figure.command("list")
@click.argument("name", required=False)
@as_json
@says_errors
def list_(name: str | None, as_json: bool) -> None:
    """Every value with its days, source, and when it became known.

    \b
    Example:
      qyzmet figure list MCI
    """
    from qyzmet.cases.corrections import figures_of
    from qyzmet.commands.opening import opened_store
    from qyzmet.law.figures import shipped_figures

    with opened_store() as (_, _, _, connection):
        figures = figures_of(connection, shipped_figures())
    if name is not None:
        figures.named(name)
    rows = [
        {
            "name": each.name, "value": each.value, "since": each.since.isoformat(),
            "until": each.in_force.last and each.in_force.last.isoformat(), "source": each.source,
            "learnt": each.learnt and each.learnt.isoformat(), "correction": each.number,
        }
        for each in figures.entries
        if name in (None, each.name)
    ]  # fmt: skip
    if as_json:
        print_json({"figures": rows})
        return
    for row in sorted(rows, key=lambda row: (str(row["name"]), str(row["since"]), str(row["learnt"] or ""))):
        known = (
            f"correction {row['correction']}, learnt {row['learnt']}" if row["learnt"] else "from the start"
        )
        click.echo(f"{row['name']:<9} {row['value']:>9}  {row['since']} to {row['until'] or 'now'}  {known}")


@figure.command()
@click.argument("name")
@click.argument("value", type=int)
@click.option("--since", metavar="DATE", type=saying.day, required=True, help="First day on which it holds.")
@click.option("--until", metavar="DATE", type=saying.day, help="Last day; default: until further notice.")
@click.option("--source", required=True, help="Where it is published.")
@click.option("--by", required=True, metavar="NAME", help="Who enters it.")
@click.option("--reason", required=True, help="Why.")
@as_json
@says_errors
def correct(
    name: str, value: int, since: date, until: date | None, source: str, by: str, reason: str, as_json: bool
) -> None:
    """Says that figure NAME has held another VALUE (whole tenge); it counts from now on for all those days.

    Decided cases stay as they are; `qyzmet case affected` lists what it touches and opens reviews.

    \b
    Example:
      qyzmet figure correct MCI 3700 --since 2024-01-01 --until 2024-12-31 \\
        --source "law No 5" --by head --reason "letter No 6"
    """
    import msgspec

    from qyzmet.cases.corrections import correct as enter
    from qyzmet.commands.opening import opened_store
    from qyzmet.law.figures import shipped_figures
    from qyzmet.runtime.clock import legal_date

    with opened_store() as (_, clock, _, connection):
        done = enter(
            connection, shipped_figures(), name, value, (since, until), source=source, by=by, reason=reason,
            clock=clock,
        )  # fmt: skip
    if as_json:
        print_json(msgspec.to_builtins(done))
        return
    click.echo(
        f"Correction {done.id}: {name} is {value} from {since} to {until or 'further notice'}. "
        f"What it touches: qyzmet case affected --figure {name} --since {legal_date(done.learnt_at)}"
    )
