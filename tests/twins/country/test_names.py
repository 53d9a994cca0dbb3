"""Names in Kazakh and Russian fashion."""

from __future__ import annotations

import pytest

from qyzmet_twins.country.names import OVICH, ULY, in_russian, patronymic, surname_form


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("Владимир", "Владимирович", "Владимировна"),
        ("Сергей", "Сергеевич", "Сергеевна"),
        ("Юрий", "Юрьевич", "Юрьевна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Михаил", "Михайлович", "Михайловна"),
        ("Лев", "Львович", "Львовна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Серік", "Серикович", "Сериковна"),
        ("Абай", "Абаевич", "Абаевна"),
        ("Али", "Алиевич", "Алиевна"),
        ("Әміре", "Амирович", "Амировна"),
    ],
)
def test_patronymics_in_russian_fashion(father: str, son: str, daughter: str) -> None:
    assert patronymic(father, True, OVICH) == son
    assert patronymic(father, False, OVICH) == daughter


def test_patronymics_in_kazakh_fashion() -> None:
    assert patronymic("Нұрлан", True, ULY) == "Нұрланұлы"
    assert patronymic("Серік", False, ULY) == "Серікқызы"


@pytest.mark.parametrize(
    ("surname", "hers"),
    [("Ахметов", "Ахметова"), ("Ибраев", "Ибраева"), ("Мусин", "Мусина"), ("Серік", "Серік"),
     ("Шевченко", "Шевченко"), ("Ким", "Ким")],
)  # fmt: skip
def test_surnames_of_women(surname: str, hers: str) -> None:
    assert surname_form(surname, male=False) == hers
    assert surname_form(surname, male=True) == surname


def test_kazakh_letters_in_russian_text() -> None:
    assert [in_russian(name) for name in ("Нұрсұлтан", "Гүлнар", "Ибраһим")] == [
        "Нурсултан",
        "Гульнар",
        "Ибрахим",
    ]
