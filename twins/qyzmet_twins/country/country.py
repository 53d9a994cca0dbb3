"""The synthetic country: one column per property, one cell per person, and answers about single people."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from . import names
from .awards import AWARDS
from .banks import BANKS
from .columns import NEVER, NOBODY, Bools, Floats, Ints, Rows, completed_years, date_of, day_of
from .identifiers import account_numbers, ibans
from .knobs import ANSWERS, BANK_CHOICES, Knobs
from .records import Account, Award, Member, Parents, PersonRecord, Temperament
from .regions import PENSION_AGES, Region, regions

ADULT = 18
LAST_STUDENT_AGE = 22  # students count in a large family until they are 23
LANGUAGES = ("kk", "ru")
DEFAULT_DAY = date(2024, 2, 12)


@dataclass(eq=False)
class Country:
    residents: int  # on the first day; people after them were born later
    seed: int
    first_day: int
    last_day: int  # what has happened up to this day is in the columns
    knobs: Knobs
    # about every person
    birth_day: Ints
    male: Bools
    region: Ints
    urban: Bools
    tradition: Ints
    language: Ints
    surname: Ints
    given: Ints
    patronymic: Ints
    patronymic_style: Ints
    iin: Ints
    mother: Ints
    father: Ints
    partner: Ints
    family: Ints
    student: Bools
    registered_day: Ints  # when the registry learnt of the birth
    death_day: Ints
    death_registered_day: Ints
    phone: Ints
    in_mcb: Bools
    accounts: Ints
    answer: Ints
    bank_choice: Ints
    opens_account: Bools
    brings_documents: Bools
    reply_minutes: Ints
    existing_large_family_case: Bools
    existing_award_case: Bools
    disability_group: Ints  # 0 for none, 1 to 3, disability.WITHOUT_GROUP for a child under 7
    disability_causes: Ints  # one bit per cause of knobs.CAUSES
    orphanage: Bools
    elder_depends: Bools  # on a younger relative, once past working age
    hired: Bools
    participation_months: Ints  # in social insurance, up to the first day
    recent_months: Ints  # of them in the last 24
    wage: Ints  # tenge a month
    pensions: Ints  # one bit per kind of pensions.PENSIONS
    pensions_shown: Ints  # pensions.SHOWN_BY_BOTH and so on
    social_cases: Ints  # one bit per service of pensions.SOCIAL_CASES
    # one row per award
    award_person: Ints
    award_kind: Ints
    award_day: Ints
    # one cell per region
    pulls: Floats

    @staticmethod
    def generate(residents: int, seed: int, on: date = DEFAULT_DAY, knobs: Knobs | None = None) -> Country:
        from .build import build

        return build(residents, seed, on, knobs or Knobs())

    def save(self, path: Path) -> None:
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _HEADER}
        header = {name: getattr(self, name) for name in _HEADER if name != "knobs"} | {
            "knobs": asdict(self.knobs)
        }
        with path.open("wb") as file:
            np.savez(file, header=np.array(json.dumps(header)), **columns)

    @staticmethod
    def load(path: Path) -> Country:
        with np.load(path, allow_pickle=False) as stored:
            header = json.loads(str(stored["header"]))
            columns = {name: stored[name] for name in stored.files if name != "header"}
        return Country(**header | {"knobs": Knobs.from_json(header["knobs"])}, **columns)

    @property
    def persons(self) -> int:
        return len(self.iin)

    @property
    def on(self) -> date:
        return date_of(self.last_day)

    def pension_age_on(self, day: int) -> Bools:
        """Who is past working age."""
        reached: Bools = completed_years(self.birth_day, day) >= np.where(self.male, *PENSION_AGES)
        return reached

    # --- finding ---

    @cached_property
    def _by_iin(self) -> Ints:
        return np.argsort(self.iin, kind="stable")

    @cached_property
    def _sorted_iin(self) -> Ints:
        return self.iin[self._by_iin]

    def index(self, iin: str) -> int | None:
        """The person with this IIN."""
        return self._found(iin)

    @cached_property
    def _found(self) -> Callable[[str], int | None]:
        """`_look_up` with a memory: the registries are asked about the same person one after another."""
        return lru_cache(maxsize=65_536)(self._look_up)

    def _look_up(self, iin: str) -> int | None:
        if len(iin) != 12 or not iin.isdecimal() or not iin.isascii():
            return None
        number = int(iin)
        at = int(self._sorted_iin.searchsorted(number))
        return int(self._by_iin[at]) if at < self.persons and self._sorted_iin[at] == number else None

    def iin_of(self, person: int) -> str:
        return f"{self.iin[person]:012d}"

    @cached_property
    def _by_phone(self) -> dict[int, list[int]]:
        owners: dict[int, list[int]] = {}
        for person in np.flatnonzero(self.phone).tolist():
            owners.setdefault(int(self.phone[person]), []).append(person)
        return owners

    def persons_with_phone(self, phone: str) -> list[int]:
        """Whose number it is: nobody, one, or two who share it."""
        digits = phone.removeprefix("+")
        return list(self._by_phone.get(int(digits), ())) if digits.isdecimal() else []

    # --- about one person ---

    def is_known(self, person: int, on: date | None = None) -> bool:
        """Whether the registry knows of the birth on that day."""
        return bool(self.registered_day[person] <= self._day(on))

    def is_alive(self, person: int, on: date | None = None) -> bool:
        """As far as the registry knows on that day."""
        return self.is_known(person, on) and bool(self.death_registered_day[person] > self._day(on))

    def age(self, person: int, on: date | None = None) -> int:
        """Completed years; for those born on 29 February a common year is complete on 1 March."""
        born, today = date_of(int(self.birth_day[person])), on or self.on
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def person_record(self, person: int, on: date | None = None, language: str = "kk") -> PersonRecord:
        """What a population registry says; `language` "ru" spells the name in Russian letters."""
        surname, given, patronymic = self.name(person, language)
        dead = not self.is_alive(person, on)
        return PersonRecord(
            iin=self.iin_of(person),
            surname=surname,
            given=given,
            patronymic=patronymic,
            birth_day=date_of(int(self.birth_day[person])),
            sex="M" if self.male[person] else "F",
            region=self.region_of(person),
            urban=bool(self.urban[person]),
            language=LANGUAGES[self.language[person]],
            alive=not dead,
            death_day=date_of(int(self.death_day[person]))
            if dead and self.death_day[person] < NEVER
            else None,
        )

    def name(self, person: int, language: str = "kk") -> tuple[str, str, str]:
        """Surname, given name, patronymic."""
        male = bool(self.male[person])
        surname = names.surname_form(names.SURNAMES[self.surname[person]], male)
        given = names.GIVEN[self.given[person]]
        style = int(self.patronymic_style[person]) if language == "kk" else names.OVICH
        patronymic = names.patronymic(names.GIVEN[self.patronymic[person]], male, style)
        if language == "kk":
            return surname, given, patronymic
        return names.in_russian(surname), names.in_russian(given), patronymic

    def full_name(self, person: int, language: str = "kk") -> str:
        return " ".join(self.name(person, language))

    def region_of(self, person: int) -> Region:
        return regions()[int(self.region[person])]

    def phone_of(self, person: int) -> str | None:
        """In the form +77011234567."""
        return f"+{self.phone[person]}" if self.phone[person] else None

    def accounts_of(self, person: int) -> list[Account]:
        """The accounts the person had on the first day, bank by bank."""
        return [
            self.account_in(person, bank) for bank in range(len(BANKS)) if self.accounts[person] >> bank & 1
        ]

    def account_in(self, person: int, bank: int) -> Account:
        """The account the person has, or would get on opening one, in this bank."""
        number = account_numbers(np.array([person]), bank, self.seed)
        return Account(BANKS[bank], ibans(np.array([int(BANKS[bank].code)]), number)[0])

    def temperament(self, person: int) -> Temperament:
        return Temperament(
            answer=ANSWERS[self.answer[person]],
            bank_choice=BANK_CHOICES[self.bank_choice[person]],
            opens_account=bool(self.opens_account[person]),
            brings_documents=bool(self.brings_documents[person]),
            reply_minutes=int(self.reply_minutes[person]),
        )

    # --- kin ---

    @cached_property
    def _award_rows(self) -> Rows:
        return Rows(self.award_person, self.persons)

    def awards_of(self, person: int, on: date | None = None) -> list[Award]:
        rows = [int(row) for row in self._award_rows.of(person) if self.award_day[row] <= self._day(on)]
        rows.sort(key=lambda row: int(self.award_day[row]))
        return [Award(AWARDS[self.award_kind[row]], date_of(int(self.award_day[row]))) for row in rows]

    def parents_of(self, person: int) -> Parents:
        """As recorded at birth, alive or not; None where the record names nobody or nobody in the country."""
        mother, father = int(self.mother[person]), int(self.father[person])
        return Parents(None if mother == NOBODY else mother, None if father == NOBODY else father)

    @cached_property
    def _children_of_mothers(self) -> Rows:
        return Rows(self.mother, self.persons)

    @cached_property
    def _children_of_fathers(self) -> Rows:
        return Rows(self.father, self.persons)

    def children_of(self, person: int, on: date | None = None) -> list[int]:
        """Living children the registry knows of, eldest first, wherever they live."""
        rows = self._children_of_fathers if self.male[person] else self._children_of_mothers
        children = [int(child) for child in rows.of(person) if self.is_alive(int(child), on)]
        return sorted(children, key=lambda child: int(self.birth_day[child]))

    @cached_property
    def _families(self) -> Rows:
        return Rows(self.family, self.persons)

    def family_of(self, person: int, on: date | None = None) -> list[Member]:
        """Those who live together, the person asked about included, eldest first."""
        people = [int(p) for p in self._families.of(int(self.family[person])) if self.is_alive(int(p), on)]
        people.sort(key=lambda p: int(self.birth_day[p]))
        return [Member(p, self._relation(person, p), self.age(p, on)) for p in people]

    def minor_children(self, person: int, on: date | None = None) -> list[int]:
        """Children under 18 of the person or the partner who live in the same family, eldest first."""
        return [child for child in self._children_at_home(person, on) if self.age(child, on) < ADULT]

    def large_family_children(self, person: int, on: date | None = None) -> list[int]:
        """Those who count for the large-family allowance: minors at home and full-time students under 23."""
        own = [c for c in self.children_of(person, on) if self._is_student(c, on)]
        return sorted({*self.minor_children(person, on), *own}, key=lambda child: int(self.birth_day[child]))

    def _is_student(self, person: int, on: date | None) -> bool:
        return bool(self.student[person]) and ADULT <= self.age(person, on) <= LAST_STUDENT_AGE

    def _children_at_home(self, person: int, on: date | None) -> list[int]:
        children = set(self.children_of(person, on))
        partner = int(self.partner[person])
        if partner != NOBODY and self.is_alive(partner, on):
            children |= set(self.children_of(partner, on))
        here = self.family[person]
        return sorted((c for c in children if self.family[c] == here), key=lambda c: int(self.birth_day[c]))

    def _relation(self, person: int, other: int) -> str:
        parents, others = self.parents_of(person), self.parents_of(other)
        if other == person:
            return "self"
        if other == self.partner[person]:
            return "spouse"
        if person in (others.mother, others.father):
            return "child"
        if other in (parents.mother, parents.father):
            return "parent"
        shared = {parents.mother, parents.father} & {others.mother, others.father} - {None}
        return "sibling" if shared else "other"

    def _day(self, on: date | None) -> int:
        return self.last_day if on is None else day_of(on)


_HEADER = ("residents", "seed", "first_day", "last_day", "knobs")
