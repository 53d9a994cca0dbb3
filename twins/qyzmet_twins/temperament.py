"""How a citizen deals with SMS: drawn once per person by a seed, or named in a test."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp
from statistics import NormalDist
from typing import TypeVar

from qyzmet_twins.seeded import chance


class Answers(StrEnum):
    """What a person does with a question."""

    PROMPT = "prompt"
    ODD_SPELLING = "odd_spelling"
    DOUBLE = "double"
    REFUSES = "refuses"
    SILENT = "silent"
    GARBAGE = "garbage"
    LATE = "late"


class BankChoice(StrEnum):
    """What a person does when asked for a bank."""

    LISTED = "listed"
    OTHER_BANK = "other_bank"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Temperament:
    answers: Answers = Answers.PROMPT
    bank: BankChoice = BankChoice.LISTED
    opens_account: bool = True
    minutes: float = 30.0  #: how long this person usually takes to answer


#: Shares of people; published is only that about half of those who were asked accepted.
ANSWER_SHARES = {
    Answers.PROMPT: 0.432,
    Answers.ODD_SPELLING: 0.05,
    Answers.DOUBLE: 0.04,
    Answers.REFUSES: 0.10,
    Answers.SILENT: 0.268,
    Answers.GARBAGE: 0.05,
    Answers.LATE: 0.06,
}
BANK_SHARES = {BankChoice.LISTED: 0.86, BankChoice.OTHER_BANK: 0.06, BankChoice.NEVER: 0.08}
OPENS_ACCOUNT = 0.6
MINUTES_MEDIAN = 45.0
MINUTES_SPREAD = 1.5  #: of the logarithm

Kind = TypeVar("Kind", Answers, BankChoice)


def drawn(seed: int, iin: str) -> Temperament:
    """The temperament of a person of whom the world says nothing."""
    return Temperament(
        answers=_by_share(ANSWER_SHARES, chance(seed, "answers", iin)),
        bank=_by_share(BANK_SHARES, chance(seed, "bank", iin)),
        opens_account=chance(seed, "opens", iin) < OPENS_ACCOUNT,
        minutes=log_normal(MINUTES_MEDIAN, MINUTES_SPREAD, chance(seed, "minutes", iin)),
    )


def log_normal(median: float, spread: float, drawn_chance: float) -> float:
    """The value that this chance stands for, of a quantity that is often small and seldom very large."""
    return median * exp(spread * NormalDist().inv_cdf(min(max(drawn_chance, 1e-6), 1 - 1e-6)))


def _by_share(shares: dict[Kind, float], drawn_chance: float) -> Kind:
    for kind, share in shares.items():
        if drawn_chance < share:
            return kind
        drawn_chance -= share
    return next(iter(shares))
