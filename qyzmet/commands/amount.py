"""`qyzmet amount`: what a benefit comes to on a day, with the arithmetic and its sources."""

from __future__ import annotations

from datetime import date

import click

from qyzmet.commands import saying
from qyzmet.commands.saying import as_json, language, print_json, says_errors


@click.command()
@click.argument("benefit")
@click.option(
    "--on", "on", metavar="DATE", type=saying.day, required=True, help="The day whose law is applied."
)
@click.option(
    "--known-on", metavar="DATE", type=saying.day, help="As it was known on that day; default: now."
)
@click.argument("given", metavar="KEY=VALUE…", nargs=-1)
@as_json
@language
@says_errors
def amount(
    benefit: str, on: date, known_on: date | None, given: tuple[str, ...], as_json: bool, lang: str
) -> None:
    """The amount of BENEFIT by the law of a day. Exit code 1 when it is refused.

    A day outside the order's term is computed by the figures of that day, and the answer says so.

    \b
    Examples:
      qyzmet amount LARGE_FAMILY_ALLOWANCE --on 2024-03-01 children=5
      qyzmet amount LARGE_FAMILY_ALLOWANCE --on 2024-03-01 --known-on 2024-02-15 children=5
      qyzmet amount AWARDED_MOTHER_ALLOWANCE --on 2025-01-01 award=ALTYN_ALQA --json
      qyzmet amount DISABILITY_ALLOWANCE --on 2024-03-01 group=2 cause=general_illness age=40
      qyzmet amount JOB_LOSS_PAYMENT --on 2024-03-01 average_income=175000 participation_months=84
    """
    from qyzmet.acts.proactive import amounts
    from qyzmet.law.money import format_tiyn
    from qyzmet.runtime.errors import Refused

    try:
        found = amounts.amount(benefit, on, _pairs(given), known_on=known_on)
    except Refused as refused:
        if not as_json:
            raise
        print_json({"benefit": benefit, "on": str(on), "refused": str(refused)})
        raise click.exceptions.Exit(refused.exit_code) from refused
    lines = [line[lang] for line in found.lines]
    if as_json:
        more = {"gross": found.gross_tiyn, "withheld": found.withheld_tiyn}
        print_json(
            {
                "benefit": benefit,
                "on": str(on),
                "amount": _in_tenge(found.amount_tiyn),
                **{name: _in_tenge(sum_) for name, sum_ in more.items() if sum_ is not None},
                **({} if found.months is None else {"months": found.months}),
                "currency": "KZT",
                "lines": lines,
                "sources": list(found.sources),
                "confirmed": found.confirmed,
                "notes": amounts.remarks(found, lang),
            }
        )
        return
    click.echo(format_tiyn(found.amount_tiyn, lang))
    for said in (*lines, *amounts.remarks(found, lang), *found.sources):
        click.echo(f"  {said}")


def _in_tenge(tiyn: int) -> int | float:
    """A whole number of tenge wherever it is one."""
    return tiyn / 100 if tiyn % 100 else tiyn // 100


def _pairs(given: tuple[str, ...]) -> dict[str, object]:
    """`key=value` words as a mapping. Raises BadValue for another form or a key given twice."""
    from qyzmet.runtime.errors import BadValue

    pairs: dict[str, object] = {}
    for word in given:
        key, equals, value = word.partition("=")
        if not (key and equals and value):
            raise BadValue(
                "KEY=VALUE", f"has a key and a value, not {word!r}", "Write for example children=5."
            )
        if key in pairs:
            raise BadValue(key, "is given twice", "Give it once.")
        pairs[key] = value
    return pairs
