"""`qyzmet mining`: check a report, submit it, see what is due, export what was reported."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qyzmet.commands.saying import as_json, day, language, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.acts.mining.filing import Filing, Submission
    from qyzmet.acts.mining.pools import Pool
    from qyzmet.commands.opening import Opened

_FILES = click.Path(path_type=Path, exists=True, dir_okay=False)
_month = click.option("--month", required=True, help="The reporting month, for example 2026-05.")
_pool = click.option("--pool", "pool", required=True, help="The pool's code, IIN or BIN.")


@click.group()
def mining() -> None:
    """Mining pools' monthly report (form ЦМПМ 1): check, submit, follow, export.

    \b
    Examples:
      qyzmet mining check report.csv --month 2026-05
      qyzmet mining submit report.csv --month 2026-05 --pool pool-3f2a9c
      qyzmet mining status
      qyzmet mining export totals --by miner --format csv
    """


@mining.command()
@click.argument("file", type=_FILES)
@_month
@click.option("--most", default=50, show_default=True, type=int, help="Findings shown; --json gives all.")
@click.option("--aside", type=click.Path(path_type=Path, dir_okay=False), help="Write bad rows to this CSV.")
@click.option("--mended", is_flag=True, help="The file holds rows that were given back and mended.")
@language
@as_json
@says_errors
def check(
    file: Path, month: str, most: int, aside: Path | None, mended: bool, lang: str, as_json: bool
) -> None:
    """Checks a CSV, XLSX or Parquet file as the tax service will, on this machine; nothing is sent.

    Every finding has row, column, value, rule and remedy. Exit code 1 where the report would be refused.

    \b
    Examples:
      qyzmet mining check report.xlsx --month 2026-05 --lang kk
      qyzmet mining check report.parquet --month 2026-05 --json > findings.json
    """
    from qyzmet.acts.mining.checking import Check, findings_of
    from qyzmet.acts.mining.deadlines import parse_month
    from qyzmet.acts.mining.policies import POLICIES
    from qyzmet.law.policies import Policies
    from qyzmet.runtime.config import load

    policies = Policies(POLICIES, load().policies.get("mining"))
    with _progress(file, quiet=as_json) as progress:
        check = Check(file, parse_month(month), policies, places=mended, progress=progress)
        told, shown = _Told(as_json, lang, most), 0
        writer = _Aside(aside)
        for part in check.parts():
            writer.write(part.bad)
            for finding in findings_of(part):
                shown += 1
                told.say(finding.told(lang, policies))
    outcome = check.outcome
    errors, warnings = outcome.errors(policies), outcome.warnings(policies)
    told.end(
        {
            "file": file.name, "kind": outcome.kind, "month": month, "rows": outcome.rows, "good": outcome.good,
            "bad": outcome.bad, "errors": errors, "warnings": warnings, "counts": dict(outcome.counts),
            "totals": outcome.totals, "acceptable": not errors,
        },
        shown,
    )  # fmt: skip
    if errors:
        raise click.exceptions.Exit(1)


class _Told:
    """Says findings one by one, so that memory does not grow with them; JSON stays one document."""

    def __init__(self, as_json: bool, lang: str, most: int) -> None:
        self._json, self._lang, self._most, self._said = as_json, lang, most, 0
        if as_json:
            click.echo('{"findings": [', nl=False)

    def say(self, finding: dict[str, Any]) -> None:
        if self._json:
            click.echo(
                ("" if not self._said else ",") + "\n" + json.dumps(finding, ensure_ascii=False), nl=False
            )
        elif self._said < self._most:
            place = f"row {finding['row']}" if finding["row"] else "file"
            column = f" C{finding['column']} {finding['field']}" if finding["column"] else ""
            value = f" {finding['value']!r}:" if finding["value"] else ""
            click.echo(
                f"{finding['severity']:7} {place}{column}:{value} {finding['rule']}. {finding['remedy']}."
            )
        self._said += 1

    def end(self, summary: dict[str, Any], shown: int) -> None:
        if self._json:
            click.echo(f"],\n{json.dumps(summary, ensure_ascii=False)[1:]}")
            return
        if shown > self._most:
            click.echo(f"… and {shown - self._most} more; --json or --most shows all.")
        for asset, total in summary["totals"].items():
            click.echo(f"{asset}: {total['amount']} in {total['rows']} rows")
        click.echo(
            f"{summary['rows']} rows, {summary['bad']} bad; {summary['errors']} errors, {summary['warnings']} warnings. "
            + ("The report can be submitted." if summary["acceptable"] else "The report would be refused.")
        )


class _Aside:
    """Bad rows as they came, with their place, to be mended."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._begun = path, False

    def write(self, bad: Any) -> None:
        from qyzmet.acts.mining.columns import COLUMNS
        from qyzmet.acts.mining.source import PLACE

        if self._path is None or not bad.height:
            return
        names = {"row": PLACE, **{f"c{column.number}": column.name for column in COLUMNS}}
        with self._path.open("ab" if self._begun else "wb") as file:
            bad.select(list(names)).rename(names).write_csv(
                file, include_header=not self._begun, include_bom=not self._begun
            )
        self._begun = True


