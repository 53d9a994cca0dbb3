"""Mobile numbers: spellings, E.164, and the same answer as the public numbering library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.people.phones import is_mobile, is_state_short_number, parse_mobile
from qyzmet.runtime.errors import BadValue


@pytest.mark.parametrize(
    "text",
    [
        *("+77011234567", "87011234567", "77011234567", "7011234567"),
        *("+7 701 123 45 67", "8 (701) 123-45-67", " 8-701-123‑45‑67 ", "+7 701 123.45.67"),
    ],
)
def test_spellings_of_one_number(text: str) -> None:
    assert parse_mobile(text) == "+77011234567"


@pytest.mark.parametrize(
    "text",
    [
        *("1414", "+71414", "", "+79161234567", "+77172123456", "+7701123456", "+770112345678"),
        *("+77031234567", "+77041234567", "+77091234567", "+77501234567", "+77511234567"),
        *("+97011234567", "++77011234567", "+87011234567", "+7701123456x", "+7٧٠١١٢٣٤٥٦٧"),
    ],
)
def test_no_mobile_number_of_kazakhstan(text: str) -> None:
    assert not is_mobile(text)
    with pytest.raises(BadValue) as caught:
        parse_mobile(text)
    assert not text or text not in str(caught.value)


def test_1414_is_a_number_of_its_own_kind() -> None:
    assert is_state_short_number("1414")
    assert not is_state_short_number("+71414")


@pytest.mark.parametrize("code", range(700, 800))
def test_the_same_codes_as_the_numbering_library(code: int) -> None:
    import phonenumbers

    text = f"+7{code}2345678"
    found = phonenumbers.parse(text)
    mobile = phonenumbers.number_type(found) == phonenumbers.PhoneNumberType.MOBILE
    assert is_mobile(text) is (mobile and phonenumbers.is_valid_number_for_region(found, "KZ"))


@given(text=st.text(max_size=16))
def test_any_text_is_answered(text: str) -> None:
    assert not is_mobile(text) or parse_mobile(text).startswith("+77")
