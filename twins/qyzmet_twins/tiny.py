"""A world made by hand, person by person, for tests and examples.

world = TinyWorld()
mother = world.person(phone="+77010000001", accounts={"bank_a": 1})
child = world.birth(mother, at=datetime(2024, 2, 12, 4, tzinfo=UTC), order=4)
world.award(mother, "KUMIS_ALQA", at=...)

Deaths, disability, work and survivors are made by the methods of `TinySocial`.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Literal

from qyzmet.exchange.systems import BANKS, Award, Birth, Child, Language, Relative
from qyzmet.runtime.clock import legal_date
from qyzmet_twins.identifiers import new_iban, new_iins
from qyzmet_twins.temperament import Answers, Temperament
from qyzmet_twins.tinysocial import TinySocial
from qyzmet_twins.world import Resident

AwardName = Literal["ALTYN_ALQA", "KUMIS_ALQA", "BATYR_ANA", "ANA_DANQY_1", "ANA_DANQY_2"]


class TinyWorld(TinySocial):
    """A `World`. Everything that makes something returns the IIN it made or concerns."""

    def __init__(self) -> None:
        super().__init__()
        self._births: list[Birth] = []
        self._awards: list[Award] = []
        self._born: dict[str, datetime] = {}
        self._families: defaultdict[str, list[tuple[datetime | None, Child]]] = defaultdict(list)
        self._existing: dict[tuple[str, str], tuple[bool, bool]] = {}
        self._phones: dict[str, str] = {}
        self._owners: defaultdict[str, list[str]] = defaultdict(list)
        self._unused: dict[tuple[date, bool], Iterator[str]] = {}
        self._accounts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._temperaments: dict[str, Temperament] = {}
        self._ibans = 0

    # --- making it ------------------------------------------------------------------------------

    def person(
        self,
        *,
        iin: str | None = None,
        birth_day: date = date(1990, 5, 17),
        female: bool = True,
        surname: str = "Серікқызы",
        given: str = "Айгүл",
        patronymic: str = "Маратқызы",
        region: str = "75",
        language: Language = "kk",
        alive: bool = True,
        phone: str | None = None,
        accounts: Mapping[str, int] | Sequence[str] = (),
        temperament: Temperament | Answers | None = Answers.PROMPT,
    ) -> str:
        """A resident; `accounts` names banks, or says how many accounts there are in each.

        People answer promptly unless told otherwise; temperament None leaves it to the seed.
        """
        iin = iin or self._new_iin(birth_day, female)
        if iin in self._residents:
            raise ValueError("this IIN is already in the world")
        self._residents[iin] = Resident(iin, surname, given, patronymic, birth_day, region, language, alive)
        if phone:
            self._phones[iin] = phone
            self._owners[phone].append(iin)
        if temperament is not None:
            whole = temperament if isinstance(temperament, Temperament) else Temperament(temperament)
            self._temperaments[iin] = whole
        counts = accounts if isinstance(accounts, Mapping) else dict.fromkeys(accounts, 1)
        for bank, count in counts.items():
            for _ in range(count):
                self.account(iin, bank)
        return iin

    def birth(
        self,
        mother: str | None,
        *,
        at: datetime,
        order: int = 4,
        father: str | None = None,
        birth_day: date | None = None,
        siblings: Sequence[date] | None = None,
        region: str | None = None,
    ) -> str:
        """A child born to these parents and registered `at`; returns the child's IIN.

        Unless told otherwise the mother has `order` - 1 earlier children under age, two years apart.
        """
        birth_day = birth_day or legal_date(at) - timedelta(days=3)
        parent = mother or father
        region = region or (self._residents[parent].region if parent else "75")
        iin = self.person(birth_day=birth_day, female=order % 2 == 0, given="Бала", region=region)
        self._born[iin] = at
        earlier = [birth_day - timedelta(days=730 * n) for n in range(order - 1, 0, -1)]
        for who, relation in ((mother, "mother"), (father, "father")):
            if who is None:
                continue
            self._relatives[iin].append(Relative(iin=who, relation=relation))  # type: ignore[arg-type]
            if siblings is not None or not self._families[who]:
                for day in earlier if siblings is None else siblings:
                    self.child(who, day)
            self._families[who].append((at, Child(birth_day=birth_day, lives_together=True)))
        event = Birth(
            event=f"B{len(self._births) + 1:06d}",
            at=at,
            child_iin=iin,
            birth_day=birth_day,
            order=order,
            region=region,
        )
        insort(self._births, event, key=_moment)
        return iin

    def award(
        self, iin: str, award: AwardName = "KUMIS_ALQA", *, at: datetime, award_day: date | None = None
    ) -> str:
        event = Award(
            event=f"A{len(self._awards) + 1:06d}",
            at=at,
            iin=iin,
            award=award,
            award_day=award_day or legal_date(at),
            region=self._residents[iin].region,
        )
        insort(self._awards, event, key=_moment)
        return iin

    def child(
        self, parent: str, birth_day: date, *, lives_together: bool = True, full_time_student: bool = False
    ) -> str:
        """A child of the family that needs no record of its own."""
        child = Child(birth_day=birth_day, lives_together=lives_together, full_time_student=full_time_student)
        self._families[parent].append((None, child))
        return parent

    def relative(
        self, child: str, iin: str, relation: Literal["mother", "father", "adoptive_parent", "guardian"]
    ) -> str:
        self._relatives[child].append(Relative(iin=iin, relation=relation))
        return iin

    def already(self, iin: str, service: str, *, application: bool = True, case_file: bool = False) -> str:
        """An application or a case file for the service exists from before."""
        self._existing[iin, service] = (application, case_file)
        return iin

    def account(self, iin: str, bank: str) -> str:
        """One more account at the bank; returns its IBAN."""
        self._ibans += 1
        iban = new_iban(BANKS.index(bank), self._ibans)
        self._accounts[iin, bank].append(iban)
        return iban

    def died(self, iin: str) -> str:
        self._residents[iin] = replace(self._residents[iin], alive=False)
        return iin

    def _new_iin(self, birth_day: date, female: bool) -> str:
        unused = self._unused.setdefault((birth_day, female), new_iins(birth_day, female))
        return next(iin for iin in unused if iin not in self._residents)

    # --- the World ------------------------------------------------------------------------------

    def births(self) -> Sequence[Birth]:
        return self._births

    def awards(self) -> Sequence[Award]:
        return self._awards

    def person_at(self, iin: str, at: datetime) -> Resident | None:
        born, resident = self._born.get(iin), self._residents.get(iin)
        if resident is None or (born is not None and born > at):
            return None
        return self._as_known(resident, at)

    def relatives(self, iin: str, at: datetime) -> Sequence[Relative]:
        return self._relatives.get(iin, ()) if self.person_at(iin, at) else ()

    def family(self, iin: str, at: datetime) -> Sequence[Child]:
        children = (child for since, child in self._families.get(iin, ()) if since is None or since <= at)
        return sorted(children, key=attrgetter("birth_day"))

    def existing(self, iin: str, service: str) -> tuple[bool, bool]:
        return self._existing.get((iin, service), (False, False))

    def phone(self, iin: str) -> str | None:
        return self._phones.get(iin)

    def owners(self, phone: str) -> Sequence[str]:
        return self._owners.get(phone, ())

    def accounts(self, iin: str, bank: str) -> Sequence[str]:
        return self._accounts.get((iin, bank), ())

    def temperament(self, iin: str) -> Temperament | None:
        return self._temperaments.get(iin)


_moment = attrgetter("at")
