"""`qyzmet signature`: whether a detached signature counts, question by question."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.exchange.verification import Report

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def signature() -> None:
    """Whether a signature counts.

    \b
    Example:
      qyzmet signature verify decision.json decision.p7s --roots root.crt
    """


@signature.command()
@click.argument("document", type=_FILE)
@click.argument("signature_file", type=_FILE, metavar="SIGNATURE")
@click.option(
    "--roots", type=_FILE, metavar="F", help="Trusted root certificates in PEM; default: the settings'."
)
@click.option("--stamp-roots", type=_FILE, metavar="F", help="Those for timestamps, where they are others.")
@click.option("--heads", type=_FILE, metavar="F", help="heads.json: who may sign for which office.")
@click.option("--office", metavar="A/R", help="Authority and region; default: what the document names.")
@click.option("--ocsp", metavar="URL", help="OCSP responder; default: the settings'.")
@click.option("--crl", type=_FILE, metavar="F", help="List of revoked certificates, PEM or DER.")
@click.option("--ncanode", metavar="URL", help="Let an external service check it instead: GOST signatures.")
@click.option("--strict", is_flag=True, help="What could not be checked counts as no.")
@as_json
@says_errors
def verify(
    document: Path,
    signature_file: Path,
    roots: Path | None,
    stamp_roots: Path | None,
    heads: Path | None,
    office: str | None,
    ocsp: str | None,
    crl: Path | None,
    ncanode: str | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Checks SIGNATURE, a detached CMS in DER, over DOCUMENT. Exit code 1 when it does not count.

    \b
    Examples:
      qyzmet signature verify decision.json decision.p7s --roots root.crt --json
      qyzmet signature verify decision.json decision.p7s --roots root.crt --crl nca.crl --strict
    """
    from qyzmet.exchange import opening
    from qyzmet.exchange.heads import HEADS, Heads, office_named_in
    from qyzmet.exchange.revocation import Crl, Ocsp, Revocation, Source
    from qyzmet.exchange.verification import Trust, examine
    from qyzmet.runtime.config import load

    config = load()
    clock = config.open_clock()
    content, signed = document.read_bytes(), signature_file.read_bytes()
    if ncanode is not None:
        _by_service(ncanode, content, signed, as_json)
        return
    sources: list[Source] = []
    if ocsp:
        sources.append(Ocsp(ocsp))
    if crl:
        sources.append(Crl(crl.read_bytes))
    listed = heads or (config.home / "signing" / HEADS)
    trust = Trust(
        roots=opening.read_roots(roots, "--roots") if roots else opening.roots_of(config),
        stamp_roots=opening.read_roots(stamp_roots, "--stamp-roots") if stamp_roots else (),
        heads=Heads.read(listed) if listed.exists() else None,
        revocation=Revocation(sources, clock) if sources else opening.revocation_of(config, clock),
    )
    report = examine(content, signed, trust, clock.now(), _office(office) or office_named_in(content))
    _say(report, strict, as_json)


def _office(written: str | None) -> tuple[str, str] | None:
    if written is None:
        return None
    authority, slash, region = written.rpartition("/")
    if not (authority and slash and region):
        raise click.BadParameter(f"{written!r} is not AUTHORITY/REGION. Write it as committee/75.")
    return authority, region


def _say(report: Report, strict: bool, as_json: bool) -> None:
    counts = not report.refusal and not (strict and report.unknown)
    if as_json:
        holder = report.holder
        print_json(
            {
                "counts": counts,
                "signer": str(holder) if holder else None,
                "signed_at": _moment(report.signed_at),
                "proven_at": _moment(report.proven_at),
                "checks": [
                    {"name": check.name, "answer": check.answer, "reason": check.reason}
                    for check in report.checks
                ],
            }
        )
    else:
        for check in report.checks:
            click.echo(f"{check.name:<11} {check.answer:<8} {check.reason}")
        if report.holder is not None:
            click.echo(f"Signer: {report.holder}.")
        if counts and report.unknown:
            click.echo(
                f"The signature holds as far as it was checked; not known: {', '.join(report.unknown)}."
            )
        else:
            click.echo("The signature counts." if counts else "The signature does NOT count.")
    if not counts:
        raise click.exceptions.Exit(1)


def _by_service(url: str, document: bytes, signed: bytes, as_json: bool) -> None:
    from qyzmet.exchange.ncanode import NcaNode

    node = NcaNode(url)
    try:
        holder = node.verify(document, signed).holder()
    finally:
        node.close()
    if as_json:
        print_json({"counts": True, "signer": str(holder), "checked_by": url})
    else:
        click.echo(f"Signer: {holder}.\nThe external service says that the signature counts.")


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