@contextlib.contextmanager
def _progress(file: Path, *, quiet: bool) -> Iterator[Any]:
    """Rows done, on stderr, where somebody watches."""
    import sys

    from qyzmet.acts.mining.checking import no_progress

    if quiet or not sys.stderr.isatty() or file.stat().st_size < 4 << 20:
        yield no_progress
        return
    from rich.console import Console

    with Console(stderr=True).status("checking …") as status:
        yield lambda done: status.update(f"checking … {done:,} rows")


@mining.command()
@click.argument("file", type=_FILES, required=False)
@_month
@_pool
@click.option("--nil", is_flag=True, help="Nothing was distributed in the month: a report without rows.")
@click.option("--mends", default="", help="The report whose bad rows the file mends.")
@click.option("--to", "url", default="", help="Send to this API instead of the local store.")
@click.option("--key", "key_file", type=_FILES, help="With --to: the pool's private key (PEM).")
@as_json
@says_errors
def submit(
    file: Path | None,
    month: str,
    pool: str,
    nil: bool,
    mends: str,
    url: str,
    key_file: Path | None,
    as_json: bool,
) -> None:
    """Submits a month's report and prints the receipts; a report is accepted whole or not at all.

    The same file again changes nothing. A later file replaces the month's report; history stays.
    Exit code 1 where it is refused.

    \b
    Examples:
      qyzmet mining submit report.csv --month 2026-05 --pool pool-3f2a9c
      qyzmet mining submit --nil --month 2026-06 --pool pool-3f2a9c
      qyzmet mining submit report.csv --month 2026-05 --pool pool-3f2a9c --to https://… --key pool.pem
    """
    from qyzmet.acts.mining.deadlines import parse_month

    if nil == (file is not None):
        raise click.UsageError("Give a file, or --nil for a month without distributions.")
    parse_month(month)
    if url:
        if key_file is None:
            raise click.UsageError("--to needs --key: requests are signed.")
        from qyzmet.acts.mining.client import send

        told = send(url, key_file, pool, month, file, nil=nil, mends=mends)
    else:
        with _filing() as (_, filing):
            draft = filing.open(
                _found(filing, pool), parse_month(month), channel="command line", nil=nil, mends=mends,
                file_name=file.name if file else "",
            )  # fmt: skip
            if file is not None:
                filing.put_file(draft, file)
            with _progress(file or Path(__file__), quiet=as_json) as progress:
                told = _told(filing.decide(filing.submit(draft), progress), filing)
    print_json(told) if as_json else _say(told)
    if told["state"] == "refused":
        raise click.exceptions.Exit(1)


@mining.command()
@click.argument("report", required=False)
@click.option("--pool", default="", help="Only this pool: code, IIN or BIN.")
@click.option("--month", default="", help="Only this month.")
@click.option("--findings", is_flag=True, help="With a report: its findings too.")
@language
@as_json
@says_errors
def status(report: str | None, pool: str, month: str, findings: bool, lang: str, as_json: bool) -> None:
    """What is due and what was filed; with a report, its state, receipts and findings.

    \b
    Examples:
      qyzmet mining status --month 2026-05
      qyzmet mining status 6d0f… --findings --lang ru
    """
    from qyzmet.acts.mining.deadlines import parse_month
    from qyzmet.acts.mining.obligations import Obligations

    with _filing() as (opened, filing):
        if report:
            told = _told(filing.one(report), filing)
            if findings:
                from qyzmet.acts.mining.found import findings_told

                number = filing.one(report).id
                told["findings"] = list(findings_told(opened.connection, number, lang, _policies(opened)))
            print_json(told) if as_json else _say(told)
            return
        duties = Obligations(opened.connection, _policies(opened), opened.clock)
        chosen = parse_month(month) if month else None
        if pool:
            found = [
                each for each in duties.of_pool(_found(filing, pool)) if not month or each.month == month
            ]
        else:
            found = duties.all(chosen)
        if as_json:
            import msgspec

            print_json({"obligations": msgspec.to_builtins(found)})
            return
        for each in found:
            click.echo(f"{each.month}  {each.pool:18}  due {each.due}  {each.state:9}  {each.report}")
        click.echo(f"{len(found)} obligations, {sum(each.state == 'overdue' for each in found)} overdue.")


