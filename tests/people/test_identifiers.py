"""IIN and BIN: shape, check digit in two passes, what the number tells. Numbers are public or made up."""

from __future__ import annotations

import traceback
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.people.identifiers import (
    Iin,
    OrganisationType,
    Sex,
    Unit,
    check_digit,
    is_bin,
    is_iin,
    parse_bin,
    parse_iin,
)
from qyzmet.runtime.errors import BadValue


def number(prefix: str) -> str:
    """The whole number for eleven digits; the next serial number where this one is never issued."""
    while check_digit(prefix) is None:
        prefix = f"{int(prefix) + 1:011}"
    return f"{prefix}{check_digit(prefix)}"


@pytest.mark.parametrize(
    "text",
    [
        *("940140000385", "950341000052", "070941024691"),  # first pass
        "961141000023",  # second pass
    ],
)
def test_published_bins(text: str) -> None:
    assert is_bin(text)
    assert not is_iin(text)


def test_published_faults() -> None:
    assert not is_bin("940140000380")
    assert check_digit("00081315989") is None  # both passes give 10
    assert not is_iin("000813159890")
    assert not any(is_iin(f"00081315989{digit}") for digit in range(10))


def test_published_iin_of_the_second_pass() -> None:
    found = parse_iin(" 061211600012 ")
    assert (found.birth_date, found.sex, found.century) == (date(2006, 12, 11), Sex.FEMALE, 20)
    assert found.text == "061211600012"


@pytest.mark.parametrize(
    ("digit", "century", "sex"),
    [
        (1, 18, Sex.MALE),
        (2, 18, Sex.FEMALE),
        (3, 19, Sex.MALE),
        (4, 19, Sex.FEMALE),
        (5, 20, Sex.MALE),
        (6, 20, Sex.FEMALE),
    ],
)
def test_the_seventh_digit_tells_century_and_sex(digit: int, century: int, sex: Sex) -> None:
    found = parse_iin(number(f"850417{digit}0001"))
    assert (found.century, found.sex, found.birth_date) == (century, sex, date(century * 100 + 85, 4, 17))


def test_a_foreigner_whose_seventh_digit_is_0() -> None:
    found = parse_iin(number("85041700001"))
    assert (found.century, found.sex, found.birth_date) == (None, None, None)
    assert is_iin(number("00022900001"))
    assert not is_iin(number("00023000001"))


@pytest.mark.parametrize("digit", [7, 8, 9])
def test_no_other_seventh_digit(digit: int) -> None:
    assert not is_iin(number(f"850417{digit}0001"))


@pytest.mark.parametrize(
    ("prefix", "good"),
    [
        ("00022950001", True),  # 29 February 2000
        ("00022930001", False),  # 29 February 1900 was no day
        ("85043130001", False),
        ("85130130001", False),
        ("85000130001", False),
    ],
)
def test_an_iin_begins_with_a_day(prefix: str, good: bool) -> None:
    assert is_iin(number(prefix)) is good


@pytest.mark.parametrize(
    "text", ["", "85041730001", "8504173000110", "85041730001x", "٨٥٠٤١٧٣٠٠٠١١", "850417 30001"]
)
def test_twelve_plain_digits(text: str) -> None:
    assert not is_iin(text)
    assert not is_bin(text)


@pytest.mark.parametrize(
    ("prefix", "kind", "unit"),
    [
        ("24014000001", OrganisationType.RESIDENT, Unit.HEAD),
        ("24015100001", OrganisationType.NON_RESIDENT, Unit.BRANCH),
        ("24016200001", OrganisationType.JOINT_ENTREPRENEURS, Unit.REPRESENTATION),
        ("24014300001", OrganisationType.RESIDENT, Unit.FARM),
    ],
)
def test_what_a_bin_tells(prefix: str, kind: OrganisationType, unit: Unit) -> None:
    found = parse_bin(number(prefix))
    assert (found.type, found.unit) == (kind, unit)


@pytest.mark.parametrize(
    "prefix", ["24134000001", "24004000001", "24013000001", "24017000001", "24014400001"]
)
def test_a_bin_has_month_type_and_unit(prefix: str) -> None:
    assert not is_bin(number(prefix))


def test_national_test_certificates_need_the_switch() -> None:
    with pytest.raises(BadValue):
        parse_iin("123456789011")
    with pytest.raises(BadValue):
        parse_bin("123456789021")
    person = parse_iin("123456789011", allow_test_certificates=True)
    assert (person.is_test, person.birth_date, person.sex) == (True, None, None)
    organisation = parse_bin("123456789021", allow_test_certificates=True)
    assert (organisation.is_test, organisation.type, organisation.unit) == (True, None, None)
    with pytest.raises(BadValue):
        parse_iin("123456789012", allow_test_certificates=True)


@pytest.mark.parametrize("text", ["850417300010", "999999999999", "940140000380", "123456789021"])
def test_no_error_holds_the_number(text: str) -> None:
    for parse in (parse_iin, parse_bin):
        with pytest.raises(BadValue) as caught:
            parse(text)
        assert text not in str(caught.value)
        assert text not in "".join(traceback.format_exception_only(caught.value))


def test_no_repr_holds_the_number() -> None:
    assert "061211600012" not in repr(parse_iin("061211600012"))
    assert "940140000385" not in repr(parse_bin("940140000385"))


PREFIXES = st.builds(
    lambda day, digit, serial: f"{day:%y%m%d}{digit}{serial:04}",
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from("56"),
    st.integers(0, 9000),
)


@given(prefix=PREFIXES)
def test_every_issued_number_is_read(prefix: str) -> None:
    text = number(prefix)
    assert parse_iin(text) == Iin(text)


@given(prefix=PREFIXES, place=st.integers(7, 9), shift=st.integers(1, 9))
def test_a_changed_digit_is_mostly_found_and_never_crashes(prefix: str, place: int, shift: int) -> None:
    """One pass finds every such error; after the second pass a few remain, as the check is made."""
    text = number(prefix)
    changed = f"{text[:place]}{(int(text[place]) + shift) % 10}{text[place + 1 :]}"
    first = sum((at + 1) * int(digit) for at, digit in enumerate(text[:11])) % 11
    second = sum((at + 1) * int(digit) for at, digit in enumerate(changed[:11])) % 11
    if first != 10 != second:
        assert not is_iin(changed)


@given(text=st.text(max_size=14))
def test_any_text_is_answered(text: str) -> None:
    assert is_iin(text) in (True, False)
    assert is_bin(text) in (True, False)
