"""IBAN of Kazakhstan: shape and check by 97."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.people.iban import bank_code, check_digits, is_iban, parse_iban
from qyzmet.runtime.errors import BadValue


@pytest.mark.parametrize("text", ["KZ86125KZT5004100100", "KZ563190000012344567"])
def test_published_samples(text: str) -> None:
    assert is_iban(text)
    assert parse_iban(f" {text[:4].lower()} {text[4:]} ") == text
    assert bank_code(text) == text[4:7]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "13 Latin letters"),
        ("KZ86125KZT500410010", "13 Latin letters"),
        ("KZ86125KZT50041001000", "13 Latin letters"),
        ("DE89370400440532013000", "13 Latin letters"),
        ("KZ8612АKZT5004100100", "13 Latin letters"),  # a Cyrillic letter in the bank's code
        ("KZ86125KZТ5004100100", "13 Latin letters"),  # a Cyrillic letter in the account
        ("KZ87125KZT5004100100", "check digits"),
        ("KZ86125KZT5004100101", "check digits"),
    ],
)
def test_wrong_numbers_are_refused_without_being_shown(text: str, match: str) -> None:
    assert not is_iban(text)
    with pytest.raises(BadValue, match=match) as caught:
        parse_iban(text)
    assert not text or text not in str(caught.value)


ACCOUNTS = st.from_regex(r"[0-9]{3}[0-9A-Z]{13}", fullmatch=True)


@given(account=ACCOUNTS, place=st.integers(0, 15), sign=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_found(account: str, place: int, sign: str) -> None:
    digits = check_digits(account)
    assert is_iban(f"KZ{digits}{account}")
    changed = f"{account[:place]}{sign}{account[place + 1 :]}"
    if account[place] in "0123456789" and changed != account:
        assert not is_iban(f"KZ{digits}{changed}")