@mining.command()
@click.argument("coin")
@click.argument("address")
@as_json
@says_errors
def wallet(coin: str, address: str, as_json: bool) -> None:
    """Whether a wallet address is well-formed for a coin, by name or ticker: valid, invalid or unknown.

    \b
    Examples:
      qyzmet mining wallet BTC 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa
      qyzmet mining wallet "Bitcoin Cash" bitcoincash:q… --json
    """
    from qyzmet.acts.mining.rules import RULES
    from qyzmet.acts.mining.wallets import VALID, check_wallet

    found = check_wallet(coin, address)
    code = f"wallet_{found.reason}" if found.reason else "wallet_unknown"
    reason = "" if found.state == VALID else RULES[code].texts["en"][0]
    if as_json:
        print_json({"valid": found.state == VALID, "state": found.state, "coin": found.coin, "kind": found.kind,
                    "reason": reason})  # fmt: skip
    else:
        click.echo(f"{found.state}: {found.coin or coin} {found.kind or reason}")
    if found.state != VALID:
        raise click.exceptions.Exit(1)


_TABLES = ("totals", "miners", "wallets", "licences", "commissions", "changes", "rows", "obligations", "carf")


@mining.command()
@click.argument("what", type=click.Choice(_TABLES))
@click.option(
    "--by", multiple=True, type=click.Choice(["month", "pool", "coin", "miner"]), help="Groups of totals."
)
@click.option("--from", "first", default="", metavar="MONTH", help="The first month.")
@click.option("--to", "last", default="", metavar="MONTH", help="The last month.")
@click.option("--pool", "code", default="", help="Only this pool, by code.")
@click.option("--coin", default="", help="Only this coin, by ticker or reported name.")
@click.option(
    "--format", "kind", type=click.Choice(["csv", "xlsx", "json"]), default="csv", show_default=True
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write here instead of printing."
)
@says_errors
def export(
    what: str, by: tuple[str, ...], first: str, last: str, code: str, coin: str, kind: str, out: Path | None
) -> None:
    """What was reported, from accepted reports: sums, signs to look at, rows, obligations, CARF-like XML.

    Column 10 is never summed. XLSX needs --out; carf is XML of one month (--from).

    \b
    Examples:
      qyzmet mining export totals --by miner --by month --from 2026-05 --out totals.csv
      qyzmet mining export wallets --format json
      qyzmet mining export carf --from 2026-05 --out carf.xml
    """
    from qyzmet.acts.mining.carf import carf
    from qyzmet.acts.mining.deadlines import parse_month
    from qyzmet.acts.mining.exporting import as_csv, as_json_lines, as_xlsx
    from qyzmet.acts.mining.tables import table
    from qyzmet.acts.mining.totals import Asked

    start, end = (parse_month(text) if text else None for text in (first, last))
    if what == "carf" and start is None:
        raise click.UsageError("carf is of one month: give --from.")
    if kind == "xlsx" and out is None:
        raise click.UsageError("A workbook is written to a file: give --out.")
    with _filing() as (opened, _):
        if what == "carf":
            assert start is not None
            content = carf(opened.connection, start, opened.clock.now())
        else:
            asked = Asked(start, end, code or None, coin or None)
            rows = table(opened.connection, what, by, asked, _policies(opened), opened.clock)
            content = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json_lines}[kind](rows)
    if out is None:
        click.echo(content.decode("utf-8-sig"), nl=False)
    else:
        out.write_bytes(content)
        click.echo(f"Written to {out}.", err=True)


@mining.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@says_errors
def form(out: Path) -> None:
    """Writes the form as a workbook: headings in Kazakh, a Russian translation, checks, instructions.

    \b
    Example:
      qyzmet mining form cmpm-1.xlsx
    """
    from qyzmet.acts.mining.form import workbook
    from qyzmet.acts.mining.policies import POLICIES
    from qyzmet.law.policies import Policies
    from qyzmet.runtime.config import load

    out.write_bytes(workbook(Policies(POLICIES, load().policies.get("mining"))))
    click.echo(f"Written to {out}.")


