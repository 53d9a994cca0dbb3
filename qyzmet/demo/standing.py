"""The outside world beside `qyzmet serve`, and a clock that runs from a day inside the term of the act."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qyzmet.demo.country import country
from qyzmet.runtime.clock import KZ, Clock, FileClock
from qyzmet.runtime.config import Config
from qyzmet.runtime.errors import Refused

FIRST_DAY = date(2024, 2, 12)
DAYS = 60
_TICK_SECONDS = 0.05


@dataclass(frozen=True)
class Outside:
    """What a process needs in its environment to live with this outside world."""

    environment: Mapping[str, str]
    key: Path  #: with which a sender of the twins signs


class Flag(Protocol):
    def is_set(self) -> bool: ...


@contextlib.contextmanager
def outside(config: Config, *, residents: int, seed: int, event_rate: float) -> Iterator[Outside]:
    """Twins in a process of their own, in the home. Raises Refused where partners are set."""
    if config.partners or config.database_url:
        raise Refused(
            "Partners or a database are set, and --twins is for trying things: it would mix made-up people "
            "with real ones. Unset them, or give it a place of its own with QYZMET_HOME."
        )
    directory = config.home / "twins"
    directory.mkdir(parents=True, exist_ok=True)
    clock = directory / "clock"
    if not clock.exists():
        FileClock.create(clock, datetime.combine(FIRST_DAY, datetime.min.time(), KZ) + timedelta(hours=9))
    with country(
        directory, clock, residents=residents, seed=seed, on=FIRST_DAY, days=DAYS, event_rate=event_rate
    ) as twins:
        yield Outside(
            {
                "QYZMET_PARTNERS": twins.http,
                "QYZMET_OIDC_ISSUER": f"{twins.http}/openid",
                "QYZMET_SMPP_HOST": twins.smpp_host,
                "QYZMET_SMPP_PORT": str(twins.smpp_port),
                "QYZMET_SMPP_PASSWORD": "password",
                "QYZMET_CLOCK": f"file:{clock}",
            },
            _sender_key(directory),
        )


def run_clock(pace: float, clock: Clock, stop: Flag) -> None:
    """Lets the hand-turned clock run as clocks do, or `pace` times as fast, from where it stood."""
    assert isinstance(clock, FileClock)
    start, began = clock.now(), time.monotonic()
    while not stop.is_set():
        clock.set(max(clock.now(), start + timedelta(seconds=(time.monotonic() - began) * pace)))
        time.sleep(_TICK_SECONDS)


def _sender_key(directory: Path) -> Path:
    """A key for trying the API, with its public half beside."""
    private, public = directory / "sender.key", directory / "sender.pem"
    if not private.exists():
        key = Ed25519PrivateKey.generate()
        pem, open_text = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        public.write_bytes(key.public_key().public_bytes(pem, open_text))
        private.touch(mode=0o600)
        private.write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
    return private
