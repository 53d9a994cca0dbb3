"""Chapter 6, social payment for loss of ability to work: §93 to §115."""

from __future__ import annotations

from datetime import date

import pytest

from qyzmet.runtime.errors import BadValue
from tests.acts.proactive.conftest import MakePilot, Pilot, at
from tests.acts.proactive.stories import BY_HAND, CAPACITY, chosen, happens, officials, start

TO_DECISION = [
    ("identify_self", "identified", "§93"),
    ("contributions", "known", "§93"),
    ("participation", "met", "§93"),
    ("existing", "nothing", "§93"),
    ("confirm", "confirmed", "§95"),
    ("list", "handed_over", "§94"),
    ("mlsp_data", "received", "§96"),
    ("flc", "passed", "§96"),
    ("eligible", "told", "§97"),
    ("number", "found", "§99"),
    ("consent_request", "registered", "§102"),
    ("consent", "agree", "§102"),
    ("consent_record", "recorded", "§104"),
    ("consented", "handed_over", "§104"),
    ("accounts", "one_bank", "§105"),
    ("ask_bank", "chosen", "§106.1"),
    ("application", "formed", "§110"),
    ("register", "registered", "§110.1"),
    ("draft", "drafted", "§110.2"),
]
APPOINTED = [
    ("decide", "appoint", "§111"),
    ("sign", "signed", "§111"),
    ("place", "placed", "§114"),
    ("tell_appointed", "sent", "§115"),
    ("inform_appointed", "informed", "§115"),
]
RETURNED = [
    ("decide", "return", "§111"),
    ("return_file", "returned", "§112"),
    ("tell_return", "sent", "§112"),
]


@pytest.mark.clause(
    "proactive:§93", "proactive:§94", "proactive:§95", "proactive:§96", "proactive:§97", "proactive:§99",
    "proactive:§102", "proactive:§104", "proactive:§105", "proactive:§106.1", "proactive:§110",
    "proactive:§110.1", "proactive:§110.2", "proactive:§111", "proactive:§114", "proactive:§115",
)  # fmt: skip
def test_the_whole_way_to_the_appointment(pilot: Pilot) -> None:
    """The Fund's branch decides (G-31); the sum is the published formula's, exact to the tiyn."""
    who, case = chosen(pilot, CAPACITY)
    task = pilot.open_task(case)
    assert (task.role, task.office, task.clause) == ("authorised_body", "fund/75", "proactive:§111")
    assert task.outcomes == ["appoint", "refuse", "return"]
    pilot.decide(case, "appoint")
    assert pilot.path(case) == TO_DECISION + APPOINTED
    assert pilot.ending(case) == "appointed"
    (placed,) = pilot.placed()
    # (200,000 - 0.5 x 85,000) x 0.60 x 0.90 x 0.60 = 51,030, less 10 %: 45,927 tenge
    assert (placed.iin, placed.service, placed.amount_tiyn) == (who, CAPACITY, 45_927_00)
    assert "тағайындалды" in pilot.texts(who)[-1]


@pytest.mark.clause("proactive:§111", "proactive:§115")
def test_the_fund_refuses(pilot: Pilot) -> None:
    who, case = chosen(pilot, CAPACITY)
    pilot.decide(case, "refuse")
    assert pilot.path(case)[-3:] == [
        ("sign_refusal", "signed", "§111"),
        ("tell_refused", "sent", "§115"),
        ("inform_refused", "informed", "§115"),
    ]
    assert (pilot.ending(case), pilot.placed()) == ("decision_refused", [])
    assert "бас тартылды" in pilot.texts(who)[-1]


@pytest.mark.clause("proactive:§93", "proactive:§94")
def test_93_without_contributions_nobody_is_listed(pilot: Pilot) -> None:
    """One month is contributions; no length is asked for here (G-40)."""
    for months, step in ((0, "left_out"), (1, "consent")):
        who, case = start(pilot, CAPACITY, "bank_a", months=months)
        assert pilot.step(case) == step
        assert len(pilot.texts(who)) == months
    assert ("§93", "not_met") in pilot.findings(pilot.case_of("M000001/6"))


@pytest.mark.clause("proactive:§93")
def test_93_a_childs_disability_starts_no_case_of_this_chapter(pilot: Pilot) -> None:
    child = pilot.world.person(birth_day=date(2010, 9, 1))
    assert happens(pilot, CAPACITY, child) == 0


