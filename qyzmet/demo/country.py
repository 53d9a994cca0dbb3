"""The twins as a process of their own, and their controls over HTTP."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path

import httpx

from qyzmet.runtime.errors import PartnerAway, Refused

START_SECONDS = 120.0


class Twins:
    """A running country: where it answers, when something happens next, whether it is at rest."""

    def __init__(self, ready: dict[str, str | int]) -> None:
        self.http = str(ready["http"])
        self.smpp_host, self.smpp_port = str(ready["smpp_host"]), int(ready["smpp_port"])
        self._client = httpx.Client(base_url=self.http, timeout=30)

    def next_moment(self) -> datetime | None:
        at = self._get("/control/next")["moment"]
        return None if at is None else datetime.fromisoformat(str(at))

    def idle(self) -> bool:
        return bool(self._get("/control/idle")["idle"])

    def _get(self, path: str) -> dict[str, object]:
        try:
            answer: dict[str, object] = self._client.get(path).raise_for_status().json()
        except httpx.HTTPError as error:
            raise PartnerAway(f"the twins do not answer: {type(error).__name__}") from error
        return answer

    def close(self) -> None:
        self._client.close()


@contextlib.contextmanager
def country(
    directory: Path, clock: Path, *, residents: int, seed: int, on: date, days: int, event_rate: float
) -> Iterator[Twins]:
    """Builds the country in a process of its own; stops it at the end. Raises Refused."""
    if find_spec("qyzmet_twins") is None:
        raise Refused(
            "The demo needs the outside world: install the package qyzmet-twins beside qyzmet "
            "(in a checkout `make setup` does it)."
        )
    ready = directory / "twins.json"
    ready.unlink(missing_ok=True)
    arguments = [
        f"--residents={residents}", f"--seed={seed}", f"--on={on}", f"--days={days}",
        f"--event-rate={event_rate}", f"--clock=file:{clock}", f"--ready-file={ready}",
        f"--centre={directory / 'signing'}",
    ]  # fmt: skip
    log = (directory / "twins.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "qyzmet_twins", *arguments], stdout=log, stderr=log, start_new_session=True
    )
    try:
        twins = Twins(_wait_for(ready, process, directory / "twins.log"))
        yield twins
        twins.close()
    finally:
        process.terminate()
        process.wait()
        log.close()


def _wait_for(ready: Path, process: subprocess.Popen[bytes], log: Path) -> dict[str, str | int]:
    until = time.monotonic() + START_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > until:
            said = log.read_text(errors="replace").strip().splitlines()
            raise Refused(f"The twins did not start: {said[-1] if said else 'they said nothing'} (see {log})")
        time.sleep(0.02)
    found: dict[str, str | int] = json.loads(ready.read_text())
    return found
