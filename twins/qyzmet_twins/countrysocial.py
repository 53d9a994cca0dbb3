"""What chapters 4 to 9 ask, answered by the synthetic country."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import cast

from qyzmet.exchange.social import Death, Disability, KinRelation, PensionKind, Survivor, Unemployed
from qyzmet.exchange.systems import Relative
from qyzmet.runtime.clock import legal_date
from qyzmet_twins.country import (
    NOBODY,
    PENSIONS,
    SHOWN_BY_E_MAKET,
    SHOWN_BY_ODK,
    WITHOUT_GROUP,
    Dependant,
    Events,
    cause_names,
    date_of,
    dependants,
    instant,
    insured_income_tiyn,
    relation,
)
from qyzmet_twins.world import SocialWorld

_MONTHS_OF_INCOME = 24
_HIDDEN_FROM = {"e_maket": SHOWN_BY_ODK, "odk": SHOWN_BY_E_MAKET}


class CountrySocial(SocialWorld):
    """Part of a `CountryWorld`."""

    def __init__(self, happening: Events) -> None:
        self.happening = happening
        self.country = happening.country

    def deaths(self) -> Sequence[Death]:
        return self._deaths

    def disabilities(self) -> Sequence[Disability]:
        return self._disabilities

    def registered_unemployed(self) -> Sequence[Unemployed]:
        return self._unemployed

    def pensions(self, iin: str, system: str) -> Sequence[PensionKind]:
        person = self.country.index(iin)
        if person is None or self.country.pensions_shown[person] == _HIDDEN_FROM[system]:
            return ()
        bits = int(self.country.pensions[person])
        return [cast(PensionKind, kind) for place, kind in enumerate(PENSIONS) if bits >> place & 1]

    def kin(self, iin: str, other: str) -> KinRelation | None:
        one, two = self.country.index(iin), self.country.index(other)
        if one is None or two is None:
            return None
        return cast("KinRelation | None", relation(self.country, one, two))

    def death_applicant(self, iin: str, at: datetime) -> str | None:
        return self._of_death(iin, at)[0]

    def body_taker(self, iin: str, at: datetime) -> str | None:
        return self._of_death(iin, at)[1]

    def lives_in_orphanage(self, iin: str) -> bool:
        person = self.country.index(iin)
        return person is not None and bool(self.country.orphanage[person])

    def contributions_before(self, iin: str, before: date) -> tuple[int, int]:
        """The columns hold the first day; who is hired goes on contributing month by month."""
        country, person = self.country, self.country.index(iin)
        if person is None:
            return 0, 0
        since = date_of(country.first_day)
        more = max((before.year - since.year) * 12 + before.month - since.month, 0)
        more *= bool(country.hired[person])
        months = int(country.participation_months[person]) + more
        recent = min(int(country.recent_months[person]) + more, _MONTHS_OF_INCOME)
        return months, insured_income_tiyn(int(country.wage[person]), recent)

    def survivors(self, iin: str, at: datetime) -> Sequence[Survivor]:
        person = self.country.index(iin)
        if person is None:
            return ()
        return [self._survivor(one) for one in dependants(self.country, person, legal_date(at))]

    def _survivor(self, one: Dependant) -> Survivor:
        iin_of = self.country.iin_of
        return Survivor(
            iin=iin_of(one.person),
            relation=one.relation,
            birth_day=date_of(int(self.country.birth_day[one.person])),
            full_time_student=one.student,
            full_orphan=one.full_orphan,
            representatives=[
                Relative(iin=iin_of(who), relation=role)  # type: ignore[arg-type]
                for who, role in one.representatives
            ],
        )

    def _of_death(self, iin: str, at: datetime) -> tuple[str | None, str | None]:
        person = self.country.index(iin)
        row = None if person is None else self._row_of_dead.get(person)
        if row is None or self._deaths[row].at > at:
            return None, None
        applicant, taker = (
            None if column[row] == NOBODY else self.country.iin_of(int(column[row]))
            for column in (self.happening.deaths.applicant, self.happening.deaths.body_taker)
        )
        return applicant, taker

    @cached_property
    def _row_of_dead(self) -> dict[int, int]:
        return {int(person): row for row, person in enumerate(self.happening.deaths.person)}

    @cached_property
    def _deaths(self) -> list[Death]:
        rows, country = self.happening.deaths, self.country
        return [
            Death(
                event=f"D{row + 1:07d}",
                at=moment(rows.day[row], rows.minute[row]),
                iin=country.iin_of(int(rows.person[row])),
                death_day=date_of(int(rows.death_day[row])),
                region=country.region_of(int(rows.person[row])).code,
            )
            for row in range(len(rows))
        ]

    @cached_property
    def _disabilities(self) -> list[Disability]:
        rows, country = self.happening.disabilities, self.country
        return [
            Disability(
                event=f"M{row + 1:07d}",
                at=moment(rows.day[row], rows.minute[row]),
                iin=country.iin_of(int(rows.person[row])),
                established=date_of(int(rows.established[row])),
                birth_day=date_of(int(country.birth_day[rows.person[row]])),
                group=None if rows.group[row] == WITHOUT_GROUP else int(rows.group[row]),  # type: ignore[arg-type]
                causes=cause_names(int(rows.causes[row])),
                loss_degree=int(rows.loss_degree[row]) or None,
                region=country.region_of(int(rows.person[row])).code,
            )
            for row in range(len(rows))
        ]

    @cached_property
    def _unemployed(self) -> list[Unemployed]:
        rows, country = self.happening.unemployed, self.country
        return [
            Unemployed(
                event=f"U{row + 1:07d}",
                at=moment(rows.day[row], rows.minute[row]),
                iin=country.iin_of(int(rows.person[row])),
                registered=date_of(int(rows.day[row])),
                region=country.region_of(int(rows.person[row])).code,
            )
            for row in range(len(rows))
        ]


def moment(day: int, minute: int) -> datetime:
    return instant(int(day), int(minute)).astimezone(UTC)
