"""Draws a procedure as a picture for people: one self-contained SVG, without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from qyzmet.cases.drawing import words
from qyzmet.cases.drawing.grid import Arrow, Node
from qyzmet.cases.drawing.layout import Box, Layout, Route, lay_out
from qyzmet.cases.procedure import Kind, Procedure, Step
from qyzmet.runtime.errors import UnknownName

#: Fill and line of a box by kind. All text is dark on these.
COLOURS = {
    Kind.QUERY: ("#e3effb", "#1f5f99"),
    Kind.RULE: ("#f1f1f4", "#5a5a66"),
    Kind.ASK: ("#fdf0d5", "#8f5b00"),
    Kind.WATCH: ("#e9e4f8", "#5b3fa3"),
    Kind.TASK: ("#fbe3e6", "#a12a3f"),
    Kind.EFFECT: ("#dff3ea", "#1d6f4f"),
    Kind.END: ("#ffffff", "#22262b"),
}
INK, FAINT, LINE, WAY = "#1c2127", "#3f4a56", "#56626f", "#0a58ca"
FONTS = "'Noto Sans', 'Segoe UI', 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif"

_TEXT, _SMALL, _ROW = 13.0, 11.5, 16.0
_BOLD = 1.08  #: how much wider bold letters run
_BOX, _PAD, _CLOCK = 172.0, 8.0, 26.0
_LANE_NAME, _MARGIN, _HEADING = 124.0, 16.0, 44.0


def to_svg(
    procedure: Procedure,
    language: str = "en",
    at: str | None = None,
    done: Sequence[str] = (),
    names: words.Names = MappingProxyType({}),
) -> str:
    """The picture of the procedure; `at` is where a case is, `done` the steps it has passed, in order.

    `names` are what the act calls actors and outcomes.

    Raises UnknownName for a step that the procedure does not have.
    """
    for name in (*done, *(() if at is None else (at,))):
        if name not in procedure.steps:
            raise UnknownName(
                "step", name, f"the steps of {procedure.code} are {', '.join(procedure.steps)}."
            )
    return "\n".join(_Picture(procedure, language, at, tuple(done), names).parts()) + "\n"


class _Picture:
    def __init__(
        self, procedure: Procedure, language: str, at: str | None, done: tuple[str, ...], names: words.Names
    ) -> None:
        self.procedure, self.language, self.at, self.done = procedure, language, at, done
        self.arrows = _joined(procedure, language, names)
        nodes = [
            Node(step.name, words.named(step.actor, language, names), _BOX, self._height(step), _shape(step))
            for step in procedure.steps.values()
        ]
        arrows = [
            Arrow(source, target, words.width_of(label, _SMALL))
            for (source, target), label in self.arrows.items()
        ]
        self.layout = lay_out(nodes, arrows, left=_MARGIN + _LANE_NAME, top=_MARGIN + _HEADING)
        self.way = set(pairwise((*done, at) if at is not None else done))

    def parts(self) -> Iterator[str]:
        layout, title = (
            self.layout,
            words.in_language(self.procedure.title, self.language, self.procedure.code),
        )
        legend = list(self._legend(layout.height + 20))
        heading_width = 2 * _MARGIN + words.width_of(title, 18)
        width = max(layout.width + _MARGIN, heading_width, 860.0)
        height = layout.height + 20 + 44
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="title desc" '
            f'lang={quoteattr(self.language)} font-family="{FONTS}" fill="{INK}">'
        )
        yield f'<title id="title">{escape(title)}</title>'
        yield f'<desc id="desc">{escape(self._description(layout))}</desc>'
        yield "<defs>" + _arrowhead("head", LINE) + _arrowhead("way", WAY) + "</defs>"
        yield f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>'
        yield _text(_MARGIN, _MARGIN + 22, title, 18, "start", INK, bold=True)
        for number, (lane, box) in enumerate(layout.lanes.items()):
            yield from _lane(lane, box, number)
        drawn = sorted(
            zip(self.arrows.items(), layout.routes, strict=True), key=lambda item: item[0][0] in self.way
        )
        for (ends, label), route in drawn:
            yield from _arrow(route, label, ends in self.way)
        for step in self.procedure.steps.values():
            yield from self._step(step, layout.boxes[step.name])
        yield from legend
        yield "</svg>"

    def _description(self, layout: Layout) -> str:
        steps = self.procedure.steps
        said = words.phrase(
            self.language,
            "about",
            steps=len(steps) - len(self.procedure.endings),
            lanes=len(layout.lanes),
            endings=len(self.procedure.endings),
        )
        if self.at is not None:
            title = words.title_of(steps[self.at], self.language)
            said += " " + words.phrase(self.language, "at", title=title)
        return said

    def _lines(self, step: Step) -> tuple[list[str], list[str], list[str]]:
        """Title, clause and limit, each wrapped."""
        room = _BOX - (4 if step.kind is Kind.END else 2) * _PAD
        title = words.wrapped(words.title_of(step, self.language), _TEXT * _BOLD, room)
        clause = words.wrapped(words.clean(step.clause.place), _SMALL, room)
        if step.limit is None:
            return title, clause, []
        limit = words.wrapped(words.limit_words(step.limit, self.language), _SMALL, room - _CLOCK)
        return title, clause, limit

    def _height(self, step: Step) -> float:
        return max(52.0, _ROW * sum(map(len, self._lines(step))) + 2 * _PAD)

    def _step(self, step: Step, box: Box) -> Iterator[str]:
        fill, line = COLOURS[step.kind]
        passed, here = step.name in self.done, step.name == self.at
        yield f'<g data-step={quoteattr(words.clean(step.name))} data-kind="{step.kind.value}">'
        if here:
            yield _frame(step, box, 4.5, f'fill="none" stroke="{WAY}" stroke-width="3"')
        stroke, thick = (WAY, 2.6) if passed or here else (line, 1.4)
        yield _frame(step, box, 0, f'fill="{fill}" stroke="{stroke}" stroke-width="{thick}"')
        if step.kind is Kind.END:
            yield _frame(step, box, -4, f'fill="none" stroke="{line}" stroke-width="1.4"')
        yield from self._says(step, box)
        if here:
            yield from _flag(box, words.phrase(self.language, "here"))
        yield "</g>"

    def _says(self, step: Step, box: Box) -> Iterator[str]:
        title, clause, limit = self._lines(step)
        x, y = box.middle[0], box.middle[1] - _ROW * len(title + clause + limit) / 2 - 4
        for number, text in enumerate(title + clause + limit, 1):
            if number <= len(title):
                yield _text(x, y + _ROW * number, text, _TEXT, "middle", INK, bold=True)
            else:
                yield _text(x, y + _ROW * number, text, _SMALL, "middle", FAINT)
        if limit:
            left = x - words.width_of(limit[0], _SMALL) / 2 - 8
            yield _clock(left, y + _ROW * (1 + len(title + clause)) - 4)

    def _legend(self, y: float) -> Iterator[str]:
        x = _MARGIN
        present = {step.kind for step in self.procedure.steps.values()}
        for kind in (kind for kind in Kind if kind in present):
            fill, line = COLOURS[kind]
            name, round_ = words.kind_name(kind, self.language), 8 if kind is Kind.END else 3
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="26" height="16" rx="{round_}" fill="{fill}" '
                f'stroke="{line}" stroke-width="1.4"/>'
            )
            yield _text(x + 33, y + 12.5, name, 12, "start", INK)
            x += 33 + words.width_of(name, 12) + 20
        if self.done:
            yield f'<path d="M{x:.1f},{y + 8:.1f} h26" stroke="{WAY}" stroke-width="3"/>'
            yield _text(x + 33, y + 12.5, words.phrase(self.language, "done"), 12, "start", INK)


def _joined(procedure: Procedure, language: str, names: words.Names) -> dict[tuple[str, str], str]:
    """From step to step with the outcomes that lead there; a step with one way out needs no word."""
    found: dict[tuple[str, str], list[str]] = {}
    for step, outcome, target in procedure.arrows():
        found.setdefault((step.name, target.name), []).append(words.named(outcome, language, names))
    ways = [source for source, _ in found]
    return {ends: " · ".join(said) if ways.count(ends[0]) > 1 else "" for ends, said in found.items()}


def _shape(step: Step) -> Literal["box", "round"]:
    return "round" if step.kind is Kind.END else "box"


def _frame(step: Step, box: Box, out: float, paint: str) -> str:
    corner = (box.height / 2 if step.kind is Kind.END else 5) + out
    return (
        f'<rect x="{box.x - out:.1f}" y="{box.y - out:.1f}" width="{box.width + 2 * out:.1f}" '
        f'height="{box.height + 2 * out:.1f}" rx="{max(corner, 2):.1f}" {paint}/>'
    )


def _text(x: float, y: float, text: str, size: float, anchor: str, colour: str, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" '
        f'fill="{colour}"{weight}>{escape(text)}</text>'
    )


def _clock(x: float, y: float) -> str:
    """A clock face beside the limit of a step."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="#ffffff" stroke="{FAINT}"/>'
        f'<path d="M{x:.1f},{y - 3.5:.1f} v3.5 l2.5,1.5" fill="none" stroke="{FAINT}"/>'
    )


