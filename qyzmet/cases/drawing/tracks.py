"""Puts the arrows that share a gap side by side, so that few of them cross.

A gap lies between two columns (arrows run down or up in it) or between two rows (across).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Wire:
    """All arrows to one target inside one gap.

    It reaches from its least to its greatest end along the gap; `before` are the ends that come
    from the side of the first track, `after` those from the side of the last.
    """

    before: set[float] = field(default_factory=set)
    after: set[float] = field(default_factory=set)

    @property
    def low(self) -> float:
        return min(self.before | self.after)

    @property
    def high(self) -> float:
        return max(self.before | self.after)

    def passes(self, place: float) -> bool:
        return self.low <= place <= self.high


def tracks(wires: Mapping[str, Wire]) -> dict[str, int]:
    """The track of each wire, counted from 0; wires that would touch never share one."""
    order = sorted(wires, key=lambda name: (wires[name].low, wires[name].high, name))
    for _ in order:
        swapped = False
        for at in range(len(order) - 1):
            one, two = wires[order[at]], wires[order[at + 1]]
            if _crossings(two, one) < _crossings(one, two):
                order[at], order[at + 1] = order[at + 1], order[at]
                swapped = True
        if not swapped:
            break
    placed: dict[str, int] = {}
    for name in order:
        wire = wires[name]
        touching = [
            track
            for other, track in placed.items()
            if wire.passes(wires[other].low) or wires[other].passes(wire.low)
        ]
        placed[name] = 1 + max(touching, default=-1)
    return placed


def _crossings(first: Wire, second: Wire) -> int:
    """How often two wires cross when `first` lies on the track before `second`."""
    return sum(first.passes(end) for end in second.before) + sum(second.passes(end) for end in first.after)
