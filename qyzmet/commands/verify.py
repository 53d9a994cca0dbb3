"""`qyzmet verify`: whether a receipt counts, by the same program that outsiders run."""

from __future__ import annotations

import json
from pathlib import Path

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("receipts", metavar="RECEIPT…", nargs=-1, type=_FILE)
@click.option("--roots", type=_FILE, metavar="F", help="Trusted root certificates; default: the settings'.")
@click.option("--heads", type=_FILE, metavar="F", help="heads.json: who signs for which office.")
@click.option("--program", type=click.Path(dir_okay=False, path_type=Path), metavar="F",
              help="Writes the verifier to F instead: one file for outsiders.")  # fmt: skip
@as_json
@says_errors
def verify(
    receipts: tuple[Path, ...], roots: Path | None, heads: Path | None, program: Path | None, as_json: bool
) -> None:
    """Checks receipts of decisions offline. Exit code 1 when one of them does not count.

    \b
    Examples:
      qyzmet verify receipt.json --roots root.crt --heads heads.json
      qyzmet verify --program receipt_verifier.py
    """
    from qyzmet.exchange import receipt_verifier
    from qyzmet.exchange.opening import read_roots, roots_of
    from qyzmet.runtime.config import load

    if program is not None:
        program.write_bytes(Path(receipt_verifier.__file__).read_bytes())
        click.echo(f"{program}: run it as `python {program} RECEIPT ROOT.crt [HEADS.json]`")
        return
    if not receipts:
        raise click.UsageError("Name at least one receipt, or --program F.")
    trusted = read_roots(roots, "--roots") if roots else roots_of(load())
    listed = json.loads(heads.read_text("utf-8")) if heads else None
    found = []
    for path in receipts:
        try:
            decision = receipt_verifier.verify(path.read_bytes(), trusted, listed)
        except receipt_verifier.Forged as forged:
            found.append({"receipt": str(path), "genuine": False, "because": str(forged)})
        else:
            found.append({"receipt": str(path), "genuine": True, "decision": decision})
    if as_json:
        print_json({"receipts": found})
    else:
        for each in found:
            _say(each)
    if not all(each["genuine"] for each in found):
        raise click.exceptions.Exit(1)


def _say(found: dict[str, object]) -> None:
    decision = found.get("decision")
    if not isinstance(decision, dict):
        click.echo(f"{found['receipt']}: does NOT count: {found['because']}.")
        return
    tiyn = decision["amount_tiyn"]
    about = f"case {decision['case']}, {decision['benefit']}, {decision['outcome']}"
    sum_ = f"{tiyn // 100}.{tiyn % 100:02} {decision['currency']}"
    click.echo(f"{found['receipt']}: genuine, {about}, {sum_}, decided at {decision['decided_at']}.")
