"""Contracts of the systems that chapters 4 to 9 of the act proactive ask beside those in `systems.py`.

Days are ISO dates, moments aware UTC, money whole tiyn.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from qyzmet.exchange.contract import Item, Operation
from qyzmet.exchange.systems import OPERATIONS, ByIin, FeedPage, Relative

# --- deaths: State Database "Individuals", what was paid to the deceased, who buried (§48 to §52) -----


class Death(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is when the information arrives, which §49 and §50 count to."""

    event: str
    at: datetime
    iin: str
    death_day: date
    region: str


class Deaths(Item, frozen=True, kw_only=True):
    events: list[Death]
    cursor: str


#: The five kinds of §49 come from budget funds; a Fund payment does not count (G-35).
PensionKind = Literal[
    "basic_pension", "age_pension", "disability_allowance", "survivor_allowance", "special_allowance",
    "fund_payment",
]  # fmt: skip


class Pensions(Item, frozen=True, kw_only=True):
    """What is appointed to a person on the day of the question, or was on the day of death."""

    kinds: list[PensionKind]


class PersonFound(Item, frozen=True, kw_only=True):
    """A person another system names; None where it has no information."""

    iin: str | None


class Pair(Item, frozen=True, kw_only=True):
    iin: str
    other: str


#: What a person is to another one.
KinRelation = Literal["spouse", "child", "parent", "sibling", "grandchild", "grandparent"]


class Kinship(Item, frozen=True, kw_only=True):
    """`relation` is what the `other` of the pair is to the first, a `KinRelation`; "" where not kin."""

    kin: bool
    relation: str = ""


DEATHS = Operation("individuals_db", "deaths", FeedPage, Deaths)
KINSHIP = Operation("individuals_db", "kinship", Pair, Kinship)
E_MAKET_PENSIONS = Operation("e_maket", "pensions", ByIin, Pensions)
ODK_PENSIONS = Operation("odk", "pensions", ByIin, Pensions)
DEATH_APPLICANT = Operation("civil_registry", "death_applicant", ByIin, PersonFound)
BODY_TAKER = Operation("attached_population_register", "body_taker", ByIin, PersonFound)

# --- disability: MODB, and the education database for orphanages (§72, §93, §116) ---------------------


#: Why a disability arose, as MODB says it; the act tells only the first two from the rest (§89, §90).
Cause = Literal["general_illness", "work_injury", "occupational_disease", "since_childhood", "child"]


class Disability(msgspec.Struct, frozen=True, kw_only=True):
    """Disability established. `causes` may be empty or several, a `Cause` or, after a change at MODB, another
    word; `loss_degree` is the degree of loss of ability to work in percent, where it was established.

    `group` is 1 to 3 for adults; for a child under 7 it is None.
    """

    event: str
    at: datetime
    iin: str
    established: date
    birth_day: date
    group: Literal[1, 2, 3] | None
    causes: list[str]
    loss_degree: int | None
    region: str


class Disabilities(Item, frozen=True, kw_only=True):
    events: list[Disability]
    cursor: str


class Orphanage(Item, frozen=True, kw_only=True):
    lives_there: bool


DISABILITIES = Operation("modb", "disabilities", FeedPage, Disabilities)
ORPHANAGE = Operation("education_db", "orphanage", ByIin, Orphanage)

# --- social insurance and unemployment (§93, §137, §162) ---------------------------------------------


class Unemployed(msgspec.Struct, frozen=True, kw_only=True):
    """Registered as unemployed, order No 385/НҚ (G-02)."""

    event: str
    at: datetime
    iin: str
    registered: date
    region: str


class UnemployedList(Item, frozen=True, kw_only=True):
    events: list[Unemployed]
    cursor: str


class BeforeMonth(Item, frozen=True, kw_only=True):
    """`before` is the first day of the month in which the right arose."""

    iin: str
    before: date


class Contributions(Item, frozen=True, kw_only=True):
    """Months of participation in all, and the income contributions were made on in the last 24 months."""

    months: int
    income_24_months_tiyn: int


UNEMPLOYED = Operation("labour_market", "unemployed", FeedPage, UnemployedList)
CONTRIBUTIONS = Operation("msi", "contributions", BeforeMonth, Contributions)

# --- loss of breadwinner: potential recipients and dependants (§137) ---------------------------------


class Survivor(msgspec.Struct, frozen=True, kw_only=True):
    """A dependant of the deceased; a minor's `representatives` are parents, adoptive parents, guardians.

    `relation` is what the survivor is to the deceased, a `KinRelation`. Alive at the time of the question.
    """

    iin: str
    relation: str
    birth_day: date
    full_time_student: bool
    full_orphan: bool
    representatives: list[Relative]


class Survivors(Item, frozen=True, kw_only=True):
    survivors: list[Survivor]


SURVIVORS = Operation("kinship_service", "survivors", ByIin, Survivors)

SOCIAL_OPERATIONS: tuple[Operation, ...] = (  # type: ignore[type-arg]
    DEATHS, KINSHIP, E_MAKET_PENSIONS, ODK_PENSIONS, DEATH_APPLICANT, BODY_TAKER, DISABILITIES, ORPHANAGE,
    UNEMPLOYED, CONTRIBUTIONS, SURVIVORS,
)  # fmt: skip

#: Everything the twins serve. (Here and not in `systems.py`, on which this file builds.)
ALL_OPERATIONS: tuple[Operation, ...] = (*OPERATIONS, *SOCIAL_OPERATIONS)  # type: ignore[type-arg]
