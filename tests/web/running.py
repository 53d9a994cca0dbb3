"""The application in a thread of the test's process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from qyzmet.web.app import Site, application
from qyzmet.web.serving import listen, serve


@contextmanager
def running(site: Site) -> Iterator[str]:
    """The application in a thread of this process; gives its address."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    started = threading.Event()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def main() -> None:
        stop = asyncio.Event()
        loops.append((asyncio.get_running_loop(), stop))
        await serve(application(site), listening, stop, started.set)

    thread = threading.Thread(target=asyncio.run, args=(main(),), daemon=True)
    thread.start()
    assert started.wait(60)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop, stop = loops[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)
