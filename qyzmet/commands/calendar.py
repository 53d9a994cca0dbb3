"""`qyzmet calendar`: working days of Kazakhstan, and how a deadline is counted."""

from __future__ import annotations

from datetime import date

import click

from qyzmet.commands import saying
from qyzmet.commands.saying import as_json, language, print_json, says_errors


@click.group()
def calendar() -> None:
    """Working days of Kazakhstan (five-day week, with moved days), 2020 to 2035.

    \b
    Example:
      qyzmet calendar explain 2024-05-03 3
    """


@calendar.command()
@click.argument("day", metavar="DATE", type=saying.day)
@click.argument("n", type=click.IntRange(min=0))
@as_json
@says_errors
def add(day: date, n: int, as_json: bool) -> None:
    """The N-th working day after DATE; DATE itself is not counted.

    \b
    Example:
      qyzmet calendar add 2024-05-03 3
    """
    from qyzmet.law.calendar import working_calendar

    found = working_calendar().add(day, n)
    if as_json:
        print_json({"start": str(day), "n": n, "day": str(found), "calendar": working_calendar().version})
    else:
        click.echo(found)


@calendar.command()
@click.argument("first", metavar="A", type=saying.day)
@click.argument("last", metavar="B", type=saying.day)
@as_json
@says_errors
def between(first: date, last: date, as_json: bool) -> None:
    """How many working days there are from A to B, both included.

    \b
    Example:
      qyzmet calendar between 2026-01-01 2026-12-31
    """
    from qyzmet.law.calendar import working_calendar

    count = working_calendar().between(first, last)
    if as_json:
        found = {"first": str(first), "last": str(last), "working_days": count}
        print_json(found | {"calendar": working_calendar().version})
    else:
        click.echo(count)


@calendar.command()
@click.argument("day", metavar="DATE", type=saying.day)
@click.argument("n", type=click.IntRange(min=1))
@click.option(
    "--from-the-day", is_flag=True, help="Count DATE itself if it is worked (literal reading, G-12)."
)
@as_json
@language
@says_errors
def explain(day: date, n: int, from_the_day: bool, as_json: bool, lang: str) -> None:
    """A deadline of N working days after an event on DATE, day by day with the reasons.

    \b
    Example:
      qyzmet calendar explain 2024-05-03 3 --lang kk
    """
    from qyzmet.law.calendar import working_calendar
    from qyzmet.law.deadline import working_days_from

    deadline = working_days_from(day, n, working_calendar(), from_the_day)
    if not as_json:
        click.echo("\n".join(deadline.explain(lang)))
        ends, version = f"{deadline.ends:%Y-%m-%d %H:%M}", deadline.calendar_version
        click.echo(f"(UTC {ends}; calendar {version}; proof {deadline.proof_id})")
        return
    days = [
        {"day": str(each.day), "counted": each.counted, "number": each.number, "reason": each.reason[lang]}
        for each in deadline.days
    ]
    print_json(
        {
            "start": str(day),
            "n": n,
            "rule": deadline.rule[lang],
            "last_day": str(deadline.last_day),
            "ends": f"{deadline.ends:%Y-%m-%dT%H:%M:%SZ}",
            "days": days,
            "proof": deadline.proof_id,
            "calendar": deadline.calendar_version,
        }
    )


@calendar.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--by", required=True, metavar="NAME", help="Who enters it.")
@as_json
@says_errors
def order(file: str, by: str, as_json: bool) -> None:
    """Enter a late order that moves working days (TOML as in overrides.toml); open deadlines move with it.

    What expired before stays expired and is listed.

    \b
    Example:
      qyzmet calendar order order-2024-04-18.toml --by head
    """
    from pathlib import Path

    import msgspec

    from qyzmet.cases import readings, recount
    from qyzmet.commands.opening import opened
    from qyzmet.law.calendar import working_calendar
    from qyzmet.law.overrides import read_overrides

    given = read_overrides(Path(file))
    with opened() as all_:
        entered = readings.enter_orders(all_.connection, working_calendar(), given, by, all_.clock)
        all_.catalogue.refresh()
        found = recount.recount(
            all_.connection, all_.catalogue, ", ".join(str(each.day) for each in entered), all_.clock
        )
    if as_json:
        print_json({"days": [str(each.day) for each in entered], **msgspec.to_builtins(found)})
        return
    for each in entered:
        click.echo(f"{each.day} is {'worked' if each.works else 'a day off'} ({each.source})")
    for moved in found.moved:
        ends = f"{moved.before:%Y-%m-%d %H:%M} to {moved.after:%Y-%m-%d %H:%M} UTC"
        click.echo(f"case {moved.case}, {moved.step}: {ends}")
    for gone in found.expired:
        click.echo(
            f"case {gone.case}, {gone.step}: expired on {gone.before:%Y-%m-%d} and stays so; look at it"
        )
    click.echo(f"{len(entered)} days entered, {len(found.moved)} open deadlines moved.")
