"""`qyzmet amount` as people call it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from qyzmet.commands.amount import amount

LARGE = "LARGE_FAMILY_ALLOWANCE"


def run(*words: str) -> Result:
    return CliRunner().invoke(amount, list(words))


def test_as_text() -> None:
    said = run(LARGE, "--on", "2024-05-01", "children=4").output.replace("\u00a0", " ")
    assert said.startswith("59,183 ₸\n")
    assert "rounded up to 59,183 ₸" in said
    assert "https://sozmedia.kz/32305" in said
    assert "An estimate of the entitlement" in said


def test_as_json() -> None:
    found = json.loads(run(LARGE, "--on", "2025-05-01", "children=5", "--json").output)
    assert (found["amount"], found["currency"]) == (78798, "KZT")
    assert isinstance(found["amount"], int)
    assert len(found["lines"]) == 1
    assert all(source.startswith("https://") for source in found["sources"])


def test_what_is_withheld_is_told_beside_the_amount() -> None:
    words = ("JOB_LOSS_PAYMENT", "--on", "2024-05-01", "average_income=175000", "participation_months=84")
    found = json.loads(run(*words, "--json").output)
    assert (found["amount"], found["gross"], found["withheld"], found["months"]) == (73710, 81900, 8190, 6)
    assert "gross" not in json.loads(run(LARGE, "--on", "2025-05-01", "children=5", "--json").output)


def test_a_part_of_a_tenge_is_told() -> None:
    words = ("JOB_LOSS_PAYMENT", "--on", "2024-05-01", "average_income=595000", "participation_months=240")
    assert json.loads(run(*words, "--json").output)["amount"] == 313267.5


def test_in_russian() -> None:
    found = json.loads(run(LARGE, "--on", "2025-05-01", "children=5", "--json", "--lang", "ru").output)
    assert "округлено вверх" in found["lines"][0]


@pytest.mark.parametrize(
    "words",
    [
        (LARGE, "--on", "2024-05-01", "children=3"),
        (LARGE, "--on", "2027-05-01", "children=4"),
        (LARGE, "--on", "2024-05-01", "children=4", "award=ALTYN_ALQA"),
        ("SURVIVOR_PAYMENT", "--on", "2024-05-01"),
        ("DISABILITY_ALLOWANCE", "--on", "2024-05-01", "group=1", "cause=radiation", "age=40"),
    ],
)
def test_a_refusal_ends_with_1_and_its_reason(words: tuple[str, ...]) -> None:
    plain, told = run(*words), run(*words, "--json")
    assert plain.exit_code == told.exit_code == 1
    assert json.loads(told.output)["refused"] == plain.stderr.strip() != ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("HOUSING", "--on", "2024-05-01"), "there is no benefit 'HOUSING'"),
        ((LARGE, "children=4"), "--on"),
        ((LARGE, "--on", "1 May", "children=4"), "Write it as 2024-05-03"),
        ((LARGE, "--on", "2024-05-01"), "children: is needed"),
        ((LARGE, "--on", "2024-05-01", "children"), "has a key and a value"),
        ((LARGE, "--on", "2024-05-01", "children=4", "children=5"), "given twice"),
        ((LARGE, "--on", "2024-05-01", "children=x"), "whole number"),
    ],
)
def test_bad_input_ends_with_2(words: tuple[str, ...], message: str) -> None:
    for result in (run(*words), run(*words, "--json")):
        assert result.exit_code == 2
        assert message in result.stderr


def test_help_has_an_example() -> None:
    assert "qyzmet amount LARGE_FAMILY_ALLOWANCE --on" in run("--help").output


@pytest.mark.clause("proactive:order.6")
@pytest.mark.parametrize(
    ("day", "outside"),
    [("2022-02-01", True), ("2023-10-02", True), ("2023-10-03", False), ("2024-10-02", False),
     ("2024-10-03", True)],
)  # fmt: skip
def test_an_amount_outside_the_orders_term_says_so(day: str, outside: bool) -> None:
    for language, said in (("en", "the order is not in force"), ("ru", "не действует"), ("kk", "емес (")):
        ran = run("LARGE_FAMILY_ALLOWANCE", "--on", day, "children=4", "--lang", language)
        assert (ran.exit_code, said in ran.output) == (0, outside)
