"""Where a worker goes on in what is due, so that a claim costs the same however much is due.

Rows that were carried on leave dead entries at the front of the index until a vacuum comes by. A claim that
began at the front each time would read through all of them: twice the work due, four times the reading.
"""

from __future__ import annotations

from datetime import UTC, datetime

Place = tuple[datetime | None, int]

START: Place = (datetime.min.replace(tzinfo=UTC), 0)
#: After so many claims a worker looks from the front again: for what came later and is due earlier, what
#: another worker had locked and gave back, and what had to be read first.
AFRESH_AFTER = 20


class Resuming:
    """One worker's place in the order (due, id)."""

    def __init__(self) -> None:
        self._place, self._claims = START, 0

    def place(self) -> Place:
        """Where the next claim begins."""
        self._claims += 1
        return START if self._claims % AFRESH_AFTER == 0 else self._place

    def went_to(self, place: Place) -> None:
        """The last row of a full claim; START where the claim found less than it might."""
        self._place = place
