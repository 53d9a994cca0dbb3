"""The procedure pages that people approved say what the code does; drawings and notices keep to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qyzmet.acts.driving.procedure import PROCEDURES
from qyzmet.cases.drawing.page import page

PAGES = Path(__file__).parents[3] / "docs" / "procedures" / "driving"
REMEDY = "Run `qyzmet draw driving --pages docs/procedures/driving` and read what changed."


@pytest.mark.parametrize("code", PROCEDURES)
def test_the_page_of_a_procedure_is_what_the_code_does(code: str) -> None:
    assert (PAGES / f"{code}.md").read_text() == page(PROCEDURES[code]), REMEDY


@pytest.mark.clause("driving:order.1")
def test_replacement_says_that_it_is_not_from_the_act() -> None:
    said = PROCEDURES["DRIVING_REPLACEMENT"].title
    assert "not from the act" in said["en"]
    assert "актіде жоқ" in said["kk"]
    assert "в акте его нет" in said["ru"]


def test_every_fact_that_a_case_may_hold_has_a_name() -> None:
    from qyzmet.acts.driving.words import FACT_TITLES

    names = {"channel", "authorised", "category", "centre", "region", "exam_language", "age_warning", "duty", "photo",
             "application.number", "school.category", "duty.receipt", "refunds", "photo.order", "formalised", "expired",
             "reason", "print.receipt", "licence", "printed_at", "issued", "issue.receipt", "present.number"}  # fmt: skip
    names |= {f"check.{number}" for number in (0, *range(4, 11))}
    names |= {
        f"{kind}.{what}" for kind in ("theory", "practice") for what in ("booking", "result", "withdrawn")
    }
    assert names == set(FACT_TITLES)
    assert all(set(title) == {"kk", "ru", "en"} for title in FACT_TITLES.values())


def test_the_command_shows_rules_and_refuses_what_is_no_log(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from qyzmet.commands.driving import driving

    said = CliRunner().invoke(driving, ["rules", "--on", "2026-03-02"])
    assert said.exit_code == 0
    assert "unconfirmed" in said.output
    assert CliRunner().invoke(driving, ["rules", "--on", "2010-01-01"]).exit_code != 0
    (tmp_path / "log").write_text("no log")
    assert CliRunner().invoke(driving, ["verify", str(tmp_path / "log")]).exit_code == 2
    assert CliRunner().invoke(driving, ["centres"]).exit_code == 2
