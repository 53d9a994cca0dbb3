"""`qyzmet case`: look at cases, hear why they are where they are, put them back to work."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qyzmet.commands.decided import affected, paper, receipt
from qyzmet.commands.saying import as_json, day, language, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.cases.file import CaseFile
    from qyzmet.cases.telling import Told
    from qyzmet.commands.opening import Opened

STATUSES = {
    "running": "r", "waiting": "w", "watching": "p", "ended": "e", "aside": "a",
}  # fmt: skip
_WORDS = {letter: word for word, letter in STATUSES.items()}


@click.group()
def case() -> None:
    """Look at cases: list, show, explain, replay, release, archive, restore, review, affected, paper, receipt

    \b
    Examples:
      qyzmet case list --status aside
      qyzmet case explain 17 --lang kk
    """


for _command in (paper, receipt, affected):
    case.add_command(_command)


@case.command("list")
@click.option("--benefit", metavar="CODE", help="Only this procedure.")
@click.option("--status", type=click.Choice([*STATUSES, "open"]), help="Only these; open: all but ended.")
@click.option("--step", metavar="NAME", help="Only those at this step.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000), help="At most.")
@as_json
@says_errors
def list_(benefit: str | None, status: str | None, step: str | None, limit: int, as_json: bool) -> None:
    """Cases, latest first, without personal data.

    \b
    Example:
      qyzmet case list --benefit LARGE_FAMILY_ALLOWANCE --step decide --limit 20
    """
    from qyzmet.cases.telling_facts import end_of, local
    from qyzmet.commands.opening import opened_store

    statuses = [letter for letter in STATUSES.values() if letter != "e"]
    if status is not None and status != "open":
        statuses = [STATUSES[status]]
    with opened_store() as (_, _, _, connection), connection.transaction():
        found = connection.execute(
            """SELECT c.id, p.code, c.status::text, c.step, c.region, c.opened_at, c.entered_at,
                   c.deadline_at, c.trouble
               FROM cases c JOIN procedures p ON p.id = c.procedure
               WHERE (%(code)s::text IS NULL OR p.code = %(code)s)
                 AND (%(statuses)s::text[] IS NULL OR c.status::text = ANY(%(statuses)s))
                 AND (%(step)s::text IS NULL OR c.step = %(step)s)
               ORDER BY c.id DESC LIMIT %(limit)s""",
            {"code": benefit, "statuses": status and statuses, "step": step, "limit": limit},
        ).fetchall()
    if as_json:
        names = ("id", "benefit", "status", "step", "region", "opened", "entered", "deadline", "trouble")
        rows = [dict(zip(names, row, strict=True)) for row in found]
        print_json({"cases": [_plain(row | {"status": _WORDS[row["status"]]}) for row in rows]})
        return
    for number, code, letter, at, region, opened, _, deadline, trouble in found:
        until = f", until {end_of(deadline)}" if deadline and letter != "e" else ""
        click.echo(
            f"{number:>8}  {_WORDS[letter]:<8} {code:<32} {at:<24} {region:<4} opened {local(opened)}{until}"
            + (f"\n          {trouble}" if trouble else "")
        )
    if not found:
        click.echo("There are no such cases.", err=True)


@case.command()
@click.argument("number", metavar="ID", type=int)
@language
@as_json
@says_errors
def show(number: int, lang: str, as_json: bool) -> None:
    """One case as it stands, with what is known. The look is logged in the vault.

    \b
    Example:
      qyzmet case show 17
    """
    file = _opened(number, "show the case")
    state = _state(file, lang) | {
        "facts": {
            name: _plain({"value": fact.value, "source": fact.source, "learnt": fact.learnt, "on": fact.on})
            for name, fact in file.case.facts.items()
        }
    }
    if as_json:
        print_json(state)
        return
    _say_head(state)
    for name, fact in state["facts"].items():
        click.echo(f"  {name} = {fact['value']}  ({fact['source']}, learnt {fact['learnt']})")


@case.command()
@click.argument("number", metavar="ID", type=int)
@language
@as_json
@says_errors
def explain(number: int, lang: str, as_json: bool) -> None:
    """The whole case in sentences: when, under which clause, who acted, what was learnt, sent and decided.

    Moments are those of Kazakhstan. The look is logged in the vault.

    \b
    Example:
      qyzmet case explain 17 --lang kk
    """
    from qyzmet.cases.telling import tell
    from qyzmet.cases.telling_facts import local
    from qyzmet.law.calendar import working_calendar

    file = _opened(number, "explain the case")
    told = tell(file, lang, working_calendar())
    state = _state(file, lang)
    if as_json:
        print_json(state | {"lines": [_line(line) for line in told]})
        return
    _say_head(state)
    for line in told:
        click.echo(f"\n{local(line.at)}  {line.place}  {line.actor}\n  {line.said}")
        for detail in line.details:
            click.echo(f"    {detail}")


@case.command()
@click.argument("number", metavar="ID", type=int, required=False)
@click.option("--all", "all_", is_flag=True, help="Every decision, as of its day, as known on its day.")
@as_json
@says_errors
def replay(number: int | None, all_: bool, as_json: bool) -> None:
    """Builds the case again from its ledger entries alone and compares. Exit code 1 where they differ.

    With --all every decision is made again from the ledger, the figures and readings that were known and in
    use then, and has to come out as it was signed, byte for byte.

    \b
    Examples:
      qyzmet case replay 17
      qyzmet case replay --all
    """
    from qyzmet.cases.replay import replay as replay_case
    from qyzmet.commands.decided import replay_all
    from qyzmet.commands.opening import opened

    if (number is None) != all_:
        raise click.UsageError("Name a case, or --all.")
    if number is None:
        if not replay_all(as_json):
            raise click.exceptions.Exit(1)
        return

    with opened() as tools:
        _read(tools, number, "replay the case")  # the look is logged, whatever comes of it
        again = replay_case(tools.connection, tools.vault, tools.catalogue, number)
    if as_json:
        state = {name: value for name, value in again.state.items() if name != "facts"}
        print_json(
            {
                "case": number,
                "agrees": not again.differences,
                "entries": len(again.entries),
                "state": _plain(state),
                "differences": again.differences,
            }
        )
    else:
        for difference in again.differences:
            click.echo(difference)
        if not again.differences:
            click.echo(
                f"{len(again.entries)} entries lead to step {again.state['step']}, as the store has it."
            )
    if again.differences:
        raise click.exceptions.Exit(1)


@case.command()
@click.argument("number", metavar="ID", type=int)
@says_errors
def release(number: int) -> None:
    """Puts a case that was set aside back to work, once what stopped it is mended.

    \b
    Example:
      qyzmet case release 17
    """
    from qyzmet.cases.aside import release as put_back
    from qyzmet.commands.opening import opened_store, user

    with opened_store() as (_, clock, _, connection):
        put_back(connection, number, user(), clock)
    click.echo(f"Case {number} goes on at the next turn of a worker; the ledger says by whom.")


@case.command()
@click.argument("number", metavar="ID", type=int)
@click.option(
    "--kind",
    type=click.Choice(["appeal", "correction"]),
    required=True,
    help="appeal: the recipient's, against a refusal; correction: the body's own.",
)
@click.option("--reason", required=True, help="Why the decision is not right.")
@click.option("--by", required=True, metavar="NAME", help="Who asks for it.")
@as_json
@says_errors
def review(number: int, kind: str, reason: str, by: str, as_json: bool) -> None:
    """Opens the review of a decision: two officials decide anew, the old decision stays beside the new one.

    \b
    Example:
      qyzmet case review 17 --kind appeal --reason "a child was not counted" --by "A. Serikova"
    """
    from typing import cast

    from qyzmet.acts.proactive import package
    from qyzmet.acts.proactive.openings import REVIEWS, Kind, review_arrival
    from qyzmet.cases import failpoints
    from qyzmet.cases.intake import Intake
    from qyzmet.cases.store import Store
    from qyzmet.commands.opening import opened

    with opened() as tools:
        arrival = review_arrival(
            tools.connection, tools.vault, number, cast(Kind, kind), reason, by, tools.clock.now()
        )
        store = Store(tools.connection, tools.vault, "qyzmet command", failpoints.none)
        intake = Intake(store, tools.catalogue, tools.vault, tools.clock)
        verdicts, _ = intake.receive(package(), REVIEWS, [arrival])
    if as_json:
        print_json({"case": verdicts[0].case, "reviews": number})
    else:
        click.echo(f"Case {verdicts[0].case} reviews the decision on case {number}: qyzmet task list")


@case.command()
@click.option("--ended-before", metavar="DATE", type=day, required=True, help="Only cases that ended before.")
@click.option(
    "--to", "folder", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True, help="Where the file is written.",
)  # fmt: skip
@as_json
@says_errors
def archive(ended_before: date, folder: Path, as_json: bool) -> None:
    """Moves what is bulky of ended cases into a file; what proves them stays, and the ledger verifies.

    Payloads of the ledger, messages, replies and tasks go; the case, its decision, orders and claims stay.
    The file holds nothing that the store did not hold: keep it as safely.

    \b
    Examples:
      qyzmet case archive --ended-before 2024-01-01 --to /archive
      qyzmet audit verify --archive
    """
    from datetime import datetime, time

    from qyzmet.cases.archive import archive as move
    from qyzmet.commands.opening import opened_store, user
    from qyzmet.runtime.clock import KZ

    with opened_store() as (_, clock, _, connection):
        moved = move(connection, datetime.combine(ended_before, time(), KZ), folder, clock, user())
    if as_json:
        print_json(
            {"file": moved.file, "cases": moved.cases, "bytes": moved.bytes, "given_back": moved.given_back}
        )
    elif moved.cases:
        click.echo(f"{moved.cases:,} cases are in {moved.file} ({moved.bytes:,} bytes).")
    else:
        click.echo("No case ended before that day, or all are archived.")


@case.command()
@click.argument("number", metavar="ID", type=int)
@says_errors
def restore(number: int) -> None:
    """Brings a case back from the archive, as it was.

    \b
    Example:
      qyzmet case restore 17
    """
    from qyzmet.cases.archive import restore as put_back
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, _, _, connection):
        put_back(connection, number)
    click.echo(f"Case {number} is back; `qyzmet case show {number}` shows it.")


def _opened(number: int, purpose: str) -> CaseFile:
    from qyzmet.commands.opening import opened

    with opened() as tools:
        return _read(tools, number, purpose)


def _read(tools: Opened, number: int, purpose: str) -> CaseFile:
    from qyzmet.cases.file import read_file
    from qyzmet.commands.opening import user

    return read_file(tools.connection, tools.vault, tools.catalogue, number, who=user(), purpose=purpose)


def _state(file: CaseFile, lang: str) -> dict[str, Any]:
    from qyzmet.cases.drawing.words import in_language, title_of
    from qyzmet.cases.telling_words import say
    from qyzmet.people.regions import REGIONS

    case, step = file.case, file.procedure.steps.get(file.case.step)
    return _plain(
        {
            "case": case.id,
            "act": file.act,
            "benefit": file.procedure.code,
            "title": in_language(file.procedure.title, lang, file.procedure.code),
            "status": _WORDS[case.status],
            "status_title": say(f"status.{case.status}", lang),
            "step": case.step,
            "step_title": title_of(step, lang) if step else case.step,
            "clause": step.clause.id if step else None,
            "region": case.region,
            "region_title": REGIONS.get(case.region, {}).get(lang, case.region),
            "as_of": case.as_of,
            "opened": case.opened,
            "deadline": case.deadline,
            "recipient": file.name,
            "runs": case.run,
            "trouble": case.trouble,
        }
    )


def _say_head(state: dict[str, Any]) -> None:
    named = f" · {state['recipient']}" if state["recipient"] else ""
    click.echo(f"{state['case']} · {state['title']}{named} · {state['region_title']}")
    click.echo(f"  {state['status_title']}: {state['step_title']} ({state['clause'] or state['step']})")
    if state["trouble"]:
        click.echo(f"  {state['trouble']}")


def _line(told: Told) -> dict[str, Any]:
    from qyzmet.cases.telling_facts import local

    return {
        "at": told.at.isoformat(),
        "local": local(told.at),
        "kind": told.kind,
        "clause": told.clause,
        "actor": told.actor,
        "said": told.said,
        "details": list(told.details),
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Moments and days as ISO text."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()
    }
