"""`qyzmet case paper`, `receipt`, `affected`: what leaves the system of a decision, and what touches it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qyzmet.commands import saying
from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.cases.affected import Touched

_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--lang", type=click.Choice(["kk", "ru"]), default="kk", show_default=True, help="Language.")
@click.option("--dossier", is_flag=True, help="Everything that happened, not only the decision.")
@click.option("--signed", is_flag=True, help="Signed by the head of the office that decided (PAdES).")
@click.option("--out", "out", type=_OUT, metavar="F", help="Where to; default: a name of its own, here.")
@says_errors
def paper(number: int, lang: str, dossier: bool, signed: bool, out: Path | None) -> None:
    """The decision of a case as PDF/A, with a QR code that leads to its verification. The look is logged.

    \b
    Examples:
      qyzmet case paper 17 --lang ru
      qyzmet case paper 17 --dossier --signed --out dossier.pdf
    """
    name = f"{'dossier' if dossier else 'decision'}-{lang}{'-signed' if signed else ''}.pdf"
    _write(number, name, out or Path(f"case-{number}-{name}"))


@click.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--out", "out", type=_OUT, metavar="F", help="Where to; default: a name of its own, here.")
@says_errors
def receipt(number: int, out: Path | None) -> None:
    """The receipt of a case's decision: one file that anybody verifies without this system.

    \b
    Examples:
      qyzmet case receipt 17 --out receipt.json
      qyzmet verify receipt.json --roots root.crt
    """
    _write(number, "receipt.json", out or Path(f"case-{number}-receipt.json"))


def _write(number: int, name: str, out: Path) -> None:
    from qyzmet.cases.papers import Reader, content_of
    from qyzmet.commands.opening import opened, user
    from qyzmet.web.documents import office_of

    with opened() as tools:
        reader = Reader(tools.connection, tools.vault, tools.catalogue, user())
        office = office_of(tools.config, tools.clock, tools.config.public_url)
        content, _ = content_of(reader, office, number, name)
    out.write_bytes(content)
    click.echo(f"{out}: {len(content)} bytes")


@click.command()
@click.option("--figure", metavar="NAME", help="A figure of the law that was corrected, such as MCI.")
@click.option("--fact", metavar="NAME", help="A fact that a registry corrected after the end of its case.")
@click.option("--since", metavar="DATE", type=saying.day, required=True, help="Learnt from this day on.")
@click.option("--open-review", is_flag=True, help="Opens the review of each: a task for two officials.")
@click.option("--by", metavar="NAME", help="Who orders the reviews.")
@click.option("--order", metavar="TEXT", help="By which order; it stands in each review as its reason.")
@as_json
@says_errors
def affected(
    figure: str | None,
    fact: str | None,
    since: date,
    open_review: bool,
    by: str | None,
    order: str | None,
    as_json: bool,
) -> None:
    """Decisions that a correction touches, with the difference in tenge. Nothing is changed but by a review.

    \b
    Examples:
      qyzmet case affected --figure MCI --since 2024-04-01
      qyzmet case affected --fact children --since 2024-04-01 --json
      qyzmet case affected --figure MCI --since 2024-04-01 --open-review --by "A. Serikova" --order "No 5"
    """
    from qyzmet.cases import affected as touching
    from qyzmet.cases import failpoints
    from qyzmet.cases.intake import Intake
    from qyzmet.cases.reviewing import open_reviews
    from qyzmet.cases.store import Store
    from qyzmet.commands.opening import opened

    if (figure is None) == (fact is None):
        raise click.UsageError("Name either --figure or --fact.")
    if open_review and not (by and order):
        raise click.UsageError("A review is opened by order of an official: give --by and --order.")
    with opened() as tools:
        if figure is not None:
            with _progress("decisions looked at") as told:
                found = touching.by_figure(
                    tools.connection, tools.vault, tools.catalogue, figure, since, told
                )
        else:
            assert fact is not None
            found = touching.by_fact(tools.connection, tools.vault, tools.catalogue, fact, since)
        opened_: dict[int, int] = {}
        refused: dict[int, str] = {}
        if open_review:
            assert by is not None
            assert order is not None
            store = Store(tools.connection, tools.vault, "qyzmet command", failpoints.none)
            intake = Intake(store, tools.catalogue, tools.vault, tools.clock)
            opened_, refused = open_reviews(intake, tools.vault, tools.clock, found, by=by, order=order)
    if as_json:
        print_json(touching.told(found) | {"reviews": opened_, "not_reviewed": refused})
        return
    for each in found.decisions:
        click.echo(_touched(each, opened_.get(each.case) or each.review, refused.get(each.case, "")))
    erased = f"; {found.erased} of erased persons cannot be told" if found.erased else ""
    click.echo(
        f"{len(found.decisions)} decisions are touched by {found.what}, {_tenge(found.tiyn)} in all; "
        f"{found.looked_at} were looked at{erased}."
    )


def _touched(each: Touched, review: int | None, refused: str) -> str:
    change = "people have to find the sum"
    if each.after is not None:
        by = _tenge(each.after - each.before, sign=True)
        change = f"{_tenge(each.before)} becomes {_tenge(each.after)} ({by})"
    more = [each.because, f"reviewed in case {review}" if review else "", refused]
    said = "".join(f"\n          {line}" for line in more if line)
    return f"{each.case:>8}  {each.benefit:<32} law of {each.law_on}: {change}{said}"


def _tenge(tiyn: int, *, sign: bool = False) -> str:
    whole, part = divmod(abs(tiyn), 100)
    minus = "-" if tiyn < 0 else "+" if sign else ""
    return f"{minus}{whole:,}".replace(",", " ") + (f".{part:02}" if part else "") + " KZT"


def replay_all(as_json: bool) -> bool:
    """Makes every decision again as known on its day; whether all came out as they were signed."""
    from qyzmet.cases.replaying import replay_decisions
    from qyzmet.commands.opening import opened

    with opened() as tools, _progress("decisions made again") as told:
        found = replay_decisions(tools.connection, tools.vault, tools.catalogue, None, told)
    if as_json:
        print_json(
            {"decisions": found.decisions, "same": found.same, "erased": found.erased,
             "left_out": found.left_out, "different": {str(k): v for k, v in found.different.items()}}
        )  # fmt: skip
        return not found.different
    for case, because in found.different.items():
        click.echo(f"{case:>8}  {because}")
    others = "".join(
        f"; {count} of {act}, which does not make them again" for act, count in found.left_out.items()
    )
    click.echo(
        f"{found.same} of {found.decisions} decisions come out as they were signed, byte for byte; "
        f"{found.erased} of erased persons{others}; {len(found.different)} differ."
    )
    return not found.different


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int], None]]:
    """Says on stderr how many were done, where somebody looks."""
    done, shows = 0, sys.stderr.isatty()

    def told(count: int) -> None:
        nonlocal done
        done += count
        if shows:
            click.echo(f"\r{done} {what}", err=True, nl=False)

    yield told
    if shows and done:
        click.echo(err=True)
