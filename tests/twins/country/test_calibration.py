"""The country against the published figures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from qyzmet_twins.country import Country, Row, calibration, events, table_text
from qyzmet_twins.country.regions import regions

DOCS = Path(__file__).parents[3] / "docs" / "country.md"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    country = Country.generate(200_000, seed=2024)
    return calibration(country, events(country, country.on + timedelta(days=1), 366))


def test_each_figure_is_within_a_tenth_or_explained(rows: list[Row]) -> None:
    assert len(rows) >= 50
    unexplained = [f"{row.what}: {row.ratio:.2f}" for row in rows if not row.within and not row.explanation]
    assert not unexplained


def test_hardly_anything_needs_an_explanation(rows: list[Row]) -> None:
    assert sum(not row.within for row in rows) <= 5


@pytest.mark.parametrize(
    "what",
    ["fourth and later births, %", "paid large families per 1,000 people", "exactly four children, % of them",
     "mean payment of 2025, tenge", "awarded mothers per 1,000 people", "at the higher rate, % of them"],
)  # fmt: skip
def test_what_the_benefits_rest_on_is_within_a_tenth(rows: list[Row], what: str) -> None:
    (row,) = [row for row in rows if row.what == what]
    assert row.within


def test_the_table_in_the_docs_is_true(rows: list[Row]) -> None:
    """But for the last digits, which may differ from one processor to another."""
    hint = "Run .venv/bin/python bench/country.py --write-docs and read what changed."
    page = DOCS.read_text(encoding="utf-8")
    written = cells(page.split("<!-- table: begin -->")[1].split("<!-- table: end -->")[0])
    now = cells(table_text(rows))
    assert [row[:2] for row in written] == [row[:2] for row in now], hint
    for old, new in zip(written[2:], now[2:], strict=True):
        assert number(old[2]) == pytest.approx(number(new[2]), rel=0.03), hint


def cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line]


def number(text: str) -> float:
    return float(text.replace(",", ""))


def test_an_unexplained_row_says_nothing() -> None:
    assert Row("x", 1.0, "s", 1.5).explanation == ""
    assert "chance" in Row("x", 1.0, "s", 1.2, cases=30).explanation
    assert Row("x", 1.0, "s", 1.2, cases=3_000).explanation == ""
    assert Row("x", 1.0, "s", 1.05, cases=30).explanation == ""


def test_the_regions_are_the_published_twenty() -> None:
    assert len(regions()) == len({region.code for region in regions()}) == 20
    assert sum(region.total_2023 for region in regions()) == 19_765_004
