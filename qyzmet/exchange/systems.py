"""The other systems' contracts: what is asked of each, no more than the next check needs.

Names of systems follow section 2 of the act proactive; days are ISO dates, moments aware UTC.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from qyzmet.exchange.contract import Item, Operation

Language = Literal["kk", "ru"]


class FeedPage(Item, frozen=True, kw_only=True):
    """A page of registry events after a cursor ("" is the beginning)."""

    after: str
    limit: int = 1000


# --- State Database "Individuals" (ЖТ МДҚ) and its kinship service -----------------------------


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """A registry event. One that comes again with a higher `revision` corrects what was said before."""

    event: str
    at: datetime
    revision: int = 1
    withdrawn: bool = False


class Birth(Registered, frozen=True, kw_only=True):
    child_iin: str
    birth_day: date
    order: int
    region: str


class Births(Item, frozen=True, kw_only=True):
    events: list[Birth]
    cursor: str


class ByIin(Item, frozen=True, kw_only=True):
    iin: str


class Person(Item, frozen=True, kw_only=True):
    known: bool
    alive: bool = False
    surname: str = ""
    given: str = ""
    patronymic: str = ""
    birth_day: date | None = None
    region: str = ""
    language: Language = "kk"


class Relative(msgspec.Struct, frozen=True, kw_only=True):
    iin: str
    relation: Literal["mother", "father", "adoptive_parent", "guardian"]


class Relatives(Item, frozen=True, kw_only=True):
    relatives: list[Relative]


class Child(msgspec.Struct, frozen=True, kw_only=True):
    birth_day: date
    lives_together: bool
    full_time_student: bool = False


class Family(Item, frozen=True, kw_only=True):
    children: list[Child]


BIRTHS = Operation("individuals_db", "births", FeedPage, Births)
PERSONS = Operation("individuals_db", "persons", ByIin, Person)
PARENTS = Operation("kinship_service", "parents", ByIin, Relatives)
FAMILY = Operation("kinship_service", "family", ByIin, Family)

# --- state bodies' systems: awards, and confirmation of data (§8, §29, §31) ---------------------


class Award(Registered, frozen=True, kw_only=True):
    iin: str
    award: Literal["ALTYN_ALQA", "KUMIS_ALQA", "BATYR_ANA", "ANA_DANQY_1", "ANA_DANQY_2"]
    award_day: date
    region: str


class Awards(Item, frozen=True, kw_only=True):
    events: list[Award]
    cursor: str


class ForService(Item, frozen=True, kw_only=True):
    iin: str
    service: str


class Confirmation(Item, frozen=True, kw_only=True):
    confirmed: bool
    reason: str = ""


AWARDS = Operation("state_bodies", "awards", FeedPage, Awards)
CONFIRM = Operation("state_bodies", "confirm", ForService, Confirmation)

# --- E-Maket, ODK, MLSP -------------------------------------------------------------------------


class Existing(Item, frozen=True, kw_only=True):
    application: bool
    case_file: bool


class MlspData(Item, frozen=True, kw_only=True):
    identified: bool
    alive: bool
    appointed: bool
    pending: bool


class Placement(Item, frozen=True, kw_only=True):
    """A final decision placed for payment; `document` is the decision, `signature` its CMS.

    `order` is the payment order, pain.001.001.09; its `EndToEndId` is `key`, its amount `amount_tiyn`.
    """

    key: str
    service: str
    iin: str
    iban: str
    amount_tiyn: int
    document: bytes
    signature: bytes
    order: bytes = b""


class PaymentMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What ODK says of orders: `content` is XML of ISO 20022, a pain.002 or a camt.053."""

    number: str
    kind: Literal["pain.002", "camt.053"]
    at: datetime
    content: bytes


class PaymentMessages(Item, frozen=True, kw_only=True):
    messages: list[PaymentMessage]
    cursor: str


class Placed(Item, frozen=True, kw_only=True):
    receipt: str
    repeated: bool


E_MAKET_SEARCH = Operation("e_maket", "search", ForService, Existing)
ODK_SEARCH = Operation("odk", "search", ForService, Existing)
ODK_PLACE = Operation("odk", "place", Placement, Placed, effect=True)
ODK_PAYMENTS = Operation("odk", "payments", FeedPage, PaymentMessages)
MLSP_DATA = Operation("mlsp_is", "data", ForService, MlspData)

# --- number and consent: EGP with the Mobile Citizens Base, PDAC --------------------------------


class Number(Item, frozen=True, kw_only=True):
    phone: str | None
    language: Language = "kk"


class ConsentRequest(Item, frozen=True, kw_only=True):
    key: str
    iin: str
    service: str


class ConsentRequested(Item, frozen=True, kw_only=True):
    request: str
    repeated: bool


class ConsentAnswer(Item, frozen=True, kw_only=True):
    key: str
    request: str
    answer: Literal["agree", "refuse"]
    at: datetime


class ConsentRecorded(Item, frozen=True, kw_only=True):
    record: str
    repeated: bool


NUMBERS = Operation("mobile_citizens_base", "numbers", ByIin, Number)
CONSENT_REQUEST = Operation("pdac", "request", ConsentRequest, ConsentRequested, effect=True)
CONSENT_ANSWER = Operation("pdac", "answer", ConsentAnswer, ConsentRecorded, effect=True)

# --- second-tier banks integrated with the MLSP IS (§18, §21) -----------------------------------


class Accounts(Item, frozen=True, kw_only=True):
    ibans: list[str]


#: The integrated banks of the pilot's first installation, in the order in which SMS list them.
BANKS = ("bank_a", "bank_b", "bank_c", "bank_d", "bank_e")
BANK_ACCOUNTS = {bank: Operation(bank, "accounts", ByIin, Accounts) for bank in BANKS}

OPERATIONS: tuple[Operation, ...] = (  # type: ignore[type-arg]
    BIRTHS, PERSONS, PARENTS, FAMILY, AWARDS, CONFIRM, E_MAKET_SEARCH, ODK_SEARCH, ODK_PLACE, ODK_PAYMENTS,
    MLSP_DATA, NUMBERS, CONSENT_REQUEST, CONSENT_ANSWER, *BANK_ACCOUNTS.values(),
)  # fmt: skip
