"""The application on a free port of this machine, with senders whose keys tests hold."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qyzmet.cases.package import packages
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import KZ, HandClock, SystemClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.web.app import Site
from qyzmet.web.assets import Assets, build
from qyzmet.web.openid import Provider
from qyzmet.web.senders import SenderKey
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.tiny import TinyWorld
from tests.acts.proactive.conftest import Pilot, ground, make_pilot, pilot
from tests.cases.conftest import iin
from tests.web.running import running
from tests.web.workplace import Workplace, opened

__all__ = ["ground", "make_pilot", "pilot", "running"]

BIRTHS, AWARDS = "individuals_db/births", "state_bodies/awards"
KEYS = {source: Ed25519PrivateKey.generate() for source in (BIRTHS, AWARDS)}
SENDERS = {source: [SenderKey(key.public_key())] for source, key in KEYS.items()}

Headers = dict[str, str]


@dataclass
class Api:
    """Sends requests as a partner would; everything about a request can be made wrong."""

    url: str
    clock: HandClock
    database: Database

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=20, trust_env=False)

    def headers(self, path: str, body: bytes, key: str = "", source: str = "") -> Headers:
        """Signed headers of a POST."""
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {
            "Content-Type": "application/json",
            "Content-Digest": f"sha-256=:{digest}:",
            "Idempotency-Key": key or str(uuid.uuid4()),
        }
        covered = ("@method", "@path", "content-type", "content-digest", "idempotency-key")
        source = source or path.removeprefix("/api/v1/events/")
        return headers | signed("POST", path, headers, covered, source, self.clock.now())

    def push(self, *events: Any, source: str = BIRTHS, key: str = "") -> httpx.Response:
        return self.send(msgspec.json.encode({"events": events}), source=source, key=key)

    def send(
        self, body: bytes, *, source: str = BIRTHS, key: str = "", drop: str = "", **changed: str
    ) -> httpx.Response:
        """A signed body; `changed` replaces headers after signing (underscores for hyphens)."""
        path = f"/api/v1/events/{source}"
        headers = self.headers(path, body, key) | {n.replace("_", "-").title(): v for n, v in changed.items()}
        headers.pop(drop, None)
        return self.http.post(path, content=body, headers=headers)

    def refused(self, source: str = BIRTHS, after: str = "") -> httpx.Response:
        path, query = f"/api/v1/events/{source}/refused", f"?after={after}" if after else "?"
        headers = signed("GET", path, {}, ("@method", "@path", "@query"), source, self.clock.now(), query)
        return self.http.get(path, params={"after": after} if after else None, headers=headers)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with connect(self.database.engine_url) as connection:
            return connection.execute(query, values).fetchall()

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])


def signed(
    method: str,
    path: str,
    headers: Mapping[str, str],
    covered: tuple[str, ...],
    source: str,
    at: datetime,
    query: str = "?",
    parameters: str = "",
) -> Headers:
    """Signature headers by the book, with the key of the source."""
    derived = {"@method": method, "@path": path, "@query": query}
    lower = {name.lower(): value for name, value in headers.items()}
    names = " ".join(f'"{name}"' for name in covered)
    said = f'({names});created={int(at.timestamp())};keyid="{source}"{parameters}'
    lines = [f'"{name}": {derived.get(name) or lower[name]}' for name in covered]
    base = "\n".join([*lines, f'"@signature-params": {said}'])
    signature = base64.b64encode(KEYS[source].sign(base.encode())).decode()
    return {"Signature-Input": f"sig1={said}", "Signature": f"sig1=:{signature}:"}


def birth(number: int, **changed: object) -> dict[str, Any]:
    """A birth of a fourth child, another one for each number."""
    return {
        "event": f"B{number:06d}",
        "at": "2024-02-12T08:30:00+06:00",
        "child_iin": iin(number),
        "birth_day": "2024-02-09",
        "order": 4,
        "region": "75",
    } | changed


@pytest.fixture
def site(database: Database, vault_keys: VaultKeys, clock: HandClock) -> Site:
    return Site(database, vault_keys, clock, list(packages().values()), SENDERS)


@pytest.fixture
def api(site: Site) -> Iterator[Api]:
    assert isinstance(site.clock, HandClock)
    with running(site) as url:
        api = Api(url, site.clock, site.database)
        yield api
        api.http.close()


@pytest.fixture(scope="session")
def assets() -> Assets:
    """Built once where they are missing."""
    build()
    return Assets.read()


@pytest.fixture(scope="session")
def sign_in_service() -> Iterator[str]:
    """The twins' provider by itself, in a thread; gives its issuer."""
    outside = Outside(TinyWorld(), HandClock(datetime(2024, 2, 12, 9, 0, tzinfo=KZ)))
    with Served(outside) as twins:
        yield f"{twins.ports.url}/openid"


@pytest.fixture
def wall(clock: HandClock) -> HandClock:
    """The real time of sessions, for tests that turn it."""
    return HandClock(SystemClock().now())


@pytest.fixture
def pages(site: Site, assets: Assets, sign_in_service: str, wall: HandClock) -> Iterator[str]:
    """The application with its pages; gives its address."""
    provider = Provider(sign_in_service, "qyzmet", "")
    with running(replace(site, assets=assets, provider=provider, wall=wall)) as url:
        yield url


@pytest.fixture
def workplace(pilot: Pilot, assets: Assets, sign_in_service: str, wall: HandClock) -> Iterator[Workplace]:
    """The pages over a worker of the proactive act."""
    with opened(pilot, assets, sign_in_service, wall) as found:
        yield found
