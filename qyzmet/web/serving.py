"""The application as a server of one process: uvicorn on a socket of our own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from qyzmet.runtime.errors import BadValue

if TYPE_CHECKING:
    from litestar.types import ASGIApp

#: Requests that are under way when the server is told to stop may end within this time.
GRACE_SECONDS = 20


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs the loop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is any free one. Raises BadValue where the port is taken."""
    # asyncio turns off Nagle's delay (44 ms an answer) only where the protocol is named.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise BadValue(
            "--port", f"{host}:{port} cannot be listened on: {error.strerror}", "Choose another."
        ) from None
    listening.listen(200)
    return listening


async def serve(
    app: ASGIApp, listening: socket.socket, stop: asyncio.Event, ready: Callable[[], None]
) -> None:
    """Serves until `stop` is set; requests under way are finished first. Closes the socket."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        ws="none",
        http="h11",  # it lets all methods through, so that the log has a line for each request
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=60,
    )
    server = _Server(config)
    with listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            while not server.started and not serving.done():
                await asyncio.sleep(0.005)
            if not serving.done():
                ready()
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait([stopped, serving], return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
        finally:
            server.should_exit = True
            await serving
