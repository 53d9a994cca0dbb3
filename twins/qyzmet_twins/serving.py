"""The twins as servers on this machine: HTTP and SMPP on one event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import uvicorn

from qyzmet_twins.http import SILENCE_SECONDS, SLOW_SECONDS, app
from qyzmet_twins.outside import Outside
from qyzmet_twins.smsc import Smsc

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    http: int
    smpp: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.http}"


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs the loop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    outside: Outside,
    stop: asyncio.Event,
    ready: Callable[[Ports, Smsc], None],
    *,
    http_port: int = 0,
    smpp_port: int = 0,
    smsc: Smsc | None = None,
    silence: float = SILENCE_SECONDS,
    slow: float = SLOW_SECONDS,
) -> None:
    """Serves until `stop` is set. Port 0 is any free one; `ready` is told which it became."""
    smsc = smsc or Smsc(outside, slow=slow)
    # asyncio turns off Nagle's delay (44 ms an answer) only where the protocol is named.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, http_port))
        listening.listen(100)
        config = uvicorn.Config(
            app(outside, silence=silence, slow=slow),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
            timeout_keep_alive=60,
        )
        server = _Server(config)
        ports = Ports(listening.getsockname()[1], await smsc.start(smpp_port))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            while not server.started and not serving.done():
                await asyncio.sleep(0.005)
            ready(ports, smsc)
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait([stopped, serving], return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
        finally:
            server.should_exit = True
            await serving
            await smsc.stop()


class Served:
    """Twins that serve from a thread of this process; for tests and tools."""

    def __init__(self, outside: Outside, *, silence: float = SILENCE_SECONDS, slow: float = 0.2) -> None:
        self.outside, self._silence, self._slow = outside, silence, slow
        self._ready = Event()
        self._thread = Thread(target=asyncio.run, args=(self._main(),), name="twins", daemon=True)

    def __enter__(self) -> Served:
        self._thread.start()
        if not self._ready.wait(20):
            raise RuntimeError("the twins did not start within 20 seconds")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def cut_links(self) -> None:
        """Breaks every SMPP connection."""
        done = Event()

        def cut() -> None:
            self.smsc.cut_links()
            done.set()

        self._loop.call_soon_threadsafe(cut)
        done.wait()

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await serve(self.outside, self._stop, self._started, silence=self._silence, slow=self._slow)

    def _started(self, ports: Ports, smsc: Smsc) -> None:
        self.ports, self.smsc = ports, smsc
        self._ready.set()
