"""The benefits, one declaration each: everything in which one chapter differs from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qyzmet.acts.proactive.clauses import ACT
from qyzmet.law.act import Clause, carries_out


class Mode(StrEnum):
    """How the decision comes about (section 5.1 of the specification)."""

    HUMAN = "human"  #: E-Maket forms the case file, the authorised body considers it
    CORPORATION = "corporation"  #: the State Corporation branch forms it, the authorised body considers it
    AUTOMATIC = "automatic"  #: E-Maket approves by the signature of the head of the authorised body
    BY_CAUSE = "by_cause"  #: automatic for general illness and work injury, else as CORPORATION


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
    """One service of the act. `paragraphs` names the chapter's own places beside the common ones.

    `decision_days` are working days; "from the day" (§111, §180) is read by G-12b.
    What exists already is looked for under the subject's name where it is `about_subject`.
    `without_documents_days` after a return lead to refusal (ch. 2) or, None, to a decision on what
    there is after 30. `placed_from` is the first day on which ODK takes decisions.
    """

    code: str
    names: Mapping[str, str]
    chapter: int
    common: int
    paragraphs: Mapping[str, str]
    mode: Mode
    authority: Authority
    rules: str
    decision_days: int | None = None
    without_documents_days: int | None = None
    placed_from: date | None = None
    about_subject: bool = False

    def clause(self, role: str, part: str = "") -> Clause:
        """The chapter's paragraph for a role in the procedure: `clause("flc")` is §9 in chapter 2."""
        place = self.paragraphs.get(role)
        if place is None:
            place = f"§{self.common + COMMON.index(role)}"
        return ACT[f"{place}{part}"]

    @property
    def returns(self) -> bool:
        """Whether the chapter has a return for completion of documents (G-28)."""
        return "return" in self.paragraphs

    @property
    def human(self) -> bool:
        """Whether the authorised body decides some or all cases."""
        return self.mode is not Mode.AUTOMATIC


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
        "identify": "§6", "existing": "§6", "application": "§23.1", "register": "§23.2", "draft": "§23.3",
        "decide": "§24", "sign": "§24", "return": "§25", "complete": "§26", "most": "§26.part2",
        "place": "§27", "tell": "§28",
    },
    mode=Mode.HUMAN,
    authority=Authority.COMMITTEE,
    rules="No 169",
    decision_days=3,
    without_documents_days=25,
)  # fmt: skip

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
        "identify": "§29", "existing": "§29", "application": "§46.1", "register": "§46.2", "draft": "§46.3",
        "sign": "§46.4", "place": "§46.5", "tell": "§47",
    },
    mode=Mode.AUTOMATIC,
    authority=Authority.COMMITTEE,
    rules="No 169",
)  # fmt: skip

BURIAL_PAYMENT = Benefit(
    code="BURIAL_PAYMENT",
    names={
        "kk": "жерлеуге арналған біржолғы төлем",
        "ru": "единовременная выплата на погребение",
        "en": "one-time burial payment",
    },
    chapter=4,
    common=54,
    paragraphs={
        "identify": "§48", "right": "§49", "applicant": "§50", "body": "§51", "kinship": "§52",
        "existing": "§53", "compare": "§70", "application": "§70.1", "register": "§70.2",
        "draft": "§70.3", "sign": "§70.4", "place": "§70.5", "tell": "§71",
    },
    mode=Mode.AUTOMATIC,
    authority=Authority.COMMITTEE,
    rules="No 256",
    placed_from=date(2023, 9, 1),
    about_subject=True,
)  # fmt: skip

DISABILITY_ALLOWANCE = Benefit(
    code="DISABILITY_ALLOWANCE",
    names={
        "kk": "мүгедектігі бойынша мемлекеттік әлеуметтік жәрдемақы",
        "ru": "государственное социальное пособие по инвалидности",
        "en": "state social allowance for disability",
    },
    chapter=5,
    common=73,
    paragraphs={
        "identify": "§72", "existing": "§72", "by_cause": "§90.part2", "application": "§90.part2",
        "register": "§90.part2.1", "draft": "§90.part2.2", "sign": "§90.part2.3", "place": "§90.part2.4",
        "send": "§89", "form": "§89", "decide": "§90.part1", "place_considered": "§91", "tell": "§92",
    },
    mode=Mode.BY_CAUSE,
    authority=Authority.COMMITTEE,
    rules="No 257",
    about_subject=True,
)  # fmt: skip

