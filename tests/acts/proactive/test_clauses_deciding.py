"""§23 to §28 and §46, §47: application, the authorised body, completion, E-Maket, the last SMS."""

from __future__ import annotations

import pytest

from qyzmet.cases import tasks
from qyzmet.runtime.errors import Refused, UnknownName
from tests.acts.proactive.conftest import AWARDED, LARGE, Pilot

BOTH = pytest.mark.parametrize("benefit", [LARGE, AWARDED])


@pytest.mark.clause("proactive:§23", "proactive:§23.1", "proactive:§23.2", "proactive:§23.3",
                    "proactive:§46", "proactive:§46.1", "proactive:§46.2", "proactive:§46.3")  # fmt: skip
@BOTH
def test_23_46_formed_registered_drafted_at_once(benefit: str, pilot: Pilot) -> None:
    """In this order, in one run from the choice of the account on."""
    mother, case = pilot.consented(benefit, "bank_b")
    before = len(pilot.headers(case))
    pilot.reply(mother, ("41" if benefit == LARGE else "42") + "#3#1")
    first = pilot.headers(case)[before]
    steps = [step for step, _, _, _ in first["steps"]]
    assert steps[:4] == ["ask_bank", "application", "register", "draft"]
    facts = pilot.facts(case)
    assert facts["application"] == {"bank": "bank_b", "form": "proactive"}
    assert facts["application.number"] == f"2024-{case:09d}"
    assert facts["amount"] == (5_918_300 if benefit == LARGE else 2_362_900)
    assert ("§23.3" if benefit == LARGE else "§46.3", "drafted") in pilot.findings(case)


@pytest.mark.clause("proactive:§23.3", "proactive:§24")
def test_24_the_authorised_body_has_the_case_file(pilot: Pilot) -> None:
    """One task, for the office of the recipient's region, with three outcomes and the deadline."""
    _, case = pilot.chosen(LARGE)
    task = pilot.open_task(case)
    assert (task.role, task.office, task.region) == ("authorised_body", "committee/75", "75")
    assert (task.clause, task.step) == ("proactive:§24", "decide")
    assert task.outcomes == ["appoint", "refuse", "return"]
    assert task.deadline_at == pilot.deadline(case)


@pytest.mark.clause("proactive:§24")
def test_24_one_decision_is_taken_once(pilot: Pilot) -> None:
    _, case = pilot.chosen(LARGE)
    task = pilot.open_task(case)
    connection = pilot.worker.engine.store.connection
    with pytest.raises(UnknownName):
        tasks.complete(connection, task.id, task.version, "officer-1", "postpone", pilot.clock)
    tasks.complete(connection, task.id, task.version, "officer-1", "refuse", pilot.clock)
    with pytest.raises(Refused):
        tasks.complete(connection, task.id, task.version, "officer-2", "appoint", pilot.clock)
    pilot.run()
    assert (pilot.ending(case), pilot.facts(case)["decide.by"]) == ("decision_refused", "officer-1")


@pytest.mark.clause("proactive:§24")
def test_24_a_late_decision_is_still_a_decision(pilot: Pilot) -> None:
    """The act sets a limit and no consequence: the case is shown as overdue."""
    _, case = pilot.chosen(LARGE)
    pilot.after(days=20)
    assert pilot.facts(case)["decide.overdue"] is True
    pilot.decide(case, "appoint")
    assert pilot.ending(case) == "appointed"


@pytest.mark.clause("proactive:§25")
def test_25_return_with_an_sms(pilot: Pilot) -> None:
    mother, case = pilot.chosen(LARGE)
    pilot.decide(case, "return")
    task = pilot.open_task(case)
    assert (task.role, task.office) == ("state_corporation", "state_corporation/75")
    assert (task.clause, task.outcomes) == ("proactive:§26", ["brought"])
    assert pilot.messages(case)[-1] == ("completion", "§25")
    assert "25 жұмыс күні ішінде" in pilot.texts(mother)[-1]


