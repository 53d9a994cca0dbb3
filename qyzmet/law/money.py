"""Exact money. Tenge come as whole integers, sums as integers of tiyn (1/100 tenge); never floats.

Binary floats lose money: 20.04 × 4,325 is exactly 86,673, and 86,674 after a float32 and a ceiling.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, InvalidOperation
from typing import NewType

from qyzmet.runtime.errors import BadValue, UnknownName

#: A sum in hundredths of a tenge.
Tiyn = NewType("Tiyn", int)

#: Coefficients in bulk are integers of this part: 20.04 is 200,400.
PART = 10_000

_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
#: Thousands are parted by a no-break space in Kazakh and Russian, so that a sum never wraps.
_STYLES = {"kk": ("\u00a0", ","), "ru": ("\u00a0", ","), "en": (",", ".")}


def coefficient(value: Decimal | str) -> Decimal:
    """A coefficient as an exact decimal, from 0 to under 1,000,000. Raises BadValue, also for a float."""
    if not isinstance(value, Decimal | str):
        raise BadValue("coefficient", "is a decimal written as text", "Write '20.04', not a float.")
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise BadValue("coefficient", f"is a decimal, not {value!r}", "Write it as 20.04.") from None
    if not (exact.is_finite() and 0 <= exact < 1_000_000 and exact.as_tuple().exponent >= -12):  # type: ignore[operator]
        raise BadValue(
            "coefficient", f"lies out of range: {value}", "Give 0 to 999,999 with up to 12 digits."
        )
    return exact


def times(factor: Decimal | str, base_tenge: int) -> Decimal:
    """The exact product in tenge. Raises BadValue for a bad coefficient or a base that is no integer."""
    if not isinstance(base_tenge, int) or isinstance(base_tenge, bool):
        raise BadValue("base", "is a whole number of tenge", "Give an int.")
    return _EXACT.multiply(coefficient(factor), Decimal(base_tenge))


def ceil_tenge(amount: Decimal) -> Tiyn:
    """The sum rounded up to a whole tenge, in tiyn: 78797.28 tenge becomes 7_879_800.

    State benefits round up; inferred from published amounts. Raises BadValue for a negative amount.
    """
    if not amount.is_finite() or amount < 0:
        raise BadValue("amount", "is a sum from 0", "A negative result goes to an official.")
    numerator, denominator = amount.as_integer_ratio()
    return Tiyn(-(-numerator // denominator) * 100)


def in_parts(factor: Decimal | str) -> int:
    """The coefficient in 1/10000, for `ceil_tenge_in_bulk`. Raises BadValue where it is finer than that."""
    numerator, denominator = coefficient(factor).as_integer_ratio()
    whole, rest = divmod(numerator * PART, denominator)
    if rest:
        raise BadValue("coefficient", f"is finer than 1/{PART}: {factor}", "Use `times` for it.")
    return whole


def ceil_tenge_in_bulk(factors_in_parts: Iterable[int], bases_tenge: Iterable[int]) -> list[Tiyn]:
    """`ceil_tenge(times(...))` over two sequences of equal length, exact, in integers only.

    Factors are in 1/10000 (`in_parts`), bases in tenge. Raises ValueError where the lengths differ.
    """
    return [
        Tiyn(-(-factor * base // PART) * 100)
        for factor, base in zip(factors_in_parts, bases_tenge, strict=True)
    ]


def format_tiyn(amount: int, language: str = "ru") -> str:
    """`123456789` tiyn as `1 234 567,89 ₸` (kk, ru) or `1,234,567.89 ₸` (en); whole tenge without `,00`."""
    return format_tenge(Decimal(amount).scaleb(-2, _EXACT), language)


def format_tenge(amount: Decimal | int, language: str = "ru") -> str:
    """An exact sum of tenge in words of figures, as `format_tiyn`; more than two decimals are all shown."""
    return f"{format_number(Decimal(amount), language, decimals=2)}\u00a0₸"


def format_number(number: Decimal, language: str = "ru", decimals: int = 0) -> str:
    """A number with the signs of the language; a fraction has at least so many decimals, a whole none."""
    if language not in _STYLES:
        raise UnknownName("language", language, "use kk, ru or en")
    thousands, point = _STYLES[language]
    whole, _, fraction = f"{abs(number):f}".partition(".")
    fraction = fraction.rstrip("0")
    sign = "−" if number < 0 else ""
    shown = f"{int(whole):,}".replace(",", thousands)
    return f"{sign}{shown}{point}{fraction.ljust(decimals, '0')}" if fraction else f"{sign}{shown}"
