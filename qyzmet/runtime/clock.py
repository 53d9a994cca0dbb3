"""The one source of time. Nothing else in Qyzmet asks the operating system what time it is.

Time is aware and kept in UTC; legal dates are those of `KZ`. A clock turned by hand lives in
a small file of eight bytes (microseconds since the epoch) that every process maps, so that a
whole country of processes follows one hand.
"""

from __future__ import annotations

import mmap
import os
import struct
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from qyzmet.runtime.errors import BadValue

#: Asia/Almaty by name: its offset changed from +06 to +05 on 1 March 2024 (G-53).
KZ = ZoneInfo("Asia/Almaty")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


def legal_date(moment: datetime) -> date:
    """The date in Kazakhstan at this moment."""
    return moment.astimezone(KZ).date()


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class HandClock:
    """A clock in this process that stands still until it is turned."""

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = _forward(self._now, _aware(moment))

    def advance(self, span: timedelta) -> None:
        self.set(self._now + span)


class FileClock:
    """A hand-turned clock shared by processes through a file. Reading costs no system call."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8)

    @classmethod
    def create(cls, path: Path, start: datetime) -> FileClock:
        """Makes the file (whole or not at all) and opens it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(_pack(_aware(start)))
        fresh.replace(path)
        return cls(path)

    def now(self) -> datetime:
        microseconds: int = struct.unpack("<q", self._map[:8])[0]
        return _EPOCH + timedelta(microseconds=microseconds)

    def set(self, moment: datetime) -> None:
        self._map[:8] = _pack(_forward(self.now(), _aware(moment)))


def clock_from(setting: str) -> Clock:
    """The clock that a setting names: `system` or `file:PATH`. Raises BadValue."""
    kind, _, rest = setting.partition(":")
    if setting == "system":
        return SystemClock()
    if kind == "file" and rest and Path(rest).exists():
        return FileClock(Path(rest))
    raise BadValue(
        "QYZMET_CLOCK",
        f"is 'system' or 'file:PATH' of a clock file, not {setting!r}",
        "Leave it out for the system's clock; `qyzmet demo` makes clock files.",
    )


def _pack(moment: datetime) -> bytes:
    return struct.pack("<q", (moment - _EPOCH) // _MICROSECOND)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no place on the clock")
    return moment.astimezone(UTC)


def _forward(old: datetime, new: datetime) -> datetime:
    if new < old:
        raise ValueError(f"the clock does not go back: from {old} to {new}")
    return new
