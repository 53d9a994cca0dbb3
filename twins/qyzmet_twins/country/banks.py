"""Five invented banks. Names, codes and BICs are examples and belong to no real bank."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bank:
    code: str  # three digits, inside the IBAN
    bic: str
    kk: str
    ru: str
    en: str


BANKS = (
    Bank("901", "BRLXKZ22", "Бірлік Банкі", "Бірлік Банк", "Birlik Bank"),
    Bank("902", "DLAXKZ22", "Дала Банкі", "Дала Банк", "Dala Bank"),
    Bank("903", "KKJXKZ22", "Көкжиек Банкі", "Кокжиек Банк", "Kokzhiek Bank"),
    Bank("904", "SMLXKZ22", "Самал Банкі", "Самал Банк", "Samal Bank"),
    Bank("905", "ARNXKZ22", "Арна Банкі", "Арна Банк", "Arna Bank"),
)
