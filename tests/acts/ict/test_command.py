"""`qyzmet ict` as its users type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qyzmet.commands.ict import ict


def _run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(ict, list(words))
    return found.exit_code, found.output


def test_classify_gives_items_best_first_with_reasons() -> None:
    code, said = _run("classify", "Мобильді ойын әзірлейміз", "--json")
    items = json.loads(said)["items"]
    assert code == 0
    assert items[0]["item"] == 16
    assert items[0]["excluded"] is False
    assert any("ойын" in reason for reason in items[0]["reasons"])
    assert [each["score"] for each in items] == sorted((each["score"] for each in items), reverse=True)


def test_classify_shows_an_exclusion_that_is_named() -> None:
    items = json.loads(_run("classify", "Информационная система для министерства", "--json")[1])["items"]
    assert {each["item"]: each["excluded"] for each in items}[2] is True
    said = _run("classify", "Дата-центр для майнеров", "--lang", "ru")[1]
    assert "исключено" in said


def test_nothing_named_says_what_to_do() -> None:
    code, said = _run("classify", "хлеб")
    assert (code, "closed" in said) == (0, True)
    assert json.loads(_run("classify", "", "--json")[1]) == {"items": []}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2", "--answer", "state_body_system=yes", "--on", "2026-03-01"), "is excluded by item 2"),
        (("2", "--answer", "state_body_system=no", "--on", "2026-03-01"), "--answer actions="),
        (
            ("17", "--answer", "directions=17.14", "--on", "2026-03-01", "--lang", "kk"),
            "бағдарламалау тілдері",
        ),
    ],
)
def test_determine(words: tuple[str, ...], said: str) -> None:
    code, output = _run("determine", *words)
    assert (code, said in output) == (0, True)


@pytest.mark.parametrize("words", [("2", "--on", "2025-12-31"), ("20",), ("2", "--answer", "colour=red")])
def test_determine_refuses_with_the_reason(words: tuple[str, ...]) -> None:
    code, said = _run("determine", *words)
    assert code != 0
    assert said.strip()


def test_check_says_the_share_and_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "income.csv"
    head = "period_from,period_to,description,amount,item,answers\n"
    file.write_text(
        head + "2026-01-01,2026-03-31,мобильная игра,800,16,actions=REALISE\n"
        "2026-01-01,2026-03-31,аренда офиса,200,,\n",
        encoding="utf-8",
    )
    code, said = _run("check", str(file))
    assert code == 0
    assert "800 of 1000 tenge" in said
    assert "not met: 1000 tenge" in said
    assert "row 3" in said
    file.write_text(head + "2026-01-01,2026-03-31,игра,-1,,\n", encoding="utf-8")
    code, said = _run("check", str(file))
    assert (code, "row 2  amount" in said) == (1, True)
    found = json.loads(_run("check", str(file), "--json")[1])
    assert found["bad"][0]["field"] == "amount"
