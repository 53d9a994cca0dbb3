"""What the country answers about single people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .banks import Bank
from .regions import Region


@dataclass(frozen=True)
class PersonRecord:
    iin: str
    surname: str
    given: str
    patronymic: str
    birth_day: date
    sex: str  # M or F
    region: Region
    urban: bool
    language: str  # kk or ru
    alive: bool
    death_day: date | None


@dataclass(frozen=True)
class Parents:
    mother: int | None
    father: int | None


@dataclass(frozen=True)
class Member:
    person: int
    relation: str  # self, spouse, child, parent, sibling, other
    age: int


@dataclass(frozen=True)
class Award:
    kind: str
    day: date


@dataclass(frozen=True)
class Account:
    bank: Bank
    iban: str


@dataclass(frozen=True)
class Temperament:
    answer: str
    bank_choice: str
    opens_account: bool
    brings_documents: bool
    reply_minutes: int