def _flag(box: Box, text: str) -> Iterator[str]:
    width = words.width_of(text, _SMALL) + 14
    x, y = box.middle[0] - width / 2, box.y - 17
    yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="18" rx="9" fill="{WAY}"/>'
    yield _text(box.middle[0], y + 13, text, _SMALL, "middle", "#ffffff")


def _lane(name: str, box: Box, number: int) -> Iterator[str]:
    shade = ("#fbfcfd", "#f5f7f9")[number % 2]
    yield (
        f'<rect x="{_MARGIN}" y="{box.y:.1f}" width="{box.right - _MARGIN:.1f}" '
        f'height="{box.height:.1f}" fill="{shade}" stroke="#b9c2cb"/>'
    )
    yield (
        f'<rect x="{_MARGIN}" y="{box.y:.1f}" width="{_LANE_NAME}" height="{box.height:.1f}" '
        f'fill="#e8ecf0" stroke="#b9c2cb"/>'
    )
    lines = words.wrapped(name, 14, _LANE_NAME - 16)
    y = box.middle[1] - 9 * len(lines) - 4
    for at, line in enumerate(lines, 1):
        yield _text(_MARGIN + _LANE_NAME / 2, y + 18 * at, line, 14, "middle", INK, bold=True)


def _arrow(route: Route, label: str, way: bool) -> Iterator[str]:
    colour, thick, head = (WAY, 3, "way") if way else (LINE, 1.5, "head")
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in route.points)
    yield (
        f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="{thick}" '
        f'stroke-linejoin="round" marker-end="url(#{head})"/>'
    )
    if label:
        yield _text(route.label[0], route.label[1] - 4, label, _SMALL, "start", INK)


def _arrowhead(id: str, colour: str) -> str:
    return (
        f'<marker id="{id}" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,1 L10,5 L0,9 z" fill="{colour}"/></marker>'
    )
