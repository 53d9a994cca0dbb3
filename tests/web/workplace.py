"""The pages over a worker of the proactive act: cases come from the twins and go on when the worker runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

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
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self, persona: str = "", language: str = "en", **fields: str) -> Visitor:
        """Somebody who has signed in, as a persona or with fields of the provider's page."""
        visitor = Visitor(self.url, language)
        self.visitors.append(visitor)
        if persona or fields:
            assert visitor.sign_in(persona, **fields).status_code == 303
        return visitor


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
