"""What makes a citizen answer or not: phone, Mobile Citizens Base, accounts, temperament."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .banks import BANKS
from .columns import Bools, Ints, codes_by_share
from .identifiers import mobile_numbers
from .kin import ADULT
from .knobs import Knobs

_FIRST_PHONE_AGE = 16


@dataclass
class Citizens:
    phone: Ints  # 7 and ten digits; 0 for none
    in_mcb: Bools
    accounts: Ints  # one bit per bank
    answer: Ints  # a code of knobs.ANSWERS
    bank_choice: Ints  # a code of knobs.BANK_CHOICES
    opens_account: Bools
    brings_documents: Bools
    reply_minutes: Ints


def citizens(rng: np.random.Generator, age: Ints, partner: Ints, seed: int, knobs: Knobs) -> Citizens:
    persons = len(age)
    phone = _phones(rng, age, partner, seed, knobs)
    minutes = knobs.reply_minutes_median * np.exp(rng.normal(0, knobs.reply_minutes_spread, persons))
    return Citizens(
        phone=phone,
        in_mcb=(phone != 0) & (rng.random(persons) < knobs.in_mobile_base),
        accounts=_accounts(rng, age, knobs),
        answer=codes_by_share(rng, np.array(knobs.answers), persons),
        bank_choice=codes_by_share(rng, np.array(knobs.bank_choices), persons),
        opens_account=rng.random(persons) < knobs.opens_account,
        brings_documents=rng.random(persons) < knobs.brings_documents,
        reply_minutes=np.clip(minutes, 1, 2 * 24 * 60).astype(np.int16),
    )


def _phones(rng: np.random.Generator, age: Ints, partner: Ints, seed: int, knobs: Knobs) -> Ints:
    share = np.where(age < _FIRST_PHONE_AGE, 0.0, np.where(age < 70, knobs.phone_16_69, knobs.phone_from_70))
    owners = np.flatnonzero(rng.random(len(age)) < share)
    phone = np.zeros(len(age), np.int64)
    phone[owners] = mobile_numbers(len(owners), seed)
    couples = np.flatnonzero(partner > np.arange(len(age)))
    sharing = couples[(rng.random(len(couples)) < knobs.shared_phone) & (phone[couples] != 0)]
    phone[partner[sharing]] = phone[sharing]
    return phone


def _accounts(rng: np.random.Generator, age: Ints, knobs: Knobs) -> Ints:
    """Each adult picks as many banks as drawn, the well-known ones more often."""
    adults = np.flatnonzero(age >= ADULT)
    how_many = codes_by_share(rng, np.array(knobs.accounts_in), len(adults))
    order = np.argsort(rng.exponential(size=(len(adults), len(BANKS))) / np.array(knobs.bank_weights), axis=1)
    rank = np.argsort(order, axis=1)
    bits = ((rank < how_many[:, None]) << np.arange(len(BANKS))).sum(axis=1)
    accounts = np.zeros(len(age), np.uint8)
    accounts[adults] = bits
    return accounts
