"""`qyzmet task`: the work of officials: what is due, who does it, how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from qyzmet.commands import saying
from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.cases.rows import Connection
    from qyzmet.cases.tasks import Task
    from qyzmet.runtime.clock import Clock

_official = click.option("--as", "official", required=True, metavar="NAME", help="The official who acts.")
_by = click.option("--by", required=True, metavar="NAME", help="Who enters it.")


@click.group()
def task() -> None:
    """Tasks of officials: list, claim, end, confirm; their posts and substitutes.

    \b
    Examples:
      qyzmet task list --overdue
      qyzmet task end 12 appoint --as "A. Serikova"
      qyzmet task substitute "A. Serikova" "B. Omarov" --from 2024-03-01 --until 2024-03-14 --by head
    """


@task.command("list")
@click.option("--as", "official", metavar="NAME", help="Only what this official may do today.")
@click.option("--office", help="Only this office, for example committee/75.")
@click.option("--role", help="Only this role: authorised_body or state_corporation.")
@click.option("--region", help="Only this region.")
@click.option("--overdue", is_flag=True, help="Only those whose deadline has passed.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000), help="At most.")
@as_json
@says_errors
def list_(
    official: str | None,
    office: str | None,
    role: str | None,
    region: str | None,
    overdue: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Open tasks, those whose deadline comes first first.

    \b
    Example:
      qyzmet task list --office committee/75 --overdue
    """
    from qyzmet.cases import tasks
    from qyzmet.cases.officials import Officials
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, clock, _, connection):
        now = clock.now()
        if official is not None:
            found = Officials(connection, clock).tasks_of(official, overdue=overdue, limit=limit)
            found = [
                each
                for each in found
                if office in (None, each.office)
                and role in (None, each.role)
                and region in (None, each.region)
            ]
        else:
            late = now if overdue else None
            found = tasks.open_tasks(
                connection, office=office, role=role, region=region, overdue_at=late, limit=limit
            )
    if as_json:
        print_json({"tasks": [_plain(each) | {"overdue": each.overdue(now)} for each in found]})
        return
    for each in found:
        click.echo(_line(each, each.overdue(now)))
    if not found:
        click.echo("There are no such tasks.", err=True)


@task.command()
@click.argument("number", metavar="ID", type=int)
@_official
@says_errors
def claim(number: int, official: str) -> None:
    """Takes a task on, so that others leave it alone.

    \b
    Example:
      qyzmet task claim 12 --as "A. Serikova"
    """
    from qyzmet.cases import tasks

    with _acting(number, official) as (connection, _, found):
        tasks.claim(connection, number, found.version, official)
    click.echo(f"Task {number} is {official}'s.")


@task.command("give-back")
@click.argument("number", metavar="ID", type=int)
@_official
@says_errors
def give_back(number: int, official: str) -> None:
    """Puts a claimed task back for others.

    \b
    Example:
      qyzmet task give-back 12 --as "A. Serikova"
    """
    from qyzmet.cases import tasks

    with _acting(number, official) as (connection, _, found):
        tasks.give_back(connection, number, found.version)
    click.echo(f"Task {number} is open for all again.")


@task.command("hand-over")
@click.argument("number", metavar="ID", type=int)
@click.option("--to", metavar="NAME", help="Who gets it. Default: all of the office.")
@_official
@says_errors
def hand_over_(number: int, to: str | None, official: str) -> None:
    """A head takes back what an official has claimed, and gives it on.

    \b
    Examples:
      qyzmet task hand-over 12 --as "D. Head"
      qyzmet task hand-over 12 --to "B. Omarov" --as "D. Head"
    """
    from qyzmet.cases import tasks
    from qyzmet.cases.handover import hand_over
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, clock, _, connection):
        found = tasks.open_task(connection, number)
        hand_over(connection, number, found.version, official, to, clock)
    click.echo(f"Task {number} is {to}'s." if to else f"Task {number} is open for all again.")


@task.command()
@click.argument("number", metavar="ID", type=int)
@click.argument("outcome")
@click.argument("given", metavar="KEY=VALUE…", nargs=-1)
@_official
@says_errors
def end(number: int, outcome: str, given: tuple[str, ...], official: str) -> None:
    """Ends a task with an outcome and the facts it asks for; amounts are in tiyn.

    \b
    Example:
      qyzmet task end 12 appoint --as "A. Serikova"
      qyzmet task end 13 entered amount=4000000 "amount.source=order No 5" --as "A. Serikova"
    """
    from qyzmet.cases import tasks

    with _acting(number, official) as (connection, clock, found):
        facts = _facts(found, outcome, given)
        ended = tasks.complete(connection, number, found.version, official, outcome, clock, facts)
    click.echo(
        f"Task {number} ended with {outcome}."
        if ended
        else f"Proposed: {outcome}. A second official confirms it with: qyzmet task confirm {number} --as …"
    )


