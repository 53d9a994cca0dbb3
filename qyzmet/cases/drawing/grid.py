"""Gives every box of a drawing its lane, its column and its row: the layout before any measure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

_MOST_LANES_TO_ORDER = 6
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Node:
    """A box to be placed; `label` is the width and height of a text under it."""

    id: str
    lane: str
    width: float
    height: float
    shape: Literal["box", "diamond", "round"] = "box"
    label: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Arrow:
    """From node to node; one that is `below` leaves from the bottom edge, near the right corner."""

    source: str
    target: str
    label_width: float = 0.0
    below: bool = False


class Grid:
    """Columns by order, rows inside lanes. The first node is where the drawing begins."""

    def __init__(self, nodes: Sequence[Node], arrows: Sequence[Arrow]) -> None:
        self.nodes = {node.id: node for node in nodes}
        self.arrows = arrows
        self.column = _columns(list(self.nodes), arrows)
        self.lanes = _lane_order(self.nodes, arrows)
        self.row: dict[str, int] = {}
        self._taken: dict[tuple[str, int, int], str] = {}
        self._touching: dict[str, list[Arrow]] = defaultdict(list)
        for arrow in arrows:
            self._touching[arrow.source].append(arrow)
            self._touching[arrow.target].append(arrow)
        fullest = Counter((node.lane, self.column[node.id]) for node in nodes)
        self.rows = {
            lane: max(many for (of, _), many in fullest.items() if of == lane) for lane in self.lanes
        }
        #: how many rows and gaps lie above a lane; rows stand at odd heights, gaps at even ones
        self.base, above = {}, 0
        for lane in self.lanes:
            self.base[lane] = above
            above += 2 * self.rows[lane] + 2
        self._place()
        for _ in range(_ROUNDS):
            if not self._improve():
                break

    def height(self, id: str) -> int:
        """The ordinal of the row of a node, counted from the top in rows and gaps."""
        return self.base[self.nodes[id].lane] + 2 * self.row[id] + 1

    def same_row(self, arrow: Arrow) -> bool:
        source, target = self.nodes[arrow.source], self.nodes[arrow.target]
        return source.lane == target.lane and self.row[source.id] == self.row[target.id]

    def straight(self, arrow: Arrow) -> bool:
        """Whether the arrow can run along its row without meeting a box."""
        if arrow.below or not self.same_row(arrow) or self.column[arrow.source] >= self.column[arrow.target]:
            return False
        lane, row = self.nodes[arrow.source].lane, self.row[arrow.source]
        between = range(self.column[arrow.source] + 1, self.column[arrow.target])
        return not any((lane, column, row) in self._taken for column in between)

    def gap(self, arrow: Arrow) -> int | None:
        """The ordinal of the gap through which an arrow runs across, or None where it needs none."""
        if self.straight(arrow) or self.column[arrow.source] + 1 == self.column[arrow.target]:
            return None
        target = self.height(arrow.target)
        above = self.height(arrow.source) < target or (self.same_row(arrow) and not arrow.below)
        return target - 1 if above else target + 1

    def _place(self) -> None:
        for id in sorted(self.nodes, key=lambda id: self.column[id]):
            lane = self.nodes[id].lane
            wish = next(
                (
                    self.row[arrow.source]
                    for arrow in self._touching[id]
                    if arrow.target == id
                    and arrow.source in self.row
                    and self.nodes[arrow.source].lane == lane
                ),
                0,
            )
            free = [row for row in range(self.rows[lane]) if (lane, self.column[id], row) not in self._taken]
            self._put(id, min(free, key=lambda row: (abs(row - wish), row)))

    def _put(self, id: str, row: int) -> None:
        self.row[id] = row
        self._taken[self.nodes[id].lane, self.column[id], row] = id

    def _improve(self) -> bool:
        """Moves nodes to another row of their column, or swaps two, where that shortens the arrows."""
        better = False
        for id, node in self.nodes.items():
            lane, column = node.lane, self.column[id]
            for row in range(self.rows[lane]):
                here = self.row[id]
                other = self._taken.get((lane, column, row))
                if row == here:
                    continue
                before = self._cost(id, other)
                self._swap(id, other, here, row)
                if self._cost(id, other) < before:
                    better = True
                else:
                    self._swap(id, other, row, here)
        return better

    def _swap(self, id: str, other: str | None, here: int, there: int) -> None:
        del self._taken[self.nodes[id].lane, self.column[id], here]
        self._put(id, there)
        if other is not None:
            self._put(other, here)

    def _cost(self, *ids: str | None) -> int:
        cost = 0
        for id in ids:
            for arrow in self._touching[id] if id is not None else ():
                apart = abs(self.height(arrow.source) - self.height(arrow.target))
                cost += 2 * apart + (0 if self.straight(arrow) else 3)
        return cost


def _columns(ids: list[str], arrows: Sequence[Arrow]) -> dict[str, int]:
    """The column of each node: one after the last that leads to it, arrows that go back left out."""
    onward: dict[str, list[str]] = {id: [] for id in ids}
    for arrow in arrows:
        onward[arrow.source].append(arrow.target)
    order = list(_after_all_followers(ids, onward))[::-1]
    place = {id: number for number, id in enumerate(order)}
    column = dict.fromkeys(ids, 0)
    for id in order:
        for target in onward[id]:
            if place[target] > place[id]:
                column[target] = max(column[target], column[id] + 1)
    return column


def _after_all_followers(ids: list[str], onward: dict[str, list[str]]) -> Iterator[str]:
    """The nodes in the order in which a depth-first walk leaves them."""
    seen = set[str]()
    for first in ids:
        path = [] if first in seen else [(first, iter(onward[first]))]
        seen.add(first)
        while path:
            id, followers = path[-1]
            for follower in followers:
                if follower not in seen:
                    seen.add(follower)
                    path.append((follower, iter(onward[follower])))
                    break
            else:
                path.pop()
                yield id


def _lane_order(nodes: dict[str, Node], arrows: Sequence[Arrow]) -> list[str]:
    """The lanes, the first one where the drawing begins, so that arrows pass few other lanes."""
    first, *others = dict.fromkeys(node.lane for node in nodes.values())
    ways = {(nodes[arrow.source].lane, arrow.target) for arrow in arrows}  # arrows to one target run together
    crossing = Counter((lane, nodes[target].lane) for lane, target in ways)

    def length(lanes: Sequence[str]) -> int:
        at = {lane: number for number, lane in enumerate(lanes)}
        return sum(many * abs(at[one] - at[two]) for (one, two), many in crossing.items())

    if len(others) >= _MOST_LANES_TO_ORDER:
        return [first, *others]
    return min(([first, *rest] for rest in permutations(others)), key=length)
