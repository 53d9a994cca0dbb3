"""What the twins need to know about a country: the seam between registries and population.

`Country` is one world, a `TinyWorld` made by hand in a test another. A world is what the
registries hold; what happens while the twins run (placements, consents, opened accounts) is
theirs, not the world's. Several threads read a world at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from qyzmet.exchange.social import Death, Disability, KinRelation, PensionKind, Survivor, Unemployed
from qyzmet.exchange.systems import Award, Birth, Child, Language, Relative
from qyzmet_twins.temperament import Temperament


@dataclass(frozen=True, slots=True)
class Resident:
    """A person as the State Database "Individuals" has them."""

    iin: str
    surname: str
    given: str
    patronymic: str
    birth_day: date
    region: str
    language: Language = "kk"
    alive: bool = True


class SocialWorld(Protocol):
    """What chapters 4 to 9 ask. A world that inherits it says of everything that there is none."""

    def deaths(self) -> Sequence[Death]:
        """Every death, in the order in which its information arrives; it may grow at its end."""
        return ()

    def disabilities(self) -> Sequence[Disability]:
        """Every disability established, likewise."""
        return ()

    def registered_unemployed(self) -> Sequence[Unemployed]:
        """Every registration as unemployed, likewise."""
        return ()

    def pensions(self, iin: str, system: str) -> Sequence[PensionKind]:
        """What `e_maket` or `odk` shows as appointed to this person, or to a dead one on the day of death."""
        del iin, system
        return ()

    def kin(self, iin: str, other: str) -> KinRelation | None:
        """What the other is to the first; None: not kin."""
        del iin, other
        return None

    def death_applicant(self, iin: str, at: datetime) -> str | None:
        """Who applied to register this person's death; None: no information."""
        del iin, at
        return None

    def body_taker(self, iin: str, at: datetime) -> str | None:
        """Who took this person's body away; None: no information."""
        del iin, at
        return None

    def lives_in_orphanage(self, iin: str) -> bool:
        del iin
        return False

    def contributions_before(self, iin: str, before: date) -> tuple[int, int]:
        """Months of participation in all, and the income in tiyn of the 24 months before this day."""
        del iin, before
        return 0, 0

    def survivors(self, iin: str, at: datetime) -> Sequence[Survivor]:
        """Those who depend on this person, the oldest first."""
        del iin, at
        return ()


class World(SocialWorld, Protocol):
    """A country as its registries see it. `at` hides what has not happened yet."""

    def births(self) -> Sequence[Birth]:
        """Every birth, in the order of their moments, the coming ones too; it may grow at its end."""
        ...

    def awards(self) -> Sequence[Award]:
        """Every award, likewise."""
        ...

    def person_at(self, iin: str, at: datetime) -> Resident | None: ...

    def relatives(self, iin: str, at: datetime) -> Sequence[Relative]:
        """The child's mother, father, adoptive parents and guardians, as far as they are known."""
        ...

    def family(self, iin: str, at: datetime) -> Sequence[Child]:
        """The children of this person's family, the oldest first."""
        ...

    def existing(self, iin: str, service: str) -> tuple[bool, bool]:
        """Whether there was an application and a case file before the twins started."""
        ...

    def phone(self, iin: str) -> str | None:
        """The number in the Mobile Citizens Base, as +7 and ten digits."""
        ...

    def owners(self, phone: str) -> Sequence[str]:
        """The IINs behind a number; a family may share one."""
        ...

    def accounts(self, iin: str, bank: str) -> Sequence[str]:
        """IBANs at one of `systems.BANKS`, opened before the twins started."""
        ...

    def temperament(self, iin: str) -> Temperament | None:
        """How this person deals with SMS; None: drawn by the seed."""
        ...
