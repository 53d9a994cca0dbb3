"""Knobs: every estimate and unknown of the synthetic country, named, with the reason for its value.

Published figures are not here but in figures.toml. A knob may be set by whoever knows better:
`Country.generate(200_000, seed=1, knobs=Knobs(in_mobile_base=0.9))`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Shares of births by order (1st … 6th, 7th and later) around a year; between two years they are interpolated.
# Published: 1st 23 % and 4th 16.4 % (2024), 2nd 23 % (2023), 4th and later 28 % (2021); the rest is fitted so
# that large families, their sizes and the awarded mothers come out as published.
BIRTH_ORDERS: Mapping[int, tuple[float, ...]] = {
    1945: (0.30, 0.22, 0.16, 0.11, 0.08, 0.06, 0.07),
    1965: (0.33, 0.24, 0.15, 0.10, 0.07, 0.05, 0.06),
    1980: (0.38, 0.28, 0.15, 0.08, 0.045, 0.03, 0.035),
    1990: (0.38, 0.30, 0.165, 0.08, 0.035, 0.02, 0.02),
    2000: (0.425, 0.290, 0.150, 0.075, 0.030, 0.016, 0.014),
    2010: (0.350, 0.295, 0.185, 0.100, 0.034, 0.020, 0.016),
    2015: (0.275, 0.255, 0.225, 0.150, 0.053, 0.025, 0.017),
    2021: (0.245, 0.235, 0.240, 0.150, 0.073, 0.035, 0.022),
    2024: (0.23, 0.237, 0.238, 0.164, 0.08, 0.033, 0.018),
}

# Mother's age at the first birth, around a year: set so that the mean over all births of 2024 is 29.8.
FIRST_BIRTH_AGES: Mapping[int, float] = {1945: 23.0, 1990: 23.0, 2005: 24.0, 2024: 25.5}

ANSWERS = ("PROMPT", "ODD_SPELLING", "DOUBLE", "REFUSES", "SILENT", "GARBAGE", "LATE")
ACCEPTING = ("PROMPT", "ODD_SPELLING", "DOUBLE")  # the answers that give consent in time
BANK_CHOICES = ("LISTED", "OTHER_BANK", "NEVER")


@dataclass(frozen=True)
class Knobs:
    # --- families ---
    birth_orders: Mapping[int, tuple[float, ...]] = field(default_factory=lambda: dict(BIRTH_ORDERS))
    first_birth_ages: Mapping[int, float] = field(default_factory=lambda: dict(FIRST_BIRTH_AGES))
    # Years between births of one mother: typical value and spread (of its logarithm); fitted, not published.
    birth_gap_years: float = 2.6
    birth_gap_spread: float = 1.05
    # Mother's age at which further births have become half as likely.
    fertility_halves_at: float = 39.8
    fertility_falls_in_years: float = 2.2
    # Parents together among those with a known father; only the number of divorces a year is published.
    parents_together: float = 0.84
    # Children in whose birth record no father stands.
    no_father_recorded: float = 0.03
    # Women from 25 on without children who have a husband.
    childless_married: float = 0.7
    # Minors who live with the other parent or a grandmother instead of the mother.
    child_lives_elsewhere: float = 0.01
    # Unmarried adults without children who live with the mother, at 18-22, 23-27 and 28-40.
    at_home_18_22: float = 0.95
    at_home_23_27: float = 0.9
    at_home_28_40: float = 0.85
    # People from 60 on without a partner who live in the household of a grown child.
    elder_with_child: float = 0.8
    # Share of those aged 18 to 22 in full-time study: they count in a large family.
    student: float = 0.5
    # How far ages at the first birth spread, in years; fitted so that births under 20 come out as published.
    first_birth_age_spread: float = 3.5

    # --- names and languages ---
    # Share of Slavic and Korean naming traditions by region code; elsewhere `slavic_elsewhere`.
    slavic: Mapping[str, float] = field(
        default_factory=lambda: {
            "10": 0.28,
            "11": 0.38,
            "15": 0.10,
            "19": 0.12,
            "23": 0.04,
            "27": 0.18,
            "31": 0.09,
            "33": 0.12,
            "35": 0.36,
            "39": 0.46,
            "43": 0.02,
            "47": 0.04,
            "55": 0.38,
            "59": 0.56,
            "61": 0.02,
            "62": 0.18,
            "63": 0.42,
            "71": 0.14,
            "75": 0.24,
            "79": 0.09,
        }
    )
    korean: float = 0.006
    # Fertility of families of Slavic and Korean tradition against the rest.
    slavic_fertility: float = 0.62
    # Kazakh patronymics in -ұлы / -қызы instead of -ович / -овна, born before 1992 and later.
    uly_before_1992: float = 0.05
    uly_later: float = 0.55
    # Families of Kazakh tradition, and of others, who are written to in Kazakh.
    kazakh_speaks_kazakh: float = 0.75
    other_speaks_kazakh: float = 0.04
    # Kazakh wives who take the husband's surname (others keep theirs); Slavic wives.
    kazakh_wife_takes_surname: float = 0.35
    slavic_wife_takes_surname: float = 0.9

    # --- phones and the Mobile Citizens Base (its size is not published) ---
    phone_16_69: float = 0.97
    phone_from_70: float = 0.82
    # Partners who use one number together.
    shared_phone: float = 0.015
    # Those with a phone who are registered in the Mobile Citizens Base.
    in_mobile_base: float = 0.88

    # --- banks (only one bank's reach, about 70 % of the people, is published) ---
    accounts_in: tuple[float, ...] = (0.06, 0.30, 0.36, 0.20, 0.08)  # in no bank, in one, two, three, four
    bank_weights: tuple[float, ...] = (10.0, 5.0, 2.0, 1.2, 0.8)

    # --- temperaments; published is only that 52.2 % of those asked in 2025 accepted ---
    answers: tuple[float, ...] = (0.432, 0.05, 0.04, 0.10, 0.268, 0.05, 0.06)  # in the order of ANSWERS
    bank_choices: tuple[float, ...] = (0.86, 0.06, 0.08)  # in the order of BANK_CHOICES
    opens_account: float = 0.6
    brings_documents: float = 0.8
    reply_minutes_median: float = 45.0
    reply_minutes_spread: float = 1.5

    # --- allowances already paid ---
    # Large families and awarded mothers that already receive their allowance (the rest never asked for it).
    large_family_receives: float = 0.97
    awarded_mother_receives: float = 0.98
    # Old Soviet titles in the stock of awards, from the Shymkent stock of 2022.
    batyr_ana: float = 0.035
    ana_danqy_1: float = 0.02
    ana_danqy_2: float = 0.035
    # Altyn alqa among new awards, from the new awards of Shymkent in 2022.
    new_award_altyn: float = 0.19
    # New awards that replace a Kumis alqa the mother already has.
    new_award_upgrade: float = 0.1

    # --- registration ---
    # Days from birth to its registration, and from death, on average.
    birth_registered_after_days: float = 1.5
    death_registered_after_days: float = 1.0

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Knobs:
        """JSON knows neither whole numbers as keys nor tuples."""
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()}
        values["birth_orders"] = {int(k): tuple(v) for k, v in stored["birth_orders"].items()}
        values["first_birth_ages"] = {int(k): v for k, v in stored["first_birth_ages"].items()}
        return cls(**values)

    def __post_init__(self) -> None:
        for name in ("accounts_in", "answers", "bank_choices"):
            shares = getattr(self, name)
            if abs(sum(shares) - 1) > 1e-9 or min(shares) < 0:
                raise ValueError(
                    f"Knob {name}: shares must be 0 or more and add up to 1, not {sum(shares):.4f}."
                )
        if len(self.answers) != len(ANSWERS) or len(self.bank_choices) != len(BANK_CHOICES):
            raise ValueError(
                f"Knobs answers and bank_choices need one share each for {ANSWERS} and {BANK_CHOICES}."
            )
