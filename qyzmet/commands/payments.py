"""`qyzmet payments`: what was ordered, paid, returned, and what is in question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.cases.payments import PaymentQuestion


@click.group()
def payments() -> None:
    """Payment orders and ODK: reconcile, questions for people, an order as it went out.

    \b
    Examples:
      qyzmet payments reconcile --json
      qyzmet payments questions
    """


@payments.command()
@click.option(
    "--days", type=click.IntRange(1, 10_000), help="The last so many days, as they were known then."
)
@as_json
@says_errors
def reconcile(days: int | None, as_json: bool) -> None:
    """Where all money is, by state, in tenge. Exit code 1 where something does not agree.

    \b
    Example:
      qyzmet payments reconcile --days 7
    """
    from qyzmet.cases import payments as money
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, clock, _, connection):
        found = money.days(connection, days) if days else [money.report(connection, clock.now())]
    if as_json:
        print_json({"days": found} if days else found[0])
    else:
        for each in found:
            _say(each)
        if not found:
            click.echo("No day has been reconciled yet: a worker does so every day.", err=True)
    if any(not each["agrees"] for each in found):
        raise click.exceptions.Exit(1)


@payments.command()
@click.option("--all", "all_", is_flag=True, help="Also those that were settled.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000), help="At most.")
@as_json
@says_errors
def questions(all_: bool, limit: int, as_json: bool) -> None:
    """What people have to look into, with the reason and the case in which they do.

    \b
    Example:
      qyzmet payments questions --all
    """
    from qyzmet.cases import payments as money
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, clock, _, connection):
        found = money.questions(connection, clock.now(), limit=limit, all_=all_)
    if as_json:
        print_json({"questions": [_plain(each) for each in found]})
        return
    for each in found:
        where = f"case {each.opened}" if each.opened else "no case"
        click.echo(f"{each.reference:<24} {each.state:<16} ordered {_tenge(each.ordered_tiyn)}, paid "
                   f"{_tenge(each.paid_tiyn)}, returned {_tenge(each.returned_tiyn)}; {where}")  # fmt: skip
        click.echo(f"  {each.explained}")
        if each.settled_by:
            click.echo(f"  settled by {each.settled_by}: {each.settled_note}")
    if not found:
        click.echo("Nothing is in question.", err=True)


@payments.command()
@click.argument("reference")
@click.option("--note", required=True, help="How it was explained; names nobody.")
@click.option("--by", required=True, metavar="NAME", help="The official who says so.")
@says_errors
def settle(reference: str, note: str, by: str) -> None:
    """Says what became of a reference that no case deals with, such as one nobody ordered.

    \b
    Example:
      qyzmet payments settle elsewhere/044 --note "line of another payer, ODK corrected it" --by "A. Serikova"
    """
    from qyzmet.cases import payments as money
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, clock, _, connection):
        money.settle(connection, reference, by, note, clock.now())
    click.echo(f"{reference} is settled; the list with --all shows by whom and why.")


@payments.command()
@click.argument("key")
@says_errors
def order(key: str) -> None:
    """Prints an order as it went out, pain.001.001.09. The look is logged in the vault.

    \b
    Example:
      qyzmet payments order proactive/17 > order.xml
    """
    from qyzmet.cases import payments as money
    from qyzmet.commands.opening import opened, user

    with opened() as tools:
        person, _ = money.case_of_order(tools.connection, key)
        tools.vault.reveal(
            [person], who=user(), purpose="show a payment order", clause="proactive:§27", fields=("accounts",)
        )
        message = money.order_message(tools.connection, key, tools.vault.person_keys([person]).get(person))
    click.echo(message.decode())


def _say(found: dict[str, Any]) -> None:
    click.echo(
        f"{found['day']}: {found['orders']} orders, ordered {_tenge(found['ordered_tiyn'])}, paid "
        f"{_tenge(found['paid_tiyn'])}, returned {_tenge(found['returned_tiyn'])}"
    )
    for state, sums in found["states"].items():
        click.echo(
            f"  {state:<16} {sums['references']:>8}  ordered {_tenge(sums['ordered_tiyn'])}, paid "
            f"{_tenge(sums['paid_tiyn'])}, returned {_tenge(sums['returned_tiyn'])}  {sums['explained']}"
        )
    for each in found["troubled_messages"]:
        click.echo(f"  {each['kind']} {each['number']}: {each['trouble']}")
    said = (
        "Everything agrees to the tiyn" if found["agrees"] else "This does not agree: see the messages above"
    )
    click.echo(f"  {said}; {found['for_people']} for people.")


def _tenge(tiyn: int) -> str:
    return f"{tiyn // 100:,}.{tiyn % 100:02} ₸".replace(",", " ")


def _plain(question: PaymentQuestion) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(question)
    return found
