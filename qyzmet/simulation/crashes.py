"""Where and when workers die or stand still: at the failpoints that the kernel passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qyzmet.runtime.clock import Clock
from qyzmet.simulation.plan import PARTNER, Crash, Pause, Plan


class Died(BaseException):
    """The worker is gone in the middle of what it did. No `except Exception` may catch it."""

    def __init__(self, crash: Crash) -> None:
        super().__init__(f"died at {crash.point}")
        self.crash = crash


@dataclass
class _Armed:
    what: Crash | Pause
    left: int


class Fates:
    """Counts passings of failpoints by all workers, and tells whose hour has come."""

    def __init__(self, clock: Clock, plan: Plan) -> None:
        self._clock = clock
        coming: list[Crash | Pause] = [*plan.crashes, *plan.pauses]
        self._coming = [_Armed(what, what.passing) for what in coming]

    def at(self, point: str) -> Crash | Pause | None:
        """The crash or pause that strikes at this passing, once each."""
        now = self._clock.now()
        for armed in self._coming:
            if armed.what.point == point and armed.what.at <= now:
                armed.left -= 1
                if armed.left <= 0:
                    self._coming.remove(armed)
                    return armed.what
        return None

    def stop(self) -> None:
        """From here on nobody dies any more."""
        self._coming = []


def failpoint(
    fates: Fates, *, pause: Callable[[Pause], None], cut: Callable[[], None]
) -> Callable[[str], None]:
    """What one worker has at its failpoints."""

    def pass_by(point: str) -> None:
        what = fates.at(point)
        if isinstance(what, Pause):
            pause(what)
        elif what is not None and what.cut:
            cut()
        elif what is not None:
            raise Died(what)

    return pass_by


__all__ = ["PARTNER", "Died", "Fates", "failpoint"]
