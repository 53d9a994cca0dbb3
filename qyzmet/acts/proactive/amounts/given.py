"""How the values are read that an amount depends on. A slip is told, never mended."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from qyzmet.runtime.errors import BadValue, Refused

_OTHER_WORDS = {"general_disease": "general_illness"}


def whole(key: str, most: int, example: int) -> Callable[[object], int]:
    """A reader of whole numbers from 0; a bool or a float is taken for a slip, like anything too large."""

    def read(given: object) -> int:
        text = str(given)
        if isinstance(given, bool | float) or not (text.isascii() and text.isdigit() and len(text) < 10):
            raise BadValue(key, "is a whole number from 0", f"Write {key}={example}.")
        if int(text) > most:
            raise BadValue(key, f"is at most {most}; more is taken for a slip", "Check the number.")
        return int(text)

    return read


def group(given: object) -> int:
    text = str(given)
    if isinstance(given, bool | float) or text not in ("1", "2", "3"):
        raise BadValue("group", "is 1, 2 or 3", "Write group=2.")
    return int(text)


def cause(given: object) -> str:
    """The word of the disability database, in any case."""
    word = str(given).strip().lower()
    if not word or len(word) > 100:
        raise BadValue("cause", "is the cause of the disability in a word", "Write cause=general_illness.")
    return _OTHER_WORDS.get(word, word)


def yes_or_no(key: str) -> Callable[[object], bool]:
    def read(given: object) -> bool:
        said = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        text = str(given).lower()
        if isinstance(given, float) or text not in said:
            raise BadValue(key, "is true or false", f"Write {key}=true.")
        return said[text]

    return read


def income(given: object) -> Decimal:
    """Tenge a month, exact; up to 12 decimals, since an average is a quotient."""
    value = _decimal("average_income", given, "Write average_income=175000.")
    if value > 1_000_000_000:
        raise BadValue("average_income", "is at most 1,000,000,000 tenge a month", "Check the number.")
    return value


def loss_degree(given: object) -> Decimal:
    """The degree of loss as a part of 1: `0.6`, `60` and `60%` are the same. Below 30 % gives no right."""
    remedy = "Write loss_degree=0.60, or 60 for percent."
    text = str(given).removesuffix("%")
    value = _decimal("loss_degree", given if text == str(given) else text, remedy)
    if value > 1 or text != str(given):
        value /= 100
    if value > 1 or value != round(value, 2):
        raise BadValue("loss_degree", "is a whole percent up to 100", remedy)
    if value < Decimal("0.30"):
        raise Refused("loss_degree: the payment is for a degree of loss from 0.30 (30 %).")
    return value


def _decimal(key: str, given: object, remedy: str) -> Decimal:
    text = str(given)
    rule = "is a number from 0 with a point and at most 12 decimals"
    if isinstance(given, bool | float) or not text.isascii() or not 0 < len(text) < 30:
        raise BadValue(key, rule, remedy)
    if not text.replace(".", "", 1).isdigit() or len(text.partition(".")[2]) > 12:
        raise BadValue(key, rule, remedy)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BadValue(key, rule, remedy) from None
