"""What the commands share: days as arguments, the language, and errors said in one message."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from qyzmet.runtime.errors import QyzmetError

P = ParamSpec("P")
R = TypeVar("R")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


def says_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Says a QyzmetError of the command on stderr, without a traceback, and ends with its exit code."""

    @wraps(function)
    def saying(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except QyzmetError as error:
            click.echo(str(error), err=True)
            raise click.exceptions.Exit(error.exit_code) from error

    return saying


def day(text: str) -> date:
    """An argument that is a day such as 2024-05-03. Raises click.BadParameter."""
    try:
        return date.fromisoformat(_DAY.match(text)[0])  # type: ignore[index]
    except (TypeError, ValueError):
        raise click.BadParameter(f"{text!r} is not a day. Write it as 2024-05-03.") from None


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
language = click.option(
    "--lang", "lang", type=click.Choice(["kk", "ru", "en"]), default="en", show_default=True, help="Language."
)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
