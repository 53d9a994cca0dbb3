"""`qyzmet trace`: every clause with its code and its tests, and what is missing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.law.trace import Gap, Traced


@click.command()
@click.argument("act", required=False)
@as_json
@says_errors
def trace(act: str | None, as_json: bool) -> None:
    """Every clause of ACT, or of all installed acts: its code, its tests, or why it needs no code.

    A clause with neither code nor reason is a gap, and so is one whose code has no test. Exit code 1
    when there are gaps.

    \b
    Examples:
      qyzmet trace
      qyzmet trace proactive --json
    """
    from importlib.metadata import entry_points

    from qyzmet.cases.package import act_package
    from qyzmet.cases.trace import steps_by_clause
    from qyzmet.law import trace as tracing

    points = {point.name: point.module for point in entry_points(group="qyzmet.acts")}
    clauses: list[Traced] = []
    gaps: list[Gap] = []
    warnings: list[str] = []
    for code in [act] if act else sorted(points):
        package = act_package(code)
        tracing.import_all(points[code])
        folder = tracing.tests_folder(points[code])
        read = tracing.read_tests(folder) if folder else None
        tests = read.by_clause if read else None
        if read is None:
            warnings.append(f"{code} is installed without its tests, so only its code is traced.")
        else:
            warnings += [f"The clause that {test} names is not written out there." for test in read.unread]
        traced = tracing.trace(package.act, steps_by_clause(package.procedures.values()), tests or {})
        clauses += traced
        gaps += tracing.gaps(package.act, traced, tests)
    if as_json:
        print_json(
            {
                "clauses": [asdict(clause) for clause in clauses],
                "gaps": [asdict(gap) for gap in gaps],
                "warnings": warnings,
            }
        )
    else:
        _say(clauses, gaps, warnings)
    if gaps:
        raise click.exceptions.Exit(1)


def _say(clauses: list[Traced], gaps: list[Gap], warnings: list[str]) -> None:
    width = max((len(clause.id) for clause in clauses), default=0)
    untested = {gap.id for gap in gaps if gap.lacks == "tests"}
    for clause in clauses:
        state = _state(clause, clause.id in untested)
        click.echo(f"{clause.id:<{width}}  {state:<17} {clause.title}{_after(clause)}")
    for gap in gaps:
        if gap.lacks == "clause":
            click.echo(f"{gap.id} {gap.said}.")
    for warning in dict.fromkeys(warnings):
        click.echo(warning, err=True)
    whole = sum(1 for clause in clauses if clause.code and clause.tests)
    none = sum(1 for clause in clauses if not clause.code and clause.no_code_because)
    click.echo(
        f"{len(clauses)} clauses: {whole} with code and tests, {none} need no code; gaps: {len(gaps)}."
    )


def _state(clause: Traced, untested: bool) -> str:
    if not clause.code:
        return "no code needed" if clause.no_code_because else "NO CODE"
    return f"{len(clause.code)} code, {'NO TEST' if untested else f'{len(clause.tests)} tests'}"


def _after(clause: Traced) -> str:
    if clause.code:
        more = f" and {len(clause.code) - 1} more" if len(clause.code) > 1 else ""
        return f" [{clause.code[0]}{more}]"
    return f" [{clause.no_code_because}]" if clause.no_code_because else ""
