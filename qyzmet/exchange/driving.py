"""The systems behind the act on driving licences, as questions in bulk.

Of health and offences they answer yes or no and a number of the question, nothing else: what is not sent
cannot be kept. A certificate that has expired on the day asked about is `exists` but not `valid`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from qyzmet.exchange.contract import Item, Operation
from qyzmet.exchange.systems import ByIin

ExamKind = Literal["theory", "practice"]


class AccessAsked(Item, frozen=True, kw_only=True):
    iin: str
    service: str


class Access(Item, frozen=True, kw_only=True):
    """Whether the person lets the service see their data."""

    granted: bool
    query: str


class Licence(Item, frozen=True, kw_only=True):
    exists: bool
    query: str
    number: str = ""
    expired: bool = False
    photo_day: date | None = None


class RestrictionsAsked(Item, frozen=True, kw_only=True):
    """`parts` are the parts of articles asked about, as `608.6`: article and part."""

    iin: str
    parts: list[str]


class Restrictions(Item, frozen=True, kw_only=True):
    parts: list[str]
    query: str


class CertificateAsked(Item, frozen=True, kw_only=True):
    iin: str
    on: date


class MedicalCertificate(Item, frozen=True, kw_only=True):
    exists: bool
    query: str
    valid: bool = True


class DispensaryRecord(Item, frozen=True, kw_only=True):
    on_record: bool
    query: str


class SchoolCertificate(Item, frozen=True, kw_only=True):
    exists: bool
    query: str
    valid: bool = True
    category: str = ""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    kind: ExamKind
    day: date
    passed: bool


class Attempts(Item, frozen=True, kw_only=True):
    """How many attempts are left, where the software says so; else those made, from which it follows."""

    query: str
    left: int | None = None
    made: list[Attempt] = msgspec.field(default_factory=list)


class DutyOrder(Item, frozen=True, kw_only=True):
    key: str
    iin: str
    application: str
    amount_tiyn: int


class DutyState(Item, frozen=True, kw_only=True):
    """`paid_at` is None while the person has not paid."""

    receipt: str
    paid_at: datetime | None = None


class PhotoOrder(Item, frozen=True, kw_only=True):
    """A photograph that an operator takes; nobody uploads one."""

    key: str
    application: str
    operator: str


class Photo(Item, frozen=True, kw_only=True):
    photo: str
    taken_at: datetime | None = None


class PrintOrder(Item, frozen=True, kw_only=True):
    key: str
    iin: str
    application: str
    category: str
    photo: str


class PrintOrdered(Item, frozen=True, kw_only=True):
    receipt: str
    repeated: bool


class PrintAsked(Item, frozen=True, kw_only=True):
    receipt: str


class PrintState(Item, frozen=True, kw_only=True):
    printed: bool
    licence: str = ""
    printed_at: datetime | None = None


class HandOver(Item, frozen=True, kw_only=True):
    key: str
    application: str
    licence: str
    centre: str


class HandedOver(Item, frozen=True, kw_only=True):
    receipt: str
    repeated: bool


class ExamAsked(Item, frozen=True, kw_only=True):
    """`booking` is the place that was confirmed."""

    booking: str
    kind: ExamKind
    iin: str


class ExamResult(Item, frozen=True, kw_only=True):
    """`iin` is whoever was identified before the examination."""

    state: Literal["waiting", "passed", "failed", "missed"]
    iin: str = ""
    score: int | None = None


ACCESS = Operation("pdac", "access", AccessAsked, Access)
LICENCES = Operation("service_centre_ais", "licences", ByIin, Licence)
RESTRICTIONS = Operation("admin_police", "restrictions", RestrictionsAsked, Restrictions)
MEDICAL = Operation("health_ministry_is", "form_073", CertificateAsked, MedicalCertificate)
DISPENSARY = Operation("dispensary_register_is", "records", ByIin, DispensaryRecord)
SCHOOL = Operation("driving_school_ais", "certificates", CertificateAsked, SchoolCertificate)
ATTEMPTS = Operation("exam_software", "attempts", ByIin, Attempts)
RESULTS = Operation("exam_centre", "results", ExamAsked, ExamResult)
DUTY = Operation("state_duty", "orders", DutyOrder, DutyState, effect=True)
PHOTO = Operation("photo_station", "photos", PhotoOrder, Photo, effect=True)
PRINT = Operation("printing_centre", "orders", PrintOrder, PrintOrdered, effect=True)
PRINTED = Operation("printing_centre", "states", PrintAsked, PrintState)
HAND_OVER = Operation("issue_desk", "handed_over", HandOver, HandedOver, effect=True)

OPERATIONS = (
    ACCESS, LICENCES, RESTRICTIONS, MEDICAL, DISPENSARY, SCHOOL, ATTEMPTS, RESULTS, DUTY, PHOTO, PRINT, PRINTED,
    HAND_OVER,
)  # fmt: skip
