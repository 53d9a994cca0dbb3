"""`qyzmet driving`: exam centres, the log of draws, running times, rules of practice."""

from __future__ import annotations

from pathlib import Path

import click

from qyzmet.commands.saying import as_json, day, print_json, says_errors

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def driving() -> None:
    """Driving licences: exam centres and their places, draws that anybody can check, oversight.

    \b
    Examples:
      qyzmet driving centres --example
      qyzmet driving verify draws.json
      qyzmet driving oversight --json
    """


@driving.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--example", is_flag=True, help="Enter two made-up centres to try things with.")
@says_errors
def centres(file: Path | None, example: bool) -> None:
    """Enter exam centres with halls, cars and examiners from a TOML file, all of them or none.

    Places of the coming working days are offered from then on.

    \b
    Examples:
      qyzmet driving centres centres.toml
      qyzmet driving centres --example
    """
    from importlib.resources import files

    from qyzmet.acts.driving.centres import load_centres
    from qyzmet.commands.opening import opened_store

    if (file is None) is not example:
        raise click.UsageError("Name a file, or use --example.")
    text = (
        files("qyzmet.acts.driving").joinpath("examples.toml").read_text("utf-8")
        if file is None
        else file.read_text("utf-8")
    )
    with opened_store() as (_, _, _, connection):
        entered = load_centres(connection, text)
    click.echo(f"{entered} halls and cars entered.")


@driving.command()
@as_json
@says_errors
def draws(as_json: bool) -> None:
    """The log of draws; with --json as it is published, for `qyzmet driving verify`.

    \b
    Examples:
      qyzmet driving draws
      qyzmet driving draws --json > draws.json
    """
    import msgspec

    from qyzmet.acts.driving.draw import Entry, published
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, _, _, connection):
        log = published(connection)
    if as_json:
        print_json(msgspec.to_builtins(log))
        return
    for each in log.draws:
        entry = msgspec.json.decode(each.entry, type=Entry)
        click.echo(
            f"slot {entry.slot} draw {entry.number}  {entry.drawn_at}  "
            f"{len(entry.tickets)} asked for {entry.free} places"
        )
    click.echo(f"{len(log.draws)} draws.")


@driving.command()
@click.argument("file", type=_FILE)
@click.option("--ticket", default="", help="Also say what became of this ticket.")
@says_errors
def verify(file: Path, ticket: str) -> None:
    """Recompute every draw of a published log. Needs nothing but the file.

    \b
    Examples:
      qyzmet driving verify draws.json
      qyzmet driving verify draws.json --ticket 5f1c2a90d1e3b7a4
    """
    import msgspec

    from qyzmet.acts.driving.draw import Entry, read_log

    log = read_log(file.read_bytes())
    found = log.faults()
    for fault in found:
        click.echo(fault)
    for each in log.draws:
        entry = msgspec.json.decode(each.entry, type=Entry)
        if ticket and ticket in entry.order:
            rank = entry.order.index(ticket) + 1
            got = "got a place" if rank <= entry.free else "got no place"
            click.echo(
                f"Ticket {ticket}: rank {rank} of {len(entry.order)}, {entry.free} places free: {got}."
            )
    click.echo(f"{len(log.draws)} draws, {len(found)} faults.")
    if found:
        raise click.exceptions.Exit(1)


@driving.command()
@as_json
@says_errors
def oversight(as_json: bool) -> None:
    """Running times and what is late: review and handing over (A§4), printing (A§5).

    The act gives no periods; where none is set, nothing is late.

    \b
    Example:
      qyzmet driving oversight
    """
    import msgspec

    from qyzmet.acts.driving.oversight import running, summaries
    from qyzmet.commands.opening import opened
    from qyzmet.people.regions import REGIONS

    with opened() as open_:
        law = open_.catalogue.law_of_act("driving", open_.clock.now())
        found = running(open_.connection, law.policies, law.calendar, list(REGIONS), law.now)
    if as_json:
        print_json(msgspec.to_builtins({"running": found, "summaries": summaries(found)}))
        return
    for each in summaries(found):
        click.echo(
            f"{each.region}  {each.step}: {each.waiting} wait, {each.late} late, "
            f"longest {each.longest // 3600} h, middle {each.middle // 3600} h"
        )
    click.echo(f"{len(found)} open, {sum(each.late for each in found)} late.")


@driving.command()
@click.option("--on", "on", default="", help="A day; all rules where it is left out.")
@as_json
@says_errors
def rules(on: str, as_json: bool) -> None:
    """Rules of practice about attempts and scores, with their sources; unconfirmed ones are marked.

    \b
    Example:
      qyzmet driving rules --on 2026-03-02
    """
    from qyzmet.acts.driving.examrules import all_rules, rules_on

    found = [rules_on(day(on))] if on else all_rules()
    if as_json:
        print_json(
            [
                {
                    "first": each.in_force.first.isoformat(),
                    "last": each.in_force.last and each.in_force.last.isoformat(),
                    "attempts": each.attempts,
                    "wait_months": each.wait_months,
                    "scores": each.scores,
                    "confirmed": each.confirmed,
                    "source": each.source,
                }
                for each in found
            ]
        )
        return
    for each in found:
        mark = "" if each.confirmed else "  (unconfirmed)"
        click.echo(
            f"from {each.in_force.first}: {each.attempts} attempts, then {each.wait_months} months{mark}"
        )
        click.echo(f"  {each.source}")
