"""Kazakhstan as a map of tiles: each region one square near its place, west to the left, north above.

The codes are those of `people/regions.py`. Squares of one size show a sum better than areas would: the
largest regions are not those with the most people.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Column and row of each region's square.
TILES: Mapping[str, tuple[int, int]] = {
    "59": (4, 0), "39": (3, 1), "11": (4, 1), "71": (5, 1), "55": (6, 1),
    "27": (0, 1), "15": (2, 2), "62": (3, 2), "35": (4, 2), "10": (6, 2), "63": (7, 2),
    "23": (0, 2), "47": (0, 3), "43": (2, 3), "61": (3, 3), "31": (4, 3), "19": (5, 3), "33": (6, 3),
    "79": (3, 4), "75": (5, 4),
}  # fmt: skip
