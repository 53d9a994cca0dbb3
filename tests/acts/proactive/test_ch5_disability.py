"""Chapter 5, state social allowance for disability: §72 to §92. Two ways to a decision, by the cause."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qyzmet.cases import aside
from tests.acts.proactive.conftest import Pilot
from tests.acts.proactive.stories import BY_HAND, DISABILITY, chosen, happens, officials

TO_CHOICE = [
    ("identify_self", "identified", "§72"),
    ("existing", "nothing", "§72"),
    ("confirm", "confirmed", "§74"),
    ("list", "handed_over", "§73"),
    ("mlsp_data", "received", "§75"),
    ("flc", "passed", "§75"),
    ("eligible", "told", "§76"),
    ("number", "found", "§78"),
    ("consent_request", "registered", "§81"),
    ("consent", "agree", "§81"),
    ("consent_record", "recorded", "§83"),
    ("consented", "handed_over", "§83"),
    ("accounts", "one_bank", "§84"),
    ("ask_bank", "chosen", "§85.1"),
]
# §90 part 2: general illness and work injury.
AUTOMATIC = [
    ("by_cause", "automatic", "§90.part2"),
    ("application", "formed", "§90.part2"),
    ("register", "registered", "§90.part2.1"),
    ("draft", "drafted", "§90.part2.2"),
    ("sign", "signed", "§90.part2.3"),
    ("place", "placed", "§90.part2.4"),
    ("tell_appointed", "sent", "§92"),
    ("inform_appointed", "informed", "§92"),
]
# §89, §90 part 1, §91: every other cause.
CONSIDERED = [
    ("by_cause", "considered", "§90.part2"),
    ("application_considered", "formed", "§89"),
    ("form_file", "formed", "§89"),
    ("draft_considered", "drafted", "§90.part1"),
    ("decide", "appoint", "§90.part1"),
    ("sign_considered", "signed", "§90.part1"),
    ("place_considered", "placed", "§91"),
    ("tell_appointed", "sent", "§92"),
    ("inform_appointed", "informed", "§92"),
]


@pytest.mark.clause(
    "proactive:§72", "proactive:§73", "proactive:§74", "proactive:§75", "proactive:§76", "proactive:§78",
    "proactive:§81", "proactive:§83", "proactive:§84", "proactive:§85.1", "proactive:§90.part2",
    "proactive:§90.part2.1", "proactive:§90.part2.2", "proactive:§90.part2.3", "proactive:§90.part2.4",
    "proactive:§92",
)  # fmt: skip
def test_general_illness_is_appointed_by_e_maket(pilot: Pilot) -> None:
    """1.76 subsistence minimums of 2024 for group 2; no official, no task."""
    who, case = chosen(pilot, DISABILITY, causes=["general_illness"])
    assert pilot.path(case) == TO_CHOICE + AUTOMATIC
    assert pilot.ending(case) == "appointed"
    assert pilot.rows("SELECT count(*) FROM tasks") == [(0,)]
    (placed,) = pilot.placed()
    assert (placed.iin, placed.service, placed.amount_tiyn) == (who, DISABILITY, 76_397_00)
    assert ("§90.part2.3", "appoint") in pilot.findings(case)


@pytest.mark.clause("proactive:§89", "proactive:§90.part1", "proactive:§91", "proactive:§92")
def test_another_cause_goes_to_the_branch_and_the_authorised_body(pilot: Pilot) -> None:
    """The branch forms the case file (G-23), the body decides without a number of days (G-27)."""
    who, case = chosen(pilot, DISABILITY, causes=["since_childhood"])
    task = pilot.open_task(case)
    assert (task.role, task.office, task.clause) == (
        "state_corporation",
        "state_corporation/75",
        "proactive:§89",
    )
    assert (task.outcomes, task.deadline_at) == (["formed"], None)
    pilot.decide(case, "formed", "clerk-7")
    task = pilot.open_task(case)
    assert (task.role, task.office, task.clause) == ("authorised_body", "committee/75", "proactive:§90.part1")
    assert (task.outcomes, task.deadline_at) == (["appoint", "refuse"], None)  # no return, G-28
    pilot.after(days=90)
    assert "decide.overdue" not in pilot.facts(case)
    pilot.decide(case, "appoint")
    assert pilot.path(case) == TO_CHOICE + CONSIDERED
    assert pilot.ending(case) == "appointed"
    (placed,) = pilot.placed()
    assert (placed.iin, placed.amount_tiyn) == (who, 79_435_00)  # 1.83 subsistence minimums


@pytest.mark.clause("proactive:§90.part1", "proactive:§92")
def test_the_authorised_body_refuses(pilot: Pilot) -> None:
    who, case = chosen(pilot, DISABILITY, causes=["since_childhood"])
    officials(pilot, case, "formed", "refuse")
    assert pilot.ending(case) == "decision_refused"
    assert pilot.path(case)[-4:] == [
        ("decide", "refuse", "§90.part1"),
        ("sign_refusal", "signed", "§90.part1"),
        ("tell_refused", "sent", "§92"),
        ("inform_refused", "informed", "§92"),
    ]
    assert "бас тартылды" in pilot.texts(who)[-1]
    assert pilot.placed() == []


@pytest.mark.clause("proactive:§82", "proactive:§89", "proactive:§90.part1")
def test_a_refusal_is_obeyed_at_the_branch_and_at_the_authorised_body(pilot: Pilot) -> None:
    for acts in ((), ("formed",)):
        who, case = chosen(pilot, DISABILITY, causes=["since_childhood"])
        officials(pilot, case, *acts)
        pilot.reply(who, "7#2")
        assert pilot.path(case)[-1] == ("refusal", "recorded", "§82")
        assert pilot.ending(case) == "refused"


# Automatic only for exactly one of the two causes; whatever is unclear is not approved by machine (G-55).
CAUSES: list[tuple[list[str], str]] = [
    (["general_illness"], "automatic"),
    (["work_injury"], "automatic"),
    (["occupational_disease"], "considered"),
    (["since_childhood"], "considered"),
    (["general_illness", "work_injury"], "considered"),
    (["general_illness", "occupational_disease"], "considered"),
    (["general_illness", "general_illness"], "considered"),
    (["military_service"], "considered"),
    (["General_illness"], "considered"),
    ([], "considered"),
]


@pytest.mark.clause("proactive:§89", "proactive:§90.part1", "proactive:§90.part2")
def test_the_cause_chooses_the_way(pilot: Pilot) -> None:
    """No case is lost for its cause: where none is known or an unknown word comes, people decide."""
    for causes, route in CAUSES:
        _, case = chosen(pilot, DISABILITY, causes=causes)
        assert pilot.facts(case)["route"] == route, causes
        assert ("§90.part2" if route == "automatic" else "§89", route) in pilot.findings(case), causes
        assert (pilot.step(case) == "form_file") is (route == "considered"), causes


@pytest.mark.clause("proactive:§89", "proactive:§90.part1")
@pytest.mark.parametrize("causes", [[], ["general_illness", "work_injury"], ["military_service"]])
def test_without_one_known_cause_the_official_enters_the_amount(causes: list[str], pilot: Pilot) -> None:
    _, case = chosen(pilot, DISABILITY, causes=causes)
    pilot.decide(case, "formed")
    assert pilot.path(case)[-1] == ("draft_considered", "no_amount", "§90.part1")
    pilot.decide(case, "appoint", **BY_HAND)
    assert pilot.ending(case) == "appointed"
    assert [placed.amount_tiyn for placed in pilot.placed()] == [5_000_000]


@pytest.mark.clause("proactive:§90.part2", "proactive:§90.part2.2", "proactive:§90.part2.3")
def test_work_injury_is_automatic_though_its_amount_is_not_public(pilot: Pilot) -> None:
    """The way stays automatic; only the sum waits for an official, then E-Maket signs and places."""
    _, case = chosen(pilot, DISABILITY, causes=["work_injury"])
    assert pilot.path(case)[-1] == ("draft", "no_amount", "§90.part2.2")
    assert pilot.open_task(case).outcomes == ["entered"]
    pilot.decide(case, "entered", **BY_HAND)
    assert pilot.path(case)[-4:-2] == [("sign", "signed", "§90.part2.3"), ("place", "placed", "§90.part2.4")]
    assert pilot.ending(case) == "appointed"


# --- minors: G-33 -----------------------------------------------------------------------------------


def minor(pilot: Pilot, **relatives: Any) -> str:
    child = pilot.world.person(birth_day=date(2010, 9, 1), phone="+77019999999", accounts={"bank_c": 1})
    for relation, who in relatives.items():
        pilot.world.relative(child, who, relation)  # type: ignore[arg-type]
    pilot.world.already(child, "DISABLED_CHILD_CARER_ALLOWANCE")
    for who in relatives.values():
        pilot.world.already(who, "DISABLED_CHILD_CARER_ALLOWANCE")
    return child


@pytest.mark.clause("proactive:§72", "proactive:§81", "proactive:§84", "proactive:§89", "proactive:§90.part1")
def test_for_a_minor_the_legal_representative_consents_and_is_paid(pilot: Pilot) -> None:
    """The mother before the father; the child's own phone and account are left alone."""
    mother, father = pilot.mother("bank_a"), pilot.mother("bank_b", female=False)
    child = minor(pilot, father=father, mother=mother)
    case = happens(pilot, DISABILITY, child)
    assert pilot.facts(case)["relation"] == "mother"
    assert pilot.texts("+77019999999") == pilot.texts(father) == []
    pilot.agree(mother)
    pilot.reply(mother, "44#3#1")
    officials(pilot, case, "formed", "appoint")
    assert pilot.ending(case) == "appointed"
    (placed,) = pilot.placed()
    assert (placed.iin, placed.amount_tiyn) == (mother, 79_435_00)


