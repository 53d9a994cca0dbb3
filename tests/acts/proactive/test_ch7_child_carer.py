"""Chapter 7, allowance for the person raising a child with disability: §116 to §136."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.acts.proactive.conftest import MakePilot, Pilot
from tests.acts.proactive.stories import CARER, DISABILITY, chosen, officials, start

TO_CHOICE = [
    ("identify_carer", "identified", "§116"),
    ("existing", "nothing", "§116"),
    ("orphanage", "at_home", "§116"),
    ("confirm", "confirmed", "§118"),
    ("list", "handed_over", "§117"),
    ("mlsp_data", "received", "§119"),
    ("flc", "passed", "§119"),
    ("eligible", "told", "§120"),
    ("number", "found", "§122"),
    ("consent_request", "registered", "§125"),
    ("consent", "agree", "§125"),
    ("consent_record", "recorded", "§127"),
    ("consented", "handed_over", "§127"),
    ("accounts", "one_bank", "§128"),
    ("ask_bank", "chosen", "§129.1"),
]
APPOINTED = [
    ("application_considered", "formed", "§133"),
    ("form_file", "formed", "§133"),
    ("draft_considered", "drafted", "§134"),
    ("decide", "appoint", "§134"),
    ("sign_considered", "signed", "§134"),
    ("place_considered", "placed", "§135"),
    ("tell_appointed", "sent", "§136"),
    ("inform_appointed", "informed", "§136"),
]


@pytest.mark.clause(
    "proactive:§116", "proactive:§117", "proactive:§118", "proactive:§119", "proactive:§120",
    "proactive:§122", "proactive:§125", "proactive:§127", "proactive:§128", "proactive:§129.1",
    "proactive:§133", "proactive:§134", "proactive:§135", "proactive:§136",
)  # fmt: skip
def test_the_whole_way_to_the_appointment(pilot: Pilot) -> None:
    """To the branch and the authorised body whatever the cause; no number of days, no return (G-27, G-28)."""
    who, case = chosen(pilot, CARER)
    assert (pilot.open_task(case).clause, pilot.deadline(case)) == ("proactive:§133", None)
    pilot.decide(case, "formed", "clerk-7")
    task = pilot.open_task(case)
    assert (task.office, task.clause) == ("committee/75", "proactive:§134")
    assert (task.outcomes, task.deadline_at) == (["appoint", "refuse"], None)
    pilot.decide(case, "appoint")
    assert pilot.path(case) == TO_CHOICE + APPOINTED
    assert pilot.ending(case) == "appointed"
    (placed,) = pilot.placed()
    assert (placed.iin, placed.service, placed.amount_tiyn) == (who, CARER, 69_886_00)  # 1.61 x 43,407
    assert "тағайындалды" in pilot.texts(who)[-1]


@pytest.mark.clause("proactive:§134", "proactive:§136")
def test_the_authorised_body_refuses(pilot: Pilot) -> None:
    who, case = chosen(pilot, CARER)
    officials(pilot, case, "formed", "refuse")
    assert pilot.path(case)[-3:] == [
        ("sign_refusal", "signed", "§134"),
        ("tell_refused", "sent", "§136"),
        ("inform_refused", "informed", "§136"),
    ]
    assert (pilot.ending(case), pilot.placed()) == ("decision_refused", [])
    assert "бас тартылды" in pilot.texts(who)[-1]


@pytest.mark.clause("proactive:§126", "proactive:§133", "proactive:§134")
def test_a_refusal_is_obeyed_at_the_branch_and_at_the_authorised_body(pilot: Pilot) -> None:
    for acts in ((), ("formed",)):
        who, case = chosen(pilot, CARER)
        officials(pilot, case, *acts)
        pilot.reply(who, "7#2")
        assert pilot.path(case)[-1] == ("refusal", "recorded", "§126")
        assert pilot.ending(case) == "refused"


@pytest.mark.clause("proactive:§116")
def test_116_a_child_in_an_orphanage_is_left_out(pilot: Pilot) -> None:
    """G-39: no list, no SMS."""
    who, case = start(pilot, CARER, "bank_a", orphanage=True)
    assert pilot.path(case)[-1] == ("orphanage", "in_orphanage", "§116")
    assert pilot.ending(case) == "left_out"
    assert ("§116", "in_orphanage") in pilot.findings(case)
    assert pilot.texts(who) == []


def child_of(pilot: Pilot, relatives: dict[str, dict[str, Any]]) -> tuple[dict[str, str], int]:
    """A child with these relatives and a disability; returns the relatives and the carer's case."""
    people = {relation: pilot.mother("bank_a", **more) for relation, more in relatives.items()}
    child = pilot.world.person(birth_day=date(2015, 9, 1))
    for relation, who in people.items():
        pilot.world.relative(child, who, relation)  # type: ignore[arg-type]
    pilot.world.already(child, DISABILITY)
    pilot.clock.advance(timedelta(seconds=6))
    pilot.world.disability(child, at=pilot.clock.now())
    pilot.run()
    return people, pilot.case_of(f"M{len(pilot.world.disabilities()):06d}/7")


# Who stands with the child in the registry, and who is the recipient: mother first (G-33).
CARERS: list[tuple[dict[str, dict[str, Any]], str | None]] = [
    ({"father": {}, "mother": {}}, "mother"),
    ({"father": {}}, "father"),
    ({"guardian": {}, "adoptive_parent": {}}, "adoptive_parent"),
    ({"guardian": {}}, "guardian"),
    ({"mother": {"alive": False}, "father": {}}, "father"),
    ({"mother": {"alive": False}, "father": {"alive": False}, "guardian": {}}, "guardian"),
    ({"mother": {"alive": False}}, None),
    ({}, None),
]


@pytest.mark.clause("proactive:§116")
@pytest.mark.parametrize(("relatives", "chosen_one"), CARERS)
def test_116_who_raises_the_child(
    relatives: dict[str, dict[str, Any]], chosen_one: str | None, pilot: Pilot
) -> None:
    people, case = child_of(pilot, relatives)
    if chosen_one is None:
        assert pilot.path(case) == [("identify_carer", "nobody", "§116")]
        assert pilot.ending(case) == "left_out"
    else:
        assert (pilot.step(case), pilot.facts(case)["relation"]) == ("consent", chosen_one)
    asked = {relation for relation, who in people.items() if pilot.texts(who)}
    assert asked == ({chosen_one} if chosen_one else set())


@pytest.mark.clause("proactive:§116")
def test_116_the_order_of_carers_can_be_switched(make_pilot: MakePilot) -> None:
    pilot = make_pilot(G_33=["guardian", "father", "mother", "adoptive_parent"])
    _, case = child_of(pilot, {"mother": {}, "father": {}})
    assert pilot.facts(case)["relation"] == "father"


@pytest.mark.clause("proactive:§116")
def test_116_in_real_time(pilot: Pilot) -> None:
    """Six seconds after MODB shows the disability the carer has the question."""
    who = pilot.mother("bank_a")
    child = pilot.world.person(birth_day=date(2015, 9, 1))
    pilot.world.relative(child, who, "mother")
    pilot.world.already(child, DISABILITY)
    pilot.run()
    pilot.world.disability(child, at=pilot.clock.now() + timedelta(seconds=20))
    pilot.after(seconds=26)
    assert len(pilot.texts(who)) == 1