WORK_CAPACITY_LOSS_PAYMENT = Benefit(
    code="WORK_CAPACITY_LOSS_PAYMENT",
    names={
        "kk": "еңбекке қабілеттіліктен айырылу жағдайы бойынша әлеуметтік төлем",
        "ru": "социальная выплата на случай утраты трудоспособности",
        "en": "social payment for loss of ability to work",
    },
    chapter=6,
    common=94,
    paragraphs={
        "identify": "§93", "existing": "§93", "application": "§110", "register": "§110.1", "draft": "§110.2",
        "decide": "§111", "sign": "§111", "return": "§112", "complete": "§113", "most": "§113.part2",
        "place": "§114", "tell": "§115",
    },
    mode=Mode.HUMAN,
    authority=Authority.FUND,
    rules="No 238",
    decision_days=4,
)  # fmt: skip

DISABLED_CHILD_CARER_ALLOWANCE = Benefit(
    code="DISABLED_CHILD_CARER_ALLOWANCE",
    names={
        "kk": "мүгедектігі бар баланы тәрбиелеушіге берілетін жәрдемақы",
        "ru": "пособие воспитывающему ребёнка с инвалидностью",
        "en": "allowance for the person raising a child with disability",
    },
    chapter=7,
    common=117,
    paragraphs={
        "identify": "§116", "existing": "§116", "send": "§133", "form": "§133", "decide": "§134",
        "place_considered": "§135", "tell": "§136",
    },
    mode=Mode.CORPORATION,
    authority=Authority.COMMITTEE,
    rules="No 215",
)  # fmt: skip

SURVIVOR_ALLOWANCE = Benefit(
    code="SURVIVOR_ALLOWANCE",
    names={
        "kk": "асыраушысынан айырылу жағдайы бойынша мемлекеттік әлеуметтік жәрдемақы",
        "ru": "государственное социальное пособие по случаю потери кормильца",
        "en": "state social allowance for loss of breadwinner",
    },
    chapter=8,
    common=138,
    paragraphs={
        "identify": "§137", "existing": "§137", "send": "§154", "form": "§154", "decide": "§155",
        "place_considered": "§160", "tell": "§161",
    },
    mode=Mode.CORPORATION,
    authority=Authority.COMMITTEE,
    rules="No 257",
)  # fmt: skip

SURVIVOR_PAYMENT = Benefit(
    code="SURVIVOR_PAYMENT",
    names={
        "kk": "асыраушысынан айырылу жағдайы бойынша әлеуметтік төлем",
        "ru": "социальная выплата на случай потери кормильца",
        "en": "social payment for loss of breadwinner",
    },
    chapter=8,
    common=138,
    paragraphs={
        "identify": "§137", "existing": "§137", "application": "§154", "register": "§156", "draft": "§156",
        "decide": "§157", "sign": "§157", "return": "§158", "complete": "§159", "most": "§159.part2",
        "place": "§160", "tell": "§161",
    },
    mode=Mode.HUMAN,
    authority=Authority.FUND,
    rules="No 239",
)  # fmt: skip

JOB_LOSS_PAYMENT = Benefit(
    code="JOB_LOSS_PAYMENT",
    names={
        "kk": "жұмысынан айырылу жағдайы бойынша әлеуметтік төлем",
        "ru": "социальная выплата на случай потери работы",
        "en": "social payment for loss of job",
    },
    chapter=9,
    common=163,
    paragraphs={
        "identify": "§162", "existing": "§162", "compare": "§179", "application": "§179.1",
        "register": "§179.2", "draft": "§179.3", "decide": "§180", "sign": "§180", "return": "§181",
        "complete": "§182", "most": "§182.part2", "place": "§183", "tell": "§184",
    },
    mode=Mode.HUMAN,
    authority=Authority.FUND,
    rules="No 237",
    decision_days=4,
)  # fmt: skip

BENEFITS: Mapping[str, Benefit] = {
    benefit.code: benefit
    for benefit in (
        LARGE_FAMILY_ALLOWANCE, AWARDED_MOTHER_ALLOWANCE, BURIAL_PAYMENT, DISABILITY_ALLOWANCE,
        WORK_CAPACITY_LOSS_PAYMENT, DISABLED_CHILD_CARER_ALLOWANCE, SURVIVOR_ALLOWANCE, SURVIVOR_PAYMENT,
        JOB_LOSS_PAYMENT,
    )
}  # fmt: skip


@carries_out(ACT["§1"])
def benefit_of(code: str) -> Benefit:
    """The benefit of a procedure's code, which is the same."""
    return BENEFITS[code]