@pytest.mark.clause("proactive:§75", "proactive:§77")
def test_the_representatives_own_allowance_does_not_shut_out_the_child(pilot: Pilot) -> None:
    """E-Maket's control asks about the child whether the allowance is appointed or pending."""
    mother, first = chosen(pilot, DISABILITY)
    assert pilot.ending(first) == "appointed"
    case = happens(pilot, DISABILITY, minor(pilot, mother=mother))
    assert pilot.step(case) == "consent"


@pytest.mark.clause("proactive:§72")
def test_without_a_representative_the_case_goes_to_people(pilot: Pilot) -> None:
    """A guardian is named in the registry, an official puts the case back, and the guardian is asked."""
    guardian, child = pilot.mother("bank_a"), minor(pilot)
    case = happens(pilot, DISABILITY, child)
    assert (pilot.status(case), pilot.step(case)) == ("a", "identify_self")
    assert "no legal representative" in pilot.trouble(case)
    assert pilot.texts("+77019999999") == []
    pilot.world.relative(child, guardian, "guardian")
    aside.release(pilot.worker.engine.store.connection, case, "officer-1", pilot.clock)
    pilot.run()
    assert pilot.step(case) == "consent"
    assert len(pilot.texts(guardian)) == 1


@pytest.mark.clause("proactive:§72")
def test_eighteen_on_the_day_the_disability_is_established_is_no_minor(pilot: Pilot) -> None:
    for birth_day, step in ((date(2006, 2, 12), "consent"), (date(2006, 2, 13), "identify_self")):
        who = pilot.world.person(birth_day=birth_day, phone="+77018888888", accounts={"bank_a": 1})
        pilot.world.already(who, "DISABLED_CHILD_CARER_ALLOWANCE")
        case = happens(pilot, DISABILITY, who, established=date(2024, 2, 12))
        assert pilot.step(case) == step
