"""The second-tier banks integrated with the ministry's system, in the order in which SMS list them.

An installation's own table; those shipped are invented, for the twins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qyzmet.people.iban import bank_code


@dataclass(frozen=True, slots=True)
class Bank:
    """`system` names its contract, `code` is the three digits of its IBANs."""

    system: str
    code: str
    names: Mapping[str, str]


def _bank(system: str, code: str, kk: str, ru: str, en: str) -> Bank:
    return Bank(system, code, {"kk": kk, "ru": ru, "en": en})


INTEGRATED = (
    _bank("bank_a", "901", "Бірлік Банкі", "Бірлік Банк", "Birlik Bank"),
    _bank("bank_b", "902", "Дала Банкі", "Дала Банк", "Dala Bank"),
    _bank("bank_c", "903", "Көкжиек Банкі", "Кокжиек Банк", "Kokzhiek Bank"),
    _bank("bank_d", "904", "Самал Банкі", "Самал Банк", "Samal Bank"),
    _bank("bank_e", "905", "Арна Банкі", "Арна Банк", "Arna Bank"),
)
BY_SYSTEM = {bank.system: bank for bank in INTEGRATED}
BY_CODE = {bank.code: bank for bank in INTEGRATED}


def bank_of(iban: str) -> Bank | None:
    """The integrated bank of an account, None where it is another bank's."""
    return BY_CODE.get(bank_code(iban))
