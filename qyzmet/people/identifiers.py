"""Identification numbers of persons (IIN) and organisations (BIN): twelve digits with a check digit.

IIN: YYMMDD, a digit for century and sex, four of a serial number, check. BIN: YYMM, type, unit, five of a
serial number, check. Sources: government decrees of 2003 No 565 and 2007 No 406, as implemented in public
libraries (https://github.com/ZhymabekRoman/kz-iin-validator, https://github.com/valery1707/kaz-person-id).
A number is personal data: it appears in no error and in no `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from operator import mul

from qyzmet.runtime.errors import BadValue

_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
#: The numbers in the national test certificates; both fail the check.
_TEST_IIN, _TEST_BIN = "123456789011", "123456789021"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class OrganisationType(StrEnum):
    RESIDENT = "resident"
    NON_RESIDENT = "non_resident"
    JOINT_ENTREPRENEURS = "joint_entrepreneurs"


class Unit(StrEnum):
    HEAD = "head"
    BRANCH = "branch"
    REPRESENTATION = "representation"
    FARM = "farm"


_TYPES = dict(zip("456", OrganisationType, strict=True))
_UNITS = dict(zip("0123", Unit, strict=True))


@dataclass(frozen=True, slots=True)
class Iin:
    """A person's number. `century`, `birth_date` and `sex` are None where the number does not tell them:
    a seventh digit of 0, given to some foreigners, and the number of the test certificates."""

    text: str = field(repr=False)

    @property
    def century(self) -> int | None:
        """The century by its first hundreds: 19 for 1900 to 1999."""
        digit = int(self.text[6])
        return 17 + (digit + 1) // 2 if 1 <= digit <= 6 and not self.is_test else None

    @property
    def birth_date(self) -> date | None:
        if self.century is None:
            return None
        return date(self.century * 100 + int(self.text[:2]), int(self.text[2:4]), int(self.text[4:6]))

    @property
    def sex(self) -> Sex | None:
        if self.century is None:
            return None
        return Sex.MALE if int(self.text[6]) % 2 else Sex.FEMALE

    @property
    def is_test(self) -> bool:
        return self.text == _TEST_IIN


@dataclass(frozen=True, slots=True)
class Bin:
    """An organisation's number; `type` and `unit` are None only in the number of the test certificates."""

    text: str = field(repr=False)

    @property
    def type(self) -> OrganisationType | None:
        return None if self.is_test else _TYPES[self.text[4]]

    @property
    def unit(self) -> Unit | None:
        return None if self.is_test else _UNITS[self.text[5]]

    @property
    def is_test(self) -> bool:
        return self.text == _TEST_BIN


def check_digit(prefix: str) -> int | None:
    """The twelfth digit after these eleven; None where both passes give 10: such a number is never issued.

    `prefix` is eleven ASCII digits, which is not checked. The eleventh digit weighs 11 in the first pass,
    so an error in it alone is not found.
    """
    # Bytes serve as digits: each is 48 too much, and 48 times the sum of the weights, 66, is 0 modulo 11.
    digits = prefix.encode()
    found = sum(map(mul, digits, _FIRST_WEIGHTS)) % 11
    if found == 10:
        found = sum(map(mul, digits, _SECOND_WEIGHTS)) % 11
    return found if found < 10 else None


def is_iin(text: str) -> bool:
    """Whether the text is a well-formed IIN (a test certificate's is not). Never raises."""
    return _iin_fault(text) is None


def is_bin(text: str) -> bool:
    """Whether the text is a well-formed BIN (a test certificate's is not). Never raises."""
    return _bin_fault(text) is None


def parse_iin(text: str, *, allow_test_certificates: bool = False) -> Iin:
    """The number as a value; spaces around it are dropped. Raises BadValue, which never holds the number."""
    text = text.strip()
    fault = _iin_fault(text)
    if fault is None or (allow_test_certificates and text == _TEST_IIN):
        return Iin(text)
    raise BadValue("IIN", fault, "Compare it with the identity document.")


def parse_bin(text: str, *, allow_test_certificates: bool = False) -> Bin:
    """The number as a value; spaces around it are dropped. Raises BadValue, which never holds the number."""
    text = text.strip()
    fault = _bin_fault(text)
    if fault is None or (allow_test_certificates and text == _TEST_BIN):
        return Bin(text)
    raise BadValue("BIN", fault, "Compare it with the certificate of registration.")


def _iin_fault(text: str) -> str | None:
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        return "must be twelve digits"
    if text[6] > "6":
        return "its seventh digit, century and sex, must be 0 to 6"
    # Without a century (digit 0) the day is checked in 2000, a leap year as the unknown year may be.
    year = (17 + (int(text[6]) + 1) // 2) * 100 + int(text[:2]) if text[6] != "0" else 2000
    try:
        date(year, int(text[2:4]), int(text[4:6]))
    except ValueError:
        return "its first six digits must be a date of birth, YYMMDD"
    return _check_fault(text)


def _bin_fault(text: str) -> str | None:
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        return "must be twelve digits"
    if not "01" <= text[2:4] <= "12":
        return "its third and fourth digits must be a month"
    if text[4] not in _TYPES:
        return "its fifth digit, the type, must be 4, 5 or 6"
    if text[5] not in _UNITS:
        return "its sixth digit, the unit, must be 0 to 3"
    return _check_fault(text)


def _check_fault(text: str) -> str | None:
    expected = check_digit(text[:11])
    if expected is None:
        return "can never have been issued: both passes of its check give 10"
    return None if expected == ord(text[11]) - 48 else "its last digit, the check, does not fit the others"
