"""What libraries take their time over, and no test needs: one import of this module makes them hurry."""

from __future__ import annotations

import asyncio
import functools
import gc
from typing import Any

import httpx
import uvicorn.server


class _Hurried:
    """The module asyncio, whose sleeps are a tenth as long."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 10)


# Garbage is looked for less often: that took a fifth of the time.
gc.set_threshold(50_000, 20, 100)
# Each client would read the certificates of all authorities, in 30 ms; nobody here answers by TLS.
httpx._transports.default.create_ssl_context = functools.cache(httpx.create_ssl_context)  # type: ignore[attr-defined]
# A server looks ten times a second whether it may stop, and then rests for a tenth of a second.
uvicorn.server.asyncio = _Hurried()  # type: ignore[assignment, attr-defined]


def leave_modules_alone() -> None:
    """What is there when tests begin stays: garbage is looked for among what they make only."""
    gc.collect()
    gc.freeze()
