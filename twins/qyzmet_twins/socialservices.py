"""The operations of `exchange/social.py`, answered over a world."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import Any

from qyzmet.exchange import social as o
from qyzmet.exchange.systems import ByIin, FeedPage
from qyzmet.runtime.clock import Clock
from qyzmet_twins.feeds import page
from qyzmet_twins.state import BadQuestion
from qyzmet_twins.world import World

Handler = Callable[[Sequence[Any]], list[Any]]

#: What E-Maket and ODK show as appointed once a decision on the service was placed in this run.
_APPOINTS: tuple[tuple[str, o.PensionKind], ...] = (
    ("DISABILITY_ALLOWANCE", "disability_allowance"),
    ("SURVIVOR_ALLOWANCE", "survivor_allowance"),
    ("WORK_CAPACITY_LOSS_PAYMENT", "fund_payment"),
    ("SURVIVOR_PAYMENT", "fund_payment"),
    ("JOB_LOSS_PAYMENT", "fund_payment"),
)


class SocialServices:
    """`placed` are the persons and services of which a decision was placed so far; it grows."""

    def __init__(self, world: World, clock: Clock, placed: Set[tuple[str, str]]) -> None:
        self.world, self.clock, self._placed = world, clock, placed
        self.handlers: dict[str, Handler] = {
            o.DEATHS.path: self._deaths,
            o.KINSHIP.path: self._kinship,
            o.E_MAKET_PENSIONS.path: self._e_maket_pensions,
            o.ODK_PENSIONS.path: self._odk_pensions,
            o.DEATH_APPLICANT.path: self._death_applicants,
            o.BODY_TAKER.path: self._body_takers,
            o.DISABILITIES.path: self._disabilities,
            o.ORPHANAGE.path: self._orphanages,
            o.UNEMPLOYED.path: self._unemployed,
            o.CONTRIBUTIONS.path: self._contributions,
            o.SURVIVORS.path: self._survivors,
        }

    def _deaths(self, items: Sequence[FeedPage]) -> list[o.Deaths]:
        now, deaths = self.clock.now(), self.world.deaths()
        pages = (page(deaths, item, now) for item in items)
        return [o.Deaths(ref=ref, events=events, cursor=cursor) for ref, events, cursor in pages]

    def _disabilities(self, items: Sequence[FeedPage]) -> list[o.Disabilities]:
        now, established = self.clock.now(), self.world.disabilities()
        pages = (page(established, item, now) for item in items)
        return [o.Disabilities(ref=ref, events=events, cursor=cursor) for ref, events, cursor in pages]

    def _unemployed(self, items: Sequence[FeedPage]) -> list[o.UnemployedList]:
        now, registered = self.clock.now(), self.world.registered_unemployed()
        pages = (page(registered, item, now) for item in items)
        return [o.UnemployedList(ref=ref, events=events, cursor=cursor) for ref, events, cursor in pages]

    def _e_maket_pensions(self, items: Sequence[ByIin]) -> list[o.Pensions]:
        return [self._pensions(item, "e_maket") for item in items]

    def _odk_pensions(self, items: Sequence[ByIin]) -> list[o.Pensions]:
        return [self._pensions(item, "odk") for item in items]

    def _pensions(self, item: ByIin, system: str) -> o.Pensions:
        """What there was before, and whatever was placed in this run."""
        kinds = list(self.world.pensions(item.iin, system))
        for service, kind in _APPOINTS:
            if (item.iin, service) in self._placed and kind not in kinds:
                kinds.append(kind)
        return o.Pensions(ref=item.ref, kinds=kinds)

    def _kinship(self, items: Sequence[o.Pair]) -> list[o.Kinship]:
        found = ((item.ref, self.world.kin(item.iin, item.other)) for item in items)
        return [
            o.Kinship(ref=ref, kin=relation is not None, relation=relation or "") for ref, relation in found
        ]

    def _death_applicants(self, items: Sequence[ByIin]) -> list[o.PersonFound]:
        now, world = self.clock.now(), self.world
        return [o.PersonFound(ref=item.ref, iin=world.death_applicant(item.iin, now)) for item in items]

    def _body_takers(self, items: Sequence[ByIin]) -> list[o.PersonFound]:
        now, world = self.clock.now(), self.world
        return [o.PersonFound(ref=item.ref, iin=world.body_taker(item.iin, now)) for item in items]

    def _orphanages(self, items: Sequence[ByIin]) -> list[o.Orphanage]:
        return [
            o.Orphanage(ref=item.ref, lives_there=self.world.lives_in_orphanage(item.iin)) for item in items
        ]

    def _contributions(self, items: Sequence[o.BeforeMonth]) -> list[o.Contributions]:
        if any(item.before.day != 1 for item in items):
            raise BadQuestion("contributions are asked before the first day of a month")
        found = ((item.ref, self.world.contributions_before(item.iin, item.before)) for item in items)
        return [
            o.Contributions(ref=ref, months=months, income_24_months_tiyn=income)
            for ref, (months, income) in found
        ]

    def _survivors(self, items: Sequence[ByIin]) -> list[o.Survivors]:
        now, world = self.clock.now(), self.world
        return [o.Survivors(ref=item.ref, survivors=list(world.survivors(item.iin, now))) for item in items]
