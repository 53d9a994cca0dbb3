"""The passport of the service, to be placed on the portal and in EgovMobile with a link to the "PSC" application."""

from __future__ import annotations

import msgspec

from qyzmet.acts.driving.clauses import ACT
from qyzmet.acts.driving.steps import duty_tiyn
from qyzmet.acts.driving.titles import TITLES
from qyzmet.law.act import carries_out
from qyzmet.runtime.clock import Clock, legal_date

NAME = {
    "kk": "Жүргізуші куәліктерін беру",
    "ru": "Выдача водительских удостоверений",
    "en": "Issue of driving licences",
}
STEPS = (
    "choose", "link", "authorise", "access", "licence", "restrictions", "medical", "dispensary", "school",
    "attempts", "fill_in", "number", "theory_booking", "practice_booking", "formalities", "review", "printing",
    "issue",
)  # fmt: skip
_RESULT = {"kk": "Жүргізуші куәлігі", "ru": "Водительское удостоверение", "en": "A driving licence"}


class Passport(msgspec.Struct, frozen=True):
    """`duty_tiyn` is today's; `link` leads to the service in the "PSC" application (G-7)."""

    name: str
    act: str
    result: str
    steps: list[str]
    duty_tiyn: int
    link: str


@carries_out(ACT["order.4"])
def passport(language: str, clock: Clock, link: str) -> Passport:
    return Passport(
        NAME[language], ACT.source, _RESULT[language], [TITLES[step][language] for step in STEPS],
        duty_tiyn(legal_date(clock.now())), link,
    )  # fmt: skip
