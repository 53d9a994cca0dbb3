"""The whole outside of one world in one object: what the servers serve and the controls show."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from qyzmet.runtime.clock import Clock
from qyzmet_twins.centre import Centre
from qyzmet_twins.citizens import Citizens
from qyzmet_twins.faults import Faults
from qyzmet_twins.services import Knobs, Services
from qyzmet_twins.world import World


class Outside:
    """Registries, banks and citizens of a world, on one clock and one seed.

    `centre` is the directory of the development root, where heads' certificates were issued.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        *,
        seed: int = 0,
        knobs: Knobs | None = None,
        centre: Path | None = None,
    ) -> None:
        self.world, self.clock, self.seed = world, clock, seed
        self.services = Services(world, clock, seed=seed, knobs=knobs)
        self.citizens = Citizens(world, clock, self.services.opened, seed=seed)
        self.faults = Faults(clock, seed=seed)
        self.centre = Centre(clock, centre)
        self.past_operator = False  #: replies are fetched in batches (/control/replies), not sent over SMPP
        self.undelivered = 0  #: replies that the operator holds or waits to have acknowledged

    def next_moment(self) -> datetime | None:
        """When something happens next by itself; until then turning the clock changes nothing here."""
        moments = (self.services.next_event(), self.citizens.next_moment())
        return min((moment for moment in moments if moment is not None), default=None)

    def idle(self) -> bool:
        """Whether nothing is under way: all that is due has been delivered and acknowledged."""
        return self.undelivered == 0 and not self.citizens.overdue()
