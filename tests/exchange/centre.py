"""What the tests of signatures share: heads' keys, a centre that answers over HTTP, openssl."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from cryptography import x509

from qyzmet.exchange.cms import Key, LocalSigner
from qyzmet.exchange.development import Office, development_authority, roots_in
from qyzmet.exchange.heads import HEADS, Heads
from qyzmet.exchange.signing import Signed, Signer, ToSign
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.tiny import TinyWorld

START = datetime(2024, 2, 12, 9, 0, tzinfo=KZ)
DOCUMENT = '{"authority":"committee/75","outcome":"appoint","шешім":"тағайындау"}'.encode()
COMMITTEE, OTHER = ("committee", "75"), ("committee", "10")


@dataclass
class Ground:
    """Heads of two offices, whose certificates are answered for at `url`."""

    clock: HandClock
    directory: Path
    served: Served

    @property
    def url(self) -> str:
        return self.served.ports.url

    @property
    def roots(self) -> list[x509.Certificate]:
        return roots_in(self.directory)

    @property
    def heads(self) -> Heads:
        return Heads.read(self.directory / HEADS)

    def key(self, office: tuple[str, str] = COMMITTEE) -> Key:
        return Key.read(self.directory / self.heads.now(office, self.clock.now()).file)

    def local(self) -> LocalSigner:
        return LocalSigner(self.directory, self.clock)

    def fault(self, system: str, kind: str) -> None:
        httpx.post(f"{self.url}/control/faults", json={"system": system, "kind": kind}).raise_for_status()

    def revoke(self, office: tuple[str, str] = COMMITTEE, reason: str = "keyCompromise") -> None:
        serial = self.key(office).holder.serial
        answer = httpx.post(f"{self.url}/control/certificates/{serial}/revoke", json={"reason": reason})
        assert answer.status_code == 201, answer.text

    def forget(self) -> None:
        """No faults, nothing revoked."""
        for path in ("faults", "certificates/revoked"):
            httpx.delete(f"{self.url}/control/{path}").raise_for_status()


@contextmanager
def ground(directory: Path) -> Iterator[Ground]:
    clock = HandClock(START)
    development_authority(directory, clock, [Office(*COMMITTEE, "Комитет, Алматы"), Office(*OTHER)])
    with Served(Outside(TinyWorld(), clock, centre=directory), silence=0.5, slow=0.05) as served:
        yield Ground(clock, directory, served)


def sign(signer: Signer, document: bytes = DOCUMENT, office: tuple[str, str] = COMMITTEE) -> Signed:
    (one,) = signer.sign([ToSign(document=document, authority=office[0], region=office[1])])
    return one


def openssl(directory: Path, *words: str) -> tuple[int, str]:
    """Runs openssl in a directory; its exit code and what it said."""
    done = subprocess.run(["openssl", *words], cwd=directory, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
