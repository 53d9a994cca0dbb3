"""Connections of the crawler: never into our own network, whatever a name resolves to.

Names are resolved here and the connection goes to the very address that was looked at, so that a name
that answers differently the second time gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterable
from ipaddress import ip_address
from typing import Any

import httpcore

from qyzmet.runtime.errors import QyzmetError


class InsideAddress(QyzmetError):
    """The address points inside our own network; nothing is asked there."""


class Outward(httpcore.NetworkBackend):
    """Connects to public addresses, and to the `host:port` pairs of an explicit list."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._allowed = frozenset(allowed)
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises InsideAddress, or what httpcore raises."""
        if f"{host}:{port}" in self._allowed:
            address = host
        else:
            addresses = _resolved(host, port)
            if not all(ip_address(each).is_global for each in addresses):
                raise InsideAddress("it points inside our own network")
            address = addresses[0]
        return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise InsideAddress("sockets of this machine are not asked")


def _resolved(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises httpcore.ConnectError where there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError("the name is not known") from error
    return [str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found]
