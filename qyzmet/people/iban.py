"""Bank account numbers of Kazakhstan: IBAN of 20 characters (ISO 13616, SWIFT registry).

KZ, two check digits, three digits of the bank's code, thirteen letters or digits.
"""

from __future__ import annotations

import re

from qyzmet.runtime.errors import BadValue

_SHAPE = re.compile(r"KZ[0-9]{5}[0-9A-Z]{13}\Z")


def is_iban(text: str) -> bool:
    """Whether the text is an IBAN of Kazakhstan, written together in capitals. Never raises."""
    return bool(_SHAPE.match(text)) and text[2:4] == check_digits(text[4:])


def parse_iban(text: str) -> str:
    """The number written together in capitals. Raises BadValue, which never holds the number."""
    together = "".join(text.split()).upper()
    if not _SHAPE.match(together):
        raise BadValue(
            "IBAN", "must be KZ, 5 digits and 13 Latin letters or digits", "Copy it from the bank's papers."
        )
    if not is_iban(together):
        raise BadValue("IBAN", "its check digits do not fit the account", "Copy it from the bank's papers.")
    return together


def check_digits(account: str) -> str:
    """The two check digits for the bank's code and account, 16 characters of 0-9 and A-Z."""
    number = int("".join(str(int(sign, 36)) for sign in f"{account}KZ00"))
    return f"{98 - number % 97:02}"


def bank_code(iban: str) -> str:
    """The three digits that name the bank; the IBAN is taken as checked."""
    return iban[4:7]
