"""Measures a drawing: where each box lies and each arrow turns.

Arrows run only through the gaps, down or up between two columns and across between two rows, so
that none passes through a box. Arrows to the same box share their track; loops run back the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from qyzmet.cases.drawing.grid import Arrow, Grid, Node
from qyzmet.cases.drawing.tracks import Wire, tracks

TRACK = 11.0  #: between two arrows that run side by side
PORT = 20.0  #: between two arrows that leave the same box; a label fits between
AROUND = 12.0  #: kept free on either side of tracks
HEAD = 20.0  #: the last straight piece, with the arrowhead
_ENTRY = -PORT / 2  #: arrows that are not straight come in here: at no height where one leaves
_BELOW_CORNER = 26.0
_FINE = 1e-4  #: a port's distance from the middle of its row, on the scale of rows and gaps

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Route:
    """The corners of an arrow, and the left end of the line on which its label stands."""

    points: tuple[Point, ...]
    label: Point


@dataclass(frozen=True, slots=True)
class Layout:
    width: float
    height: float
    boxes: dict[str, Box]
    lanes: dict[str, Box]
    routes: tuple[Route, ...]  #: one per arrow, in their order


def lay_out(nodes: Sequence[Node], arrows: Sequence[Arrow], left: float = 0.0, top: float = 0.0) -> Layout:
    """Lays a drawing out, the first node first; the same input gives the same drawing."""
    return _Drawing(Grid(nodes, arrows), arrows, left, top).layout()


class _Drawing:
    def __init__(self, grid: Grid, arrows: Sequence[Arrow], left: float, top: float) -> None:
        self.grid, self.arrows, self.left, self.top = grid, arrows, left, top
        self.leaves = self._ports()
        self.enters = {id: 0.0 if any(self._straight_to(id)) else _ENTRY for id in grid.nodes}
        self.down, self.across = self._wires()
        self.down_track = {gap: tracks(wires) for gap, wires in self.down.items()}
        self.across_track = {gap: tracks(wires) for gap, wires in self.across.items()}
        self._measure_columns()
        self._measure_rows()

    def _straight_to(self, id: str) -> list[Arrow]:
        return [arrow for arrow in self.arrows if arrow.target == id and self.grid.straight(arrow)]

    def _ports(self) -> list[float]:
        """How far above or below the middle of its box each arrow leaves."""
        leaves = [0.0] * len(self.arrows)
        by_source: dict[str, list[int]] = defaultdict(list)
        for number, arrow in enumerate(self.arrows):
            by_source[arrow.source].append(number)
        for source, numbers in by_source.items():
            node, here = self.grid.nodes[source], self.grid.height(source)
            side = sorted((n for n in numbers if not self.arrows[n].below), key=self._goes_to)
            straight = [at for at, n in enumerate(side) if self.grid.straight(self.arrows[n])]
            upward = sum(self._goes_to(n)[0] < here for n in side)
            middle = straight[0] if straight else min(upward, (len(side) - 1) // 2)
            for at, number in enumerate(side):
                leaves[number] = PORT * (at - middle)
                if node.shape == "diamond" and at != middle:
                    leaves[number] += PORT if at > middle else -PORT
            offs = [leaves[n] for n in side] or [0.0]
            if node.shape == "box":
                node = replace(node, height=max(node.height, 2 * max(map(abs, offs)) + PORT))
                self.grid.nodes[source] = node
            free = max(max(offs), PORT * ((node.height / 2 + 24) // PORT))
            for at, number in enumerate(n for n in numbers if self.arrows[n].below):
                leaves[number] = free + PORT * (at + 1)
        return leaves

    def _goes_to(self, number: int) -> tuple[int, int, int]:
        arrow = self.arrows[number]
        gap = self.grid.gap(arrow)
        height = self.grid.height(arrow.target) if gap is None else gap
        return height, self.grid.column[arrow.target], number

    def _wires(self) -> tuple[dict[int, dict[str, Wire]], dict[int, dict[str, Wire]]]:
        down: dict[int, dict[str, Wire]] = defaultdict(lambda: defaultdict(Wire))
        across: dict[int, dict[str, Wire]] = defaultdict(lambda: defaultdict(Wire))
        for arrow, port in zip(self.arrows, self.leaves, strict=True):
            if self._runs_straight(arrow, port):
                continue
            source, target = self.grid.height(arrow.source), self.grid.height(arrow.target)
            begin, end = self.grid.column[arrow.source] + 1, self.grid.column[arrow.target]
            down[begin][arrow.target].before.add(source + port * _FINE)
            down[end][arrow.target].after.add(target + self.enters[arrow.target] * _FINE)
            gap = self.grid.gap(arrow)
            if gap is None and begin != end:
                gap = target - 1  # along its row, but its port is not the straight one
            if gap is not None:
                onward = end > begin
                wire = down[begin][arrow.target]
                (wire.after if onward else wire.before).add(gap)
                wire = down[end][arrow.target]
                (wire.before if onward else wire.after).add(gap)
                over = across[gap][arrow.target]
                (over.before if source < gap else over.after).add(begin)
                (over.before if target < gap else over.after).add(end)
        return down, across

    def _runs_straight(self, arrow: Arrow, port: float) -> bool:
        return port == 0.0 and self.grid.straight(arrow)

    def _measure_columns(self) -> None:
        grid, columns = self.grid, max(self.grid.column.values()) + 1
        wide = [0.0] * columns
        said = [0.0] * (columns + 1)
        for id, node in grid.nodes.items():
            at = grid.column[id]
            wide[at] = max(wide[at], node.width, node.label[0])
        for arrow in self.arrows:
            at = grid.column[arrow.source] + 1
            said[at] = max(said[at], arrow.label_width + 10 if arrow.label_width else 0.0)
        self.column_x, self.column_width, self.first_track_x = list[float](), wide, list[float]()
        x = self.left
        for at in range(columns + 1):
            many = 1 + max(self.down_track.get(at, {}).values(), default=-1)
            self.first_track_x.append(x + said[at] + AROUND)
            x += said[at] + AROUND + (many - 1 if many else 0) * TRACK + (HEAD if at < columns else AROUND)
            if at < columns:
                self.column_x.append(x)
                x += wide[at]
        self.right = x

    def _measure_rows(self) -> None:
        grid = self.grid
        up: dict[int, float] = defaultdict(float)
        under: dict[int, float] = defaultdict(float)
        for id, node in grid.nodes.items():
            at = grid.height(id)
            up[at] = max(up[at], node.height / 2)
            under[at] = max(under[at], node.height / 2 + node.label[1])
        for arrow, port in zip(self.arrows, self.leaves, strict=True):
            at = grid.height(arrow.source)
            up[at], under[at] = max(up[at], PORT - port), max(under[at], port + 8)
        self.row_y, self.first_track_y = dict[int, float](), dict[int, float]()
        self.lanes: dict[str, Box] = {}
        y = self.top
        for lane in grid.lanes:
            begin, base = y, grid.base[lane]
            for at in range(base, base + 2 * grid.rows[lane] + 1):
                if at % 2 == base % 2:
                    many = 1 + max(self.across_track.get(at, {}).values(), default=-1)
                    self.first_track_y[at] = y + AROUND
                    y += 2 * AROUND + max(0, many - 1) * TRACK
                else:
                    self.row_y[at] = y + up[at]
                    y += up[at] + under[at]
            self.lanes[lane] = Box(self.left, begin, self.right - self.left, y - begin)

    def layout(self) -> Layout:
        boxes = {}
        for id, node in self.grid.nodes.items():
            at = self.grid.column[id]
            x = self.column_x[at] + (self.column_width[at] - node.width) / 2
            boxes[id] = Box(x, self.row_y[self.grid.height(id)] - node.height / 2, node.width, node.height)
        routes = tuple(
            self._route(arrow, port, boxes) for arrow, port in zip(self.arrows, self.leaves, strict=True)
        )
        bottom = max(lane.bottom for lane in self.lanes.values())
        return Layout(self.right, bottom, boxes, self.lanes, routes)

    def _route(self, arrow: Arrow, port: float, boxes: dict[str, Box]) -> Route:
        grid, source, target = self.grid, boxes[arrow.source], boxes[arrow.target]
        y = source.middle[1] + port
        begin, end = grid.column[arrow.source] + 1, grid.column[arrow.target]
        entry = target.middle[1] + self.enters[arrow.target]
        into = target.x + _inset(grid.nodes[arrow.target], self.enters[arrow.target])
        points = self._leave(arrow, source, y)
        if not self._runs_straight(arrow, port):
            first = self._x(begin, arrow.target)
            points.append((first, y))
            if begin != end:
                gap = grid.gap(arrow)
                gap = grid.height(arrow.target) - 1 if gap is None else gap
                across = self.first_track_y[gap] + TRACK * self.across_track[gap][arrow.target]
                points += [(first, across), (self._x(end, arrow.target), across)]
            points.append((self._x(end, arrow.target), entry))
        points.append((into, entry))
        label = max(source.right, self.column_x[begin - 1] + self.column_width[begin - 1]) + 8
        return Route(_without_idle(points), (label, y))

    def _leave(self, arrow: Arrow, box: Box, y: float) -> list[Point]:
        node, (x, middle) = self.grid.nodes[arrow.source], box.middle
        if arrow.below:
            corner = box.right - _BELOW_CORNER
            return [(corner, box.bottom), (corner, y)]
        if node.shape == "diamond" and y != middle:
            return [(x, box.y if y < middle else box.bottom), (x, y)]
        return [(box.right - _inset(node, y - middle), y)]

    def _x(self, gap: int, target: str) -> float:
        return self.first_track_x[gap] + TRACK * self.down_track[gap][target]


def _inset(node: Node, off: float) -> float:
    """How far inside the frame of its box the outline of a node lies, at a height off the middle."""
    if node.shape == "diamond":
        return abs(off) * node.width / node.height
    if node.shape == "round":
        radius = node.height / 2
        return radius - sqrt(max(0.0, radius**2 - off**2))
    return 0.0


def _without_idle(points: list[Point]) -> tuple[Point, ...]:
    """The corners, without points that repeat the one before or lie on a straight line."""
    kept: list[Point] = []
    for point in points:
        while len(kept) > 1 and any(kept[-2][axis] == kept[-1][axis] == point[axis] for axis in (0, 1)):
            kept.pop()
        if not kept or kept[-1] != point:
            kept.append(point)
    return tuple(kept)
