"""The synthetic country as a `World`: a stretch of events and the people they happen to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property

from qyzmet.exchange.systems import BANKS, Award, Birth, Child, Relative
from qyzmet.runtime.clock import legal_date
from qyzmet_twins.country import ADULT, AWARDS, SOCIAL_CASES, Country, Knobs, date_of, events, representatives
from qyzmet_twins.countrysocial import CountrySocial, moment
from qyzmet_twins.temperament import Answers, BankChoice, Temperament
from qyzmet_twins.world import Resident


class CountryWorld(CountrySocial):
    """Answers by IIN what the columns say by position. Days, not moments, are what the country knows."""

    @classmethod
    def generate(
        cls,
        residents: int,
        seed: int,
        first_day: date,
        days: int,
        *,
        event_rate: float = 1.0,
        knobs: Knobs | None = None,
    ) -> CountryWorld:
        country = Country.generate(residents, seed, first_day, knobs)
        return cls(events(country, first_day, days, event_rate, seed))

    def prepare(self) -> None:
        """Makes every feed now, not at the first question."""
        self.births(), self.awards(), self.deaths(), self.disabilities(), self.registered_unemployed()

    def births(self) -> Sequence[Birth]:
        return self._births

    def awards(self) -> Sequence[Award]:
        return self._awards

    def person_at(self, iin: str, at: datetime) -> Resident | None:
        person, on = self.country.index(iin), legal_date(at)
        if person is None or not self.country.is_known(person, on):
            return None
        record = self.country.person_record(person, on)
        return Resident(
            iin=iin,
            surname=record.surname,
            given=record.given,
            patronymic=record.patronymic,
            birth_day=record.birth_day,
            region=record.region.code,
            language="kk" if record.language == "kk" else "ru",
            alive=record.alive,
        )

    def relatives(self, iin: str, at: datetime) -> Sequence[Relative]:
        person = self.country.index(iin)
        if person is None or not self.country.is_known(person, legal_date(at)):
            return ()
        on, parents, relatives = legal_date(at), self.country.parents_of(person), []
        if parents.mother is not None:
            relatives.append(Relative(iin=self.country.iin_of(parents.mother), relation="mother"))
        if parents.father is not None:
            relatives.append(Relative(iin=self.country.iin_of(parents.father), relation="father"))
        if self.country.age(person, on) < ADULT:
            relatives += [
                Relative(iin=self.country.iin_of(who), relation="guardian")
                for who, role in representatives(self.country, person, on)
                if role == "guardian"
            ]
        return relatives

    def family(self, iin: str, at: datetime) -> Sequence[Child]:
        """One's own living children wherever they live, and the partner's minors at home."""
        person, on, country = self.country.index(iin), legal_date(at), self.country
        if person is None:
            return ()
        children = {*country.children_of(person, on), *country.minor_children(person, on)}
        home = country.family[person]
        return [
            Child(
                birth_day=date_of(int(country.birth_day[child])),
                lives_together=bool(country.family[child] == home),
                full_time_student=bool(country.student[child]),
            )
            for child in sorted(children, key=lambda child: (int(country.birth_day[child]), child))
        ]

    def existing(self, iin: str, service: str) -> tuple[bool, bool]:
        country, person = self.country, self.country.index(iin)
        if person is None:
            return False, False
        if service in SOCIAL_CASES:
            there = int(country.social_cases[person]) >> SOCIAL_CASES.index(service) & 1
        elif service == "LARGE_FAMILY_ALLOWANCE":
            there = country.existing_large_family_case[person]
        else:
            there = service == "AWARDED_MOTHER_ALLOWANCE" and country.existing_award_case[person]
        return bool(there), bool(there)

    def phone(self, iin: str) -> str | None:
        person = self.country.index(iin)
        return self.country.phone_of(person) if person is not None and self.country.in_mcb[person] else None

    def owners(self, phone: str) -> Sequence[str]:
        return [self.country.iin_of(person) for person in self.country.persons_with_phone(phone)]

    def accounts(self, iin: str, bank: str) -> Sequence[str]:
        person, number = self.country.index(iin), BANKS.index(bank)
        if person is None or not self.country.accounts[person] >> number & 1:
            return ()
        return (self.country.account_in(person, number).iban,)

    def temperament(self, iin: str) -> Temperament | None:
        person = self.country.index(iin)
        if person is None:
            return None
        drawn = self.country.temperament(person)
        return Temperament(
            answers=Answers[drawn.answer],
            bank=BankChoice[drawn.bank_choice],
            opens_account=drawn.opens_account,
            minutes=float(drawn.reply_minutes),
        )

    @cached_property
    def _births(self) -> list[Birth]:
        rows, country = self.happening.births, self.country
        return [
            Birth(
                event=f"B{row + 1:07d}",
                at=moment(rows.day[row], rows.minute[row]),
                child_iin=country.iin_of(int(rows.child[row])),
                birth_day=date_of(int(rows.birth_day[row])),
                order=int(rows.order[row]),
                region=country.region_of(int(rows.mother[row])).code,
            )
            for row in range(len(rows))
        ]

    @cached_property
    def _awards(self) -> list[Award]:
        rows, country = self.happening.awards, self.country
        return [
            Award(
                event=f"A{row + 1:07d}",
                at=moment(rows.day[row], rows.minute[row]),
                iin=country.iin_of(int(rows.person[row])),
                award=AWARDS[rows.kind[row]],  # type: ignore[arg-type]
                award_day=date_of(int(rows.day[row])),
                region=country.region_of(int(rows.person[row])).code,
            )
            for row in range(len(rows))
        ]
