"""Names: tidied spelling, Kazakh letters kept, what is in no name refused. All names are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.people.names import person_name, tidy_name
from qyzmet.runtime.errors import BadValue


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("  ӘЛІМЖАНОВА ", "Әлімжанова"),
        ("құралай", "Құралай"),
        ("ГҮЛ-ЖАМАЛ", "Гүл-Жамал"),
        ("гүл–жамал", "Гүл-Жамал"),
        ("Петрова\u00a0  Сидорова", "Петрова Сидорова"),
        ("АХМЕТ ОҒЛЫ", "Ахмет оғлы"),
        ("ахмет кызы", "Ахмет кызы"),
        ("Серікқызы", "Серікқызы"),
        ("И\u0306ОРДАН", "Йордан"),  # two signs for one letter
        ("o’neil", "O'Neil"),
        ("МАР’ЯНА", "Мар'яна"),
        ("ΣIMON", None),  # a Greek letter
        ("Ahmet", "Ahmet"),
        ("Ы", "Ы"),
    ],
)
def test_spelling(text: str, tidy: str | None) -> None:
    if tidy is None:
        with pytest.raises(BadValue):
            tidy_name(text)
    else:
        assert tidy_name(text) == tidy


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "1 to 120"),
        ("   ", "1 to 120"),
        ("А" * 121, "1 to 120"),
        ("Иван2", "letters, dashes"),
        ("Иван\x00", "control"),
        ("Ива\u200bн", "control"),
        ("Иван\n", "control"),
        ("-Иван", "letters, dashes"),
        ("Анна--Мария", "letters, dashes"),
        ("'", "letters, dashes"),
        ("Иван;", "letters, dashes"),
        ("<b>", "letters, dashes"),
        ("Әлiм", "mixes Latin and Cyrillic"),  # a Latin i in a Kazakh name
    ],
)
def test_what_is_in_no_name(text: str, match: str) -> None:
    with pytest.raises(BadValue, match=match) as caught:
        tidy_name(text, "surname")
    assert str(caught.value).startswith("surname: ")
    assert len(text.strip()) < 4 or text not in str(caught.value)


def test_the_order_is_surname_name_patronymic() -> None:
    found = person_name("ӘЛІМЖАНОВ", "ерлан", "СЕРІКҰЛЫ")
    assert found.full == str(found) == "Әлімжанов Ерлан Серікұлы"
    assert person_name("Ли", "Анна", " ").full == "Ли Анна"
    assert "Ерлан" not in repr(found)


@given(text=st.text(alphabet="аәбвгғІіңҒҚқөұүһЁё- '’–\u00a0", max_size=30))
def test_tidying_twice_changes_nothing(text: str) -> None:
    try:
        once = tidy_name(text)
    except BadValue:
        return
    assert tidy_name(once) == once
