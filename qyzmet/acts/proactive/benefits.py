"""The benefits, one declaration each: everything in which one chapter differs from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qyzmet.acts.proactive.clauses import ACT
from qyzmet.law.act import Clause, carries_out


class Mode(StrEnum):
    """How the decision comes about (section 5.1 of the specification)."""

    HUMAN = "human"  #: the authorised body considers the case file
    AUTOMATIC = "automatic"  #: E-Maket approves by the signature of the head of the authorised body


class Authority(StrEnum):
    """Which authorised body decides (§2(11), G-31)."""

    COMMITTEE = "committee"  #: territorial subdivision of the Labour and Social Protection Committee
    FUND = "fund"  #: regional branch of the State Social Insurance Fund


#: The paragraphs that every chapter has in the same order, from `Benefit.common` on.
COMMON = (
    "list", "confirm", "flc", "eligible", "not_eligible", "number", "no_number", "formats", "consent",
    "refusal", "consented", "accounts", "ask", "silence", "monitor", "new_account",
)  # fmt: skip


@dataclass(frozen=True)
class Benefit:
    """One service of the act. `paragraphs` names the chapter's own places beside the common ones."""

    code: str
    names: Mapping[str, str]
    chapter: int
    common: int
    paragraphs: Mapping[str, str]
    mode: Mode
    authority: Authority
    rules: str
    decision_days: int | None = None
    refusal_without_documents_days: int | None = None

    def clause(self, role: str, part: str = "") -> Clause:
        """The chapter's paragraph for a role in the procedure: `clause("flc")` is §9 in chapter 2."""
        place = self.paragraphs.get(role)
        if place is None:
            place = f"§{self.common + COMMON.index(role)}"
        return ACT[f"{place}{part}"]


LARGE_FAMILY_ALLOWANCE = Benefit(
    code="LARGE_FAMILY_ALLOWANCE",
    names={
        "kk": "көпбалалы отбасыға жәрдемақы",
        "ru": "пособие многодетной семье",
        "en": "allowance for a large family",
    },
    chapter=2,
    common=7,
    paragraphs={
        "identify": "§6",
        "application": "§23",
        "register": "§23.2",
        "draft": "§23.3",
        "decide": "§24",
        "sign": "§24",
        "return": "§25",
        "complete": "§26",
        "without_documents": "§26.part2",
        "place": "§27",
        "tell": "§28",
    },
    mode=Mode.HUMAN,
    authority=Authority.COMMITTEE,
    rules="No 169",
    decision_days=3,
    refusal_without_documents_days=25,
)

AWARDED_MOTHER_ALLOWANCE = Benefit(
    code="AWARDED_MOTHER_ALLOWANCE",
    names={
        "kk": "көпбалалы аналарға мемлекеттік жәрдемақы",
        "ru": "государственное пособие награждённым многодетным матерям",
        "en": "state allowance for awarded mothers of many children",
    },
    chapter=3,
    common=30,
    paragraphs={
        "identify": "§29",
        "application": "§46.1",
        "register": "§46.2",
        "draft": "§46.3",
        "sign": "§46.4",
        "place": "§46.5",
        "tell": "§47",
    },
    mode=Mode.AUTOMATIC,
    authority=Authority.COMMITTEE,
    rules="No 169",
)

BENEFITS: Mapping[str, Benefit] = {
    benefit.code: benefit for benefit in (LARGE_FAMILY_ALLOWANCE, AWARDED_MOTHER_ALLOWANCE)
}


@carries_out(ACT["§1"])
def benefit_of(code: str) -> Benefit:
    """The benefit of a procedure's code, which is the same."""
    return BENEFITS[code]
