"""The picture is well-formed, needs nothing from elsewhere, and can be read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from qyzmet.cases.drawing.svg import COLOURS, FAINT, INK, WAY, to_svg
from qyzmet.cases.drawing.words import limit_words, width_of, wrapped
from qyzmet.cases.procedure import Kind, Limit, Procedure
from qyzmet.runtime.errors import UnknownName
from tests.cases.drawing.generated import procedures
from tests.cases.drawing.tables import ACT, large, small

SVG = {"s": "http://www.w3.org/2000/svg"}


def parsed(svg: str) -> Any:
    return etree.fromstring(svg.encode())


def texts(tree: Any) -> list[str]:
    return [str(text) for text in tree.xpath("//s:text/text()", namespaces=SVG)]


def test_every_step_stands_there_with_its_clause_and_its_limit() -> None:
    tree = parsed(to_svg(small()))
    steps = tree.xpath("//s:g[@data-step]", namespaces=SVG)
    assert [step.get("data-step") for step in steps] == list(small().steps)
    ask = next(step for step in steps if step.get("data-step") == "ask")
    assert [text.text for text in ask.findall("s:text", SVG)] == [
        "Ask whether the aid",
        "is wanted",
        "§2",
        "3 working days, §2",
    ]
    said = texts(tree)
    assert {"Office", "Bank desk", "Head of the", "yes", "none", "Message and reply", "Ending"} <= set(said)


def test_the_way_of_a_case_and_its_place_stand_out() -> None:
    plain, shown = parsed(to_svg(small())), parsed(to_svg(small(), at="account", done=["check", "ask"]))
    strong = f"//s:polyline[@stroke='{WAY}']"
    assert not plain.xpath(strong, namespaces=SVG)
    assert len(shown.xpath(strong, namespaces=SVG)) == 2
    (flag,) = shown.xpath("//s:g[s:text='the case is here']", namespaces=SVG)
    assert flag.get("data-step") == "account"
    assert shown.findtext("s:desc", namespaces=SVG).endswith("The case is at: Look for an account.")


@pytest.mark.parametrize("wrong", [{"at": "nowhere"}, {"done": ["check", "nowhere"]}])
def test_a_step_that_the_procedure_does_not_have_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnknownName, match="nowhere"):
        to_svg(small(), **wrong)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("kk", {"Жылытуға көмек", "3 жұмыс күні, §2", "Хабарлама және жауап"}),
        ("ru", {"Помощь на отопление", "3 рабочих дня, §2", "Сообщение и ответ"}),
        ("en", {"Heating aid", "3 working days, §2", "Message and reply"}),
        ("de", {"Heating aid", "3 working days, §2", "Message and reply"}),
    ],
)
def test_the_picture_speaks_the_language_and_falls_back_to_english(language: str, expected: set[str]) -> None:
    tree = parsed(to_svg(small(), language))
    assert expected <= set(texts(tree))
    assert "Decide" in texts(tree)


def test_it_is_accessible_and_self_contained() -> None:
    svg = to_svg(large(), "kk")
    tree = parsed(svg)
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "title desc"
    assert tree.findtext("s:title", namespaces=SVG) == "Өтінішсіз көрсетілетін көмек"
    assert not tree.xpath("//s:script | //s:image | //s:foreignObject | //s:style", namespaces=SVG)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|on\w+=", svg)


def test_long_titles_wrap_inside_their_box() -> None:
    tree = parsed(to_svg(large(), "kk"))
    (step,) = tree.xpath("//s:g[@data-step='second_check']", namespaces=SVG)
    box = step.find("s:rect", SVG)
    lines = step.findall("s:text", SVG)
    assert len(lines) > 4
    for line in lines:
        assert width_of(line.text, float(line.get("font-size"))) <= float(box.get("width"))
        assert float(box.get("y")) < float(line.get("y")) < float(box.get("y")) + float(box.get("height"))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("fill", [*(fill for fill, _ in COLOURS.values()), "#f5f7f9", "#e8ecf0"])
@pytest.mark.parametrize("ink", [INK, FAINT])
def test_text_stands_out_from_its_ground(fill: str, ink: str) -> None:
    assert (_luminance(fill) + 0.05) / (_luminance(ink) + 0.05) >= 4.5


def test_the_flag_of_the_case_stands_out_too() -> None:
    assert 1.05 / (_luminance(WAY) + 0.05) >= 4.5
    assert set(COLOURS) == set(Kind)


@given(procedures())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_sound_procedure_can_be_drawn(procedure: Procedure) -> None:
    tree = parsed(to_svg(procedure, at=procedure.start))
    assert len(tree.xpath("//s:g[@data-step]", namespaces=SVG)) == len(procedure.steps)


@pytest.mark.parametrize(
    ("days", "language", "expected"),
    [
        (1, "en", "1 working day, §2"),
        (1, "ru", "1 рабочий день, §2"),
        (4, "ru", "4 рабочих дня, §2"),
        (11, "ru", "11 рабочих дней, §2"),
        (21, "ru", "21 рабочий день, §2"),
        (22, "ru", "22 рабочих дня, §2"),
        (25, "ru", "25 рабочих дней, §2"),
        (25, "kk", "25 жұмыс күні, §2"),
    ],
)
def test_limits_are_said_in_the_grammar_of_the_language(days: int, language: str, expected: str) -> None:
    assert limit_words(Limit(days, ACT["§2"]), language) == expected


def test_a_word_that_is_too_long_is_broken_and_nothing_is_lost() -> None:
    word = "форматтықлогикалықбақылауданөткізілгендіктен"
    lines = wrapped(f"осы {word}", 13, 120)
    assert all(width_of(line, 13) <= 120 for line in lines)
    assert "".join(line.removesuffix("-") for line in lines) == f"осы{word}"


def test_a_line_breaks_at_a_hyphen_before_it_breaks_a_word() -> None:
    assert wrapped("форматтық-логикалық бақылау", 13, 100) == ["форматтық-", "логикалық", "бақылау"]
    assert wrapped("", 13, 100) == [""]
