"""What chapters 4 to 9 ask of a world made by hand: deaths, pensions, disability, work, survivors.

dead = world.pension(world.person(birth_day=date(1950, 3, 1)), "age_pension", "basic_pension")
daughter = world.person(phone="+77010000002", accounts={"bank_a": 1})
world.death(dead, at=datetime(2024, 2, 12, 4, tzinfo=UTC), applicant=daughter)
world.survivor(dead, birth_day=date(2015, 9, 1), representatives={daughter: "mother"})
world.disability(daughter, at=..., group=2, causes=["work_injury"], loss_degree=60)
world.unemployed(daughter, at=...)
world.contributions(daughter, months=30, monthly_income_tiyn=250_000_00)
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Literal, get_args

from qyzmet.exchange.social import Death, Disability, KinRelation, PensionKind, Survivor, Unemployed
from qyzmet.exchange.systems import Relative
from qyzmet.runtime.clock import legal_date
from qyzmet_twins.world import Resident, SocialWorld

Representation = Literal["mother", "father", "adoptive_parent", "guardian"]

_ADULT, _WITH_GROUP = 18, 7
_OPPOSITE: dict[KinRelation, KinRelation] = {
    "spouse": "spouse",
    "sibling": "sibling",
    "child": "parent",
    "parent": "child",
    "grandchild": "grandparent",
    "grandparent": "grandchild",
}


class TinySocial(SocialWorld):
    """Part of a `TinyWorld`. Everything that makes something returns the IIN it made or concerns."""

    def __init__(self) -> None:
        self._residents: dict[str, Resident] = {}
        self._relatives: defaultdict[str, list[Relative]] = defaultdict(list)
        self._deaths: list[Death] = []
        self._known_dead: dict[str, datetime] = {}
        self._disabilities: list[Disability] = []
        self._unemployed: list[Unemployed] = []
        self._pensions: defaultdict[tuple[str, str], list[PensionKind]] = defaultdict(list)
        self._kin: dict[tuple[str, str], KinRelation] = {}
        self._applicants: dict[str, str] = {}
        self._takers: dict[str, str] = {}
        self._in_orphanage: set[str] = set()
        self._contributions: dict[str, tuple[int, int]] = {}
        self._survivors: defaultdict[str, list[Survivor]] = defaultdict(list)

    # --- making it ------------------------------------------------------------------------------

    def death(
        self,
        iin: str,
        *,
        at: datetime,
        death_day: date | None = None,
        applicant: str | None = None,
        body_taker: str | None = None,
        relation: KinRelation | None = "child",
    ) -> str:
        """This person died on `death_day`, unless told otherwise two days before it is known: `at`.

        `applicant` registered the death, `body_taker` took the body away; both are to the deceased what
        `relation` says, None: not kin, unless `related` or a birth says otherwise.
        """
        self._known_dead[iin] = at
        event = Death(
            event=f"D{len(self._deaths) + 1:06d}",
            at=at,
            iin=iin,
            death_day=death_day or legal_date(at) - timedelta(days=2),
            region=self._residents[iin].region,
        )
        insort(self._deaths, event, key=_moment)
        for found, other in ((self._applicants, applicant), (self._takers, body_taker)):
            if other is not None:
                found[iin] = other
                if relation is not None:
                    self.related(iin, other, relation)
        return iin

    def pension(self, iin: str, *kinds: PensionKind, systems: Sequence[str] = ("e_maket", "odk")) -> str:
        """What is appointed to this person, and which systems show it."""
        unknown = set(kinds) - set(get_args(PensionKind))
        if unknown or not kinds:
            raise ValueError(f"a pension or allowance is one of {', '.join(get_args(PensionKind))}")
        for system in systems:
            self._pensions[iin, system] += kinds
        return iin

    def related(self, iin: str, other: str, relation: KinRelation) -> str:
        """`other` is the `relation` of the first person, who is the opposite to `other`."""
        self._kin[iin, other], self._kin[other, iin] = relation, _OPPOSITE[relation]
        return iin

    def disability(
        self,
        iin: str,
        *,
        at: datetime,
        group: Literal[1, 2, 3] | None = 2,
        causes: Sequence[str] | None = None,
        loss_degree: int | None = None,
        established: date | None = None,
    ) -> str:
        """Disability established; under 7 there is no group.

        Unless told otherwise the cause is general illness, of minors "child".
        """
        resident = self._residents[iin]
        established = established or legal_date(at)
        age = _age(resident.birth_day, established)
        if causes is None:
            causes = ["general_illness" if age >= _ADULT else "child"]
        event = Disability(
            event=f"M{len(self._disabilities) + 1:06d}",
            at=at,
            iin=iin,
            established=established,
            birth_day=resident.birth_day,
            group=group if age >= _WITH_GROUP else None,
            causes=list(causes),
            loss_degree=loss_degree,
            region=resident.region,
        )
        insort(self._disabilities, event, key=_moment)
        return iin

    def orphanage(self, iin: str) -> str:
        """This child lives in an orphanage."""
        self._in_orphanage.add(iin)
        return iin

    def unemployed(self, iin: str, *, at: datetime, registered: date | None = None) -> str:
        event = Unemployed(
            event=f"U{len(self._unemployed) + 1:06d}",
            at=at,
            iin=iin,
            registered=registered or legal_date(at),
            region=self._residents[iin].region,
        )
        insort(self._unemployed, event, key=_moment)
        return iin

    def contributions(
        self,
        iin: str,
        *,
        months: int = 36,
        monthly_income_tiyn: int = 200_000_00,
        income_24_months_tiyn: int | None = None,
    ) -> str:
        """Participation in all, and the income of the last 24 months: as many months of it as there were."""
        income = (
            min(months, 24) * monthly_income_tiyn if income_24_months_tiyn is None else income_24_months_tiyn
        )
        self._contributions[iin] = (months, income)
        return iin

    def survivor(
        self,
        deceased: str,
        *,
        iin: str | None = None,
        relation: KinRelation = "child",
        birth_day: date = date(2015, 9, 1),
        full_time_student: bool = False,
        full_orphan: bool = False,
        representatives: Mapping[str, Representation] | None = None,
    ) -> str:
        """A dependant of the deceased, made unless there is one with this IIN; returns the dependant's IIN.

        `representatives` of a minor become the minor's relatives too.
        """
        if iin is None:
            iin = self.person(birth_day=birth_day, given="Мұрагер", region=self._residents[deceased].region)
        named = [Relative(iin=who, relation=role) for who, role in (representatives or {}).items()]
        self._relatives[iin] += [one for one in named if one not in self._relatives[iin]]
        survivor = Survivor(
            iin=iin,
            relation=relation,
            birth_day=self._residents[iin].birth_day,
            full_time_student=full_time_student,
            full_orphan=full_orphan,
            representatives=named,
        )
        insort(self._survivors[deceased], survivor, key=attrgetter("birth_day"))
        self.related(deceased, iin, relation)
        return iin

    @abstractmethod
    def person(self, *, birth_day: date, given: str, region: str) -> str: ...

    # --- the World ------------------------------------------------------------------------------

    def deaths(self) -> Sequence[Death]:
        return self._deaths

    def disabilities(self) -> Sequence[Disability]:
        return self._disabilities

    def registered_unemployed(self) -> Sequence[Unemployed]:
        return self._unemployed

    def pensions(self, iin: str, system: str) -> Sequence[PensionKind]:
        return self._pensions.get((iin, system), ())

    def kin(self, iin: str, other: str) -> KinRelation | None:
        """As told by `related` and the like, else by births; a guardian is not kin."""
        if (iin, other) in self._kin:
            return self._kin[iin, other]
        if self._is_parent(other, iin):
            return "parent"
        return "child" if self._is_parent(iin, other) else None

    def _is_parent(self, iin: str, child: str) -> bool:
        found = self._relatives.get(child, ())
        return any(one.iin == iin and one.relation != "guardian" for one in found)

    def death_applicant(self, iin: str, at: datetime) -> str | None:
        return self._applicants.get(iin) if self._is_known_dead(iin, at) else None

    def body_taker(self, iin: str, at: datetime) -> str | None:
        return self._takers.get(iin) if self._is_known_dead(iin, at) else None

    def _is_known_dead(self, iin: str, at: datetime) -> bool:
        return iin in self._known_dead and self._known_dead[iin] <= at

    def _as_known(self, resident: Resident, at: datetime) -> Resident:
        return replace(resident, alive=False) if self._is_known_dead(resident.iin, at) else resident

    def lives_in_orphanage(self, iin: str) -> bool:
        return iin in self._in_orphanage

    def contributions_before(self, iin: str, before: date) -> tuple[int, int]:
        del before  # made by hand, they are meant for whatever month is asked about
        return self._contributions.get(iin, (0, 0))

    def survivors(self, iin: str, at: datetime) -> Sequence[Survivor]:
        found = self._survivors.get(iin, ())
        return [one for one in found if self._as_known(self._residents[one.iin], at).alive]


def _age(birth_day: date, on: date) -> int:
    return on.year - birth_day.year - ((on.month, on.day) < (birth_day.month, birth_day.day))


_moment = attrgetter("at")
