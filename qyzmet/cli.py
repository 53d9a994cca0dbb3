"""The command `qyzmet`. A subcommand's module is loaded only when that subcommand is used."""

from __future__ import annotations

import os
import sys
import traceback
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from keyword import iskeyword
from typing import Any

import click

#: Every subcommand with its line in the help; its code is `qyzmet.commands.<name>`.
COMMANDS = {
    "demo": "Build a synthetic country and serve it for some days",
    "serve": "Serve the pages and the API, with everything they need",
    "worker": "Carry cases on, beside other workers",
    "twins": "Run the outside world: registries, banks, mobile operator",
    "acts": "Installed acts, their clauses, procedures and policies",
    "trace": "Every clause with its code and its tests",
    "draw": "A procedure as BPMN 2.0 or as a picture",
    "amount": "What a benefit comes to on a day",
    "figure": "Figures of the law: since when, learnt when, corrected",
    "calendar": "Working days, and how a deadline is counted",
    "case": "Cases and decisions: explain, replay, review, paper, receipt",
    "task": "Work of officials: due tasks, who does them, substitutes",
    "payments": "Reconcile with ODK: ordered, paid, returned, in question",
    "policy": "Change a reading of an act, undo it, see what it touched",
    "import": "Existing recipients, so that nobody is offered what they have",
    "audit": "Check the ledger, or export it for checking elsewhere",
    "verify": "Whether a decision's receipt counts, offline",
    "signature": "Whether a signature counts: every question with its answer",
    "signer": "Hold the keys in a process of its own; switch signing off and on",
    "sms": "Reply as a citizen of the twins; how a reply is read",
    "screen": "Find who is concerned in a whole population",
    "simulate": "Many cases against faults, from one seed",
    "bench": "Measure speed",
    "admin": "Settings, health, schemas of this installation",
}

INTERRUPTED = 130


def act_commands() -> dict[str, EntryPoint]:
    """Commands that installed acts bring, by name: entry points of the group `qyzmet.commands`."""
    return {point.name: point for point in sorted(entry_points(group="qyzmet.commands"))}


def lines() -> dict[str, str]:
    """Every command with its line in the help. An act's command has what the act is about."""
    from qyzmet.law.act import known_acts

    acts = known_acts()
    return COMMANDS | {
        name: acts[name].about if name in acts else point.value
        for name, point in act_commands().items()
        if name not in COMMANDS
    }


class Commands(click.Group):
    """Finds subcommands by name, without importing the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [*COMMANDS, *(name for name in act_commands() if name not in COMMANDS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        found: click.Command
        if cmd_name in COMMANDS:
            name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
            module = f"qyzmet.commands.{name}"
            if find_spec(module) is None:
                return None
            found = getattr(import_module(module), name)
            return found
        point = act_commands().get(cmd_name)
        if point is None:
            return None
        found = point.load()
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        command = self.get_command(ctx, name)
        if command is not None:
            return name, command, args[1:]
        near = get_close_matches(name, self.list_commands(ctx), 1)
        if name in COMMANDS:
            said = f"`qyzmet {name}` is not part of this installation."
        elif near:
            said = f"there is no command {name!r}. Perhaps `qyzmet {near[0]}` is meant."
        else:
            said = f"there is no command {name!r}. `qyzmet --help` lists them all."
        raise click.UsageError(said, ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(lines().items()))


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"qyzmet {version('qyzmet')}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def qyzmet() -> None:
    """Carries out legal acts: every step stands under its clause, every case can be explained.

    \b
    Examples:
      qyzmet demo
      qyzmet case explain 17
      qyzmet COMMAND --help
    """


def main(words: list[str] | None = None) -> None:
    """Runs the command and ends the process: 0 done, 1 the answer is no, 2 wrong use, 130 interrupted."""
    sys.exit(_run(words))


def _run(words: list[str] | None) -> int:
    from qyzmet.runtime.errors import QyzmetError

    try:
        code: Any = qyzmet.main(args=words, prog_name="qyzmet", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except QyzmetError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except Exception as error:
        _own_mistake(error)
        return 2
    return code if isinstance(code, int) else 0


def _own_mistake(error: Exception) -> None:
    """Says where the program failed. What an error holds may be personal, so only its kind is shown."""
    if os.environ.get("QYZMET_LOG_LEVEL") == "debug":
        traceback.print_exception(error)
        return
    place = traceback.extract_tb(error.__traceback__)[-1]
    click.echo(
        f"Qyzmet itself made a mistake: {type(error).__name__} in {place.name} "
        f"({os.path.basename(place.filename)}, line {place.lineno}). Nothing half-done was kept. "
        "Please report it; QYZMET_LOG_LEVEL=debug shows the whole trace, which may hold personal data.",
        err=True,
    )
