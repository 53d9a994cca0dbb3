"""`qyzmet assessment`: reports of openness checked, scored and published from files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qyzmet.commands import saying
from qyzmet.commands.saying import as_json, language, print_json, says_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qyzmet.acts.assessment.bodies import Body
    from qyzmet.acts.assessment.report import Report
    from qyzmet.acts.assessment.scoring import Place
    from qyzmet.law.act import Period

_FILES = click.Path(path_type=Path, exists=True, dir_okay=False)
_first = click.option(
    "--first", metavar="DATE", type=saying.day, required=True, help="The period's first day."
)
_last = click.option("--last", metavar="DATE", type=saying.day, required=True, help="The period's last day.")
_bodies = click.option(
    "--bodies", type=_FILES, required=True, help="JSON list of bodies: id, names, kind, flag."
)


@click.group()
def assessment() -> None:
    """Openness of state bodies: reports of Annex 9 checked, scored by Annex 10, published.

    \b
    Examples:
      qyzmet assessment check report.json --first 2024-01-01 --last 2024-12-31
      qyzmet assessment score *.json --bodies bodies.json --first 2024-01-01 --last 2024-12-31
    """


@assessment.command()
@click.argument("file", type=_FILES)
@_first
@_last
@click.option("--links", is_flag=True, help="Read every link of the report too: advice on each record.")
@click.option(
    "--allow-inside", multiple=True, metavar="HOST:PORT", help="With --links: an address of our own."
)
@as_json
@says_errors
def check(
    file: Path, first: date, last: date, links: bool, allow_inside: tuple[str, ...], as_json: bool
) -> None:
    """Every fault of a report (JSON); with --links also what the machine says of its evidence.

    Exit code 1 where there are faults.

    \b
    Examples:
      qyzmet assessment check report.json --first 2024-01-01 --last 2024-12-31
      qyzmet assessment check report.json --first 2024-01-01 --last 2024-12-31 --links --json
    """
    from qyzmet.acts.assessment.report import duplicates, faults, read_report
    from qyzmet.law.act import Period
    from qyzmet.runtime.clock import legal_date
    from qyzmet.runtime.config import load

    clock = load().open_clock()
    report, period = read_report(file.read_bytes()), Period(first, last)
    found = faults(report, period, legal_date(clock.now()))
    twice = duplicates(report)
    advice = _advice(report, period, allow_inside, clock, quiet=as_json) if links else []
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins({"faults": found, "duplicates": twice, "advice": advice}))
    else:
        for fault in (*found, *twice):
            click.echo(f"{fault.place}  {fault.field}: {fault.rule}. {fault.remedy}")
        for each in advice:
            if each["level"] != "good":
                codes = ", ".join(
                    finding["code"] for finding in each["findings"] if finding["level"] != "good"
                )
                click.echo(f"{each['place']}  record {each['item']}: {each['level']} ({codes})")
        records = sum(1 for _ in report.items())
        click.echo(f"{report.body}: {records} records, {len(found)} faults, {len(twice)} standing twice.")
    if found:
        raise click.exceptions.Exit(1)


def _advice(
    report: Report, period: Period, inside: tuple[str, ...], clock: Any, *, quiet: bool
) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from qyzmet.acts.assessment.crawler import Crawler
    from qyzmet.acts.assessment.evidence import advise

    def progress(done: int, of: int) -> None:
        if not quiet:
            click.echo(f"{done} of {of} links read", err=True)

    crawler = Crawler(clock, allowed_inside=inside)
    try:
        copies = crawler.read((link for _, item in report.items() for link in item.links()), progress)
    finally:
        crawler.close()
    return [asdict(each) | {"level": each.level} for each in advise(report, period, copies)]


@assessment.command()
@click.argument("files", type=_FILES, nargs=-1, required=True)
@_bodies
@_first
@_last
@click.option("--lines", is_flag=True, help="Every line of every score with its reason.")
@language
@as_json
@says_errors
def score(
    files: tuple[Path, ...], bodies: Path, first: date, last: date, lines: bool, lang: str, as_json: bool
) -> None:
    """The ranking on open dialogue of all bodies by their reports (JSON files, one a body).

    All records count as reported; deciding which do is the assessor's work.

    \b
    Example:
      qyzmet assessment score reports/*.json --bodies bodies.json --first 2024-01-01 --last 2024-12-31
    """
    from qyzmet.acts.assessment.publishing import plain
    from qyzmet.acts.assessment.words import line_said, penalty_said

    places, known, _ = _ranked(files, bodies, first, last)
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(plain(places, known)))
        return
    for place in places:
        score = place.score
        less = f", penalty {score.penalty}" if score.penalty else ""
        click.echo(f"{place.rank:>4}  {score.result:>6} / {score.most}{less}  {known[score.body].name(lang)}")
        if lines:
            for line in score.lines:
                click.echo(f"        {line_said(line, lang)}")
            for penalty in score.penalties:
                click.echo(f"        {penalty_said(penalty, lang)}")


@assessment.command()
@click.argument("files", type=_FILES, nargs=-1, required=True)
@_bodies
@_first
@_last
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Directory.")
@says_errors
def publish(files: tuple[Path, ...], bodies: Path, first: date, last: date, out: Path) -> None:
    """Writes the results as XLSX, CSV and JSON with their DCAT description.

    \b
    Example:
      qyzmet assessment publish r/*.json --bodies b.json --first 2024-01-01 --last 2024-12-31 --out results
    """
    from qyzmet.acts.assessment.publishing import write_results
    from qyzmet.runtime.clock import legal_date
    from qyzmet.runtime.config import load

    places, known, period = _ranked(files, bodies, first, last)
    for path in write_results(out, places, known, period, legal_date(load().open_clock().now())):
        click.echo(str(path))


def _ranked(
    files: Sequence[Path], bodies: Path, first: date, last: date
) -> tuple[list[Place], dict[str, Body], Period]:
    import msgspec

    from qyzmet.acts.assessment.events import BodyEntry
    from qyzmet.acts.assessment.life import body_of
    from qyzmet.acts.assessment.policies import POLICIES
    from qyzmet.acts.assessment.report import must_be_scorable, read_report
    from qyzmet.acts.assessment.scoring import ranking, score_all
    from qyzmet.law.act import Period
    from qyzmet.law.policies import Policies
    from qyzmet.runtime.config import load
    from qyzmet.runtime.errors import BadValue, UnknownName

    policies, period = Policies(POLICIES, load().policies.get("assessment")), Period(first, last)
    must_be_scorable(period, date.fromisoformat(policies["published"]))
    try:
        entries = msgspec.json.decode(bodies.read_bytes(), type=list[BodyEntry])
    except msgspec.MsgspecError as error:
        raise BadValue("--bodies", str(error), "A JSON list of id, names (kk), kind, flag.") from None
    known = {entry.id: body_of(entry) for entry in entries}
    reports: dict[str, Report] = {}
    for file in files:
        report = read_report(file.read_bytes())
        if report.body not in known:
            raise UnknownName("body", report.body, f"{file.name} reports for it; it is not in {bodies.name}")
        if report.body in reports:
            raise BadValue(file.name, f"{report.body} reports twice", "Leave one of the files.")
        reports[report.body] = report
    return ranking(score_all(reports, known.values(), period, policies)), known, period


@assessment.command()
@click.argument("period")
@click.option("--allow-inside", multiple=True, metavar="HOST:PORT", help="An address of our own to read too.")
@click.option("--again", is_flag=True, help="All reports once more: which pages changed since?")
@says_errors
def evidence(period: str, allow_inside: tuple[str, ...], again: bool) -> None:
    """Reads the links of every new report of a period in the register: advice to the assessors.

    Polite and slow; run it by a timer. Nothing is decided by it. Where the portals are among the partners
    (`open_data_portal`, `blog_platform`), they are asked about data sets and questions too.

    \b
    Examples:
      qyzmet assessment evidence 2024
      qyzmet assessment evidence 2024 --again
    """
    from contextlib import nullcontext

    from qyzmet.acts.assessment.store import Store
    from qyzmet.acts.assessment.watching import read_evidence
    from qyzmet.commands.opening import opened_store
    from qyzmet.exchange.client import HttpPartners

    def say(body: str, done: int, of: int) -> None:
        click.echo(f"{body}: {done} of {of} links read", err=True)

    with opened_store() as (config, clock, _, connection):
        asked = HttpPartners(config.partners, clock=clock) if config.partners else nullcontext()
        with asked as partners:
            bodies = read_evidence(
                Store(connection), period, clock, say, inside=allow_inside, partners=partners, again=again
            )
    click.echo(f"Read the evidence of {', '.join(bodies)}." if bodies else "There are no new reports.")