@task.command()
@click.argument("number", metavar="ID", type=int)
@_official
@says_errors
def confirm(number: int, official: str) -> None:
    """A second official confirms what the first proposed.

    \b
    Example:
      qyzmet task confirm 12 --as "B. Omarov"
    """
    from qyzmet.cases import tasks
    from qyzmet.runtime.errors import Refused

    with _acting(number, official) as (connection, clock, found):
        said = found.proposal
        if said is None:
            raise Refused(f"Nothing was proposed for task {number}. End it with an outcome.")
        tasks.complete(connection, number, found.version, official, said.outcome, clock, said.facts)
    click.echo(f"Task {number} ended with {said.outcome}, proposed by {said.official}.")


@task.command()
@click.argument("number", metavar="ID", type=int)
@_official
@says_errors
def reject(number: int, official: str) -> None:
    """A second official does not confirm; the task is open again.

    \b
    Example:
      qyzmet task reject 12 --as "B. Omarov"
    """
    from qyzmet.cases import tasks

    with _acting(number, official) as (connection, _, found):
        tasks.reject(connection, number, found.version, official)
    click.echo(f"Task {number} is open again.")


@task.command()
@click.argument("official", required=False)
@as_json
@says_errors
def posts(official: str | None, as_json: bool) -> None:
    """Posts of all officials or of one, and who substitutes for whom today.

    \b
    Example:
      qyzmet task posts
    """
    import msgspec

    from qyzmet.cases.officials import Officials
    from qyzmet.commands.opening import opened_store
    from qyzmet.runtime.clock import legal_date

    with opened_store() as (_, clock, _, connection):
        officials = Officials(connection, clock)
        held = officials.posts(official)
        acting = officials.substitutions(legal_date(clock.now()))
    if as_json:
        print_json(msgspec.to_builtins({"posts": held, "substitutions": acting}))
        return
    for post in held:
        until = f" to {post.last_day}" if post.last_day else ""
        click.echo(
            f"{post.id:>6}  {post.official}: {post.role} in {post.office}, from {post.first_day}{until}"
        )
    for each in acting:
        click.echo(f"        {each.substitute} for {each.absent} until {each.last_day}")


@task.command()
@click.argument("official")
@click.argument("role")
@click.argument("office")
@click.option("--from", "first", metavar="DATE", type=saying.day, help="First day. Default: today.")
@click.option("--until", "last", metavar="DATE", type=saying.day, help="Last day. Default: no end.")
@_by
@says_errors
def appoint(official: str, role: str, office: str, first: date | None, last: date | None, by: str) -> None:
    """Gives an official a post; an office may be of a kind: committee/* is all regions.

    \b
    Example:
      qyzmet task appoint "A. Serikova" authorised_body committee/75 --by head
    """
    from qyzmet.cases.officials import Officials
    from qyzmet.commands.opening import opened_store
    from qyzmet.runtime.clock import legal_date

    with opened_store() as (_, clock, _, connection):
        begins = first or legal_date(clock.now())
        number = Officials(connection, clock).appoint(official, role, office, by, begins, last)
    click.echo(f"Post {number}: {official} is {role} in {office} from {begins}.")


@task.command()
@click.argument("absent")
@click.argument("substitute")
@click.option("--from", "first", metavar="DATE", type=saying.day, required=True, help="First day.")
@click.option("--until", "last", metavar="DATE", type=saying.day, required=True, help="Last day.")
@_by
@says_errors
def substitute(absent: str, substitute: str, first: date, last: date, by: str) -> None:
    """Lets one official do what an absent one may.

    \b
    Example:
      qyzmet task substitute "A. Serikova" "B. Omarov" --from 2024-03-01 --until 2024-03-14 --by head
    """
    from qyzmet.cases.officials import Officials
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, clock, _, connection):
        Officials(connection, clock).substitute(absent, substitute, first, last, by)
    click.echo(f"{substitute} acts for {absent} from {first} to {last}.")


@contextmanager
def _acting(number: int, official: str) -> Iterator[tuple[Connection, Clock, Task]]:
    """The open task, where the official may do it today."""
    from qyzmet.cases.officials import Officials
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, clock, _, connection):
        yield connection, clock, Officials(connection, clock).must_be_allowed(official, number)


def _facts(found: Task, outcome: str, given: tuple[str, ...]) -> dict[str, Any]:
    """What was written as KEY=VALUE; whole numbers where the outcome asks for an amount."""
    from qyzmet.runtime.errors import BadValue

    kinds = (found.takes or {}).get(outcome, {})
    facts: dict[str, Any] = {}
    for pair in given:
        name, mark, value = pair.partition("=")
        if not mark or not name:
            raise BadValue(pair, "is no KEY=VALUE", "Write it as amount=4000000.")
        number = kinds.get(name) == "tiyn" and value.isascii() and value.isdigit()
        facts[name] = int(value) if number else value
    return facts


def _plain(each: Task) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(each)
    return found


def _line(each: Task, late: bool) -> str:
    from qyzmet.cases.telling_facts import end_of

    until = f"until {end_of(each.deadline_at)}" if each.deadline_at else "no time set"
    who = f", {each.claimed_by}" if each.claimed_by else ""
    proposed = f", proposed: {each.proposal.outcome} by {each.proposal.official}" if each.proposal else ""
    mark = "LATE " if late else ""
    return (
        f"{each.id:>7}  {mark}{until:<24} case {each.case:<8} {each.step:<24} {each.office}"
        f" ({', '.join(each.outcomes)}){who}{proposed}"
    )
