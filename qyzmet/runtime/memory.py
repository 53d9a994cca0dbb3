"""How a worker looks after its memory."""

from __future__ import annotations

import gc

_BATCHES_APART = 200_000


def collect_rarely() -> None:
    """Called once by a process that carries batches, when it is ready to begin.

    A batch makes some hundred thousand small values, all of which go away by themselves when it is
    written. Python's search for circles would look through them again and again for nothing; what is
    loaded at the start is never searched, and the rest only after several batches.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_BATCHES_APART, 10, 10)
