"""The procedure pages that people approved say what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from qyzmet.acts.proactive import procedures
from qyzmet.cases.drawing.page import page

PAGES = Path(__file__).parents[3] / "docs" / "procedures"
PROCEDURES = procedures()
REMEDY = "Run `qyzmet draw proactive --pages docs/procedures` and read what changed."


@pytest.mark.parametrize("code", PROCEDURES)
def test_the_page_of_a_procedure_is_what_the_code_does(code: str) -> None:
    assert (PAGES / f"{code}.md").read_text() == page(PROCEDURES[code]), REMEDY


def test_there_is_a_page_for_each_procedure_and_no_other() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == set(PROCEDURES), REMEDY


def test_a_page_has_every_step_with_its_paragraph_in_each_language() -> None:
    text = page(PROCEDURES["LARGE_FAMILY_ALLOWANCE"])
    for step in PROCEDURES["LARGE_FAMILY_ALLOWANCE"].steps.values():
        assert text.count(f"| `{step.name}` | {step.clause.place} |") == 3
        assert all(step.title[language] in text for language in ("kk", "ru", "en"))
    assert "3 жұмыс күні" in text
    assert "3 рабочих дня" in text
