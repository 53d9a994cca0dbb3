"""`qyzmet draw`: a procedure as BPMN 2.0 for other tools, or as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qyzmet.commands.saying import language, says_errors

if TYPE_CHECKING:
    from qyzmet.cases.procedure import Procedure

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("procedure")
@click.option("--benefit", metavar="CODE", help="Which procedure of the act, where it has several.")
@click.option("--bpmn", type=_FILE, metavar="F", help="Write BPMN 2.0 with its drawing to this file.")
@click.option("--svg", type=_FILE, metavar="F", help="Write an SVG picture to this file.")
@click.option(
    "--pages",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write a page of text (tables and diagrams in three languages) for every procedure of the act.",
)
@language
@says_errors
def draw(
    procedure: str, benefit: str | None, bpmn: Path | None, svg: Path | None, pages: Path | None, lang: str
) -> None:
    """Draws PROCEDURE, the procedure of an act, named by the code of the act.

    \b
    Examples:
      qyzmet draw proactive --benefit LARGE_FAMILY_ALLOWANCE --svg procedure.svg --lang kk
      qyzmet draw proactive --benefit BURIAL_PAYMENT --bpmn procedure.bpmn
      qyzmet draw proactive --pages docs/procedures
    """
    if bpmn is None and svg is None and pages is None:
        raise click.UsageError("say what to write: --svg F, --bpmn F or --pages DIR.")
    if pages is not None:
        from qyzmet.cases.drawing.page import page

        pages.mkdir(parents=True, exist_ok=True)
        for code, each in _procedures(procedure).items():
            _write(pages / f"{code}.md", page(each).encode())
    if bpmn is None and svg is None:
        return
    table = _procedure(procedure, benefit)
    if bpmn is not None:
        from qyzmet.cases.drawing.bpmn import to_bpmn

        _write(bpmn, to_bpmn(table, lang))
    if svg is not None:
        from qyzmet.cases.drawing.svg import to_svg
        from qyzmet.cases.package import packages

        act = packages().get(procedure)
        _write(svg, to_svg(table, lang, names=act.names if act else {}).encode())


def _procedure(act: str, benefit: str | None) -> Procedure:
    from qyzmet.runtime.errors import BadValue, UnknownName

    procedures = _procedures(act)
    if benefit is not None:
        if benefit not in procedures:
            raise UnknownName("procedure", f"{act} {benefit}", f"{act} has {', '.join(sorted(procedures))}.")
        return procedures[benefit]
    if len(procedures) != 1:
        raise BadValue(
            "--benefit", f"{act} has several procedures", f"Choose one of {', '.join(sorted(procedures))}."
        )
    return next(iter(procedures.values()))


def _procedures(act: str) -> Mapping[str, Procedure]:
    """The procedures of an installed act. Raises UnknownName where there is no such act or it has none."""
    from importlib import import_module
    from importlib.metadata import entry_points

    from qyzmet.runtime.errors import UnknownName

    points = {point.name: point for point in entry_points(group="qyzmet.acts")}
    if act not in points:
        raise UnknownName("act", act, f"installed are {', '.join(sorted(points)) or 'none'}.")
    offered = getattr(import_module(points[act].module), "procedures", None)
    procedures: Mapping[str, Procedure] = offered() if offered is not None else {}
    if not procedures:
        raise UnknownName("procedure", act, "this act has no procedures to draw.")
    return procedures


def _write(path: Path, written: bytes) -> None:
    from qyzmet.runtime.errors import BadValue

    try:
        path.write_bytes(written)
    except OSError as error:
        raise BadValue(str(path), f"cannot be written ({error.strerror})", "Name another file.") from error
    click.echo(f"{path} written")
