"""Processor time, which says more than the clock where others use the same machine."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def of_server(data: Path) -> float:
    """Seconds that the PostgreSQL of this data directory has used since it started, all processes together.

    0 where the system does not tell (only Linux does).
    """
    try:
        postmaster = int((data / "postmaster.pid").read_text().split()[0])
        living = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return _spent(postmaster, ended_children=True) + sum(_spent(int(child)) for child in living)
    except (OSError, ValueError):
        return 0.0


def _spent(process: int, *, ended_children: bool = False) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # ended meanwhile: now among its parent's
        return 0.0
    return sum(map(int, fields[11 : 15 if ended_children else 13])) / _TICKS
