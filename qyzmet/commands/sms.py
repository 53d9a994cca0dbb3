"""`qyzmet sms`: answer as a citizen of the twins, and see how a reply is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qyzmet.commands.saying import as_json, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.runtime.config import Config

_SECONDS = 10


@click.group()
def sms() -> None:
    """Reply as a citizen of the twins; see how a reply is read.

    \b
    Examples:
      qyzmet sms reply +77011234567 '7#1'
      qyzmet sms read --expect bank_many --banks 2 --code 41 '41#3#2'
    """


@sms.command()
@click.argument("phone")
@click.argument("text")
@as_json
@says_errors
def reply(phone: str, text: str, as_json: bool) -> None:
    """Sends TEXT from PHONE, now, in the twins that are running (`qyzmet demo --serve`, `qyzmet twins`).

    \b
    Example:
      qyzmet sms reply +77011234567 '7#1'
    """
    from urllib.parse import quote

    import httpx

    from qyzmet.people.phones import parse_mobile
    from qyzmet.runtime.config import load
    from qyzmet.runtime.errors import Refused

    number, url = parse_mobile(phone), _twins(load())
    try:
        answer = httpx.post(
            f"{url}/control/phones/{quote(number)}/reply", json={"text": text}, timeout=_SECONDS
        )
        sent = answer.json() if answer.is_success else {}
    except (httpx.HTTPError, ValueError) as error:
        raise _no_twins(f"at {url} nobody answers as twins do ({type(error).__name__})") from None
    if not answer.is_success:
        raise Refused(
            f"The twins at {url} refused the reply (status {answer.status_code}): {_said(answer.text)}"
        )
    if as_json:
        print_json(sent)
    else:
        click.echo(f"Sent at {sent.get('at', '')} (number of the message: {sent.get('id', '')}).")


@sms.command()
@click.option("--expect", type=click.Choice(["consent", "bank_one", "bank_many"]), required=True)
@click.option(
    "--banks", default=1, show_default=True, type=click.IntRange(1, 99), help="Banks that the SMS listed."
)
@click.option("--code", default="41", show_default=True, help="The service code that the SMS named.")
@click.argument("text")
@as_json
@says_errors
def read(expect: str, banks: int, code: str, text: str, as_json: bool) -> None:
    """How a reply is read: consent, refuse, bank:1 …, other_bank or unclear.

    \b
    Example:
      qyzmet sms read --expect consent '7 # 1'
    """
    from qyzmet.acts.proactive.replies import read_reply

    reading = read_reply(text, expect, banks, code)
    if as_json:
        print_json({"text": text, "expect": expect, "reading": reading})
    else:
        click.echo(reading)


def _twins(config: Config) -> str:
    """Where the running twins answer: as a demo wrote it down, else as the settings name them."""
    import json

    ready = config.home / "twins.json"
    if ready.exists():
        try:
            return str(json.loads(ready.read_text(encoding="utf-8"))["http"])
        except (ValueError, KeyError, TypeError):
            raise _no_twins(f"{ready} does not name their address") from None
    for name in ("mobile_citizens_base", "*"):
        if config.partners.get(name):
            return config.partners[name]
    raise _no_twins("neither a demo nor the setting `partners` names their address")


def _no_twins(why: str) -> Exception:
    from qyzmet.runtime.errors import Refused

    return Refused(
        f"No twins are running: {why}. Start them with `qyzmet demo --serve` or `qyzmet twins`; for twins "
        "elsewhere set QYZMET_PARTNERS to their address."
    )


def _said(text: str) -> str:
    """The reason in a problem report, or nothing that could be long."""
    import json

    try:
        return str(json.loads(text)["detail"])
    except (ValueError, KeyError, TypeError):
        return "they gave no reason"
