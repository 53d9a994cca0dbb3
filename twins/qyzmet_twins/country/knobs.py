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

CAUSES = ("general_illness", "work_injury", "occupational_disease", "since_childhood", "child")
# What an adult's disability comes from: one cause, several, or none told. A child's is "child" or none.
CAUSE_SHAPES = (*CAUSES[:4], "several", "none")


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

    # --- disability; the groups of adults are fitted to the mean allowance, causes are not published ---
    # Age in which disability becomes twice as frequent among adults.
    disability_doubles_in_years: float = 14.0
    # Groups I, II, III: of all adults, of those whose disability is new, of children of 7 and more.
    disability_groups: tuple[float, ...] = (0.14, 0.50, 0.36)
    new_disability_groups: tuple[float, ...] = (0.12, 0.42, 0.46)
    disability_groups_children: tuple[float, ...] = (0.30, 0.30, 0.40)
    # Causes in the order of CAUSE_SHAPES: of all, and of those whose disability is new.
    disability_causes: tuple[float, ...] = (0.66, 0.03, 0.02, 0.26, 0.02, 0.01)
    new_disability_causes: tuple[float, ...] = (0.85, 0.03, 0.01, 0.06, 0.02, 0.03)
    # Insured people of working age whose degree of loss of ability to work is established with the group.
    loss_degree_known: float = 0.7
    # How much likelier people of working age with disability die than others of their age and sex; set so
    # that the dead with a pension or allowance come near the estimate of burial payments.
    disabled_death_risk: float = 5.0
    # How likely people with disability, and students, are hired, against others.
    disabled_work: float = 0.5
    student_work: float = 0.2
    # Children who live in an orphanage, and those of them with disability (homes for disabled children).
    orphanage: float = 0.0006
    orphanage_of_disabled: float = 0.02
    # Children with disability whose mother receives the carer's allowance: 110,300 carers, 117,000 children.
    child_carer_receives: float = 0.97

    # --- pensions and allowances; the number of pensioners is not among the figures found ---
    age_pension: float = 0.97
    basic_pension: float = 0.99
    special_allowance: float = 0.01
    # Appointed, but shown by only one of E-Maket and ODK.
    shown_by_one_system: float = 0.01
    # People past working age who depend on a younger relative in spite of their pension.
    elder_depends: float = 0.1
    # Receivers of the job-loss payment on the first day, in the whole country: about four months of new ones.
    job_loss_stock: float = 100_000.0
    # Of those to whom something happens, how many have applied on their own before.
    applied_before: float = 0.05

    # --- work and social insurance (the number of participants is not published) ---
    # Months of participation are chance to this power times all months since 18 or since 2005.
    participation_hired: float = 0.6
    participation_former: float = 1.5
    # Hired people with less than six months; adults not hired who once took part.
    newcomers: float = 0.06
    former_contributors: float = 0.5
    # Former ones with some contributions in the last 24 months; hired ones without a gap in them.
    former_stopped_lately: float = 0.3
    without_gaps: float = 0.7
    # How often people lose their work by their wage: the power; fitted to the mean job-loss payment.
    losing_work_by_wage: float = -1.1
    # Of those who register as unemployed, the share with less than six months of participation.
    unemployed_not_insured: float = 0.25

    # --- after a death: kin, somebody else, no information ---
    death_applicant: tuple[float, ...] = (0.90, 0.04, 0.06)
    body_taker: tuple[float, ...] = (0.85, 0.07, 0.08)
    applicant_takes_body: float = 0.7
    # Deaths that become known months later (15 days and about as many as said more), or after three years.
    death_known_late: float = 0.01
    death_late_days: float = 90.0
    death_known_years_later: float = 0.01

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
        for name in _SHARES:
            shares = getattr(self, name)
            if abs(sum(shares) - 1) > 1e-9 or min(shares) < 0:
                raise ValueError(
                    f"Knob {name}: shares must be 0 or more and add up to 1, not {sum(shares):.4f}."
                )
        for name, kinds in _ONE_EACH.items():
            if len(getattr(self, name)) != len(kinds):
                raise ValueError(f"Knob {name} needs one share each for {', '.join(kinds)}.")
        if not 0 <= self.unemployed_not_insured < 1:
            raise ValueError("Knob unemployed_not_insured must be 0 or more and below 1.")


_GROUPS, _FOUND = ("I", "II", "III"), ("kin", "somebody else", "no information")
_ONE_EACH: Mapping[str, tuple[str, ...]] = {
    "answers": ANSWERS,
    "bank_choices": BANK_CHOICES,
    "disability_groups": _GROUPS,
    "new_disability_groups": _GROUPS,
    "disability_groups_children": _GROUPS,
    "disability_causes": CAUSE_SHAPES,
    "new_disability_causes": CAUSE_SHAPES,
    "death_applicant": _FOUND,
    "body_taker": _FOUND,
}
_SHARES = ("accounts_in", *_ONE_EACH)