@pytest.mark.clause("proactive:§26")
def test_26_supplemented_and_sent_back(pilot: Pilot) -> None:
    _, case = pilot.chosen(LARGE)
    pilot.decide(case, "return")
    pilot.after(days=1)
    pilot.decide(case, "brought", "clerk-7")
    task = pilot.open_task(case)
    assert (task.role, task.outcomes) == ("state_corporation", ["supplemented"])
    pilot.decide(case, "supplemented", "clerk-7")
    assert pilot.open_task(case).outcomes == ["appoint", "refuse", "return"]
    assert pilot.facts(case)["documents.by"] == pilot.facts(case)["supplement.by"] == "clerk-7"


@pytest.mark.clause("proactive:§25", "proactive:§26", "proactive:§26.part2")
def test_26_a_second_return_has_periods_of_its_own(pilot: Pilot) -> None:
    _, case = pilot.chosen(LARGE)
    pilot.decide(case, "return")
    first = pilot.deadline(case)
    pilot.after(days=4)
    pilot.decide(case, "brought")
    pilot.decide(case, "supplemented")
    pilot.decide(case, "return")
    second = pilot.deadline(case)
    assert first is not None
    assert second is not None
    assert second > first
    assert pilot.templates(case).count("completion") == 2


@pytest.mark.clause("proactive:§26.part2", "proactive:§28")
def test_26_part_2_the_authorised_body_issues_the_refusal(pilot: Pilot) -> None:
    """After 25 working days without documents; the recipient is told under §28."""
    mother, case = pilot.chosen(LARGE)
    pilot.decide(case, "return")
    pilot.after(days=50)
    task = pilot.open_task(case)
    assert (task.role, task.office, task.outcomes) == ("authorised_body", "committee/75", ["refuse"])
    assert task.clause == "proactive:§26.part2"
    assert ("§26.part2", "nothing") in pilot.findings(case)
    pilot.decide(case, "refuse")
    assert pilot.ending(case) == "refused_without_documents"
    assert pilot.messages(case)[-1] == ("decided", "§28")
    assert "бас тартылды" in pilot.texts(mother)[-1]
    assert ("§26.part2", "refuse") in pilot.findings(case)


@pytest.mark.clause("proactive:§27")
def test_27_placed_for_payment_after_the_decision(pilot: Pilot) -> None:
    _, case = pilot.chosen(LARGE)
    assert pilot.placed() == []
    pilot.decide(case, "appoint")
    assert pilot.facts(case)["odk.receipt"].startswith("ODK-")
    assert [row for row in pilot.path(case) if row[0] == "place"] == [("place", "placed", "§27")]


@pytest.mark.clause("proactive:§28", "proactive:§47")
@BOTH
def test_28_47_the_recipient_is_told_and_sdu_informed(benefit: str, pilot: Pilot) -> None:
    mother, case = pilot.chosen(benefit)
    if benefit == LARGE:
        pilot.decide(case, "appoint")
    paragraph = "§28" if benefit == LARGE else "§47"
    assert pilot.path(case)[-2:] == [
        ("tell_appointed", "sent", paragraph),
        ("inform_appointed", "informed", paragraph),
    ]
    assert "тағайындалды" in pilot.texts(mother)[-1]


@pytest.mark.clause("proactive:§28")
def test_28_a_refusal_is_told_and_pays_nothing(pilot: Pilot) -> None:
    mother, case = pilot.chosen(LARGE)
    pilot.decide(case, "refuse")
    assert pilot.path(case)[-2:] == [("tell_refused", "sent", "§28"), ("inform_refused", "informed", "§28")]
    assert "тағайындаудан бас тартылды" in pilot.texts(mother)[-1]
    assert pilot.placed() == []


@pytest.mark.clause("proactive:§46", "proactive:§46.4", "proactive:§46.5")
def test_46_e_maket_decides_without_an_official(pilot: Pilot) -> None:
    """No task is ever opened (G-28), nobody refuses (G-24), and it takes no time."""
    _, case = pilot.chosen(AWARDED)
    assert pilot.ending(case) == "appointed"
    assert pilot.rows("SELECT count(*) FROM tasks") == [(0,)]
    assert len(pilot.placed()) == 1
    assert ("§46.4", "appoint") in pilot.findings(case)
    assert "ДЕМО" in pilot.decision(case).signer
