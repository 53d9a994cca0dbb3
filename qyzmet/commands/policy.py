"""`qyzmet policy`: change how a gap of an act is read while the installation runs, and take it back."""

from __future__ import annotations

import json
from typing import Any

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

_by = click.option("--by", required=True, metavar="NAME", help="Who changes it.")
_reason = click.option("--reason", required=True, help="Why.")


@click.group()
def policy() -> None:
    """Readings of what an act leaves open: list, set, undo, and what a change touched.

    \b
    Examples:
      qyzmet policy list proactive
      qyzmet policy set proactive G-08 '"end_with_annex5"' --by head --reason "letter No 5"
      qyzmet policy undo proactive 3 --by head --reason "letter No 6"
    """


@policy.command("list")
@click.argument("act")
@as_json
@says_errors
def list_(act: str, as_json: bool) -> None:
    """Every reading with clause, default, present value, and since when it has been so.

    \b
    Example:
      qyzmet policy list proactive
    """
    import msgspec

    from qyzmet.cases import readings
    from qyzmet.cases.package import act_package
    from qyzmet.commands.opening import opened_store

    package = act_package(act)
    with opened_store() as (config, _, _, connection):
        changed = readings.changes(connection, act)
    found, version = readings.in_use(package, config.policies.get(act, {}), changed)
    if as_json:
        print_json({"policies": msgspec.to_builtins(found), "version": version})
        return
    for each in found:
        click.echo(
            f"{each.mark:<8} {each.title}: {json.dumps(each.value, ensure_ascii=False)} ({each.origin})"
        )
        if each.since:
            when = f"{each.since:%Y-%m-%d %H:%M} UTC"
            click.echo(f"         change {each.change} of {when} by {each.by}: {each.reason}")


@policy.command("set")
@click.argument("act")
@click.argument("mark")
@click.argument("value")
@_by
@_reason
@says_errors
def set_(act: str, mark: str, value: str, by: str, reason: str) -> None:
    """Changes a reading from now on; VALUE is JSON, a bare word is a text. Decided cases stay as they are.

    \b
    Example:
      qyzmet policy set proactive G-25 false --by head --reason "signature withdrawn"
    """
    from qyzmet.cases import readings
    from qyzmet.cases.package import act_package
    from qyzmet.commands.opening import opened_store

    package = act_package(act)
    with opened_store() as (config, clock, _, connection):
        done = readings.change(
            connection, package, config.policies.get(act, {}), mark, _value(value),
            by=by, reason=reason, clock=clock,
        )  # fmt: skip
    click.echo(f"Change {done.id}: {mark} was {done.before!r} and is {done.after!r} from now on.")


@policy.command()
@click.argument("act")
@click.argument("number", type=int)
@_by
@_reason
@says_errors
def undo(act: str, number: int, by: str, reason: str) -> None:
    """Takes the last change of a reading back, and lists what it touched meanwhile.

    \b
    Example:
      qyzmet policy undo proactive 3 --by head --reason "letter No 6"
    """
    from qyzmet.cases import readings
    from qyzmet.cases.package import act_package
    from qyzmet.commands.opening import opened_store

    package = act_package(act)
    with opened_store() as (config, clock, _, connection):
        done = readings.undo(
            connection, package, config.policies.get(act, {}), number, by=by, reason=reason, clock=clock
        )
        found = readings.touched(connection, package, number)
    click.echo(f"Change {done.id} undoes {number}: {done.mark} is {done.after!r} again.")
    _say_touched(found)


@policy.command()
@click.argument("act")
@click.argument("number", type=int)
@as_json
@says_errors
def touched(act: str, number: int, as_json: bool) -> None:
    """Cases that went through steps of the policy's clauses while the change held.

    \b
    Example:
      qyzmet policy touched proactive 3
    """
    import msgspec

    from qyzmet.cases import readings
    from qyzmet.cases.package import act_package
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, _, _, connection):
        found = readings.touched(connection, act_package(act), number)
    if as_json:
        print_json({"touched": msgspec.to_builtins(found)})
    else:
        _say_touched(found)


def _say_touched(found: list[Any]) -> None:
    for each in found:
        click.echo(f"{each.case:>8}  run {each.run}, {each.at}: {', '.join(each.clauses)}")
    click.echo(f"It touched {len({each.case for each in found})} cases.")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
