"""Chapter 9, social payment for loss of job: §162 to §184."""

from __future__ import annotations

import pytest

from tests.acts.proactive.conftest import MakePilot, Pilot, at
from tests.acts.proactive.stories import JOB, chosen, officials, start

TO_DECISION = [
    ("identify_self", "identified", "§162"),
    ("contributions", "known", "§162"),
    ("participation", "met", "§162"),
    ("existing", "nothing", "§162"),
    ("confirm", "confirmed", "§164"),
    ("list", "handed_over", "§163"),
    ("mlsp_data", "received", "§165"),
    ("flc", "passed", "§165"),
    ("eligible", "told", "§166"),
    ("number", "found", "§168"),
    ("consent_request", "registered", "§171"),
    ("consent", "agree", "§171"),
    ("consent_record", "recorded", "§173"),
    ("consented", "handed_over", "§173"),
    ("accounts", "one_bank", "§174"),
    ("ask_bank", "chosen", "§175.1"),
    ("compare", "still_positive", "§179"),
    ("application", "formed", "§179.1"),
    ("register", "registered", "§179.2"),
    ("draft", "drafted", "§179.3"),
]
APPOINTED = [
    ("decide", "appoint", "§180"),
    ("sign", "signed", "§180"),
    ("place", "placed", "§183"),
    ("tell_appointed", "sent", "§184"),
    ("inform_appointed", "informed", "§184"),
]


@pytest.mark.clause(
    "proactive:§162", "proactive:§163", "proactive:§164", "proactive:§165", "proactive:§166",
    "proactive:§168", "proactive:§171", "proactive:§173", "proactive:§174", "proactive:§175.1",
    "proactive:§179", "proactive:§179.1", "proactive:§179.2", "proactive:§179.3", "proactive:§180",
    "proactive:§183", "proactive:§184",
)  # fmt: skip
def test_the_whole_way_to_the_appointment(pilot: Pilot) -> None:
    """The Fund's branch decides (G-31), by the comparison of §179 (G-48)."""
    who, case = chosen(pilot, JOB)
    task = pilot.open_task(case)
    assert (task.role, task.office, task.clause) == ("authorised_body", "fund/75", "proactive:§180")
    assert task.outcomes == ["appoint", "refuse", "return"]
    pilot.decide(case, "appoint")
    assert pilot.path(case) == TO_DECISION + APPOINTED
    assert pilot.ending(case) == "appointed"
    (placed,) = pilot.placed()
    # 200,000 x 0.45 x 0.90 = 81,000, less 10 %: 72,900 tenge a month
    assert (placed.iin, placed.service, placed.amount_tiyn) == (who, JOB, 72_900_00)
    assert ("§179", "still_positive") in pilot.findings(case)
    assert "тағайындалды" in pilot.texts(who)[-1]


@pytest.mark.clause("proactive:§180", "proactive:§184")
def test_the_fund_refuses(pilot: Pilot) -> None:
    who, case = chosen(pilot, JOB)
    pilot.decide(case, "refuse")
    assert pilot.path(case)[-3:] == [
        ("sign_refusal", "signed", "§180"),
        ("tell_refused", "sent", "§184"),
        ("inform_refused", "informed", "§184"),
    ]
    assert (pilot.ending(case), pilot.placed()) == ("decision_refused", [])
    assert "бас тартылды" in pilot.texts(who)[-1]


@pytest.mark.clause("proactive:§162", "proactive:§163")
def test_162_six_months_of_participation(pilot: Pilot) -> None:
    for months, step in ((0, "left_out"), (5, "left_out"), (6, "consent"), (7, "consent")):
        who, case = start(pilot, JOB, "bank_a", months=months)
        assert pilot.step(case) == step, months
        assert len(pilot.texts(who)) == (step == "consent")
        assert ("§162", "met" if step == "consent" else "not_met") in pilot.findings(case)


@pytest.mark.clause("proactive:§181", "proactive:§182", "proactive:§182.part2")
def test_181_182_returned_completed_appointed(pilot: Pilot) -> None:
    who, case = chosen(pilot, JOB)
    officials(pilot, case, "return")
    assert pilot.messages(case)[-1] == ("completion", "§181")
    assert "30 жұмыс күні ішінде" in pilot.texts(who)[-1]
    assert pilot.facts(case)["documents.deadline"]["clause"] == "proactive:§182.part2"
    officials(pilot, case, "brought", "supplemented", "appoint")
    assert pilot.path(case) == [
        *TO_DECISION,
        ("decide", "return", "§180"),
        ("return_file", "returned", "§181"),
        ("tell_return", "sent", "§181"),
        ("documents", "brought", "§182"),
        ("supplement", "supplemented", "§182"),
        *APPOINTED,
    ]


@pytest.mark.clause("proactive:§182", "proactive:§182.part2")
def test_182_without_documents_the_body_decides_on_what_it_has(make_pilot: MakePilot) -> None:
    """Returned on Monday 1 April 2024, the 30th working day is 16 May: 1, 7, 8, 9 off, Saturday 4 worked."""
    pilot = make_pilot(at("2024-04-01"))
    _, case = chosen(pilot, JOB)
    officials(pilot, case, "return")
    pilot.until(at("2024-05-16", "23:59:59"))
    assert pilot.step(case) == "documents"
    pilot.until(at("2024-05-17", "00:00:00"))
    assert pilot.open_task(case).outcomes == ["appoint", "refuse", "return"]
    pilot.decide(case, "refuse")
    assert pilot.ending(case) == "decision_refused"


@pytest.mark.clause("proactive:§172", "proactive:§180", "proactive:§181", "proactive:§182")
def test_a_refusal_is_obeyed_until_the_decision(pilot: Pilot) -> None:
    for acts in ((), ("return",), ("return", "brought"), ("return", "brought", "days 6")):
        who, case = chosen(pilot, JOB)
        officials(pilot, case, *acts)
        pilot.reply(who, "7#2")
        assert pilot.path(case)[-1] == ("refusal", "recorded", "§172"), acts
        assert pilot.ending(case) == "refused"
    assert pilot.placed() == []


@pytest.mark.clause("proactive:§180", "proactive:§184")
def test_180_a_late_decision_is_still_a_decision(pilot: Pilot) -> None:
    """The act sets a limit and no consequence: the case is shown as overdue, and paid once."""
    _, case = chosen(pilot, JOB)
    pilot.after(days=20)
    assert pilot.facts(case)["decide.overdue"] is True
    pilot.decide(case, "appoint")
    assert (pilot.ending(case), len(pilot.placed())) == ("appointed", 1)


@pytest.mark.clause("proactive:§182", "proactive:§183")
def test_183_payment_can_be_left_to_the_rules(make_pilot: MakePilot) -> None:
    """G-26 switched off: appointed and told, and nothing is placed."""
    pilot = make_pilot(G_26=False)
    _, case = chosen(pilot, JOB)
    pilot.decide(case, "appoint")
    assert ("place", "left_to_the_rules", "§183") in pilot.path(case)
    assert (pilot.ending(case), pilot.placed()) == ("appointed", [])
