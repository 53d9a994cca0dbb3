"""Odd replies on their whole way, and the one helping SMS (own text, G-19)."""

from __future__ import annotations

import pytest

from tests.acts.proactive.conftest import LARGE, Pilot


@pytest.mark.clause("proactive:§17", "proactive:annex1", "proactive:annex3")
def test_odd_replies_find_their_questions(pilot: Pilot) -> None:
    mother, case = pilot.start(LARGE, "bank_a", "bank_b")
    pilot.reply(mother, "Сәлеметсіз бе! 7 № 1, рахмет")
    assert pilot.step(case) == "ask_banks"
    pilot.reply(mother, "41 3 2 спасибо")
    assert (pilot.facts(case)["bank"], pilot.step(case)) == ("bank_b", "decide")
    assert "help" not in pilot.templates(case)


@pytest.mark.clause("proactive:§16")
def test_an_odd_refusal_after_consent_is_obeyed(pilot: Pilot) -> None:
    mother, case = pilot.consented(LARGE, "bank_a")
    pilot.reply(mother, "жоқ, рахмет. 7 2")
    assert pilot.ending(case) == "refused"


@pytest.mark.clause("proactive:annex1")
def test_the_help_with_consent_names_both_codes_and_no_person(pilot: Pilot) -> None:
    mother, case = pilot.start(LARGE, "bank_a")
    before = pilot.deadline(case), pilot.facts(case), pilot.path(case)
    for text in ("Бұл кім?", "да", "7#1 жоқ"):
        pilot.reply(mother, text)
    assert (pilot.deadline(case), pilot.facts(case), pilot.path(case)) == before
    assert pilot.templates(case) == ["annex1", "help"]
    said = pilot.texts(mother)[-1]
    assert "Келісу үшін: 7#1\nБас тарту үшін: 7#2\n" in said
    assert "Құрметті" not in said


@pytest.mark.clause("proactive:annex2", "proactive:annex3")
def test_the_help_with_banks_names_the_codes_of_the_question(pilot: Pilot) -> None:
    """A code of another service finds the only open question, and is no answer to it."""
    mother, case = pilot.consented(LARGE, "bank_a", "bank_b")
    pilot.reply(mother, "42#3#1")
    assert pilot.step(case) == "ask_banks"
    assert pilot.templates(case) == ["annex1", "annex3", "help"]
    said = pilot.texts(mother)[-1]
    assert "41#3#1\n" in said
    assert "41#3#2\n" in said
    assert "Басқа банк: 41#3#0" in said