@mining.command()
@click.argument("file", type=_FILES)
@click.option("--source", default="", help="Where the list is from.")
@says_errors
def prices(file: Path, source: str) -> None:
    """Loads a daily list of prices (CSV: coin, day, tenge), so that sums have a value in tenge.

    A day off gets the value of the working day before.

    \b
    Example:
      qyzmet mining prices list.csv --source "State Revenue Committee"
    """
    from qyzmet.acts.mining import prices as lists
    from qyzmet.law.calendar import working_calendar

    found = lists.read_list(file.read_text("utf-8"), working_calendar(), source or file.name)
    with _filing() as (opened, _):
        lists.put(opened.connection, found)
    click.echo(f"{len(found)} prices entered.")


@mining.group()
def pool() -> None:
    """The pools that report: their profile and keys."""


@pool.command("add")
@click.argument("profile", type=_FILES)
@click.option("--number", required=True, help="The pool's IIN or BIN.")
@click.option("--since", type=day, required=True, help="The day from which it works.")
@click.option("--keys", type=_FILES, help="Public keys or certificates (PEM) that sign its requests.")
@click.option("--test", is_flag=True, help="A pool of the sandbox: checked alike, counted nowhere.")
@as_json
@says_errors
def add(profile: Path, number: str, since: Any, keys: Path | None, test: bool, as_json: bool) -> None:
    """Enters a pool with its profile (JSON: name, address, phone, email, executor, head).

    \b
    Example:
      qyzmet mining pool add profile.json --number 990940000384 --since 2026-05-01 --keys pool.pem
    """
    from qyzmet.acts.mining.header import parse_profile

    with _filing() as (_, filing):
        known = parse_profile(profile.read_bytes())
        entered = filing.pools.add(number, known, since, test=test, keys=keys.read_text() if keys else "")
    print_json({"pool": entered.code, "test": test}) if as_json else click.echo(
        f"The pool is {entered.code}."
    )


@pool.command("list")
@click.option("--test", is_flag=True, help="Those of the sandbox.")
@as_json
@says_errors
def listed(test: bool, as_json: bool) -> None:
    """The pools that are entered.

    \b
    Example:
      qyzmet mining pool list --json
    """
    with _filing() as (_, filing):
        found = [
            {"pool": each.code, "name": each.name, "since": each.since.isoformat()}
            for each in filing.pools.all(test=test)
        ]
    if as_json:
        print_json({"pools": found})
    for each in () if as_json else found:
        click.echo(f"{each['pool']:18}  since {each['since']}  {each['name']}")


@contextlib.contextmanager
def _filing() -> Iterator[tuple[Opened, Filing]]:
    from qyzmet.acts.mining.filing import Filing
    from qyzmet.acts.mining.receipts import Receipts
    from qyzmet.commands.opening import opened

    with opened() as found:
        yield found, Filing(found.connection, _policies(found), Receipts(found.vault.keys), found.clock)


def _policies(opened: Opened) -> Any:
    from qyzmet.acts.mining.policies import POLICIES
    from qyzmet.law.policies import Policies

    return Policies(POLICIES, opened.config.policies.get("mining"))


def _found(filing: Filing, pool: str) -> Pool:
    return filing.pools.by_number(pool) if pool.isdigit() else filing.pools.by_code(pool)


def _told(submission: Submission, filing: Filing) -> dict[str, Any]:
    from qyzmet.acts.mining.found import told

    return told(submission, filing.pools.by_id(submission.pool))


def _say(told: dict[str, Any]) -> None:
    late = ", late" if told["late"] else ""
    click.echo(f"{told['report']}  {told['month']}  {told['state']}{late}")
    if told["reason"]:
        click.echo(f"  {told['reason']}")
    click.echo(
        f"  {told['rows']} rows, {told['bad']} bad; {told['errors']} errors, {told['warnings']} warnings"
    )
    for asset, total in told["totals"].items():
        click.echo(f"  {asset}: {total['amount']} in {total['rows']} rows")
    for name in ("receipt", "decision"):
        if told[name]:
            click.echo(f"  {name}: {told[name]}")
    for each in told.get("findings", ()):
        click.echo(f"  row {each['row']} {each['field']}: {each['rule']}. {each['remedy']}.")
