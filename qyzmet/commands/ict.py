"""`qyzmet ict`: likely items for a description, determinations, the share of a file of income."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from qyzmet.commands import saying
from qyzmet.commands.saying import as_json, language, print_json, says_errors

_FILES = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def ict() -> None:
    """Priority ICT activities: does an activity count, and which share of the income does.

    \b
    Examples:
      qyzmet ict classify "We develop a chat bot on a language model"
      qyzmet ict determine 13 --answer actions=DEVELOP --on 2026-03-01
      qyzmet ict check income.csv --year 2026
    """


@ict.command()
@click.argument("text")
@click.option("--most", default=5, show_default=True, type=click.IntRange(1, 19), help="Items at most.")
@language
@as_json
@says_errors
def classify(text: str, most: int, lang: str, as_json: bool) -> None:
    """The items a free description likely falls under, best first, with the words that spoke for each.

    The description may be Kazakh, Russian or English; it stays on this machine.

    \b
    Examples:
      qyzmet ict classify "Мобильді ойын әзірлейміз" --lang kk
      qyzmet ict classify "Дата-центр для банков" --json
    """
    from qyzmet.acts.ict.classifying import classified

    found = classified(text, lang, most)
    if as_json:
        print_json({"items": found})
        return
    if not found:
        click.echo(
            "No item of the list is named. Say what is made or done, and for whom; the list is closed: "
            "what matches no item is no priority activity."
        )
    for each in found:
        click.echo(f"{each['code']}  {each['name']}")
        for reason in each["reasons"]:
            click.echo(f"        {reason}")


@ict.command()
@click.argument("item", type=int)
@click.option("--answer", "answers", multiple=True, metavar="NAME=VALUE", help="May be given several times.")
@click.option("--on", type=saying.day, metavar="DATE", help="The day of the activity.  [default: today]")
@language
@as_json
@says_errors
def determine(item: int, answers: tuple[str, ...], on: date | None, lang: str, as_json: bool) -> None:
    """The result under one item, or the next question that decides.

    \b
    Examples:
      qyzmet ict determine 2 --answer state_body_system=no --answer actions=CREATE,MAINTAIN
      qyzmet ict determine 17 --answer directions=17.14 --json
    """
    from qyzmet.acts.ict import policies_now
    from qyzmet.acts.ict.determination import determine as determined
    from qyzmet.acts.ict.determination import read_answers
    from qyzmet.acts.ict.words import asked, reason_in_words, result_in_words
    from qyzmet.runtime.clock import legal_date
    from qyzmet.runtime.config import load

    config = load()
    day = on or legal_date(config.open_clock().now())
    given = read_answers(pair.partition("=")[::2] for pair in answers)
    found = determined(item, given, policies_now(config), day)
    reasons = [reason_in_words(reason, lang) for reason in found.reasons]
    if as_json:
        print_json(
            {
                "item": found.item, "result": found.result, "reasons": reasons, "on": day.isoformat(),
                "ask": asked(found, lang) if found.result is None else None,
            }
        )  # fmt: skip
        return
    click.echo(f"{day}: {result_in_words(found, lang)}")
    for reason in reasons:
        click.echo(f"  {reason}")
    if found.result is None:
        for code, name in asked(found, lang)["choices"].items():
            click.echo(f"  {code}  {name}")
        click.echo(f"Answer with --answer {found.ask}=…")


@ict.command()
@click.argument("file", type=_FILES)
@click.option("--year", type=int, help="The year to judge.  [default: the year of the first line]")
@language
@as_json
@says_errors
def check(file: Path, year: int | None, lang: str, as_json: bool) -> None:
    """The share of priority income in a CSV or XLSX file of income lines, and every line that is wrong.

    Columns: period_from, period_to, description, amount (tenge); item and answers (actions=DEVELOP;
    for_state_body=no) where the line is determined; related for income that the Tax Code counts with it.
    Lines without an item are answered with the likely ones. Exit code 1 where lines are bad.

    \b
    Examples:
      qyzmet ict check income.csv
      qyzmet ict check income.xlsx --year 2026 --json
    """
    from qyzmet.acts.ict import policies_now
    from qyzmet.acts.ict.classifying import share_in_words
    from qyzmet.acts.ict.income import Judge
    from qyzmet.acts.ict.incomefile import read_lines
    from qyzmet.runtime.config import load

    lines, bad = read_lines(file.name, file.read_bytes())
    found = share_in_words(Judge(policies_now(load())).judge(lines), bad, year, lang)
    if as_json:
        print_json(found)
    else:
        _say(found)
    if bad:
        raise click.exceptions.Exit(1)


def _waits(line: dict[str, Any]) -> str:
    if line["result"]:
        return "a person must decide"
    if line["ask"]:
        return f"{line['ask']['text']} ({line['ask']['name']}=…)"
    likely = ", ".join(map(str, line["likely"]))
    return (
        f"no item is given; likely: {likely}"
        if likely
        else "no item is given, and none is named by its words"
    )


def _say(found: dict[str, Any]) -> None:
    for line in found["bad"]:
        click.echo(f"row {line['row']}  {line['field']} {line['rule']}. {line['remedy']}")
    for line in found["open"]:
        click.echo(f"row {line['row']}  {_waits(line)}")
    if "percent" in found:
        met = "met" if found["met"] else f"not met: {found['missing']} tenge of priority income are missing"
        click.echo(
            f"{found['year']}: {found['priority']} of {found['all']} tenge are priority income, "
            f"{found['percent']} %; the condition of {found['condition']} % is {met}."
        )
        click.echo(f"The condition is from the {found['source']}.")
    click.echo(f"{found['lines']} lines, {len(found['bad'])} bad, {len(found['open'])} open.")
