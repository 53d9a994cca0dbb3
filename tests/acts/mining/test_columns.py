"""Every column of the form, both sides of each line: what is right, and what is found and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from qyzmet.acts.mining.columns import COLUMNS, column_of
from qyzmet.acts.mining.rules import RULES
from tests.acts.mining.reports import BITCOIN, checked, codes, file, policies, row, rows
from tests.cases.conftest import iin

COL = "mining:annex§3.col{}".format


def test_a_right_report_has_no_findings(tmp_path: Path) -> None:
    outcome, found = checked(file(tmp_path, rows(30)))
    assert found == []
    assert (outcome.rows, outcome.good, outcome.kind) == (30, 30, "csv")
    assert outcome.totals == {"Bitcoin": {"coin": "BTC", "amount": "0.000000465", "rows": 30}}


@pytest.mark.parametrize(("column", "value", "code"), [
    pytest.param(1, "x", "number_form", marks=pytest.mark.clause("mining:annex§3.col1")),
    pytest.param(1, "Итого", "total_row", marks=pytest.mark.clause("mining:annex§3.col1")),
    pytest.param(1, "3", "number_order", marks=pytest.mark.clause("mining:annex§3.col1")),
    pytest.param(2, iin(7)[:-1] + str((int(iin(7)[-1]) + 1) % 10), "person_check", marks=pytest.mark.clause("mining:annex§3.col2")),
    pytest.param(2, "12345678901", "person_zero", marks=pytest.mark.clause("mining:annex§3.col2")),
    pytest.param(2, "ЖСН", "person_form", marks=pytest.mark.clause("mining:annex§3.col2")),
    pytest.param(3, "=cmd", "formula", marks=pytest.mark.clause("mining:annex§3.col3")),
    pytest.param(3, "ж" * 301, "too_long", marks=pytest.mark.clause("mining:annex§3.col3")),
    pytest.param(4, "", "required", marks=pytest.mark.clause("mining:annex§3.col4")),
    pytest.param(5, "2026-02-30", "day_none", marks=pytest.mark.clause("mining:annex§3.col5")),
    pytest.param(5, "0000-01-01", "day_none", marks=pytest.mark.clause("mining:annex§3.col5")),
    pytest.param(5, "03.02.2025", "day_form", marks=pytest.mark.clause("mining:annex§3.col5")),
    pytest.param(5, "45691", "day_serial", marks=pytest.mark.clause("mining:annex§3.col5")),
    pytest.param(5, "2026-05-05", "licence_after", marks=pytest.mark.clause("mining:annex§3.col5")),
    pytest.param(6, BITCOIN[:-1] + "b", "wallet_checksum", marks=pytest.mark.clause("mining:annex§3.col6")),
    pytest.param(6, "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L", "wallet_other_coin", marks=pytest.mark.clause("mining:annex§3.col6")),
    pytest.param(7, "2026-04-30", "outside_month", marks=pytest.mark.clause("mining:annex§3.col7", "mining:form.5")),
    pytest.param(7, "2026-06-01", "outside_month", marks=pytest.mark.clause("mining:annex§3.col7", "mining:form.5")),
    pytest.param(8, "", "required", marks=pytest.mark.clause("mining:annex§3.col8")),
    pytest.param(9, "0,5", "amount_comma", marks=pytest.mark.clause("mining:annex§3.col9")),
    pytest.param(9, "5E-7", "amount_scientific", marks=pytest.mark.clause("mining:annex§3.col9")),
    pytest.param(9, "-1", "amount_negative", marks=pytest.mark.clause("mining:annex§3.col9")),
    pytest.param(9, "0.1234567890123456789", "amount_places", marks=pytest.mark.clause("mining:annex§3.col9")),
    pytest.param(9, "1234567890123456", "amount_digits", marks=pytest.mark.clause("mining:annex§3.col9")),
    pytest.param(9, "1 000", "amount_form", marks=pytest.mark.clause("mining:annex§3.col9")),
    pytest.param(10, "0.0000000001", "combined_less", marks=pytest.mark.clause("mining:annex§3.col10")),
    pytest.param(10, "", "pair_transfer", marks=pytest.mark.clause("mining:annex§3.col10")),
    pytest.param(11, "", "pair_transfer", marks=pytest.mark.clause("mining:annex§3.col11")),
    pytest.param(11, "2026-05-03", "transfer_before", marks=pytest.mark.clause("mining:annex§3.col11")),
    pytest.param(12, "", "pair_asset", marks=pytest.mark.clause("mining:annex§3.col12")),
    pytest.param(13, "", "pair_asset", marks=pytest.mark.clause("mining:annex§3.col13")),
    pytest.param(13, "x", "amount_form", marks=pytest.mark.clause("mining:annex§3.col13")),
    pytest.param(14, "KZT", "pair_currency", marks=pytest.mark.clause("mining:annex§3.col14")),
    pytest.param(15, "5", "pair_currency", marks=pytest.mark.clause("mining:annex§3.col15")),
])  # fmt: skip
def test_what_is_wrong_is_found_once_and_named(tmp_path: Path, column: int, value: str, code: str) -> None:
    spoiled = [row(1), row(2, **{f"c{column}": value}), row(3), row(4)]
    found = codes(file(tmp_path, spoiled))
    # A pair is told at the column that lacks; a number out of order also breaks the one that follows.
    told = {14: 15, 15: 14}.get(column, column)
    of_row = [each for each in found if each[0] == 2]
    assert (2, told, code) in of_row
    assert all(RULES[each[2]].severity == "warning" for each in of_row if each != (2, told, code))
    assert {each[0] for each in found} <= ({2, 3} if code == "number_order" else {2})


@pytest.mark.parametrize("changed", [
    {"c10": "", "c11": ""}, {"c12": "", "c13": ""}, {"c14": "теңге", "c15": "12.50"},
    {"c9": "0", "c10": "0"}, {"c9": "123456789012345.123456789012345678", "c10": "999999999999999"},
    {"c7": "2026-05-31", "c11": "2026-06-20"}, {"c7": "2026-05-01", "c11": "2026-05-01"}, {"c5": "2026-05-04"},
])  # fmt: skip
@pytest.mark.clause(
    "mining:annex§3.col9", "mining:annex§3.col11", "mining:annex§3.col13", "mining:annex§3.col15"
)
def test_what_is_right_is_not_found_fault_with(tmp_path: Path, changed: dict[str, str]) -> None:
    assert codes(file(tmp_path, [row(1, **changed)])) == []


@pytest.mark.clause("mining:annex§3")
@pytest.mark.parametrize("column", [column for column in COLUMNS if column.required], ids=lambda c: c.name)
def test_an_empty_required_column_is_named(tmp_path: Path, column: object) -> None:
    number = column.number  # type: ignore[attr-defined]
    assert codes(file(tmp_path, [row(1, **{f"c{number}": "  "})])) == [(1, number, "required")]


@pytest.mark.clause("mining:annex§3.col1")
def test_after_a_gap_the_numbers_go_on_from_where_they_are(tmp_path: Path) -> None:
    numbers = [1, 2, 4, 5, 6]
    lines = [row(n) for n in numbers]
    assert codes(file(tmp_path, lines)) == [(3, 1, "number_order")]


@pytest.mark.clause("mining:annex§3.col8")
def test_an_unknown_coin_is_a_warning_and_its_wallet_is_not_checked(tmp_path: Path) -> None:
    outcome, found = checked(file(tmp_path, [row(1, c8="Ergo", c6="whatever", c12="", c13="")]))
    assert [(each.column, each.code) for each in found] == [(8, "wallet_unknown")]
    assert outcome.errors(policies()) == 0


def test_a_row_that_repeats_another_is_found(tmp_path: Path) -> None:
    lines = [*rows(3), [str(4), *row(2)[1:]], [str(5), *row(2)[1:]]]
    outcome, found = checked(file(tmp_path, lines))
    assert [(each.row, each.code) for each in found] == [(4, "duplicate"), (5, "duplicate")]
    assert outcome.good == 3


def test_control_totals_are_compared(tmp_path: Path) -> None:
    path = file(tmp_path, rows(3))
    assert (
        codes(path, control={"rows": 3, "amounts": {"BTC": "0.000000006", "Bitcoin": "0.000000006000"}}) == []
    )
    assert codes(path, control={"rows": 4}) == [(0, 0, "control_total")]
    assert codes(path, control={"amounts": {"BTC": "0.000000007"}}) == [(0, 9, "control_total")]


def test_readings_turn_errors_into_warnings(tmp_path: Path) -> None:
    path = file(tmp_path, [row(1, c7="2026-04-30", c6=BITCOIN[:-1] + "b")])
    outcome, found = checked(path, policies(G_06="WARNING", wallets="WARNING"))
    assert len(found) == 2
    assert outcome.errors(policies(G_06="WARNING", wallets="WARNING")) == 0
    assert outcome.errors(policies()) == 2


def test_every_finding_is_told_not_only_the_first_thousand(tmp_path: Path) -> None:
    lines = [row(number, c3="", c4="") for number in range(1, 6001)]
    outcome, found = checked(file(tmp_path, lines))
    assert len(found) == 12_000
    assert found[-1].row == 6000
    assert outcome.bad == 6000


def test_rules_and_remedies_are_there_in_three_languages(tmp_path: Path) -> None:
    for rule in RULES.values():
        texts = [text for language in ("kk", "ru", "en") for text in rule.texts[language]]
        assert len(set(texts)) == 6, rule.code
    _, (found,) = checked(file(tmp_path, [row(1, c9="0,5")]))
    told = found.told("ru")
    assert told["rule"] == "десятичная запятая"
    assert (told["row"], told["line"], told["value"], told["clause"]) == (1, 2, "0,5", COL(9))


@pytest.mark.clause("mining:annex§3")
def test_headings_are_known_in_three_languages_and_by_number() -> None:
    for column in COLUMNS:
        for heading in (
            *column.titles.values(),
            column.name,
            f"C{column.number}",
            column.titles["kk"].upper(),
        ):
            assert column_of(f" {heading} ") is column
    assert column_of("IIN of somebody") is None
