"""How a partner is treated: how fast, how many questions at once, how often again, when to leave it be.

Retries here are for a link that broke in a moment (every operation may be repeated: those that act bear
keys). A partner that stays away is left alone for a while: the breaker opens, questions fail at once and
the engine asks again later, so that its back-off and ours do not add up to a storm.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import BadValue, PartnerAway


@dataclass(frozen=True, slots=True)
class Care:
    """Limits of one partner. `rate` is questions a second (0: as fast as it goes), `concurrency` how many at
    once, `timeout` seconds for one answer, `retries` how often a broken link is tried again at once;
    after `breaker_after` failures in a row it is left alone for `breaker_seconds`.
    """

    rate: float = 0.0
    concurrency: int = 16
    timeout: float = 30.0
    retries: int = 1
    breaker_after: int = 5
    breaker_seconds: float = 30.0

    def __post_init__(self) -> None:
        for name, least, most in (
            ("rate", 0, 1e6), ("concurrency", 1, 1000), ("timeout", 0.01, 3600), ("retries", 0, 10),
            ("breaker_after", 1, 1000), ("breaker_seconds", 0, 86400),
        ):  # fmt: skip
            if not least <= getattr(self, name) <= most:
                raise BadValue(f"limits: {name}", f"lies between {least:g} and {most:g}", "Set it so.")


def read_care(table: Mapping[str, Any]) -> dict[str, Care]:
    """The table `[limits]`, by system; `*` is for all others. Raises BadValue naming the setting."""
    known = {field.name: field for field in fields(Care)}
    found = {}
    for system, given in table.items():
        if not isinstance(given, Mapping):
            raise BadValue(f"limits.{system}", "is a table", f"Write [limits.{system}] and rate = 20.")
        for name, value in given.items():
            if name not in known:
                raise BadValue(
                    f"limits.{system}.{name}", f"is one of {', '.join(known)}", "Correct the name."
                )
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise BadValue(f"limits.{system}.{name}", "is a number", "Write it without quotes.")
        found[system] = Care(**given)
    return found


class Gate:
    """Stands before one partner. Safe for threads; `clock` tells how long the breaker stays open."""

    def __init__(
        self,
        system: str,
        care: Care,
        clock: Clock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.system, self.care = system, care
        self._clock, self._monotonic, self._sleep = clock, monotonic, sleep
        self._places = threading.BoundedSemaphore(care.concurrency)
        self._lock = threading.Lock()
        self._next = 0.0  #: when the next question may go, by `monotonic`
        self._failures = 0
        self._open_until: datetime | None = None

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Waits for its turn. Raises PartnerAway where the breaker is open or no place became free."""
        self._must_be_closed()
        if not self._places.acquire(timeout=self.care.timeout):
            raise PartnerAway(f"{self.system} has {self.care.concurrency} questions under way; none ended")
        try:
            self._wait()
            yield
        except PartnerAway:
            self._failed()
            raise
        else:
            self._failures = 0
        finally:
            self._places.release()

    @property
    def open_until(self) -> datetime | None:
        """Until when the partner is left alone; None where it is asked."""
        until = self._open_until
        return until if until is not None and self._clock.now() < until else None

    def _must_be_closed(self) -> None:
        with self._lock:
            if self._open_until is None:
                return
            now = self._clock.now()
            if now < self._open_until:
                raise PartnerAway(f"{self.system} failed {self._failures} times in a row and is left alone")
            # One question is let through to see; until it is answered the others fail at once.
            self._open_until = now + timedelta(seconds=self.care.breaker_seconds)

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self.care.breaker_after:
                self._open_until = self._clock.now() + timedelta(seconds=self.care.breaker_seconds)

    def answered(self) -> None:
        """An answer came: the partner is asked as before."""
        with self._lock:
            self._failures, self._open_until = 0, None

    def _wait(self) -> None:
        """Spaces questions evenly, so that the rate holds over any second."""
        if not self.care.rate:
            return
        with self._lock:
            now = self._monotonic()
            at = max(self._next, now)
            self._next = at + 1 / self.care.rate
        if at > now:
            self._sleep(at - now)