@pytest.mark.clause("proactive:§110.2", "proactive:§111")
@pytest.mark.parametrize("degree", [None, 29])
def test_an_amount_that_is_refused_is_entered_by_the_official_with_its_source(
    degree: int | None, pilot: Pilot
) -> None:
    """No degree of loss is known, or less than 30 %: the body has the file and the reason, and decides."""
    _, case = chosen(pilot, CAPACITY, loss_degree=degree)
    assert pilot.path(case)[-1] == ("draft", "no_amount", "§110.2")
    assert "loss_degree" in pilot.facts(case)["amount.refused"]
    pilot.decide(case, "appoint", **BY_HAND)
    assert pilot.ending(case) == "appointed"
    assert [placed.amount_tiyn for placed in pilot.placed()] == [5_000_000]
    document = pilot.decision(case).document.decode()
    assert "letter of the ministry" in document


@pytest.mark.clause("proactive:§111")
def test_an_appointment_without_an_amount_is_not_taken(pilot: Pilot) -> None:
    """Nothing is signed or paid; the official is told what to enter."""
    _, case = chosen(pilot, CAPACITY, loss_degree=None)
    with pytest.raises(BadValue, match="fact amount: is needed for appoint"):
        pilot.decide(case, "appoint")
    assert (pilot.status(case), pilot.step(case)) == ("w", "decide")
    assert pilot.placed() == []


@pytest.mark.clause("proactive:§112", "proactive:§113", "proactive:§113.part2")
def test_112_113_returned_completed_appointed(pilot: Pilot) -> None:
    who, case = chosen(pilot, CAPACITY)
    officials(pilot, case, "return")
    assert pilot.messages(case)[-1] == ("completion", "§112")
    assert "30 жұмыс күні ішінде" in pilot.texts(who)[-1]  # chapter 2 alone has 25
    assert pilot.facts(case)["documents.deadline"]["clause"] == "proactive:§113.part2"
    officials(pilot, case, "brought", "supplemented", "appoint")
    completed = [("documents", "brought", "§113"), ("supplement", "supplemented", "§113")]
    assert pilot.path(case) == TO_DECISION + RETURNED + completed + APPOINTED


@pytest.mark.clause("proactive:§113", "proactive:§113.part2")
def test_113_without_documents_the_body_decides_on_what_it_has(make_pilot: MakePilot) -> None:
    """No refusal at 25 working days; at 30 the case is with the authorised body again (G-29), which may do
    all it could before, with a new full deadline (G-30).

    Returned on Monday 12 February 2024: the 30th working day is 29 March, over Women's Day and Nauryz.
    """
    pilot = make_pilot(at("2024-02-12"))
    _, case = chosen(pilot, CAPACITY)
    officials(pilot, case, "return")
    pilot.until(at("2024-03-20"))  # the 25th was 19 March
    assert pilot.step(case) == "documents"
    pilot.until(at("2024-03-29", "23:59:59"))
    assert pilot.step(case) == "documents"
    pilot.until(at("2024-03-30", "00:00:00"))
    assert pilot.path(case)[-1] == ("documents", "nothing", "§113")
    assert pilot.open_task(case).outcomes == ["appoint", "refuse", "return"]
    assert pilot.facts(case)["decide.deadline"]["last_day"] == "2024-04-04"
    pilot.decide(case, "appoint")
    assert pilot.ending(case) == "appointed"


@pytest.mark.clause("proactive:§113", "proactive:§113.part2")
def test_113_documents_in_the_last_hour_of_the_30th_day(make_pilot: MakePilot) -> None:
    """They are taken in, and the branch keeps the two days that §113 gives it after they came.

    If it does not use them, the 30 are over at once and the body decides: the recipient, who was in time,
    loses nothing, and what was brought is in the file.
    """
    pilot = make_pilot(at("2024-02-12"))
    _, case = chosen(pilot, CAPACITY)
    officials(pilot, case, "return")
    pilot.until(at("2024-03-29", "23:30:00"))
    officials(pilot, case, "brought")
    assert pilot.step(case) == "supplement"
    pilot.until(at("2024-04-02", "23:59:59"))  # 1 and 2 April
    assert pilot.step(case) == "supplement"
    pilot.until(at("2024-04-03", "00:00:00"))
    assert pilot.step(case) == "decide"
    assert pilot.path(case)[-3:] == [
        ("documents", "brought", "§113"),
        ("supplement", "late", "§113"),
        ("supplement_late", "period_over", "§113"),
    ]


@pytest.mark.clause("proactive:§103", "proactive:§111", "proactive:§112", "proactive:§113")
def test_a_refusal_is_obeyed_until_the_decision(pilot: Pilot) -> None:
    for acts in ((), ("return",), ("return", "brought"), ("return", "brought", "days 6")):
        who, case = chosen(pilot, CAPACITY)
        officials(pilot, case, *acts)
        pilot.reply(who, "7#2")
        assert pilot.path(case)[-1] == ("refusal", "recorded", "§103"), acts
        assert pilot.ending(case) == "refused"
    assert pilot.placed() == []
