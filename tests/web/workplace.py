"""The pages over a worker of the proactive act: cases come from the twins and go on when the worker runs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from qyzmet.cases.package import packages
from qyzmet.runtime.clock import HandClock
from qyzmet.web.app import Site
from qyzmet.web.assets import Assets
from qyzmet.web.openid import Provider
from tests.acts.proactive.conftest import Pilot
from tests.web.pages import Visitor
from tests.web.running import running


@dataclass
class Workplace:
    pilot: Pilot
    url: str
    site: Site
    visitors: list[Visitor | Program] = field(default_factory=list)

    def visitor(self, persona: str = "", language: str = "en", **fields: str) -> Visitor:
        """Somebody who has signed in, as a persona or with fields of the provider's page."""
        visitor = Visitor(self.url, language)
        self.visitors.append(visitor)
        if persona or fields:
            assert visitor.sign_in(persona, **fields).status_code == 303
        return visitor

    def program(self, persona: str = "", **fields: str) -> Program:
        """A program of somebody's."""
        visitor = self.visitor(persona, **fields)
        page = visitor.post("/tokens", "/tokens", title="my program", days="1")
        program = Program(self.url, page.text)
        self.visitors.append(program)
        return program


class Program:
    """Somebody's program, with a token that they made on the page."""

    def __init__(self, url: str, page: str) -> None:
        found = re.search(r"<code>(qyzmet_[^<]*)</code>", page)
        assert found is not None
        self.token = found[1]
        headers = {"Authorization": f"Bearer {self.token}"}
        self.http = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=20, trust_env=False)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query)

    def post(self, path: str, key: str = "", **body: Any) -> httpx.Response:
        return self.http.post(path, json=body, headers={"Idempotency-Key": key or str(uuid.uuid4())})


def site_of(pilot: Pilot, assets: Assets, issuer: str, wall: HandClock, **more: Any) -> Site:
    return Site(
        pilot.ground.database, pilot.ground.keys, pilot.clock, list(packages().values()), assets=assets,
        provider=Provider(issuer, "qyzmet", ""), wall=wall, **more,
    )  # fmt: skip


@contextmanager
def opened(pilot: Pilot, assets: Assets, issuer: str, wall: HandClock, **more: Any) -> Iterator[Workplace]:
    site = site_of(pilot, assets, issuer, wall, **more)
    with running(site) as url:
        workplace = Workplace(pilot, url, site)
        yield workplace
        for visitor in workplace.visitors:
            visitor.http.close()
