"""How large the embedded database makes itself: by the memory and the disk of the machine.

After each checkpoint PostgreSQL writes every page whole that is changed for the first time, so that many
small checkpoints cost more the more cases there are. A server for millions of cases makes few; one on a
laptop must not fill its disk.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_MB = 1 << 20
_GB = 1 << 30
_CGROUP = Path("/sys/fs/cgroup/memory.max")


def sizes(memory: int, free: int) -> dict[str, str]:
    """Settings for a machine with so many bytes of memory and of free disk.

    A quarter of the memory (256 MB to 8 GB) holds pages; the log of changes may take a third of the free
    disk (2 to 32 GB) before a checkpoint empties it.
    """
    buffers = min(max(memory // 4, 256 * _MB), 8 * _GB)
    log = min(max(free // 3, 2 * _GB), 32 * _GB)
    return {
        "shared_buffers": f"{buffers // _MB}MB",
        "max_wal_size": f"{log // _MB}MB",
        "checkpoint_timeout": "30min",
        # What a checkpoint has to write is written over this long; a recovery reads at most as much log.
        "checkpoint_completion_target": "0.9",
    }


def sizes_here(data: Path) -> dict[str, str]:
    """Settings for this machine and the disk of the data directory."""
    return sizes(_memory(), shutil.disk_usage(data).free)


def _memory() -> int:
    """The memory of the machine, or what a container leaves of it."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(whole, int(_CGROUP.read_text()))
    except (OSError, ValueError):
        return whole
