"""The head of the form: what is always the same, and the pool's profile that is sent with each report.

Executor and head are stored once; the API key signs in their name (G-3). No official of the revenue
authority is asked for, and no notice to the pool is waited for (annex§1, part 2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from qyzmet.acts.mining.clauses import ACT
from qyzmet.law.act import carries_out
from qyzmet.law.policies import Policies
from qyzmet.people.identifiers import is_bin, is_iin
from qyzmet.runtime.errors import BadValue

FORM_NAME = (
    "Мемлекеттік кірістер органына ұсынылатын цифрлық майнинг пулы цифрлық майнинг жөніндегі қызметті жүзеге "
    "асыратын тұлғалар арасында бөлген цифрлық активтер туралы мәліметтер"
)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+\Z")
_PHONE = re.compile(r"\+?[\d\s()-]{6,20}\Z")


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A patronymic only if the identity document shows one. `signature` is the certificate's subject or key."""

    surname: str
    given_name: str
    patronymic: str = ""
    phone: str = ""
    signature: str = ""


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the form asks of the pool besides its number."""

    name: str
    address: str
    phone: str
    email: str
    executor: Person
    head: Person


@carries_out(ACT["form.8"])
def parse_number(text: str) -> str:
    """The pool's IIN or BIN. Raises BadValue, which never holds it."""
    text = text.strip()
    if not (is_bin(text) or is_iin(text)):
        raise BadValue(
            "IIN/BIN of the pool",
            "is twelve digits with a right check digit",
            "Compare it with the document.",
        )
    return text


@carries_out(ACT["form.11"], ACT["form.12"], ACT["form.13"])
def parse_profile(content: Mapping[str, Any] | bytes) -> Profile:
    """A profile in which everything that the form asks for is there. Raises BadValue naming the field."""
    try:
        if isinstance(content, bytes):
            profile = msgspec.json.decode(content, type=Profile)
        else:
            profile = msgspec.convert(content, Profile)
    except msgspec.MsgspecError as error:
        raise BadValue("profile", str(error), "See the schema at /api/v1/mining/schema.json.") from None
    for name, value in (("name", profile.name), ("address", profile.address),
                        ("executor.surname", profile.executor.surname),
                        ("executor.given_name", profile.executor.given_name),
                        ("head.surname", profile.head.surname),
                        ("head.given_name", profile.head.given_name)):  # fmt: skip
        if not value.strip() or len(value) > 300 or not value.isprintable():
            raise BadValue(name, "is filled, with at most 300 characters", "Fill it in.")
    for name, value in (("phone", profile.phone), ("executor.phone", profile.executor.phone)):
        if not _PHONE.match(value):
            raise BadValue(name, "is a telephone number", "Write it as +7 727 000 00 00.")
    if not _EMAIL.match(profile.email):
        raise BadValue("email", "is an e-mail address", "Write it as name@example.kz.")
    if profile.head.phone:
        raise BadValue("head.phone", "is not in the form: only the executor has a telephone", "Leave it out.")
    return profile


@carries_out(*(ACT[f"form.{n}"] for n in (1, 2, 3, 4, 6, 7, 9, 10)))
def constants(policies: Policies) -> dict[str, str]:
    """What the form prints and nobody enters, in the act's words."""
    return {
        "submittedTo": "мемлекеттік кірістер органдарына",
        "formName": FORM_NAME,
        "formIndex": policies["G-01"],
        "periodicity": "ай сайын",
        "reportingGroup": "цифрлық майнинг пулы",
        "deadlineText": "ай сайын, есепті айдан кейінгі айдың 25-і күнінен кешіктірмей",
        "collectionMethod": "электронды түрде",
        "note": "Әкімшілік деректерді жинауға арналған нысанды толтыру жөніндегі түсіндірме нысанға қосымшада келтірілген",
    }
