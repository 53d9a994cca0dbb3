"""Fair turns: whoever waits for a place in a batch, no procedure's crowd keeps the others out."""

from __future__ import annotations

from collections.abc import Mapping


def shares(waiting: Mapping[int, int], places: int) -> dict[int, int]:
    """How many of `places` each procedure gets, by how many of its cases wait.

    Every procedure gets as many as any other or all that it asks for; what small ones leave goes to the
    rest. All places are taken where enough wait. Procedures are numbers of the store.
    """
    given: dict[int, int] = {}
    left, still = places, sorted(waiting, key=lambda number: (waiting[number], number))
    while still:
        number = still.pop(0)
        given[number] = min(waiting[number], left // (len(still) + 1))
        left -= given[number]
    return {number: count for number, count in given.items() if count}
