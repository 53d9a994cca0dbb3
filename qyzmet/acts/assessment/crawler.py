"""Reads the links of reports: politely, within limits, and only the hosts that reports name.

A copy keeps what was served with its hash and time. What went wrong is a code, never an exception: a dead
link is a finding about the report, not a failure of the program.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from qyzmet.acts.assessment.network import InsideAddress, Outward
from qyzmet.runtime.clock import Clock

#: What a link may take. A page of evidence is small; whoever serves more is not read on.
MOST_BYTES = 5 << 20
KEPT_BYTES = 512 << 10
MOST_REDIRECTS = 5
CONNECT_SECONDS = 10.0
WHOLE_SECONDS = 30.0
#: Between two requests to one host.
GAP_SECONDS = 1.0
AT_ONCE = 8
AGENT = "Qyzmet-assessment/1 (checks links that state bodies reported)"

_TROUBLE: tuple[tuple[type[Exception], str], ...] = (
    (InsideAddress, "inside"),
    (httpcore.ConnectTimeout, "timeout"),
    (httpcore.ReadTimeout, "timeout"),
    (httpcore.TimeoutException, "timeout"),
    (httpcore.NetworkError, "unreachable"),
    (httpcore.ProtocolError, "nonsense"),
    (httpcore.UnsupportedProtocol, "nonsense"),
)


@dataclass(frozen=True, slots=True)
class Copy:
    """What a link served at a moment. `trouble` is empty where it answered with a page:

    `unreachable`, `timeout`, `status`, `loop`, `outside` (redirected to a host nobody listed), `inside`
    (points into our own network), `too_large`, `nonsense` (no HTTP).
    """

    link: str
    at: datetime
    trouble: str = ""
    status: int = 0
    media_type: str = ""
    size: int = 0
    digest: str = ""
    content: bytes = b""
    modified: str = ""

    @property
    def good(self) -> bool:
        return not self.trouble


class Crawler:
    """Safe for one user at a time; `read` works on several hosts at once, on each one after another."""

    def __init__(
        self,
        clock: Clock,
        *,
        allowed_inside: Collection[str] = (),
        gap: float = GAP_SECONDS,
        most_bytes: int = MOST_BYTES,
        whole_seconds: float = WHOLE_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        self._clock, self._gap, self._most_bytes = clock, gap, most_bytes
        self._whole, self._connect = whole_seconds, connect_seconds
        self._pool = httpcore.ConnectionPool(network_backend=Outward(allowed_inside), max_connections=AT_ONCE)

    def close(self) -> None:
        self._pool.close()

    def read(
        self, links: Iterable[str], progress: Callable[[int, int], None] = lambda _done, _of: None
    ) -> dict[str, Copy]:
        """A copy of each link. `progress` is told how many of how many are done."""
        wanted = list(dict.fromkeys(links))
        listed = {_host(link) for link in wanted}
        by_host: dict[str, list[str]] = defaultdict(list)
        for link in wanted:
            by_host[_host(link)].append(link)
        copies: dict[str, Copy] = {}
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for some in threads.map(lambda group: self._read_host(group, listed), by_host.values()):
                copies |= {copy.link: copy for copy in some}
                progress(len(copies), len(wanted))
        return {link: copies[link] for link in wanted}

    def _read_host(self, links: list[str], listed: Collection[str]) -> list[Copy]:
        copies = []
        for number, link in enumerate(links):
            if number:
                time.sleep(self._gap)
            copies.append(self._read(link, listed))
        return copies

    def _read(self, link: str, listed: Collection[str]) -> Copy:
        at, seen, address = self._clock.now(), set[str](), link
        ends = time.monotonic() + self._whole
        while True:
            if address in seen or len(seen) > MOST_REDIRECTS:
                return Copy(link, at, "loop")
            seen.add(address)
            try:
                found, target = self._get(link, address, at, ends)
            except Exception as error:
                code = next((code for kind, code in _TROUBLE if isinstance(error, kind)), "nonsense")
                return Copy(link, at, code)
            if target is None:
                return found
            if _host(target) not in listed:
                return Copy(link, at, "outside", found.status)
            address = target

    def _get(self, link: str, address: str, at: datetime, ends: float) -> tuple[Copy, str | None]:
        """One request: the copy, or where it is redirected to."""
        headers = [(b"user-agent", AGENT.encode()), (b"accept", b"*/*"), (b"accept-encoding", b"identity")]
        url = httpx.URL(address)  # knows international names
        headers.append((b"host", url.netloc))
        left = min(self._connect, max(ends - time.monotonic(), 0.1))
        timeout = {"connect": left, "read": left, "write": left, "pool": self._whole}
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with self._pool.stream("GET", target, headers=headers, extensions={"timeout": timeout}) as answer:
            said = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
            copy = Copy(
                link, at, "" if answer.status == 200 else "status", answer.status,
                said.get("content-type", "").partition(";")[0].strip().lower(),
                modified=said.get("last-modified", ""),
            )  # fmt: skip
            if 300 <= answer.status < 400 and "location" in said:
                return copy, urljoin(address, said["location"])
            if copy.trouble:
                return copy, None
            return self._kept(copy, answer, ends), None

    def _kept(self, copy: Copy, answer: httpcore.Response, ends: float) -> Copy:
        digest, kept, size = sha256(), bytearray(), 0
        for chunk in answer.iter_stream():
            size += len(chunk)
            if size > self._most_bytes:
                return _like(copy, "too_large", size)
            if time.monotonic() > ends:
                return _like(copy, "timeout", size)
            digest.update(chunk)
            kept += chunk[: KEPT_BYTES - len(kept)]
        return Copy(
            copy.link, copy.at, "", copy.status, copy.media_type, size, digest.hexdigest(), bytes(kept),
            copy.modified,
        )  # fmt: skip


def _like(copy: Copy, trouble: str, size: int) -> Copy:
    return Copy(copy.link, copy.at, trouble, copy.status, copy.media_type, size)


def _host(link: str) -> str:
    try:
        return (urlsplit(link).netloc or "").rpartition("@")[2].lower()
    except ValueError:
        return ""


def changed(before: Mapping[str, Copy], after: Mapping[str, Copy]) -> list[str]:
    """Links that served another content the second time; one that was down either time is not judged."""
    return [
        link
        for link, copy in before.items()
        if copy.good and link in after and after[link].good and after[link].digest != copy.digest
    ]
